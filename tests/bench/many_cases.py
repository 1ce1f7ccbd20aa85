"""The view of a county with very many cases: seeded by SQL from one real case, three years of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from gateway.rows import petition_row
from services.common.clock import legal_day, now
from services.common.ids import new_id
from services.contracts.actor import ActorRef
from services.contracts.base import builtins
from services.contracts.deadlines import Clock
from services.contracts.extensions import Extension, ExtensionState
from services.contracts.people import MaskedPetitioner
from services.contracts.ratings import Rating, RatingSide, RatingValue
from services.contracts.routing import (
    Answer,
    Closure,
    Delivery,
    DeliveryMode,
    Outcome,
    Referral,
    ReferralKind,
    ReferralRole,
    ReferralState,
)
from services.contracts.supervision import (
    Supervision,
    SupervisionEntry,
    SupervisionReason,
    SupervisionState,
    SupervisionStep,
)
from tests.bench.many_clocks import petition as one_petition

COUNTY = "990200"
OFFICE = "xfj"
YEARS = 3
BODY = "来访人反映村内道路损毁多年未修，雨天无法通行，多次向村委会反映未果，请求有关部门核实并尽快修复。" * 4
SOMEBODY = ActorRef(tenant=OFFICE, user="clerk", name="窗口接待员")

# What happens in each case follows from its number alone, so every run seeds the same county.
CASES = """
CREATE TEMP TABLE seeded AS
SELECT *, least(answered_on + 3, :last) AS delivered_on, answered_on <= :last - 3 AS delivered,
       answered_on <= :last AS answered, answered_on + 20 <= :last AS closed, '#' || n % 20011 AS phone
FROM (
  SELECT n, overlay(md5('case' || n)::uuid::text PLACING lpad(to_hex(n), 8, '0') FROM 1 FOR 8) AS id, received_on,
         received_on + h % 13 AS sent_on, received_on + 20 + h / 7 % 55 AS answered_on, h,
         CASE WHEN h % 2 = 0 THEN :office ELSE (CAST(:towns AS text[]))[1 + h / 2 % cardinality(CAST(:towns AS text[]))]
         END AS office, (CAST(:bodies AS text[]))[1 + h / 3 % cardinality(CAST(:bodies AS text[]))] AS body,
         (ARRAY['LETTER','LETTER','VISIT','VISIT','CALL','ONLINE'])[1 + h / 5 % 6] AS channel,
         CASE WHEN h % 50 = 7 THEN 'ACCUSATION' WHEN h % 10 = 3 THEN 'INQUIRY' ELSE 'APPEAL' END AS nature,
         h / 11 % 5 = 0 AS hotline, h / 13 % 8 = 0 AS repeated, h / 17 % 33 = 0 AS extended, 1 + h / 19 % 9 AS visitors
  FROM (SELECT n, hashint4(n) & 2147483647 AS h, CAST(:last AS date) - (:count - n) * :days / :count AS received_on
        FROM generate_series(1, :count) AS n) AS numbered
) AS told
"""
DETAILED = "CREATE TEMP TABLE detailed AS SELECT * FROM seeded WHERE NOT closed OR n % :thin = 0"
PETITIONS = """
INSERT INTO gateway_view.petition (county_id, id, version, visible_to, named, number, status, registered_by,
                              registered_at, received_on, channel, nature, urgency, category, place, title, state)
SELECT :county, id, 1, ARRAY[body, office], CASE WHEN nature = 'ACCUSATION' THEN ARRAY['named'] END, 'S-' || n,
       CASE WHEN closed THEN 'CLOSED' ELSE 'ACCEPTED' END, office, received_on + time '02:00', received_on, channel,
       nature, 'NORMAL', '类别' || h % 12, '990200' || lpad((h % 16)::text, 3, '0'), '村内道路损毁',
       CAST(:state AS jsonb) || jsonb_build_object('id', id, 'channel', channel, 'nature', nature,
         'received_on', received_on, 'registered_by', office, 'repeated', repeated, 'visitors', visitors,
         'source', CASE WHEN hotline THEN 'HOTLINE' ELSE 'DIRECT' END)
FROM seeded
"""
PEOPLE = """
INSERT INTO gateway_view.private (county_id, petition_id, kind, visible_to, named, data)
SELECT :county, id, 'petitioners', ARRAY[body, office], CASE WHEN nature = 'ACCUSATION' THEN ARRAY['named'] END,
       jsonb_build_array(CAST(:state AS jsonb) || jsonb_build_object('phone', phone)) FROM detailed
