"""Upgrading: of an accusation that was registered before, its holder knows the author no longer."""

import importlib
import json
from collections.abc import Iterator

import psycopg
import pytest

from tests.harness.instance import TestInstance

ITEMS = {"accusation": "ACCUSATION", "appeal": "APPEAL"}
AS_IT_WAS = ["office", "holder"]


@pytest.fixture
def admin(instance: TestInstance) -> Iterator[psycopg.Connection]:
    with psycopg.connect(instance.settings.admin_database_url) as connection:
        yield connection
        connection.rollback()


def test_the_vault_takes_the_author_of_an_accusation_back_from_its_holder(admin: psycopg.Connection) -> None:
    for id, nature in ITEMS.items():
        state = json.dumps({"nature": nature, "registered_by": "office"})
        admin.execute(
            "INSERT INTO intake.aggregate (county_id, type, id, version, visible_to, state)"
            " VALUES ('000000', 'intake.petition.v1', %s, 1, '{office}', %s)",
            (id, state),
        )
        admin.execute(
            "INSERT INTO intake.petitioner (county_id, id, petition_id, visible_to, confidential, name)"
            " VALUES ('000000', %s, %s, %s, false, '')",
            (id, id, AS_IT_WAS),
        )
    admin.execute(importlib.import_module("services.intake.migrations.0003_people").HIDE_ACCUSERS)
    rows = admin.execute("SELECT id, visible_to, confidential FROM intake.petitioner WHERE county_id = '000000'")
    assert {row[0]: row[1:] for row in rows} == {"accusation": (["office"], True), "appeal": (AS_IT_WAS, False)}


def test_the_view_takes_the_author_of_an_accusation_back_from_its_holder(admin: psycopg.Connection) -> None:
    for id, nature in ITEMS.items():
        admin.execute(
            "INSERT INTO gateway_view.petition (county_id, id, version, number, visible_to, status, registered_by,"
            " registered_at, received_on, channel, nature, urgency, title, state)"
            " VALUES ('000000', %s, 1, %s, %s, 'REFERRED', 'office', now(), now(), 'LETTER', %s, 'NORMAL', '', '{}')",
            (id, id, AS_IT_WAS, nature),
        )
        for kind in ("petitioners", "query_code"):
            admin.execute(
                "INSERT INTO gateway_view.private (county_id, petition_id, kind, visible_to, data)"
                " VALUES ('000000', %s, %s, %s, '[]')",
                (id, kind, AS_IT_WAS),
            )
    admin.execute(importlib.import_module("gateway.migrations.0009_letters").HIDE_ACCUSERS)
    rows = admin.execute("SELECT petition_id, kind, visible_to FROM gateway_view.private WHERE county_id = '000000'")
    assert {(row[0], row[1]): row[2] for row in rows} == {
        ("accusation", "petitioners"): ["office"],
        ("accusation", "query_code"): AS_IT_WAS,
        ("appeal", "petitioners"): AS_IT_WAS,
        ("appeal", "query_code"): AS_IT_WAS,
    }
