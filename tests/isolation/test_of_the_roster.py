"""The roster's private parts: who is away and why, who has what interests, who comes with what; whose they are."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from services.common.ids import new_id
from services.contracts.actor import Role, TenantKind
from tests.isolation import reading
from tests.isolation.rule import READS_CASES
from tests.isolation.scene import MARK, NAME, PHONE, Scene
from tests.isolation.table import HERE, OBSERVERS, Observer
from tests.isolation.test_of_the_register import SORTS
from tests.journey.story import in_days

TOWN = "611021102"
LEADERS = (f"{TOWN}-jia", f"{TOWN}-yi", f"{TOWN}-bing")
SOUGHT = [observer for observer in OBSERVERS if observer.actor.user in SORTS]
each_observer = pytest.mark.parametrize("observer", SOUGHT, ids=str)
FIRST, LAST = in_days(140), in_days(400)
"""Beyond what is planned by itself, so that nothing else stands there."""

MONTH = in_days(-31)[:8] + "01"

LISTS = {
    "absences": "absences(from: $first, to: $last) { id }",
    "substitutions": "substitutions(from: $first, to: $last) { id }",
    "filings": "filings(from: $first, to: $last) { id }",
    "appointments": "appointments(filter: { from: $first, to: $last }, first: 100) { nodes { id } }",
    "information": "information(filter: {}, first: 100) { nodes { id } }",
    "networkPosts": "networkPosts(filter: {}, first: 100) { nodes { id } }",
    "evaluations": "evaluations(from: $month, to: $month) { id }",
    "feeds": "feeds { id }",
}
"""Each list, to be asked for whole; beside it the things of one town that this test made stand in it."""


@dataclass(frozen=True)
class Kept:
    """What one town keeps: by the name of the list."""

    shift: str
    ids: dict[str, str]
    accusing: str
    """Of an appointment that accuses a bureau; booked by the town's clerk."""
    accusing_town: str
    """Of a piece of information that accuses the town itself; entered by the county office's head."""
    named: frozenset[str]
    """Logins of those whom the accusing appointment may be known to besides cleared ones: its receiver and clerk."""


@pytest.fixture(scope="module")
def kept(scene: Scene) -> Kept:
    platform = scene.platform
    clerk, head = (platform.login(TOWN, role) for role in ("CLERK", "HEAD"))
    office = platform.login("xfj", "HEAD")

    def made(client: httpx.Client, act: str, shown: str, given: dict[str, Any]) -> Any:
        asked = f"{act}(input: $input) {{ {shown} errors {{ code message }} }}"
        query = f"mutation($input: {reading.input_type(act)}!) {{ {asked} }}"
        payload = platform.gql(client, query, {"input": given})[act]
        assert payload["errors"] == [], (act, payload)
        return payload

    day = in_days(150)
    shift = made(
        clerk,
        "enterShift",
        "shift { id }",
        {
            **{"name": MARK, "kind": "RECEPTION", "mode": "BOOKED", "day": day, "start": "09:00:00", "end": "11:00:00"},
            **{"place": "一号接待室", "slotMinutes": 15, "seats": [{"role": "LEAD", "member": LEADERS[1]}]},
        },
    )["shift"]["id"]
    swap = {"shiftId": shift, "member": LEADERS[1], "byMember": LEADERS[2], "reason": MARK}
    away = {"member": LEADERS[2], "kind": "TRIP", "first": in_days(160), "last": in_days(161), "reason": MARK}
    booked = {"shiftId": shift, "way": "CLERK", "name": NAME, "phone": PHONE, "matter": f"{MARK}：反映补偿款"}
    accusing = {**booked, "name": "周小溪", "phone": None, "accusation": True, "concerns": ["slj"]}
    post = {
        **{"tenant": TOWN, "role": "INFORMANT", "name": "演示信息员", "covers": ["611021102201#一组"]},
        **{"since": in_days(-30), "until": in_days(300)},
    }
    poster = made(clerk, "saveNetworkPost", "post { id }", post)["post"]["id"]
    told = {
        **{"post": poster, "place": "611021102201", "foundOn": in_days(0), "way": "PHONE"},
        **{"text": f"{MARK}：地界有争执", "level": "TOWNSHIP"},
    }
    of_town = {**told, "accuses": [TOWN], "level": "COUNTY"}
    ids = {
        "absences": made(clerk, "requestAbsence", "absence { id }", away)["absence"]["id"],
        "substitutions": made(clerk, "requestSubstitution", "substitution { id }", swap)["substitution"]["id"],
        "appointments": made(clerk, "bookAppointment", "appointment { id }", booked)["appointment"]["id"],
        "networkPosts": poster,
        "information": made(clerk, "sendInformation", "item { id }", told)["item"]["id"],
        "filings": made(
            clerk,
            "fileRoster",
            "filing { id }",
            {"first": FIRST, "last": LAST, "filedOn": in_days(0), "filedWith": "市信访局"},
        )["filing"]["id"],
        "evaluations": made(
            office,
            "evaluateMember",
            "evaluation { id }",
            {"member": LEADERS[1], "month": MONTH, "verdict": "PRAISED", "reason": MARK},
        )["evaluation"]["id"],
        "feeds": made(head, "rotateFeed", "feedId", {"of": "TENANT"})["feedId"],
    }
    return Kept(
        shift=shift,
        ids=ids,
        accusing=made(clerk, "bookAppointment", "appointment { id }", accusing)["appointment"]["id"],
        accusing_town=made(office, "sendInformation", "item { id }", of_town)["item"]["id"],
        named=frozenset({f"{TOWN}.clerk@luonan"}),
    )


