"""The command line of the ledger: what is asked wrongly is refused before a database is looked for."""

import pytest

from deploy.operator import cli

GOOD = "12:0123456789abcdef"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["verify", "--kept", GOOD], "--kept 须与 --county 同时使用"),
        (["verify", "--county", "611021", "--kept", "12"], "“12”不是“序号:校验值”"),
        (["verify", "--county", "611021", "--kept", "12:xyz"], "“12:xyz”不是“序号:校验值”"),
        (["show"], "请给出 --petition、--fact 或 --subject 其中之一"),
        (["show", "--petition", "a", "--fact", "b"], "请给出 --petition、--fact 或 --subject 其中之一"),
    ],
)
def test_what_is_asked_wrongly_is_said(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XINQIAO_CONFIG", "/nowhere/xinqiao.toml")
    assert cli.run(["ledger", *arguments]) != 0
    assert said in capsys.readouterr().err


def test_without_the_key_nothing_is_verified(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XINQIAO_CONFIG", "/nowhere/xinqiao.toml")
    monkeypatch.setenv("XINQIAO_RELAY_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/x")
    assert cli.run(["ledger", "verify"]) == 1
    assert "缺少配置项 ledger_key" in capsys.readouterr().err
    monkeypatch.setenv("XINQIAO_LEDGER_KEY", "0" * 64)
    assert cli.run(["ledger", "verify"]) == 1
    assert "连不上数据库，请确认平台正在运行" in capsys.readouterr().err
