"""Numbers of opinions (信访处理意见书): ``城关街道信处〔2026〕3号``.

The series of a tenant and year has no gaps and no doubles: the counter's row is locked until the answer commits, and
rolls back with it.
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.common.database import Transaction
from services.contracts.directory import Organisation
from services.routing.model import answer_counter


def next_number(*, tx: Transaction, body: Organisation) -> str:
    """The next number of the body's series in the year of the transaction's legal day."""
    year = tx.today.year
    statement = insert(answer_counter).values(county_id=tx.actor.county, tenant=body.code, year=year, value=1)
    statement = statement.on_conflict_do_update(
        index_elements=list(answer_counter.primary_key.columns), set_={"value": answer_counter.c.value + 1}
    )
    sequence = int(tx.connection.execute(statement.returning(sa.column("value"))).scalar_one())
    return f"{body.short_name}信处〔{year}〕{sequence}号"
