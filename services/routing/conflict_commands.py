"""Routing's commands about the conflict log, as a part of the service class. The rules stand in ``conflicts``."""

from services.common.bus import command
from services.common.database import Transaction
from services.common.errors import NotFound
from services.common.ids import is_id
from services.contracts.actor import HANDLES_CASES, Role
from services.contracts.acts import Act
from services.contracts.conflicts import Conflict, EndConflict, RecordConflict
from services.routing import conflicts
from services.routing.county_tables import directory

RECORDERS = (*HANDLES_CASES, Role.SUPERVISOR)


class ConflictCommands:
    """Each answers the conflict as it now is."""

    @command(RecordConflict, roles=RECORDERS)
    def record_conflict(self, tx: Transaction, body: RecordConflict) -> Conflict:
        organisations = directory(tx)
        place = conflicts.place_of(actor=tx.actor, code=body.place, directory=organisations)
        conflict = conflicts.recorded(command=body, actor=tx.actor, place=place, today=tx.today)
        tx.record(conflict, act=Act.CONFLICT_RECORDED)
        return conflict

    @command(EndConflict, roles=RECORDERS)
    def end_conflict(self, tx: Transaction, body: EndConflict) -> Conflict:
        row = tx.find(Conflict, body.conflict_id) if is_id(body.conflict_id) else None
        if row is None:
            raise NotFound()
        conflict = conflicts.ended(conflict=row.state, command=body, actor=tx.actor, today=tx.today)
        tx.record(conflict, act=Act.CONFLICT_ENDED, base=row.version, remark=body.outcome.strip())
        return conflict
