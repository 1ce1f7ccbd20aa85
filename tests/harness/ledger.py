"""The ledger of a running platform, as its own command verifies it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import dict_row

from deploy.operator.ledger import verified
from services.common.ledger import Kept
from tests.harness.platform import Platform

LUONAN = "611021"
ENTRIES = "SELECT * FROM ledger.entry WHERE petition_id = %s ORDER BY county_id, seq"
TIMELINE = "SELECT fact_id FROM gateway_view.timeline WHERE petition_id = %s"


def check_ledger(platform: Platform, kept: Sequence[Kept] = ()) -> str:
    """What ``ledger verify`` says of the demonstration county; raises ``LedgerBroken``."""
    key = bytes.fromhex(platform.settings.ledger_key)
    with psycopg.connect(platform.settings.relay_database_url, row_factory=dict_row, autocommit=True) as reader:
        return verified(reader, county=LUONAN, key=key, kept=list(kept))


def entered(platform: Platform, petition_id: str, acts: set[str]) -> list[dict[str, Any]]:
    """The case's entries, once the ledger has each fact of its timeline once, these acts among them; it goes on."""

    def same() -> list[dict[str, Any]]:
        with psycopg.connect(platform.settings.admin_database_url, row_factory=dict_row) as admin:
            facts = {row["fact_id"] for row in admin.execute(TIMELINE, (petition_id,))}
            entries = admin.execute(ENTRIES, (petition_id,)).fetchall()
        found = Counter(entry["fact_id"] for entry in entries)
        assert acts <= {entry["act"] for entry in entries}
        assert facts == set(found)
        assert set(found.values()) == {1}
        return entries

    return platform.eventually(same, 60)
