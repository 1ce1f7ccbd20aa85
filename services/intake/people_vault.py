"""Petitioners' personal data: sealed here, masked everywhere else."""

from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from services.common.database import Transaction
from services.common.identity_numbers import same_numbers
from services.common.ids import new_id
from services.common.masking import mask_address, mask_identity_number, mask_name, mask_phone
from services.common.person_keys import name_key, number_key, number_keys, phone_key
from services.common.redacting import redactor
from services.common.vault import Vault
from services.contracts.intake import Petition
from services.contracts.people import MaskedPetitioner, PetitionerInput, RevealedPetitioner
from services.intake.model import original, petitioner
from services.intake.people import WRITERS

SEALED = ("name", "identity_number", "phone", "address")
"""Each in a column of its own."""


DETAILS = tuple(name for name in RevealedPetitioner.__struct_fields__ if name not in SEALED)
"""What else is said of a person: sealed as one."""


class By(IntEnum):
    """By what a person of an earlier item is the same; the surest first."""

    IDENTITY = 1
    NAME_AND_PHONE = 2
    NAME = 3


class Prints(NamedTuple):
    """Under which digests a person is found."""

    identities: list[bytes]
    """The first is the one that is kept; an older row may have the other."""
    name: bytes
    phone: bytes | None


class Known(NamedTuple):
    """An earlier petition of the same people, and who may know whose it is."""

    petition_id: str
    by: By
    hides: bool
    """It hides its petitioners: only ``visible_to`` and the county office know them."""
    visible_to: list[str]
    named: list[str] | None


def mask(person: PetitionerInput) -> MaskedPetitioner:
    """The petitioner under a new id, as facts and the view carry him."""
    return MaskedPetitioner(
        id=new_id(),
        name=mask_name(person.name),
        identity_number=mask_identity_number(person.identity_number) if person.identity_number else None,
        phone=mask_phone(person.phone) if person.phone else None,
        address=mask_address(person.address) if person.address else None,
        representative=person.representative,
        role=person.role,
        kind=person.kind,
        document=person.document,
    )


def store(*, tx: Transaction, vault: Vault, petition: Petition, people: list[PetitionerInput]) -> None:
    """Seals the people behind the petition's masked petitioners, in the same order."""
    rows = [
        {
            "county_id": tx.actor.county,
            "id": masked.id,
            "petition_id": petition.id,
            "visible_to": sorted(petition.audience),
            "named": None if petition.named is None else sorted(petition.named),
            "confidential": petition.hides_petitioners,
            "role": person.role.value,
            **_sealed(vault, person, county=tx.actor.county, person_id=masked.id),
            **_kept(prints(vault, person, county=tx.actor.county)),
        }
        for masked, person in zip(petition.petitioners, people, strict=True)
    ]
    if rows:
        tx.connection.execute(sa.insert(petitioner), rows)


def reveal(*, tx: Transaction, vault: Vault, petition_id: str, petitioner_id: str) -> RevealedPetitioner | None:
    """The petitioner in clear; None where there is none or the actor may not see him."""
    return opened(tx, vault=vault, petition_id=petition_id).get(petitioner_id)


def opened(tx: Transaction, *, vault: Vault, petition_id: str) -> dict[str, RevealedPetitioner]:
    """The petition's people in clear, by id: those that the actor may see. Only for what does not leave the service, or
    together with a recorded act."""
    query = sa.select(petitioner).where(
        petitioner.c.county_id == tx.actor.county, petitioner.c.petition_id == petition_id
    )
    return {row.id: _opened(vault, row) for row in tx.connection.execute(query.order_by(petitioner.c.id))}


def masker(tx: Transaction, *, vault: Vault, petition: Petition) -> Callable[[str], str]:
    """What masks texts about a petition: identity and mobile numbers, and its people, where it hides them."""
    if not petition.hides_petitioners:
        return redactor([])
    # Whoever writes the text may well be one from whom they are hidden.
    with tx.whole_county():
        people = opened(tx, vault=vault, petition_id=petition.id)
    return redactor(people.values())


def find(
    tx: Transaction,
    vault: Vault,
    *,
    name: str | None = None,
    identity_number: str | None = None,
    phone: str | None = None,
    most: int = 200,
) -> list[str]:
    """Ids of the petitions with a person of whom all that is given is true, the newest first: of those whose people the
    actor may know. Whole values only: that is all that the blind index knows."""
    county = tx.actor.county
    where: list[sa.ColumnElement[bool]] = [petitioner.c.county_id == county]
    if name is not None:
        where.append(petitioner.c.name_digest == vault.index(name_key(name), county=county, kind="name"))
    if identity_number is not None:
        digests = [vault.index(form, county=county, kind=series) for series, form in number_keys(identity_number)]
        where.append(petitioner.c.identity_digest.in_(digests))
    if phone is not None:
        where.append(petitioner.c.phone_digest == vault.index(phone_key(phone), county=county, kind="phone"))
    ids = sa.select(petitioner.c.petition_id).where(*where).distinct()
    return list(tx.connection.execute(ids.order_by(petitioner.c.petition_id.desc()).limit(most)).scalars())


