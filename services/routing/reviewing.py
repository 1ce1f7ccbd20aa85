"""Reviews (复查, 复核): who reviews what, when it may be asked for, and the life of a review as one table.

Pure. The articles are 35 and 36 of 《信访工作条例》 (2022). A request is never refused for coming late: whether it
does is told by the clock of the petitioner's own period.
"""

from dataclasses import dataclass
from datetime import date

from services.common.errors import AccusedUnit, Forbidden, InvalidInput, Refusal, WrongState
from services.common.ids import new_id
from services.contracts.actor import Actor, TenantKind
from services.contracts.acts import Act
from services.contracts.directory import Organisation
from services.contracts.reviews import Hearing, RequestReview, Review, ReviewStage, ReviewState
from services.contracts.routing import Delivery, Referral, ReferralRole


class NoSuperior(Refusal):
    code = "NO_SUPERIOR"
    default = (
        "机构名录中没有该单位的上一级机关：请告知信访人向其上一级机关书面申请复查；如名录有误，请联系管理员补录上级单位"
    )


class ReviewExists(Refusal):
    """One first review of an answer, one final review of it."""

    code = "REVIEW_EXISTS"
    default = "该答复已有同一阶段的申请，请在原申请中继续办理，不能重复登记"


class ReviewExhausted(Refusal):
    code = "REVIEW_EXHAUSTED"
    default = (
        "复核意见已送达，信访人以同一事实和理由提出的，不再受理（《信访工作条例》第三十六条第三款），请向信访人说明"
    )


@dataclass(frozen=True)
class Turn:
    source: ReviewState
    """The one state in which the act is done."""
    otherwise: str
    """What people read in any other."""


TURNS: dict[Act, Turn] = {
    Act.HEARING_OPENED: Turn(ReviewState.UNDER_REVIEW, "同一时间只能有一次听证，且须在作出意见之前"),
    Act.HEARING_CLOSED: Turn(ReviewState.HEARING, "请先登记听证开始日期"),
    Act.REVIEW_DECIDED: Turn(ReviewState.UNDER_REVIEW, "听证结束后方可作出意见，每次申请只作出一次意见"),
    Act.REVIEW_DELIVERED: Turn(ReviewState.DECIDED, "作出意见后方可送达，且只送达一次"),
}


def check_turn(*, review: Review, act: Act, actor: Actor) -> None:
    """The acts on a review are the reviewing body's or the county office's, each in its state.

    Raises ``Forbidden`` for anybody else, ``WrongState`` for the wrong time.
    """
    if actor.tenant != review.body and actor.kind is not TenantKind.COUNTY:
        raise Forbidden(f"“{act.label}”应由{review.stage.label}单位或县信访局办理")
    turn = TURNS[act]
    if review.state is not turn.source:
        raise WrongState(f"该{review.stage.label}目前{review.state.label}，不能{act.label}：{turn.otherwise}")


def check_entering(*, actor: Actor, referral: Referral, body: Organisation) -> None:
    """The county office, the body whose answer it is, and the one that reviews it enter requests."""
    if actor.kind is not TenantKind.COUNTY and actor.tenant not in (referral.to_tenant, body.code):
        raise Forbidden("复查、复核申请由县信访局、原办理单位或复查复核单位登记，请转告其登记")


def reviewed(*, referral: Referral, stage: ReviewStage, reviews: list[Review]) -> tuple[Delivery, Review | None]:
    """The delivery from which the petitioner's period runs, and of a final review the first one, which it reviews.

    ``reviews`` are those of the case. Raises a refusal where there is nothing to review (any more, or yet).
    """
    if any(review.stage is ReviewStage.FINAL and review.delivery is not None for review in reviews):
        raise ReviewExhausted(field="stage")
    of_answer = {review.stage: review for review in reviews if review.referral_id == referral.id}
    if stage in of_answer:
        raise ReviewExists(f"{stage.label}：{ReviewExists.default}", field="stage")
    if referral.role is not ReferralRole.LEAD:
        raise WrongState("复查针对主办（牵头）单位的答复，协办单位的意见不单独复查")
    if referral.delivery is None:
        raise WrongState("该件的答复尚未送达，送达后信访人方可申请复查（《信访工作条例》第三十五条）")
    if stage is ReviewStage.FIRST:
        return referral.delivery, None
    first = of_answer.get(ReviewStage.FIRST)
    if first is None:
        raise WrongState("该件尚未经过复查，请先登记复查申请（《信访工作条例》第三十五条、第三十六条）")
    if first.delivery is None:
        raise WrongState(f"复查意见尚未送达（{first.state.label}），送达后信访人方可申请复核")
    return first.delivery, first


