"""The gateway's tables, in two schemas of the database.

``view_metadata`` (``gateway_view``) is the view: it can be thrown away and made again from the services, which
``./xinqiao view rebuild`` does beside it, to put the new schema in its place. ``metadata`` (``gateway``) holds what
nobody else knows: accounts, readings, what waits for the relay.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Computed,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR

from services.common.tables import history_table, outbox_table

VIEW = "gateway_view"
"""The schema of the view: everywhere, in raw SQL too, its tables are named with it."""

metadata = MetaData(schema="gateway")
outbox = outbox_table(metadata)
history = history_table(metadata)
view_metadata = MetaData(schema=VIEW)
views = MetaData(schema=VIEW)
"""What is read and never written: made by a migration, not from here."""


def _audience() -> list[Column[list[str]]]:
    return [Column("visible_to", ARRAY(Text), nullable=False), Column("named", ARRAY(Text))]


ADDRESSEE = "state -> 'letter' ->> 'addressee'"
"""Of a petition the login of the leader to whom the letter is addressed by name; none of most."""

petition = Table(
    "petition",
    view_metadata,
    Column("county_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    *_audience(),
    Column("number", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("registered_by", Text, nullable=False),
    Column("registered_at", DateTime(timezone=True), nullable=False),
    Column("received_on", Date, nullable=False),
    Column("channel", Text, nullable=False),
    Column("nature", Text, nullable=False),
    Column("urgency", Text, nullable=False),
    Column("category", Text),
    Column("place", Text),
    Column("title", Text, nullable=False),
    # The earliest day on which somebody owes something for the case; far in the future where nothing is owed,
    # so that a list in order of urgency needs no special case for it.
    Column("next_due_on", Date, nullable=False, server_default=text("'9999-12-31'")),
    # The newest Petition without petitioners and query code, which stand in ``private``.
    Column("state", JSONB, nullable=False),
    # The petition that brought its matter first; its own id where it is the first or the only one.
    Column("matter_id", Text, Computed("coalesce(state #>> '{matter,first_id}', id)", persisted=True), nullable=False),
    Index("petition_number", "county_id", "number", unique=True),
    Index("petition_registered", "county_id", "registered_at", "id"),
    Index("petition_received", "county_id", "received_on", "id"),
    Index("petition_status_registered", "county_id", "status", "registered_at", "id"),
    Index("petition_status_due", "county_id", "status", "next_due_on", "id"),
    Index("petition_due", "county_id", "next_due_on", "id"),
    Index("petition_place", "county_id", text('place COLLATE "C"'), "registered_at"),
    Index("petition_matter", "county_id", "matter_id", "received_on"),
    Index("petition_visible", "visible_to", postgresql_using="gin"),
    # Of those that names restrict, which no tally counts.
    Index("petition_restricted", "county_id", "status", postgresql_where=text("named IS NOT NULL")),
    Index(
        "petition_addressee",
        *("county_id", text(f"({ADDRESSEE})"), "registered_at", "id"),
        postgresql_where=text(f"{ADDRESSEE} IS NOT NULL"),
    ),
)

# Apart from the petition, so that a change of its status rewrites no words. ``searchable`` reads it.
petition_words = Table(
    "petition_words",
    view_metadata,
    Column("county_id", Text, primary_key=True),
    Column("petition_id", Text, primary_key=True),
    Column("words", TSVECTOR, nullable=False),
    Index("petition_words_found", "words", postgresql_using="gin"),
)

# The petitions that the actor sees, each with its words: see gateway/searching/searchable.py.
searchable = Table(
    "searchable",
    views,
    *(Column(name, petition.c[name].type) for name in ("county_id", "id", "number", "status", "registered_by")),
    *(Column(name, petition.c[name].type) for name in ("received_on", "channel", "nature", "urgency", "category")),
    *(Column(name, petition.c[name].type) for name in ("place", "title", "visible_to", "next_due_on")),
    Column("words", TSVECTOR),
)

private = Table(
    "private",
    view_metadata,
    Column("county_id", Text, primary_key=True),
    Column("petition_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),  # petitioners | query_code
    *_audience(),
    Column("data", JSONB, nullable=False),
)

case_part = Table(
    "case_part",
    view_metadata,
    Column("county_id", Text, primary_key=True),
    Column("type", Text, primary_key=True),  # referral, closure, review, extension, rating ...
    Column("id", Text, primary_key=True),
    Column("petition_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", JSONB, nullable=False),
    Index("case_part_petition", "county_id", "petition_id"),
)

# Of each clock what lists ask for: its state at a moment follows from these columns (gateway/clock_states.py).
clock = Table(
    "clock",
    view_metadata,
    Column("county_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("petition_id", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("obligation", Text, nullable=False),
    Column("binding", Text, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("cancelled", Boolean, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("lapses", Boolean, nullable=False),
    # It stands in the next due day of its petition.
    Column("owed", Boolean, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("effective_due_on", Date, nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    # Since when it is at least warned, at least due today, and over, which is never before ``due_at``.
    Column("warned_at", DateTime(timezone=True), nullable=False),
    Column("due_today_at", DateTime(timezone=True), nullable=False),
    Column("over_at", DateTime(timezone=True), nullable=False),
    Column("met_on", Date),
    Column("met_late", Boolean),
    Column("state", JSONB, nullable=False),
    Index("clock_petition", "county_id", "petition_id"),
    Index("clock_due", "county_id", "due_at", "id"),
    Index("clock_started", "county_id", "starts_on", "id"),
    Index("clock_open_due", "county_id", "due_at", "id", postgresql_where=text("open")),
    Index("clock_open_warned", "county_id", "warned_at", "owner", postgresql_where=text("open")),
    Index("clock_open_due_of_owner", "county_id", "owner", "due_at", "id", postgresql_where=text("open")),
)

supervision = Table(
    "supervision",
    view_metadata,
    Column("county_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    *_audience(),
    Column("petition_id", Text, nullable=False),
    Column("clock_id", Text),
    Column("addressee", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("answer_by", Date, nullable=False),
    Column("state", JSONB, nullable=False),
    Index("supervision_petition", "county_id", "petition_id"),
    Index("supervision_clock", "county_id", "clock_id"),
    Index("supervision_opened", "county_id", "opened_on", "id"),
)

reminder = Table(
    "reminder",
    view_metadata,
    Column("county_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    *_audience(),
    Column("tenant", Text, nullable=False),
    Column("on", Date, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("acknowledged", Boolean, nullable=False),
    Column("state", JSONB, nullable=False),
    Index("reminder_at", "county_id", "at", "id"),
    Index("reminder_of_tenant", "county_id", "tenant", "at", "id"),
)

conflict = Table(
    "conflict",
    view_metadata,
    Column("county_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    *_audience(),
    Column("tenant", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("found_on", Date, nullable=False),
    Column("raised_on", Date),
    Column("ended_on", Date),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("state", JSONB, nullable=False),
    Index("conflict_found", "county_id", "found_on", "id"),
    Index("conflict_of_tenant", "county_id", "tenant", "found_on", "id"),
)

urgent_report = Table(
    "urgent_report",
    view_metadata,
    Column("county_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    *_audience(),
    Column("petition_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("reported_at", DateTime(timezone=True), nullable=False),
    Column("ended", Boolean, nullable=False),
    Column("state", JSONB, nullable=False),
    Index("urgent_report_petition", "county_id", "petition_id"),
    Index("urgent_report_reported", "county_id", "reported_at", "id"),
)

triage = Table(
    "triage",
    view_metadata,
    Column("county_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    *_audience(),
    Column("tenant", Text, nullable=False),
    Column("on", Date, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("outcome", Text, nullable=False),
    # Not taken back.
    Column("standing", Boolean, nullable=False),
    Column("state", JSONB, nullable=False),
    Index("triage_at", "county_id", "at", "id"),
    Index("triage_of_tenant", "county_id", "tenant", "at", "id"),
)

roster_entry = Table(
    "roster_entry",
    view_metadata,
    Column("county_id", Text, primary_key=True),
    Column("type", Text, primary_key=True),  # member, absence, shift, appointment, announcement ...
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    *_audience(),
    Column("tenant", Text, nullable=False),
    # The first and the last day that it is about.
    Column("day", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("status", Text, nullable=False),
    # Id of what it is about: the shift of an appointment, the member of an absence.
    Column("subject", Text, nullable=False),
    Column("petition_id", Text),
    # By which a citizen names his appointment; of nothing else.
    Column("number", Text),
    Column("state", JSONB, nullable=False),
    Index("roster_entry_petition", "county_id", "petition_id", postgresql_where=text("petition_id IS NOT NULL")),
    Index("roster_entry_day", "county_id", "type", "day", "id"),
    Index("roster_entry_tenant", "county_id", "type", "tenant", "day", "id"),
    Index("roster_entry_subject", "county_id", "type", "subject"),
    Index("roster_entry_number", "county_id", "type", "number", postgresql_where=text("number IS NOT NULL")),
)
"""Every state that is ``OnRoster``: they differ in what they say, not in how they are listed."""

timeline = Table(
    "timeline",
    view_metadata,
    Column("county_id", Text, primary_key=True),
    Column("fact_id", Text, primary_key=True),
    Column("petition_id", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("act", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("remark", Text),
    Index("timeline_petition", "county_id", "petition_id", "at"),
)

ended_referral = Table(
    "ended_referral",
    view_metadata,
    Column("county_id", Text, primary_key=True),
    Column("referral_id", Text, primary_key=True),
    *_audience(),
    Column("petition_number", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("sent_on", Date, nullable=False),
    Column("ended_on", Date, nullable=False),
    Index("ended_referral_ended", "county_id", "ended_on"),
)

shared_table = Table(
    "shared_table",
    view_metadata,
    Column("county_id", Text, primary_key=True),
    Column("type", Text, primary_key=True),  # organisation, rules of the roster, regime, circular
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    *_audience(),
    Column("state", JSONB, nullable=False),
)

county = Table(
    "county",
    metadata,
    Column("code", Text, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    # Passwords that somebody else set need not be changed: of a demonstration alone.
    Column("first_passwords_stay", Boolean, nullable=False, server_default=text("false")),
)

account = Table(
    "account",
    metadata,
    Column("county_id", Text, primary_key=True),
    Column("username", Text, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("label", Text, nullable=False),
    Column("password_hash", Text),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    # Grows with each change that the ledger is told of; 0 of an account that is older than this column.
    Column("version", Integer, nullable=False, server_default=text("0")),
    Column("origin", Text, nullable=False, server_default=text("'PROFILE'")),
    # What the county's profile said of it when it was last loaded; none of what the profile never listed.
    Column("listed", JSONB),
    # Somebody else set the password.
    Column("must_change", Boolean, nullable=False, server_default=text("true")),
    # Passwords tried since ``tries_since``, right ones excepted; see gateway/identity/attempts.py.
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("tries_since", DateTime(timezone=True)),
    Column("locked_until", DateTime(timezone=True)),
    Column("last_signed_in_at", DateTime(timezone=True)),
)

reading = Table(
    "reading",
    metadata,
    Column("county_id", Text, primary_key=True),
    # Made of person, case, kind and hour: each is noted once.
    Column("id", Text, primary_key=True),
)
