"""What the public is told of receptions, that tables were filed, and addresses of calendars: the entry points."""

import uuid
from typing import Any

import msgspec

from services.common.bus import command
from services.common.database import Transaction, Versioned
from services.common.errors import Forbidden, InvalidInput, NotFound, WrongState, require
from services.common.ids import new_id
from services.common.locking import locked
from services.common.vault import Vault
from services.contracts.actor import Role, TenantKind
from services.contracts.acts import Act
from services.contracts.announcements import (
    Announcement,
    Feed,
    FeedOf,
    FileRoster,
    Filing,
    PublishAnnouncement,
    RevokeFeed,
    RotateFeed,
    TakeBackFiling,
)
from services.contracts.feeds import feed_digest, feed_secret
from services.contracts.roster_people import Member
from services.contracts.shifts import Shift
from services.roster.acting import ANYBODY_SERVING, OFFICE, check_acts_for
from services.roster.announcing import check_span, public_reason, publication, turns_of
from services.roster.stored import announced_from, of_tenant, shifts_between

FEED_IDS = uuid.UUID("0e1a52b3-90b0-5d1c-9f4e-5f6a3f0b7c21")
"""Namespace of the ids of feeds, which follow from the request: asked again, it answers the same."""


class AnnouncementCommands:
    """A base of the service class."""

    vault: Vault

    @command(PublishAnnouncement, roles=OFFICE)
    def publish_announcement(self, tx: Transaction, body: PublishAnnouncement) -> Announcement:
        tenant, reason = tx.actor.tenant, public_reason(body.reason)
        first = check_span(first=body.first, last=body.last, today=tx.today)
        if body.urgent:
            if Role.HEAD not in tx.actor.roles:
                raise Forbidden("紧急变更须由本单位负责人办理")
            require(reason, "reason", "请写明紧急变更的原因")
        tx.lock(f"roster {tenant}")
        shifts = [row.state for row in shifts_between(tx, first=first, last=body.last, tenant=tenant)]
        made = publication(
            tenant=tenant,
            known=[each for each in announced_from(tx, tenant, first) if each.first <= body.last],
            turns=turns_of(shifts, _leaders(tx, shifts)),
            first=first,
            last=body.last,
            reason=reason,
            urgent=body.urgent,
            by=tx.actor.reference,
            now=tx.now,
            today=tx.today,
        )
        tx.record(made, act=Act.ANNOUNCED, remark=reason or None)
        return made

    @command(FileRoster, roles=OFFICE)
    def file_roster(self, tx: Transaction, body: FileRoster) -> Filing:
        if body.last < body.first:
            raise InvalidInput("报备的最后一天早于第一天，请核对日期", field="last")
        if body.filed_on > tx.today:
            raise InvalidInput("报备日期不能晚于今天", field="filed_on")
        require(body.filed_with, "filed_with", "请填写报送的上级单位")
        filing = Filing(
            id=new_id(),
            tenant=tx.actor.tenant,
            first=body.first,
            last=body.last,
            filed_on=body.filed_on,
            filed_with=body.filed_with.strip(),
            note=body.note.strip(),
            by=tx.actor.reference,
        )
        tx.record(filing, act=Act.ROSTER_FILED, remark=filing.note or None)
        return filing

    @command(TakeBackFiling, roles=OFFICE)
    def take_back_filing(self, tx: Transaction, body: TakeBackFiling) -> Filing:
        require(body.reason, "reason", "请填写撤销原因")
        row = locked(tx, Filing, body.filing_id)
        if row.state.tenant != tx.actor.tenant:
            raise Forbidden("报备记录由其所属单位撤销")
        if row.state.taken_back is not None:
            raise WrongState("该报备记录已经撤销")
        filing = msgspec.structs.replace(row.state, taken_back=body.reason.strip())
        tx.record(filing, act=Act.ROSTER_FILING_TAKEN_BACK, base=row.version, remark=filing.taken_back)
        return filing

    @command(RotateFeed, roles=ANYBODY_SERVING, keep=False)
    def rotate_feed(self, tx: Transaction, body: RotateFeed) -> Any:
        # Its answer is not kept: who has the secret reads the calendar. It follows from the request, so that the same
        # request, brought twice, ends no address that its caller was just given.
        tenant, member = tx.actor.tenant, body.member if body.of is FeedOf.MEMBER else None
        if body.of is FeedOf.MEMBER:
            _check_member(tx, member)
        elif body.of is FeedOf.COUNTY and tx.actor.kind is not TenantKind.COUNTY:
            raise Forbidden("全县接访日历由县信访局办理；全县公示的接访安排也可以在公众服务页订阅")
        elif not tx.actor.roles & OFFICE:
            raise Forbidden("单位的日历订阅地址由本单位经办人或负责人更换")
        tx.lock(f"roster {tenant}")
        feed_id = str(uuid.uuid5(FEED_IDS, f"{tx.actor.county}|{tenant}|{tx.actor.user}|{tx.request_id}"))
        key = self.vault.index(feed_id, county=tx.actor.county, kind="calendar address")
        secret = feed_secret(tx.actor.county, key)
        if tx.read(Feed, feed_id) is None:
            for row in of_tenant(tx, Feed, tenant):
                if row.state.of is body.of and row.state.member == member and row.state.revoked_at is None:
                    _revoke(tx, row)
            feed = Feed(
                id=feed_id,
                tenant=tenant,
                of=body.of,
                member=member,
                digest=feed_digest(secret),
                made_at=tx.now,
                made_by=tx.actor.reference,
            )
            tx.record(feed, act=Act.FEED_ROTATED)
        return {"feed_id": feed_id, "secret": secret}

    @command(RevokeFeed, roles=ANYBODY_SERVING)
    def revoke_feed(self, tx: Transaction, body: RevokeFeed) -> Feed:
        row = locked(tx, Feed, body.feed_id)
        if row.state.tenant != tx.actor.tenant:
            raise NotFound()
        if row.state.of is FeedOf.MEMBER:
            _check_member(tx, row.state.member)
        elif not tx.actor.roles & OFFICE:
            raise Forbidden("单位的日历订阅地址由本单位经办人或负责人停用")
        if row.state.revoked_at is not None:
            raise WrongState("该订阅地址已经停用")
        return _revoke(tx, row)


def _leaders(tx: Transaction, shifts: list[Shift]) -> dict[str, Member]:
    ids = {member for shift in shifts for member in shift.members}
    return {id: row.state for id, row in tx.several(Member, ids).items()}


def _check_member(tx: Transaction, member_id: str | None) -> None:
    """A member's calendar is his own, or his office's, to hand out. Raises ``InvalidInput`` and ``Forbidden``."""
    found = tx.read(Member, member_id) if member_id else None
    if found is None or found.state.tenant != tx.actor.tenant:
        raise InvalidInput("没有这名值班人员，请核对", field="member")
    check_acts_for(found.state, tx.actor)


def _revoke(tx: Transaction, row: Versioned[Feed]) -> Feed:
    ended = msgspec.structs.replace(row.state, revoked_at=tx.now)
    tx.record(ended, act=Act.FEED_REVOKED, base=row.version)
    return ended
