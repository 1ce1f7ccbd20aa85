"""Facts over the real bus: kept once, retried, buried with a reason, replayed; carried in order by many relays."""

import os
import subprocess
import sys
import uuid
from collections import defaultdict
from functools import partial
from typing import Any

import msgspec
import psycopg

from deploy.local.instance import ROOT
from services.common.clock import now
from services.common.facts import cloud_event_headers, encode_fact
from services.contracts.actor import ActorRef
from services.contracts.acts import Act
from services.contracts.base import State
from services.contracts.fact import Fact
from services.contracts.routing import Referral, ReferralKind, ReferralRole, ReferralState
from services.contracts.topology import BUREAU, FACTS, VIEW_QUEUE, dead_queue, fact_queue
from tests.floor.speaking import actor, call, petition_of, register
from tests.harness.broker import channel, dead_letters, publish, waiting
from tests.harness.platform import Platform
from tests.journey.story import Walker, done, letter, today

INTAKE_REFERRALS = fact_queue("intake", Referral)


def operator(platform: Platform, *words: str) -> str:
    """What ``./xinqiao`` prints for these words."""
    command = [sys.executable, "-m", "deploy.operator", *words]
    environ = {**os.environ, **platform.instance.environ}
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True).stdout


def referral_of(petition_id: str) -> Referral:
    return Referral(
        id=str(uuid.uuid4()), petition_id=petition_id, petition_number="n", registered_by="xfj",
        kind=ReferralKind.TRANSFER, role=ReferralRole.LEAD, from_tenant="xfj", to_tenant="slj",
        state=ReferralState.SENT, sent_at=now(), sent_on=today(), due_on=None, note=None,
    )  # fmt: skip


def fact_of(state: State, *, version: int = 1) -> Fact[Any]:
    return Fact(
        id=str(uuid.uuid4()), county="611021", type=state.fact_type, subject=state.aggregate_id, version=version,
        time=now(), act=Act.REFERRED, actor=ActorRef(tenant="xfj", user="t", name="t"), petition=state.case_id,
        remark=None, trace="t", state=state,
    )  # fmt: skip


def send(platform: Platform, fact: Fact[Any], *, queue: str, **headers: str) -> None:
    """Puts a fact into one consumer's queue only."""
    publish(
        platform.settings.amqp_url,
        exchange="",
        routing_key=queue,
        headers={**cloud_event_headers(fact), **headers},
        body=encode_fact(fact),
    )


def empty(platform: Platform, queue: str) -> bool:
    return waiting(platform.settings.amqp_url, queue) == 0


def visible(walker: Walker, petition_id: str) -> bool:
    query = "query($id: UUID) { petition(id: $id) { id } }"
    body = walker.client.post("/graphql", json={"query": query, "variables": {"id": petition_id}}).json()
    return bool(body["data"]["petition"])


def test_a_fact_that_fails_climbs_the_ladder_is_buried_with_its_reason_and_replayed(platform: Platform) -> None:
    amqp_url = platform.settings.amqp_url
    petition_id = str(uuid.uuid4())
    fact = fact_of(referral_of(petition_id))
    # Intake cannot follow a referral of a petition that is not in its register.
    send(platform, fact, queue=INTAKE_REFERRALS)
    platform.eventually(lambda: dead_letters(amqp_url) == {INTAKE_REFERRALS: 1})
    listed = operator(platform, "dead", "list")
    assert fact.id in listed
    assert "LookupError（第 3 次）" in listed
    shown = msgspec.json.decode(operator(platform, "dead", "show", fact.id))
    assert shown["body"]["state"]["petition_id"] == petition_id

    # Replayed without a cure it fails again, with the whole ladder before it.
    assert "已重新投递 1 条" in operator(platform, "dead", "replay", fact.id)
    assert waiting(amqp_url, dead_queue(INTAKE_REFERRALS)) == 0
    platform.eventually(lambda: dead_letters(amqp_url) == {INTAKE_REFERRALS: 1})
    assert "已丢弃 1 条" in operator(platform, "dead", "discard", fact.id)
    assert operator(platform, "dead", "list") == "没有死信。\n"


def test_an_unknown_version_and_garbage_are_parked_and_harm_nobody(platform: Platform) -> None:
    amqp_url = platform.settings.amqp_url
    fact = fact_of(referral_of(str(uuid.uuid4())))
    send(platform, fact, queue=INTAKE_REFERRALS, **{"cloudEvents:type": "cn.xinqiao.routing.referral.v2"})
    newer = msgspec.json.decode(encode_fact(fact))
    newer["type"] = "routing.referral.v2"
    broken = encode_fact(fact).replace(b'"petition_number":"n"', b'"petition_number":"\xff"')
    garbage = b"\xff{"
    for queue, body in (
        (INTAKE_REFERRALS, garbage),
        (INTAKE_REFERRALS, broken),
        (VIEW_QUEUE, garbage),
        (VIEW_QUEUE, broken),
        (VIEW_QUEUE, msgspec.json.encode(newer)),
    ):
        publish(amqp_url, exchange="", routing_key=queue, headers=cloud_event_headers(fact), body=body)
    platform.eventually(lambda: dead_letters(amqp_url) == {INTAKE_REFERRALS: 3, VIEW_QUEUE: 3})
    assert "unknown type" in operator(platform, "dead", "list")
    assert "已丢弃 6 条" in operator(platform, "dead", "discard", "--all")
    assert call(platform.settings, actor(), register()).problems == []