def knows(observer: Observer) -> bool:
    """Whether what the town keeps for itself is for him: its own people who read cases, and the county office's."""
    actor = observer.actor
    inner = actor.kind is TenantKind.COUNTY or actor.tenant == TOWN
    return actor.county == HERE and bool(actor.roles & READS_CASES) and inner


def listed(scene: Scene, observer: Observer) -> dict[str, set[str]]:
    """Each list is asked for by itself, so that one that is refused hides no other."""
    found: dict[str, set[str]] = {}
    values = {"first": ("Date!", FIRST), "last": ("Date!", LAST), "month": ("Date!", MONTH)}
    for name, asked in LISTS.items():
        given = {key: value for key, (_, value) in values.items() if f"${key}" in asked}
        declared = ", ".join(f"${key}: {values[key][0]}" for key in given)
        query = f"query({declared}) {{ {asked} }}" if given else f"{{ {asked} }}"
        body = reading.post(scene.client(observer), query, given).json()
        assert {error["extensions"]["code"] for error in body.get("errors", [])} <= {"FORBIDDEN"}, body
        rows = (body["data"] or {}).get(name) or []
        found[name] = {row["id"] for row in (rows["nodes"] if isinstance(rows, dict) else rows)}
    return found


@each_observer
def test_the_lists_of_a_roster_hold_what_is_ones_own(scene: Scene, kept: Kept, observer: Observer) -> None:
    mine = dict.fromkeys(LISTS, knows(observer))
    # How somebody received is between him and those who lead.
    mine["evaluations"] &= bool(observer.actor.roles & {Role.HEAD, Role.LEADER, Role.SUPERVISOR})
    # The office above reads the rosters themselves and needs no addresses of others.
    mine["feeds"] &= observer.actor.tenant == TOWN

    def right() -> bool:
        found = listed(scene, observer)
        assert {name: kept.ids[name] in found[name] for name in LISTS} == mine, observer
        return True

    scene.platform.eventually(right)


@each_observer
def test_an_appointment_that_accuses_is_for_named_and_cleared_people(
    scene: Scene, kept: Kept, observer: Observer
) -> None:
    actor = observer.actor
    may = knows(observer) and (Role.ACCUSATIONS in actor.roles or actor.user in kept.named)
    (found,) = reading.each_by_id(scene.client(observer), "appointment", "{ id matter name }", [kept.accusing])
    assert (found is not None) == may, observer
    assert (kept.accusing in listed(scene, observer)["appointments"]) == may, observer


@each_observer
def test_information_that_accuses_a_town_is_not_for_the_town(scene: Scene, kept: Kept, observer: Observer) -> None:
    actor = observer.actor
    may = knows(observer) and actor.kind is TenantKind.COUNTY
    may &= Role.ACCUSATIONS in actor.roles or actor.user == "xfj.head@luonan"
    (found,) = reading.each_by_id(scene.client(observer), "informationItem", "{ id }", [kept.accusing_town])
    assert (found is not None) == may, observer


@each_observer
def test_a_shift_shows_everybody_who_serves_and_only_its_own_why(scene: Scene, kept: Kept, observer: Observer) -> None:
    (found,) = reading.each_by_id(
        scene.client(observer), "shift", "{ id seats { name inAt outAt insteadOf } }", [kept.shift]
    )
    assert (found is not None) == (observer.actor.county == HERE), observer
    if found is not None:
        assert [seat["name"] for seat in found["seats"]] == ["演示·古城乙"]


