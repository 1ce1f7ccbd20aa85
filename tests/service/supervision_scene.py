"""A case in a bureau's hands, and the mutations about its clocks, as their users send them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from services.contracts.actor import Actor, Role, TenantKind
from tests.harness.platform import Platform
from tests.journey.story import Walker, done, in_days, letter

COUNTY = "611021"
TOWNSHIP = "611021001"

CLOCK = """id obligation state metOn dueOn effectiveDueOn extendableDays binding owner { code }
  legal { dueOn } extension { days } supervisions { id } expectedOn expectedLate explanation"""
ERRORS = "errors { code message field }"
EXTENSION = f"extension {{ id state days decision informedLabel requestedBy {{ name }} clock {{ {CLOCK} }} }} {ERRORS}"
MILESTONE = f"milestone {{ id kind on at note until takenBack tenant {{ code }} }} {ERRORS}"
THREAD = f"""supervision {{ id state stateLabel reason answerBy answeredOn endedOn firstReceiver caseOwner obligation
  openedBy {{ code }} addressee {{ code }} clock {{ id }}
  entries {{ step stepLabel text adopted answerBy by {{ name tenant {{ code }} }} }} }} {ERRORS}"""
REMINDER = f"""reminder {{ id role urgent text tenant {{ code }} receipts {{ by {{ name }} }}
  items {{ clockId level petitionNumber obligationLabel firstReceiver }} }} {ERRORS}"""
ANSWERS = {
    **dict.fromkeys(["requestExtension", "decideExtension", "withdrawExtension", "informOfExtension"], EXTENSION),
    **dict.fromkeys(["recordMilestone", "takeBackMilestone"], MILESTONE),
    **dict.fromkeys(["openSupervision", "answerSupervision", "escalateSupervision"], THREAD),
    **dict.fromkeys(["acknowledgeSupervision", "closeSupervision", "withdrawSupervision"], THREAD),
    **dict.fromkeys(["sendReminder", "acknowledgeReminder"], REMINDER),
    **dict.fromkeys(["startApproval", "passApprovalStep"], f"approval {{ id nextStep {{ id }} }} {ERRORS}"),
    "recordCaseMeeting": f"meeting {{ id }} {ERRORS}",
    "noteProgress": ERRORS,
}
INPUTS = {"acknowledgeSupervision": "SupervisionInput"}
CLOCKS = f"query($id: UUID) {{ petition(id: $id) {{ clocks {{ {CLOCK} }} }} }}"


def ask(platform: Platform, client: httpx.Client, mutation: str, **given: Any) -> dict[str, Any]:
    """The payload of one mutation."""
    input_type = INPUTS.get(mutation, f"{mutation[0].upper()}{mutation[1:]}Input")
    query = f"mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ {ANSWERS[mutation]} }} }}"
    return Walker(platform, client).request(query, mutation, given, patient=False)


def refused(payload: dict[str, Any]) -> str:
    """The code for which nothing was done."""
    (error,) = payload["errors"]
    assert [value for name, value in payload.items() if name != "errors"] == [None]
    code: str = error["code"]
    return code


def clocks(platform: Platform, client: httpx.Client, petition_id: str) -> dict[str, dict[str, Any]]:
    """By obligation; of these cases each is owed once."""
    found = platform.gql(client, CLOCKS, {"id": petition_id})["petition"]["clocks"]
    return {one["obligation"]: one for one in found}


class Scene:
    """One letter, referred by the county office to a bureau that has accepted it."""

    def __init__(self, platform: Platform, *, sender: str = "xfj", **changes: Any) -> None:
        self.platform = platform
        self.sender = platform.login(sender, "CLERK")
        self.clerk = platform.login("zrzy", "CLERK")
        self.head = platform.login("zrzy", "HEAD")
        self.supervisor = platform.login("xfj", "SUPERVISOR")
        office = Walker(platform, self.sender)
        self.petition = done(office.register(letter(**changes)))["petition"]["id"]
        given = {
            "petitionId": self.petition,
            "kind": "ASSIGN",
            "dueOn": in_days(40),
            "to": [{"tenant": "zrzy", "role": "LEAD"}],
        }
        self.referral = done(office.act("referPetition", "ReferPetitionInput", given))["referral"]["id"]
        bureau = Walker(platform, self.clerk)
        for act in ("receiveReferral", "acceptReferral"):
            done(bureau.act(act, "ReferralInput", {"referralId": self.referral}))
        self.clock = self.open_clock("HANDLING")

    def clocks(self) -> dict[str, dict[str, Any]]:
        return clocks(self.platform, self.clerk, self.petition)

    def open_clock(self, obligation: str) -> dict[str, Any]:
        """Counted by deadlines once routing's fact has come to it, and shown once its own has come to the view."""
        return self.platform.eventually(lambda: self.clocks().get(obligation))

    def ask(self, client: httpx.Client, mutation: str, **given: Any) -> dict[str, Any]:
        return ask(self.platform, client, mutation, **given)

    def open_thread(self, client: httpx.Client | None = None, **changes: Any) -> dict[str, Any]:
        given = {
            "clockId": self.clock["id"],
            "reason": "SHIRKING",
            "text": "请说明进展并限期办结",
            "answerBy": in_days(5),
            **changes,
        }
        return self.ask(client or self.supervisor, "openSupervision", **given)

    def extend(self, **changes: Any) -> dict[str, Any]:
        given = {"clockId": self.clock["id"], "days": 30, "reason": "案情复杂，须委托鉴定", **changes}
        return self.ask(self.clerk, "requestExtension", **given)


@contextmanager
def user(platform: Platform, tenant: str, kind: TenantKind, *roles: Role) -> Iterator[httpx.Client]:
    """A user whom no demonstration county has."""
    actor = Actor(
        county=COUNTY, tenant=tenant, kind=kind, user=f"{tenant}.made@luonan", name="专员", roles=frozenset(roles)
    )
    with platform.stand_in(actor) as client:
        yield client
