"""Intake's commands of the desk, as a part of the service class: triage, talk records and notices.

The rules stand in ``triaging``, ``talking`` and ``noticing``; the numbers of all three in ``series``.
"""

from collections.abc import Callable
from typing import NamedTuple

from services.common.bus import command
from services.common.database import Transaction
from services.common.errors import NotFound
from services.common.ids import is_id
from services.common.locking import locked
from services.common.vault import Vault
from services.contracts.actor import HANDLES_CASES
from services.contracts.acts import Act
from services.contracts.desk import (
    DeliverNotice,
    IssueNotice,
    Notice,
    RecordTalk,
    RecordTriage,
    SignTalk,
    TakeBackNotice,
    TakeBackTalk,
    TakeBackTriage,
    Talk,
    Triage,
)
from services.contracts.directory import Organisation
from services.contracts.intake import Petition
from services.contracts.routing import Referral, ReferralRole
from services.intake import noticing, people_vault, talking, triaging
from services.intake.numbers import numbering_organisation
from services.intake.series import document_number, papers, triage_number
from services.intake.taking_part import check_takes_part


class _Case(NamedTuple):
    petition: Petition
    standing: list[Referral]
    notices: list[Notice]
    redact: Callable[[str], str]


class DeskCommands:
    """Each answers the state as it now is. A base of the service class."""

    vault: Vault

    @command(RecordTriage, roles=HANDLES_CASES)
    def record_triage(self, tx: Transaction, body: RecordTriage) -> Triage:
        number = triage_number(tx=tx, organisation=numbering_organisation(tx))
        triage = triaging.new_triage(command=body, actor=tx.actor, number=number, now=tx.now)
        tx.record(triage, act=Act.TRIAGED, remark=f"{triage.number}，{triage.outcome.label}")
        return triage

    @command(TakeBackTriage, roles=HANDLES_CASES)
    def take_back_triage(self, tx: Transaction, body: TakeBackTriage) -> Triage:
        row = locked(tx, Triage, body.triage_id)
        triage = triaging.taken_back(triage=row.state, actor=tx.actor, reason=body.reason)
        remark = f"{triage.number}：{triage.taken_back}"
        tx.record(triage, act=Act.TRIAGE_TAKEN_BACK, base=row.version, remark=remark)
        return triage

    @command(RecordTalk, roles=HANDLES_CASES)
    def record_talk(self, tx: Transaction, body: RecordTalk) -> Talk:
        case = self._case(tx, body.petition_id)
        check_takes_part(actor=tx.actor, petition=case.petition, holding=case.standing, doing="记录该件的接谈")
        form = papers().talk
        talk = talking.new_talk(
            command=body,
            petition=case.petition,
            actor=tx.actor,
            directory=_directory(tx, body.unit_in_charge),
            redact=case.redact,
            number=document_number(tx=tx, organisation=numbering_organisation(tx), series=form.series),
            form=form,
            now=tx.now,
        )
        tx.record(talk, act=Act.TALKED, remark=talking.remark(talk))
        return talk

    @command(SignTalk, roles=HANDLES_CASES)
    def sign_talk(self, tx: Transaction, body: SignTalk) -> Talk:
        row = locked(tx, Talk, body.talk_id)
        redact = self._case(tx, row.state.petition_id).redact
        talk = talking.signed(talk=row.state, command=body, actor=tx.actor, redact=redact, now=tx.now)
        tx.record(talk, act=Act.TALK_SIGNED, base=row.version, remark=talking.signed_remark(talk))
        return talk

    @command(TakeBackTalk, roles=HANDLES_CASES)
    def take_back_talk(self, tx: Transaction, body: TakeBackTalk) -> Talk:
        row = locked(tx, Talk, body.talk_id)
        redact = self._case(tx, row.state.petition_id).redact
        talk = talking.taken_back(talk=row.state, actor=tx.actor, redact=redact, reason=body.reason)
        remark = f"{talk.number}：{talk.taken_back}"
        tx.record(talk, act=Act.TALK_TAKEN_BACK, base=row.version, remark=remark)
        return talk

    @command(IssueNotice, roles=HANDLES_CASES)
    def issue_notice(self, tx: Transaction, body: IssueNotice) -> Notice:
        case = self._case(tx, body.petition_id)
        # One voice towards the petitioner: whoever supports a lead, or works for it, tells him nothing by itself.
        leading = [each for each in case.standing if each.role is ReferralRole.LEAD]
        check_takes_part(actor=tx.actor, petition=case.petition, holding=leading, doing="就该件书面告知信访人")
        series = papers().notices[body.kind].series
        notice = noticing.new_notice(
            command=body,
            petition=case.petition,
            there=case.notices,
            actor=tx.actor,
            directory=_directory(tx, body.body),
            redact=case.redact,
            number=document_number(tx=tx, organisation=numbering_organisation(tx), series=series),
            today=tx.today,
        )
        tx.record(notice, act=Act.NOTICE_ISSUED, remark=noticing.remark(notice))
        return notice

    @command(DeliverNotice, roles=HANDLES_CASES)
    def deliver_notice(self, tx: Transaction, body: DeliverNotice) -> Notice:
        row = locked(tx, Notice, body.notice_id)
        redact = self._case(tx, row.state.petition_id).redact
        notice = noticing.delivered(
            notice=row.state, delivery=body.delivery, redact=redact, actor=tx.actor, today=tx.today
        )
        remark = f"{notice.number}，{noticing.delivery_remark(body.delivery)}"
        tx.record(notice, act=Act.NOTICE_DELIVERED, base=row.version, remark=remark)
        return notice

    @command(TakeBackNotice, roles=HANDLES_CASES)
    def take_back_notice(self, tx: Transaction, body: TakeBackNotice) -> Notice:
        row = locked(tx, Notice, body.notice_id)
        redact = self._case(tx, row.state.petition_id).redact
        notice = noticing.taken_back(notice=row.state, actor=tx.actor, redact=redact, reason=body.reason)
        remark = f"{notice.number}：{notice.taken_back}"
        tx.record(notice, act=Act.NOTICE_TAKEN_BACK, base=row.version, remark=remark)
        return notice

    def _case(self, tx: Transaction, petition_id: str) -> _Case:
        """The case, locked, as the service itself reads it: who only holds it does not see the register."""
        if not is_id(petition_id):
            raise NotFound()
        tx.lock(petition_id)
        with tx.whole_county():
            row = tx.read(Petition, petition_id)
            if row is None:
                raise NotFound()
            standing = [kept.state for kept in tx.kept_of_petition(Referral, petition_id) if kept.state.stands]
            notices = [notice.state for notice in tx.of_petition(Notice, petition_id)]
            redact = people_vault.masker(tx, vault=self.vault, petition=row.state)
        return _Case(row.state, standing, notices, redact)


def _directory(tx: Transaction, code: str | None) -> dict[str, Organisation]:
    """Of the directory what the command names."""
    kept = tx.kept(Organisation, code) if code else None
    return {kept.state.code: kept.state} if kept else {}
