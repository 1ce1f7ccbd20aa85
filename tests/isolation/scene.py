"""The cases of the table, each walked through the gateway to its stage; and a client for each who looks."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.intake import Nature
from tests.harness.platform import Platform
from tests.isolation import reading
from tests.isolation.rule import Standing
from tests.isolation.table import REFERENCE, SLUGS, Kind, Observer, Stage, cells, standing
from tests.isolation.walks import HEARD_BY_BUS, NOT_OF_ACCUSATIONS, PATIENTLY, WALKS, fields_of
from tests.journey.story import Walker, done, in_days, letter

SENDER = "xfj"

MARK = "隔离样件"
"""Stands in the title of every case of the table, and of no other."""
PARTS_MADE = (
    *("extension", "milestone", "approval", "meeting", "settlement", "supervision", "reminder"),
    *("talk", "notice", "followUp", "report"),
)
"""By which name a payload shows what an act made."""
NAME = "钱小河"
PHONE = "13912345678"
"""Stands in every text, and nowhere in clear."""


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
    parts: dict[str, str] = field(default_factory=dict)
    """Ids of what belongs to it, as the inputs of acts name them: ``clockId``, ``extensionId`` ..."""

    def __str__(self) -> str:
        return f"{self.kind.name}/{self.stage.name}"

    @property
    def standing(self) -> Standing:
        return standing(self.kind, self.stage)


def attach(client: httpx.Client, petition: str) -> str:
    """Adds a file to the case, and gives its id."""
    asked = {"petition": petition, "kind": "EVIDENCE", "name": "照片.pdf"}
    answer = client.post("/attachments", params=asked, content=b"%PDF-1.7 " + petition.encode())
    assert answer.status_code == 201, answer.text
    return str(answer.json()["attachment"]["id"])


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
        """The client of a user of the profile, logged in; an invented one stands in."""
        actor = observer.actor
        if observer.invented:
            return self._invented(actor)
        login = next(one for one in self.platform.logins if one["username"] == actor.user)
        known = (login["county"], login["tenant"], login["kind"], set(login["role"].split(";")))
        assert known == (SLUGS[actor.county], actor.tenant, actor.kind.value, {role.value for role in actor.roles})
        return self.platform.client(login["username"], login["password"])

    def reference_of(self, observer: Observer) -> httpx.Client:
        """Who sees all of the observer's county."""
        return self.client(REFERENCE[observer.actor.county])

    def known_file(self, case: Case) -> dict[str, Any]:
        """The case's file as it was when everything was last at rest."""
        assert self.known is not None
        file: dict[str, Any] = self.known[1][case.id]
        return file

    def case(self, kind: str, stage: str) -> Case:
        return next(case for case in self.cases if (case.kind.name, case.stage.name) == (kind, stage))

    @property
    def full(self) -> Case:
        """A case to which belongs all that can."""
        return self.case("ordinary", "closed")

    def register(self, kind: Kind, *, mark: str = MARK) -> Case:
        """A new case of this kind, registered and not yet referred."""
        registrar = Walker(self.platform, self.platform.login(kind.registered_by, "CLERK", SLUGS[kind.county]))
        given = letter(
            petitioners=[{**letter()["petitioners"][0], "name": NAME}],
            place=f"{kind.registered_by}",
            title=f"{mark}：反映{kind.label}",
            # So that there is a text as it was written, which not everybody may see.
            body=f"征地补偿款没有发放，请回电 {PHONE}。",
            nature=kind.nature.value,
            confidential=kind.confidential,
            accused=list(kind.accused),
            accusedUsers=list(kind.accused_users),
            urgency="URGENT",
        )
        petition = done(registrar.register(given))["petition"]
        registered = next(stage for one, stage in cells() if one is kind and stage.name == "registered")
        return Case(kind, registered, petition["id"], petition["number"], petition["queryCode"])

    def act(self, case: Case, who: str, mutation: str, to: str = "") -> None:
        """One act of a walk. ``who``: ``office``, its ``chief`` or a player of the case, always one with clearance."""
        kind = case.kind
        if kind.nature is Nature.ACCUSATION and mutation in NOT_OF_ACCUSATIONS:
            return
        if who == "office":
            client = self.client(REFERENCE[kind.county])
        else:
            client = self._invented(self._chief(kind) if who == "chief" else self._desk(kind, kind.players[who]))
        if mutation == "attach":
            case.parts["attachmentId"] = attach(client, case.id)
            return
        given = {**self._about(case, who, mutation, to), **fields_of(mutation)}
        kept = self._once(client, mutation, given) if mutation in PATIENTLY else None
        payload = kept or done(self._ask(client, mutation, given))
        if mutation == "referPetition":
            made = {referral["toTenant"]["code"]: referral["id"] for referral in payload["referrals"]}
            case.referrals.update({player: made[kind.players[player]] for player in to.split()})
            case.first_referral = case.first_referral or case.referrals["first"]
        for part in (
            "extension",
            "milestone",
            "approval",
            "meeting",
            "settlement",
            "supervision",
            "reminder",
            "talk",
            "notice",
            "followUp",
            "report",
        ):
            if part in payload:
                case.parts[f"{part}Id"] = payload[part]["id"]

    def _about(self, case: Case, who: str, mutation: str, to: str) -> dict[str, Any]:
        kind = case.kind
        if mutation == "referPetition":
            addressees = [
                {"tenant": kind.players[player], "role": "SUPPORT" if player == "support" else "LEAD"}
                for player in to.split()
            ]
            return {"petitionId": case.id, "kind": "ASSIGN", "to": addressees, "dueOn": in_days(30), "note": "请核实"}
        if mutation == "openSupervision" and to == "first":
            return {"petitionId": case.id, "addressee": kind.first}
        if mutation in {"requestExtension", "openSupervision", "sendReminder"}:
            if mutation == "requestExtension" or "clockId" not in case.parts:
                case.parts["clockId"] = self._clock_of(case, kind.players[to])
            return {"clockId": case.parts["clockId"]}
        if mutation == "reportUrgent":
            told = [{"whom": "COMPETENT_BODY", "tenant": kind.players[to]}]
            return {"petitionId": case.id, "told": told}
        if mutation == "assignCaseOwner":
            return {"petitionId": case.id, "tenant": kind.players[to]}
        if mutation == "withdrawApproval":
            return {"approvalId": case.parts["approvalId"]}
        if reading.inputs_of(reading.input_type(mutation)) & {"petitionId"}:
            return {"petitionId": case.id}
        receiver = "first" if who == "office" else who
        return {"referralId": case.referrals[receiver]}

    def _clock_of(self, case: Case, tenant: str) -> str:
        """The clock by which this tenant must answer, or where the law has none report."""
        wanted = "REPORT" if case.kind.nature is Nature.ACCUSATION else "HANDLING"
        query = "query($f: ClockFilter) { clocks(filter: $f) { nodes { id } } }"
        given = {"f": {"petitionId": case.id, "owner": tenant, "obligation": [wanted]}}
        client = self.client(REFERENCE[case.kind.county])
        nodes = self.platform.eventually(lambda: self.platform.gql(client, query, given)["clocks"]["nodes"])
        return str(nodes[0]["id"])

    def _once(self, client: httpx.Client, mutation: str, given: dict[str, Any]) -> dict[str, Any]:
        """The payload, once the service has heard of what went before."""

        def attempt() -> dict[str, Any] | None:
            payload = self._ask(client, mutation, given)
            return None if {error["code"] for error in payload["errors"]} & HEARD_BY_BUS else payload

        return done(self.platform.eventually(attempt))

    def _ask(self, client: httpx.Client, mutation: str, given: dict[str, Any]) -> dict[str, Any]:
        shown = " ".join(
            f"{name} {{ id toTenant {{ code }} }}" if name == "referrals" else f"{name} {{ id }}"
            for name in reading.shown_by(mutation)
        )
        query = (
            f"mutation($input: {reading.input_type(mutation)}!) {{ {mutation}(input: $input) {{"
            f" {shown} errors {{ code message field }} }} }}"
        )
        return Walker(self.platform, client).request(query, mutation, given, patient=False)

    def _case(self, kind: Kind, stage: Stage) -> Case:
        case = self.register(kind)
        for who, mutation, to in WALKS[stage.name]:
            self.act(case, who, mutation, to)
        case.stage = stage
        if stage.name == "closed":
            query = "query($id: UUID) { petition(id: $id) { reviews { id } } }"
            file = self.platform.gql(self.client(REFERENCE[kind.county]), query, {"id": case.id})["petition"]
            case.parts |= {"reviewId": file["reviews"][0]["id"], "referralId": case.referrals["second"]}
        return case

    def _desk(self, kind: Kind, tenant: str) -> Actor:
        return Actor(
            county=kind.county,
            tenant=tenant,
            kind=TenantKind.BUREAU,
            user=f"{tenant}.desk@{SLUGS[kind.county]}",
            name=f"{tenant} 经办",
            roles=frozenset({Role.CLERK, Role.ACCUSATIONS}),
        )

    def _chief(self, kind: Kind) -> Actor:
        return Actor(
            county=kind.county,
            tenant=SENDER,
            kind=TenantKind.COUNTY,
            user=f"{SENDER}.chief@{SLUGS[kind.county]}",
            name="督办演示",
            roles=frozenset({Role.CLERK, Role.SUPERVISOR, Role.ACCUSATIONS}),
        )

    def _invented(self, actor: Actor) -> httpx.Client:
        if actor not in self._tokens:
            self._tokens[actor] = self.platform.stand_in(actor)
        return self._tokens[actor]
