"""A bureau's own system at its queue: the example client's round trip, what comes back refused, and what its account
may not do on the broker."""

import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from amqp.exceptions import AccessRefused, PreconditionFailed
from kombu import Producer

from deploy.local.rabbitmq import call_management
from deploy.operator.dead import DeadLetter, broker, discard, letters, replay, treat
from services.contracts.bureau import MAX_REPLY_BYTES, VERBS
from services.contracts.intake import Petition
from services.contracts.topology import (
    BUREAU,
    BUREAU_REPLY,
    BUREAU_REPLY_QUEUE,
    DEAD,
    FACTS,
    RPC,
    VIEW_QUEUE,
    command_queue,
    dead_queue,
    fact_queue,
    retry_queue,
)
from tests.harness.platform import Platform
from tests.harness.waiting import eventually
from tests.journey.bureau_system import Bureau, Story
from tests.journey.story import done, in_days, letter, today

ART_32 = ("--demands", "发放补偿款", "--facts", "款已到镇财政所", "--basis", "《土地管理法》第四十八条")
"""What the lead's opinion on an appeal must hold besides."""
UNIT = "lq"
"""A unit of the bureau itself (林权股)."""


@pytest.fixture(scope="module")
def story(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    story = Story(platform, tmp_path_factory.mktemp("bureaus"))
    yield story
    story.bureau.close()
    story.other.close()


def headers(kind: str = "receive", **changes: str) -> dict[str, str]:
    """What a reply needs."""
    return {"cloudEvents:id": str(uuid.uuid4()), "cloudEvents:type": f"cn.xinqiao.bureau.{kind}.v1", **changes}


def test_a_referral_is_answered_by_the_bureaus_own_system(story: Story) -> None:
    bureau = story.bureau
    petition, referral = story.referred()

    first = bureau.await_state(referral, "SENT")
    assert first["version"] == 1
    assert first["kind"] == "TRANSFER"
    assert first["note"] == "请阅处"
    assert first["state_label"] == "待签收"
    whole = story.county.whole(petition)
    assert first["petition_number"] == first["petition"]["number"] == whole["number"]
    assert first["petition"]["body"] == whole["body"]
    assert first["petition"]["place_name"] == "城关街道"
    (person,) = first["petition"]["petitioners"]
    assert (person["name"], person["phone"], person["identity_number"]) == ("赵**", "138****1234", "6110************34")

    assert first["answer_needs"] == ["demands", "facts", "basis"]
    assert "已办成：签收，该件目前已签收。" in bureau.command("receive", referral, "--expected-on", in_days(20))
    assert bureau.await_state(referral, "RECEIVED")["expected_on"] == in_days(20)
    bureau.command("accept", referral)
    short = ("answer", referral, "--outcome", "SUPPORTED", "--opinion", "经核实，补偿款本月内发放。")
    assert "未接受（INVALID_INPUT）：请填写信访人的诉求" in bureau.command(*short, code=1)
    bureau.command(*short, *ART_32)

    def answered() -> dict[str, Any] | None:
        case = story.county.whole(petition)
        return case if case["status"] == "ANSWERED" else None

    (handed_over,) = eventually(answered)["referrals"]
    assert handed_over["answer"]["opinion"] == "经核实，补偿款本月内发放。"
    assert handed_over["answer"]["outcomeLabel"] == "支持"
    delivery = {"referralId": referral, "mode": "IN_PERSON", "on": str(today()), "signed": True}
    done(story.county.act("deliverAnswer", "DeliverAnswerInput", delivery))
    closed = done(story.county.act("closePetition", "ClosePetitionInput", {"petitionId": petition}))
    assert closed["petition"]["status"] == "CLOSED"

    bureau.await_state(referral, "CLOSED")
    events = bureau.events(referral)
    states = ["SENT", "RECEIVED", "ACCEPTED", "ANSWERED", "DELIVERED", "CLOSED"]
    assert [(one["version"], one["state"]) for one in events] == list(enumerate(states, start=1))
    assert [one["petition"] for one in events[1:]] == [None] * 5
    (act,) = (one for one in story.county.whole(petition)["timeline"] if one["act"] == "ANSWERED")
    assert (act["tenant"]["code"], act["actorName"]) == ("lyj", "部门业务系统")


def test_a_bureau_fetches_the_files_of_its_case_while_it_holds_it(story: Story, tmp_path: Path) -> None:
    def attach(case: str, content: bytes) -> str:
        asked = {"petition": case, "kind": "EVIDENCE", "name": "征收 协议.pdf"}
        answer = story.county.client.post("/attachments", params=asked, content=content)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["attachment"]["id"])

    bureau = story.bureau
    petition = done(story.county.register(letter()))["petition"]["id"]
    early = attach(petition, b"%PDF-1.7 early")
    given = {"petitionId": petition, "kind": "TRANSFER", "to": [{"tenant": "lyj", "role": "LEAD"}]}
    referral = done(story.county.act("referPetition", "ReferPetitionInput", given))["referral"]["id"]
    bureau.await_state(referral, "SENT")
    # With the referral, or right after it where the file's fact came second.
    known = eventually(lambda: {one["id"]: one for one in bureau.files(referral)} or None)
    assert known.keys() == {early}
    late = attach(petition, b"%PDF-1.7 late")
    eventually(lambda: {one["id"] for one in bureau.files(referral)} == {early, late})
    said = bureau.command("fetch", referral, str(tmp_path))
    fetched = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert fetched == {
        f"{early[-6:]}-征收 协议.pdf": b"%PDF-1.7 early",
        f"{late[-6:]}-征收 协议.pdf": b"%PDF-1.7 late",
    }
    assert len(said.splitlines()) == 2

    # Of what names somebody of the county nothing of it is in the queue.
    users = [one for one in story.platform.logins if (one["county"], one["tenant"]) == ("luonan", "lyj")]
    accusing, withheld = story.referred(accusedUsers=[users[0]["username"]])
    bureau.await_state(withheld, "SENT")
    attach(accusing, b"%PDF-1.7 of a person")
    # Told in the order of their acts: what comes of the other case now comes after it.
    last = attach(petition, b"%PDF-1.7 last")
    eventually(lambda: last in {one["id"] for one in bureau.files(referral)})
    assert bureau.files(withheld) == []

    url = known[early]["url"]
    assert httpx.get(url, trust_env=False).status_code == 200
    withdrawn = {"referralId": referral, "reason": "转送有误"}
    done(story.county.act("withdrawReferral", "ReasonInput", withdrawn))
    assert httpx.get(url, trust_env=False).status_code == 404
    assert bureau.await_state(referral, "WITHDRAWN")["attachments"] == []


