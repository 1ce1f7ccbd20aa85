"""Texts as they were written: sealed here, where the register has them masked."""

import msgspec
import sqlalchemy as sa

from services.common.database import Transaction
from services.common.redacting import redacted_part, redactor
from services.common.vault import Vault
from services.contracts.intake import Petition
from services.contracts.people import PetitionerInput
from services.contracts.register_commands import RevealedText
from services.intake.model import original

TEXTS = RevealedText.__struct_fields__
"""The fields of a petition in which somebody has written something."""


def masked(petition: Petition, people: list[PetitionerInput]) -> Petition:
    """The petition with every text of it masked. Pure; ``people``: its own."""
    redact = redactor(people if petition.hides_petitioners else [])
    changed = {name: redacted_part(getattr(petition, name), redact) for name in TEXTS}
    sealed = any(changed[name] != getattr(petition, name) for name in TEXTS)
    # Why it was put to a matter is the register's own word, of which nothing need be kept in the vault.
    matter = petition.matter and msgspec.structs.replace(petition.matter, reason=redact(petition.matter.reason))
    return msgspec.structs.replace(petition, **changed, matter=matter, text_sealed=sealed)


def store(tx: Transaction, *, vault: Vault, written: Petition, petition: Petition) -> None:
    """Seals what was ``written``, where it is not what the petition says: for whoever may see the petition's people."""
    if not petition.text_sealed:
        return
    text = RevealedText(**{name: getattr(written, name) for name in TEXTS})
    place = (tx.actor.county, "original", petition.id, "texts")
    tx.connection.execute(
        sa.insert(original).values(
            county_id=tx.actor.county,
            petition_id=petition.id,
            visible_to=sorted(petition.audience),
            named=None if petition.named is None else sorted(petition.named),
            confidential=petition.hides_petitioners,
            texts=vault.seal(msgspec.json.encode(text).decode(), place=place),
        )
    )


def reveal(tx: Transaction, *, vault: Vault, petition_id: str) -> RevealedText | None:
    """What was written; None where nothing was masked, or the actor may not see it."""
    row = tx.connection.execute(
        sa.select(original).where(original.c.county_id == tx.actor.county, original.c.petition_id == petition_id)
    ).first()
    if row is None:
        return None
    place = (tx.actor.county, "original", petition_id, "texts")
    return msgspec.json.decode(vault.open(bytes(row.texts), place=place), type=RevealedText)
