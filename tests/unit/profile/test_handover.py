"""Passwords are made once, kept across runs, and lie in files that only their owner reads."""

from pathlib import Path

import pytest

from deploy.operator.broker_accounts import definitions, vhost_of, with_credentials
from deploy.operator.handover import HandoverError, Login, Password, decide_password, read_entries, write_entries

LOGIN = Login(
    county="yanshi2",
    username="xfj.clerk@yanshi2",
    password="secret",
    tenant="xfj",
    kind="COUNTY",
    role="CLERK;ACCUSATIONS",
    label="窗口",
)


@pytest.mark.parametrize("standing", [True, False])
def test_a_listed_password_is_kept_and_set_only_where_the_account_is_missing(standing: bool) -> None:
    decided = decide_password(listed="old", standing=standing, handed_over=True)
    assert decided == Password(text="old", to_set=not standing)


@pytest.mark.parametrize("standing", [True, False])
def test_an_account_that_is_not_listed_gets_a_new_password_that_is_handed_over(standing: bool) -> None:
    one = decide_password(listed=None, standing=standing, handed_over=True)
    other = decide_password(listed=None, standing=standing, handed_over=True)
    assert one.to_set
    assert one.text is not None
    assert len(one.text) >= 16
    assert one.text != other.text


@pytest.mark.parametrize("standing", [True, False])
def test_no_password_is_made_that_nobody_would_learn(standing: bool) -> None:
    assert decide_password(listed=None, standing=standing, handed_over=False) == Password(text=None, to_set=False)


def test_entries_come_back_as_they_were_written_and_are_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "logins.json"
    assert read_entries(path, Login) == []
    write_entries(path, [LOGIN])
    write_entries(path, [LOGIN, LOGIN])
    assert read_entries(path, Login) == [LOGIN, LOGIN]
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["logins.json"]
    assert "窗口" in path.read_text("utf-8")


def test_a_damaged_file_is_not_overwritten_but_said(tmp_path: Path) -> None:
    path = tmp_path / "logins.json"
    path.write_text('[{"username": ', "utf-8")
    with pytest.raises(HandoverError, match="无法读取密码文件"):
        read_entries(path, Login)


def test_a_bureau_may_read_its_own_queue_and_write_replies_and_nothing_else() -> None:
    made = definitions(["bureau.611021.jw"], hashes={}, vhost="/")
    assert made["permissions"] == [
        {
            "vhost": "/",
            "user": "bureau.611021.jw",
            "configure": "^$",
            "write": r"^bureau\.reply$",
            "read": r"^bureau\.611021\.jw$",
        }
    ]


@pytest.mark.parametrize(
    ("url", "vhost"),
    [("amqp://a:b@h:1", "/"), ("amqp://a:b@h:1/", "/"), ("amqp://a:b@h:1/%2F", "/"), ("amqp://a:b@h:1/xq", "xq")],
)
def test_the_virtual_host_is_read_from_the_url(url: str, vhost: str) -> None:
    assert vhost_of(url) == vhost


def test_a_bureau_gets_the_same_broker_under_its_own_name() -> None:
    url = with_credentials("amqps://admin:p%40ss@h:5671/xq", username="bureau.611021.jw", password="a/b@c")
    assert url == "amqps://bureau.611021.jw:a%2Fb%40c@h:5671/xq"
