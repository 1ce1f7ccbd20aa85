"""What an office changes of its own roster: its people, its regular services, whom somebody must not decide upon."""

import msgspec

from services.common.bus import command
from services.common.database import Transaction, Versioned
from services.common.errors import InvalidInput, NotFound, WrongState
from services.common.ids import new_id
from services.contracts.acts import Act
from services.contracts.directory import Organisation
from services.contracts.roster_commands import (
    EndRule,
    MemberSaved,
    PlanReport,
    RuleSaved,
    SaveInterests,
    SaveMember,
    SaveRule,
)
from services.contracts.roster_people import Interests, Member
from services.contracts.roster_settings import RosterRules
from services.roster.acting import ANYBODY_SERVING, OFFICE, check_acts_for
from services.roster.members import ONE_DAY, saved_member, with_rule, without_rule
from services.roster.plan_store import plan_tenant
from services.roster.rule_checks import RosterInvalid, member_problems, rule_problems
from services.roster.seating_store import lock_table
from services.roster.stored import of_tenant


class SetupCommands:
    """A base of the service class."""

    @command(SaveMember, roles=OFFICE)
    def save_member(self, tx: Transaction, body: SaveMember) -> MemberSaved:
        lock_table(tx, tx.actor.tenant)
        known = None if body.member_id is None else _own_member(tx, body.member_id)
        saved = saved_member(body, tenant=tx.actor.tenant, id=known.state.id if known else new_id())
        for problem in member_problems(saved, tenant=tx.actor.tenant):
            raise InvalidInput(problem, field="until")
        others = [each for each in _still_here(tx) if each.id != saved.id]
        if saved.login is not None and any(other.login == saved.login for other in others):
            raise InvalidInput(f"登录名 {saved.login} 已在另一人名下，请核对", field="login")
        if known is None or known.state != saved:
            tx.record(saved, act=Act.MEMBER_CHANGED, base=known.version if known else 0)
        return MemberSaved(member=saved, plan=plan_tenant(tx, tenant=tx.actor.tenant))

    @command(SaveRule, roles=OFFICE)
    def save_rule(self, tx: Transaction, body: SaveRule) -> RuleSaved:
        lock_table(tx, tx.actor.tenant)
        problems = list(rule_problems(body.rule, members=_still_here(tx)))
        if problems:
            raise RosterInvalid("；".join(problems), field="rule")
        known = tx.find(RosterRules, tx.actor.tenant)
        rules = known.state if known else RosterRules(tenant=tx.actor.tenant, rules=[])
        report = _record_rules(tx, known, msgspec.structs.replace(rules, rules=with_rule(rules.rules, body.rule)))
        return RuleSaved(rule=body.rule, plan=report)

    @command(EndRule, roles=OFFICE)
    def end_rule(self, tx: Transaction, body: EndRule) -> RuleSaved:
        lock_table(tx, tx.actor.tenant)
        known = tx.find(RosterRules, tx.actor.tenant)
        rule = next((each for each in known.state.rules if each.id == body.rule_id), None) if known else None
        if known is None or rule is None:
            raise NotFound("本单位没有这条值班接访规则，请刷新后核对")
        if body.last < tx.today - ONE_DAY:
            raise InvalidInput("最后一天最早填昨天：已经进行的值班、接访不能取消", field="last")
        if rule.until is not None and rule.until < body.last:
            raise WrongState(f"该规则到 {rule.until} 为止；要延长请重新保存规则")
        rules = without_rule(known.state.rules, rule.id, last=body.last)
        report = _record_rules(tx, known, msgspec.structs.replace(known.state, rules=rules))
        return RuleSaved(rule=msgspec.structs.replace(rule, until=body.last), plan=report)

    @command(SaveInterests, roles=ANYBODY_SERVING)
    def save_interests(self, tx: Transaction, body: SaveInterests) -> Interests:
        lock_table(tx, tx.actor.tenant)
        member = _own_member(tx, body.member).state
        check_acts_for(member, tx.actor)
        for code in body.units:
            if tx.kept(Organisation, code) is None:
                raise InvalidInput(f"单位 {code} 不在机构名录中，请核对", field="units")
        saved = Interests(
            tenant=member.tenant,
            member=member.id,
            kin=sorted({each.strip() for each in body.kin if each.strip()}),
            units=sorted(set(body.units)),
        )
        known = tx.find(Interests, member.id)
        if known is None or known.state != saved:
            tx.record(saved, act=Act.INTERESTS_CHANGED, base=known.version if known else 0)
        return saved


def _still_here(tx: Transaction) -> list[Member]:
    """The own tenant's members, but for those who have left."""
    members = [row.state for row in of_tenant(tx, Member, tx.actor.tenant)]
    return [each for each in members if each.until is None or each.until >= tx.today]


def _own_member(tx: Transaction, id: str) -> Versioned[Member]:
    """Raises ``NotFound`` for nobody, and for somebody of another tenant."""
    known = tx.find(Member, id)
    if known is None or known.state.tenant != tx.actor.tenant:
        raise NotFound("本单位没有这名值班人员，请在值班人员名册中核对")
    return known


def _record_rules(tx: Transaction, known: Versioned[RosterRules] | None, rules: RosterRules) -> PlanReport:
    if known is None or known.state != rules:
        tx.record(rules, act=Act.ROSTER_RULES_CHANGED, base=known.version if known else 0)
    return plan_tenant(tx, tenant=rules.tenant)
