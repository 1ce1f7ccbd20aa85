"""Which groups the check for repeats finds in real messages, for reading by eye. No part of ``test``.

``.venv/bin/python -m tests.bench.repeats_judged FILE.csv --title COLUMN --body COLUMN [--half odd] [--write OUT.txt]``

Each message is entered in the order of the file and put to the matter of the earlier one that is most like it, if one
is near enough: what a clerk would get who always took the first proposal. Counts are printed; texts are written only
where ``--write`` says.
"""

import argparse
import csv
import random
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

from services.contracts.repeats import MatchReason
from services.intake.likeness import (
    Found,
    Frequencies,
    Signature,
    frequencies,
    likeness,
    resemblance,
    several,
    signature,
)
from services.intake.repeats import ranked, reasons

COUNTY = "000000"
BANDS = ((2, 2), (3, 3), (4, 5), (6, 10), (11, 20), (21, 10**6))


class Message(NamedTuple):
    title: str
    body: str


class Group(NamedTuple):
    members: list[int]
    """In the order of the file."""
    same_text: int
    """How many of them were the same text as an earlier one."""


def read(path: Path, *, title: str, body: str, half: str) -> list[Message]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [Message(row[title], row[body]) for row in csv.DictReader(file)]
    return {"all": rows, "even": rows[::2], "odd": rows[1::2]}[half]


def grouped(messages: list[Message]) -> list[Group]:
    """Groups of two and more, the largest first."""
    made = [signature(COUNTY, title=each.title, body=each.body) for each in messages]
    known = frequencies(several([each.features for each in made]), share=1.0)
    holding: dict[int, list[int]] = defaultdict(list)
    matter, same = list(range(len(made))), [False] * len(made)
    for at, mine in enumerate(made):
        keys = [*mine.features.tolist(), *mine.bands.tolist()]
        best = _best(mine, made, sorted({other for key in keys for other in holding[key]}), known)
        if best is not None:
            matter[at] = matter[int(best.petition_id)]
            same[at] = MatchReason.SAME_TEXT in reasons(best, None)
        for key in keys:
            holding[key].append(at)
    groups: dict[int, list[int]] = defaultdict(list)
    for at, first in enumerate(matter):
        groups[first].append(at)
    found = [Group(each, sum(same[at] for at in each)) for each in groups.values() if len(each) > 1]
    return sorted(found, key=lambda group: (-len(group.members), group.members))


def _best(mine: Signature, made: list[Signature], others: list[int], known: Frequencies) -> Found | None:
    near = likeness(mine.features, several([made[at].features for at in others]), known)
    same = resemblance(mine.sketch, several([made[at].sketch for at in others]))
    found = [
        Found(f"{at:09}", "", None, float(one), float(two)) for at, one, two in zip(others, near, same, strict=True)
    ]
    return next(iter(ranked(found, {}, place=None)), None)


def told(messages: list[Message], groups: list[Group]) -> None:
    members = [len(each.members) for each in groups]
    alike = [each for each in groups if each.same_text == len(each.members) - 1]
    print(f"{len(messages)} messages, {sum(members)} of them in {len(groups)} groups of two and more;")
    print(
        f"{len(alike)} groups are of one text alone, {sum(each.same_text for each in groups)} messages repeat a text."
    )
    print("| members | groups |", "|---|--:|", sep="\n")
    sizes = Counter(next(band for band in BANDS if band[0] <= count <= band[1]) for count in members)
    for low, high in BANDS:
        name = f"{low}" if low == high else f"{low} to {high}" if high < 10**6 else f"{low} and more"
        print(f"| {name} | {sizes[low, high]} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--title", required=True)
    parser.add_argument("--body", required=True)
    parser.add_argument("--half", choices=("all", "even", "odd"), default="all", help="the rows that are read")
    parser.add_argument("--write", type=Path, help="where groups are written for reading")
    parser.add_argument("--groups", type=int, default=10, help="how many, chosen by lot")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    messages = read(given.file, title=given.title, body=given.body, half=given.half)
    groups = grouped(messages)
    told(messages, groups)
    if given.write:
        chosen = random.Random(given.seed).sample(groups, min(given.groups, len(groups)))
        given.write.write_text("\n\n".join(_written(messages, each) for each in chosen), encoding="utf-8")


def _written(messages: list[Message], group: Group) -> str:
    lines = [f"{messages[at].title.strip()}\n      {' '.join(messages[at].body.split())}" for at in group.members]
    return "\n".join((f"== {len(lines)} messages", *lines))


if __name__ == "__main__":
    main()
