"""The case as a whole, from which it follows what is to do."""

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from functools import cached_property

import msgspec

from gateway.status import NOTHING_DUE, parties
from gateway.work.kinds import TaskKind
from gateway.work.task import Task, names
from services.contracts.actor import HANDLES_CASES, Role
from services.contracts.deadlines import Obligation
from services.contracts.desk import Notice
from services.contracts.extensions import Extension
from services.contracts.flows import Approval
from services.contracts.intake import Petition
from services.contracts.journeys import journey_of
from services.contracts.meetings import Settlement
from services.contracts.ratings import Rating
from services.contracts.reviews import Review
from services.contracts.routing import Closure, Referral, ReferralRole, ReferralState
from services.contracts.supervision import Supervision
from services.contracts.urgent_reports import UrgentReport


class OpenClock(msgspec.Struct, frozen=True, kw_only=True):
    """What a task needs to know of a clock that is open."""

    id: str
    owner: str
    obligation: Obligation
    subject: str | None
    """Id of the referral, review, supervision or promise for which it is kept; None: of the petition."""
    owed: bool
    """It counts for the next due day of its petition (``gateway.status.owed``)."""
    starts_on: date
    due_on: date
    """The effective one."""


class Scene(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    petition: Petition
    referrals: list[Referral] = []
    closure: Closure | None = None
    reviews: list[Review] = []
    clocks: list[OpenClock] = []
    extensions: list[Extension] = []
    supervisions: list[Supervision] = []
    approvals: list[Approval] = []
    urgent_reports: list[UrgentReport] = []
    notices: list[Notice] = []
    settlements: list[Settlement] = []
    ratings: list[Rating] = []
    county_decides_from_return: int | None = None
    """The county's rule (``RoutingRules``)."""

    @cached_property
    def parties(self) -> frozenset[str]:
        return frozenset(parties(petition=self.petition, referrals=self.referrals, reviews=self.reviews))

    @cached_property
    def former(self) -> frozenset[str]:
        """To whom it was handed over, and who has no part in it any more."""
        return frozenset(each.to_tenant for each in self.referrals) - self.parties

    @cached_property
    def owed(self) -> list[OpenClock]:
        return [clock for clock in self.clocks if clock.owed]

    @property
    def next_due_on(self) -> date:
        return min((clock.due_on for clock in self.owed), default=NOTHING_DUE)

    def due_on(self, matches: Callable[[OpenClock], bool]) -> date:
        """The earliest last day of the clocks that end by doing it, else the next of the petition."""
        return min((clock.due_on for clock in self.owed if matches(clock)), default=self.next_due_on)

    def county_decides(self, *, coming: int) -> bool:
        """Whether the county's rule takes the decision to its office; ``coming``: returns that it would make."""
        limit = self.county_decides_from_return
        return limit is not None and journey_of(self.referrals).returns + coming >= limit

    @property
    def supports_done(self) -> bool:
        """A case is closed only once every support has answered."""
        return all(
            each.state in (ReferralState.ANSWERED, ReferralState.CLOSED)
            for each in self.referrals
            if each.stands and each.role is ReferralRole.SUPPORT
        )

    def task(
        self,
        kind: TaskKind,
        *,
        subject: str,
        tenant: str,
        since: datetime,
        roles: Collection[Role] = HANDLES_CASES,
        due_on: date | None = None,
        login: str | None = None,
        seen: bool | None = None,
        named: Iterable[str] | None = None,
    ) -> Task:
        """A task of this case. ``due_on``: None: the next due day of the petition, of which who has no part in it any
        more learns nothing. ``seen``: whether the tenant may see the task though; the county office sees it anyway."""
        seen = tenant in self.parties if seen is None else seen
        if due_on is None:
            due_on = NOTHING_DUE if tenant in self.former else self.next_due_on
        return Task(
            kind=kind,
            subject=subject,
            tenant=tenant,
            roles=frozenset(roles),
            login=login,
            since=since,
            due_on=due_on,
            petition_id=self.petition.id,
            visible_to=(tenant,) if seen else (),
            named=names(self.petition.named if named is None else named),
        )
