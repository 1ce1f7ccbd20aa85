"""What belongs to a case is seen by whom the case is seen by (Art. 30): after a change of the people named for it, each
copy of their names is made anew."""

import msgspec

from services.common.database import Entry, Transaction
from services.contracts.acts import Act
from services.contracts.base import OfCase
from services.contracts.intake import Petition
from services.contracts.network import InformationItem
from services.contracts.topology import STATES

OF_CASE = tuple(state for state in STATES if issubclass(state, OfCase) or state is InformationItem)
"""An information belongs to a case once a petition was registered of it; until then it is nobody's."""
FOLLOWED = "知悉人员变更，随件更新"


def follow_names(tx: Transaction, petition: Petition) -> None:
    """Records everything of this service that belongs to the petition and names other people than it does.

    The transaction must see the whole county. Only of what is confined the people can change.
    """
    if not petition.confined or petition.named is None:
        return
    tx.lock(petition.id)
    names = sorted(petition.named)
    rows = [row for found in tx.of_petitions(OF_CASE, [petition.id]).values() for row in found]
    tx.record_many(
        [
            Entry(msgspec.structs.replace(row.state, restricted_to=names), Act.READERS_NAMED, row.version, FOLLOWED)
            for row in rows
            if row.state.restricted_to != names
        ]
    )