def reviewing_body(*, referral: Referral, first: Review | None, directory: dict[str, Organisation]) -> Organisation:
    """The superior of the body that gave the answer, or of the one that reviewed it first (Art. 35, 36).

    The organ above the county office is not in the directory. It decides a final review outside, and the county
    office enters what it decided: its own code stands for that organ. Raises ``NoSuperior`` and ``AccusedUnit``.
    """
    below = directory[first.body if first else referral.to_tenant]
    if first is not None and below.kind is TenantKind.COUNTY:
        return below
    body = directory.get(below.superior) if below.superior else None
    if body is None or not body.active:
        raise NoSuperior(f"{below.name}：{NoSuperior.default}")
    if body.code in referral.accused:
        raise AccusedUnit(
            f"{body.name}是被反映单位，依照《信访工作条例》第三十条不得复查、复核该件，请报其上级或纪检监察机关"
        )
    return body


def check_days(*, command: RequestReview, delivered_on: date, today: date) -> None:
    """Asked for after the answer was delivered, received after it was asked for, and nothing in the future."""
    if command.requested_on < delivered_on:
        raise InvalidInput(
            f"申请日期 {command.requested_on} 早于答复送达日期 {delivered_on}，请核对", field="requestedOn"
        )
    if not command.requested_on <= command.received_on <= today:
        raise InvalidInput(
            f"收到申请日期 {command.received_on} 应在申请日期 {command.requested_on} 至今天之间，请核对",
            field="receivedOn",
        )


def new_review(*, command: RequestReview, referral: Referral, body: str, first: Review | None) -> Review:
    return Review(
        id=new_id(),
        petition_id=referral.petition_id,
        petition_number=referral.petition_number,
        referral_id=referral.id,
        first_review_id=first.id if first else None,
        stage=command.stage,
        body=body,
        handling_body=referral.to_tenant,
        registered_by=referral.registered_by,
        requested_on=command.requested_on,
        received_on=command.received_on,
        reason=command.reason.strip(),
        restricted_to=referral.restricted_to,
    )


def opened_hearing(*, review: Review, opened_on: date, today: date) -> list[Hearing]:
    """The hearings with one more, which lasts. They follow one another: no day belongs to two of them."""
    if not review.received_on <= opened_on <= today:
        raise InvalidInput(
            f"听证开始日期 {opened_on} 应在收到申请之日 {review.received_on} 至今天之间，请核对", field="openedOn"
        )
    for earlier in review.hearings:
        if earlier.closed_on is not None and opened_on <= earlier.closed_on:
            raise InvalidInput(
                f"听证开始日期 {opened_on} 与上一次听证（{earlier.opened_on} 至 {earlier.closed_on}）重叠，请核对",
                field="openedOn",
            )
    return [*review.hearings, Hearing(opened_on=opened_on, closed_on=None)]


def closed_hearing(*, review: Review, closed_on: date, today: date) -> list[Hearing]:
    """The hearings with the one that lasts closed."""
    return [_closed(hearing, closed_on, today) if hearing.closed_on is None else hearing for hearing in review.hearings]


def _closed(hearing: Hearing, closed_on: date, today: date) -> Hearing:
    if not hearing.opened_on <= closed_on <= today:
        raise InvalidInput(
            f"听证结束日期 {closed_on} 应在开始日期 {hearing.opened_on} 至今天之间，请核对", field="closedOn"
        )
    return Hearing(opened_on=hearing.opened_on, closed_on=closed_on)


def check_review_delivery(*, review: Review, on: date, today: date) -> None:
    if review.decision is not None and not review.decision.decided_on <= on <= today:
        raise InvalidInput(f"送达日期 {on} 应在作出意见之日至今天之间，请核对", field="on")
