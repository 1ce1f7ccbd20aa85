import json
import subprocess
import sys

PROGRAM = """
from services.common import logs
logs.configure(part="intake", level="INFO")
log = logs.get("x")
with logs.context(county="611021", tenant="xfj", petition="p-1", trace="t-1"):
    log.info("petition_registered", title="反映某某", phone="13800001234")
    try:
        raise ValueError("refused\\nDETAIL:  Failing row contains (赵小树, 13800001234)")
    except ValueError:
        log.exception("command_failed")
"""


def test_a_line_carries_its_ids_and_no_personal_data() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
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
