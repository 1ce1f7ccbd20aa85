"""Finding an item of the register for who acts on it as the one who keeps it."""

from services.common.database import Transaction, Versioned
from services.common.errors import Forbidden, NotFound
from services.common.ids import is_id
from services.contracts.directory import Organisation
from services.contracts.intake import Petition
from services.contracts.routing import Referral


def registered(tx: Transaction, petition_id: str, what: str) -> Versioned[Petition]:
    """The petition, locked, for its registering tenant and the county office; whoever only holds it is told whom to
    ask (``Forbidden``), and anybody else gets ``NotFound``. ``what``: the act, as people call it."""
    row = tx.find(Petition, petition_id) if is_id(petition_id) else None
    if row is not None:
        return row
    held = [referral for referral in standing(tx, petition_id) if referral.to_tenant == tx.actor.tenant]
    if not held:
        raise NotFound()
    registrar = tx.kept(Organisation, held[0].registered_by)
    name = registrar.state.name if registrar else held[0].registered_by
    raise Forbidden(f"{what}由登记单位或县信访局办理，请联系登记单位：{name}")


def standing(tx: Transaction, petition_id: str) -> list[Referral]:
    """The hand-overs that stand, as far as the bus has told of them and the actor sees them."""
    return [kept.state for kept in tx.kept_of_petition(Referral, petition_id) if kept.state.stands]
