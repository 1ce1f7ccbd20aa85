"""The same person and the same matter at several tenants: found while the clerk types, put together, counted, urged."""

from typing import Any

import psycopg
import pytest

from tests.harness.platform import Platform
from tests.journey.story import Walker, done, letter, today

CHECK = """query($input: CheckRepeatsInput!) { checkRepeats(input: $input) { samePerson matches {
  number visible petition { id } title matterNumber matterSize registeredBy { code } reasons standing handledBy advice
  adviceLabel likeness } } }"""
CASE = """query($id: UUID!) { petition(id: $id) { repeated timeline { act remark }
  matter { id number samePeople reason size petitions { id } } } }"""
LIST = "query($filter: PetitionFilter) { petitions(filter: $filter) { nodes { id } } }"
RISING = "query($since: Date!) { matters(since: $since, first: 100) { id number title recent size } }"
TOLD = "{ reminders(filter: {urgent: true}) { nodes { text atOnce { petitionId reason basis } } } }"

TITLE = "反映栖霞坪村宏远采石场夜间爆破"
BODY = (
    "我是栖霞坪村三组村民。村后的宏远采石场从去年十月起夜间爆破作业，震得房屋开裂，老人孩子无法休息。"
    "村民多次反映，至今没有解决。请求责令采石场停止夜间爆破，对开裂的房屋作出鉴定和赔偿。"
)
FIRST, SECOND = "611021107", "611021108"


def person(name: str, phone: str) -> dict[str, Any]:
    return {"name": name, "phone": phone, "address": "洛南县巡检镇栖霞坪村", "representative": True}


HE = person("欧阳栖岩", "13966120001")


class Clerk(Walker):
    def __init__(self, platform: Platform, tenant: str, role: str = "CLERK") -> None:
        super().__init__(platform, platform.login(tenant, role))

    def registers(self, **given: Any) -> dict[str, Any]:
        fields = {"petitioners": [HE], "title": TITLE, "body": BODY, "place": None, "category": None, **given}
        petition: dict[str, Any] = done(self.register(letter(**fields)))["petition"]
        return petition

    def checks(self, **given: Any) -> dict[str, Any]:
        asked = {"petitioners": [HE], "title": TITLE, "body": BODY, **given}
        answer: dict[str, Any] = self.platform.gql(self.client, CHECK, {"input": asked})["checkRepeats"]
        return answer

    def finds(self, number: str, **given: Any) -> dict[str, Any] | None:
        return next((one for one in self.checks(**given)["matches"] if one["number"] == number), None)

    def reads(self, petition: str) -> dict[str, Any]:
        case: dict[str, Any] = self.platform.gql(self.client, CASE, {"id": petition})["petition"]
        return case

    def lists(self, **given: Any) -> set[str]:
        nodes = self.platform.gql(self.client, LIST, {"filter": given})["petitions"]["nodes"]
        return {one["id"] for one in nodes}

    def links(self, petition: str, number: str, *, same_people: bool = True, reason: str = "同一人") -> dict[str, Any]:
        given = {"petitionId": petition, "number": number, "samePeople": same_people, "reason": reason}
        return self.act("linkPetition", "LinkPetitionInput", given)

    def unlinks(self, petition: str) -> dict[str, Any]:
        return self.act("unlinkPetition", "UnlinkPetitionInput", {"petitionId": petition, "reason": "误并"})


def codes(payload: dict[str, Any]) -> list[str]:
    return [error["code"] for error in payload["errors"]]


@pytest.fixture(scope="module")
def handled(platform: Platform) -> dict[str, Any]:
    """His first item, registered by one township and in the hands of a bureau."""
    petition = Clerk(platform, FIRST).registers()
    given = {"petitionId": petition["id"], "kind": "TRANSFER", "to": [{"tenant": "zrzy"}]}
    done(Clerk(platform, "xfj").act("referPetition", "ReferPetitionInput", given))
    return petition


def test_who_comes_again_elsewhere_is_recognised_and_what_he_wrote_stays_where_it_is(
    platform: Platform, handled: dict[str, Any]
) -> None:
    second, number = Clerk(platform, SECOND), handled["number"]

    def in_hand() -> dict[str, Any] | None:
        one = second.finds(number)
        return one if one and one["standing"] == "IN_HAND" else None

    found = platform.eventually(in_hand)
    assert set(found["reasons"]) == {"SAME_PERSON", "SAME_TEXT"}
    assert (found["visible"], found["petition"], found["title"]) == (False, None, None)
    assert (found["registeredBy"]["code"], found["handledBy"]) == (FIRST, ["洛南县自然资源局"])
    assert found["advice"] == "URGE"
    assert "第十九条" in found["adviceLabel"]
    assert second.checks()["samePerson"] == 1
    # Half typed: by the person alone, by the title alone; another person's text says nothing of what the law says.
    assert second.finds(number, title="", body="")
    other = second.finds(number, petitioners=[person("司马岚", "13966120002")])
    assert other is not None
    assert (other["reasons"], other["advice"]) == (["SAME_TEXT"], None)
    by_title = second.finds(number, petitioners=[], body="")
    assert by_title is not None
    assert by_title["reasons"] == ["SAME_MATTER"]
    # Whoever registered it, holds it or is of the county office sees it.
    for tenant in (FIRST, "zrzy", "xfj"):
        seen = Clerk(platform, tenant).finds(number)
        assert seen is not None
        assert (seen["visible"], seen["petition"], seen["title"]) == (True, {"id": handled["id"]}, TITLE)


