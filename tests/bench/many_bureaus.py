"""Very many referrals to many bureaus: written as routing writes them, read by systems that are quick, slow or dead."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import aio_pika
import msgspec

from deploy.operator.broker_accounts import load_bureaus
from deploy.operator.handover import BureauAccount, read_entries
from deploy.operator.management import Management
from services.common.database import Database
from services.common.ids import new_id
from services.common.settings import Settings
from services.contracts.actor import TenantKind, system_actor
from services.contracts.acts import Act
from services.contracts.bureau import REFERRAL_EVENT
from services.contracts.directory import Organisation
from services.contracts.intake import Petition
from services.contracts.routing import Referral, ReferralKind, ReferralRole, ReferralState
from services.routing.bureau_events import bureau_event
from tests.bench.many_clocks import petition

COUNTY = "990200"
AT_ONCE = 10
"""Referrals in one transaction."""
SLOW_SECONDS = 0.05
PREFETCH = 20
LIMIT_SECONDS = 300.0
"""Until everything that was sent must have been read."""


@dataclass
class System:
    """One bureau's own system: it notes what it reads, and acknowledges it."""

    account: BureauAccount
    pause: float = 0.0
    read: list[str] = field(default_factory=list)
    """Ids of the referrals, as they came."""
    at: list[float] = field(default_factory=list)
    """When each of them came, monotonic seconds."""
    acknowledged: int = 0

    async def listen(self) -> None:
        async with await aio_pika.connect(self.account.amqp_url) as connection:
            channel = await connection.channel()
            await channel.set_qos(prefetch_count=PREFETCH)
            queue = await channel.get_queue(self.account.queue, ensure=False)
            async with queue.iterator() as messages:
                async for message in messages:
                    self.at.append(time.monotonic())
                    self.read.append(str(message.headers["cloudEvents:subject"]))
                    await asyncio.sleep(self.pause)
                    await message.ack()
                    self.acknowledged += 1


def accounts(settings: Settings, *, count: int, file: Path) -> list[BureauAccount]:
    """Bureaus of a county of their own, with queues and accounts as provisioning makes them."""
    load_bureaus(
        broker=Management(settings.amqp_admin_url),
        amqp_url=settings.amqp_url,
        county=COUNTY,
        slug="bench",
        bureaus={f"b{number:02}": f"部门{number}" for number in range(count)},
        file=file,
    )
    return read_entries(file, BureauAccount)


class Writer:
    """Writes referrals and what tells of them in the transactions of routing, one bureau after the other."""

    def __init__(self, database: Database, tenants: Sequence[str], *, facts: bool) -> None:
        self._database = database
        self._tenants = tenants
        self._facts = facts
        self._item = petition(date(2026, 11, 20))
        self.sent: dict[str, list[str]] = {tenant: [] for tenant in tenants}
        self.committed: dict[str, float] = {}
        """When each referral was committed, monotonic seconds."""

    async def write(self, count: int, *, per_second: float) -> None:
        """So many referrals at a steady pace."""
        began = time.monotonic()
        for start in range(0, count, AT_ONCE):
            await asyncio.to_thread(self._batch, range(start, min(start + AT_ONCE, count)))
            await asyncio.sleep(max(0.0, began + (start + AT_ONCE) / per_second - time.monotonic()))

    def _batch(self, numbers: range) -> None:
        written: list[str] = []
        with self._database.begin(system_actor(COUNTY, "routing"), trace="bench") as tx:
            for number in numbers:
                tenant = self._tenants[number % len(self._tenants)]
                one = referral(self._item, tenant, now=tx.now, today=tx.today)
                if self._facts:
                    tx.record(one, act=Act.REFERRED)
                event = bureau_event(
                    receiver=bureau(tenant), referral=one, version=1, about=self._item, text=self._item, attachments=[]
                )
                tx.send_to_bureau(tenant, event_type=REFERRAL_EVENT, subject=one.id, data=event)
                self.sent[tenant].append(one.id)
                written.append(one.id)
        self.committed |= dict.fromkeys(written, time.monotonic())


def bureau(tenant: str) -> Organisation:
    return Organisation(
        code=tenant,
        kind=TenantKind.BUREAU,
        name=tenant,
        short_name=tenant,
        number_prefix=tenant,
        superior=None,
        responsibilities=[],
        places=[],
        phone=None,
        active=True,
    )


def referral(item: Petition, tenant: str, *, now: datetime, today: date) -> Referral:
    return Referral(
        id=new_id(),
        petition_id=item.id,
        petition_number=item.number,
        registered_by="office",
        kind=ReferralKind.TRANSFER,
        role=ReferralRole.LEAD,
        from_tenant="office",
        to_tenant=tenant,
        state=ReferralState.SENT,
        sent_at=now,
        sent_on=today,
        due_on=None,
        note="请阅处",
    )


async def all_read(systems: Sequence[System], writer: Writer) -> None:
    """Waits until each of these systems has read what was sent to it; in the order in which it was sent, each once."""
    limit = time.monotonic() + LIMIT_SECONDS
    while any(one.acknowledged < len(writer.sent[one.account.tenant]) for one in systems):
        assert time.monotonic() < limit, {one.account.tenant: one.acknowledged for one in systems}
        await asyncio.sleep(0.02)
    for one in systems:
        assert one.read == writer.sent[one.account.tenant], f"{one.account.tenant}: other than what was sent"


class Delays(msgspec.Struct, frozen=True):
    """From the commit to the hand of the system, of all messages of a group of systems, in milliseconds."""

    messages: int
    median: float
    p95: float
    longest: float


def delays_of(systems: Sequence[System], writer: Writer) -> Delays:
    ordered = sorted(
        (at - writer.committed[read]) * 1000 for one in systems for read, at in zip(one.read, one.at, strict=True)
    )
    rank = -(-len(ordered) * 95 // 100)
    return Delays(len(ordered), statistics.median(ordered), ordered[rank - 1], ordered[-1])
