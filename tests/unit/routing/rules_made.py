"""A small county with categories, rules and organs, as the tests of proposals want them."""

from datetime import date
from typing import Any

import msgspec

from services.common.workdays import Calendar, CalendarDay, DayKind, calendar_of
from services.contracts.actor import TenantKind
from services.contracts.directory import Organ, Organisation, OrgLevel, PlaceRef, Unit
from services.contracts.intake import Petition
from services.contracts.proposals import Category, Proposal, RoutingRule, RoutingRules, Suggestion
from services.contracts.routing import ReferralKind
from services.routing.proposing import propose
from tests.unit.routing.made import TODAY, organisation, petition

TOWN, VILLAGE = "611021001", "611021001001"
CATEGORIES = [
    Category(path="土地/征地/补偿款", words=["征地款"]),
    Category(path="土地/征地/安置"),
    Category(path="土地/宅基地", words=["宅基地"]),
    Category(path="水利", words=["饮水", "停水"]),
    Category(path="外县"),
]


def body(code: str, **changes: Any) -> Organisation:
    return msgspec.structs.replace(organisation(code), **changes)


def directory_of(*organisations: Organisation) -> dict[str, Organisation]:
    return {one.code: one for one in organisations}


DIRECTORY = directory_of(
    organisation("xfj", kind=TenantKind.COUNTY, superior=None),
    msgspec.structs.replace(
        organisation(TOWN, kind=TenantKind.TOWNSHIP),
        level=OrgLevel.TOWNSHIP,
        places=[PlaceRef(code=TOWN, name="城关"), PlaceRef(code=VILLAGE, name="西街")],
    ),
    body("zrzy", units=[Unit(code="zd", name="征地股", responsibilities=[], contacts=[])]),
    body("slj"),
    body("nyncj"),
    body("station", superior="slj", level=OrgLevel.UNIT),
    body("jw", organs=[Organ.DISCIPLINE]),
    body("zzb", organs=[Organ.PERSONNEL]),
    body("zfw", organs=[Organ.POLITICAL_LEGAL]),
    body("rsj", organs=[Organ.ARBITRATION]),
)


def rule(name: str, lead: str, **changes: Any) -> RoutingRule:
    fields: dict[str, Any] = {"id": name, "name": name, "basis": "职责", "lead": lead, "kind": ReferralKind.TRANSFER}
    return RoutingRule(**{**fields, **changes})


RULES = [
    rule("land", "zrzy", categories=["土地"], unit="zd", supports=["@place"]),
    rule("homestead", "@place", categories=["土地/宅基地"], supports=["nyncj"]),
    rule("water", "slj", categories=["水利"], kind=ReferralKind.ASSIGN, limit=10),
    rule("outside", "@outside", categories=["外县"]),
    rule("place", "@place"),
    rule("registrar", "@registrar", rank=-1),
]


def rules(*some: RoutingRule, categories: list[Category] = CATEGORIES) -> RoutingRules:
    return RoutingRules(
        version="v",
        loaded_on=TODAY,
        categories=categories,
        rules=list(some or RULES),
        findings=[],
        county_decides_from_return=None,
    )


def every_day_worked() -> Calendar:
    days = (date.fromordinal(TODAY.toordinal() + n) for n in range(400))
    return calendar_of(
        CalendarDay(day=day, kind=DayKind.WORKDAY, name=None, source="s", provisional=False) for day in days
    )


CALENDAR = every_day_worked()


def proposed(
    item: Petition | None = None,
    *,
    by: RoutingRules | None = None,
    directory: dict[str, Organisation] | None = None,
    suggestion: Suggestion | None = None,
    day: date = TODAY,
    **changes: Any,
) -> Proposal:
    return propose(
        petition=item or petition(**changes),
        rules=by if by is not None else rules(),
        directory=DIRECTORY if directory is None else directory,
        day=day,
        calendar=CALENDAR,
        suggestion=suggestion,
    )
