"""``/adapters/orders``: an order handed in (POST), and what became of it (GET), with an API key."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.adapters.orders import Order, OrderChanged, find, hand_in
from gateway.admitting import admitted
from gateway.bodies import body_of
from gateway.context import Context
from gateway.public.telling import Item, item_of
from gateway.readings import note
from gateway.web.refusals import refused
from gateway.web.requests import acting
from services.common import tracing
from services.common.clock import legal_day
from services.common.errors import NotFound
from services.contracts.actor import Actor
from services.contracts.directory import Organisation
from services.contracts.intake import ReadingKind
from services.contracts.rules import Regime

NO_ORDER = "本单位没有登记过该编号的工单，请核对 system 和 number"


async def hand_in_order(request: Request) -> Response:
    """201 with what became of it; 200 where it was handed in before; 409 ``ORDER_CHANGED`` where it said otherwise."""
    actor = await admitted(request)
    order = await body_of(request, Order, "请以 JSON 提交工单")
    context = _context(request, actor)
    with acting(request, actor):
        try:
            taken = await hand_in(context, order)
            known = {"system": order.system, "number": order.number, "petition_id": taken.petition_id}
            # What was registered a moment ago may not stand in the view yet: then it is told that it was.
            told = await _feedback(context, taken.petition_id) or {}
        finally:
            await context.reader.release()
    return JSONResponse({**known, **told}, status_code=201 if taken.anew else 200)


async def order_feedback(request: Request) -> Response:
    """``?system=&number=``: how far the order has come, and the answer once it was delivered."""
    actor = await admitted(request)
    system, number = (request.query_params.get(name, "") for name in ("system", "number"))
    context = _context(request, actor)
    with acting(request, actor):
        try:
            petition_id = await find(context, system=system, number=number)
            told = None if petition_id is None else await _feedback(context, petition_id)
        finally:
            await context.reader.release()
    if told is None:
        raise NotFound(NO_ORDER)
    return JSONResponse({"system": system, "number": number, "petition_id": petition_id, **told})


async def _feedback(context: Context, petition_id: str) -> dict[str, Any] | None:
    """As the petitioner himself is told, who asks at the hotline: ``gateway.public.telling``."""
    reader = context.reader
    row = await reader.petition(petition_id)
    if row is None:
        return None
    await note(reader, kind=ReadingKind.CASE, states=[row.state])
    item = item_of(
        row=row,
        parts=await reader.parts.load(petition_id),
        clocks=await reader.clocks(petition_id),
        directory=await reader.shared(Organisation),
        regime=(await reader.shared(Regime)).get(context.actor.county) or Regime(county=context.actor.county),
        today=legal_day(reader.now),
    )
    return _told(item)


def _told(item: Item) -> dict[str, Any]:
    answer, deadline = item.answer, item.next_deadline
    told: dict[str, Any] = msgspec.to_builtins(
        {
            "petition_number": item.number,
            "received_on": item.received_on,
            "status": item.status,
            "handled_by": list(item.handled_by),
            "next_deadline": deadline and {"what": deadline.what, "by": deadline.by},
            "answer": answer and {"text": answer.text, "agency": answer.agency, "delivered_on": answer.delivered_on},
        }
    )
    return told


def _context(request: Request, actor: Actor) -> Context:
    state = request.app.state
    return Context(
        actor=actor,
        engine=state.engine,
        rpc=state.rpc,
        trace=tracing.trace_id(),
        idempotency_key=None,
        config=state.config,
    )


async def changed(request: Request, refusal: Exception) -> Response:
    answer = await refused(request, refusal)
    answer.status_code = 409
    return answer


ADAPTER_ROUTES = [
    Route("/adapters/orders", hand_in_order, methods=["POST"]),
    Route("/adapters/orders", order_feedback, methods=["GET"]),
]
ADAPTER_HANDLERS: dict[Any, Any] = {OrderChanged: changed}
"""For Starlette's table."""
