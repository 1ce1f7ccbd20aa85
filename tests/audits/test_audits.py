"""GraphQL over HTTP as the standard's own working group checks it: the audits of the npm package graphql-http."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from deploy.local.instance import RUN
from deploy.local.node import NODE, install_locked
from tests.harness.platform import Platform

HERE = Path(__file__).parent
AUDITS = 61
"""Version 1.22 had 60; 1.23 adds that JSON which cannot be read is a 400 in the new media type, too."""


@pytest.fixture(scope="session")
def packages() -> Path:
    """The installed packages; the first time they come from npm's registry."""
    return install_locked(HERE, into=RUN / "npm")


def test_the_lock_names_no_registry() -> None:
    lock = json.loads((HERE / "package-lock.json").read_text("utf-8"))
    assert len(lock["packages"]) == 3
    for name, package in lock["packages"].items():
        assert "resolved" not in package, name
        assert name == "" or package["integrity"].startswith("sha512-")
    assert not re.search(r"https?://|registry", (HERE / "package-lock.json").read_text("utf-8"))


def test_every_audit_of_graphql_over_http_is_met(platform: Platform, packages: Path) -> None:
    token = platform.login("xfj", "CLERK").headers["Authorization"].removeprefix("Bearer ")
    done = subprocess.run(
        [NODE, HERE / "run.cjs", packages, f"{platform.url}/graphql"],
        env={**os.environ, "TOKEN": token},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    failed = [f"{one['id']} {one['name']}: {one['status']} {one['reason']}" for one in found if one["status"] != "ok"]
    assert failed == []
    assert len({one["id"] for one in found}) == AUDITS