"""
PART = "INSERT INTO gateway_view.case_part (county_id, type, id, petition_id, version, state) "
REFERRALS = f"""{PART}
SELECT :county, :type, md5('referral' || n)::uuid::text, id, 1,
       CAST(:state AS jsonb) || jsonb_build_object('id', md5('referral' || n)::uuid, 'petition_id', id,
         'to_tenant', body, 'sent_on', sent_on, 'state', CASE WHEN answered THEN 'ANSWERED' ELSE 'ACCEPTED' END)
       || CASE WHEN NOT answered THEN '{{"answer": null}}' ELSE jsonb_build_object(
            'answer', CAST(:state AS jsonb) -> 'answer' || jsonb_build_object('answered_on', answered_on)) END
       || CASE WHEN NOT delivered THEN '{{"delivery": null}}' ELSE jsonb_build_object(
            'delivery', CAST(:state AS jsonb) -> 'delivery' || jsonb_build_object('on', delivered_on)) END
FROM detailed WHERE sent_on <= :last
"""
CLOSURES = f"""{PART}
SELECT :county, :type, id, id, 1, CAST(:state AS jsonb)
       || jsonb_build_object('petition_id', id, 'closed_on', answered_on + 20) FROM detailed WHERE closed
"""
RATINGS = f"""{PART}
SELECT :county, :type, id || '.' || side, id, 1, CAST(:state AS jsonb) || jsonb_build_object('id', id || '.' || side,
         'petition_id', id, 'side', side, 'rated_on', delivered_on,
         'value', (ARRAY['SATISFIED', 'FAIRLY_SATISFIED', 'DISSATISFIED'])[1 + h % 3])
FROM detailed, unnest(ARRAY['OFFICE', 'BODY']) AS side WHERE delivered AND h % 4 > 0
"""
EXTENSIONS = f"""{PART}
SELECT :county, :type, md5('extension' || n)::uuid::text, id, 1, CAST(:state AS jsonb)
       || jsonb_build_object('id', md5('extension' || n)::uuid, 'petition_id', id) FROM detailed WHERE extended
"""
CLOCKS = """
INSERT INTO gateway_view.clock (county_id, id, version, petition_id, owner, obligation, binding, provisional, open,
  cancelled, paused, lapses, owed, starts_on, effective_due_on, due_at, warned_at, due_today_at, over_at, met_on,
  met_late, state)
SELECT :county, md5(obligation || n)::uuid::text, 1, id, owner, obligation, 'LEGAL', false, NOT met, false, false,
       false, NOT met, received_on, due_on, over_at, over_at - interval '3 day', over_at - interval '1 day', over_at,
       CASE WHEN met THEN met_on END, CASE WHEN met THEN met_on > due_on END, CAST(:state AS jsonb)
       || jsonb_build_object('id', md5(obligation || n)::uuid, 'petition_id', id, 'owner', owner,
            'obligation', obligation, 'met_on', CASE WHEN met THEN met_on END)
FROM (
  SELECT detailed.*, of.*, due_on + 1 - interval '8 hour' AS over_at, met_on <= :last AS met
  FROM detailed, LATERAL (VALUES
    ('REGISTRATION', office, received_on + 15, received_on), ('TRANSFER', office, received_on + 15, sent_on),
    ('NOTICE', body, sent_on + 15, sent_on + h / 23 % 17), ('OBJECTION', body, sent_on + 7, sent_on + 3),
    ('HANDLING', body, received_on + 60, answered_on), ('DELIVERY', body, answered_on + 5, answered_on + 3)
  ) AS of (obligation, owner, due_on, met_on)
) AS owed
"""
SUPERVISIONS = """
INSERT INTO gateway_view.supervision (county_id, id, version, visible_to, named, petition_id, addressee, status,
                                 opened_on, answer_by, state)
SELECT :county, md5('supervision' || n)::uuid::text, 1, ARRAY[:office, body],
       CASE WHEN nature = 'ACCUSATION' THEN ARRAY['named'] END, id, body, 'CLOSED', sent_on + 40, sent_on + 60,
       CAST(:state AS jsonb) || jsonb_build_object('id', md5('supervision' || n)::uuid, 'petition_id', id,
         'addressee', body, 'opened_on', sent_on + 40, 'answer_by', sent_on + 60)
FROM detailed WHERE h / 29 % 40 = 0 AND sent_on + 40 <= :last
"""


TABLES = ("petition", "private", "case_part", "clock", "supervision")
INDEXES = """
SELECT i.indexrelid::regclass AS name, i.indrelid::regclass AS "table", pg_get_indexdef(i.indexrelid) AS made,
  c.conname AS key
