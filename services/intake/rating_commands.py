"""Intake's commands about ratings, appeals against them and follow-ups, as a part of the service class.

The rules stand in ``rating``, ``appealing`` and ``following_up``.
"""

from typing import Any

import msgspec
from sqlalchemy.exc import IntegrityError

from services.common.accused import check_people
from services.common.bus import command
from services.common.database import Transaction, Versioned
from services.common.errors import NotFound
from services.common.ids import is_id, new_id
from services.common.locking import locked
from services.common.vault import Vault
from services.contracts.actor import HANDLES_CASES, Role, TenantKind
from services.contracts.acts import Act
from services.contracts.attachments import Attachment
from services.contracts.desk import Notice
from services.contracts.intake import Petition
from services.contracts.rating_windows import rating_window
from services.contracts.ratings import (
    AppealRating,
    DecideRatingAppeal,
    FollowUp,
    Rating,
    RatingSide,
    RatingWay,
    RatingWindow,
    RecordFollowUp,
    RecordRating,
    TakeBackFollowUp,
)
from services.contracts.rules import Regime
from services.intake import appealing, following_up, people_vault
from services.intake.rating import RatingGiven, check_ratable, rating, rating_id, remark
from services.intake.registered import registered, standing

DECIDES_APPEALS = (Role.HEAD, Role.SUPERVISOR, Role.LEADER)


class RatingCommands:
    """Of a rating each answers its petition's id, of a follow-up the follow-up as it now is."""

    vault: Vault

    @command(RecordRating, roles=HANDLES_CASES)
    def record_rating(self, tx: Transaction, body: RecordRating) -> Any:
        petition = registered(tx, body.petition_id, "回访评价").state
        check_ratable(petition=petition, window=window_of(tx, petition, body.side))
        mask = people_vault.masker(tx, vault=self.vault, petition=petition)
        given = rating(
            petition=petition,
            side=body.side,
            value=body.value,
            reason=body.reason and mask(body.reason),
            way=RatingWay.FOLLOW_UP,
            recorded_by=tx.actor.tenant,
            today=tx.today,
        )
        enter(tx, given)
        return {"petition_id": petition.id}

    @command(AppealRating, roles=HANDLES_CASES)
    def appeal_rating(self, tx: Transaction, body: AppealRating) -> Any:
        # Who only holds the case does not see the register; that it was he who was rated is checked below.
        with tx.whole_county():
            petition = _petition(tx, body.petition_id)
            appealing.check_appealing(
                actor=tx.actor, petition=petition, side=body.side, standing=standing(tx, petition.id)
            )
            row = _rating(tx, petition, body.side)
            there = [each.state for each in tx.of_petition(Attachment, petition.id)]
            mask = people_vault.masker(tx, vault=self.vault, petition=petition)
            appealed = appealing.appealed(
                rating=row.state,
                reason=mask(body.reason),
                evidence=body.evidence,
                usable=appealing.usable(actor=tx.actor, petition=petition, there=there),
                actor=tx.actor,
                today=tx.today,
            )
            tx.record(appealed, act=Act.RATING_APPEALED, base=row.version, remark=appealing.remark(appealed))
        return {"petition_id": petition.id}

    @command(DecideRatingAppeal, roles=DECIDES_APPEALS, kinds=(TenantKind.COUNTY,))
    def decide_rating_appeal(self, tx: Transaction, body: DecideRatingAppeal) -> Any:
        petition = registered(tx, body.petition_id, "裁定评价申诉").state
        check_people(petition=petition, people=tx.actor.name, doing="裁定该件的评价申诉")
        row = _rating(tx, petition, body.side)
        reason = people_vault.masker(tx, vault=self.vault, petition=petition)(body.reason)
        decided = appealing.decided(rating=row.state, uphold=body.uphold, reason=reason, actor=tx.actor, today=tx.today)
        tx.record(decided, act=Act.RATING_APPEAL_DECIDED, base=row.version, remark=appealing.remark(decided))
        return {"petition_id": petition.id}

    @command(RecordFollowUp, roles=HANDLES_CASES)
    def record_follow_up(self, tx: Transaction, body: RecordFollowUp) -> FollowUp:
        petition = registered(tx, body.petition_id, "回访").state
        mask = people_vault.masker(tx, vault=self.vault, petition=petition)
        follow_up = following_up.followed_up(
            follow_up_id=new_id(),
            command=msgspec.structs.replace(body, content=mask(body.content)),
            petition=petition,
            actor=tx.actor,
            today=tx.today,
            now=tx.now,
        )
        tx.record(follow_up, act=Act.FOLLOWED_UP, remark=following_up.remark(follow_up))
        return follow_up

    @command(TakeBackFollowUp, roles=HANDLES_CASES)
    def take_back_follow_up(self, tx: Transaction, body: TakeBackFollowUp) -> FollowUp:
        row = locked(tx, FollowUp, body.follow_up_id)
        petition = registered(tx, row.state.petition_id, "撤销回访").state
        mask = people_vault.masker(tx, vault=self.vault, petition=petition)
        follow_up = following_up.taken_back(follow_up=row.state, actor=tx.actor, reason=mask(body.reason))
        tx.record(follow_up, act=Act.FOLLOW_UP_TAKEN_BACK, base=row.version, remark=follow_up.taken_back)
        return follow_up


def window_of(tx: Transaction, petition: Petition, side: RatingSide) -> RatingWindow:
    """How a side of the petition stands today, whoever asks: by what the whole county knows of it."""
    county = tx.actor.county
    with tx.whole_county():
        regime = tx.kept(Regime, county)
        given = tx.read(Rating, rating_id(petition.id, side))
        return rating_window(
            petition=petition,
            side=side,
            referrals=standing(tx, petition.id),
            notices=[each.state for each in tx.of_petition(Notice, petition.id)],
            rating=given.state if given else None,
            days=(regime.state if regime else Regime(county=county)).rating_window_days,
            today=tx.today,
        )


def enter(tx: Transaction, given: Rating) -> None:
    """Records the rating. Raises ``RatingGiven`` where another is entered at the same moment."""
    try:
        with tx.connection.begin_nested():
            tx.record(given, act=Act.RATED, remark=remark(given))
    except IntegrityError as error:
        raise RatingGiven(field="side") from error


def _petition(tx: Transaction, petition_id: str) -> Petition:
    row = tx.read(Petition, petition_id) if is_id(petition_id) else None
    if row is None:
        raise NotFound()
    return row.state


def _rating(tx: Transaction, petition: Petition, side: RatingSide) -> Versioned[Rating]:
    row = tx.find(Rating, rating_id(petition.id, side))
    if row is None:
        raise NotFound("该件还没有这一方的评价，请刷新后核对")
    return row
