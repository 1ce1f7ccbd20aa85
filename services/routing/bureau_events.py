"""What a bureau's own system is told of a referral to it, and what never. Pure."""

import msgspec

from services.contracts.bureau import (
    BureauAttachment,
    BureauDispute,
    BureauObjection,
    BureauPetition,
    BureauReferral,
    BureauRework,
)
from services.contracts.directory import Organisation
from services.contracts.intake import Petition
from services.contracts.routing import Referral
from services.routing.answering import needed_fields


def bureau_event(
    *,
    receiver: Organisation,
    referral: Referral,
    version: int,
    about: Petition | None,
    text: Petition | None,
    attachments: list[BureauAttachment],
) -> BureauReferral:
    """What a bureau is told of a referral to it. ``about``: the petition, for what follows from it; ``text``: the
    petition where its text is to be told; ``attachments``: those of the case that the bureau may have."""
    objection, dispute = referral.objection, referral.dispute
    rework = referral.reworks[-1] if referral.reworks else None
    event = BureauReferral(
        referral_id=referral.id,
        version=version,
        petition_number=referral.petition_number,
        kind=referral.kind,
        role=referral.role,
        state=referral.state,
        state_label=referral.state.label,
        sent_on=referral.sent_on,
        due_on=referral.due_on,
        note=referral.note if referral.stands else None,
        parent_id=referral.parent_id,
        unit=referral.to_unit,
        unit_name=referral.to_unit_name,
        expected_on=referral.expected_on,
        objection=None if objection is None else BureauObjection(upheld=objection.upheld, decision=objection.decision),
        dispute=None
        if dispute is None
        else BureauDispute(decided_on=dispute.decided_on, competent=dispute.competent, decision=dispute.decision),
        refusal=referral.refusal,
        rework=None if rework is None else BureauRework(on=rework.on, reason=rework.reason),
        answer_needs=needed_fields(referral=referral, petition=about) if about else [],
        withheld=False,
        attachments=attachments if referral.stands else [],
        petition=None if text is None else _for_bureau(text),
    )
    return _bare(event) if about is not None and accuses_readers(receiver, about) else event


def accuses_readers(receiver: Organisation, petition: Petition) -> bool:
    """Whether somebody who works with the bureau's own system may be accused. A queue cannot tell its readers apart:
    a login may be of any tenant, so each counts; a name counts where the bureau has a contact who is called so. What
    accuses the bureau itself is not referred to it; were it, the queue would hold nothing of it."""
    contacts = [*receiver.contacts, *(contact for unit in receiver.units for contact in unit.contacts)]
    named = any(one.name in petition.accused_people for one in contacts)
    return named or bool(petition.accused_users) or receiver.code in petition.accused


def _bare(event: BureauReferral) -> BureauReferral:
    """The event without anything that somebody wrote."""
    return msgspec.structs.replace(
        event,
        note=None,
        objection=None,
        dispute=None,
        refusal=None,
        rework=None,
        attachments=[],
        petition=None,
        withheld=True,
    )


def _for_bureau(petition: Petition) -> BureauPetition:
    return BureauPetition(
        number=petition.number,
        title=petition.title,
        body=petition.body,
        channel=petition.channel,
        nature=petition.nature,
        urgency=petition.urgency,
        category=petition.category,
        place=petition.place,
        place_name=petition.place_name,
        received_on=petition.received_on,
        route=petition.route,
        procedure=petition.procedure,
        petitioners=[] if petition.hides_petitioners else petition.petitioners,
    )
