"""Who sees what, said a second time and without a database: the tests compare the platform with it.

Nothing of the gateway or of ``services.common.scope`` is used here, so that a mistake there is not repeated.
"""

from dataclasses import dataclass

from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.intake import Nature
from services.contracts.routing import ReferralState

READS_CASES = {Role.CLERK, Role.HEAD, Role.HANDLER, Role.SUPERVISOR, Role.LEADER}
HANDLES_CASES = {Role.CLERK, Role.HEAD, Role.HANDLER}


@dataclass(frozen=True)
class Standing:
    """All that a case's visibility depends on, at one moment."""

    county: str
    registered_by: str
    registrar: str
    nature: Nature
    confidential: bool
    accused_users: frozenset[str]
    """Logins of the people whom it accuses."""
    barred: frozenset[str]
    """Tenants that the case, an accusation, accuses."""
    holders: frozenset[str]
    """Tenants with a referral of it that stands."""
    ended: tuple[tuple[str, ReferralState], ...]
    """Referrals of it that were returned or withdrawn, with their former receivers."""


@dataclass(frozen=True)
class Sight:
    """What one observer sees of one case."""

    case: bool
    petitioners: bool
    query_code: bool
    """The query code, and what was proposed about who should answer."""
    ended: tuple[ReferralState, ...]
    """The returned and withdrawn referrals that he sees as such, and nothing else of them."""


def admitted(actor: Actor, case: Standing) -> bool:
    """Whether anything of the case could be for him at all, whatever his tenant."""
    return (
        actor.county == case.county
        and bool(actor.roles & READS_CASES)
        # Nobody sees what accuses himself, whatever his rights (Art. 30).
        and actor.user not in case.accused_users
        and actor.tenant not in case.barred
        # An accusation (检举控告): only who registered it and who is cleared for accusations (Art. 30).
        and (case.nature is not Nature.ACCUSATION or Role.ACCUSATIONS in actor.roles or actor.user == case.registrar)
    )


def expected(actor: Actor, case: Standing) -> Sight:
    """The rule. The county is a wall; the roles decide whether one sees cases; the tenant decides which."""
    inner = actor.kind is TenantKind.COUNTY or actor.tenant == case.registered_by
    sees_at_all = admitted(actor, case)
    sees = sees_at_all and (inner or actor.tenant in case.holders)
    return Sight(
        case=sees,
        petitioners=sees and (inner or not (case.confidential or case.nature is Nature.ACCUSATION)),
        query_code=sees and inner,
        ended=tuple(state for tenant, state in case.ended if sees_at_all and tenant == actor.tenant),
    )


SENDERS_ACTS = frozenset({"withdrawReferral", "decideObjection", "overruleRefusal", "sendBackAnswer"})
RECEIVERS_ACTS = frozenset(
    {
        *("receiveReferral", "objectToReferral", "acceptReferral", "answerReferral"),
        *("refuseReferral", "noteProgress", "raiseDispute", "forwardReferral"),
    }
)
DECIDES = {Role.CLERK, Role.HEAD}
ACT_ROLES: dict[str, set[Role]] = {
    **dict.fromkeys(("decideObjection", "overruleRefusal", "sendBackAnswer", "refuseReferral"), DECIDES),
    **dict.fromkeys(("raiseDispute", "forwardReferral"), DECIDES),
    "decideDispute": DECIDES | {Role.LEADER},
}
"""Who may do it for his tenant, where not everybody may who handles cases."""


def refusal_of_referral_act(
    actor: Actor, case: Standing, *, mutation: str, sender: str, receiver: str, ended: bool
) -> str | None:
    """The code with which an act on one referral is refused; None where it is this actor's to do.

    The referral stays known to its former receiver after its end, for it can name it: it is told that it ended.
    """
    if not actor.roles & ACT_ROLES.get(mutation, HANDLES_CASES):
        return "FORBIDDEN"
    if not admitted(actor, case) or (
        actor.kind is not TenantKind.COUNTY and actor.tenant not in {case.registered_by, receiver}
    ):
        return "NOT_FOUND"
    is_sender = actor.kind is TenantKind.COUNTY or actor.tenant == sender
    is_receiver = actor.tenant == receiver
    if mutation in SENDERS_ACTS:
        may = is_sender
    elif mutation in RECEIVERS_ACTS:
        may = is_receiver
    elif mutation == "decideDispute":
        # The county office is told that there is none; nobody else was asked to decide one.
        may = actor.kind is TenantKind.COUNTY
    else:
        may = is_sender or is_receiver
    if not may:
        return "FORBIDDEN"
    return "WRONG_STATE" if ended or mutation == "decideDispute" else None


REVEALS = frozenset({"revealPetitioner", "revealText"})


def refusal_of_petition_act(actor: Actor, case: Standing, *, mutation: str, closed: bool) -> str | None:
    """The code with which an act on the petition itself is refused; None where it is this actor's to do."""
    sight = expected(actor, case)
    if not (sight.petitioners if mutation in REVEALS else sight.case):
        return "NOT_FOUND"
    if not actor.roles & HANDLES_CASES:
        return "FORBIDDEN"
    if mutation in REVEALS:
        return None
    if actor.kind is not TenantKind.COUNTY and actor.tenant != case.registered_by:
        return "FORBIDDEN"
    return "WRONG_STATE" if closed else None
