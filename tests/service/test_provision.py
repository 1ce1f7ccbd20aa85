"""Provisioning on the running platform: what a profile says is what is there, and saying it again changes nothing."""

import asyncio
import json
import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from amqp.basic_message import Message
from amqp.exceptions import AccessRefused, PreconditionFailed
from click.testing import CliRunner
from kombu import Connection

from deploy.operator import provision
from deploy.operator.broker_accounts import with_credentials
from deploy.operator.logins import SlugTaken
from deploy.operator.management import BrokerError, Management
from deploy.operator.profile import ProfileError
from gateway import identity
from gateway.database import connect
from services.common.database import Database
from services.common.ids import new_id
from services.contracts.actor import system_actor
from services.contracts.bureau import REFUSED_EVENT, BureauRefusal
from services.contracts.directory import Organisation
from services.contracts.topology import BUREAU, BUREAU_REPLY, FACTS, RPC, VIEW_QUEUE, bureau_queue
from tests.harness.platform import COUNTIES, Platform
from tests.harness.waiting import eventually

NUMBERS = count(991_000)
"""A county of its own for every test: what others do on the same platform is not seen here."""


class County:
    """A small county in a folder of its own, made from the shipped example."""

    def __init__(self, *, platform: Platform, folder: Path) -> None:
        self.platform = platform
        self.code = str(next(NUMBERS))
        self.slug = f"test{self.code}"
        self.folder = Path(shutil.copytree(COUNTIES / "yanshi2", folder / self.slug))
        self.logins_file = folder / "out" / "logins.json"
        for path in self.folder.iterdir():
            path.write_text(path.read_text("utf-8").replace("990001", self.code).replace("yanshi2", self.slug), "utf-8")

    def provision(self, *, logins_file: Path | None = None) -> list[str]:
        return provision.run(
            settings=self.platform.settings, profile=self.folder, logins_file=logins_file or self.logins_file
        )

    def provision_without_file(self) -> list[str]:
        return provision.run(settings=self.platform.settings, profile=self.folder, logins_file=None)

    def change(self, file: str, old: str, new: str) -> None:
        text = (self.folder / file).read_text("utf-8")
        assert old in text
        (self.folder / file).write_text(text.replace(old, new), "utf-8")

    def drop(self, tenant: str) -> None:
        """Takes a bureau out of every file."""
        path = self.folder / "directory.toml"
        head, *tables = path.read_text("utf-8").split("[[organisations]]\n")
        kept_tables = [table for table in tables if not table.startswith(f'code = "{tenant}"')]
        path.write_text("[[organisations]]\n".join([head, *kept_tables]), "utf-8")
        for file in ("tenants.csv", "users.csv", "leaders.csv"):
            lines = (self.folder / file).read_text("utf-8").splitlines()
            kept = [line for line in lines if not line.startswith((f"{tenant},", f"{tenant}."))]
            assert len(kept) < len(lines)
            (self.folder / file).write_text("\n".join(kept) + "\n", "utf-8")

    def listed(self, file: str, username: str) -> dict[str, Any]:
        entries = json.loads(self.logins_file.with_name(file).read_text("utf-8"))
        (found,) = [entry for entry in entries if entry["username"] == username]
        return dict(found)

    def password(self, user: str) -> str:
        return str(self.listed("logins.json", f"{user}@{self.slug}")["password"])

    def may_log_in(self, user: str, password: str) -> bool:
        answer = httpx.post(
            f"{self.platform.url}/auth/token",
            json={"username": f"{user}@{self.slug}", "password": password},
            timeout=30,
            trust_env=False,
        )
        assert answer.status_code in (200, 401)
        return answer.status_code == 200

    def users_in_store(self) -> set[str]:
        async def read() -> set[str]:
            engine = connect(self.platform.settings.gateway_database_url)
            try:
                return await identity.usernames_with_password(engine, county_code=self.code)
            finally:
                await engine.dispose()

        return asyncio.run(read())

    def directory(self) -> dict[str, Organisation]:
        database = Database(service="routing", url=self.platform.settings.routing_database_url)
        try:
            with database.begin(system_actor(self.code, "routing"), trace="test") as tx:
                return {row.state.code: row.state for row in tx.all(Organisation)}
        finally:
            database.engine.dispose()

    def broker_accounts(self) -> set[str]:
        names = Management(self.platform.settings.amqp_admin_url).user_names()
        return {name for name in names if name.startswith(bureau_queue(self.code, ""))}

    def account(self, tenant: str) -> dict[str, Any]:
        return self.listed("bureaus.json", bureau_queue(self.code, tenant))


