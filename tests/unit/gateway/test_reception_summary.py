"""The month's summary for leaders (RO-39), and how its report reads."""

from datetime import date
from typing import Any

from gateway.documents.circulars import TEMPLATE
from gateway.documents.rendering import rendered
from gateway.reception_figures.composing import CompositionGap, MissingRole
from gateway.reception_figures.quotas import standings
from gateway.reception_figures.summary import ReceptionSummary, sections, summarise, title_of
from services.contracts.base import builtins
from services.contracts.receptions import AppointmentState, BookingWay, VisitOutcome
from services.contracts.roster_rules import Qualification, Quota, Rank, SeatRole
from tests.unit.gateway.reception_cases import MONTH, at, expected, member, outcome, seat, shift, visit
from tests.unit.gateway.test_desk_papers import words
from tests.unit.gateway.test_papers import DIRECTORY

TURN = shift(4, seat("a"))
LATER = shift(25, seat(None))
PROMISED = outcome(VisitOutcome.PROMISED, promised_on=date(2026, 11, 10))
VISITS = [
    visit(TURN, people=5, concerns=["slj", "czj"], outcome=PROMISED),
    visit(TURN, way=BookingWay.ONLINE, concerns=["slj"]),
    visit(TURN, state=AppointmentState.ABSENT, outcome=None),
    expected(LATER),
    visit(TURN, people=40, accusation=True, concerns=["zrzy"], restricted_to=["clerk"]),
]
QUOTAS = [
    Quota(name="每月接访", basis="接访制度", ranks=frozenset({Rank.LEADER}), times=1),
    Quota(name="每月接访两次", basis="接访制度", ranks=frozenset({Rank.LEADER}), times=2),
]
GAP = CompositionGap(
    shift=LATER,
    missing=[
        MissingRole(role=SeatRole.LEAD, qualifications=frozenset(), count=1, appointments=[], candidates=[]),
        MissingRole(
            role=None,
            qualifications=frozenset({Qualification.LEGAL_ADVISER}),
            count=1,
            appointments=["x"],
            candidates=[],
        ),
    ],
)


def summary(**changes: Any) -> ReceptionSummary:
    now = at(20)
    table = [TURN, LATER, shift(18, seat("a"), cancelled="停电")]
    given: dict[str, Any] = {
        "month": MONTH, "tenant": "zrzy", "shifts": table, "appointments": VISITS, "cases": {}, "gaps": [GAP],
        "quotas": standings(
            quotas=QUOTAS, members=[member("a")], shifts=table, appointments=VISITS, month=MONTH, now=now
        ),
        "now": now,
    }  # fmt: skip
    return summarise(**given | changes)


def test_it_counts_sessions_visits_and_people_and_no_accusation() -> None:
    found = summary()
    assert (found.sessions, found.held, found.cancelled) == (2, 1, 1)
    assert (found.batches, found.people, found.absent, found.coming) == (2, 6, 1, 1)
    assert {way: many for way, many in found.ways.items() if many} == {BookingWay.CLERK: 1, BookingWay.ONLINE: 1}
    assert [(each.tenant, each.batches, each.people) for each in found.units] == [("slj", 2, 6), ("czj", 1, 5)]


def test_it_names_who_cannot_meet_his_quota_and_nobody_else() -> None:
    assert [each.quota.name for each in summary().quotas] == ["每月接访两次"]


def test_the_report_says_it_all_in_words() -> None:
    found = summary()
    values = {
        "title": title_of(found, DIRECTORY), "number": "", "issuer": "", "issued_on": "", "remarks": "",
        "withdrawn": "", "sections": [builtins(each) for each in sections(found, DIRECTORY)],
    }  # fmt: skip
    text = words(rendered(TEMPLATE.name, values))
    for wanted in (
        *(
            "洛南县自然资源局2026年11月接访工作月报",
            "安排接访 2 场，已举行 1 场，取消 1 场",
            "2 批 6 人",
            "平均候访 10 分钟",
        ),
        *("洛南县水利局", "已到期，没有办理记录 1 件", "a某", "1/2 次", "已排班次不足"),
        *("带班（接访）领导 1 人、法律顾问 1 人", "检举控告类来访依法保密"),
    ):
        assert wanted in text, wanted
    assert "46" not in text


def test_an_empty_month_is_a_report_all_the_same() -> None:
    nothing = summary(tenant=None, shifts=[], appointments=[], quotas=[], gaps=[])
    text = str([builtins(each) for each in sections(nothing, DIRECTORY)])
    assert title_of(nothing, DIRECTORY) == "全县2026年11月接访工作月报"
    assert "接访次数均达要求，各场接访人员齐备。" in text
    assert "本月没有登记涉及单位的来访。" in text
