"""What an operator does about the bureaus' own systems: passwords, what lies unread, what was lost or refused."""

import json
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from kombu import Connection

from deploy.local import postgres
from deploy.local.instance import ROOT
from deploy.local.rabbitmq import call_management
from deploy.operator import provision, status
from deploy.operator.bureau_queues import BureauQueue, bureau_queues
from deploy.operator.dead import broker, letters, replay, treat
from services.common import clock
from services.contracts.bureau import REFERRAL_EVENT
from services.contracts.topology import BUREAU, bureau_queue
from tests.harness.platform import COUNTIES, Platform
from tests.harness.waiting import eventually
from tests.journey.bureau_system import Bureau, account_of
from tests.journey.story import Walker, done, letter

COUNTY = "611021"
SILENT = "gxs"
"""A bureau whose system never connects in these tests."""


@pytest.fixture(scope="module")
def office(platform: Platform) -> Walker:
    return Walker(platform, platform.login("xfj", "CLERK"))


@pytest.fixture
def bureau(platform: Platform, tmp_path: Path) -> Iterator[Bureau]:
    bureau = Bureau(account_of(platform, "lyj"), tmp_path)
    yield bureau
    bureau.close()


def refer(office: Walker, to: str) -> str:
    petition = done(office.register(letter()))["petition"]["id"]
    given = {"petitionId": petition, "kind": "TRANSFER", "to": [{"tenant": to, "role": "LEAD"}], "note": "请阅处"}
    referral: str = done(office.act("referPetition", "ReferPetitionInput", given))["referral"]["id"]
    return referral


