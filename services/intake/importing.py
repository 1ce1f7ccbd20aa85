"""Items of an older register: what each must be, and that each is taken once."""

import hashlib

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.common.database import Transaction
from services.contracts.register_commands import ImportPetition
from services.intake.model import imported
from services.intake.people import check_people
from services.intake.registering import name_of_place
from services.intake.registration import check_content


def check(tx: Transaction, item: ImportPetition) -> None:
    """Raises the refusals of what does not fit; writes nothing."""
    check_content(title=item.title, body=item.body, received_on=item.received_on, today=tx.today)
    check_people(item.petitioners, today=tx.today)
    name_of_place(tx, item.place)


def is_registered(tx: Transaction, item: ImportPetition) -> bool:
    c = imported.c
    query = sa.select(c.petition_id).where(
        c.county_id == tx.actor.county,
        c.system == item.alias.system,
        c.number == item.alias.number,
        c.digest == _digest(item),
    )
    return tx.connection.execute(query).first() is not None


def claim(tx: Transaction, item: ImportPetition, *, petition_id: str) -> bool:
    """Takes the item for this transaction; False where it is registered already. Who sends the same waits meanwhile."""
    row = {
        "county_id": tx.actor.county,
        "system": item.alias.system,
        "number": item.alias.number,
        "digest": _digest(item),
        "petition_id": petition_id,
    }
    return tx.connection.execute(insert(imported).values(row).on_conflict_do_nothing()).rowcount == 1


def _digest(item: ImportPetition) -> bytes:
    """An older register may have given a number twice, so a letter is known by its words as well."""
    return hashlib.sha256(f"{item.title}\n{item.body}".encode()).digest()
