"""How often hand-overs came back, by body: read from the view as one actor sees it.

A hand-over belongs to the days in which it was sent, so that what came back is a share of what was sent. As in
``services.contracts.journeys`` only those to a lead body count: neither its own cases (自办) nor what it forwards
within can come back to anybody, and what was withdrawn was sent by mistake.
"""

from collections.abc import Sequence
from datetime import date

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.model import case_part, petition
from services.contracts.routing import Referral, ReferralKind, ReferralRole, ReferralState

PING_PONG = 2
"""Returns from which a case is one that goes to and fro (乒乓件)."""

BY_BODY = sa.text(f"""
SELECT to_tenant AS tenant, count(*) AS referred,
  count(*) FILTER (WHERE one.state = '{ReferralState.RETURNED}') AS returned,
  coalesce(sum(ended_on - sent_on) FILTER (WHERE one.state = '{ReferralState.RETURNED}'), 0) AS days_lost,
  count(*) FILTER (WHERE one.state = '{ReferralState.REFUSED}') AS refused,
  coalesce(sum(jsonb_array_length(reworks)), 0) AS reworked
FROM gateway_view.case_part AS part, LATERAL jsonb_to_record(part.state)
  AS one (kind text, role text, state text, to_tenant text, sent_on date, ended_on date, reworks jsonb)
WHERE county_id = :county AND type = '{Referral.fact_type}' AND sent_on BETWEEN :first AND :last
  AND role = '{ReferralRole.LEAD}' AND kind <> '{ReferralKind.OWN}' AND one.state <> '{ReferralState.WITHDRAWN}'
GROUP BY to_tenant ORDER BY returned DESC, days_lost DESC, referred DESC, tenant
""")


class BodyReturns(msgspec.Struct, frozen=True, kw_only=True):
    """What was sent to one body, and what of it came back."""

    tenant: str
    referred: int
    returned: int
    days_lost: int
    """Calendar days between sending and return, of every return together."""
    refused: int
    """Not accepted (不予受理), and not overruled."""
    reworked: int
    """How often an answer of it was sent back (退回重办)."""

    @property
    def share(self) -> float:
        return self.returned / self.referred


async def returns_by_body(
    connection: AsyncConnection, *, county: str, first: date, last: date
) -> Sequence[BodyReturns]:
    """Of each body to which something was sent from ``first`` to ``last``, both included; the most returns first."""
    rows = await connection.execute(BY_BODY, {"county": county, "first": first, "last": last})
    return [BodyReturns(**row._mapping) for row in rows]


def is_ping_pong(*, county: str, first: date, last: date) -> sa.ColumnElement[bool]:
    """A condition on petitions: came back at least ``PING_PONG`` times, once of them from ``first`` to ``last``.

    The county is named and not taken from the petition, so that the returns are read once and not for each petition.
    """
    c = case_part.c
    returned_on = sa.cast(c.state["ended_on"].astext, sa.Date)
    again = (
        sa.select(c.petition_id)
        .where(
            c.county_id == county,
            c.type == Referral.fact_type,
            c.state["role"].astext == ReferralRole.LEAD.value,
            c.state["state"].astext == ReferralState.RETURNED.value,
        )
        .group_by(c.petition_id)
        .having(sa.func.count() >= PING_PONG, sa.func.bool_or(returned_on.between(first, last)))
    )
    return petition.c.id.in_(again)