def test_a_reply_that_is_sent_twice_acts_once(story: Story) -> None:
    bureau = story.bureau
    petition, referral = story.referred()
    reply_id = bureau.reply("receive", referral)
    assert bureau.reply("receive", referral, reply_id=reply_id) == reply_id
    bureau.await_state(referral, "RECEIVED")
    # What comes after both has been carried out: so were they.
    bureau.reply("accept", referral)
    bureau.await_state(referral, "ACCEPTED")

    first, again = eventually(lambda: bureau.receipts(reply_id) if len(bureau.receipts(reply_id)) == 2 else None)
    assert (first["verb"], first["referral_id"], first["state"], first["version"]) == (
        *("receive", referral, "RECEIVED", 2),
    )
    assert {**again, "state": "RECEIVED", "state_label": "已签收", "version": 2} == first
    assert [one["version"] for one in bureau.events(referral)] == [1, 2, 3]
    assert bureau.refusals(reply_id) == []
    eventually(lambda: story.acts(petition) == ["REFERRED", "RECEIVED", "ACCEPTED"])


def test_the_id_of_a_reply_cannot_be_used_for_another(story: Story) -> None:
    _, referral = story.referred()
    reply_id = story.bureau.reply("receive", referral)
    story.bureau.await_state(referral, "RECEIVED")
    story.bureau.reply("accept", referral, reply_id=reply_id)

    assert story.bureau.refusal(reply_id)["code"] == "REQUEST_ID_REUSED"
    assert [one["state"] for one in story.bureau.events(referral)] == ["SENT", "RECEIVED"]


