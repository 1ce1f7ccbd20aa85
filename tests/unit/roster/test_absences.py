"""Leave is asked for, decided and ended; calendars are taken in as often as one likes."""

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import Forbidden, InvalidInput, WrongState
from services.contracts.absences import ImportedAbsence, ImportStep, RequestAbsence
from services.contracts.actor import Role
from services.contracts.base import LEGAL_ZONE
from services.contracts.roster_people import Absence, AbsenceKind, AbsenceState
from services.contracts.roster_rules import Rank
from services.roster.absences import (
    AbsenceOverlaps,
    Imported,
    SubstituteNeeded,
    cancelled,
    check_gaps,
    check_import,
    decided,
    imported,
    requested,
)
from services.roster.acting import OwnRequest, check_acts_for, check_decides
from services.roster.standing_in import stand_in
from tests.unit.roster.table_made import CHIEF, NOON_BEFORE, TUESDAY, A, B, absence, actor, member, shift, table, taken

TODAY = date(2026, 11, 30)
CLERK, HEAD = actor("clerk"), actor("chief", Role.HEAD)


def asked(**changes: Any) -> RequestAbsence:
    base = RequestAbsence(member="a", kind=AbsenceKind.TRIP, first=TUESDAY, last=TUESDAY, reason="赴省里开会")
    return msgspec.structs.replace(base, **changes)


def request(command: RequestAbsence, *standing: Absence) -> Absence:
    return requested(id="1", command=command, member=A, standing=standing, actor=CLERK, today=TODAY)


def test_a_requested_one_counts_as_away_already() -> None:
    assert request(asked()).covers(TUESDAY)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"last": TODAY}, "last"),
        ({"first": TODAY - timedelta(days=400), "last": TODAY}, "first"),
        ({"last": date(2028, 1, 1)}, "last"),
        ({"reason": " "}, "reason"),
        ({"substitute": "a"}, "substitute"),
    ],
)
def test_what_cannot_be_leave_is_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        request(asked(**changes))
    assert refused.value.field == field


def test_nobody_is_away_twice_at_once_but_after_a_refusal_one_asks_again() -> None:
    standing = absence(A, TODAY, TUESDAY)
    with pytest.raises(AbsenceOverlaps, match="2026-11-30 至 2026-12-01"):
        request(asked(), standing)
    assert request(asked(first=date(2026, 12, 2), last=date(2026, 12, 2)), standing)
    assert request(asked(), absence(A, TODAY, TUESDAY, state=AbsenceState.REFUSED))


def test_a_turn_needs_a_substitute_and_the_refusal_names_who_could() -> None:
    known = table(shift("1", TUESDAY, taken(A)), absences=[absence(A, TUESDAY)])
    _, gaps = stand_in(known, {"a"}, named={}, now=NOON_BEFORE)
    with pytest.raises(SubstituteNeeded, match=r"2026-12-01 08:30 工作日接访.*可选：演示b、演示c"):
        check_gaps(gaps)
    _, gaps = stand_in(known, {"a"}, named={"a": "b"}, now=NOON_BEFORE)
    check_gaps(gaps)


def test_it_is_decided_once_and_a_refusal_has_a_reason() -> None:
    waiting = request(asked())
    refused = decided(waiting, approve=False, reason=" 人手不足 ", actor=HEAD)
    assert (refused.state, refused.decision) == (AbsenceState.REFUSED, "人手不足")
    approved = decided(waiting, approve=True, reason="", actor=HEAD)
    assert approved.decision is None
    assert (approved.state, approved.decided_by) == (AbsenceState.APPROVED, HEAD.reference)
    with pytest.raises(InvalidInput):
        decided(waiting, approve=False, reason=" ", actor=HEAD)
    with pytest.raises(WrongState):
        decided(approved, approve=False, reason="人手不足", actor=HEAD)


def test_who_comes_back_early_was_away_until_yesterday() -> None:
    since = TODAY - timedelta(days=2)
    back = cancelled(absence(A, since, TUESDAY), today=TODAY)
    assert (back.first, back.last, back.away) == (since, TODAY - timedelta(days=1), True)
    assert cancelled(absence(A, TODAY, TUESDAY), today=TODAY).state is AbsenceState.CANCELLED
    for first in (since, TODAY):
        assert cancelled(absence(A, first, TUESDAY), today=TODAY, reason=" 会议取消 ").decision == "会议取消"
    agreed = msgspec.structs.replace(absence(A, TODAY, TUESDAY), decision="同意")
    assert cancelled(agreed, today=TODAY).decision == "同意"
    for over in (absence(A, since, since), absence(A, TUESDAY, state=AbsenceState.REFUSED)):
        with pytest.raises(WrongState):
            cancelled(over, today=TODAY)


def test_one_acts_for_oneself_and_the_office_for_everybody_of_it() -> None:
    assert check_acts_for(A, actor("a", Role.LEADER)) is False
    assert check_acts_for(A, actor("clerk", Role.CLERK)) is True
    for other in (actor("b", Role.LEADER), actor("a", Role.CLERK, tenant="slj")):
        with pytest.raises(Forbidden):
            check_acts_for(A, other)


def test_nobody_decides_on_his_own_as_long_as_another_chief_can() -> None:
    other = member("party", rank=Rank.CHIEF)
    check_decides(A, HEAD, [A, CHIEF], today=TODAY)
    check_decides(CHIEF, HEAD, [A, CHIEF], today=TODAY)
    with pytest.raises(OwnRequest):
        check_decides(CHIEF, HEAD, [A, CHIEF, other], today=TODAY)
    check_decides(CHIEF, HEAD, [CHIEF, msgspec.structs.replace(other, login=None)], today=TODAY)


