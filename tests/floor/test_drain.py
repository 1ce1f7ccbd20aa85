"""SIGTERM in the middle of work: the command finishes, is answered and acknowledged, and runs once."""

import threading

import psycopg

from services.contracts.fact import Reply
from services.contracts.topology import command_queue
from tests.floor.speaking import actor, call, register
from tests.harness.broker import waiting
from tests.harness.platform import Platform


def test_a_command_in_hand_is_finished_answered_and_acknowledged(platform: Platform) -> None:
    settings = platform.settings
    call(settings, actor(user="drain"), register())
    replies: list[Reply] = []
    with psycopg.connect(settings.admin_database_url) as blocker:
        # The clerk's next registration waits for the counter.
        blocker.execute("SELECT value FROM intake.counter WHERE county_id = '611021' AND tenant = 'xfj' FOR UPDATE")
        caller = threading.Thread(
            target=lambda: replies.append(call(settings, actor(user="drain"), register(title="排水测试")))
        )
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