FROM pg_index AS i LEFT JOIN pg_constraint AS c ON c.conindid = i.indexrelid
WHERE i.indrelid = ANY(CAST(:tables AS regclass[]))
"""


@contextmanager
def without_indexes(connection: sa.Connection) -> Iterator[None]:
    """Takes them away for as long as very many rows are written, and makes them anew: a tenth of the time."""
    tables = {"tables": [f"gateway_view.{table}" for table in TABLES]}
    found = connection.execute(sa.text(INDEXES), tables).all()
    for one in found:
        drop = f"ALTER TABLE {one.table} DROP CONSTRAINT {one.key}" if one.key else f"DROP INDEX {one.name}"
        connection.exec_driver_sql(drop)
    yield
    connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '1GB'")
    for one in found:
        connection.exec_driver_sql(one.made)
        if one.key:
            name = str(one.name).rpartition(".")[2]
            connection.exec_driver_sql(
                f"ALTER TABLE {one.table} ADD CONSTRAINT {one.key} PRIMARY KEY USING INDEX {name}"
            )


@dataclass(frozen=True)
class Place:
    """The county that is filled, and its tenants; the office's code is ``OFFICE``."""

    county: str = COUNTY
    towns: tuple[str, ...] = tuple(f"town{number}" for number in range(16))
    bodies: tuple[str, ...] = tuple(f"body{number}" for number in range(24))


def seed_cases(
    admin: sa.Engine, clock: Clock, *, a_year: int, last: date, place: Place = Place(), thin: int = 1
) -> None:
    """``a_year`` cases in each of the three years up to ``last``, each with six clocks made from ``clock``.

    ``thin``: of those that are closed only every so many-eth has anything but its row: for lists of cases that do not
    look into them.
    """
    petition, people, parts, supervision = _one_case(clock)
    values = {
        **{"county": place.county, "towns": list(place.towns), "bodies": list(place.bodies), "office": OFFICE},
        **{"last": last, "count": a_year * YEARS, "days": 365 * YEARS, "thin": thin},
    }
    with admin.begin() as connection, without_indexes(connection):
        for table in TABLES:
            connection.execute(sa.text(f"DELETE FROM gateway_view.{table} WHERE county_id = :county"), values)
        connection.execute(sa.text("DROP TABLE IF EXISTS seeded, detailed"))
        connection.execute(sa.text(CASES), values)
        connection.execute(sa.text(DETAILED), values)
        for statement, state in (
            (PETITIONS, petition["state"]),
            (PEOPLE, people),
            (CLOCKS, builtins(clock)),
            (SUPERVISIONS, builtins(supervision)),
        ):
            connection.execute(sa.text(statement), {**values, "state": _text(state)})
        for statement, part in zip((REFERRALS, CLOSURES, RATINGS, EXTENSIONS), parts, strict=True):
            given = {**values, "state": _text(builtins(part)), "type": part.fact_type}
            connection.execute(sa.text(statement), given)
        connection.execute(sa.text("DROP TABLE seeded, detailed"))
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM (ANALYZE)")
        connection.exec_driver_sql("CHECKPOINT")


def _text(state: Any) -> str:
    return msgspec.json.encode(state).decode()


def _one_case(clock: Clock) -> tuple[dict[str, Any], Any, tuple[Referral, Closure, Rating, Extension], Supervision]:
    """A case as facts would have made it; the seeds change its days, its parties and its kind."""
    day, at = legal_day(now()) - timedelta(days=1), now()
    person = MaskedPetitioner(
        id=new_id(), name="张*", identity_number=None, phone="#", address="某镇某村", representative=True
    )
    petition = msgspec.structs.replace(one_petition(), body=BODY, petitioners=[person])
    key: dict[str, Any] = {"id": new_id(), "petition_id": petition.id}
    referral = Referral(
        **key,
        petition_number="S-1",
        registered_by=OFFICE,
        kind=ReferralKind.TRANSFER,
        role=ReferralRole.LEAD,
        from_tenant=OFFICE,
        to_tenant="body",
        state=ReferralState.ANSWERED,
        sent_at=at,
        sent_on=day,
        due_on=day,
        note="请依法处理",
        answer=Answer(outcome=Outcome.SUPPORTED, opinion=BODY, answered_on=day),
        delivery=Delivery(mode=DeliveryMode.IN_PERSON, on=day, signed=True),
    )
    closure = Closure(petition_id=petition.id, closed_on=day, closed_by="body")
    rating = Rating(
        **key, side=RatingSide.BODY, value=RatingValue.SATISFIED, reason=None, rated_on=day, recorded_by=OFFICE
    )
    extension = Extension(
        **key,
        clock_id=clock.id,
        tenant="body",
        days=30,
        reason=BODY,
        state=ExtensionState.APPROVED,
        requested_on=day,
        requested_by=SOMEBODY,
    )
    steps = (SupervisionStep.OPENED, SupervisionStep.YELLOW_CARD, SupervisionStep.ANSWERED)
    supervision = Supervision(
        **key,
        petition_number="S-1",
        clock_id=None,
        obligation=None,
        reason=SupervisionReason.SHIRKING,
        opened_by=OFFICE,
        addressee="body",
        state=SupervisionState.CLOSED,
        opened_on=day,
        answer_by=day,
        answered_on=day,
        ended_on=day,
        first_receiver=OFFICE,
        case_owner=None,
        entries=[SupervisionEntry(step=step, at=at, on=day, by=SOMEBODY, text=BODY) for step in steps],
    )
    return petition_row(petition), builtins(person), (referral, closure, rating, extension), supervision