def test_a_repeat_is_marked_counted_and_urged_and_taken_out_again(platform: Platform, handled: dict[str, Any]) -> None:
    first, second, county = Clerk(platform, FIRST), Clerk(platform, SECOND), Clerk(platform, "xfj")
    again = second.registers(matter={"number": handled["number"], "samePeople": True, "reason": "同一人又来信"})
    assert (second.reads(again["id"])["repeated"], first.reads(handled["id"])["repeated"]) == (True, False)
    matter = county.reads(again["id"])["matter"]
    assert (matter["id"], matter["number"], matter["samePeople"]) == (handled["id"], handled["number"], True)
    assert [one["id"] for one in matter["petitions"]] == [again["id"], handled["id"]]
    assert (second.reads(again["id"])["matter"]["size"], matter["size"]) == (1, 2)
    assert county.lists(matter=handled["id"]) == {again["id"], handled["id"]}
    assert again["id"] in county.lists(repeated=True)
    assert handled["id"] not in county.lists(repeated=True)
    rising = platform.gql(county.client, RISING, {"since": str(today())})["matters"]
    assert [(one["number"], one["title"], one["recent"]) for one in rising if one["id"] == handled["id"]] == [
        (handled["number"], TITLE, 2)
    ]
    of_second = platform.gql(second.client, RISING, {"since": str(today())})["matters"]
    assert handled["id"] not in {one["id"] for one in of_second}

    def urged() -> list[dict[str, Any]]:
        nodes = platform.gql(platform.login("zrzy", "HEAD"), TOLD)["reminders"]["nodes"]
        return [one for one in nodes if one["atOnce"] and one["atOnce"]["petitionId"] == handled["id"]]

    (told,) = platform.eventually(urged)
    assert told["atOnce"]["reason"] == "REPEATED"
    assert "第十九条" in told["atOnce"]["basis"]

    assert codes(first.unlinks(handled["id"])) == ["WRONG_STATE"]
    assert codes(first.unlinks(again["id"])) == ["NOT_FOUND"]
    done(second.unlinks(again["id"]))
    alone = second.reads(again["id"])
    assert (alone["repeated"], alone["matter"]["id"], alone["matter"]["samePeople"]) == (False, again["id"], None)
    assert codes(second.links(again["id"], again["number"])) == ["INVALID_INPUT"]
    assert codes(second.links(again["id"], "没有这个编号")) == ["INVALID_INPUT"]
    done(second.links(again["id"], handled["number"], same_people=False, reason="同村另一户"))
    linked = second.reads(again["id"])
    assert (linked["repeated"], linked["matter"]["reason"]) == (False, "同村另一户")
    assert codes(second.links(again["id"], handled["number"])) == ["WRONG_STATE"]
    third = county.registers(petitioners=[person("司马岚", "13966120002")])
    # By the number of any of them, and never to a chain.
    done(county.links(third["id"], again["number"], same_people=False))
    assert county.reads(third["id"])["matter"]["id"] == handled["id"]
    acts = [one["act"] for one in linked["timeline"] if one["act"] in {"REGISTERED", "UNLINKED", "LINKED"}]
    assert acts == ["REGISTERED", "UNLINKED", "LINKED"]
    found = county.finds(third["number"])
    assert found is not None
    assert (found["matterNumber"], found["matterSize"]) == (handled["number"], 3)


def test_what_hides_its_petitioners_is_told_to_nobody_who_may_not_know_them(platform: Platform) -> None:
    him = person("慕容听泉", "13966120003")
    text = {"petitioners": [him], "title": "反映听泉沟矿渣堆放", "body": BODY.replace("爆破", "倾倒矿渣")}
    first, second, county = Clerk(platform, FIRST), Clerk(platform, SECOND), Clerk(platform, "xfj")
    confidential = first.registers(confidential=True, **text)
    cleared = Walker(platform, platform.login("xfj", "ACCUSATIONS"))
    accusation: dict[str, Any] = done(cleared.register(letter(nature="ACCUSATION", category=None, place=None, **text)))[
        "petition"
    ]

    def seen(clerk: Walker) -> set[str]:
        answer = platform.gql(clerk.client, CHECK, {"input": text})["checkRepeats"]
        hidden = {confidential["number"], accusation["number"]}
        assert answer["samePerson"] == len(hidden & {one["number"] for one in answer["matches"]})
        return hidden & {one["number"] for one in answer["matches"]}

    assert seen(second) == set()
    assert seen(Clerk(platform, "zrzy")) == set()
    assert seen(first) == {confidential["number"]}
    assert seen(county) == {confidential["number"]}
    assert seen(cleared) == {confidential["number"], accusation["number"]}

    # Nobody lists the signatures: a row shows itself to a search that names one of its keys.
    with psycopg.connect(platform.settings.intake_database_url) as connection:
        scope = {"county": "611021", "tenant": "xfj", "user": "x", "scope": "all", "cleared": "yes"}
        for name, value in scope.items():
            connection.execute("SELECT set_config(%s, %s, true)", (f"xq.{name}", value))
        connection.execute("SELECT set_config('xq.sought', '{1,2,3}', true)")
        assert connection.execute("SELECT count(*) FROM intake.likeness").fetchone() == (0,)
    # Nor by its number: it answers as a number does that nobody has.
    later = second.registers(**text)
    (hidden,) = second.links(later["id"], confidential["number"])["errors"]
    (missing,) = second.links(later["id"], "没有这个编号")["errors"]
    assert hidden["message"].replace(confidential["number"], "") == missing["message"].replace("没有这个编号", "")
    assert codes(county.links(later["id"], accusation["number"])) == ["INVALID_INPUT"]
    given = {"petitionId": later["id"], "number": accusation["number"], "samePeople": True, "reason": "同一人"}
    (wall,) = cleared.act("linkPetition", "LinkPetitionInput", given)["errors"]
    assert "第三十条" in wall["message"]