def test_a_reply_at_the_wrong_time_comes_back(story: Story) -> None:
    _, referral = story.referred()
    refusal = story.bureau.refusal(story.bureau.reply("accept", referral))

    assert refusal["code"] == "WRONG_STATE"
    assert refusal["message"] == "该件目前待签收，不能受理；须在“已签收”状态下进行"


FIELDS: dict[str, dict[str, Any]] = {
    "receive": {},
    "object": {"reason": "不属于本单位职责"},
    "dispute": {"reason": "仍有争议"},
    "accept": {},
    "refuse": {"reason": "OUTSIDE_COMPETENCE", "way": "向有权机关提出", "explanation": "不属于本机关职权"},
    "forward": {"to": [{"unit": "office"}]},
    "progress": {"text": "已到现场查看"},
    "answer": {"outcome": "EXPLAINED", "opinion": "已说明"},
}
"""What each verb needs at least."""


def test_no_verb_reaches_another_bureaus_referral(story: Story) -> None:
    assert set(FIELDS) == set(VERBS)
    _, referral = story.referred(to="wlj")
    sent = [story.bureau.reply(verb, referral, **fields) for verb, fields in FIELDS.items()]
    assert [story.bureau.refusal(one)["code"] for one in sent] == ["NOT_FOUND"] * len(FIELDS)
    story.assert_untouched(referral)


def test_no_verb_but_receipt_acts_on_what_was_not_received(story: Story) -> None:
    _, referral = story.referred()
    verbs = [verb for verb in FIELDS if verb != "receive"]
    sent = [story.bureau.reply(verb, referral, **FIELDS[verb]) for verb in verbs]
    assert [story.bureau.refusal(one)["code"] for one in sent] == ["WRONG_STATE"] * len(verbs)
    assert [one["version"] for one in story.bureau.events(referral)] == [1]


def test_an_objection_a_dispute_and_a_refusal_are_told_with_their_decisions(story: Story) -> None:
    bureau, county = story.bureau, story.county
    petition, referral = story.referred(received=True)
    bureau.command("object", referral, "--reason", "不属于林业职责", "--materials", "权属证书复印件一份")
    assert bureau.await_state(referral, "OBJECTED")["objection"] == {"upheld": None, "decision": None}
    (handed_over,) = eventually(lambda: county.whole(petition)["referrals"])
    assert handed_over["state"] == "OBJECTED"
    done(
        county.act(
            "decideObjection",
            "DecideObjectionInput",
            {"referralId": referral, "uphold": False, "reason": "林地征收由林业局主管"},
        )
    )
    dismissed = eventually(lambda: next((one for one in bureau.events(referral)[3:]), None))
    assert dismissed["state"] == "RECEIVED"
    assert dismissed["objection"] == {"upheld": False, "decision": "林地征收由林业局主管"}

    bureau.command("dispute", referral, "--reason", "征收由自然资源局实施")
    assert bureau.await_state(referral, "DISPUTED")["dispute"]["decided_on"] is None
    decision = {"referralId": referral, "competent": "lyj", "reason": "经联席会议协调，由林业局办理"}
    done(county.act("decideDispute", "DecideDisputeInput", decision))
    decided = eventually(lambda: next((one for one in bureau.events(referral)[5:]), None))
    assert (decided["state"], decided["dispute"]["competent"]) == ("RECEIVED", "lyj")
    assert decided["dispute"]["decision"] == "经联席会议协调，由林业局办理"

    way = ("--way", "向人民法院起诉", "--explanation", "已经立案")
    bureau.command("refuse", referral, "--reason", "IN_PROCEDURE", *way)
    refused = bureau.await_state(referral, "REFUSED")
    assert (refused["refusal"]["reason"], refused["refusal"]["way"]) == ("IN_PROCEDURE", "向人民法院起诉")
    done(county.act("overruleRefusal", "ReasonInput", {"referralId": referral, "reason": "并未立案"}))
    overruled = eventually(lambda: next((one for one in bureau.events(referral)[7:]), None))
    assert (overruled["state"], overruled["refusal"]) == ("RECEIVED", None)
    assert story.acts(petition)[1:] == [
        *("RECEIVED", "OBJECTED", "OBJECTION_DISMISSED", "DISPUTE_RAISED", "DISPUTE_STAYS", "REFUSED"),
        "REFUSAL_OVERRULED",
    ]


