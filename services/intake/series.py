"""Numbers of what the desk writes: triage entries by day, talk records and notices by year.

The series of a tenant and period has no gaps and no doubles: the counter's row is locked until the act commits, and
rolls back with it. Which letters stand for which paper is data, ``desk.toml``.
"""

from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec
import sqlalchemy as sa
from msgspec import Meta
from sqlalchemy.dialects.postgresql import insert

from services.common.database import Transaction
from services.contracts.desk import NoticeKind
from services.contracts.directory import Organisation
from services.intake.model import document_counter

FILE = Path(__file__).with_name("desk.toml")
TRIAGE = "J"
"""The letter of a triage entry, beside those of the channels."""
Text = Annotated[str, Meta(min_length=1)]


class Paper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    series: Text
    basis: Text


class TalkPaper(Paper, frozen=True, kw_only=True, forbid_unknown_fields=True):
    copies: Annotated[int, Meta(ge=1, le=3)]
    """Petitioner, archive, superior: the first so many of them."""
    receivers: Annotated[int, Meta(ge=1)]
    """How many of the staff there are at least."""
    receivers_basis: Text


class Papers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    talk: TalkPaper
    notices: dict[NoticeKind, Paper]


@cache
def papers() -> Papers:
    return msgspec.toml.decode(FILE.read_bytes(), type=Papers)


def triage_number(*, tx: Transaction, organisation: Organisation) -> str:
    """``<prefix>J<yyyymmdd><sequence>``: the day is the legal day of the entry, as with a petition's number."""
    day = f"{tx.today:%Y%m%d}"
    sequence = _next(tx, tenant=organisation.code, series=TRIAGE, period=day)
    return f"{organisation.number_prefix}{TRIAGE}{day}{sequence:04d}"


def document_number(*, tx: Transaction, organisation: Organisation, series: str) -> str:
    """``<short name><series>〔<year>〕<sequence>号`` in the year of the transaction's legal day."""
    year = tx.today.year
    sequence = _next(tx, tenant=organisation.code, series=series, period=str(year))
    return f"{organisation.short_name}{series}〔{year}〕{sequence}号"


def _next(tx: Transaction, *, tenant: str, series: str, period: str) -> int:
    values = {"county_id": tx.actor.county, "tenant": tenant, "series": series, "period": period, "value": 1}
    statement = insert(document_counter).values(values)
    statement = statement.on_conflict_do_update(
        index_elements=list(document_counter.primary_key.columns), set_={"value": document_counter.c.value + 1}
    )
    return int(tx.connection.execute(statement.returning(sa.column("value"))).scalar_one())
