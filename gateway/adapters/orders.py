"""An order of another system: registered once, however often it is handed in, and asked for by its number there.

There is no second way to register: an order becomes a ``RegisterPetition`` with its number as alias. The command's
request id is made of the number, so that intake itself takes it once from one machine; which machine is at it, and what
it handed in, stands in ``outside_order``, so that another key of the same house does not register it again.
"""

import hashlib
from datetime import date, datetime, timedelta
from typing import Annotated, Any

import msgspec
import sqlalchemy as sa
from msgspec import Meta
from sqlalchemy.dialects.postgresql import TSQUERY, insert

from gateway.adapters.model import outside_order
from gateway.context import Context
from gateway.database import scoped
from gateway.model import petition, searchable
from gateway.named_people import check_registration
from gateway.searching.words import number_word, quoted
from services.common import clock
from services.common.errors import Refusal, RequestReused, Unavailable, told
from services.contracts.channels import Call
from services.contracts.intake import Alias, Channel, Nature, Source, Urgency
from services.contracts.register_commands import Body, Code, Demands, People, RegisterPetition, Title

IN_HAND = timedelta(minutes=2)
"""After which nothing of an attempt that got no answer can still come: commands expire much sooner."""


class OrderChanged(Refusal):
    code = "ORDER_CHANGED"
    default = "该编号的工单已按先前的内容登记，本次内容不同，没有办理；需要补充、更正的，请与登记单位联系"


ONE_LINE = r"^[^\s\x00]([^\n\x00]*[^\s\x00])?$"
"""Without blanks about it, and without NUL, which the database does not take."""


class Order(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What another system hands in (交办〔反馈〕单)."""

    system: Annotated[str, Meta(min_length=1, max_length=60, pattern=ONE_LINE)]
    """Which one, always written alike, e.g. ``12345``."""
    number: Annotated[str, Meta(min_length=1, max_length=100, pattern=ONE_LINE)]
    received_on: date
    title: Title
    body: Body
    nature: Nature
    demands: Demands | None = None
    petitioners: People = []
    place: str | None = None
    category: Code | None = None
    urgency: Urgency = Urgency.NORMAL
    confidential: bool = False
    accused: Annotated[list[Code], Meta(max_length=20)] = []
    channel: Channel = Channel.CALL
    call: Call | None = None
    source: Source = Source.HOTLINE


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    petition_id: str
    anew: bool
    """It was registered by this very request."""


def command_of(order: Order) -> RegisterPetition:
    same = {name: getattr(order, name) for name in Order.__struct_fields__ if name not in ("system", "number")}
    return RegisterPetition(aliases=[Alias(system=order.system, number=order.number)], **same)


def digest_of(order: Order) -> bytes:
    return hashlib.sha256(msgspec.json.encode(order, order="deterministic")).digest()


def request_id_of(order: Order) -> str:
    """Another one for each order: both names may have blanks in them."""
    return f"order {order.system!r} {order.number!r}"


async def hand_in(context: Context, order: Order) -> Taken:
    """Registers the order for the actor's tenant, or finds that it is registered.

    Raises ``OrderChanged``, ``Unavailable`` (after which the same may be handed in again), and what registering does.
    """
    earlier = await _claim(context, order)
    if earlier is not None:
        return Taken(petition_id=earlier, anew=False)
    command = command_of(order)
    await check_registration(context.reader, context.actor, command)
    reply = await context.command(command, path="order", request_id=request_id_of(order))
    if reply.problems:
        problem = reply.problems[0]
        raise OrderChanged() if problem.code == RequestReused.code else told(problem)
    petition_id: str = reply.value["petition_id"]
    await _close(context, order, petition_id)
    return Taken(petition_id=petition_id, anew=True)


async def find(context: Context, *, system: str, number: str) -> str | None:
    """Id of the petition that the actor's tenant registered for it, by a machine or by hand, as far as he sees it."""
    # Which no order has, and the database does not take.
    if "\0" in system + number:
        return None
    county = context.actor.county
    # By the search's index of words, where the numbers of other systems are: aliases have no index of their own.
    numbered = sa.select(searchable.c.id).where(
        searchable.c.county_id == county,
        searchable.c.words.op("@@")(sa.cast(quoted(number_word(number)), TSQUERY)),
        searchable.c.registered_by == context.actor.tenant,
    )
    query = sa.select(petition.c.id).where(
        petition.c.county_id == county,
        petition.c.id.in_(numbered),
        petition.c.state.contains({"aliases": [{"system": system, "number": number}]}),
    )
    rows = await context.reader.rows(query.order_by(petition.c.id).limit(1))
    return rows[0].id if rows else None


async def _claim(context: Context, order: Order) -> str | None:
    """The petition that the order became, or None: then it is this actor's to register. Raises as ``hand_in``."""
    by_hand = await find(context, system=order.system, number=order.number)
    await context.reader.release()
    now, actor = clock.now(), context.actor
    mine = {"digest": digest_of(order), "login": actor.user, "at": now}
    async with scoped(context.engine, actor) as connection:
        row = {**_key(context, order), **mine, "petition_id": by_hand}
        await connection.execute(insert(outside_order).values(row).on_conflict_do_nothing())
        found = (await connection.execute(sa.select(outside_order).where(*_where(row)).with_for_update())).one()
        if found.petition_id is None and found.login != actor.user:
            if by_hand is None:
                _check_turn(found, now=now)
            more = mine if by_hand is None else {"petition_id": by_hand}
            await connection.execute(sa.update(outside_order).where(*_where(row)).values(more))
    if found.petition_id is None and (by_hand is None or found.login == actor.user):
        return None
    if bytes(found.digest) != mine["digest"]:
        raise OrderChanged()
    return str(found.petition_id or by_hand)


def _check_turn(found: Any, *, now: datetime) -> None:
    """The same machine may go on with what it began: intake knows its request. Another waits until that is over."""
    if now - found.at < IN_HAND:
        raise Unavailable("该工单正由另一密钥登记，请稍后重试", retry_after=int(IN_HAND.total_seconds()))


async def _close(context: Context, order: Order, petition_id: str) -> None:
    async with scoped(context.engine, context.actor) as connection:
        row = _key(context, order)
        values = {"petition_id": petition_id, "digest": digest_of(order)}
        await connection.execute(sa.update(outside_order).where(*_where(row)).values(values))


def _key(context: Context, order: Order) -> dict[str, Any]:
    actor = context.actor
    return {"county_id": actor.county, "tenant": actor.tenant, "system": order.system, "number": order.number}


def _where(row: dict[str, Any]) -> list[sa.ColumnElement[bool]]:
    return [outside_order.c[name] == row[name] for name in ("county_id", "tenant", "system", "number")]