def test_progress_forwarding_and_rework_are_told(story: Story) -> None:
    bureau = story.bureau
    petition, referral = story.referred(received=True)
    bureau.command("accept", referral)
    bureau.command("progress", referral, "--text", "已到现场查看", "--expected-on", in_days(10))
    assert bureau.await_state(referral, "IN_PROGRESS")["expected_on"] == in_days(10)
    bureau.command("forward", referral, "--unit", UNIT, "--note", "请核实")
    branch = eventually(
        lambda: next((one for one in bureau.states() if one["parent_id"] == referral), None), what="the branch came"
    )
    assert (branch["role"], branch["unit"], branch["state"], branch["note"]) == ("UNIT", UNIT, "SENT", "请核实")
    assert branch["petition"]["number"] == branch["petition_number"]

    bureau.command("answer", referral, "--outcome", "EXPLAINED", "--opinion", "已说明。", *ART_32)
    done(story.county.act("sendBackAnswer", "ReasonInput", {"referralId": referral, "reason": "未附付款凭证"}))
    sent_back = bureau.await_state(referral, "REWORK")
    assert (sent_back["rework"]["reason"], sent_back["rework"]["on"]) == ("未附付款凭证", str(today()))
    review = ("--review-by", "演示律师", "--review-on", str(today()), "--review-opinion", "合法")
    bureau.command("answer", referral, "--outcome", "SUPPORTED", "--opinion", "已发放。", *ART_32, *review)
    assert bureau.events(referral)[-1]["state"] == "ANSWERED"
    acts = [each for each in story.acts(petition) if each in ("ANSWERED", "SENT_BACK")]
    assert acts == ["ANSWERED", "SENT_BACK", "ANSWERED"]


def test_another_bureaus_referral_is_not_found_and_stays_as_it_is(story: Story) -> None:
    _, referral = story.referred(to="wlj")
    refused = story.bureau.refusal(story.bureau.reply("receive", referral))
    unknown = story.bureau.refusal(story.bureau.reply("receive", str(uuid.uuid4())))

    assert refused["code"] == "NOT_FOUND"
    # Foreign and unknown answer alike.
    assert {**refused, "in_reply_to": None} == {**unknown, "in_reply_to": None}
    story.assert_untouched(referral)
    assert story.bureau.events(referral) == []


