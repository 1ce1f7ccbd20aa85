from pathlib import Path

import pytest

from services.common.settings import SettingsError, load


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    file = tmp_path / "xinqiao.toml"
    file.write_text('port = 8100\nhost = "127.0.0.2"\n', "utf-8")
    config = load(environ={"XINQIAO_CONFIG": str(file), "XINQIAO_PORT": "8200"})
    assert (config.port, config.host) == (8200, "127.0.0.2")


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("prot = 8000", "是否应为 port"),
        ('port = "many"', "port"),
        ("port = 99999", "port"),
        ('vault_key = "abc"', "vault_key"),
        ("port = = 1", "TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_the_key_that_is_wrong(tmp_path: Path, content: str, named: str) -> None:
    file = tmp_path / "xinqiao.toml"
    file.write_text(content, "utf-8")
    with pytest.raises(SettingsError, match=named):
        load(environ={"XINQIAO_CONFIG": str(file)})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("XINQIAO_PROT", "1", "是否应为 port"),
        ("XINQIAO_PORT", "x", "XINQIAO_PORT"),
        ("XINQIAO_PORT", "0", "XINQIAO_PORT"),
    ],
)
def test_a_wrong_variable_is_refused_by_its_name(tmp_path: Path, name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load(environ={"XINQIAO_CONFIG": str(tmp_path / "none.toml"), name: value})


def test_a_missing_key_is_named_with_both_ways_to_give_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"amqp_url.*XINQIAO_AMQP_URL"):
        load("amqp_url", environ={"XINQIAO_CONFIG": str(tmp_path / "none.toml")})


def test_a_list_is_read_from_the_environment(tmp_path: Path) -> None:
    environ = {"XINQIAO_CONFIG": str(tmp_path / "none.toml"), "XINQIAO_RETRY_DELAYS_SECONDS": "[1, 2]"}
    assert load(environ=environ).retry_delays_seconds == (1, 2)
