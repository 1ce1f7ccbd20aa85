"""The files of cases as they are stored beside what the register says of them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gateway.attachments.storage import Stored
from services.contracts.attachments import Attachment


@dataclass
class Compared:
    fit: int = 0
    young: int = 0
    """Files that no attachment names yet, and that may still be on their way into the register."""
    orphans: list[Stored] = field(default_factory=list)
    strangers: list[Stored] = field(default_factory=list)
    """Files of a county of which the register knows no attachment at all: another database may be meant."""
    missing: list[tuple[str, Attachment]] = field(default_factory=list)
    """By county the attachments whose file is not there."""
    damaged: list[tuple[str, Attachment]] = field(default_factory=list)
    """Those whose file has another size."""


def compared(
    *, register: Mapping[str, Mapping[str, Attachment]], stored: Iterable[Stored], before: datetime
) -> Compared:
    """``register``: by county and id, read before ``stored`` is. ``before``: younger files may yet be entered.

    What was taken back need not be there any more.
    """
    found, seen = Compared(), set()
    for file in stored:
        county, known = file.place.county, register.get(file.place.county)
        attachment = known.get(file.place.id) if known else None
        if attachment is not None:
            seen.add(file.place.id)
            if attachment.size == file.size:
                found.fit += 1
            else:
                found.damaged.append((county, attachment))
        elif file.since >= before:
            found.young += 1
        else:
            (found.orphans if known else found.strangers).append(file)
    found.missing = [
        (county, attachment)
        for county, known in register.items()
        for attachment in known.values()
        if attachment.id not in seen and attachment.taken_back is None
    ]
    return found