@pytest.mark.parametrize(
    ("kind", "body", "code", "said"),
    [
        ("receive", b"hello", "INVALID_MESSAGE", "不是有效的 JSON 对象"),
        ("receive", b"[1, 2]", "INVALID_MESSAGE", "不是有效的 JSON 对象"),
        ("receive", b'{"referral_id": "\xff"}', "INVALID_MESSAGE", "不是有效的 JSON 对象"),
        ("receive", b'{"x": "' + b"a" * MAX_REPLY_BYTES + b'"}', "INVALID_MESSAGE", f"超过 {MAX_REPLY_BYTES} 字节"),
        ("sing", b"{}", "UNKNOWN_TYPE", "不支持的消息类型 cn.xinqiao.bureau.sing.v1"),
        ("receive", b"{}", "INVALID_INPUT", "referral_id"),
        ("receive", b'{"referral_id": "no id"}', "NOT_FOUND", "未找到"),
        ("receive", b'{"referral_id": "x", "tenant": "wlj"}', "INVALID_INPUT", "tenant"),
        ("object", b'{"referral_id": "x", "reason": "a\\u0000b"}', "INVALID_INPUT", "空字符"),
        ("answer", b'{"referral_id": "x", "outcome": "GOOD", "opinion": "y"}', "INVALID_INPUT", "GOOD"),
        ("refuse", b'{"referral_id": "x", "reason": "LAZY", "way": "a", "explanation": "b"}', "INVALID_INPUT", "LAZY"),
        ("progress", b'{"referral_id": "x", "text": 5}', "INVALID_INPUT", "应为文字"),
        ("receive", b'{"referral_id": "x", "expected_on": "tomorrow"}', "INVALID_INPUT", "日期应写作"),
        ("dispute", b'{"referral_id": "x", "reason": "' + b"y" * 2001 + b'"}', "INVALID_INPUT", "不能超过 2000"),
        ("forward", b'{"referral_id": "x", "to": []}', "INVALID_INPUT", "至少要有 1 项"),
        ("forward", b'{"referral_id": "x", "to": [{"organ": "y"}]}', "INVALID_INPUT", "organ"),
    ],
    ids=[
        "no-json",
        "no-object",
        "no-utf8",
        "too-large",
        "unknown-type",
        "no-field",
        "no-id",
        "odd-field",
        "nul",
        "enum",
        "refuse-enum",
        "progress-type",
        "receive-date",
        "dispute-long",
        "forward-nobody",
        "forward-odd-field",
    ],
)
def test_a_reply_that_cannot_be_read_comes_back_with_a_code(
    story: Story, kind: str, body: bytes, code: str, said: str
) -> None:
    given = headers(kind)
    story.bureau.publish(body, user_id=story.bureau.account, headers=given)

    refusal = story.bureau.refusal(given["cloudEvents:id"])
    assert refusal["code"] == code
    assert said in refusal["message"]


@pytest.mark.parametrize(
    "event_id", [None, "", "x" * 201, "a\nb", "a\0b"], ids=["none", "empty", "long", "line", "nul"]
)
def test_a_reply_without_a_usable_id_comes_back(story: Story, event_id: str | None) -> None:
    before = len(story.bureau.refusals(None))
    given: dict[str, Any] = {**headers(), "cloudEvents:id": event_id}
    if event_id is None:
        del given["cloudEvents:id"]
    story.bureau.publish(b"{}", user_id=story.bureau.account, headers=given)

    refusal = eventually(lambda: story.bureau.refusals(None)[before:])[0]
    assert refusal["code"] == "INVALID_MESSAGE"
    assert "cloudEvents:id 缺失或不合要求" in refusal["message"]


def test_an_objection_returns_the_case_and_the_event_carries_no_text_of_it(story: Story) -> None:
    petition, referral = story.referred(received=True)
    story.bureau.command("object", referral, "--reason", "不属于林业职责")
    story.bureau.await_state(referral, "OBJECTED")
    whole = story.county.whole(petition)
    decision = {"referralId": referral, "uphold": True, "reason": "同意"}
    done(story.county.act("decideObjection", "DecideObjectionInput", decision))

    returned = story.bureau.await_state(referral, "RETURNED")
    assert returned["petition"] is None
    assert whole["body"] not in json.dumps(returned, ensure_ascii=False)
    assert whole["title"] not in json.dumps(returned, ensure_ascii=False)
    # It is over: the bureau can do no more to it.
    assert story.bureau.refusal(story.bureau.reply("accept", referral))["code"] == "WRONG_STATE"


