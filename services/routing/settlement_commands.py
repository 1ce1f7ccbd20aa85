"""Routing's commands about settlements, as a part of the service class. The rules stand in ``settling``."""

from services.common.bus import command
from services.common.database import Transaction, Versioned
from services.common.errors import NotFound
from services.common.ids import is_id
from services.contracts.actor import HANDLES_CASES
from services.contracts.acts import Act
from services.contracts.meetings import FulfilSettlement, RecordSettlement, Settlement, TakeBackSettlement
from services.contracts.routing import Referral
from services.routing import settling


class SettlementCommands:
    """Each answers the settlement as it now is."""

    @command(RecordSettlement, roles=HANDLES_CASES)
    def record_settlement(self, tx: Transaction, body: RecordSettlement) -> Settlement:
        petition = body.petition
        tx.lock(petition.id)
        standing = [row.state for row in tx.of_petition(Referral, petition.id) if row.state.stands]
        lead = settling.lead_of(actor=tx.actor, petition=petition, standing=standing)
        settlement = settling.recorded(command=body, lead=lead, today=tx.today)
        remark = f"{settlement.kind.label}，{settlement.agreed_on}"
        tx.record(settlement, act=Act.SETTLED, remark=remark)
        return settlement

    @command(FulfilSettlement, roles=HANDLES_CASES)
    def fulfil_settlement(self, tx: Transaction, body: FulfilSettlement) -> Settlement:
        row = _found(tx, body.settlement_id)
        settlement = settling.fulfilled(settlement=row.state, actor=tx.actor, on=body.on, today=tx.today)
        remark = f"{settlement.kind.label}，{settlement.fulfilled_on}"
        tx.record(settlement, act=Act.SETTLEMENT_FULFILLED, base=row.version, remark=remark)
        return settlement

    @command(TakeBackSettlement, roles=HANDLES_CASES)
    def take_back_settlement(self, tx: Transaction, body: TakeBackSettlement) -> Settlement:
        row = _found(tx, body.settlement_id)
        settlement = settling.taken_back(settlement=row.state, actor=tx.actor, reason=body.reason)
        remark = f"{settlement.kind.label}：{settlement.taken_back}"
        tx.record(settlement, act=Act.SETTLEMENT_TAKEN_BACK, base=row.version, remark=remark)
        return settlement


def _found(tx: Transaction, settlement_id: str) -> Versioned[Settlement]:
    row = tx.find(Settlement, settlement_id) if is_id(settlement_id) else None
    if row is None:
        raise NotFound()
    return row