@pytest.fixture
def county(platform: Platform, tmp_path: Path) -> County:
    return County(platform=platform, folder=tmp_path)


def connects(url: str) -> bool:
    try:
        with Connection(url) as connection:
            connection.connect()
    except AccessRefused:
        return False
    return True


def test_a_new_county_is_told_line_by_line_and_the_second_run_changes_nothing(county: County) -> None:
    lines = county.provision()
    assert lines[:2] == [
        "新增单位：演示二县信访局（xfj）",
        f"新增单位：演示二县东河镇人民政府（{county.code}101）",
    ]
    assert "新增值班接访：信访局（人员 15 人，规则 4 条）" in lines
    assert f"新增用户 xfj.clerk@{county.slug}（县信访局窗口经办人）" in lines
    assert f"新增部门接口账号：纪委监委（{bureau_queue(county.code, 'jw')}）" in lines
    assert "新增登记设置：2 个单位" in lines
    assert len(lines) == 5 + 5 + 17 + 2 + 1
    files = {name: county.logins_file.with_name(name) for name in ("logins.json", "bureaus.json")}
    before = {name: file.read_bytes() for name, file in files.items()}
    assert county.provision() == []
    assert {name: file.read_bytes() for name, file in files.items()} == before


def test_every_listed_user_can_log_in_and_sees_who_he_is(county: County) -> None:
    county.provision()
    listed = county.listed("logins.json", f"jw.clerk@{county.slug}")
    assert {key: value for key, value in listed.items() if key != "password"} == {
        "county": county.slug,
        "username": f"jw.clerk@{county.slug}",
        "tenant": "jw",
        "kind": "BUREAU",
        "role": "CLERK;ACCUSATIONS",
        "label": "纪委监委信访经办人",
    }
    client = county.platform.client(listed["username"], listed["password"])
    me = county.platform.gql(client, "{ me { tenant { code kind } roles } }")["me"]
    assert me["tenant"] == {"code": "jw", "kind": "BUREAU"}
    assert set(me["roles"]) == {"CLERK", "ACCUSATIONS"}
    assert not county.may_log_in("jw.clerk", "wrong")


def test_files_with_passwords_are_read_by_their_owner_alone(county: County) -> None:
    county.provision()
    for name in ("logins.json", "bureaus.json"):
        assert county.logins_file.with_name(name).stat().st_mode & 0o777 == 0o600


def test_two_counties_share_the_files_and_keep_their_own_entries(county: County, tmp_path: Path) -> None:
    other = County(platform=county.platform, folder=tmp_path)
    county.provision()
    first = county.logins_file.read_bytes()
    other.provision(logins_file=county.logins_file)
    county.provision()
    entries = json.loads(county.logins_file.read_text("utf-8"))
    assert [entry for entry in json.loads(first) if entry not in entries] == []
    assert {entry["county"] for entry in entries} == {county.slug, other.slug}
    assert len(entries) == 34
    bureaus = json.loads(county.logins_file.with_name("bureaus.json").read_text("utf-8"))
    assert sorted(entry["county"] for entry in bureaus) == sorted([county.slug, county.slug, other.slug, other.slug])


def test_what_changed_is_said_and_what_is_gone_is_closed(county: County) -> None:
    county.provision()
    account, password = county.account("jw"), county.password("jw.clerk")
    county.change("tenants.csv", "东河镇,", "东河新镇,")
    county.change("leaders.csv", f"{county.code}102,bing,演示二·西岭丙", f"{county.code}102,bing,演示二·西岭丁")
    county.change("users.csv", "县信访局办信经办人", "县信访局网信经办人")
    county.drop("jw")
    assert county.provision() == [
        f"变更单位：演示二县东河镇人民政府（{county.code}101）",
        "停用单位：中共演示二县纪律检查委员会、演示二县监察委员会（jw）",
        # The name of the township stands in its rules, as the place.
        "变更值班接访：东河新镇（人员 5 人，规则 3 条）",
        "变更值班接访：西岭镇（人员 5 人，规则 3 条）",
        "停用值班接访：jw（人员 0 人，规则 0 条）",
        f"变更用户 xfj.clerk2@{county.slug}（县信访局网信经办人）",
        f"停用用户 jw.clerk@{county.slug}",
        f"停用用户 jw.head@{county.slug}",
        f"停用部门接口账号：{bureau_queue(county.code, 'jw')}",
    ]
    assert not county.directory()["jw"].active
    assert county.directory()[f"{county.code}101"].short_name == "东河新镇"
    assert not county.may_log_in("jw.clerk", password)
    assert not connects(account["amqp_url"])
    assert county.provision() == []


