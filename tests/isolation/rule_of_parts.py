"""Who may do what to what belongs to a case: its clocks, extension, milestone, supervision, reminder and review.

Said of a closed case with all of these, and as ``rule`` without anything of the platform. What a tenant may know of is
what it is a party to; who knows of it and may not act on it is told so.
"""

from dataclasses import dataclass

from services.contracts.actor import Actor, Role, TenantKind
from tests.isolation.rule import HANDLES_CASES, READS_CASES, Standing, admitted, expected

OFFICE = "office"
SUPERVISES = frozenset({Role.SUPERVISOR, Role.HEAD, Role.LEADER})


@dataclass(frozen=True)
class PartAct:
    """One act. Players are those of the case (``table.Kind``) and ``office``, the county office."""

    roles: frozenset[Role]
    knows: frozenset[str]
    """Players whose tenants know of what the act is about, besides the county office."""
    may: frozenset[str]
    then: str | None
    """What those who may are told because of the state of the case; None: they would do it."""
    office_alone: bool = False
    """Nobody outside the county office may ever do it, and is told so first."""
    by_case: bool = False
    """It is about the case itself: whoever sees that knows of it, and who does not is told first of all."""


def _act(
    roles: set[Role] | frozenset[Role],
    knows: str,
    may: str,
    then: str | None,
    *,
    office_alone: bool = False,
    by_case: bool = False,
) -> PartAct:
    return PartAct(frozenset(roles), frozenset(knows.split()), frozenset(may.split()), then, office_alone, by_case)


HANDLERS, HEADS = frozenset(HANDLES_CASES), frozenset({Role.HEAD})
DECIDERS = frozenset({Role.CLERK, Role.HEAD})
EVERY_PARTY = "registrar second support"

