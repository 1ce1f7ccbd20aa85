"""Every list that can be exported, as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from gateway.exports.case_columns import PETITION_COLUMNS
from gateway.exports.columns import Column
from gateway.exports.filters import Filter, not_confined, of_days, of_list
from gateway.exports.part_columns import (
    APPROVAL_COLUMNS,
    CASE_OWNER_COLUMNS,
    CLOCK_COLUMNS,
    CONFLICT_COLUMNS,
    DUTY_LOG_COLUMNS,
    EXTENSION_COLUMNS,
    RATING_COLUMNS,
    REFERRAL_COLUMNS,
    REMINDER_COLUMNS,
    REVIEW_COLUMNS,
    SUPERVISION_COLUMNS,
    TRIAGE_COLUMNS,
    URGENT_REPORT_COLUMNS,
)
from gateway.model import case_part, petition, reminder, supervision, triage, urgent_report
from gateway.ordering import (
    APPROVAL_ORDER,
    CASE_OWNER_ORDER,
    CLOCK_ORDERS,
    CONFLICT_ORDER,
    DUTY_LOG_ORDER,
    EXTENSION_ORDER,
    ORDERS,
    REMINDER_ORDER,
    SUPERVISION_ORDER,
    TRIAGE_ORDER,
    URGENT_REPORT_ORDER,
    ClockOrder,
    Order,
    PetitionOrder,
)
from gateway.reading_lists import (
    APPROVALS,
    CASE_OWNERS,
    CLOCKS,
    CONFLICTS,
    DUTY_LOGS,
    EXTENSIONS,
    PETITIONS,
    REFERRALS,
    REMINDERS,
    SUPERVISIONS,
    TRIAGES,
    URGENT_REPORTS,
    Listed,
)
from gateway.schema.clock_queries import EXTENSION_CONDITIONS, clock_conditions
from gateway.schema.clock_queries import conditions as given_conditions
from gateway.schema.conflict_queries import CONFLICT_CONDITIONS
from gateway.schema.handover_queries import DUTY_LOG_CONDITIONS
from gateway.schema.owner_queries import OWNED_CONDITIONS
from gateway.schema.queries import conditions as petition_conditions
from gateway.schema.supervision_queries import REMINDER_CONDITIONS, supervision_conditions
from services.contracts.actor import Actor
from services.contracts.base import LEGAL_ZONE, State
from services.contracts.ratings import Rating
from services.contracts.reviews import Review

S = TypeVar("S", bound=State)


@dataclass(frozen=True)
class ExportList:
    """One list: what it is called, where its rows come from, and what stands in its columns."""

    title: str
    listed: Listed[Any]
    columns: tuple[Column[Any], ...]
    orders: Mapping[str, Order]
    """By the names of ``orderBy``; the first is taken where none is given."""
    filter: Filter
    open: sa.ColumnElement[bool] | None
    """What is no accusation and belongs to none; None: the list has nothing of the kind."""
    of_case: bool = True
    """Its rows tell their petition's number and title."""
    people: bool = False
    """Its rows tell of petitioners, and of who holds the case."""
    own: Callable[[Actor], sa.ColumnElement[bool]] = field(default=lambda actor: sa.true())


def _part(state: type[S]) -> Listed[S]:
    kept = case_part.c
    return Listed(
        case_part, (kept.state,), lambda row: msgspec.convert(row.state, state), (kept.type == state.fact_type,)
    )


def _day(name: str) -> sa.ColumnElement[Any]:
    return sa.cast(case_part.c.state[name].astext, sa.Date)


def _of_open_case(table: sa.Table) -> sa.ColumnElement[bool]:
    same = (petition.c.county_id == table.c.county_id, petition.c.id == table.c.petition_id)
    return sa.exists().where(*same, not_confined(petition))


def _one(order: Order) -> dict[str, Order]:
    return {order.name: order}


def _sent_or_received(actor: Actor) -> sa.ColumnElement[bool]:
    ends = [case_part.c.state[name].astext == actor.tenant for name in ("from_tenant", "to_tenant")]
    return sa.or_(*ends)