def test_the_countys_own_limits_are_loaded_changed_and_taken_back(county: County) -> None:
    county.provision()
    limits = county.folder / "limits.toml"
    limits.write_text('adopt = ["urgent-report"]\n', "utf-8")
    assert county.provision() == ["新增期限规定：《紧急报告制度》"]
    assert county.provision() == []
    limits.write_text('adopt = ["urgent-report", "answer-delivery"]\n', "utf-8")
    assert county.provision() == ["变更期限规定：《紧急报告制度》、《接待群众来访制度》"]
    limits.unlink()
    (county.folder / "intake.toml").unlink()
    assert county.provision() == ["变更期限规定：没有内部规定，按法规办理", "变更登记设置：0 个单位"]
    assert county.provision() == []


BROKEN = {
    "a wrong reference": ("users.csv", "zrzy.head,zrzy", "zrzy.head,nobody"),
    "a repeated code": ("tenants.csv", "jw,BUREAU", "zrzy,BUREAU"),
    "a missing column": ("leaders.csv", "tenant,id", "unit,id"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_bad_profile_changes_nothing_at_all(county: County, what: str) -> None:
    county.change(*BROKEN[what])
    with pytest.raises(ProfileError, match="未作任何更改"):
        county.provision()
    assert county.directory() == {}
    assert county.users_in_store() == set()
    assert county.broker_accounts() == set()
    assert not county.logins_file.exists()


def test_the_login_ending_of_another_county_is_refused_before_anything_changes(county: County, tmp_path: Path) -> None:
    other = County(platform=county.platform, folder=tmp_path)
    county.provision()
    before = county.logins_file.read_bytes()
    other.change("county.toml", other.slug, county.slug)
    with pytest.raises(SlugTaken, match=f"slug“{county.slug}”已被 演示二县（{county.code}）使用"):
        other.provision(logins_file=county.logins_file)
    assert other.directory() == {}
    assert other.broker_accounts() == set()
    assert county.logins_file.read_bytes() == before


def test_lost_password_files_set_no_users_password_anew_and_the_bureaus_get_new_ones(county: County) -> None:
    county.provision()
    old, account = county.password("xfj.clerk"), county.account("jw")
    for name in ("logins.json", "bureaus.json"):
        county.logins_file.with_name(name).unlink()
    lines = county.provision()
    assert f"变更部门接口账号：纪委监委（{account['username']}）换了新密码" in lines
    assert len(lines) == 1 + 2
    assert "17 个用户已有密码而 logins.json 中没有，密码未变" in lines[0]
    assert county.may_log_in("xfj.clerk", old)
    assert json.loads(county.logins_file.read_text("utf-8")) == []
    assert not connects(account["amqp_url"])
    assert connects(county.account("jw")["amqp_url"])


def test_without_a_file_nobody_gets_a_password_until_there_is_one(county: County) -> None:
    assert len(county.provision_without_file()) == 30
    assert county.provision_without_file() == []
    assert county.users_in_store() == set()
    name = bureau_queue(county.code, "jw")
    assert county.broker_accounts() == {name, bureau_queue(county.code, "zrzy")}
    assert not connects(with_credentials(county.platform.settings.amqp_url, username=name, password=""))
    county.provision()
    assert county.may_log_in("xfj.clerk", county.password("xfj.clerk"))
    assert connects(county.account("jw")["amqp_url"])


def test_a_removed_broker_account_comes_back_with_the_listed_password(county: County) -> None:
    county.provision()
    account = county.account("jw")
    Management(county.platform.settings.amqp_admin_url).delete_user(account["username"])
    assert not connects(account["amqp_url"])
    assert county.provision() == [f"新增部门接口账号：纪委监委（{account['username']}）"]
    assert county.account("jw") == account
    assert connects(account["amqp_url"])


@pytest.fixture(scope="module")
def bureaus(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> County:
    county = County(platform=platform, folder=tmp_path_factory.mktemp("bureaus"))
    county.provision()
    return county


def test_a_bureau_answers_and_reads_what_comes_back_in_its_queue(bureaus: County) -> None:
    account, reply_id = bureaus.account("jw"), new_id()
    with Connection(account["amqp_url"], transport_options={"confirm_publish": True}) as connection:
        headers = {"cloudEvents:id": reply_id, "cloudEvents:type": "cn.xinqiao.bureau.receive.v1"}
        connection.Producer().publish(
            {"referral_id": new_id()},
            exchange=BUREAU_REPLY,
            routing_key=account["username"],
            user_id=account["username"],
            headers=headers,
        )
        message = eventually(lambda: connection.default_channel.basic_get(account["queue"], no_ack=True))
    assert message.headers["cloudEvents:type"] == REFUSED_EVENT
    refusal = msgspec.json.decode(message.body, type=BureauRefusal)
    assert (refusal.in_reply_to, refusal.code) == (reply_id, "NOT_FOUND")


REFUSED: dict[str, Callable[[Any, County], object]] = {
    "reading another bureau's queue": lambda ch, c: ch.basic_get(bureau_queue(c.code, "zrzy")),
    "reading a service's queue": lambda ch, c: ch.basic_get(VIEW_QUEUE),
    "publishing facts": lambda ch, c: publish(ch, FACTS, "x"),
    "calling a service": lambda ch, c: publish(ch, RPC, "intake.register_petition"),
    "writing to a bureau": lambda ch, c: publish(ch, BUREAU, bureau_queue(c.code, "zrzy")),
    "writing past the exchanges": lambda ch, c: publish(ch, "", bureau_queue(c.code, "zrzy")),
    "making a queue": lambda ch, c: ch.queue_declare("mine"),
    "deleting its own queue": lambda ch, c: ch.queue_delete(bureau_queue(c.code, "jw")),
    "binding its queue to the facts": lambda ch, c: ch.queue_bind(bureau_queue(c.code, "jw"), FACTS, "#"),
}


def publish(channel: Any, exchange: str, routing_key: str, **properties: str) -> None:
    """Publishes and waits for the broker's confirm, or for its refusal."""
    channel.basic_publish_confirm(Message(b"{}", **properties), exchange, routing_key)


@pytest.mark.parametrize("what", REFUSED)
def test_a_bureau_account_can_do_nothing_else(bureaus: County, what: str) -> None:
    with (
        Connection(bureaus.account("jw")["amqp_url"], transport_options={"confirm_publish": True}) as connection,
        pytest.raises(AccessRefused, match="ACCESS_REFUSED"),
    ):
        REFUSED[what](connection.default_channel, bureaus)


def test_a_bureau_cannot_speak_under_anothers_name(bureaus: County) -> None:
    other = bureau_queue(bureaus.code, "zrzy")
    with (
        Connection(bureaus.account("jw")["amqp_url"], transport_options={"confirm_publish": True}) as connection,
        pytest.raises(PreconditionFailed, match="user_id"),
    ):
        publish(connection.default_channel, BUREAU_REPLY, "x", user_id=other)


def test_a_wrong_administrator_is_said_before_anything_changes(county: County) -> None:
    wrong = with_credentials(county.platform.settings.amqp_admin_url, username="nobody", password="x")
    settings = msgspec.structs.replace(county.platform.settings, amqp_admin_url=wrong)
    with pytest.raises(BrokerError, match="请检查配置项 amqp_admin_url 中的用户名和密码"):
        provision.run(settings=settings, profile=county.folder, logins_file=county.logins_file)
    assert county.directory() == {}
    assert not county.logins_file.exists()


def test_the_command_prints_the_changes_and_then_that_there_are_none(county: County) -> None:
    environ = {"XINQIAO_CONFIG": str(county.platform.instance.place.config)}
    arguments = [str(county.folder), "--logins", str(county.logins_file)]
    first = CliRunner().invoke(provision.command, arguments, env=environ)
    assert first.exit_code == 0, first.output
    assert "新增单位：演示二县信访局（xfj）" in first.output.splitlines()
    second = CliRunner().invoke(provision.command, arguments, env=environ)
    assert second.output == "没有变化\n"
