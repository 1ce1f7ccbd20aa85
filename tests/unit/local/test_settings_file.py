"""The settings file of an instance: complete, private, and kept."""

import tomllib
from pathlib import Path

import msgspec
import pytest

from deploy.local import config
from deploy.local.errors import LocalError
from deploy.local.instance import Instance, settle
from services.common.settings import Settings, SettingsError

NOT_GIVEN = {"oidc_file"}
"""Empty until somebody fills them."""
KEYS = {name for name in Settings.__struct_fields__ if not name.startswith("s3_")}
"""Without those of an object store, which only a person can know."""


@pytest.fixture
def place(tmp_path: Path) -> Instance:
    return settle(tmp_path / "run", environ={})


def test_every_key_of_the_settings_is_filled(place: Instance) -> None:
    settings = config.ensure(place, environ={})
    written = tomllib.loads(place.config.read_text("utf-8"))
    assert set(written) == KEYS
    assert {name for name in KEYS if getattr(settings, name) in ("", None)} == NOT_GIVEN


def test_only_the_owner_may_read_it(place: Instance) -> None:
    config.ensure(place, environ={})
    assert place.config.stat().st_mode & 0o777 == 0o600


def test_a_later_run_keeps_secrets_ports_and_what_people_changed(place: Instance) -> None:
    first = config.ensure(place, environ={})
    edited = place.config.read_text("utf-8").replace("token_minutes = 15", "token_minutes = 60  # 一小时")
    place.config.write_text(edited, "utf-8")
    again = config.ensure(settle(place.folder, environ={}), environ={})
    assert again == msgspec.structs.replace(first, token_minutes=60)
    assert "# 一小时" in place.config.read_text("utf-8")


def test_secrets_differ_between_instances_and_parts(tmp_path: Path) -> None:
    one, two = (config.ensure(settle(tmp_path / name, environ={}), environ={}) for name in ("one", "two"))
    secrets = [getattr(settings, name) for settings in (one, two) for name in KEYS if name.endswith(("_key", "_url"))]
    assert len(set(secrets)) == len(secrets)


def test_each_part_reaches_the_same_database_as_its_own_role(place: Instance) -> None:
    settings = config.ensure(place, environ={})
    assert place.database is not None
    for part in config.DATABASE_PARTS:
        url = getattr(settings, f"{part}_database_url")
        assert url.startswith(f"postgresql://xq_{part}:")
        assert url.endswith(f"@127.0.0.1:{place.database.port}/xinqiao")


def test_port_changes_the_gateways_port_and_is_remembered(place: Instance) -> None:
    assert config.ensure(place, environ={}).port == 8000
    assert config.ensure(place, environ={"PORT": "8123"}).port == 8123
    assert config.ensure(place, environ={}).port == 8123


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1", "８０００"])
def test_a_port_that_is_none_is_refused_by_name(place: Instance, port: str) -> None:
    with pytest.raises(LocalError, match="PORT"):
        config.ensure(place, environ={"PORT": port})


def test_a_misspelt_key_is_refused_by_name(place: Instance) -> None:
    config.ensure(place, environ={})
    place.config.write_text(place.config.read_text("utf-8") + "amqp_ulr = 'amqp://x'\n", "utf-8")
    with pytest.raises(SettingsError, match=r"amqp_ulr.*amqp_url"):
        config.ensure(place, environ={})


def test_named_servers_replace_private_ones_and_are_remembered(place: Instance) -> None:
    named = {
        "AMQP_URI": "amqp://me:p%40ss@broker:5672/xq",
        "AMQP_ADMIN_URI": "http://me:p%40ss@broker:15672",
        "DATABASE_URL": "postgresql+psycopg://boss:pw@db:5432/county?sslmode=require",
    }
    outside = settle(place.folder, environ=named)
    assert (outside.broker, outside.database) == (None, None)
    settings = config.ensure(outside, environ=named)
    assert settings.amqp_url == named["AMQP_URI"]
    assert settings.amqp_admin_url == named["AMQP_ADMIN_URI"]
    assert settings.admin_database_url == "postgresql://boss:pw@db:5432/county?sslmode=require"
    assert settings.intake_database_url.endswith("@db:5432/county?sslmode=require")
    later = settle(place.folder, environ={})
    assert config.ensure(later, environ={}) == settings


def test_a_named_broker_needs_its_management_address(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="AMQP_ADMIN_URI"):
        settle(tmp_path / "run", environ={"AMQP_URI": "amqp://broker/"})


def test_a_key_is_replaced_on_its_line_or_added_at_the_end() -> None:
    text = "# 说明\nport = 8000\nhost = 'x'\n"
    assert config.with_key(text, "port", 9) == "# 说明\nport = 9\nhost = 'x'\n"
    assert config.with_key(text, "graphiql", True).endswith("host = 'x'\ngraphiql = true\n")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", [True, True, True]),
        ("host = '0.0.0.0'", [False, False, False]),
        ("graphiql = false", [False, False, False]),
        ("host = '0.0.0.0'\nintrospection = true", [False, True, False]),
    ],
)
def test_what_helps_builders_of_consoles_is_on_where_only_this_machine_reaches_it(
    place: Instance, written: str, expected: list[bool]
) -> None:
    place.config.write_text(f"{written}\n", "utf-8")
    settings = config.ensure(place, environ={})
    assert [settings.graphiql, settings.introspection, settings.query_suggestions] == expected
