"""The tables of work, all of the view: what is to do, how many cases each tenant sees, and how it was rated."""

from sqlalchemy import Boolean, Column, Date, DateTime, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from gateway.model import view_metadata

COUNTY_OFFICE = "@county"
"""In ``tenant`` of a task that is the county office's, where what it follows from does not say its code."""
WHOLE_COUNTY = "*"
"""In ``scope`` of a tally: what the county office sees."""

task = Table(
    "task",
    view_metadata,
    Column("county_id", Text, primary_key=True),
    # Made of kind, subject, tenant and login: the same thing to do has the same id whenever it is derived.
    Column("id", Text, primary_key=True),
    Column("petition_id", Text),
    # Code of the tenant that must do it, or ``COUNTY_OFFICE``; by whom of it: any of these roles, or one person alone.
    Column("tenant", Text, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("login", Text),
    Column("kind", Text, nullable=False),  # TaskKind
    Column("subject", Text, nullable=False),
    # Far in the future where nothing says by when (``NOTHING_DUE``).
    Column("due_on", Date, nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("visible_to", ARRAY(Text), nullable=False),
    Column("named", ARRAY(Text)),
    Index("task_of_tenant", "county_id", "tenant", "due_on", "id"),
    Index("task_petition", "county_id", "petition_id"),
    Index("task_subject", "county_id", "subject"),
    Index("task_kind", "county_id", "kind", "tenant"),
)
"""What is to do now, and nothing that is done: a row goes when it is done."""

tally = Table(
    "tally",
    view_metadata,
    Column("county_id", Text, nullable=False),
    Column("scope", Text, nullable=False),  # code of a tenant that sees the cases, or WHOLE_COUNTY
    Column("status", Text, nullable=False),
    Column("delta", Integer, nullable=False),
    Index("tally_scope", "county_id", "scope", "status"),
)
"""How many cases there are that no names restrict: the sum of ``delta``. A trigger adds rows and nobody changes one, so
that writers never wait for each other; the projector folds them (gateway/work/tallying.py)."""

rated = Table(
    "rated",
    view_metadata,
    Column("county_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),  # of the rating
    Column("petition_id", Text, nullable=False),
    # Whose work was rated: the registrar's, or that of the body that had the lead.
    Column("tenant", Text, nullable=False),
    Column("value", Text, nullable=False),  # RatingValue
    Column("rated_on", Date, nullable=False),
    # Not after an appeal against it was upheld.
    Column("counts", Boolean, nullable=False),
    Column("visible_to", ARRAY(Text), nullable=False),
    Column("named", ARRAY(Text)),
    Index("rated_on", "county_id", "rated_on", "tenant"),
)
"""Each rating with the tenant that it is about, which the rating itself does not say."""