PART_ACTS: dict[str, PartAct] = {
    "classifyPetition": _act(HANDLERS, EVERY_PARTY, "office registrar", "WRONG_STATE"),
    "declinePetition": _act(DECIDERS, EVERY_PARTY, "registrar", "WRONG_STATE", by_case=True),
    "linkPetition": _act(HANDLERS, EVERY_PARTY, "office registrar", None),
    "unlinkPetition": _act(HANDLERS, EVERY_PARTY, "office registrar", "WRONG_STATE"),
    # Only of an accusation; there the readers are what they were.
    "nameReaders": _act(HANDLERS | {Role.ACCUSATIONS}, EVERY_PARTY, "office registrar", "WRONG_STATE", by_case=True),
    "recordTalk": _act(HANDLERS, EVERY_PARTY, f"office {EVERY_PARTY}", None, by_case=True),
    # Written and issued by the county office.
    "signTalk": _act(HANDLERS, "", "office", None, by_case=True),
    "takeBackTalk": _act(HANDLERS, "", "office", None, by_case=True),
    "issueNotice": _act(HANDLERS, EVERY_PARTY, "office registrar second", None, by_case=True),
    "deliverNotice": _act(HANDLERS, "", "office", None, by_case=True),
    "takeBackNotice": _act(HANDLERS, "", "office", None, by_case=True),
    # Reported by the county office, which told ``support``.
    "reportUrgent": _act(HANDLERS, EVERY_PARTY, f"office {EVERY_PARTY}", "WRONG_STATE", by_case=True),
    "addLaterReport": _act(HANDLERS, "support", "office", None),
    "acknowledgeReport": _act(HANDLERS | {Role.SUPERVISOR, Role.LEADER}, "support", "office support", None),
    "recordFollowUp": _act(HANDLERS, EVERY_PARTY, "office registrar", None),
    "takeBackFollowUp": _act(HANDLERS, "", "office", None),
    # Of the petitioner's rating of the office that registered the case.
    "appealRating": _act(HANDLERS, EVERY_PARTY, "registrar", None, by_case=True),
    "decideRatingAppeal": _act(SUPERVISES, "", "office", "WRONG_STATE", office_alone=True),
    "recordRating": _act(HANDLERS, EVERY_PARTY, "office registrar", "RATING_GIVEN"),
    # A leader of ``second``, whom its own head may name as well.
    "assignCaseOwner": _act(SUPERVISES, EVERY_PARTY, "office second", "WRONG_STATE", by_case=True),
    "recordCaseMeeting": _act(READS_CASES, EVERY_PARTY, f"office {EVERY_PARTY}", None, by_case=True),
    "takeBackCaseMeeting": _act(READS_CASES, "registrar", "office", None),
    "recordSettlement": _act(HANDLERS, EVERY_PARTY, "office second", "WRONG_STATE", by_case=True),
    "fulfilSettlement": _act(HANDLERS, "registrar second", "office second", None),
    "takeBackSettlement": _act(HANDLERS, "registrar second", "office second", None),
    # Ended, so that nobody takes a step of it any more.
    "startApproval": _act(HANDLERS, EVERY_PARTY, f"office {EVERY_PARTY}", None, by_case=True),
    "passApprovalStep": _act(READS_CASES, "registrar second", "office registrar second", "WRONG_STATE"),
    "returnApproval": _act(READS_CASES, "registrar second", "office registrar second", "WRONG_STATE"),
    "withdrawApproval": _act(READS_CASES, "registrar second", "office registrar second", "WRONG_STATE"),
    # A file that the county office added.
    "takeBackAttachment": _act(HANDLERS, "registrar", "office", None),
    "recordMilestone": _act(READS_CASES, EVERY_PARTY, f"office {EVERY_PARTY}", None, by_case=True),
    "takeBackMilestone": _act(READS_CASES, "second", "second", None),
    "requestExtension": _act(HANDLERS, "second", "second", "WRONG_STATE"),
    "decideExtension": _act(HEADS, "second", "second", None),
    "withdrawExtension": _act(HANDLERS, "second", "second", None),
    "informOfExtension": _act(HANDLERS, "second", "second", "WRONG_STATE"),
    "openSupervision": _act(SUPERVISES, "second", "office", "SUPERVISION_OPEN_ALREADY"),
    "acknowledgeSupervision": _act(HANDLERS, "second", "second", None),
    "answerSupervision": _act(HANDLERS, "second", "second", None),
    "escalateSupervision": _act(SUPERVISES, "second", "office", None),
    "closeSupervision": _act(SUPERVISES, "second", "office", "WRONG_STATE"),
    "withdrawSupervision": _act(SUPERVISES, "second", "office", None),
    "sendReminder": _act({Role.SUPERVISOR, Role.HEAD, Role.CLERK}, "second", "office", "WRONG_STATE"),
    "acknowledgeReminder": _act(HANDLERS | {Role.SUPERVISOR, Role.LEADER}, "second", "second", None),
    "archiveCase": _act(DECIDERS, EVERY_PARTY, "office registrar", None, by_case=True),
    "takeBackArchive": _act(DECIDERS, "", "office", "NOT_FOUND"),
    "requestReview": _act(HANDLERS, "registrar second", "office registrar second", "REVIEW_EXISTS"),
    "recordHearing": _act(HANDLERS, "registrar second", "office", None),
    "decideReview": _act(HANDLERS, "registrar second", "office", None),
    "deliverReview": _act(HANDLERS, "registrar second", "office", "WRONG_STATE"),
}


def refusal_of_part_act(actor: Actor, case: Standing, *, act: PartAct, players: dict[str, str]) -> str | None:
    """The code with which the act is refused; None where it is this actor's to do. ``players``: codes by name."""
    if act.by_case and not expected(actor, case).case:
        return "NOT_FOUND"
    if not actor.roles & act.roles:
        return "FORBIDDEN"
    in_office = actor.kind is TenantKind.COUNTY
    if act.office_alone and not in_office:
        return "FORBIDDEN"
    if not admitted(actor, case) or not (in_office or actor.tenant in {players[name] for name in act.knows}):
        return "NOT_FOUND"
    may = OFFICE in act.may if in_office else actor.tenant in {players[name] for name in act.may - {OFFICE}}
    return act.then if may else "FORBIDDEN"


def sees_thread(actor: Actor, case: Standing, *, parties: set[str]) -> bool:
    """Whether he sees a supervision between these tenants, or a reminder to them, about this case.

    Also after the case has gone to another: what was written to a tenant it may read.
    """
    return admitted(actor, case) and (actor.kind is TenantKind.COUNTY or actor.tenant in parties)
