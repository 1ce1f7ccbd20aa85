"""Classification: what fits together at registration, and how it is corrected afterwards."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.common.errors import HistoricalPetition, InvalidInput, WrongState
from services.contracts.intake import Channel, Nature, Petition, Procedure, Route, Urgency
from services.contracts.register_commands import ClassifyPetition
from services.contracts.routing import ReferralRole, ReferralState
from services.intake.classifying import (
    ClassificationRestricted,
    check_classes,
    check_correctable,
    reclassified,
    urgent_since,
)
from tests.unit.intake.made import NOW, petition, referral

EARLIER = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
SIMPLIFIED = {"procedure": Procedure.SIMPLIFIED}


@pytest.mark.parametrize(
    ("classes", "field"),
    [
        *(({"nature": nature, "route": Route.PETITION}, "route") for nature in Nature if nature is not Nature.APPEAL),
        *(({"channel": channel, "visitors": 1}, "visitors") for channel in Channel if channel is not Channel.VISIT),
        ({**SIMPLIFIED, "nature": Nature.ACCUSATION}, "procedure"),
        ({**SIMPLIFIED, "urgency": Urgency.CRITICAL}, "procedure"),
        ({**SIMPLIFIED, "repeated": True}, "procedure"),
        ({**SIMPLIFIED, "channel": Channel.VISIT, "visitors": 5}, "procedure"),
    ],
)
def test_classes_that_do_not_fit_each_other_are_refused_by_their_field(classes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_classes(petition(**classes), group_visit_size=5)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "classes",
    [
        *({"route": route} for route in (*Route, None)),
        {**SIMPLIFIED, "channel": Channel.VISIT, "visitors": 4},
        *({**SIMPLIFIED, "nature": nature} for nature in Nature if nature is not Nature.ACCUSATION),
        {"channel": Channel.VISIT, "visitors": 60, "urgency": Urgency.CRITICAL, "repeated": True},
    ],
)
def test_classes_that_fit_are_taken(classes: dict[str, Any]) -> None:
    check_classes(petition(**classes), group_visit_size=5)


def test_from_how_many_on_a_visit_is_no_small_matter_is_the_countys_figure() -> None:
    visit = petition(**SIMPLIFIED, channel=Channel.VISIT, visitors=5)
    check_classes(visit, group_visit_size=6)
    with pytest.raises(InvalidInput, match="3 人及以上"):
        check_classes(visit, group_visit_size=3)


def test_the_first_instant_of_a_critical_item_stands_while_it_is_critical() -> None:
    assert urgent_since(urgency=Urgency.CRITICAL, before=None, now=NOW) == NOW
    assert urgent_since(urgency=Urgency.CRITICAL, before=EARLIER, now=NOW) == EARLIER
    assert urgent_since(urgency=Urgency.URGENT, before=EARLIER, now=NOW) is None


def corrected(before: Petition, **changes: Any) -> tuple[Petition, str]:
    command = ClassifyPetition(petition_id="p", **{"reason": " 接谈后核实 ", **changes})
    return reclassified(petition=before, command=command, now=NOW, group_visit_size=5)


def test_a_correction_tells_what_changed_from_what_to_what_and_why() -> None:
    after, remark = corrected(petition(), route=Route.JUDICIAL, urgency=Urgency.CRITICAL)
    assert (after.route, after.urgency, after.urgent_since) == (Route.JUDICIAL, Urgency.CRITICAL, NOW)
    assert remark == (
        "办理途径由“未定”改为“诉讼、检察或公安程序（第三十一条第一项）”；"
        "紧急程度由“一般”改为“重大紧急”。理由：接谈后核实"
    )


def test_an_item_that_is_no_appeal_any_more_loses_its_route() -> None:
    after, remark = corrected(petition(route=Route.PETITION), nature=Nature.SUGGESTION)
    assert (after.nature, after.route) == (Nature.SUGGESTION, None)
    assert "改为“未定”" in remark


def test_an_item_of_another_nature_loses_the_class_that_the_tenant_counts_it_by() -> None:
    case = petition(local_kind="4")
    command = ClassifyPetition(petition_id="p", urgency=Urgency.URGENT, reason="核实")
    assert reclassified(petition=case, command=command, now=NOW, group_visit_size=5)[0].local_kind == "4"
    command = ClassifyPetition(petition_id="p", nature=Nature.INQUIRY, reason="核实")
    after, remark = reclassified(petition=case, command=command, now=NOW, group_visit_size=5)
    assert after.local_kind is None
    assert "本单位内容分类“4”随之清除" in remark


def test_a_correction_of_something_else_leaves_the_instant_of_a_critical_item() -> None:
    critical = petition(urgency=Urgency.CRITICAL, urgent_since=EARLIER)
    after, _ = corrected(critical, route=Route.PETITION)
    assert after.urgent_since == EARLIER
    calmed, _ = corrected(critical, urgency=Urgency.URGENT)
    assert calmed.urgent_since is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        *((nature, Nature.ACCUSATION) for nature in Nature if nature is not Nature.ACCUSATION),
        *((Nature.ACCUSATION, nature) for nature in Nature if nature is not Nature.ACCUSATION),
    ],
)
def test_nothing_becomes_an_accusation_nor_ceases_to_be_one(before: Nature, after: Nature) -> None:
    with pytest.raises(ClassificationRestricted, match="重新登记"):
        corrected(petition(nature=before), nature=after)


@pytest.mark.parametrize(
    "changes",
    [
        {"nature": Nature.APPEAL},
        {"nature": Nature.INQUIRY, "route": Route.PETITION},
        {"route": Route.PETITION, "reason": "  "},
        {},
        {"urgency": Urgency.CRITICAL, "procedure": Procedure.SIMPLIFIED},
    ],
)
def test_a_correction_without_change_reason_or_sense_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        corrected(petition(), **changes)


def test_a_simplified_item_that_becomes_critical_leaves_the_simplified_procedure_with_it() -> None:
    simple = petition(procedure=Procedure.SIMPLIFIED)
    with pytest.raises(InvalidInput, match="普通办理"):
        corrected(simple, urgency=Urgency.CRITICAL)
    after, _ = corrected(simple, urgency=Urgency.CRITICAL, procedure=Procedure.ORDINARY)
    assert after.procedure is Procedure.ORDINARY


def test_what_is_over_is_not_classified_anew() -> None:
    with pytest.raises(HistoricalPetition):
        check_correctable(petition=petition(historical=True), referrals=[])
    with pytest.raises(WrongState, match="办结"):
        check_correctable(petition=petition(), referrals=[referral(ReferralRole.LEAD, ReferralState.CLOSED)])
    check_correctable(petition=petition(), referrals=[referral(ReferralRole.LEAD, ReferralState.DELIVERED)])