def entry(uid: str = "u1", **changes: Any) -> ImportedAbsence:
    base = ImportedAbsence(uid=uid, member="a", kind=AbsenceKind.TRIP, first=TUESDAY, last=TUESDAY, reason="调研")
    return msgspec.structs.replace(base, **changes)


def run(
    *given: ImportedAbsence, stored: tuple[Absence, ...] = (), decided: str = "abc", today: date = TODAY
) -> list[Imported]:
    return imported(given=given, stored=stored, decided=decided, tenant="xfj", actor=HEAD, today=today)


def steps(found: list[Imported]) -> list[ImportStep]:
    return [each.step for each in found]


def after(found: list[Imported], *stored: Absence) -> tuple[Absence, ...]:
    return tuple(({each.id: each for each in stored} | {each.absence.id: each.absence for each in found}).values())


def test_what_is_imported_by_who_decides_on_it_is_approved_and_otherwise_waits() -> None:
    assert run(entry())[0].absence.state is AbsenceState.APPROVED
    waiting = run(entry(), decided="bc")[0].absence
    assert (waiting.state, waiting.away, waiting.decided_by) == (AbsenceState.REQUESTED, True, None)


def test_the_same_entry_is_the_same_absence_also_when_it_moves() -> None:
    first = run(entry())
    stored = after(first)
    assert steps(run(entry(), stored=stored)) == [ImportStep.UNCHANGED]
    moved = run(entry(last=date(2026, 12, 4)), stored=stored)
    assert steps(moved) == [ImportStep.CHANGED]
    assert moved[0].absence.id == first[0].absence.id
    assert len(after(moved, *stored)) == 1


def test_a_calendar_that_calls_an_entry_off_ends_it() -> None:
    stored = after(run(entry()))
    (gone,) = run(entry(cancelled=True), stored=stored)
    assert (gone.step, gone.absence.state) == (ImportStep.CANCELLED, AbsenceState.CANCELLED)
    assert run(entry(cancelled=True)) == []


def test_occurrences_that_a_series_no_longer_has_end_and_other_entries_stay() -> None:
    series = [entry(occurrence=str(day), first=day, last=day) for day in (TUESDAY, date(2026, 12, 8))]
    stored = after(run(*series, entry("u2", first=date(2026, 12, 20), last=date(2026, 12, 20))))
    assert len(stored) == 3
    assert steps(run(series[0], stored=stored)) == [ImportStep.UNCHANGED, ImportStep.CANCELLED]


def test_what_the_office_called_off_or_refused_stays_until_the_calendar_says_otherwise() -> None:
    (made,) = run(entry())
    for state in (AbsenceState.CANCELLED, AbsenceState.REFUSED):
        stored = (msgspec.structs.replace(made.absence, state=state),)
        assert steps(run(entry(), stored=stored)) == [ImportStep.UNCHANGED]
        assert run(entry(last=date(2026, 12, 2)), stored=stored)[0].absence.away


def test_what_is_over_is_neither_taken_in_nor_changed() -> None:
    past = entry(first=date(2026, 11, 1), last=date(2026, 11, 2))
    assert run(past) == []
    (made,) = run(past, today=date(2026, 10, 1))
    assert steps(run(past, stored=(made.absence,))) == [ImportStep.UNCHANGED]
    assert run(entry(cancelled=True), stored=(made.absence,)) == []


def test_an_unknown_member_or_day_is_refused_with_its_number() -> None:
    with pytest.raises(InvalidInput) as refused:
        check_import([entry(), entry(member="nobody")], {"a": A}, today=TODAY)
    assert refused.value.field == "absences.1.member"
    with pytest.raises(InvalidInput) as refused:
        check_import([entry(last=TODAY)], {"a": A}, today=TODAY)
    assert refused.value.field == "absences.0.last"


DAYS = st.integers(0, 60).map(lambda number: TODAY + timedelta(days=number))


@st.composite
def calendars(draw: st.DrawFn) -> list[ImportedAbsence]:
    found = {}
    for _ in range(draw(st.integers(0, 6))):
        first = draw(DAYS)
        uid, occurrence = draw(st.sampled_from(["u1", "u2", "u3"])), draw(st.sampled_from(["", "2026-12-01"]))
        found[uid, occurrence] = entry(
            uid, occurrence=occurrence, first=first, last=first + timedelta(days=draw(st.integers(0, 5)))
        )
    return list(found.values())


@given(calendars(), calendars())
def test_after_any_two_imports_exactly_the_second_calendar_stands(
    first: list[ImportedAbsence], second: list[ImportedAbsence]
) -> None:
    stored = after(run(*first))
    stored = after(run(*second, stored=stored), *stored)
    uids = {each.uid for each in second}
    standing = sorted((each.source, each.first, each.last) for each in stored if each.away and each.source in uids)
    assert standing == sorted((each.uid, each.first, each.last) for each in second)
    assert all(step is ImportStep.UNCHANGED for step in steps(run(*second, stored=stored)))


def test_the_day_of_china_decides_what_has_begun() -> None:
    midnight = datetime(2026, 12, 1, 0, 1, tzinfo=LEGAL_ZONE)
    known = table(shift("1", TUESDAY, taken(A)), absences=[absence(A, TUESDAY)])
    moved, _ = stand_in(known, {"a"}, named={"a": "b"}, now=midnight)
    assert moved["1"].members == [B.id]
