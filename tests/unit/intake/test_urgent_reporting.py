"""Urgent reports: their chain of times, who is told and who must not be, later reports and receipts."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.common.errors import AccusedUnit, Forbidden, HistoricalPetition, InvalidInput, Refusal, WrongState
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.directory import Organisation, OrgLevel
from services.contracts.intake import Nature, Procedure, Urgency
from services.contracts.routing import ReferralRole, ReferralState
from services.contracts.urgent_reports import (
    AddLaterReport,
    Addressee,
    ReportKind,
    ReportUrgent,
    Told,
    ToldInput,
    UrgentReport,
)
from services.intake import urgent_reporting as reporting
from tests.unit.intake.made import NOW, petition, referral

A = Addressee
MINUTE = timedelta(minutes=1)
HEALTH: dict[str, Any] = {"kind": ReportKind.HEALTH, "told": [ToldInput(whom=A.POLICE, tenant="gongan")]}


def organisation(code: str, kind: TenantKind, name: str) -> Organisation:
    return Organisation(
        code=code, kind=kind, name=name, short_name=name, number_prefix=code, superior=None, responsibilities=[],
        places=[], phone=None, active=True, level=OrgLevel.COUNTY,
    )  # fmt: skip


DIRECTORY = {
    each.code: each
    for each in (
        organisation("xfj", TenantKind.COUNTY, "县信访局"),
        organisation("gongan", TenantKind.BUREAU, "县公安局"),
        organisation("611021001", TenantKind.TOWNSHIP, "城关街道"),
    )
}


def actor(tenant: str = "611021001", user: str = "u", kind: TenantKind = TenantKind.TOWNSHIP) -> Actor:
    return Actor(county="611021", tenant=tenant, kind=kind, user=user, name="张三", roles=frozenset({Role.CLERK}))


OFFICE = actor("xfj", "office", TenantKind.COUNTY)


def report(
    told: list[ToldInput] | None = None, /, there: list[UrgentReport] | None = None, now: datetime = NOW, **given: Any
) -> UrgentReport:
    item = given.pop("item", petition())
    command = ReportUrgent(
        petition_id="p", **{"content": "数十人聚集", "measures": "已派人到场", "told": told or [], **given}
    )
    return reporting.reported(
        command=command, petition=item, accused=frozenset(item.accused), there=there or [], directory=DIRECTORY,
        actor=actor(), now=now,
    )  # fmt: skip


def go_on(report: UrgentReport, by: Actor | None = None, **given: Any) -> UrgentReport:
    return reporting.continued(
        report=report, command=AddLaterReport(report_id=report.id, **{"text": "已散去", **given}), petition=petition(),
        accused=frozenset(), directory=DIRECTORY, actor=by or actor(), now=NOW + 9 * MINUTE,
    )  # fmt: skip


def refused(refusal: type[Refusal], field: str | None, *told: ToldInput, **given: Any) -> str:
    with pytest.raises(refusal) as found:
        report(list(told), **given)
    assert found.value.field == field
    return found.value.message


# The chain of times


def test_it_was_learned_at_registration_where_nobody_says_otherwise() -> None:
    made = report(occurred_at=NOW - 30 * MINUTE, now=NOW + 5 * MINUTE)
    assert (made.occurred_at, made.learned_at, made.reported_at) == (NOW - 30 * MINUTE, NOW, NOW + 5 * MINUTE)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("occurred_at", {"occurred_at": NOW + MINUTE}),
        ("learned_at", {"learned_at": NOW + MINUTE}),
        ("occurred_at", {"occurred_at": NOW - MINUTE, "learned_at": NOW - 2 * MINUTE}),
        ("content", {"content": " "}),
        ("measures", {"measures": " "}),
    ],
)
def test_times_follow_each_other_and_nothing_lies_ahead(field: str, given: dict[str, Any]) -> None:
    refused(InvalidInput, field, **given)


def test_what_happened_after_the_registration_was_learned_after_it() -> None:
    message = refused(InvalidInput, "occurred_at", occurred_at=NOW + MINUTE, now=NOW + 5 * MINUTE)
    assert "获知时间" in message
    assert report(occurred_at=NOW + MINUTE, learned_at=NOW + 2 * MINUTE, now=NOW + 5 * MINUTE).occurred_at


def test_one_may_tell_by_telephone_before_one_writes_it_down_but_not_before_one_knows() -> None:
    early = ToldInput(whom=A.HIGHER_OFFICE, name="市信访局", way="电话", at=NOW + MINUTE)
    first = report([early], now=NOW + 5 * MINUTE).told[0]
    assert (first.name, first.way, first.at) == ("市信访局", "电话", NOW + MINUTE)
    refused(InvalidInput, "told.0.at", msgspec.structs.replace(early, at=NOW - MINUTE))
    refused(InvalidInput, "told.0.at", msgspec.structs.replace(early, at=NOW + MINUTE))


# Who is told


def test_the_county_office_is_always_told_and_once() -> None:
    def names(*told: ToldInput) -> list[tuple[Addressee, str, str]]:
        return [(each.whom, each.name, each.way) for each in report(list(told)).told]

    assert names() == [(A.COUNTY_OFFICE, "县信访局", "系统")]
    by_hand = ToldInput(whom=A.COUNTY_OFFICE, tenant="xfj", way="电话")
    assert names(by_hand, by_hand) == [(A.COUNTY_OFFICE, "县信访局", "电话")]
    # Its leader by name is another reader.
    leader = ToldInput(whom=A.LEADER, tenant="xfj", login="xfj.leader@luonan", name="王县长")
    assert names(leader) == [(A.LEADER, "王县长", "系统"), (A.COUNTY_OFFICE, "县信访局", "系统")]


def test_tenants_leaders_and_bodies_elsewhere_are_told_by_what_they_are_called() -> None:
    made = report(
        [
            ToldInput(whom=A.COMPETENT_BODY, tenant="gongan", name="自己写的名称"),
            ToldInput(whom=A.PARTY_AND_GOVERNMENT),
            ToldInput(whom=A.NATIONAL_OFFICE, name="国家信访局值班室"),
        ]
    )
    assert [each.name for each in made.told[:3]] == ["县公安局", "本级党委和政府", "国家信访局值班室"]
    assert made.audience == {"611021001", "gongan", "xfj"}
    assert made.named is None


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (ToldInput(whom=A.COMPETENT_BODY, tenant="nobody"), "told.0.tenant"),
        (ToldInput(whom=A.COUNTY_OFFICE, name="县信访局"), "told.0.tenant"),
        (ToldInput(whom=A.COMPETENT_BODY, tenant="gongan", login="x@luonan"), "told.0.login"),
        (ToldInput(whom=A.LEADER, login="x@luonan"), "told.0.login"),
        (ToldInput(whom=A.GUARDIAN), "told.0.whom"),
    ],
)
def test_whom_one_cannot_tell_is_refused(told: ToldInput, field: str) -> None:
    refused(InvalidInput, field, told)


def test_nobody_accused_is_told() -> None:
    accused: dict[str, Any] = {
        "item": petition(accused=["gongan"], accused_users=["li@luonan"], accused_people=["李四"])
    }
    refused(AccusedUnit, "told.0.tenant", ToldInput(whom=A.COMPETENT_BODY, tenant="gongan"), **accused)
    leader = ToldInput(whom=A.LEADER, tenant="xfj", login="li@luonan", name="李某")
    refused(AccusedUnit, "told.0.login", leader, **accused)
    named = ToldInput(whom=A.PARTY_AND_GOVERNMENT, name="县委办李四")
    refused(AccusedUnit, "told.0.name", named, **accused)
    assert report(item=petition(accused=["xfj"])).told == []


def test_of_an_accusation_the_named_leaders_are_told_besides_its_readers() -> None:
    item = petition(nature=Nature.ACCUSATION, accused=["gongan"])
    leader = ToldInput(whom=A.LEADER, tenant="xfj", login="wang@luonan", name="王县长")
    made = report([leader], item=item)
    assert made.named == frozenset({"u", "!@gongan", "wang@luonan"})


# Visitors who may need a doctor


def test_of_a_visitors_health_police_doctors_and_guardians_are_told_and_no_name_of_the_last_is_kept() -> None:
    made = report([*HEALTH["told"], ToldInput(whom=A.GUARDIAN)], kind=ReportKind.HEALTH)
    assert [each.name for each in made.told] == ["县公安局", "监护人、所在单位"]
    assert made.audience == {"611021001", "gongan"}
    assert reporting.remark(made) is None
    refused(InvalidInput, "told.0.name", ToldInput(whom=A.GUARDIAN, name="赵某之妻"), kind=ReportKind.HEALTH)
    refused(InvalidInput, "told.0.whom", ToldInput(whom=A.NATIONAL_OFFICE), kind=ReportKind.HEALTH)
    refused(InvalidInput, "told", kind=ReportKind.HEALTH)


# The item


def test_the_item_becomes_critical_and_says_since_when() -> None:
    changed = reporting.made_critical(petition=petition(), since=NOW, group_visit_size=5)
    assert changed is not None
    assert (changed[0].urgency, changed[0].urgent_since) == (Urgency.CRITICAL, NOW)
    assert "重大紧急" in changed[1]
    earlier = petition(urgency=Urgency.CRITICAL, urgent_since=NOW - MINUTE)
    assert reporting.made_critical(petition=earlier, since=NOW, group_visit_size=5) is None


def test_what_goes_the_simplified_way_leaves_it_when_it_becomes_critical() -> None:
    item = petition(procedure=Procedure.SIMPLIFIED)
    changed = reporting.made_critical(petition=item, since=NOW, group_visit_size=5)
    assert changed is not None
    assert changed[0].procedure is Procedure.ORDINARY
    assert "普通办理" in changed[1]


def test_what_is_over_is_not_reported() -> None:
    standing = [referral(ReferralRole.LEAD, ReferralState.SENT)]
    reporting.check_open(petition=petition(), standing=standing)
    with pytest.raises(HistoricalPetition):
        reporting.check_open(petition=petition(historical=True), standing=[])
    with pytest.raises(WrongState):
        reporting.check_open(petition=petition(), standing=[referral(ReferralRole.LEAD, ReferralState.CLOSED)])


# Later reports, receipts


def test_a_second_report_of_the_same_tenant_goes_on_in_the_first_until_that_is_ended() -> None:
    first = report()
    assert "续报" in refused(WrongState, None, there=[first])
    assert report(there=[msgspec.structs.replace(first, tenant="xfj")])
    assert report(HEALTH["told"], there=[first], kind=ReportKind.HEALTH)
    assert report(there=[go_on(first, final=True)])


def test_a_later_report_tells_more_people_and_the_final_one_ends_it() -> None:
    first = report()
    second = go_on(
        first, told=[ToldInput(whom=A.POLICE, tenant="gongan"), ToldInput(whom=A.HIGHER_OFFICE, tenant="xfj")]
    )
    assert [each.name for each in second.told] == ["县信访局", "县公安局"]
    assert (second.later[0].text, second.ended_at) == ("已散去", None)
    last = go_on(second, by=OFFICE, final=True)
    assert (last.ended_at, last.later[1].by.tenant) == (NOW + 9 * MINUTE, "xfj")
    with pytest.raises(WrongState):
        go_on(last)
    with pytest.raises(Forbidden):
        go_on(first, by=actor("gongan"))
    with pytest.raises(InvalidInput):
        go_on(first, text=" ")


def test_a_report_does_not_grow_without_end() -> None:
    made = report()
    for _ in range(reporting.MOST_LATER):
        made = go_on(made)
    with pytest.raises(WrongState, match="终报后重新报告"):
        go_on(made)


def test_whoever_was_told_takes_note_once() -> None:
    leader = ToldInput(whom=A.LEADER, tenant="xfj", login="wang@luonan", name="王县长")
    made = report([leader, ToldInput(whom=A.POLICE, tenant="gongan")])

    def receipts(of: UrgentReport) -> list[tuple[str, datetime | None]]:
        return [(each.name, each.acknowledged_at) for each in of.told]

    first = reporting.acknowledged(report=made, actor=actor("gongan"), now=NOW)
    assert first is not None
    assert receipts(first) == [("王县长", None), ("县公安局", NOW), ("县信访局", None)]
    # Who was told by name signs for himself, and as one of his tenant not for it twice.
    mine = reporting.acknowledged(report=first, actor=actor("xfj", "wang@luonan"), now=NOW + MINUTE)
    assert mine is not None
    assert receipts(mine) == [("王县长", NOW + MINUTE), ("县公安局", NOW), ("县信访局", NOW + MINUTE)]
    for reader in (actor("gongan"), actor("xfj", "wang@luonan"), OFFICE):
        assert reporting.acknowledged(report=mine, actor=reader, now=NOW + 2 * MINUTE) is None
    with pytest.raises(Forbidden):
        reporting.acknowledged(report=made, actor=actor("611021001"), now=NOW)


def test_the_timeline_names_who_was_told() -> None:
    told = [ToldInput(whom=A.POLICE, tenant="gongan"), ToldInput(whom=A.JOINT_CONFERENCE)]
    assert reporting.remark(report(told)) == "已告知：县公安局、信访工作联席会议办公室、县信访局"
    assert isinstance(report(told).told[0], Told)
