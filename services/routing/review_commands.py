"""Routing's commands about reviews, as a part of the service class. The rules stand in ``reviewing``."""

from typing import Any

import msgspec

from services.common.bus import command
from services.common.database import Transaction, Versioned
from services.common.errors import InvalidInput, NotFound, require
from services.common.ids import is_id
from services.contracts.actor import HANDLES_CASES
from services.contracts.acts import Act
from services.contracts.reviews import (
    DecideReview,
    DeliverReview,
    RecordHearing,
    RequestReview,
    Review,
    ReviewDecision,
)
from services.contracts.routing import Delivery, Referral
from services.routing import reviewing
from services.routing.county_tables import directory


class ReviewCommands:
    """Whoever does not see the answer (a reviewing body that never held the case) has it entered by the others."""

    @command(RequestReview, roles=HANDLES_CASES)
    def request_review(self, tx: Transaction, body: RequestReview) -> Any:
        require(body.reason, "reason", "请填写信访人申请的理由")
        # Locked, so that two requests for one answer are entered one after the other.
        row = tx.find(Referral, body.referral_id) if is_id(body.referral_id) else None
        if row is None:
            raise NotFound()
        referral = row.state
        reviews = [review.state for review in tx.of_petition(Review, referral.petition_id)]
        delivery, first = reviewing.reviewed(referral=referral, stage=body.stage, reviews=reviews)
        organisations = directory(tx)
        reviewer = reviewing.reviewing_body(referral=referral, first=first, directory=organisations)
        reviewing.check_entering(actor=tx.actor, referral=referral, body=reviewer)
        reviewing.check_days(command=body, delivered_on=delivery.on, today=tx.today)
        review = reviewing.new_review(command=body, referral=referral, body=reviewer.code, first=first)
        # The county office reviews no decision of its own: it enters what the organ above it decides.
        above = "的上一级机关" if first is not None and first.body == reviewer.code else ""
        remark = f"{review.stage.label}，{review.requested_on} 提出，由{reviewer.name}{above}办理：{review.reason}"
        tx.record(review, act=Act.REVIEW_REQUESTED, remark=remark)
        return _reply(review)

    @command(RecordHearing, roles=HANDLES_CASES)
    def record_hearing(self, tx: Transaction, body: RecordHearing) -> Any:
        review = None
        if body.opened_on is not None:
            row = _turn(tx, body.review_id, Act.HEARING_OPENED)
            hearings = reviewing.opened_hearing(review=row.state, opened_on=body.opened_on, today=tx.today)
            review = _record(tx, row, Act.HEARING_OPENED, remark=f"{body.opened_on} 开始", hearings=hearings)
        if body.closed_on is not None:
            row = _turn(tx, body.review_id, Act.HEARING_CLOSED)
            hearings = reviewing.closed_hearing(review=row.state, closed_on=body.closed_on, today=tx.today)
            review = _record(tx, row, Act.HEARING_CLOSED, remark=f"{body.closed_on} 结束", hearings=hearings)
        if review is None:
            raise InvalidInput("请填写听证开始日期或结束日期", field="openedOn")
        return _reply(review)

    @command(DecideReview, roles=HANDLES_CASES)
    def decide_review(self, tx: Transaction, body: DecideReview) -> Any:
        require(body.opinion, "opinion", "请填写复查（复核）意见（《信访工作条例》第三十五条、第三十六条）")
        row = _turn(tx, body.review_id, Act.REVIEW_DECIDED)
        decision = ReviewDecision(outcome=body.outcome, opinion=body.opinion.strip(), decided_on=tx.today)
        remark = f"{row.state.stage.label}：{body.outcome.label}"
        return _reply(_record(tx, row, Act.REVIEW_DECIDED, remark=remark, decision=decision))

    @command(DeliverReview, roles=HANDLES_CASES)
    def deliver_review(self, tx: Transaction, body: DeliverReview) -> Any:
        row = _turn(tx, body.review_id, Act.REVIEW_DELIVERED)
        reviewing.check_review_delivery(review=row.state, on=body.on, today=tx.today)
        delivery = Delivery(mode=body.mode, on=body.on, signed=body.signed)
        remark = f"{row.state.stage.label}：{body.mode.label}，{'已签收' if body.signed else '拒收'}"
        return _reply(_record(tx, row, Act.REVIEW_DELIVERED, remark=remark, delivery=delivery))


def _turn(tx: Transaction, review_id: str, act: Act) -> Versioned[Review]:
    """The review, locked, on which the actor may now do this."""
    row = tx.find(Review, review_id) if is_id(review_id) else None
    if row is None:
        raise NotFound()
    reviewing.check_turn(review=row.state, act=act, actor=tx.actor)
    return row


def _record(tx: Transaction, row: Versioned[Review], act: Act, *, remark: str, **changes: object) -> Review:
    review = msgspec.structs.replace(row.state, **changes)
    tx.record(review, act=act, base=row.version, remark=remark)
    return review


def _reply(review: Review) -> dict[str, Any]:
    return {"petition_id": review.petition_id, "referral_ids": [review.referral_id]}
