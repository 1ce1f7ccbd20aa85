"""The cases of the table, each walked through the gateway to its stage; and a client for each who looks."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from gateway.identity import issue_token
from services.contracts.actor import Actor, Role, TenantKind
from tests.harness.platform import Platform
from tests.isolation.rule import Standing
from tests.isolation.table import REFERENCE, SLUGS, Kind, Observer, Stage, cells, standing
from tests.journey.story import Walker, done, in_days, letter, today

TOKEN_MINUTES = 60
SENDER = "xfj"

MARK = "隔离样件"
"""Stands in the title of every case of the table, and of no other."""
NAME = "钱小河"

# Each act: who does it (a player, or the county office), and what.
SEND = [("office", "referPetition", "first support")]
OBJECT = [*SEND, ("first", "receiveReferral", ""), ("first", "objectToReferral", "")]
RETURN = [*OBJECT, ("office", "decideObjection", "")]
RESEND = [*RETURN, ("office", "referPetition", "second")]
ANSWER = [*RESEND, *(("second", act, "") for act in ("receiveReferral", "acceptReferral", "answerReferral"))]
CLOSE = [
    *ANSWER,
    ("second", "deliverAnswer", ""),
    *(("support", act, "") for act in ("receiveReferral", "acceptReferral", "answerReferral")),
    ("office", "closePetition", ""),
]
WALKS: dict[str, list[tuple[str, str, str]]] = {
    "registered": [],
    "sent": SEND,
    "received": OBJECT[:2],
    "objected": OBJECT,
    "withdrawn": [*SEND, ("office", "withdrawReferral", "")],
    "returned": RETURN,
    "resent": RESEND,
    "answered": ANSWER,
    "closed": CLOSE,
    "returned-and-sent-again": [*RETURN, ("office", "referPetition", "first")],
}

INPUT_TYPES = {
    "referPetition": "ReferPetitionInput",
    "closePetition": "ClosePetitionInput",
    "receiveReferral": "ReferralInput",
    "acceptReferral": "ReferralInput",
    "objectToReferral": "ReasonInput",
    "withdrawReferral": "ReasonInput",
    "decideObjection": "DecideObjectionInput",
    "answerReferral": "AnswerReferralInput",
    "deliverAnswer": "DeliverAnswerInput",
    "revealPetitioner": "RevealPetitionerInput",
}


def fields_of(mutation: str) -> dict[str, Any]:
    """What each act says besides the referral or the petition that it is about."""
    said: dict[str, dict[str, Any]] = {
        "objectToReferral": {"reason": "不属于本单位职责"},
        "withdrawReferral": {"reason": "转送有误"},
        "decideObjection": {"uphold": True, "reason": "理由成立"},
        "answerReferral": {"outcome": "EXPLAINED", "opinion": "已向信访人说明政策依据。"},
        "deliverAnswer": {"mode": "IN_PERSON", "on": str(today()), "signed": True},
    }
    return said.get(mutation, {})


@dataclass
class Case:
    """One case of the table as the platform holds it. ``referrals``: by player, the newest referral to it."""

    kind: Kind
    stage: Stage
    id: str
    number: str
    query_code: str
    referrals: dict[str, str] = field(default_factory=dict)
    first_referral: str | None = None

    def __str__(self) -> str:
        return f"{self.kind.name}/{self.stage.name}"

    @property
    def standing(self) -> Standing:
        return standing(self.kind, self.stage)


class Scene:
    """The platform with both counties and all cases of the table in it."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.known: tuple[dict[str, Any], dict[str, Any]] | None = None
        """The marks of all cases, and their files as they are while these are the marks; for ``check.settled``."""
        self._tokens: dict[Actor, httpx.Client] = {}
        platform.provision(SLUGS["990001"])
        self.cases = [self._case(kind, stage) for kind, stage in cells()]

    def close(self) -> None:
        for client in self._tokens.values():
            client.close()

    def client(self, observer: Observer) -> httpx.Client:
        """The client of a user of the profile, logged in; an invented one gets a token without an account."""
        actor = observer.actor
        if observer.invented:
            return self._invented(actor)
        login = next(one for one in self.platform.logins if one["username"] == actor.user)
        known = (login["county"], login["tenant"], login["kind"], set(login["role"].split(";")))
        assert known == (SLUGS[actor.county], actor.tenant, actor.kind.value, {role.value for role in actor.roles})
        return self.platform.client(login["username"], login["password"])

    def case(self, kind: str, stage: str) -> Case:
        return next(case for case in self.cases if (case.kind.name, case.stage.name) == (kind, stage))

    def register(self, kind: Kind, *, mark: str = MARK) -> Case:
        """A new case of this kind, registered and not yet referred."""
        registrar = Walker(self.platform, self.platform.login(kind.registered_by, "CLERK", SLUGS[kind.county]))
        given = letter(
            petitioners=[{**letter()["petitioners"][0], "name": NAME}],
            place=f"{kind.registered_by}",
            title=f"{mark}：反映{kind.label}",
            nature=kind.nature.value,
            confidential=kind.confidential,
            accused=list(kind.accused),
            urgency="URGENT",
        )
        petition = done(registrar.register(given))["petition"]
        registered = next(stage for one, stage in cells() if one is kind and stage.name == "registered")
        return Case(kind, registered, petition["id"], petition["number"], petition["queryCode"])

    def act(self, case: Case, who: str, mutation: str, to: str = "") -> None:
        """One act of a walk. ``who``: ``office`` or a player of the case, always one with clearance."""
        kind = case.kind
        client = self.client(REFERENCE[kind.county]) if who == "office" else self._desk(kind, getattr(kind, who))
        if mutation == "referPetition":
            players = to.split()
            addressees = [
                {"tenant": getattr(kind, player), "role": "SUPPORT" if player == "support" else "LEAD"}
                for player in players
            ]
            given = {"petitionId": case.id, "kind": "ASSIGN", "to": addressees, "dueOn": in_days(30), "note": "请核实"}
        elif mutation == "closePetition":
            given = {"petitionId": case.id}
        else:
            receiver = "first" if who == "office" else who
            given = {"referralId": case.referrals[receiver], **fields_of(mutation)}
        query = (
            f"mutation($input: {INPUT_TYPES[mutation]}!) {{ {mutation}(input: $input) {{"
            " petition { id } referrals { id toTenant { code } } errors { code message field } } }"
        )
        payload = done(Walker(self.platform, client).request(query, mutation, given, patient=False))
        if mutation == "referPetition":
            made = {referral["toTenant"]["code"]: referral["id"] for referral in payload["referrals"]}
            case.referrals.update({player: made[getattr(kind, player)] for player in to.split()})
            case.first_referral = case.first_referral or case.referrals["first"]

    def _case(self, kind: Kind, stage: Stage) -> Case:
        case = self.register(kind)
        for who, mutation, to in WALKS[stage.name]:
            self.act(case, who, mutation, to)
        case.stage = stage
        return case

    def _desk(self, kind: Kind, tenant: str) -> httpx.Client:
        return self._invented(
            Actor(
                county=kind.county,
                tenant=tenant,
                kind=TenantKind.BUREAU,
                user=f"{tenant}.desk@{SLUGS[kind.county]}",
                name=f"{tenant} 经办",
                roles=frozenset({Role.CLERK, Role.ACCUSATIONS}),
            )
        )

    def _invented(self, actor: Actor) -> httpx.Client:
        if actor not in self._tokens:
            token = issue_token(actor, key=self.platform.settings.token_key, minutes=TOKEN_MINUTES)
            self._tokens[actor] = httpx.Client(
                base_url=self.platform.url,
                timeout=30,
                trust_env=False,
                headers={"Authorization": f"Bearer {token}"},
            )
        return self._tokens[actor]
