"""Who says that it is not his: objections, disputes about competence, and refusals (不予受理). Pure.

The articles are those of 《信访工作条例》 (2022).
"""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from services.common.errors import AccusedUnit, Refusal, WrongState, require
from services.contracts.actor import TenantKind
from services.contracts.acts import Act
from services.contracts.directory import Organisation
from services.contracts.referral_commands import DecideDispute, RefuseReferral
from services.contracts.routing import (
    Dispute,
    NonAcceptance,
    Objection,
    Referral,
    ReferralRole,
    ReferralState,
    RefusalReason,
)
from services.routing.receiving import check_takes


class ObjectionDecided(Refusal):
    code = "OBJECTION_DECIDED"
    default = "异议已核实不成立，请受理办理；仍有争议的，请报请协调争议（《信访工作条例》第二十四条）"


class DisputeDecided(Refusal):
    code = "DISPUTE_DECIDED"
    default = "争议已经协调决定由本单位办理，请受理办理（《信访工作条例》第二十四条）"


def check_competent(
    *, case: Iterable[Referral], leads: Iterable[str], directory: Mapping[str, Organisation], today: date
) -> None:
    """After a dispute was decided for another body the case goes to that one (Art. 24). ``case``: every hand-over of
    it, ``leads``: the tenants that are to lead it now. A body that takes nothing any more binds nobody.

    Raises ``DisputeDecided``.
    """
    given = [each for each in case if each.role is ReferralRole.LEAD and each.state is not ReferralState.WITHDRAWN]
    last = max(given, key=lambda each: each.sent_at, default=None)
    competent = last.dispute.competent if last and last.dispute and not last.stands else None
    body = directory.get(competent) if competent else None
    if body is not None and body.takes(today) and any(lead != body.code for lead in leads):
        raise DisputeDecided(
            f"争议已经协调决定由{body.name}办理，请转送、交办该单位（《信访工作条例》第二十四条）", field="to"
        )


def check_first_objection(referral: Referral) -> None:
    """A dismissed objection stands; who still disputes it goes to the common superior (Art. 24)."""
    if _was_decided(referral):
        raise DisputeDecided()
    if _was_dismissed(referral):
        raise ObjectionDecided()


def new_dispute(*, referral: Referral, reason: str, directory: Mapping[str, Organisation], today: date) -> Dispute:
    """After a dismissed objection, once. Raises a refusal where it comes too early or too late, and ``AccusedUnit``
    where everybody who could decide is accused."""
    if _was_decided(referral):
        raise DisputeDecided()
    if not _was_dismissed(referral):
        raise WrongState("请先提出异议；经转送单位核实不成立而仍有争议的，方可报请协调（《信访工作条例》第二十四条）")
    over_sender = _above(referral.from_tenant, directory, today)
    common = [code for code in _above(referral.to_tenant, directory, today) if code in over_sender]
    office = next((each for each in directory.values() if each.kind is TenantKind.COUNTY and each.active), None)
    able = [code for code in common if code not in referral.accused]
    if able:
        return Dispute(reason=reason.strip(), raised_on=today, decider=able[0], by_conference=False)
    # The organ above both is not in the directory: the conference decides, and its office enters it.
    if office is None or office.code in referral.accused:
        raise AccusedUnit("有权协调的单位是被反映单位，依照《信访工作条例》第三十条不得由其协调，请报上级机关")
    return Dispute(reason=reason.strip(), raised_on=today, decider=office.code, by_conference=True)


def decided_objection(*, referral: Referral, uphold: bool, decision: str | None, today: date) -> Objection:
    if referral.objection is None:
        raise RuntimeError(f"referral {referral.id} is objected to and has no objection")
    return msgspec.structs.replace(referral.objection, decided_on=today, upheld=uphold, decision=decision)


def decided_dispute(
    *, referral: Referral, command: DecideDispute, directory: Mapping[str, Organisation], today: date
) -> tuple[Act, Dispute]:
    """Whether it stays with its holder or moves to the tenant that was found competent. Raises a refusal."""
    if referral.dispute is None:
        raise RuntimeError(f"referral {referral.id} is disputed and has no dispute")
    stays = command.competent == referral.to_tenant
    if not stays:
        organisation = check_takes(code=command.competent, directory=directory, day=today, field="competent")
        if organisation.code in referral.accused:
            raise AccusedUnit(
                f"{organisation.name}是被反映单位，依照《信访工作条例》第三十条不得办理该件，请另行确定",
                field="competent",
            )
    decided = msgspec.structs.replace(
        referral.dispute, decided_on=today, competent=command.competent, decision=command.reason.strip()
    )
    return Act.DISPUTE_STAYS if stays else Act.DISPUTE_MOVES, decided


def refused(*, referral: Referral, command: RefuseReferral, today: date) -> NonAcceptance:
    """不予受理, as the petitioner is told. Raises ``InvalidInput`` for what is missing, ``ObjectionDecided`` and
    ``DisputeDecided`` where competence was decided already."""
    require(command.way, "way", "请填写应当告知信访人的办理途径（《信访工作条例》第二十三条）")
    require(command.explanation, "explanation", "请填写不予受理的理由说明（《信访工作条例》第十九条、第二十三条）")
    if command.reason is RefusalReason.OUTSIDE_COMPETENCE:
        check_first_objection(referral)
    return NonAcceptance(
        reason=command.reason, way=command.way.strip(), explanation=command.explanation.strip(), on=today
    )


def _was_dismissed(referral: Referral) -> bool:
    return referral.objection is not None and referral.objection.upheld is False


def _was_decided(referral: Referral) -> bool:
    return referral.dispute is not None and referral.dispute.decided_on is not None


def _above(code: str, directory: Mapping[str, Organisation], today: date) -> list[str]:
    """The organs above it that can decide today, the nearest first."""
    passed = [code]
    while (below := directory.get(passed[-1])) is not None and below.superior and below.superior not in passed:
        passed.append(below.superior)
    return [each for each in passed[1:] if each in directory and directory[each].takes(today)]
