"""Routing's commands about who should answer, as a part of the service class. The rules stand in ``proposing``.

``propose_for`` follows each state of a petition, ``decide`` the first lead referral; both are called under the county's
other commands, so neither asks anybody and neither is a hop of its own.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from services.common.bus import command
from services.common.database import Database, Entry, Transaction, Versioned
from services.common.told_calendar import told_calendar
from services.common.workdays import Calendar
from services.contracts.actor import Role, TenantKind, system_actor
from services.contracts.acts import Act
from services.contracts.calendar import CalendarYear
from services.contracts.directory import Organisation
from services.contracts.intake import Petition
from services.contracts.proposals import Decision, LoadRoutingRules, Proposal, ProposeAnew, RoutingRules
from services.contracts.routing import Referral, ReferralKind
from services.routing.county_tables import directory, routing_rules
from services.routing.proposing import propose, same
from services.routing.rule_findings import check_rules
from services.routing.suggesting import suggestion_for
from services.routing.undecided import undecided

BATCH = 100
"""Petitions of one command: what a caller waits for without losing patience."""


class ProposalCommands:
    database: Database

    @command(LoadRoutingRules, roles=(Role.OPERATOR,), kinds=(TenantKind.COUNTY,))
    def load_routing_rules(self, tx: Transaction, body: LoadRoutingRules) -> Any:
        """Enters the rules with what was found about them. A county that never had any and has none enters nothing."""
        tx.lock("routing rules")
        found = check_rules(categories=body.categories, rules=body.rules, directory=directory(tx), day=tx.today)
        row = tx.find(RoutingRules, "rules")
        fresh = RoutingRules(
            version=_version(body),
            loaded_on=tx.today,
            categories=body.categories,
            rules=body.rules,
            findings=found,
            county_decides_from_return=body.county_decides_from_return,
        )
        empty = not (body.rules or body.categories or body.county_decides_from_return)
        known = empty if row is None else msgspec.structs.replace(row.state, loaded_on=tx.today) == fresh
        if not known:
            tx.record(fresh, act=Act.RULES_LOADED, base=row.version if row else 0, remark=f"{len(body.rules)} 条规则")
        return {"version": fresh.version, "changed": not known, "findings": len(found)}

    @command(ProposeAnew, roles=(Role.OPERATOR,), kinds=(TenantKind.COUNTY,))
    def propose_anew(self, tx: Transaction, body: ProposeAnew) -> Any:
        """One batch; see the contract. Repeated, it changes nothing."""
        # A transaction of its own: the operator sees no case, and what is told of them is no answer of his.
        with self.database.begin(system_actor(tx.actor.county, "routing"), trace=tx.trace) as whole:
            return _anew(whole, body.after)


def _anew(tx: Transaction, after: str | None) -> dict[str, Any]:
    ids = undecided(tx.connection, county=tx.actor.county, after=after, limit=BATCH)
    for petition_id in ids:
        tx.lock(petition_id)
    ours = tx.of_petitions((Proposal, Referral), ids)
    petitions = tx.kept_of_petitions((Petition,), ids)
    basis = _basis(tx)
    entries: list[Entry] = []
    for petition_id in ids:
        (row,) = ours[Proposal, petition_id]
        (petition,) = petitions[Petition, petition_id]
        if row.state.decision is None and (Referral, petition_id) not in ours:
            entries += _entry(tx, basis, petition.state, row)
    tx.record_many(entries)
    return {"looked_at": len(ids), "changed": len(entries), "next": ids[-1] if len(ids) == BATCH else None}


def propose_for(tx: Transaction, petition: Petition) -> None:
    """Records what is proposed for this state of the petition, if that is new and nobody has decided.

    In a transaction that sees the whole county.
    """
    if petition.historical:
        return
    tx.lock(petition.id)
    row = tx.find(Proposal, petition.id)
    if (row is None or row.state.decision is None) and not tx.of_petition(Referral, petition.id):
        for state, act, base, remark in _entry(tx, _basis(tx), petition, row):
            tx.record(state, act=act, base=base, remark=remark)


def decide(tx: Transaction, petition: Petition, *, lead: str, kind: ReferralKind, reason: str | None) -> None:
    """Records whom the first lead referral chose, beside what was proposed; a later one changes nothing.

    Under the lock of the case. A referral may overtake the fact that tells of the petition: then it is proposed here.
    """
    row = tx.find(Proposal, petition.id)
    if row is not None and row.state.decision is not None:
        return
    proposal = row.state if row else _proposal(tx, _basis(tx), petition)
    followed = proposal.lead is not None and proposal.lead.tenant == lead
    decision = Decision(
        lead=lead,
        kind=kind,
        followed=followed,
        reason=None if followed or reason is None else reason.strip() or None,
        on=tx.today,
        by=tx.actor.reference,
    )
    # Whoever gets the case reads its timeline: that it was decided, and not who else was thought of.
    remark = "采纳转办建议" if followed else "未采纳转办建议" if proposal.lead else "没有转办建议，人工确定"
    decided = msgspec.structs.replace(proposal, decision=decision)
    tx.record(decided, act=Act.PROPOSAL_DECIDED, base=row.version if row else 0, remark=remark)


@dataclass(frozen=True)
class _Basis:
    """What every petition of the county is proposed by."""

    rules: RoutingRules | None
    directory: Mapping[str, Organisation]
    day: date
    calendar: Calendar
    """Without the county's own days off: a proposal speaks of the law's working days."""


def _basis(tx: Transaction) -> _Basis:
    years = [row.state for row in tx.kept_all(CalendarYear)]
    return _Basis(routing_rules(tx), directory(tx), tx.today, told_calendar(years=years, regime=None, tenant=None))


def _proposal(tx: Transaction, basis: _Basis, petition: Petition) -> Proposal:
    return propose(
        petition=petition,
        rules=basis.rules,
        directory=basis.directory,
        day=basis.day,
        calendar=basis.calendar,
        suggestion=suggestion_for(tx.actor.county, petition.title, petition.body),
    )


def _entry(tx: Transaction, basis: _Basis, petition: Petition, row: Versioned[Proposal] | None) -> list[Entry]:
    """The proposal to write; none where it would say what stands already."""
    fresh = _proposal(tx, basis, petition)
    if row is not None and same(fresh, row.state):
        return []
    said = "已提出转办建议" if fresh.lead or fresh.diversion else "没有规则能确定承办单位，请人工确定"
    return [Entry(fresh, Act.PROPOSED, row.version if row else 0, said)]


def _version(body: LoadRoutingRules) -> str:
    content = msgspec.json.encode((body.categories, body.rules, body.county_decides_from_return))
    return hashlib.sha256(content).hexdigest()[:12]