def operate(platform: Platform, *arguments: str, code: int = 0) -> str:
    """What ``./xinqiao bureau`` says."""
    process = subprocess.run(
        [sys.executable, "-m", "deploy.operator", "bureau", *arguments],
        cwd=ROOT,
        env=platform.instance.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    assert process.returncode == code, process.stdout
    return str(process.stdout)


def queue_of(platform: Platform, tenant: str) -> BureauQueue:
    found = bureau_queues(platform.settings, county=COUNTY)
    return next(one for one in found if one.tenant == tenant)


def test_what_a_bureau_never_reads_stays_and_is_told_with_its_age(
    platform: Platform, office: Walker, capsys: pytest.CaptureFixture[str]
) -> None:
    name = bureau_queue(COUNTY, SILENT)
    empty(platform, name)
    before = clock.now()
    sent = [refer(office, SILENT) for _ in range(3)]

    def counted() -> BureauQueue | None:
        queue = queue_of(platform, SILENT)
        return queue if queue.messages >= len(sent) else None

    queue = eventually(counted)  # the broker counts every few seconds
    assert (queue.account, queue.consumers) == (name, 0)
    assert queue.oldest is not None
    assert before <= queue.oldest <= clock.now()
    assert f"{name}  未读 {queue.messages} 条，最早的已等 0 分钟  没有连接" in operate(platform, "list", "luonan")
    status.say_unread(platform.settings)
    assert "个单位有未读消息且没有业务系统连接" in capsys.readouterr().out
    # Looking took nothing away, and the order stands.
    assert [one["referral_id"] for one in states_in(platform, name, 3)] == sent


def test_a_new_password_ends_what_the_old_one_opened(platform: Platform, bureau: Bureau, office: Walker) -> None:
    first = refer(office, "lyj")
    bureau.await_state(first, "SENT")
    file = platform.logins_file.with_name("bureaus.json")
    others = [one for one in json.loads(file.read_text("utf-8")) if one["username"] != bureau.account]
    said = operate(platform, "rotate", "luonan", "lyj", "--file", str(file))
    assert f"已更换 {bureau.account} 的密码" in said

    fresh = account_of(platform, "lyj")
    assert fresh["password"] != bureau.password
    assert fresh["password"] not in said
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    listed = json.loads(file.read_text("utf-8"))
    assert [one for one in listed if one["username"] != bureau.account] == others
    # The system that listens was cut off, is not let in again, and says why.
    assert bureau.ended(1)
    assert "登录被拒绝" in bureau.command("receive", first, code=1)
    assert "没有接口账号 bureau.611021.nobody" in operate(platform, "rotate", "luonan", "nobody", code=1)

    bureau.restart(fresh["amqp_url"])
    second = refer(office, "lyj")
    assert bureau.await_state(second, "SENT")["version"] == 1


def test_what_a_bureaus_system_refuses_for_good_is_a_dead_letter_and_can_be_replayed(
    platform: Platform, office: Walker
) -> None:
    amqp_url = platform.settings.amqp_url
    referral = refer(office, "wlj")
    account = account_of(platform, "wlj")

    def take() -> Any:
        message = channel.basic_get(account["username"])
        return message if message and json.loads(message.body).get("referral_id") == referral else None

    with Connection(account["amqp_url"]) as connection, connection.channel() as channel:
        message = eventually(take)
        channel.basic_reject(message.delivery_info["delivery_tag"], requeue=False)
        letter_id = message.headers["cloudEvents:id"]

        def dead() -> list[str]:
            with broker(amqp_url) as ours:
                return [one.queue for one in letters(ours, queue=BUREAU) if one.id == letter_id]

        assert eventually(dead) == [account["username"]]
        assert treat(amqp_url, ids=(letter_id,), act=replay) == 1
        again = eventually(take)
        assert again.headers["cloudEvents:id"] == letter_id
        channel.basic_ack(again.delivery_info["delivery_tag"])
    assert dead() == []


def test_a_bureau_whose_system_lost_everything_is_told_again_what_it_holds(platform: Platform, office: Walker) -> None:
    name = bureau_queue(COUNTY, "ymbq")
    empty(platform, name)
    kept, withdrawn = refer(office, "ymbq"), refer(office, "ymbq")
    done(office.act("withdrawReferral", "ReasonInput", {"referralId": withdrawn, "reason": "转错单位"}))
    (first, *_) = states_in(platform, name, 3)

    assert "已重新发送" in operate(platform, "resend", COUNTY, "ymbq")
    told = states_in(platform, name, 1)
    assert withdrawn not in {one["referral_id"] for one in told}
    (event,) = (one for one in told if one["referral_id"] == kept)
    assert event == first
    assert event["petition"]["body"] == letter()["body"]
    assert "没有代码为 xfj 的县直部门" in operate(platform, "resend", COUNTY, "xfj", code=1)
    assert "没有载入过县“nowhere”" in operate(platform, "resend", "nowhere", "ymbq", code=1)


def test_a_bureau_whose_queue_is_new_gets_what_stands_when_the_county_is_provisioned(
    platform: Platform, office: Walker
) -> None:
    name = bureau_queue(COUNTY, "gljt")
    referral = refer(office, "gljt")
    states_in(platform, name, 1)
    # As after a broker that was set up anew.
    admin = platform.settings.amqp_admin_url
    assert call_management(admin, "DELETE", f"/api/queues/%2F/{quote(name)}")[0] == 204

    provision.run(settings=platform.settings, profile=COUNTIES / "luonan", logins_file=platform.logins_file)
    told = {one["referral_id"]: one for one in states_in(platform, name, 1)}
    assert told[referral]["state"] == "SENT"
    assert told[referral]["petition"] is not None


def test_replies_that_find_the_database_away_are_carried_out_in_their_order(
    platform: Platform, bureau: Bureau, office: Walker
) -> None:
    if postgres.NAME not in platform.instance.keeper:
        pytest.skip("the database is not ours to stop: its address was given from outside")
    several = [refer(office, "lyj") for _ in range(3)]
    for referral in several:
        bureau.await_state(referral, "SENT")
    log = platform.instance.place.logs / "routing.log"
    before = log.stat().st_size

    def failed() -> list[str]:
        """The commands that routing tried in vain, by its log."""
        lines = [json.loads(line) for line in log.read_bytes()[before:].splitlines() if line.startswith(b"{")]
        return [line["call"] for line in lines if line["event"] in ("database_failed", "command_failed")]

    platform.stop(postgres.NAME)
    try:
        sent = [bureau.reply(verb, referral) for referral in several for verb in ("receive", "accept")]
        eventually(lambda: len(failed()) >= 3)
    finally:
        platform.start(postgres.NAME)
    for referral in several:
        bureau.await_state(referral, "ACCEPTED")
    assert [bureau.refusals(one) for one in sent] == [[]] * len(sent)
    # The first waited for the database, and all others for the first.
    assert set(failed()) == {"ReceiveReferral"}
    platform.await_health()


def empty(platform: Platform, queue: str) -> None:
    """Takes out what other tests left."""
    with Connection(platform.settings.amqp_url) as connection, connection.channel() as channel:
        channel.queue_purge(queue)


def states_in(platform: Platform, queue: str, count: int) -> list[dict[str, Any]]:
    """Takes out the states that lie in a queue, once there are at least so many; a reminder may lie between them."""
    found: list[dict[str, Any]] = []
    with Connection(platform.settings.amqp_url) as connection, connection.channel() as channel:

        def enough() -> bool:
            while (message := channel.basic_get(queue, no_ack=True)) is not None:
                if message.headers["cloudEvents:type"] == REFERRAL_EVENT:
                    found.append(json.loads(message.body))
            return len(found) >= count

        eventually(enough)
    return found
