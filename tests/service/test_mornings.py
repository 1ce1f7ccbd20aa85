"""The morning's reminders: one for each tenant and role, once a day, accusations apart; urgent items at once."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from services.contracts.actor import Role, TenantKind
from services.contracts.acts import Act
from services.contracts.bureau import REMINDER_EVENT, BureauReminder
from services.contracts.circulars import PeriodKind
from services.contracts.deadlines import Clock, Level, Obligation
from services.contracts.directory import Organisation
from services.contracts.intake import Channel, Nature, Urgency
from services.contracts.office import OfficeDuty
from services.contracts.reminders import Alert, Reminder
from services.contracts.rules import Regime
from services.deadlines import digesting
from services.deadlines.cases import recount_many
from services.deadlines.mornings import digest
from services.deadlines.sweeping import sweep_all
from tests.service.told import RULES, Desk, petition, way_of_a_referral

EIGHT = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)
"""Eight in the morning in China, when all periods of the cases below are over."""


def organisation(code: str, kind: TenantKind) -> Organisation:
    return Organisation(
        code=code, kind=kind, name=code, short_name=code, number_prefix=code, superior=None, responsibilities=[],
        places=[], phone=None, active=True,
    )  # fmt: skip


def settle(desk: Desk) -> None:
    kinds = {"xfj": TenantKind.COUNTY, "jtj": TenantKind.BUREAU, "zjz": TenantKind.TOWNSHIP}
    desk.keep(*(organisation(code, kind) for code, kind in kinds.items()))


def handed_on(desk: Desk, to: str, **changes: Any) -> str:
    """A case that ``to`` has accepted and never answered; its id."""
    item = petition(**changes)
    desk.keep(item, way_of_a_referral(item, to=to)[2])
    return item.id


def morning(desk: Desk, now: datetime = EIGHT, hour: int = 8) -> int:
    sweep_all(desk.database, county=desk.county, now=now)
    return digest(desk.database, county=desk.county, now=now, hour=hour)


def reminders(desk: Desk) -> list[Reminder]:
    return [fact.state for fact in desk.facts(Reminder)]


def by_reader(desk: Desk) -> dict[tuple[str, Role], Reminder]:
    return {(each.tenant, each.role): each for each in reminders(desk) if each.restricted_to is None}


def test_each_tenant_and_role_gets_one_reminder_with_all_that_is_its_own(desk: Desk) -> None:
    settle(desk)
    cases = {handed_on(desk, "jtj") for _ in range(3)}
    other = handed_on(desk, "zjz")
    made = morning(desk)
    found = by_reader(desk)
    assert made == len(reminders(desk)) == len(found)
    clerk = found["jtj", Role.CLERK]
    assert {item.petition_id for item in clerk.items} == cases
    assert {item.owner for item in clerk.items} == {"jtj"}
    assert {item.petition_id for item in found["zjz", Role.CLERK].items} == {other}
    assert {item.petition_id for item in found["jtj", Role.HEAD].items} == cases
    office = found["xfj", Role.SUPERVISOR]
    assert {item.petition_id for item in office.items} >= cases | {other}
    assert {item.level for item in office.items} == {Level.TO_COUNTY}
    assert not any(each.urgent or each.more for each in found.values())
    assert (clerk.on, clerk.at, clerk.sent_by, clerk.text) == (date(2026, 11, 20), EIGHT, None, None)
    assert clerk.items[0].first_receiver == "王登记"


def test_a_morning_comes_once_however_often_it_is_asked_for(desk: Desk) -> None:
    settle(desk)
    handed_on(desk, "jtj")
    first = morning(desk)
    assert first > 0
    assert morning(desk, EIGHT + timedelta(minutes=1)) == 0
    assert morning(desk, EIGHT + timedelta(days=1)) == first
    assert len({each.id for each in reminders(desk)}) == len(reminders(desk)) == 2 * first


def test_a_morning_whose_claim_was_lost_makes_nothing_twice(desk: Desk) -> None:
    settle(desk)
    handed_on(desk, "jtj")
    made = morning(desk)
    handed_on(desk, "zjz")
    desk.one("UPDATE deadlines.county_state SET digest_on = NULL WHERE county_id = :county RETURNING 1")
    assert (made, morning(desk)) == (3, 2)  # clerk and head of jtj and the office; then clerk and head of zjz
    assert len(reminders(desk)) == 5


def test_an_office_is_reminded_of_its_own_recurring_duties(desk: Desk) -> None:
    settle(desk)
    handed_on(desk, "jtj")
    kinds = frozenset({TenantKind.BUREAU, TenantKind.TOWNSHIP})
    soon = OfficeDuty(
        id="summary", name="年度总结", basis="《工作方案》", every=PeriodKind.YEAR, kinds=kinds, due_after_days=-36,
        since=date(2026, 1, 1),
    )  # fmt: skip
    later = msgspec.structs.replace(soon, id="later", due_after_days=-33)
    with desk.database.begin(desk.actor, trace="test") as tx:
        tx.record(Regime(county=desk.county, office_duties=[soon, later]), act=Act.REGIME_CHANGED)
    morning(desk)
    found = by_reader(desk)
    owed = {key: [(duty.name, duty.period, duty.due_on) for duty in each.duties] for key, each in found.items()}
    summary = [("年度总结", "2026年", date(2026, 11, 25))]
    assert owed["jtj", Role.CLERK] == owed["zjz", Role.CLERK] == summary
    assert found["jtj", Role.CLERK].items
    assert not found["zjz", Role.CLERK].items
    assert owed["jtj", Role.HEAD] == owed["xfj", Role.SUPERVISOR] == []


def test_two_sweepers_make_one_morning(desk: Desk) -> None:
    settle(desk)
    for _ in range(20):
        handed_on(desk, "jtj")
    sweep_all(desk.database, county=desk.county, now=EIGHT)
    start = threading.Barrier(2)
    made: list[int] = []

    def work() -> None:
        start.wait()
        made.append(digest(desk.database, county=desk.county, now=EIGHT, hour=8))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(made) == [0, len(reminders(desk))]
    assert max(made) > 0


def test_there_is_no_morning_before_its_hour(desk: Desk) -> None:
    settle(desk)
    handed_on(desk, "jtj")
    assert morning(desk, EIGHT - timedelta(seconds=1)) == 0
    assert morning(desk, EIGHT, hour=9) == 0
    assert reminders(desk) == []
    assert morning(desk, EIGHT) > 0


def test_nobody_is_reminded_of_nothing(desk: Desk) -> None:
    settle(desk)
    item = petition(received_on=date(2026, 11, 19))
    desk.keep(item)
    assert morning(desk) == 0
    assert reminders(desk) == []


def test_an_accusation_stands_apart_and_names_who_may_see_it(desk: Desk) -> None:
    settle(desk)
    open_case = handed_on(desk, "jtj")
    accusation = petition(nature=Nature.ACCUSATION, registrar="liu")
    desk.keep(accusation)
    morning(desk)
    secret = [each for each in reminders(desk) if each.restricted_to is not None]
    assert {tuple(each.restricted_to or ()) for each in secret} == {("liu",)}
    assert {item.petition_id for each in secret for item in each.items} == {accusation.id}
    assert {each.named for each in secret} == {frozenset({"liu"})}
    plain = [item.petition_id for each in by_reader(desk).values() for item in each.items]
    assert accusation.id not in plain
    assert open_case in plain


def test_a_long_list_is_cut_to_the_most_urgent_and_says_how_many_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digesting, "ITEMS", 4)
    settle(desk)
    for number in range(6):
        handed_on(desk, "jtj", received_on=date(2026, 8, 3) + timedelta(days=number))
    morning(desk)
    clerk = by_reader(desk)["jtj", Role.CLERK]
    assert len(clerk.items) == 4
    assert clerk.more > 0
    days = [(item.effective_due_on) for item in clerk.items]
    assert days == sorted(days)


def to_bureaus(desk: Desk) -> list[tuple[str, BureauReminder]]:
    query = sa.text(
        "SELECT routing_key, headers ->> 'cloudEvents:type' AS type, body FROM deadlines.outbox"
        " WHERE county_id = :county AND exchange = 'bureau' ORDER BY seq"
    )
    with desk.admin.connect() as connection:
        rows = connection.execute(query, {"county": desk.county}).all()
    assert {row.type for row in rows} <= {REMINDER_EVENT}
    return [(row.routing_key, msgspec.json.decode(bytes(row.body), type=BureauReminder)) for row in rows]


def test_a_bureaus_own_queue_gets_its_reminders_and_no_accusation(desk: Desk) -> None:
    settle(desk)
    handed_on(desk, "jtj")
    handed_on(desk, "zjz")
    handed_on(desk, "jtj", nature=Nature.ACCUSATION)
    morning(desk)
    sent = to_bureaus(desk)
    assert {key for key, _ in sent} == {f"bureau.{desk.county}.jtj"}
    known = {each.id: each for each in reminders(desk)}
    for _, event in sent:
        reminder = known[event.reminder_id]
        assert reminder.restricted_to is None
        assert [item.petition_number for item in event.items] == [item.petition_number for item in reminder.items]
    assert {event.role for _, event in sent} == {Role.CLERK, Role.HEAD}


def test_an_urgent_clock_reminds_at_once_and_each_level_once(desk: Desk) -> None:
    settle(desk)
    case = handed_on(desk, "jtj", urgency=Urgency.URGENT)
    sweep_all(desk.database, county=desk.county, now=EIGHT)
    alerts = [fact.state for fact in desk.facts(Alert) if fact.petition == case]
    expected = sorted(
        (
            "xfj" if alert.level is Level.TO_COUNTY else alert.owner,
            {Level.TO_COUNTY: "SUPERVISOR", Level.TO_HEAD: "HEAD"}.get(alert.level, "CLERK"),
            str(alert.level),
        )
        for alert in alerts
        if alert.level is not Level.LAPSED
    )
    found = [each for each in reminders(desk) if each.at_once is None]
    assert sorted((each.tenant, str(each.role), str(each.items[0].level)) for each in found) == expected
    assert all(each.urgent and len(each.items) == 1 for each in found)
    assert ("jtj", "HEAD") in {(tenant, role) for tenant, role, _ in expected}
    assert len({each.id for each in found}) == len(found)
    sweep_all(desk.database, county=desk.county, now=EIGHT)
    assert [each for each in reminders(desk) if each.at_once is None] == found


def at_once(desk: Desk) -> list[tuple[str, str, str]]:
    """Who was told at once of what, one entry for each time."""
    return sorted((each.tenant, str(each.role), str(each.at_once.reason)) for each in reminders(desk) if each.at_once)


OFFICE = [("xfj", "HEAD"), ("xfj", "LEADER")]


def test_leaders_are_told_at_once_and_each_of_one_thing_once(desk: Desk) -> None:
    settle(desk)
    plain = petition()
    desk.keep(plain)
    assert reminders(desk) == []
    urgent = msgspec.structs.replace(plain, urgency=Urgency.URGENT)
    for _ in range(3):  # a fact comes twice, and a later one makes the case be counted again
        desk.keep(urgent, version=2)
    assert at_once(desk) == [(*each, "URGENT") for each in OFFICE]
    for version, state in enumerate(way_of_a_referral(urgent, to="jtj")[:3], start=1):
        desk.keep(state, version=version)
    told = [("jtj", "HEAD", "URGENT"), *((*each, "URGENT") for each in OFFICE)]
    assert at_once(desk) == told
    desk.keep(msgspec.structs.replace(urgent, urgency=Urgency.CRITICAL), version=3)
    assert at_once(desk) == sorted([*told, *((tenant, role, "CRITICAL") for tenant, role, _ in told)])
    ((bureau, event), _) = to_bureaus(desk)
    assert bureau == f"bureau.{desk.county}.jtj"
    assert event.at_once is not None
    assert (event.urgent, event.at_once.petition_number, event.at_once.basis) == (
        *(True, urgent.number),
        "《信访接待工作制度》第二条第四项",
    )


def test_a_crowd_is_told_by_the_countys_own_size_and_not_in_hindsight(desk: Desk) -> None:
    settle(desk)
    crowd = petition(channel=Channel.VISIT, visitors=8)
    with desk.database.begin(desk.actor, trace="test") as tx:
        tx.record(Regime(county=desk.county, group_visit_size=10), act=Act.REGIME_CHANGED)
    desk.keep(crowd)
    assert at_once(desk) == []
    with desk.database.begin(desk.actor, trace="test") as tx:
        tx.record(Regime(county=desk.county, group_visit_size=5), act=Act.REGIME_CHANGED, base=1)
        recount_many(tx, petition_ids=[crowd.id], rules=RULES, why="本县期限规定变更")
    assert at_once(desk) == []
    desk.keep(petition(channel=Channel.VISIT, visitors=8))
    assert at_once(desk) == [(*each, "GROUP_VISIT") for each in OFFICE]


def test_of_an_accusation_no_queue_and_nobody_accused_is_told_at_once(desk: Desk) -> None:
    settle(desk)
    accusation = petition(nature=Nature.ACCUSATION, urgency=Urgency.URGENT, accused=["zjz"], registrar="liu")
    desk.keep(accusation, way_of_a_referral(accusation, to="jtj")[0])
    assert at_once(desk) == [("jtj", "HEAD", "URGENT"), *((*each, "URGENT") for each in OFFICE)]
    assert {each.named for each in reminders(desk)} == {accusation.named}
    assert to_bureaus(desk) == []


def test_a_day_that_was_expected_and_passed_without_an_answer_is_in_the_morning(desk: Desk) -> None:
    settle(desk)
    item = petition(received_on=date(2026, 11, 10))
    received = msgspec.structs.replace(
        way_of_a_referral(item, to="jtj")[1],
        sent_on=date(2026, 11, 11),
        received_on=date(2026, 11, 12),
        due_on=date(2027, 1, 29),
        expected_on=date(2026, 11, 19),
    )
    desk.keep(item, received)
    assert not desk.clocks(item.id)["REPORT"].expected_late
    morning(desk, EIGHT - timedelta(days=1))
    morning(desk, EIGHT)
    missed = [
        (each.on, each.role, item.level, item.expected_on)
        for each in reminders(desk)
        for item in each.items
        if item.obligation is Obligation.REPORT
    ]
    assert missed == [(date(2026, 11, 20), Role.CLERK, None, date(2026, 11, 19))]
    later = msgspec.structs.replace(received, expected_on=date(2027, 2, 10))
    desk.keep(later, version=2)
    clock = desk.clocks(item.id)["REPORT"]
    assert clock.expected_late
    assert "晚于期限" in (desk.facts(Clock)[-1].remark or "")
