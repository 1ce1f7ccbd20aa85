"""Visitors' personal data: sealed here, masked everywhere else."""

import re
from datetime import date
from typing import Any

import sqlalchemy as sa

from services.common import identity_numbers
from services.common.database import Transaction
from services.common.errors import InvalidInput
from services.common.person_keys import name_key, number_key, phone_key, tidy_phone
from services.common.receiving import HOLDS
from services.common.vault import Vault
from services.contracts.actor import Role
from services.contracts.people import DocumentKind, PetitionerInput
from services.contracts.receptions import Appointment, BookAppointment
from services.roster.appointing import AlreadyBooked
from services.roster.model import visitor

SEALED = ("name", "phone", "identity_number")


def tidy(command: BookAppointment, *, tx: Transaction) -> PetitionerInput:
    """The visitor as the register will take him. A missing paper refuses nobody; a wrong one is told by its field."""
    number = re.sub(r"\s", "", command.identity_number or "").upper()
    card = identity_numbers.CARD.fullmatch(number) or identity_numbers.OLD_CARD.fullmatch(number)
    document = DocumentKind.ID_CARD if card or not number else DocumentKind.OTHER
    try:
        told = identity_numbers.read(number, kind=document, today=tx.today).number if number else None
    except identity_numbers.BadNumber as error:
        raise InvalidInput(str(error), field="identity_number") from error
    return PetitionerInput(
        name=" ".join(command.name.split()),
        phone=tidy_phone(command.phone, field="phone"),
        identity_number=told,
        document=document,
    )


def check_once(
    tx: Transaction, vault: Vault, person: PetitionerInput, *, tenant: str, day: date, besides: str | None = None
) -> None:
    """Raises ``AlreadyBooked`` where the same person has an appointment at the tenant on that day.

    By his number, or by name and telephone. Two requests of one person wait for each other. Of appointments that the
    actor must not know of (Art. 30) none refuses him, which would tell of it.
    """
    digests = _digests(vault, person, county=tx.actor.county)
    for digest in sorted(value.hex() for value in digests.values() if value is not None):
        tx.lock(f"visitor {tenant} {day} {digest}")
    query = sa.select(visitor.c.id, visitor.c.name_digest, visitor.c.phone_digest, visitor.c.identity_digest).where(
        visitor.c.county_id == tx.actor.county,
        visitor.c.tenant == tenant,
        visitor.c.day == day,
        visitor.c.id != (besides or ""),
    )
    if Role.PUBLIC in tx.actor.roles:
        with tx.whole_county():
            found = _standing(tx, query.where(visitor.c.named.is_(None)), digests)
    else:
        found = _standing(tx, query, digests)
    if found:
        raise AlreadyBooked(field="name")


def _standing(tx: Transaction, query: sa.Select[Any], digests: dict[str, bytes | None]) -> bool:
    ids = [row.id for row in tx.connection.execute(query) if _is_same(row, digests)]
    there = tx.several(Appointment, ids) if ids else {}
    return any(row.state.state in HOLDS for row in there.values())


def _is_same(row: sa.Row[Any], digests: dict[str, bytes | None]) -> bool:
    """Two of one name with different papers are two."""
    number = digests["identity_digest"]
    if number is not None and row.identity_digest is not None:
        return bytes(row.identity_digest) == number
    phone = digests["phone_digest"]
    same_phone = phone is not None and row.phone_digest is not None and bytes(row.phone_digest) == phone
    return same_phone and bytes(row.name_digest) == digests["name_digest"]


def store(tx: Transaction, vault: Vault, person: PetitionerInput, appointment: Appointment) -> None:
    county = tx.actor.county
    plain: dict[str, str | None] = {column: getattr(person, column) for column in SEALED}
    sealed = {
        column: None if value is None else vault.seal(value, place=(county, "visitor", appointment.id, column))
        for column, value in plain.items()
    }
    tx.connection.execute(
        sa.insert(visitor).values(
            county_id=county,
            id=appointment.id,
            tenant=appointment.tenant,
            **_follows(appointment),
            **sealed,
            **_digests(vault, person, county=county),
        )
    )


def follow(tx: Transaction, appointment: Appointment) -> None:
    """The same people, and no others, may see him as see his appointment. The transaction must see the row."""
    tx.connection.execute(
        sa.update(visitor)
        .where(visitor.c.county_id == tx.actor.county, visitor.c.id == appointment.id)
        .values(**_follows(appointment))
    )


def opened(tx: Transaction, vault: Vault, appointment_id: str) -> PetitionerInput | None:
    """The visitor in clear; None where there is none or the transaction does not see him. Only for what does not leave
    the service, or together with a recorded act."""
    row = tx.connection.execute(
        sa.select(visitor).where(visitor.c.county_id == tx.actor.county, visitor.c.id == appointment_id)
    ).first()
    if row is None:
        return None
    plain = {
        column: None
        if (sealed := getattr(row, column)) is None
        else vault.open(bytes(sealed), place=(row.county_id, "visitor", row.id, column))
        for column in SEALED
    }
    number = plain["identity_number"]
    card = number is None or identity_numbers.CARD.fullmatch(number) or identity_numbers.OLD_CARD.fullmatch(number)
    return PetitionerInput(
        name=plain["name"] or "",
        phone=plain["phone"],
        identity_number=number,
        document=DocumentKind.ID_CARD if card else DocumentKind.OTHER,
    )


def _follows(appointment: Appointment) -> dict[str, Any]:
    return {
        "day": appointment.day,
        "visible_to": sorted(appointment.audience),
        "named": None if appointment.named is None else sorted(appointment.named),
    }


def _digests(vault: Vault, person: PetitionerInput, *, county: str) -> dict[str, bytes | None]:
    number = None
    if person.identity_number is not None:
        series, form = number_key(person.identity_number, document=person.document)
        number = vault.index(form, county=county, kind=series)
    return {
        "name_digest": vault.index(name_key(person.name), county=county, kind="name"),
        "phone_digest": vault.index(phone_key(person.phone), county=county, kind="phone") if person.phone else None,
        "identity_digest": number,
    }
