"""Forwarding down (下转): a receiver gives what it holds to a unit or village of its own, or to an organ below. Pure.

What was forwarded is a branch of the same tree; towards the petitioner the receiver alone answers.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from services.common import accused
from services.common.errors import AccusedUnit, InvalidInput
from services.common.ids import new_id
from services.contracts.directory import Contact, Organisation
from services.contracts.intake import Petition
from services.contracts.referral_commands import Forwardee, ForwardReferral
from services.contracts.routing import Referral, ReferralKind, ReferralRole, ReferralState
from services.routing.receiving import check_takes
from services.routing.referring import AlreadyReferred, check_limit, unit_name


def branches_of(parent: Referral, case: Iterable[Referral]) -> list[Referral]:
    """What was forwarded from it, directly and by those that got it. ``case``: every hand-over of the petition."""
    by_parent: dict[str | None, list[Referral]] = {}
    for each in case:
        by_parent.setdefault(each.parent_id, []).append(each)
    found: list[Referral] = []
    waiting = [parent.id]
    while waiting:
        below = by_parent.get(waiting.pop(), [])
        found += below
        waiting += [each.id for each in below]
    return found


def forwarded(
    *,
    command: ForwardReferral,
    petition: Petition,
    parent: Referral,
    case: Iterable[Referral],
    directory: Mapping[str, Organisation],
    now: datetime,
    today: date,
) -> list[Referral]:
    """The branches, one for each of those to whom it goes. Raises a refusal that names who stands in the way."""
    check_limit(kind=ReferralKind.FORWARD, due_on=command.due_on, today=today)
    holder = directory[parent.to_tenant]
    taken = {(each.to_tenant, each.to_unit) for each in case if each.parent_id == parent.id and each.stands}
    made = []
    for forwardee in command.to:
        receiver, unit = _receiver(forwardee=forwardee, holder=holder, directory=directory, today=today)
        name = unit_name(organisation=receiver, unit=unit) if unit else None
        if receiver.code in parent.accused:
            raise AccusedUnit(
                f"{receiver.name}是被反映单位，依照《信访工作条例》第三十条不得向其下转，请另行安排", field="to"
            )
        for contact in _contacts(receiver, unit):
            accused.check_people(petition=petition, people=contact.name, doing="承办该件", field="to")
        if (receiver.code, unit) in taken:
            raise AlreadyReferred(f"{name or receiver.name}已在承办该件，不能重复下转；如需改派请先撤回", field="to")
        taken.add((receiver.code, unit))
        made.append(
            Referral(
                id=new_id(),
                petition_id=parent.petition_id,
                petition_number=parent.petition_number,
                registered_by=parent.registered_by,
                kind=ReferralKind.FORWARD,
                role=ReferralRole.UNIT,
                from_tenant=parent.to_tenant,
                to_tenant=receiver.code,
                to_name=receiver.name,
                to_unit=unit,
                to_unit_name=name,
                state=ReferralState.SENT,
                sent_at=now,
                sent_on=today,
                due_on=command.due_on,
                note=command.note,
                parent_id=parent.id,
                restricted_to=parent.restricted_to,
                accused=parent.accused,
            )
        )
    return made


def _receiver(
    *, forwardee: Forwardee, holder: Organisation, directory: Mapping[str, Organisation], today: date
) -> tuple[Organisation, str | None]:
    """Who gets it, and of the holder itself which unit."""
    if (forwardee.unit is None) == (forwardee.tenant is None):
        raise InvalidInput("每个下转对象请填写本单位的内设机构（股室、村）或者直接下级单位，两者填一项", field="to")
    if forwardee.tenant is None:
        return holder, forwardee.unit
    below = check_takes(code=forwardee.tenant, directory=directory, day=today, field="to")
    if below.superior != holder.code:
        raise InvalidInput(
            f"{below.name}不是{holder.name}的直接下级单位，不能下转；需要其办理的请报转送单位", field="to"
        )
    return below, None


def _contacts(receiver: Organisation, unit: str | None) -> list[Contact]:
    """Who answers for what gets it: the unit's people, or the organ's own."""
    if unit is None:
        return receiver.contacts
    return [contact for one in receiver.units if one.code == unit for contact in one.contacts]
