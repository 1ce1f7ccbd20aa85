"""How often each routing rule was followed: counted over the proposals that the actor sees."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from gateway.model import case_part, petition
from services.contracts.base import LEGAL_ZONE
from services.contracts.proposals import Proposal


@dataclass(frozen=True)
class RuleFigures:
    """Of petitions registered in the days asked for."""

    first: date
    last: date
    rule: str | None
    """None: no rule named anybody."""
    proposed: int
    followed: int
    against: int

    @property
    def undecided(self) -> int:
        return self.proposed - self.followed - self.against


_rule = case_part.c.state["rule"].astext
_followed = case_part.c.state["decision"]["followed"].astext


def figures(*, county: str, first: date, last: date) -> sa.Select[Any]:
    """Rows of rule, proposals, followed, against; those most often decided against in front."""
    proposed = sa.func.count().label("proposed")
    followed = sa.func.count().filter(_followed == "true").label("followed")
    against = sa.func.count().filter(_followed == "false").label("against")
    return (
        sa.select(_rule.label("rule"), proposed, followed, against)
        .where(*_registered(county, first, last))
        .group_by(_rule)
        .order_by(against.desc(), proposed.desc(), _rule)
    )


def decided_against(*, county: str, rule: str | None, first: date, last: date) -> list[sa.ColumnElement[bool]]:
    """The conditions of the cases that were decided against this rule's proposal."""
    return [*_registered(county, first, last), _rule.is_not_distinct_from(rule), _followed == "false"]


def _registered(county: str, first: date, last: date) -> list[sa.ColumnElement[bool]]:
    since, until = (datetime.combine(day, time(), LEGAL_ZONE) for day in (first, last + timedelta(days=1)))
    within = sa.select(petition.c.id).where(
        petition.c.county_id == county, petition.c.registered_at >= since, petition.c.registered_at < until
    )
    return [
        case_part.c.county_id == county,
        case_part.c.type == Proposal.fact_type,
        case_part.c.petition_id.in_(within),
    ]
