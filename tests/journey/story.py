"""The journey of one letter, told through the gateway as its users walk it."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from tests.harness.platform import Platform

AWAY = {"UNAVAILABLE", "SERVICE_BUSY", "NOT_CONFIRMED", "DATABASE_AWAY", "INTERNAL"}
"""Codes after which the same request may be sent again, with its key."""

CASE = """
  petition { id number status statusLabel }
  referral { id state stateLabel toTenant { code } }
  errors { code message field }
"""

REGISTER = (
    "mutation($input: RegisterPetitionInput!) { registerPetition(input: $input) { petition {"
    + """
  id number queryCode status } errors { code message field } } }"""
)

WHOLE = """query($id: UUID, $number: String) { petition(id: $id, number: $number) {
  id number queryCode status statusLabel title body channelLabel natureLabel urgencyLabel
  petitioners { id name identityNumber phone address representative }
  place { code name } registeredBy { code name } closedOn nextDueOn
  referrals { id kind role state fromTenant { code } toTenant { code } receivedOn acceptedOn endedOn dueOn note
    objection { reason raisedOn decidedOn upheld decision }
    answer { number outcome outcomeLabel demands facts opinion basis answeredOn } delivery { mode on signed }
    clocks { obligation } }
  clocks { referralId obligation obligationLabel basis startsOn dueOn effectiveDueOn provisional state metOn
    owner { code } }
  registeredOn dutyLeader { leader post weekday }
  timeline { act actLabel at tenant { code } actorName remark }
} }"""


def today() -> date:
    """The legal day."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def letter(**changes: Any) -> dict[str, Any]:
    """What a clerk fills in for a letter about land compensation."""
    return {
        "channel": "LETTER",
        "receivedOn": str(today()),
        "petitioners": [
            {
                "name": "赵小树",
                "identityNumber": "611021198001012234",
                "phone": "13800001234",
                "address": "洛南县城关街道演示路1号",
                "representative": True,
            }
        ],
        "place": "611021001",
        "title": "反映征地补偿款未到位",
        "body": "我家三亩耕地去年被征，补偿款至今没有到位，请求督促发放。",
        "nature": "APPEAL",
        "category": "征地补偿",
        **changes,
    }


def opinion(**changes: Any) -> dict[str, Any]:
    """What a lead body must say with its opinion on an appeal (Art. 32)."""
    return {
        "outcome": "EXPLAINED",
        "opinion": "已说明政策依据，补偿款将于本月内发放。",
        "demands": "请求发放三亩耕地的征地补偿款",
        "facts": "该地块已于去年征收，补偿方案已公告，款项已拨付至镇财政所",
        "basis": "《中华人民共和国土地管理法》第四十八条",
        **changes,
    }


class Walker:
    """One user at the gateway. Each act has a request id of its own; an act that got no answer is asked again."""

    def __init__(self, platform: Platform, client: httpx.Client) -> None:
        self.platform = platform
        self.client = client

    def act(self, mutation: str, input_type: str, given: dict[str, Any], *, patient: bool = False) -> dict[str, Any]:
        """The payload. ``patient``: repeats the same request while a part of the platform is away."""
        query = f"mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ {CASE} }} }}"
        return self.request(query, mutation, given, patient=patient)

    def register(self, given: dict[str, Any], *, patient: bool = False) -> dict[str, Any]:
        return self.request(REGISTER, "registerPetition", given, patient=patient)

    def request(self, query: str, field: str, given: dict[str, Any], *, patient: bool) -> dict[str, Any]:
        key = str(uuid.uuid4())

        def once() -> dict[str, Any] | None:
            try:
                answer = self.client.post(
                    "/graphql",
                    json={"query": query, "variables": {"input": given}},
                    headers={"Idempotency-Key": key},
                )
                body = answer.json()
            except (httpx.TransportError, ValueError):
                if patient:
                    return None
                raise
            if not body.get("data"):
                if patient and answer.status_code >= 500:
                    return None
                raise AssertionError(body)
            payload: dict[str, Any] = body["data"][field]
            if patient and any(error["code"] in AWAY for error in payload["errors"]):
                return None
            return payload

        return self.platform.eventually(once, 90) if patient else once() or {}

    def whole(self, petition_id: str) -> dict[str, Any]:
        """The case file; raises where this user does not see it."""
        data = self.platform.gql(self.client, WHOLE, {"id": petition_id})
        petition: dict[str, Any] = data["petition"]
        return petition


def done(payload: dict[str, Any]) -> dict[str, Any]:
    """The payload of an act that was carried out."""
    assert payload["errors"] == [], payload["errors"]
    return payload


def in_days(days: int) -> str:
    return str(today() + timedelta(days=days))


def acts_of(petition: dict[str, Any]) -> list[str]:
    """The acts on the timeline of what ``Walker.whole`` gave, the first in front."""
    return [entry["act"] for entry in petition["timeline"]]


def leaders_about(platform: Platform, day: str) -> set[str]:
    """Who leads a shift of the county office on this day, or on the one before, whose night's watch may go on."""
    since = str(date.fromisoformat(day) - timedelta(days=1))
    query = """query($from: Date!, $to: Date!) {
      dutyTable(from: $from, to: $to, tenant: "xfj") { seats { role name } } }"""
    table = platform.gql(platform.login("xfj", "CLERK"), query, {"from": since, "to": day})["dutyTable"]
    return {seat["name"] for shift in table for seat in shift["seats"] if seat["role"] == "LEAD"}