@each_observer
def test_nobody_outside_acts_on_a_towns_roster(scene: Scene, kept: Kept, observer: Observer) -> None:
    if knows(observer):
        return
    appointment = {"appointmentId": kept.ids["appointments"]}
    because = {"reason": "越权尝试"}
    inputs: dict[str, Any] = {
        "decideAbsence": {"absenceId": kept.ids["absences"], "approve": True},
        "cancelAbsence": {"absenceId": kept.ids["absences"], **because},
        "requestAbsence": {
            **{"member": LEADERS[0], "kind": "LEAVE", "first": in_days(170), "last": in_days(171), **because}
        },
        "requestSubstitution": {"shiftId": kept.shift, "member": LEADERS[1], "byMember": LEADERS[0], **because},
        "decideSubstitution": {"substitutionId": kept.ids["substitutions"], "approve": True},
        "takeBackSubstitution": {"substitutionId": kept.ids["substitutions"], **because},
        "checkIn": {"shiftId": kept.shift, "member": LEADERS[1]},
        "checkOut": {"shiftId": kept.shift, "member": LEADERS[1]},
        "takeBackCheck": {"shiftId": kept.shift, "member": LEADERS[1], **because},
        "nameSeat": {"shiftId": kept.shift, "role": "LEAD", "member": LEADERS[0], **because},
        "cancelShift": {"shiftId": kept.shift, **because},
        "bookAppointment": {"shiftId": kept.shift, "way": "CLERK", "name": "某人", "matter": "越权尝试"},
        "decideAppointment": {**appointment, "accept": False, **because},
        "moveAppointment": {**appointment, "shiftId": kept.shift, **because},
        "moveAppointments": {"fromShift": kept.shift, "toShift": kept.shift, **because},
        "cancelAppointment": {**appointment, **because},
        "arrive": appointment,
        "callNext": {"shiftId": kept.shift},
        "finishAppointment": {**appointment, "kind": "ANSWERED", "text": "已答复"},
        "missAppointment": appointment,
        "takeBackVisit": {**appointment, **because},
        "recuse": {**appointment, "member": LEADERS[1], **because},
        "takeBackRecusal": {**appointment, "member": LEADERS[1], **because},
        "revealVisitor": {**appointment, **because},
        "writeLog": {"shiftId": kept.shift, "kind": "EVENT", "text": "越权尝试"},
        "settleLogEntry": {"shiftId": kept.shift, "place": 0},
        "handOver": {"shiftId": kept.shift},
        "acknowledgeHandover": {"shiftId": kept.shift},
        "takeBackFiling": {"filingId": kept.ids["filings"], **because},
        "revokeFeed": {"feedId": kept.ids["feeds"]},
        "evaluateMember": {"member": LEADERS[0], "month": MONTH, "verdict": "CRITICISED", **because},
        "takeBackEvaluation": {"evaluationId": kept.ids["evaluations"], **because},
        "saveNetworkPost": {
            **{"postId": kept.ids["networkPosts"], "tenant": TOWN, "role": "INFORMANT", "name": "某人"},
            **{"covers": ["611021102201#一组"], "since": in_days(-1)},
        },
        "sendInformation": {
            **{"post": kept.ids["networkPosts"], "place": "611021102201", "foundOn": in_days(0), "way": "PHONE"},
            **{"text": "越权尝试", "level": "TOWNSHIP"},
        },
        "forwardInformation": {"itemId": kept.ids["information"], "level": "COUNTY", "text": "越权尝试"},
        "decideInformation": {"itemId": kept.ids["information"], "take": True, "text": "越权尝试"},
        "linkInformation": {"itemId": kept.ids["information"], "petitionId": new_id()},
        "takeBackInformation": {"itemId": kept.ids["information"], **because},
        "saveInterests": {"member": LEADERS[1], "kin": ["某人"], "units": []},
        "saveMember": {
            **{"memberId": LEADERS[1], "name": "某人", "rank": "LEADER", "post": "副镇长", "since": in_days(-9)}
        },
    }
    declared = ", ".join(f"${act}: {reading.input_type(act)}!" for act in inputs)
    fields = " ".join(f"{act}(input: ${act}) {{ errors {{ code }} }}" for act in inputs)
    body = reading.post(scene.client(observer), f"mutation({declared}) {{ {fields} }}", inputs).json()
    assert "errors" not in body, body
    found = {act: [error["code"] for error in payload["errors"]] for act, payload in body["data"].items()}
    assert {
        act: codes for act, codes in found.items() if not set(codes) or set(codes) - {"FORBIDDEN", "NOT_FOUND"}
    } == {}


def test_what_a_stranger_tried_changed_nothing(scene: Scene, kept: Kept) -> None:
    """After all of the above: the town's own clerk finds everything as it was made."""
    clerk = next(each for each in OBSERVERS if each.actor.user == f"{TOWN}.clerk@luonan")
    client = scene.client(clerk)
    (shift,) = reading.each_by_id(client, "shift", "{ cancelled seats { name inAt } }", [kept.shift])
    assert shift == {"cancelled": None, "seats": [{"name": "演示·古城乙", "inAt": None}]}
    (appointment,) = reading.each_by_id(
        client, "appointment", "{ state recused { reason } }", [kept.ids["appointments"]]
    )
    assert appointment == {"state": "REQUESTED", "recused": []}