def test_repeated_and_overtaken_facts_change_nothing(platform: Platform) -> None:
    walker = Walker(platform, platform.login("xfj", "CLERK"))
    petition = done(walker.register(letter()))["petition"]
    sent = walker.act(
        "referPetition",
        "ReferPetitionInput",
        {"petitionId": petition["id"], "kind": "TRANSFER", "to": [{"tenant": "slj"}]},
    )
    platform.eventually(lambda: len(walker.whole(petition["id"])["clocks"]) >= 1)
    bureau = Walker(platform, platform.login("slj", "CLERK"))
    done(bureau.act("receiveReferral", "ReferralInput", {"referralId": done(sent)["referral"]["id"]}))
    platform.eventually(lambda: len(walker.whole(petition["id"])["clocks"]) == 3)
    before = walker.whole(petition["id"])

    with psycopg.connect(platform.settings.admin_database_url) as admin:
        rows = admin.execute(
            "SELECT state FROM gateway_view.case_part WHERE petition_id = %s AND type = 'routing.referral.v1'",
            (petition["id"],),
        ).fetchall()
    newest = msgspec.convert(rows[0][0], Referral)
    stale = msgspec.structs.replace(newest, state=ReferralState.SENT, received_on=None)
    for queue in (VIEW_QUEUE, fact_queue("deadlines", Referral), INTAKE_REFERRALS):
        send(platform, fact_of(stale, version=1), queue=queue)
        send(platform, fact_of(newest, version=2), queue=queue)
        platform.eventually(partial(empty, platform, queue))
    after = walker.whole(petition["id"])
    assert after["referrals"] == before["referrals"]
    assert after["clocks"] == before["clocks"]


def test_many_relays_carry_every_fact_once_or_more_and_each_aggregates_in_order(platform: Platform) -> None:
    command = [sys.executable, "-m", "services.common.relay"]
    environ = {**os.environ, **platform.instance.environ}
    others = [subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL) for _ in range(2)]
    try:
        with channel(platform.settings.amqp_url) as opened:
            queue = opened.queue_declare(exclusive=True).queue
            opened.queue_bind(queue, FACTS, "611021.#")
            walker = Walker(platform, platform.login("xfj", "CLERK"))
            bureau = Walker(platform, platform.login("slj", "CLERK"))
            wanted: dict[str, int] = {}
            for _ in range(6):
                petition = petition_of(call(platform.settings, actor(), register()))
                given = {"petitionId": petition.id, "kind": "TRANSFER", "to": [{"tenant": "slj"}]}
                platform.eventually(partial(visible, walker, petition.id))
                referral = done(walker.act("referPetition", "ReferPetitionInput", given))["referral"]["id"]
                for act in ("receiveReferral", "acceptReferral"):
                    done(bureau.act(act, "ReferralInput", {"referralId": referral}))
                wanted[referral] = 3
            seen: dict[str, list[int]] = defaultdict(list)

            def all_came() -> bool:
                while (message := opened.basic_get(queue, no_ack=True)) is not None:
                    fact = msgspec.json.decode(message.body)
                    seen[fact["subject"]].append(fact["version"])
                return all(max(seen[subject], default=0) == version for subject, version in wanted.items())

            platform.eventually(all_came)
            for subject, version in wanted.items():
                first_sight = list(dict.fromkeys(seen[subject]))
                assert first_sight == list(range(1, version + 1))
    finally:
        for other in others:
            other.terminate()
            other.wait(20)


def test_a_message_that_no_queue_takes_waits_and_holds_up_nobody(platform: Platform) -> None:
    with psycopg.connect(platform.settings.admin_database_url, autocommit=True) as admin:
        admin.execute(
            """INSERT INTO routing.outbox (county_id, exchange, routing_key, headers, body)
               VALUES ('611021', 'bureau', 'bureau.611021.nowhere', '{"cloudEvents:id": "stuck"}', '{}')"""
        )
        stuck = "SELECT attempts FROM routing.outbox WHERE headers ->> 'cloudEvents:id' = 'stuck'"

        def tried() -> bool:
            row = admin.execute(stuck).fetchone()
            return row is not None and row[0] >= 2

        platform.eventually(tried)
        walker = Walker(platform, platform.login("xfj", "CLERK"))
        petition = done(walker.register(letter()))["petition"]
        given = {"petitionId": petition["id"], "kind": "TRANSFER", "to": [{"tenant": "slj"}]}
        done(walker.act("referPetition", "ReferPetitionInput", given))
        # The referral's fact came through: deadlines has met the transfer clock by it.
        platform.eventually(lambda: "MET" in {clock["state"] for clock in walker.whole(petition["id"])["clocks"]})

        # Its queue is there at last: it is delivered.
        with channel(platform.settings.amqp_url) as opened:
            queue = opened.queue_declare(exclusive=True).queue
            opened.queue_bind(queue, BUREAU, "bureau.611021.nowhere")
            platform.eventually(lambda: opened.basic_get(queue, no_ack=True))
        platform.eventually(lambda: admin.execute(stuck).fetchone() is None)