def test_a_withdrawn_referral_is_told_without_the_text_of_the_case(story: Story) -> None:
    _, referral = story.referred()
    story.bureau.await_state(referral, "SENT")
    done(story.county.act("withdrawReferral", "ReasonInput", {"referralId": referral, "reason": "转错单位"}))

    assert story.bureau.await_state(referral, "WITHDRAWN")["petition"] is None
    assert story.bureau.refusal(story.bureau.reply("receive", referral))["code"] == "WRONG_STATE"


def test_who_asked_to_stay_unknown_is_not_named_to_the_bureau(story: Story) -> None:
    petition, referral = story.referred(confidential=True)
    event = story.bureau.await_state(referral, "SENT")

    assert event["petition"]["petitioners"] == []
    (person,) = story.county.whole(petition)["petitioners"]
    assert person["name"] == "赵**"
    for known in ("赵", "138****1234", "6110****", "演示路"):
        assert known not in json.dumps(event, ensure_ascii=False)


def test_a_case_that_accuses_a_user_by_name_is_told_without_a_word_of_it(story: Story) -> None:
    logins = story.platform.logins
    there = [one for one in logins if (one["tenant"], one["county"]) == ("lyj", "luonan")]
    head = next(one for one in there if "HEAD" in one["role"].split(";"))
    petition, referral = story.referred(accusedUsers=[head["username"]])
    event = story.bureau.await_state(referral, "SENT")
    assert event["withheld"]
    assert (event["petition"], event["note"]) == (None, None)
    whole = story.county.whole(petition)
    for told in (whole["title"], whole["body"], "请阅处"):
        assert told not in json.dumps(event, ensure_ascii=False)
    # What needs no word of it can be done.
    story.bureau.reply("receive", referral)
    assert story.bureau.await_state(referral, "RECEIVED")["withheld"]


def test_a_bureau_cannot_speak_in_anothers_name(story: Story) -> None:
    _, referral = story.referred(to="wlj")
    body = json.dumps({"referral_id": referral}).encode()
    with pytest.raises(PreconditionFailed, match=r"user_id property set to 'bureau.611021.wlj'"):
        story.bureau.publish(body, user_id=story.other.account, headers=headers())
    story.assert_untouched(referral)


def test_a_reply_that_nobody_vouches_for_is_put_aside_and_never_believed(story: Story) -> None:
    _, referral = story.referred(to="wlj")
    # The forged header is the one in which our own retries carry the sender.
    given = headers(**{"xq-user-id": story.other.account, "xq-attempt": "1", "xq-queue": BUREAU_REPLY_QUEUE})
    amqp_url = story.platform.settings.amqp_url
    try:
        story.bureau.publish(json.dumps({"referral_id": referral}).encode(), headers=given)
        assert "no bureau vouched for" in await_dead(amqp_url, given["cloudEvents:id"])

        # An operator who replays it does not make it true.
        assert treat(amqp_url, ids=(given["cloudEvents:id"],), act=replay) == 1
        assert "no bureau vouched for" in await_dead(amqp_url, given["cloudEvents:id"])
        story.assert_untouched(referral)
    finally:
        treat(amqp_url, ids=(given["cloudEvents:id"],), act=discard)
    assert dead(amqp_url, given["cloudEvents:id"]) is None


def dead(amqp_url: str, letter_id: str) -> DeadLetter | None:
    with broker(amqp_url) as connection:
        found = letters(connection, queue=BUREAU_REPLY_QUEUE)
        return next((one for one in found if one.id == letter_id), None)


def await_dead(amqp_url: str, letter_id: str) -> str:
    """Why it is there."""
    return eventually(lambda: dead(amqp_url, letter_id)).reason


