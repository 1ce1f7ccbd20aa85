"""``@on_fact(State)``: a method that follows another service's aggregates, once for each newer state."""

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple, TypeVar

from kombu import Message
from opentelemetry.trace import SpanKind

from services.common import logs, topology, tracing
from services.common.bus.messages import MessageEntrypoint, Unreadable
from services.common.database import Transaction
from services.common.facts import TYPE_PREFIX, UnreadableFact, decode_fact
from services.common.wording import UNDECODABLE
from services.contracts.actor import system_actor
from services.contracts.base import State
from services.contracts.fact import Fact, typed
from services.contracts.topology import LISTENERS, fact_queue

S = TypeVar("S", bound=State)
log = logs.get(__name__)


class Arrived(NamedTuple):
    fact: Fact[Any]
    headers: tracing.Headers


class FactEntrypoint(MessageEntrypoint):
    def __init__(self, state: type[State], **kwargs: Any) -> None:
        self.state = state
        super().__init__(**kwargs)

    def setup(self) -> None:
        service = self.container.service_name
        if self.state not in LISTENERS[service]:
            raise LookupError(f"{service} is not entered in LISTENERS for {self.state.fact_type}")
        name = fact_queue(service, self.state)
        self.queue = topology.fact_queue(self.state.fact_type, name)
        super().setup()

    def read(self, body: bytes, message: Message) -> Arrived:
        sent = str(message.headers.get("cloudEvents:type", ""))
        if sent != TYPE_PREFIX + self.state.fact_type:
            raise Unreadable(f"unknown type {sent!r}")
        try:
            return Arrived(typed(decode_fact(body), self.state), message.headers)
        except (UnreadableFact, *UNDECODABLE) as error:
            raise Unreadable(f"no {self.state.fact_type}: {error}") from error


def on_fact(state: type[S]) -> Callable[[Callable[[Any, Transaction, Fact[S]], None]], Any]:
    """The method is called as ``method(self, tx, fact)`` inside a transaction of the county's system actor.

    The newest state is kept in the same transaction. A fact that is not newer than what is kept (a
    redelivery, or one overtaken by its successor) is dropped before the method, so the method's effect is
    committed exactly once. The method raises to have the fact brought again later.
    """

    def decorate(method: Callable[[Any, Transaction, Fact[S]], None]) -> Any:
        @wraps(method)
        def worker(service: Any, arrived: Arrived) -> None:
            fact = arrived.fact
            actor, name = system_actor(fact.county, service.name), f"{service.name} on {fact.type}"
            with (
                tracing.span(name, kind=SpanKind.CONSUMER, headers=arrived.headers, trace=fact.trace),
                logs.context(county=fact.county, petition=fact.petition, trace=fact.trace, fact=fact.type),
                service.database.begin(actor, trace=fact.trace) as tx,
            ):
                if tx.keep(fact.state, version=fact.version, fact_id=fact.id):
                    method(service, tx, fact)

        return FactEntrypoint.decorator(state)(worker)

    return decorate
