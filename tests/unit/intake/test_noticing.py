"""Notices: to whom they are owed, what they have to say, and that a delivered one has told (Art. 23)."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from services.common.errors import AccusedUnit, Forbidden, HistoricalPetition, InvalidInput, WrongState
from services.common.redacting import mask_text
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.deadlines import Event
from services.contracts.desk import IssueNotice, Notice, NoticeDelivery, NoticeKind
from services.contracts.intake import Petition
from services.contracts.routing import DeliveryMode
from services.deadlines.events import CaseFacts, subjects
from services.intake.noticing import NobodyToTell, delivered, new_notice, remark, taken_back
from services.intake.series import papers
from tests.unit.intake.made import TODAY, petition
from tests.unit.routing.made import DIRECTORY

PLAIN = mask_text
COUNTY = Actor(county="611021", tenant="xfj", kind=TenantKind.COUNTY, user="v", name="n", roles=frozenset({Role.CLERK}))
TOWNSHIP = msgspec.structs.replace(COUNTY, tenant="611021001", kind=TenantKind.TOWNSHIP)
BUREAU = msgspec.structs.replace(COUNTY, tenant="zrzy", kind=TenantKind.BUREAU)


def delivery(on: date = TODAY, **changes: Any) -> NoticeDelivery:
    return NoticeDelivery(mode=DeliveryMode.IN_PERSON, on=on, signed=True, **changes)


def notice(
    item: Petition | None = None,
    *,
    kind: NoticeKind = NoticeKind.RECEIVED,
    text: str = "由自然资源局按信访程序办理",
    there: tuple[Notice, ...] = (),
    today: date = TODAY,
    by: Actor = TOWNSHIP,
    **given: Any,
) -> Notice:
    return new_notice(
        command=IssueNotice(petition_id="p", kind=kind, text=text, **given),
        petition=item or petition(),
        there=there,
        actor=by,
        directory=DIRECTORY,
        redact=PLAIN,
        number="城关信告〔2026〕1号",
        today=today,
    )


def refused_field(**given: Any) -> str | None:
    with pytest.raises(InvalidInput) as refusal:
        notice(**given)
    return refusal.value.field


def noticed(*notices: Notice) -> tuple[date, ...]:
    """The days on which the petitioner was told, as whoever keeps the clocks sees it."""
    (subject,) = subjects(CaseFacts(petition=petition(), notices=notices))
    return tuple(moment.on for moment in subject.events.get(Event.PETITION_NOTICED, ()))


def test_of_what_was_received_the_way_and_procedure_are_told() -> None:
    assert refused_field(text=" ") == "text"
    made = notice(text="请致电 13800001234，由自然资源局办理", body="zrzy")
    assert (made.issued_on, made.body, made.tenant) == (TODAY, "zrzy", "611021001")
    assert made.text == "请致电 138****1234，由自然资源局办理"
    assert remark(made) == "信访事项接收告知书，城关信告〔2026〕1号"


def test_guidance_names_a_body_or_says_in_words_where_to_go() -> None:
    assert refused_field(kind=NoticeKind.GUIDANCE, text=" ") == "text"
    assert notice(kind=NoticeKind.GUIDANCE, text="", body="slj").body == "slj"
    assert notice(kind=NoticeKind.GUIDANCE, text="请向商州区人民法院提出").body is None


def test_nobody_is_sent_to_whom_he_accuses_or_to_what_is_not_there() -> None:
    with pytest.raises(AccusedUnit):
        notice(petition(accused=["slj"]), kind=NoticeKind.GUIDANCE, body="slj")
    for code in ("nobody", "old"):
        assert refused_field(body=code) == "body"


def test_who_cannot_be_reached_is_owed_no_notice() -> None:
    with pytest.raises(NobodyToTell):
        notice(petition(anonymous=True))
    with pytest.raises(HistoricalPetition):
        notice(petition(historical=True))


def test_one_tenant_tells_of_the_receipt_once_and_may_guide_again() -> None:
    first = notice()
    with pytest.raises(WrongState):
        notice(there=(first,))
    notice(there=(first,), by=BUREAU)
    notice(there=(taken_back(notice=first, actor=TOWNSHIP, redact=PLAIN, reason="误记"),))
    guided = notice(kind=NoticeKind.GUIDANCE)
    notice(kind=NoticeKind.GUIDANCE, there=(guided,))


def test_it_is_delivered_between_its_issue_and_today() -> None:
    assert refused_field(delivery=delivery(TODAY - timedelta(days=1))) == "delivery.on"
    assert refused_field(delivery=delivery(TODAY + timedelta(days=1))) == "delivery.on"
    at_once = notice(delivery=delivery(remark="当场交付 13800001234"))
    assert at_once.told_on == TODAY
    assert at_once.delivery is not None
    assert at_once.delivery.remark == "当场交付 138****1234"
    assert remark(at_once).endswith("当场送达：2026-11-22，当面送达，已签收")


def test_its_issuer_or_the_county_office_enters_the_delivery_once() -> None:
    issued = notice()
    week = TODAY + timedelta(days=7)
    for who in (TOWNSHIP, COUNTY):
        told = delivered(notice=issued, delivery=delivery(week), redact=PLAIN, actor=who, today=week)
        assert told.told_on == week
    with pytest.raises(Forbidden):
        delivered(notice=issued, delivery=delivery(), redact=PLAIN, actor=BUREAU, today=TODAY)
    with pytest.raises(WrongState):
        delivered(notice=told, delivery=delivery(week), redact=PLAIN, actor=TOWNSHIP, today=week)
    early = delivery(TODAY - timedelta(days=1))
    with pytest.raises(InvalidInput):
        delivered(notice=issued, delivery=early, redact=PLAIN, actor=TOWNSHIP, today=week)


def test_only_its_issuer_takes_it_back_once_and_with_a_reason() -> None:
    issued = notice()
    with pytest.raises(Forbidden):
        taken_back(notice=issued, actor=COUNTY, redact=PLAIN, reason="误记")
    with pytest.raises(InvalidInput):
        taken_back(notice=issued, actor=TOWNSHIP, redact=PLAIN, reason=" ")
    back = taken_back(notice=issued, actor=TOWNSHIP, redact=PLAIN, reason="误记")
    assert back.number == issued.number
    with pytest.raises(WrongState):
        taken_back(notice=back, actor=TOWNSHIP, redact=PLAIN, reason="误记")
    with pytest.raises(WrongState):
        delivered(notice=back, delivery=delivery(), redact=PLAIN, actor=TOWNSHIP, today=TODAY)


def test_a_delivered_notice_meets_the_notice_and_one_taken_back_does_not() -> None:
    issued, told = notice(), notice(delivery=delivery())
    assert noticed(issued) == ()
    assert noticed(issued, told) == (TODAY,)
    assert noticed(taken_back(notice=told, actor=TOWNSHIP, redact=PLAIN, reason="误记")) == ()


def test_every_kind_of_notice_has_a_series_of_its_own() -> None:
    series = [papers().notices[kind].series for kind in NoticeKind]
    assert len({*series, papers().talk.series}) == len(series) + 1
