"""``record_many`` writes as ``record`` does: the same rows, the same facts, and nothing where one cannot be written."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from services.common.database import Database, Entry
from services.common.ids import new_id
from services.contracts.actor import Role, TenantKind, system_actor
from services.contracts.acts import Act
from services.contracts.deadlines import Level, Obligation
from services.contracts.reminders import Alert, Reminder
from tests.harness.instance import TestInstance
from tests.service.told import nobody_else

COUNTY = "970001"
ACTOR = system_actor(COUNTY, "deadlines")
NOW = datetime(2026, 8, 3, 1, 0, 0, 123456, tzinfo=UTC)
STRANGE = ["clerk", 'a"b', "c\\d", "e,f", "{g}", "", "NULL", "周 办"]


@pytest.fixture(scope="module")
def admin(instance: TestInstance) -> Iterator[sa.Engine]:
    engine = sa.create_engine(instance.settings.admin_database_url.replace("postgresql://", "postgresql+psycopg://", 1))
    with nobody_else(instance):
        yield engine
        with engine.begin() as connection:
            connection.execute(sa.text("DELETE FROM deadlines.outbox WHERE county_id = :county"), {"county": COUNTY})
    engine.dispose()


@pytest.fixture
def database(instance: TestInstance, admin: sa.Engine) -> Iterator[Database]:
    opened = Database(service="deadlines", url=instance.settings.deadlines_database_url)
    yield opened
    opened.engine.dispose()


def alert(clock_id: str, level: Level = Level.FIRST_WARNING, named: list[str] | None = None) -> Alert:
    return Alert(
        clock_id=clock_id, petition_id="p" + clock_id, owner='t"x', obligation=Obligation.HANDLING, level=level,
        since=NOW, restricted_to=named,
    )  # fmt: skip


def reminder(id: str) -> Reminder:
    return Reminder(
        id=id, tenant="jtj", role=Role.CLERK, on=NOW.date(), at=NOW, urgent=False, text="催'办'", sent_by=None, items=[]
    )  # fmt: skip


def rows(admin: sa.Engine, ids: list[str]) -> list[dict[str, Any]]:
    """Everything of the aggregates but the ids by which the two ways of writing must differ."""
    query = sa.text(
        "SELECT county_id, type, version, visible_to, named, updated_at,"
        " state - 'id' - 'clock_id' - 'petition_id' AS state FROM deadlines.aggregate"
        " WHERE county_id = :county AND id = ANY(:ids) ORDER BY array_position(CAST(:ids AS text[]), id)"
    )
    with admin.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(query, {"county": COUNTY, "ids": ids})]


def messages(admin: sa.Engine, trace: str) -> list[Any]:
    query = sa.text(
        "SELECT exchange, routing_key, headers, convert_from(body, 'UTF8')::jsonb AS body, attempts"
        " FROM deadlines.outbox WHERE county_id = :county"
        " AND convert_from(body, 'UTF8')::jsonb ->> 'trace' = :trace ORDER BY seq"
    )
    with admin.connect() as connection:
        return list(connection.execute(query, {"county": COUNTY, "trace": trace}))


def plain(message: Any) -> tuple[Any, ...]:
    """A message without the ids that are made for it."""
    headers = {
        key: value for key, value in message.headers.items() if key not in ("cloudEvents:id", "cloudEvents:traceparent")
    }
    body = {key: value for key, value in message.body.items() if key not in ("id", "trace")}
    return message.exchange, message.routing_key, headers, body, message.attempts


def entries(mark: str) -> list[Entry]:
    return [
        Entry(alert(f"{mark}1"), Act.CLOCK_WARNED, remark="办理答复：预警"),
        Entry(reminder(f"{mark}2"), Act.REMINDED),
        Entry(alert(f"{mark}3", named=STRANGE), Act.CLOCK_WARNED, remark='引号"和\\'),
        Entry(alert(f"{mark}4", named=[]), Act.CLOCK_WARNED),
    ]


def further(mark: str) -> list[Entry]:
    return [
        Entry(alert(f"{mark}3", Level.OVERDUE), Act.CLOCK_OVERDUE, base=1),
        Entry(alert(f"{mark}5"), Act.CLOCK_WARNED),
        Entry(alert(f"{mark}1", Level.DUE_TODAY), Act.CLOCK_WARNED, base=1),
        Entry(alert(f"{mark}1", Level.OVERDUE), Act.CLOCK_OVERDUE, base=2, remark="又"),
    ]


def written(database: Database, lists: list[list[Entry]], *, trace: str, at_once: bool) -> None:
    for each in lists:
        with database.begin(ACTOR, trace=trace, now=NOW) as tx:
            if at_once:
                facts = tx.record_many(each)
            else:
                facts = [tx.record(state, act=act, base=base, remark=remark) for state, act, base, remark in each]
            assert tx.facts == facts
            assert [fact.state for fact in facts] == [entry.state for entry in each]


def test_many_at_once_write_what_one_by_one_write(database: Database, admin: sa.Engine) -> None:
    one, many = new_id(), new_id()
    written(database, [entries(one), further(one)], trace="one" + one, at_once=False)
    written(database, [entries(many), further(many)], trace="many" + many, at_once=True)

    def of(mark: str) -> list[str]:
        return [f"{mark}{number}" for number in range(1, 6)]

    found = rows(admin, of(many))
    assert found == rows(admin, of(one))
    assert [row["version"] for row in found] == [3, 1, 2, 1, 1]
    singly, together = messages(admin, "one" + one), messages(admin, "many" + many)
    assert len(together) == 8
    for left, right in zip(singly, together, strict=True):
        assert replaced(plain(right), many, one) == plain(left)
    assert len({message.headers["cloudEvents:id"] for message in together}) == 8
    for message in together:
        assert message.headers["cloudEvents:id"] == message.body["id"]


def replaced(value: Any, old: str, new: str) -> Any:
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, dict):
        return {key: replaced(each, old, new) for key, each in value.items()}
    return type(value)(replaced(each, old, new) for each in value) if isinstance(value, (list, tuple)) else value


@pytest.mark.parametrize(
    ("last", "error"),
    [
        (lambda known: Entry(alert(known), Act.CLOCK_WARNED), IntegrityError),
        (lambda known: Entry(alert(known), Act.CLOCK_WARNED, base=2), RuntimeError),
        (lambda known: Entry(alert(new_id()), Act.CLOCK_WARNED, base=1), RuntimeError),
    ],
    ids=["taken", "not the newest", "unknown"],
)
def test_one_that_cannot_be_written_keeps_all_from_being_written(
    database: Database, admin: sa.Engine, last: Any, error: type[Exception]
) -> None:
    known, trace = new_id(), new_id()
    written(database, [[Entry(alert(known), Act.CLOCK_WARNED)]], trace="before", at_once=True)
    fresh = [Entry(alert(new_id()), Act.CLOCK_WARNED) for _ in range(3)]
    with pytest.raises(error), database.begin(ACTOR, trace=trace, now=NOW) as tx:
        tx.record_many([*fresh, last(known)])
    assert messages(admin, trace) == []
    assert len(rows(admin, [known, *(entry.state.aggregate_id for entry in fresh)])) == 1


def test_within_a_list_each_stands_on_the_one_before(database: Database) -> None:
    clock = new_id()
    twice = [Entry(alert(clock), Act.CLOCK_WARNED), Entry(alert(clock, Level.OVERDUE), Act.CLOCK_OVERDUE)]
    with pytest.raises(RuntimeError, match="not the newest"), database.begin(ACTOR, trace="t") as tx:
        tx.record_many(twice)


def test_what_another_tenant_must_not_see_cannot_be_changed_at_once_either(database: Database) -> None:
    clock = new_id()
    written(database, [[Entry(alert(clock), Act.CLOCK_WARNED)]], trace="t", at_once=True)
    stranger = ACTOR.__class__(
        county=COUNTY, tenant="other", kind=TenantKind.BUREAU, user="u", name="u", roles=frozenset({Role.CLERK})
    )
    with pytest.raises(RuntimeError, match="not the newest"), database.begin(stranger, trace="t") as tx:
        tx.record_many([Entry(alert(clock, Level.OVERDUE), Act.CLOCK_OVERDUE, base=1)])


def test_facts_alone_are_the_same_facts_and_leave_the_aggregates_alone(database: Database, admin: sa.Engine) -> None:
    recorded, alone = new_id(), new_id()
    written(database, [entries(recorded), further(recorded)], trace="recorded" + recorded, at_once=True)
    for each in (entries(alone), further(alone)):
        with database.begin(ACTOR, trace="alone" + alone, now=NOW) as tx:
            assert tx.tell_many(each) == tx.facts
    there, here = messages(admin, "recorded" + recorded), messages(admin, "alone" + alone)
    assert [replaced(plain(message), alone, recorded) for message in here] == [plain(message) for message in there]
    assert rows(admin, [f"{alone}{number}" for number in range(1, 6)]) == []


def test_none_is_nothing(database: Database, admin: sa.Engine) -> None:
    with database.begin(ACTOR, trace="nothing") as tx:
        assert tx.record_many([]) == []
    assert messages(admin, "nothing") == []
