"""Who sees what of the view, in one place: the database enforces these policies on every query.

- A case: the county office; the tenant that registered it; each tenant to which a referral of it stands; who decides
  an open dispute about it, and who reviews its answer. An accusation (检举控告) of these only the people named for it
  and those cleared; nobody who is accused (Art. 30).
- What belongs to a case (referrals, clocks, reviews, extensions, milestones, ratings, case owner, duty note,
  timeline): whoever sees the case.
- Of attachments (``Attachment``) those that may show who wrote a confidential petition: the tenant that registered it,
  and the county office.
- What is proposed about who should answer a case (``Proposal``): the tenant that registered it, and the county office.
- A supervision: the county office, who opened it and who must answer it. A reminder: the tenant that is reminded.
  Of an accusation again only the people named and those cleared.
- An urgent report (``UrgentReport``): who reported, each tenant that was told, and the county office; of an accusation
  of these the people named, whom it was told by name, and those cleared.
- Who on duty was called with an urgent report (``DutyCall``): the tenants that were called, and the county office; of
  an accusation of these the people named and those cleared.
- What the desk wrote down of somebody who brought no petition (``Triage``): the tenant, and the county office. A draft:
  its author alone, by the query that lists it.
- A conflict (矛盾纠纷): the tenant that listed it, and the county office.
- The petitioners: whoever sees the case; of those who asked to stay unknown (保密) and of an accusation, the
  registering tenant and the county office. The query code: these two always.
- A returned or withdrawn referral: its former receiver sees that it ended, in ``ended_referral``, and no more.
- Of the roster: members, shifts and announcements the whole county; absences, substitutions, alerts, interests, logs,
  information and filings the tenant whose roster it is, and the county office. An appointment: the tenant at which it
  is; of one that accuses somebody, or that belongs to an accusation, again the people named and those cleared.
- What is to do (``task``): the tenant that must do it, and the county office; of what names restrict, as there.
- How many cases there are (``tally``): each tenant those that it sees, the county office all. How work was rated
  (``rated``): whose work it is, and the county office.
- That something changed (``change``): who saw it when it changed; of a case, who sees the case besides.
- The directory, the rules of the rosters and what the county has set for its clocks: the whole county. A circular: its
  audience.
"""

from gateway.adapters.model import outside_order
from gateway.api_keys.model import api_key
from gateway.changes import change
from gateway.identity.model import refused_name, session
from gateway.model import VIEW, history
from gateway.oidc.model import oidc_ticket
from gateway.work.model import rated, tally, task
from services.common.history import ONLY_ITSELF
from services.common.scope import IN_COUNTY, VISIBLE, protect
from services.contracts.attachments import Attachment
from services.contracts.proposals import Proposal

# The projector may write a part that came before its petition.
OF_VISIBLE_CASE = f"""{IN_COUNTY} AND ((SELECT xq.is_system()) OR EXISTS (
  SELECT 1 FROM {{schema}}.petition AS p
  WHERE p.county_id = {{schema}}.{{table}}.county_id AND p.id = {{schema}}.{{table}}.petition_id))"""

# Who gets a case need not know who else was thought of, nor whom it accuses.
NO_OTHERS_PROPOSAL = f"""(type <> '{Proposal.fact_type}' OR (SELECT xq.sees_all())
  OR state ->> 'registered_by' = (SELECT xq.tenant()))"""

# As with the petitioners themselves.
NO_OTHERS_ENCLOSURE = f"""(type <> '{Attachment.fact_type}' OR NOT (state ->> 'reserved')::boolean
  OR (SELECT xq.sees_all()) OR state ->> 'registered_by' = (SELECT xq.tenant()))"""

BY_AUDIENCE = (
    *("petition", "private", "shared_table", "ended_referral", "supervision", "reminder", "conflict"),
    *("urgent_report", "triage", "roster_entry", task.name, rated.name),
)
"""Of the view, as those ``BY_CASE``."""
BY_CASE = ("case_part", "clock", "timeline", "petition_words")
BY_SCOPE = (tally.name,)
TALLY = f"""{IN_COUNTY}
  AND ((SELECT xq.sees_all()) OR scope = (SELECT xq.tenant()))"""
POLICY = "view_scope"
BY_COUNTY = (
    *("gateway.account", session.fullname, refused_name.fullname, "gateway.reading", "gateway.outbox"),
    *(api_key.fullname, oidc_ticket.fullname, outside_order.fullname),
)
KEPT_BY_AUDIENCE = (change.fullname,)
BY_PLATFORM = (history.fullname,)


def policies() -> list[str]:
    """The statements that put every table of the gateway behind its policy."""
    return [
        *view_policies(),
        *(protect(table) for table in BY_COUNTY),
        *(protect(table, using=VISIBLE) for table in KEPT_BY_AUDIENCE),
        *(protect(table, using=ONLY_ITSELF) for table in BY_PLATFORM),
    ]


def view_policies(schema: str = VIEW) -> list[str]:
    """Those of the view's tables, where they stand in ``schema``. Each has the same name, whatever the schema: a view
    that was made beside the present one takes its place, policies and all."""
    return [
        *(protect(f"{schema}.{table}", using=VISIBLE, policy=POLICY) for table in BY_AUDIENCE),
        *(protect(f"{schema}.{table}", using=_of_case(schema, table), policy=POLICY) for table in BY_CASE),
        *(protect(f"{schema}.{table}", using=TALLY, policy=POLICY) for table in BY_SCOPE),
    ]


def _of_case(schema: str, table: str) -> str:
    visible = OF_VISIBLE_CASE.format(schema=schema, table=table)
    return f"{visible} AND {NO_OTHERS_PROPOSAL} AND {NO_OTHERS_ENCLOSURE}" if table == "case_part" else visible