ATTEMPTS: dict[str, Callable[[Bureau, Any], None]] = {
    "read another bureau's queue": lambda other, channel: channel.basic_get(other.account),
    "consume another bureau's queue": lambda other, channel: channel.basic_consume(other.account),
    "empty another bureau's queue": lambda other, channel: channel.queue_purge(other.account),
    "read a service's facts": lambda other, channel: channel.basic_get(fact_queue("routing", Petition)),
    "read a service's commands": lambda other, channel: channel.basic_get(command_queue("routing")),
    "read the view's facts": lambda other, channel: channel.basic_get(VIEW_QUEUE),
    "read the bureaus' replies": lambda other, channel: channel.basic_get(BUREAU_REPLY_QUEUE),
    "read dead letters": lambda other, channel: channel.basic_get(dead_queue(BUREAU_REPLY_QUEUE)),
    "declare a queue": lambda other, channel: channel.queue_declare("mine"),
    "declare a queue of the broker's naming": lambda other, channel: channel.queue_declare(""),
    "delete its own queue": lambda other, channel: channel.queue_delete(channel.connection.client.userid),
    "declare an exchange": lambda other, channel: channel.exchange_declare("mine", "fanout"),
    "bind its queue to the facts": lambda other, channel: channel.queue_bind(
        channel.connection.client.userid, FACTS, "#"
    ),
    "bind its queue to another bureau's key": lambda other, channel: channel.queue_bind(
        channel.connection.client.userid, BUREAU, other.account
    ),
    "bind the replies to the facts": lambda other, channel: channel.exchange_bind(BUREAU_REPLY, FACTS, "#"),
    "publish a fact": lambda other, channel: publish(channel, FACTS, "611021.intake.petition.v1"),
    "call a service": lambda other, channel: publish(channel, RPC, "routing.receive_referral"),
    "publish to a service's queue": lambda other, channel: publish(channel, "", BUREAU_REPLY_QUEUE),
    "publish to another bureau's queue": lambda other, channel: publish(channel, BUREAU, other.account),
    "publish to its own queue": lambda other, channel: publish(channel, BUREAU, channel.connection.client.userid),
    "publish to the dead letters": lambda other, channel: publish(channel, DEAD, BUREAU_REPLY_QUEUE),
    "publish to the retries": lambda other, channel: publish(channel, retry_queue(1), BUREAU_REPLY_QUEUE),
}


def publish(channel: Any, exchange: str, routing_key: str) -> None:
    Producer(channel).publish({}, exchange=exchange, routing_key=routing_key)


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_the_account_of_a_bureau_may_not(story: Story, attempt: Callable[[Bureau, Any], None]) -> None:
    with pytest.raises(AccessRefused, match="ACCESS_REFUSED"), story.bureau.channel() as channel:
        attempt(story.other, channel)


def test_the_account_of_a_bureau_may_not_administer_the_broker(story: Story) -> None:
    admin_url = story.platform.settings.amqp_admin_url
    place = admin_url.rpartition("@")[2]
    status, _ = call_management(f"http://{story.bureau.account}:{story.bureau.password}@{place}", "GET", "/api/queues")
    assert status == 401


def test_the_client_comes_back_when_its_connection_breaks(story: Story) -> None:
    admin_url = story.platform.settings.amqp_admin_url

    def connections() -> list[str]:
        _, body = call_management(admin_url, "GET", "/api/connections")
        return [one["name"] for one in json.loads(body) if one.get("user") == story.bureau.account]

    for name in eventually(connections, 30):
        call_management(admin_url, "DELETE", f"/api/connections/{quote(name, safe='')}")
    _, referral = story.referred()

    assert story.bureau.await_state(referral, "SENT")["petition"] is not None
    ids = [one["id"] for one in story.bureau.received]
    assert len(ids) == len(set(ids))


def test_replies_that_are_sent_in_one_go_are_carried_out_in_that_order(story: Story) -> None:
    several = [story.referred()[1] for _ in range(5)]
    sent = [story.bureau.reply(verb, referral) for referral in several for verb in ("receive", "accept")]
    for referral in several:
        story.bureau.await_state(referral, "ACCEPTED")
    assert [story.bureau.refusals(one) for one in sent] == [[]] * len(sent)
