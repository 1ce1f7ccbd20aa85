"""Who acts: the one thing from which every right and every scope follows."""

import msgspec

from services.contracts.base import Labelled, Part


class TenantKind(Labelled):
    COUNTY = "COUNTY", "县信访局"
    TOWNSHIP = "TOWNSHIP", "乡镇（街道）"
    BUREAU = "BUREAU", "县直部门"


class Role(Labelled):
    """What a user may do within the tenant; the tenant's kind says what it may be done to."""

    HEAD = "HEAD", "负责人"
    CLERK = "CLERK", "经办人"
    SUPERVISOR = "SUPERVISOR", "督办员"
    HANDLER = "HANDLER", "承办员"
    LEADER = "LEADER", "领导"
    AUDITOR = "AUDITOR", "审计员"
    OPERATOR = "OPERATOR", "系统管理员"
    ACCUSATIONS = "ACCUSATIONS", "检举控告专办"
    ADMINISTRATOR = "ADMINISTRATOR", "单位管理员"
    """Manages the accounts of the tenant, those of every tenant at the county office; sees no case by it."""
    PUBLIC = "PUBLIC", "公众"
    """A citizen without a login: sees no case, hands in, and asks by number and query code."""
    SYSTEM = "SYSTEM", "系统"


READS_CASES = frozenset({Role.HEAD, Role.CLERK, Role.SUPERVISOR, Role.HANDLER, Role.LEADER, Role.SYSTEM})
"""Roles that see cases at all. An auditor reads the ledger, an operator runs the machine; neither sees a case."""


HANDLES_CASES = frozenset({Role.CLERK, Role.HEAD, Role.HANDLER})
"""Roles that register, hand over, accept and answer for their tenant."""


COUNTY_WIDE = frozenset({Role.OPERATOR, Role.AUDITOR})
"""Roles that reach over the whole county: only its office has them, and who has them sees no case."""


class Actor(Part, frozen=True, kw_only=True):
    """A user of one tenant of one county, or a part of the platform acting for a county (``SYSTEM``)."""

    county: str
    """Division code of the county, six digits (GB/T 2260), e.g. ``611021``."""
    tenant: str
    """Code of the tenant, unique within the county."""
    kind: TenantKind
    user: str
    """Login name; of a bureau's own system the broker account."""
    name: str
    """What people call the user, e.g. ``窗口接待员``."""
    roles: frozenset[Role]

    @property
    def reads_cases(self) -> bool:
        return bool(self.roles & READS_CASES)

    @property
    def cleared(self) -> bool:
        """May see accusations (检举控告) of the cases that the tenant sees: Art. 30 of the regulation."""
        return bool(self.roles & {Role.ACCUSATIONS, Role.SYSTEM})

    @property
    def audits(self) -> bool:
        """Reads the county's ledger: an auditor of its petition office."""
        return self.kind is TenantKind.COUNTY and Role.AUDITOR in self.roles

    @property
    def administers(self) -> bool:
        """Manages accounts: those of the own tenant; of the county office, those of the county."""
        return Role.ADMINISTRATOR in self.roles

    @property
    def reference(self) -> "ActorRef":
        return ActorRef(tenant=self.tenant, user=self.user, name=self.name)


class ActorRef(Part, frozen=True, kw_only=True):
    """The actor as facts and the timeline name it."""

    tenant: str
    user: str
    name: str


def system_actor(county: str, service: str) -> Actor:
    """The actor of a service that follows a fact: it sees its own county whole, and no other."""
    return Actor(
        county=county,
        tenant=f"@{service}",
        kind=TenantKind.COUNTY,
        user=f"@{service}",
        name="系统",
        roles=frozenset({Role.SYSTEM}),
    )


class Expected(Part, frozen=True, kw_only=True):
    """On what somebody acts: the version of a state that he has before him. Where it is another by now, the command is
    refused (``VERSION_CONFLICT``) and nothing is done."""

    id: str
    """Of one of ``services.contracts.topology.VERSIONED``."""
    version: int
    shown: int | None
    """The version that the sender's view shows the actor now; None where it shows him none. It decides for states that
    the service does not know."""


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """How a command travels: who asks, under which request id, in which trace, and on what he acts."""

    request_id: str
    """The same id from the same actor gets the same answer and makes no second effect."""
    trace: str
    actor: Actor
    command: msgspec.Raw
    expect: tuple[Expected, ...] = ()
