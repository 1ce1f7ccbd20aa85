"""Petitioners' personal data: sealed here, masked everywhere else."""

import sqlalchemy as sa

from services.common.database import Transaction
from services.common.ids import new_id
from services.common.vault import Vault
from services.contracts.intake import Petition
from services.contracts.people import MaskedPetitioner, PetitionerInput
from services.intake.masking import mask_address, mask_identity_number, mask_name, mask_phone
from services.intake.model import petitioner

SEALED = ("name", "identity_number", "phone", "address")


def mask(person: PetitionerInput) -> MaskedPetitioner:
    """The petitioner under a new id, as facts and the view carry him."""
    return MaskedPetitioner(
        id=new_id(),
        name=mask_name(person.name),
        identity_number=mask_identity_number(person.identity_number) if person.identity_number else None,
        phone=mask_phone(person.phone) if person.phone else None,
        address=mask_address(person.address) if person.address else None,
        representative=person.representative,
    )


def store(*, tx: Transaction, vault: Vault, petition: Petition, people: list[PetitionerInput]) -> None:
    """Seals the people behind the petition's masked petitioners, in the same order."""
    county = tx.actor.county
    for masked, person in zip(petition.petitioners, people, strict=True):
        sealed = {
            column: vault.seal(value, place=(county, "petitioner", masked.id, column))
            for column in SEALED
            if (value := getattr(person, column)) is not None
        }
        digests = {
            f"{kind}_digest": vault.index(value, county=county, kind=kind)
            for kind, value in (("identity", person.identity_number), ("phone", person.phone))
            if value is not None
        }
        tx.connection.execute(
            sa.insert(petitioner).values(
                county_id=county,
                id=masked.id,
                petition_id=petition.id,
                visible_to=sorted(petition.audience),
                named=None if petition.named is None else sorted(petition.named),
                confidential=petition.hides_petitioners,
                **sealed,
                **digests,
            )
        )


def reveal(*, tx: Transaction, vault: Vault, petition_id: str, petitioner_id: str) -> dict[str, str | None] | None:
    """The petitioner in clear; None where there is none or the actor may not see him."""
    row = tx.connection.execute(
        sa.select(petitioner).where(
            petitioner.c.county_id == tx.actor.county,
            petitioner.c.petition_id == petition_id,
            petitioner.c.id == petitioner_id,
        )
    ).first()
    if row is None:
        return None
    return {
        column: vault.open(bytes(value), place=(tx.actor.county, "petitioner", petitioner_id, column))
        if (value := getattr(row, column)) is not None
        else None
        for column in SEALED
    }


def show_to(*, tx: Transaction, petition_id: str, tenants: set[str]) -> None:
    """Lets exactly these tenants, besides the county office, reveal the petitioners of a petition.

    Petitioners who asked to stay unknown (保密) stay with the tenant that registered them.
    """
    tx.connection.execute(
        sa.update(petitioner)
        .where(
            petitioner.c.county_id == tx.actor.county,
            petitioner.c.petition_id == petition_id,
            petitioner.c.confidential.is_(False),
        )
        .values(visible_to=sorted(tenants))
    )
