"""The README's journey, executed as its reader would paste it."""

import os
import re
import subprocess

from deploy.local.instance import ROOT
from tests.harness.platform import Platform

BLOCK = re.compile(r"^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_journey_of_the_readme_works_as_written(platform: Platform) -> None:
    blocks = BLOCK.findall((ROOT / "README.md").read_text("utf-8"))
    assert len(blocks) >= 6
    environ = {**os.environ, "XQ": platform.url, "LOGINS": str(platform.logins_file), "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert '"code":' not in done.stdout.replace('"code":"xfj"', "").replace('"code":"NOT_FOUND"', ""), said
    for expected in ("已办结", "已退回", "《信访工作条例》第三十四条", "NOT_FOUND", "赵**"):
        assert expected in said, said
