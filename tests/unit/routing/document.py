"""What ``docs/referrals.md`` draws, made from the table: ``.venv/bin/python -m tests.unit.routing.document``."""

from deploy.local.instance import ROOT
from services.contracts.actor import Role
from services.contracts.acts import Act
from services.contracts.routing import ReferralState as S
from services.routing.lifecycle import RULES, Form, Moves

PAGE = ROOT / "docs" / "referrals.md"
BEGIN, END = "<!-- drawn: begin -->\n", "<!-- drawn: end -->\n"
FIRST = dict.fromkeys(Form, S.SENT) | {Form.OWN: S.RECEIVED}


def with_drawing(page: str) -> str:
    """The page with its drawing made anew."""
    head, rest = page.split(BEGIN)
    _, tail = rest.split(END)
    return f"{head}{BEGIN}{drawing()}{END}{tail}"


def drawing() -> str:
    return "\n".join([_table(), *(_diagram(form) for form in Form)])


def _diagram(form: Form) -> str:
    rules = {act: moves for act, rule in RULES.items() if (moves := rule.moves(form))}
    used = {FIRST[form], *(state for moves in rules.values() for pair in moves.items() for state in pair)}
    left = {source for moves in rules.values() for source, target in moves.items() if source is not target}
    arrows: dict[tuple[S, S], list[str]] = {}
    for act, moves in rules.items():
        for source, target in moves.items():
            arrows.setdefault((source, target), []).append(act.label)
    lines = [
        f"### {form.label}\n",
        "```mermaid",
        "stateDiagram-v2",
        *(f"  {state}: {state.label}" for state in S if state in used),
        f"  [*] --> {FIRST[form]}",
        *(f"  {source} --> {target}: {'、'.join(labels)}" for (source, target), labels in arrows.items()),
        *(f"  {state} --> [*]" for state in S if state in used - left),
        "```",
    ]
    return "\n".join(lines) + "\n"


def _table() -> str:
    lines = [
        f"| act | who | role | {' | '.join(form.label for form in Form)} |",
        "|---" * (3 + len(Form)) + "|",
        *(_row(act) for act in RULES),
    ]
    return "\n".join(lines) + "\n"


def _row(act: Act) -> str:
    rule = RULES[act]
    roles = "、".join(role.label for role in Role if role in rule.roles)
    forms = " | ".join(_moves(rule.moves(form)) for form in Form)
    return f"| `{act}` {act.label} | {rule.side.value} | {roles} | {forms} |"


def _moves(moves: Moves) -> str:
    by_target: dict[str, list[str]] = {}
    for source, target in moves.items():
        by_target.setdefault("不变" if source is target else target.label, []).append(source.label)
    return "；".join(f"{'、'.join(sources)} → {target}" for target, sources in by_target.items()) or "–"


if __name__ == "__main__":
    PAGE.write_text(with_drawing(PAGE.read_text("utf-8")), "utf-8")
