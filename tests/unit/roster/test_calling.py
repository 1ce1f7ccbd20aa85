"""Urgent reports go to whoever is on duty at that moment, and never to whom the petition accuses."""

from datetime import datetime, time, timedelta
from typing import Any

import msgspec

from services.contracts.actor import ActorRef, TenantKind
from services.contracts.base import LEGAL_ZONE
from services.contracts.directory import Organisation
from services.contracts.duty_calls import DutyCall
from services.contracts.intake import Channel, Nature, Petition, Urgency
from services.contracts.roster_rules import SeatRole, ServiceKind
from services.contracts.urgent_reports import Addressee, ReportKind, Told, UrgentReport
from services.roster.calling import call_words, called, on_duty, tenants_called
from tests.unit.roster.table_made import STAFF, TUESDAY, WEDNESDAY, A, B, C, member, shift, taken

NIGHT = datetime(2026, 12, 2, 2, 30, tzinfo=LEGAL_ZONE)
OFFICE = Organisation(
    code="xfj", kind=TenantKind.COUNTY, name="信访局", short_name="信访局", number_prefix="洛信", superior=None,
    responsibilities=[], places=[], phone=None, active=True,
)  # fmt: skip
WATCH = shift("watch", TUESDAY, taken(A), taken(STAFF, SeatRole.STAFF), start=time(17, 30), end=time(8),
              kind=ServiceKind.ON_CALL)  # fmt: skip
OVER = shift("over", TUESDAY, taken(B))
AT_THE_TOWN = shift("town", WEDNESDAY, taken(C), tenant="town", start=time(0), end=time(0))
MEMBERS = {each.id: each for each in (A, B, C, STAFF)}


def petition(**changes: Any) -> Petition:
    base = Petition(
        id="p", number="1", query_code="q", channel=Channel.VISIT, received_on=TUESDAY, registered_at=NIGHT,
        registered_on=TUESDAY, registered_by="town", registrar="clerk", petitioners=[], anonymous=True, place=None,
        place_name=None, title="t", body="b", nature=Nature.APPEAL, category=None, urgency=Urgency.CRITICAL,
        confidential=False, accused=[], aliases=[], historical=False, past_answer=None,
    )  # fmt: skip
    return msgspec.structs.replace(base, **changes)


def report(*told: str) -> UrgentReport:
    return UrgentReport(
        id="r", petition_id="p", kind=ReportKind.URGENT, petition_number="1", registered_by="town", tenant="town",
        by=ActorRef(tenant="town", user="clerk", name="甲"), occurred_at=None, learned_at=NIGHT, reported_at=NIGHT,
        content="c", measures="m",
        told=[Told(whom=Addressee.COMPETENT_BODY, tenant=each, login=None, name=each, way="系统", at=NIGHT)
              for each in told],
    )  # fmt: skip


def call(case: Petition, *told: str, known: DutyCall | None = None, members: Any = None) -> DutyCall:
    people = members or MEMBERS
    present = on_duty([WATCH, OVER, AT_THE_TOWN], people, at=NIGHT)
    codes = tenants_called(report(*told), case, [OFFICE], known=known)
    return called(
        report=report(*told), petition=case, tenants=codes, present=present, members=people, known=known, now=NIGHT
    )


def test_in_the_night_those_are_called_who_watch_where_it_was_reported_and_at_the_county_office() -> None:
    made = call(petition())
    assert (made.tenants, made.restricted_to) == (["town", "xfj"], None)
    assert [(each.tenant, each.member, each.role) for each in made.called] == [
        ("town", "c", SeatRole.LEAD), ("xfj", "a", SeatRole.LEAD), ("xfj", "staff", SeatRole.STAFF),
    ]  # fmt: skip
    assert call_words(made) == "演示c（带班（接访）领导）、演示a（带班（接访）领导）、演示staff（值班人员）"


def test_the_telephone_is_his_own_or_the_shifts() -> None:
    phones = {"a": member("a", phone="0914-1"), "c": C, "staff": STAFF}
    assert {each.member: each.phone for each in call(petition(), members=phones).called} == {
        "a": "0914-1", "c": "0914-1234567", "staff": "0914-1234567",
    }  # fmt: skip


def test_nobody_on_duty_is_told_as_nobody() -> None:
    made = called(report=report(), petition=petition(), tenants=["town"], present=[], members={}, known=None, now=NIGHT)
    assert (made.called, call_words(made)) == ([], "当时无人值班")


def test_who_is_told_later_is_called_then_and_nobody_twice() -> None:
    first = call(petition())
    assert tenants_called(report(), petition(), [OFFICE], known=first) == []
    second = call(petition(), "slj", known=first)
    assert (second.tenants, second.called) == (["town", "xfj", "slj"], first.called)


def test_neither_an_accused_unit_nor_an_accused_person_is_called() -> None:
    unit = call(petition(accused=["town"]))
    assert {each.tenant for each in unit.called} == {"xfj"}
    assert unit.tenants == ["xfj"]
    by_name = call(petition(accused_people=["演示 a"]))
    by_login = call(petition(accused_users=["a"]))
    for made in (by_name, by_login):
        assert "a" not in {each.member for each in made.called}
        assert "staff" in {each.member for each in made.called}


def test_of_an_accusation_only_those_know_who_are_named_for_the_case() -> None:
    made = call(petition(nature=Nature.ACCUSATION, accused_users=["someone"]))
    assert made.named == frozenset({"clerk", "!someone"})


def test_a_shift_that_ended_or_begins_later_has_nobody_on_duty() -> None:
    assert on_duty([OVER], MEMBERS, at=NIGHT) == []
    assert on_duty([WATCH], MEMBERS, at=WATCH.begins - timedelta(seconds=1)) == []
    assert [each.member for each in on_duty([WATCH], MEMBERS, at=WATCH.begins)] == ["a", "staff"]
    assert on_duty([WATCH], MEMBERS, at=WATCH.ends) == []
