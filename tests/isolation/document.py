"""The tables in ``docs/visibility.md``, made from the rule: ``.venv/bin/python -m tests.isolation.document``."""

from itertools import groupby

from deploy.local.instance import ROOT
from tests.isolation.rule import Sight, expected
from tests.isolation.table import KINDS, OBSERVERS, STAGES, Kind, Stage, standing

PAGE = ROOT / "docs" / "visibility.md"
BEGIN, END = "<!-- tables: begin -->\n", "<!-- tables: end -->\n"
SHOWN = ("ordinary", "confidential", "accusation", "of-people", "accusation-of-people")


def tables() -> str:
    return "\n".join(_table(kind) for kind in KINDS if kind.name in SHOWN)


def with_tables(page: str) -> str:
    """The page with its tables made anew."""
    head, rest = page.split(BEGIN)
    _, tail = rest.split(END)
    return f"{head}{BEGIN}{tables()}{END}{tail}"


def _table(kind: Kind) -> str:
    """One kind of case: who sees the same stands in one row, and stages that show the same in one column."""
    stages = [stage for stage in STAGES if stage.name in kind.stages]
    columns = [list(group) for _, group in groupby(stages, key=lambda stage: _parties(kind, stage))]
    rows: dict[tuple[str, ...], list[str]] = {}
    for observer in OBSERVERS:
        cells = tuple(_words(expected(observer.actor, standing(kind, column[0]))) for column in columns)
        rows.setdefault(cells, []).append(observer.label)
    heads = ["、".join(stage.label for stage in column) for column in columns]
    lines = [
        f"### {kind.label}\n",
        f"| who | {' | '.join(heads)} |",
        "|---" * (len(heads) + 1) + "|",
        *(f"| {'；'.join(labels)} | {' | '.join(cells)} |" for cells, labels in rows.items()),
    ]
    return "\n".join(lines) + "\n"


def _parties(kind: Kind, stage: Stage) -> object:
    return standing(kind, stage).holders, {tenant for tenant, _ in standing(kind, stage).ended}


def _words(sight: Sight) -> str:
    if not sight.case:
        return "only that it ended" if sight.ended else "–"
    if sight.query_code:
        return "all"
    return "all but query code" if sight.petitioners else "all but petitioners and query code"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text("utf-8")), "utf-8")
