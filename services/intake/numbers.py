"""Numbers of petitions.

A number is ``{prefix of the tenant}{letter of the channel}{yyyymmdd}{sequence, at least 4 digits}``; the day
is the legal day of registration. The sequence of a tenant, channel and day has no gaps: the counter's row is
locked until the registration commits, and rolls back with it.
"""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.common.database import Transaction
from services.common.errors import Unavailable
from services.contracts.directory import Organisation
from services.contracts.intake import Channel
from services.intake.model import counter

CHANNEL_LETTERS = {
    Channel.LETTER: "L",
    Channel.VISIT: "V",
    Channel.CALL: "P",
    Channel.ONLINE: "N",
    Channel.FAX: "F",
    Channel.EMAIL: "E",
}


def numbering_organisation(tx: Transaction) -> Organisation:
    """The actor's own, by whose prefix and short name numbers are made. Raises ``Unavailable``."""
    kept = tx.kept(Organisation, tx.actor.tenant)
    if kept is None:
        raise Unavailable("本单位的机构名录尚未同步到登记服务，请稍后重试；若持续出现请联系管理员")
    return kept.state


def petition_number(*, prefix: str, channel: Channel, day: date, sequence: int) -> str:
    return f"{prefix}{CHANNEL_LETTERS[channel]}{day:%Y%m%d}{sequence:04d}"


def next_in_sequence(*, tx: Transaction, tenant: str, channel: Channel) -> int:
    statement = insert(counter).values(
        county_id=tx.actor.county, tenant=tenant, channel=channel.value, day=tx.today, value=1
    )
    statement = statement.on_conflict_do_update(
        index_elements=list(counter.primary_key.columns), set_={"value": counter.c.value + 1}
    )
    return int(tx.connection.execute(statement.returning(sa.column("value"))).scalar_one())
