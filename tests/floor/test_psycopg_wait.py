"""A slow query must stop one worker, not the process: STACK's trap of psycopg under eventlet."""

import os
import subprocess
import sys

from tests.harness.instance import TestInstance

PROGRAM = """
import os
import services.common.process  # patches, as every service process does
import eventlet, psycopg
from psycopg import waiting

assert waiting.wait is waiting.wait_selector, waiting.wait
ticks = 0

def tick():
    global ticks
    while True:
        ticks += 1
        eventlet.sleep(0.01)

eventlet.spawn(tick)
with psycopg.connect(os.environ["URL"]) as connection:
    connection.execute("SELECT pg_sleep(1)")
print(ticks)
"""


def test_other_workers_go_on_while_one_waits_for_the_database(instance: TestInstance) -> None:
    environ = {**os.environ, "URL": instance.settings.admin_database_url}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    # Blocked, the other worker would have run once before the query and not again.
    assert int(done.stdout) > 10
