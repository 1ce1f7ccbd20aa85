"""The county at a glance: of each township and bureau how many cases are open, due, overdue, returned and rated.

From the view alone. Three statements, none of which reads the cases one by one: the tally, the open clocks that are
warned by now, and what ended in the period.
"""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.status import PetitionStatus
from gateway.work.kinds import OverviewOrder
from gateway.work.model import WHOLE_COUNTY
from services.contracts.ratings import RatingSide, RatingValue
from services.contracts.routing import ReferralState

OVER = (PetitionStatus.CLOSED, PetitionStatus.HISTORICAL)
_OVER = ", ".join(f"'{status}'" for status in OVER)

# What names restrict is in no tally: it is counted where it stands, as far as the actor sees it.
OPEN = sa.text(f"""
SELECT scope AS tenant, sum(many) AS open FROM (
  SELECT scope, sum(delta) AS many FROM gateway_view.tally
  WHERE county_id = :county AND status NOT IN ({_OVER}) GROUP BY scope
  UNION ALL
  SELECT scope, count(*) FROM gateway_view.petition, unnest(array_append(visible_to, '{WHOLE_COUNTY}')) AS of (scope)
  WHERE county_id = :county AND named IS NOT NULL AND status NOT IN ({_OVER}) GROUP BY scope
) AS counted GROUP BY scope
""")
_OWED = f"""
SELECT CASE WHEN grouping(owner) = 1 THEN '{WHOLE_COUNTY}' ELSE owner END AS tenant,
  count(DISTINCT petition_id) FILTER (WHERE over_at > :now) AS due,
  count(DISTINCT petition_id) FILTER (WHERE over_at <= :now) AS overdue
FROM gateway_view.clock
WHERE county_id = :county AND open AND owed AND warned_at <= :now {{of}}
GROUP BY GROUPING SETS ((owner), ())
"""
OWED = sa.text(_OWED.format(of=""))
OWED_BY_ONE = sa.text(_OWED.format(of="AND owner = :owner"))
ENDED = sa.text(f"""
SELECT tenant, sum(returned) AS returned, sum(rated) AS rated, sum(satisfied) AS satisfied FROM (
  SELECT visible_to[1] AS tenant, 1 AS returned, 0 AS rated, 0 AS satisfied FROM gateway_view.ended_referral
  WHERE county_id = :county AND ended_on BETWEEN :first AND :last AND state = '{ReferralState.RETURNED}'
  UNION ALL
  SELECT tenant, 0, 1, CASE WHEN value <> '{RatingValue.DISSATISFIED}' THEN 1 ELSE 0 END FROM gateway_view.rated
  WHERE county_id = :county AND rated_on BETWEEN :first AND :last AND counts AND id LIKE '%.{RatingSide.BODY}'
) AS one GROUP BY tenant
""")
"""Satisfied: 满意 and 基本满意, as the indicators count it."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    tenant: str | None
    """Code; None: of the whole county."""
    open: int = 0
    due: int = 0
    overdue: int = 0
    returned: int = 0
    rated: int = 0
    satisfied: int = 0

    @property
    def satisfaction(self) -> float | None:
        return self.satisfied / self.rated if self.rated else None


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    first: date
    last: date
    lines: list[Line]
    total: Line | None
    """Of the whole county; None for who sees one tenant."""


async def overview(
    connection: AsyncConnection, *, county: str, owner: str | None, first: date, last: date, now: datetime
) -> dict[str, dict[str, int]]:
    """The figures by code of the tenant, and by ``WHOLE_COUNTY``; as far as the actor of the transaction sees them.

    ``owner``: of whom alone the clocks are asked; None: of all. ``first``, ``last``: the days, both included, of what
    was returned and rated; the rest is as it stands at ``now``.
    """
    found: dict[str, dict[str, int]] = {}
    for statement in (OPEN, OWED if owner is None else OWED_BY_ONE, ENDED):
        parameters = {"county": county, "owner": owner, "first": first, "last": last, "now": now}
        wanted = {name: parameters[name] for name in statement.compile().params}
        for row in (await connection.execute(statement, wanted)).mappings():
            figures = {name: int(row[name]) for name in row if name != "tenant"}
            found.setdefault(row["tenant"], {}).update(figures)
    return found


def put_together(
    figures: dict[str, dict[str, int]], *, tenants: Iterable[str], first: date, last: date, order: OverviewOrder
) -> Overview:
    """A line for each of these tenants, and the total of the county: what is open, due and overdue is counted once
    there though several have a part in it. Pure."""
    lines = [Line(tenant=code, **figures.get(code, {})) for code in sorted(tenants)]
    whole = figures.get(WHOLE_COUNTY, {})
    ended = {name: sum(each.get(name, 0) for each in figures.values()) for name in ("returned", "rated", "satisfied")}
    return Overview(first=first, last=last, lines=_sorted(lines, order), total=Line(tenant=None, **{**whole, **ended}))


def _sorted(lines: list[Line], order: OverviewOrder) -> list[Line]:
    """Stable: equal ones stay in the order of their codes."""
    if order is OverviewOrder.TENANT:
        return lines
    if order is OverviewOrder.LEAST_SATISFIED:
        return sorted(lines, key=lambda line: (line.satisfaction is None, line.satisfaction or 0.0))
    figure = order.value.lower()
    return sorted(lines, key=lambda line: -int(getattr(line, figure)))
