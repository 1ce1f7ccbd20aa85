"""Milestones: the entry points. Each answers the milestone as it now is."""

from services.common.bus import command
from services.common.database import Transaction
from services.common.locking import locked
from services.contracts.actor import HANDLES_CASES, Role, TenantKind
from services.contracts.acts import Act
from services.contracts.milestones import Milestone, RecordMilestone, TakeBackMilestone
from services.contracts.routing import Referral
from services.deadlines import milestones
from services.deadlines.cases import recount
from services.deadlines.rules import Rules

RECORDERS = (*HANDLES_CASES, Role.SUPERVISOR, Role.LEADER)


class MilestoneCommands:
    """A base of the service class."""

    rules: Rules

    @command(RecordMilestone, roles=RECORDERS)
    def record_milestone(self, tx: Transaction, body: RecordMilestone) -> Milestone:
        petition, actor = body.petition, tx.actor
        referrals = [each.state for each in tx.kept_of_petition(Referral, petition.id)]
        # First of all: who may not record may not write what is kept of the petition either.
        milestones.check_recorder(actor=actor, petition=petition, referrals=referrals)
        tx.lock(petition.id)
        if actor.kind is TenantKind.COUNTY or actor.tenant == petition.registered_by:
            # It may be newer here than the fact that tells of it: an urgent item is reported within minutes. Only
            # from who sees it whole: what others know of it is without its petitioners.
            tx.keep(petition, version=body.petition_version, fact_id=f"command:{tx.trace}")
        milestone = milestones.recorded(
            petition=petition,
            actor=actor,
            kind=body.kind,
            on=body.on,
            note=body.note,
            until=body.until,
            now=tx.now,
            today=tx.today,
        )
        until = f"（承诺 {body.until} 前办结）" if body.until else ""
        remark = f"{body.kind.label}，{body.on}{until}：{body.note}"
        tx.record(milestone, act=Act.MILESTONE_RECORDED, remark=remark)
        self._recount(tx, petition.id)
        return milestone

    @command(TakeBackMilestone, roles=RECORDERS)
    def take_back_milestone(self, tx: Transaction, body: TakeBackMilestone) -> Milestone:
        row = locked(tx, Milestone, body.milestone_id)
        milestone = milestones.taken_back(milestone=row.state, actor=tx.actor, reason=body.reason)
        remark = f"{milestone.kind.label}，{milestone.on}：{body.reason}"
        tx.record(milestone, act=Act.MILESTONE_TAKEN_BACK, base=row.version, remark=remark)
        self._recount(tx, milestone.petition_id)
        return milestone

    def _recount(self, tx: Transaction, petition_id: str) -> None:
        with tx.whole_county():
            recount(tx, petition_id=petition_id, rules=self.rules)
