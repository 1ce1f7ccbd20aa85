"""The matter of an item, for who links one: its first item, its other items, and what a registration joins."""

from services.common.database import Transaction
from services.common.errors import InvalidInput
from services.common.vault import Vault
from services.contracts.intake import MatterLink, Nature, Petition
from services.contracts.register_commands import RegisterPetition
from services.intake import finding, linking, people_vault

LOCK = "matters"
"""Held by whoever links or unlinks: what is the first item of others must not become another one's meanwhile."""


def first_of(tx: Transaction, number: str) -> Petition:
    """The item that brought the matter of the item ``number`` first, of whichever tenant. Raises ``InvalidInput``, the
    same for a number that does not exist and for an item of which the actor may not be told."""
    given = number.strip()
    petition_id = finding.id_of(tx, given)
    first = _first(tx, petition_id) if petition_id is not None else None
    # Its first item may be one that hides its petitioners, though the item itself does not.
    if first is None or finding.id_of(tx, first.number) is None:
        raise InvalidInput(f"没有可以并案的信访件 {given}，请核对编号", field="number")
    return first


def others(tx: Transaction, petition_id: str) -> int:
    """How many further items have this one as their first, in the whole county."""
    with tx.whole_county():
        return finding.sizes(tx, [petition_id]).get(petition_id, 1) - 1


def joined(tx: Transaction, *, vault: Vault, body: RegisterPetition) -> MatterLink | None:
    """The link with which the item is registered, if it is said to belong to an earlier matter."""
    if body.matter is None:
        return None
    tx.lock(LOCK)
    first = first_of(tx, body.matter.number)
    linking.check_same_wall(
        nature=body.nature,
        hides=body.confidential or body.nature is Nature.ACCUSATION,
        readers=[tx.actor.user, *body.readers],
        earlier=first,
    )
    return linking.link(
        first=first,
        received_on=body.received_on,
        repeated=body.repeated,
        same_people=body.matter.same_people,
        # It may speak of the earlier item's people; its own are masked with the rest of the registration.
        reason=people_vault.masker(tx, vault=vault, petition=first)(body.matter.reason),
        today=tx.today,
    )


def _first(tx: Transaction, petition_id: str) -> Petition | None:
    with tx.whole_county():
        found = tx.read(Petition, petition_id)
        if found is not None and found.state.matter is not None:
            found = tx.read(Petition, found.state.matter.first_id)
    return found.state if found else None
