"""The registration form: all that is wrong with it is told at once, each with its field, and nobody is turned away for
want of a paper."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.common.errors import AccusedUnit, Gathered, InvalidInput, told
from services.contracts.channels import Call, Letter, PriorProcedure, Visit
from services.contracts.fact import Problem
from services.contracts.forms import Need, registration_form, values
from services.contracts.intake import Channel, Nature, Procedure, Route
from services.contracts.intake_rules import LocalKind, TenantDesk
from services.contracts.people import PetitionerInput
from services.contracts.register_commands import RegisterPetition
from services.intake import forms
from services.intake.forms import RULES

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 4, 30, tzinfo=UTC)
"""Half past twelve in China."""
YESTERDAY = TODAY - timedelta(days=1)
DESK = TenantDesk(tenant="rsj", local_kinds=[LocalKind(code="1", name="意见和建议", nature=Nature.SUGGESTION)])


def item(channel: Channel = Channel.LETTER, **given: Any) -> RegisterPetition:
    fields = {"received_on": TODAY, "title": "标题", "body": "内容", "nature": Nature.APPEAL, **given}
    return RegisterPetition(channel=channel, **fields)


def wrong(given: RegisterPetition, desk: TenantDesk | None = None) -> dict[str | None, str]:
    """Message by field."""
    try:
        forms.check(given, now=NOW, desk=desk)
    except InvalidInput as refused:
        return {problem.field: problem.message for problem in refused.problems}
    return {}


@pytest.mark.parametrize("channel", Channel)
def test_the_least_that_anybody_says_is_registered_by_every_channel(channel: Channel) -> None:
    assert wrong(item(channel)) == {}
    assert wrong(item(channel, petitioners=[PetitionerInput(name="张三")], nature=Nature.ACCUSATION)) == {}


@pytest.mark.parametrize("day", [date(1, 1, 1), date(206, 11, 20), date(2006, 11, 20), TODAY - timedelta(days=367)])
def test_a_slip_in_the_year_of_receipt_is_told_for_the_item_would_have_no_clock(day: date) -> None:
    assert "请核对年份" in wrong(item(received_on=day))["received_on"]
    assert wrong(item(received_on=TODAY - timedelta(days=366))) == {}


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "1926-11-20T09:00:00+08:00"])
def test_a_call_of_another_age_is_a_slip_of_the_pen(at: str) -> None:
    assert "call.at" in wrong(item(Channel.CALL, call=Call(at=datetime.fromisoformat(at))))


def test_everything_that_is_wrong_is_told_in_one_go_each_with_its_field() -> None:
    given = item(
        title=" ",
        body="",
        received_on=TODAY + timedelta(days=1),
        petitioners=[PetitionerInput(name="张三"), PetitionerInput(name=" ")],
        letter=Letter(stamp_intact=False),
        call=Call(),
        readers=["a@luonan"],
        visitors=9,
        people_involved=3,
    )
    found = wrong(given)
    assert list(found) == [
        "petitioners.1.name", "title", "body", "received_on", "call", "letter.damage", "people_involved", "readers",
    ]  # fmt: skip
    assert found["body"] == "请填写信访内容（诉求、事实和理由）"


@pytest.mark.parametrize(
    ("letter", "field"),
    [
        (Letter(opened_on=TODAY), None),
        (Letter(opened_on=YESTERDAY), "letter.opened_on"),
        (Letter(opened_on=TODAY + timedelta(days=1)), "letter.opened_on"),
        (Letter(opened_on=TODAY, postmarked_on=YESTERDAY), None),
        (Letter(postmarked_on=TODAY + timedelta(days=1)), "letter.postmarked_on"),
        (Letter(envelope_intact=False), "letter.damage"),
        (Letter(envelope_intact=False, damage=" "), "letter.damage"),
        (Letter(envelope_intact=False, damage="封口已开"), None),
    ],
)
def test_a_letter_is_opened_on_its_day_and_what_is_damaged_is_told(letter: Letter, field: str | None) -> None:
    assert list(wrong(item(letter=letter))) == ([field] if field else [])


def test_a_letter_that_was_opened_late_says_why() -> None:
    late = Letter(opened_on=TODAY)
    assert "当天拆封" in wrong(item(received_on=YESTERDAY, letter=late))["letter.opened_on"]
    told_why = msgspec.structs.replace(late, opened_late="节假日无人值班")
    assert wrong(item(received_on=YESTERDAY, letter=told_why)) == {}


def test_a_letter_opened_before_its_postmark_is_refused() -> None:
    given = item(received_on=YESTERDAY, letter=Letter(opened_on=YESTERDAY, postmarked_on=TODAY))
    assert list(wrong(given)) == ["letter.postmarked_on"]


@pytest.mark.parametrize(
    ("visit", "field"),
    [
        (Visit(receivers=["甲", "乙"]), None),
        (Visit(receivers=["甲", "乙"], at=NOW), None),
        (Visit(receivers=["甲"]), "visit.receivers"),
        (Visit(receivers=["甲", " 甲 "]), "visit.receivers"),
        (Visit(receivers=[]), "visit.receivers"),
        (Visit(receivers=["甲", "乙"], at=NOW - timedelta(days=1)), "visit.at"),
        (Visit(receivers=["甲", "乙"], at=NOW + timedelta(hours=1)), "visit.at"),
    ],
)
def test_two_receive_a_visitor_on_the_day_of_receipt(visit: Visit, field: str | None) -> None:
    assert list(wrong(item(Channel.VISIT, visit=visit))) == ([field] if field else [])


def test_the_day_of_a_visit_is_the_legal_day() -> None:
    early = datetime(2026, 11, 19, 23, 0, tzinfo=UTC)  # seven in the morning of the 20th
    assert wrong(item(Channel.VISIT, visit=Visit(receivers=["甲", "乙"], at=early))) == {}


def test_a_call_is_not_later_than_its_receipt() -> None:
    assert wrong(item(Channel.CALL, call=Call(at=NOW))) == {}
    assert list(wrong(item(Channel.CALL, call=Call(at=NOW), received_on=YESTERDAY))) == ["call.at"]


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize(
    ("part", "own"),
    [
        ({"letter": Letter()}, Channel.LETTER),
        ({"visit": Visit(receivers=["甲", "乙"])}, Channel.VISIT),
        ({"call": Call()}, Channel.CALL),
    ],
)
def test_the_part_of_another_channel_is_refused(channel: Channel, part: dict[str, Any], own: Channel) -> None:
    assert list(wrong(item(channel, **part))) == ([] if channel is own else list(part))


@pytest.mark.parametrize("prior", [PriorProcedure.COURT, PriorProcedure.RECONSIDERATION, PriorProcedure.ARBITRATION])
def test_what_is_in_another_procedure_does_not_go_the_way_of_petitions(prior: PriorProcedure) -> None:
    assert list(wrong(item(prior=[prior], route=Route.PETITION))) == ["route"]
    # It is registered all the same: the way may be left open.
    assert wrong(item(prior=[prior])) == {}
    assert wrong(item(prior=[prior], route=Route.JUDICIAL)) == {}
    assert wrong(item(prior=[PriorProcedure.FINALLY_REVIEWED], route=Route.PETITION)) == {}
    assert list(wrong(item(prior=[prior], procedure=Procedure.SIMPLIFIED))) == ["procedure"]


def test_a_tenants_own_class_is_one_of_its_own_and_fits_the_nature() -> None:
    assert wrong(item(nature=Nature.SUGGESTION, local_kind="1"), DESK) == {}
    assert "信访性质不符" in wrong(item(local_kind="1"), DESK)["local_kind"]
    assert "没有这个内容分类" in wrong(item(local_kind="2"), DESK)["local_kind"]
    assert list(wrong(item(local_kind="1"), None)) == ["local_kind"]


def test_every_rule_of_the_form_is_checked_and_none_else() -> None:
    ids = [rule.id for rule in registration_form().rules]
    assert len(set(ids)) == len(ids)
    assert set(ids) == RULES.keys() | {"local-kind-known", "local-kind-nature"}


def paths(struct: Any, at: str = "") -> set[str]:
    """Every field of a struct and of the parts in it that have fields of their own in the form."""
    found = set()
    parts = {"petitioners": PetitionerInput, "letter": Letter, "visit": Visit, "call": Call}
    for name in struct.__struct_fields__:
        found.add(at + name)
        if not at and name in parts:
            found |= paths(parts[name], f"{name}.")
    return found


def test_the_form_has_every_field_of_a_registration() -> None:
    chosen_before = {"channel", "nature", "draft_id"}
    assert {field.path for field in registration_form().fields} == paths(RegisterPetition) - chosen_before
    assert {rule.path for rule in registration_form().rules} <= paths(RegisterPetition)


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("nature", Nature)
def test_a_form_asks_each_thing_once_and_says_why(channel: Channel, nature: Nature) -> None:
    fields = registration_form().fields_of(channel, nature)
    assert len({field.path for field in fields}) == len(fields)
    for field in fields:
        assert field.need is Need.OPTIONAL or (field.message and field.source), field.path
    # What the law lets nobody be asked for is never required.
    required = {field.path for field in fields if field.need is Need.REQUIRED}
    assert required - {"visit.receivers"} == {"received_on", "title", "body", "petitioners.name"}
    shown = {rule.id for rule in registration_form().rules_of(channel, nature)}
    assert ("letter-damage" in shown) is (channel is Channel.LETTER)
    assert ("prior-and-route" in shown) is (nature is Nature.APPEAL)


def test_values_are_found_with_their_places() -> None:
    given = item(petitioners=[PetitionerInput(name="甲"), PetitionerInput(name="乙")])
    assert list(values(given, "petitioners.name")) == [("petitioners.0.name", "甲"), ("petitioners.1.name", "乙")]
    assert list(values(given, "letter.opened_on")) == []
    assert list(values(given, "title")) == [("title", "标题")]


def test_several_checks_are_told_together_and_other_refusals_at_once() -> None:
    gathered = Gathered()
    for field in ("title", "body", "title"):
        with gathered:
            raise InvalidInput(f"请填写 {field}", field=field)
    with pytest.raises(InvalidInput) as refused:
        gathered.refuse()
    assert [problem.field for problem in refused.value.problems] == ["body", "title"]
    with pytest.raises(AccusedUnit), gathered:
        raise AccusedUnit()
    Gathered().refuse()


def test_a_refusal_that_a_reply_tells_of_is_raised_anew_as_it_was() -> None:
    problem = Problem(code="DRAFTS_FULL", message="请先登记", field="form")
    assert told(problem).problem == problem
