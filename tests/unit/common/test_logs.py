import json
import subprocess
import sys

PROGRAM = """
import sys
title, phone = sys.argv[1:]
from services.common import logs
logs.configure(part="intake", level="INFO")
log = logs.get("x")
with logs.context(county="611021", tenant="xfj", petition="p-1", trace="t-1"):
    log.info("petition_registered", title=title, phone=phone)
    try:
        raise ValueError(f"refused\\nDETAIL:  Failing row contains ({title}, {phone})")
    except ValueError:
        log.exception("command_failed")
"""


def test_a_line_carries_its_ids_and_no_personal_data() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "反映某某", "13800001234"], capture_output=True, text=True, check=True
    )
    first, second = map(json.loads, done.stdout.splitlines())
    assert {
        "county": "611021",
        "tenant": "xfj",
        "petition": "p-1",
        "trace": "t-1",
        "part": "intake",
    }.items() <= first.items()
    assert first["event"] == "petition_registered"
    assert "ValueError" in second["exception"]
    assert "13800001234" not in done.stdout
    assert "反映某某" not in done.stdout
