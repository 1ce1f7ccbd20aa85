"""SIGTERM in the middle of work: the command is finished, answered and acknowledged, runs once; its spans are sent."""

import secrets
import threading

import psycopg

from services.common import tracing
from services.contracts.fact import Reply
from services.contracts.topology import command_queue
from tests.floor.speaking import actor, call, register
from tests.harness.broker import waiting
from tests.harness.platform import Platform


def test_a_command_in_hand_is_finished_answered_and_acknowledged(platform: Platform) -> None:
    settings = platform.settings
    call(settings, actor(user="drain"), register())
    replies: list[Reply] = []
    trace = secrets.token_hex(16)

    def ask() -> None:
        with tracing.span("caller", headers={"traceparent": f"00-{trace}-{'a' * 16}-01"}):
            replies.append(call(settings, actor(user="drain"), register(title="排水测试")))

    with psycopg.connect(settings.admin_database_url) as blocker:
        # The clerk's next registration waits for the counter.
        blocker.execute("SELECT value FROM intake.counter WHERE county_id = '611021' AND tenant = 'xfj' FOR UPDATE")
        caller = threading.Thread(target=ask)
        caller.start()
        platform.eventually(lambda: _waits_for_lock(settings.admin_database_url))
        stopper = threading.Thread(target=lambda: platform.stop("intake"))
        stopper.start()
        stopper.join(1.0)
        assert stopper.is_alive(), "it ended with a command in hand"
        blocker.rollback()
    caller.join(20)
    stopper.join(30)
    try:
        assert not stopper.is_alive()
        assert replies
        assert replies[0].problems == []
        spans = {(span.part, span.name) for span in platform.instance.collector.of(trace)}
        assert {("intake", "intake.register_petition"), ("intake", "transaction")} <= spans
        # Acknowledged: nothing went back to the queue to be run again.
        assert waiting(settings.amqp_url, command_queue("intake")) == 0
    finally:
        platform.start("intake")
        platform.await_health()


def _waits_for_lock(url: str) -> bool:
    with psycopg.connect(url) as connection:
        query = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'xq_intake' AND wait_event_type = 'Lock'"
        row = connection.execute(query).fetchone()
        return row is not None and row[0] > 0