PART_ORDER = Order("PARTS", case_part.c.id, True)
REPORTED_ON = sa.cast(sa.func.timezone(str(LEGAL_ZONE), urgent_report.c.reported_at), sa.Date)

LISTS: dict[str, ExportList] = {
    "petitions": ExportList(
        "信访件",
        PETITIONS,
        PETITION_COLUMNS,
        {order.value: ORDERS[order] for order in PetitionOrder},
        of_list("PetitionFilter", lambda given, now: petition_conditions(given)),
        not_confined(petition),
        of_case=False,
        people=True,
    ),
    "clocks": ExportList(
        "期限",
        CLOCKS,
        CLOCK_COLUMNS,
        {order.value: CLOCK_ORDERS[order] for order in ClockOrder},
        of_list("ClockFilter", clock_conditions),
        _of_open_case(CLOCKS.table),
    ),
    "supervisions": ExportList(
        "督办",
        SUPERVISIONS,
        SUPERVISION_COLUMNS,
        _one(SUPERVISION_ORDER),
        of_list("SupervisionFilter", supervision_conditions),
        not_confined(supervision),
    ),
    "reminders": ExportList(
        "催办",
        REMINDERS,
        REMINDER_COLUMNS,
        _one(REMINDER_ORDER),
        of_list("ReminderFilter", lambda given, now: given_conditions(REMINDER_CONDITIONS, given)),
        not_confined(reminder),
        of_case=False,
    ),
    "conflicts": ExportList(
        "矛盾纠纷",
        CONFLICTS,
        CONFLICT_COLUMNS,
        _one(CONFLICT_ORDER),
        of_list("ConflictFilter", lambda given, now: given_conditions(CONFLICT_CONDITIONS, given)),
        None,
        of_case=False,
    ),
    "referrals": ExportList(
        "转送交办",
        REFERRALS,
        REFERRAL_COLUMNS,
        _one(PART_ORDER),
        of_days(_day("sent_on")),
        _of_open_case(case_part),
        own=_sent_or_received,
    ),
    "extensions": ExportList(
        "延期申请",
        EXTENSIONS,
        EXTENSION_COLUMNS,
        _one(EXTENSION_ORDER),
        of_list("ExtensionFilter", lambda given, now: given_conditions(EXTENSION_CONDITIONS, given)),
        _of_open_case(case_part),
    ),
    "approvals": ExportList(
        "呈批", APPROVALS, APPROVAL_COLUMNS, _one(APPROVAL_ORDER), of_days(_day("started_on")), _of_open_case(case_part)
    ),
    "case-owners": ExportList(
        "包案台账",
        CASE_OWNERS,
        CASE_OWNER_COLUMNS,
        _one(CASE_OWNER_ORDER),
        of_list("OwnedCaseFilter", lambda given, now: given_conditions(OWNED_CONDITIONS, given)),
        _of_open_case(case_part),
    ),
    "reviews": ExportList(
        "复查复核",
        _part(Review),
        REVIEW_COLUMNS,
        _one(PART_ORDER),
        of_days(_day("received_on")),
        _of_open_case(case_part),
    ),
    "ratings": ExportList(
        "满意度评价",
        _part(Rating),
        RATING_COLUMNS,
        _one(PART_ORDER),
        of_days(_day("rated_on")),
        _of_open_case(case_part),
    ),
    "triages": ExportList(
        "来访来电分流", TRIAGES, TRIAGE_COLUMNS, _one(TRIAGE_ORDER), of_days(triage.c.on), None, of_case=False
    ),
    "urgent-reports": ExportList(
        "紧急报告",
        URGENT_REPORTS,
        URGENT_REPORT_COLUMNS,
        _one(URGENT_REPORT_ORDER),
        of_days(REPORTED_ON),
        not_confined(urgent_report),
        of_case=False,
    ),
    "duty-logs": ExportList(
        "值班日志",
        DUTY_LOGS,
        DUTY_LOG_COLUMNS,
        _one(DUTY_LOG_ORDER),
        of_list("DutyLogFilter", lambda given, now: given_conditions(DUTY_LOG_CONDITIONS, given)),
        None,
        of_case=False,
    ),
}
