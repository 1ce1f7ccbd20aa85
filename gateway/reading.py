"""Reading the view as one actor: batched, and only what the policies let through."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from aiodataloader import DataLoader

from gateway.conflict_months import ConflictDays
from gateway.model import account, case_part, conflict, ended_referral, petition, private, shared_table, timeline
from gateway.proposal_report import RuleFigures, figures
from gateway.reading_lists import CLOCKS, PETITIONS, SUPERVISIONS, URGENT_REPORTS, PetitionRow, ScopedReader
from gateway.triage_counts import TriageCount, counted, counts
from services.contracts.actor import Role, TenantKind
from services.contracts.archives import CaseArchive
from services.contracts.attachments import Attachment
from services.contracts.base import State
from services.contracts.conflicts import ConflictState
from services.contracts.deadlines import Clock
from services.contracts.desk import Notice, Talk
from services.contracts.directory import Organisation
from services.contracts.duty_notes import DutyNote
from services.contracts.extensions import Extension
from services.contracts.flows import Approval
from services.contracts.meetings import CaseMeeting, Settlement
from services.contracts.milestones import Milestone
from services.contracts.people import MaskedPetitioner
from services.contracts.proposals import Proposal
from services.contracts.ratings import FollowUp, Rating
from services.contracts.reviews import CaseOwner, Review
from services.contracts.routing import Closure, Referral
from services.contracts.supervision import Supervision
from services.contracts.topology import STATE_BY_TYPE
from services.contracts.urgent_reports import UrgentReport

S = TypeVar("S", bound=State)


@dataclass
class CaseParts:
    """What belongs to a petition, each kind by id, which is by age."""

    found: dict[type[State], list[Any]] = field(default_factory=lambda: defaultdict(list))

    @property
    def referrals(self) -> list[Referral]:
        return self.found[Referral]

    @property
    def reviews(self) -> list[Review]:
        return self.found[Review]

    @property
    def extensions(self) -> list[Extension]:
        return self.found[Extension]

    @property
    def milestones(self) -> list[Milestone]:
        return self.found[Milestone]

    @property
    def approvals(self) -> list[Approval]:
        return self.found[Approval]

    @property
    def ratings(self) -> list[Rating]:
        return self.found[Rating]

    @property
    def talks(self) -> list[Talk]:
        return sorted(self.found[Talk], key=lambda each: (each.at, each.id))

    @property
    def notices(self) -> list[Notice]:
        return self.found[Notice]

    @property
    def follow_ups(self) -> list[FollowUp]:
        return sorted(self.found[FollowUp], key=lambda each: (each.on, each.id))

    @property
    def meetings(self) -> list[CaseMeeting]:
        return self.found[CaseMeeting]

    @property
    def settlements(self) -> list[Settlement]:
        return self.found[Settlement]

    @property
    def attachments(self) -> list[Attachment]:
        return sorted(self.found[Attachment], key=lambda each: (each.at, each.id))

    @property
    def proposal(self) -> Proposal | None:
        return next(iter(self.found[Proposal]), None)

    @property
    def closure(self) -> Closure | None:
        return next(iter(self.found[Closure]), None)

    @property
    def archive(self) -> CaseArchive | None:
        return next(iter(self.found[CaseArchive]), None)

    @property
    def case_owner(self) -> CaseOwner | None:
        return next(iter(self.found[CaseOwner]), None)

    @property
    def duty_note(self) -> DutyNote | None:
        return next(iter(self.found[DutyNote]), None)


@dataclass(frozen=True)
class Private:
    """What of a petition not everybody sees who sees the petition."""

    petitioners: list[MaskedPetitioner] | None
    query_code: str | None


@dataclass(frozen=True)
class TimelineRow:
    fact_id: str
    at: datetime
    act: str
    tenant: str
    actor_name: str
    remark: str | None
    subject: str


@dataclass(frozen=True)
class User:
    login: str
    tenant: str
    kind: TenantKind
    name: str
    roles: frozenset[Role]


@dataclass(frozen=True)
class EndedReferral:
    referral_id: str
    petition_number: str
    state: str
    sent_on: date
    ended_on: date


class ViewReader(ScopedReader):
    """What resolvers ask for; see ``ScopedReader``."""

    def forget(self) -> None:
        super().forget()
        self.parts: DataLoader[str, CaseParts] = DataLoader(self._load_parts)
        self.private: DataLoader[str, Private] = DataLoader(self._load_private)
        self.timeline: DataLoader[str, list[TimelineRow]] = DataLoader(self._load_timeline)
        self._shared: DataLoader[type[State], dict[str, Any]] = DataLoader(self._load_shared)

    async def petition(self, petition_id: str) -> PetitionRow | None:
        return await self.find(PETITIONS, petition_id)

    async def petition_by_number(self, number: str) -> PetitionRow | None:
        rows = await self._rows(self._query(PETITIONS).where(petition.c.number == number))
        return self._read(PETITIONS, rows[0]) if rows else None

    async def clock(self, clock_id: str) -> Clock | None:
        return await self.find(CLOCKS, clock_id)

    async def clocks(self, petition_id: str) -> list[Clock]:
        """The clocks of a petition, those that end first in front."""
        return sorted(await self.of_petition(CLOCKS, petition_id), key=lambda clock: (clock.due_at, clock.id))

    async def supervisions(self, petition_id: str) -> list[Supervision]:
        """Those of a petition that the actor sees, the oldest in front."""
        return sorted(await self.of_petition(SUPERVISIONS, petition_id), key=lambda one: (one.opened_on, one.id))

    async def urgent_reports(self, petition_id: str) -> list[UrgentReport]:
        """Those of a petition that the actor sees, the oldest in front."""
        return sorted(await self.of_petition(URGENT_REPORTS, petition_id), key=lambda one: (one.reported_at, one.id))

    async def ended_referrals(self, *, first: int) -> list[EndedReferral]:
        """The newest of the referrals that were returned or withdrawn, as their former receiver sees them."""
        query = (
            sa.select(ended_referral)
            .where(
                ended_referral.c.county_id == self.actor.county,
                ended_referral.c.visible_to.contains([self.actor.tenant]),
            )
            .order_by(ended_referral.c.ended_on.desc(), ended_referral.c.referral_id.desc())
            .limit(first)
        )
        return [
            EndedReferral(row.referral_id, row.petition_number, row.state, row.sent_on, row.ended_on)
            for row in await self._rows(query)
        ]

    async def unknown_logins(self, logins: list[str]) -> list[str]:
        """Those that no user of the county has."""
        if not logins:
            return []
        query = sa.select(account.c.username).where(
            account.c.county_id == self.actor.county, account.c.username.in_(logins)
        )
        known = {row.username for row in await self._rows(query)}
        return [login for login in logins if login not in known]

    async def users(self, logins: Collection[str] | None = None) -> dict[str, User]:
        """Those of the county that are in use, by login; of these logins, or all."""
        if logins is not None and not logins:
            return {}
        query = sa.select(account).where(account.c.county_id == self.actor.county, account.c.active)
        if logins is not None:
            query = query.where(account.c.username.in_(logins))
        return {
            row.username: User(row.username, row.tenant, TenantKind(row.kind), row.name, roles)
            for row in await self._rows(query)
            for roles in [frozenset(map(Role, row.roles))]
        }

    async def conflict_days(self, *, first: date, last: date) -> list[ConflictDays]:
        """What counts in these days of the conflicts that the actor sees; what was taken back counts nowhere."""
        c = conflict.c
        over_on = sa.func.greatest(c.raised_on, c.ended_on)  # None where it is open
        query = sa.select(c.tenant, c.found_on, c.raised_on, c.ended_on).where(
            c.county_id == self.actor.county,
            c.status != ConflictState.TAKEN_BACK.value,
            c.found_on <= last,
            sa.or_(over_on.is_(None), over_on >= first),
        )
        return [ConflictDays(row.tenant, row.found_on, row.raised_on, row.ended_on) for row in await self._rows(query)]

    async def triage_counts(self, *, first: date, last: date, tenant: str | None) -> list[TriageCount]:
        """Of the entries that the actor sees, in these days; of all of them, or of one tenant's."""
        return counts(await self._rows(counted(county=self.actor.county, first=first, last=last, tenant=tenant)))

    async def rule_figures(self, *, first: date, last: date) -> list[RuleFigures]:
        """How often each rule was followed, of the petitions registered in these days whose proposal the actor sees."""
        rows = await self._rows(figures(county=self.actor.county, first=first, last=last))
        return [RuleFigures(first, last, row.rule, row.proposed, row.followed, row.against) for row in rows]

    async def shared(self, state: type[S]) -> dict[str, S]:
        """What the county shares, by id: the directory (``Organisation``), rules of rosters, its regime, circulars."""
        return await self._shared.load(state)

    async def organisation(self, code: str) -> Organisation | None:
        return (await self.shared(Organisation)).get(code)

    async def _load_parts(self, ids: list[str]) -> list[CaseParts]:
        query = (
            sa.select(case_part.c.petition_id, case_part.c.type, case_part.c.version, case_part.c.state)
            .where(case_part.c.county_id == self.actor.county, case_part.c.petition_id.in_(ids))
            .order_by(case_part.c.id)
        )
        found: dict[str, CaseParts] = defaultdict(CaseParts)
        for row in await self._rows(query):
            struct = STATE_BY_TYPE[row.type]
            state = msgspec.convert(row.state, struct)
            self.remember(state, row.version)
            found[row.petition_id].found[struct].append(state)
        return [found[petition_id] for petition_id in ids]

    async def _load_shared(self, states: list[type[State]]) -> list[dict[str, Any]]:
        types = [state.fact_type for state in states]
        query = (
            sa.select(shared_table.c.type, shared_table.c.version, shared_table.c.state)
            .where(shared_table.c.county_id == self.actor.county, shared_table.c.type.in_(types))
            .order_by(shared_table.c.id)
        )
        found: dict[str, dict[str, Any]] = {name: {} for name in types}
        for row in await self._rows(query):
            state = msgspec.convert(row.state, STATE_BY_TYPE[row.type])
            self.remember(state, row.version)
            found[row.type][state.aggregate_id] = state
        return [found[name] for name in types]

    async def _load_private(self, ids: list[str]) -> list[Private]:
        query = sa.select(private.c.petition_id, private.c.kind, private.c.data).where(
            private.c.county_id == self.actor.county, private.c.petition_id.in_(ids)
        )
        found: dict[str, dict[str, Any]] = defaultdict(dict)
        for row in await self._rows(query):
            found[row.petition_id][row.kind] = row.data
        return [_private(found[petition_id]) for petition_id in ids]

    async def _load_timeline(self, ids: list[str]) -> list[list[TimelineRow]]:
        query = (
            sa.select(timeline)
            .where(timeline.c.county_id == self.actor.county, timeline.c.petition_id.in_(ids))
            .order_by(timeline.c.at, timeline.c.fact_id)
        )
        found: dict[str, list[TimelineRow]] = defaultdict(list)
        for row in await self._rows(query):
            found[row.petition_id].append(
                TimelineRow(row.fact_id, row.at, row.act, row.tenant, row.actor_name, row.remark, row.subject)
            )
        return [found[petition_id] for petition_id in ids]


def _private(data: dict[str, Any]) -> Private:
    people = data.get("petitioners")
    return Private(
        petitioners=None if people is None else msgspec.convert(people, list[MaskedPetitioner]),
        query_code=data.get("query_code"),
    )
