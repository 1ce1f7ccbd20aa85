"""The roster's commands about how members received, as a part of the service class; the rules are ``evaluating``."""

from services.common.bus import command
from services.common.database import Transaction
from services.common.errors import NotFound
from services.contracts.actor import Role
from services.contracts.acts import Act
from services.contracts.evaluations import EvaluateMember, Evaluation, TakeBackEvaluation
from services.contracts.roster_people import Member
from services.roster import evaluating
from services.roster.seating_store import lock_table

EVALUATORS = (Role.HEAD, Role.SUPERVISOR)
"""A supervisor of the county office; of another tenant the rules refuse him."""


class EvaluationCommands:
    """Each answers the evaluation as it now is."""

    @command(EvaluateMember, roles=EVALUATORS)
    def evaluate_member(self, tx: Transaction, body: EvaluateMember) -> Evaluation:
        row = tx.read(Member, body.member)
        if row is None:
            raise NotFound("没有这名人员，请在值班人员名册中核对")
        member = row.state
        evaluating.check_evaluator(tx.actor, member)
        lock_table(tx, member.tenant)
        known = tx.find(Evaluation, evaluating.evaluation_id(member.id, body.month))
        made = evaluating.evaluated(
            member=member, known=known.state if known else None, command=body, actor=tx.actor, today=tx.today
        )
        tx.record(made, act=Act.EVALUATED, base=known.version if known else 0, remark=made.verdict.label)
        return made

    @command(TakeBackEvaluation, roles=EVALUATORS)
    def take_back_evaluation(self, tx: Transaction, body: TakeBackEvaluation) -> Evaluation:
        row = tx.find(Evaluation, body.evaluation_id)
        if row is None:
            raise NotFound("没有这条接访评价，请刷新后核对")
        member = tx.read(Member, row.state.member)
        made = evaluating.taken_back(
            evaluation=row.state, member=member.state if member else None, reason=body.reason, actor=tx.actor
        )
        tx.record(made, act=Act.EVALUATION_TAKEN_BACK, base=row.version, remark=made.taken_back)
        return made