def same_people(
    tx: Transaction, vault: Vault, people: Iterable[PetitionerInput], *, most: int = 500
) -> dict[str, Known]:
    """The earlier petitions of these people that the transaction sees, by id, the newest first, and by what each is the
    same people's. ``people``: as ``check_people`` gives them, or as they were typed so far.

    Agents and companions are nobody's item, neither here nor there. Two of one name with different papers are two.
    """
    county = tx.actor.county
    given = [prints(vault, person, county=county) for person in people if person.role in WRITERS]
    if not given:
        # Asked for nobody, PostgreSQL would read the whole table to find him.
        return {}
    query = (
        sa.select(petitioner)
        .where(
            petitioner.c.county_id == county,
            petitioner.c.role.in_([role.value for role in WRITERS]),
            sa.or_(
                petitioner.c.identity_digest.in_([digest for each in given for digest in each.identities]),
                petitioner.c.name_digest.in_([each.name for each in given]),
            ),
        )
        .order_by(petitioner.c.petition_id.desc())
        .limit(most)
    )
    found: dict[str, Known] = {}
    for row in tx.connection.execute(query):
        ways = [by for each in given if (by := _same(row, each)) is not None]
        before = found.get(row.petition_id)
        if ways and (before is None or min(ways) < before.by):
            found[row.petition_id] = Known(row.petition_id, min(ways), row.confidential, row.visible_to, row.named)
    return found


def prints(vault: Vault, person: PetitionerInput, *, county: str) -> Prints:
    identities = []
    if number := person.identity_number:
        series, _ = number_key(number, document=person.document)
        identities = [vault.index(form, county=county, kind=series) for form in same_numbers(number)]
    return Prints(
        identities=identities,
        name=vault.index(name_key(person.name), county=county, kind="name"),
        phone=vault.index(phone_key(person.phone), county=county, kind="phone") if person.phone else None,
    )


def show_to(*, tx: Transaction, petition_id: str, tenants: set[str]) -> None:
    """Lets exactly these tenants, besides the county office, reveal the petitioners and the texts of a petition.

    What an item hides stays with the tenant that registered it.
    """
    for table in (petitioner, original):
        tx.connection.execute(
            sa.update(table)
            .where(
                table.c.county_id == tx.actor.county,
                table.c.petition_id == petition_id,
                table.c.confidential.is_(False),
            )
            .values(visible_to=sorted(tenants))
        )


def renew_names(tx: Transaction, petition: Petition) -> None:
    """After a change of who is named to see a petition: the same people, and no others, may reveal what it seals."""
    named = None if petition.named is None else sorted(petition.named)
    for table in (petitioner, original):
        tx.connection.execute(
            sa.update(table)
            .where(table.c.county_id == tx.actor.county, table.c.petition_id == petition.id)
            .values(named=named)
        )


def _kept(found: Prints) -> dict[str, bytes | None]:
    return {
        "identity_digest": found.identities[0] if found.identities else None,
        "name_digest": found.name,
        "phone_digest": found.phone,
    }


def _same(row: sa.Row[Any], person: Prints) -> By | None:
    """By what the sealed person is this one; None where he is not. Two of one name with different papers are two."""
    if row.identity_digest is not None and person.identities:
        return By.IDENTITY if bytes(row.identity_digest) in person.identities else None
    if row.name_digest is None or bytes(row.name_digest) != person.name:
        return None
    same_phone = person.phone is not None and row.phone_digest is not None and bytes(row.phone_digest) == person.phone
    return By.NAME_AND_PHONE if same_phone else By.NAME


def _sealed(vault: Vault, person: PetitionerInput, *, county: str, person_id: str) -> dict[str, bytes | None]:
    plain: dict[str, str | None] = {column: getattr(person, column) for column in SEALED}
    said = {name: value for name in DETAILS if (value := getattr(person, name)) is not None}
    plain["details"] = msgspec.json.encode(said).decode() if said else None
    return {
        column: None if value is None else vault.seal(value, place=(county, "petitioner", person_id, column))
        for column, value in plain.items()
    }


def _opened(vault: Vault, row: sa.Row[Any]) -> RevealedPetitioner:
    def plain(column: str) -> str | None:
        sealed = getattr(row, column)
        return (
            None if sealed is None else vault.open(bytes(sealed), place=(row.county_id, "petitioner", row.id, column))
        )

    details = plain("details")
    said = {column: plain(column) for column in SEALED} | (msgspec.json.decode(details) if details else {})
    return msgspec.convert(said, RevealedPetitioner)
