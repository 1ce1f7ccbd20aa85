"""What this process counts while it works. Labels have few values, all of them the platform's own words or codes of
tenants: nothing that somebody wrote, no login, no number of a case."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

registry = CollectorRegistry()

REQUESTS = Counter(
    "xinqiao_requests",
    "GraphQL requests by what they asked (kind and root field), who asked, and what came of it.",
    ("operation", "county", "tenant", "code"),
    registry=registry,
)
DURATIONS = Histogram(
    "xinqiao_request_seconds",
    "Time from the request to its answer.",
    ("operation",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=registry,
)
COMMANDS = Counter(
    "xinqiao_commands",
    "Commands by service and outcome: done, refused (by a rule), turned_away (not begun), not_confirmed.",
    ("service", "outcome"),
    registry=registry,
)
COMMAND_SECONDS = Histogram(
    "xinqiao_command_seconds",
    "Time until a service answered a command.",
    ("service",),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=registry,
)
SOCKETS = Gauge("xinqiao_sockets", "Sockets of subscriptions that are open.", registry=registry)
SUBSCRIPTIONS = Gauge("xinqiao_subscriptions", "Subscriptions that are open.", registry=registry)
EVENTS = Counter("xinqiao_subscription_events", "Events that subscribers were told.", registry=registry)
SOCKETS_CLOSED = Counter(
    "xinqiao_sockets_closed",
    "Sockets that the gateway closed, by the code it gave; 1013: the client did not take what came.",
    ("code",),
    registry=registry,
)

OK = "OK"


def count(*, operation: str, told: Mapping[str, str | int], code: str = OK, seconds: float | None = None) -> None:
    """One request. ``told``: what its line in the log says, of which county and tenant are taken."""
    REQUESTS.labels(operation, str(told.get("county", "")), str(told.get("tenant", "")), code).inc()
    if seconds is not None:
        DURATIONS.labels(operation).observe(seconds)
