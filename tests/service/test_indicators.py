"""Indicators and circulars through the gateway: each number opened and reconciled, and nobody sees another's."""

import io
import re
import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

import docx
import httpx
import pytest

from tests.harness.platform import Platform
from tests.journey.story import Walker, done, letter, opinion, today

LISTED = "totalCount pageInfo { hasNextPage endCursor } nodes { subjectId petition { id number } tenant { code } }"
ITEMS = """query($p: PeriodInput!, $t: ID, $c: [ID!]) { indicators(period: $p, tenant: $t) {
  period { label from to } previous { label } lastYear { label } tenant { code } computedAt
  items(codes: $c) { code name definition value valueText emptyReason numerator denominator alarm changeText
    previous { valueText numerator denominator } lastYear { valueText }
    buckets { name count cases(first: 1) { totalCount } }
    whole: cases(first: 1, whole: true) { totalCount } numeratorCases: cases(first: 1) { totalCount } } } }"""
OPENED = f"""query($p: PeriodInput!, $t: ID, $c: [ID!], $b: String, $n: Int, $a: Cursor) {{
  indicators(period: $p, tenant: $t) {{ items(codes: $c) {{
    cases(bucket: $b, whole: true, first: $n, after: $a) {{ {LISTED} }} }} }} }}"""
SECTIONS = "sections { heading paragraphs tables { title columns note rows { cells { text cases { totalCount } } } } }"
DRAFT = f"query($p: PeriodInput!) {{ circular(period: $p) {{ title issuer documentPath {SECTIONS} }} }}"
ISSUED = f"id number title issuer remarks issuedBy withdrawnOn withdrawnBecause documentPath {SECTIONS}"
ISSUE = f"""mutation($input: IssueCircularInput!) {{ issueCircular(input: $input) {{
  circular {{ {ISSUED} }} errors {{ code message field }} }} }}"""
WITHDRAW = f"""mutation($input: WithdrawCircularInput!) {{ withdrawCircular(input: $input) {{
  circular {{ {ISSUED} }} errors {{ code message field }} }} }}"""


def month(day: date) -> dict[str, Any]:
    return {"kind": "MONTH", "year": day.year, "number": day.month}


def code(answer: httpx.Response) -> str:
    found: str = answer.json()["errors"][0]["extensions"]["code"]
    return found


def items(platform: Platform, client: httpx.Client, period: dict[str, Any], **more: Any) -> dict[str, dict[str, Any]]:
    report = platform.gql(client, ITEMS, {"p": period, **more})["indicators"]
    return {one["code"]: one for one in report["items"]}


def opened(platform: Platform, client: httpx.Client, period: dict[str, Any], **more: Any) -> Iterator[dict[str, Any]]:
    """Everything in a bucket, or in the whole denominator, page by page."""
    after = None
    while True:
        data = platform.gql(client, OPENED, {"p": period, "n": 7, "a": after, **more})
        page = data["indicators"]["items"][0]["cases"]
        yield from page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


class Scene:
    """Three cases of the county office: one that the water bureau answered, one with a township, one accusation."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.clerk = platform.login("xfj", "CLERK")
        self.head = platform.login("xfj", "HEAD")
        self.cleared = platform.login("xfj", "ACCUSATIONS")
        self.town = platform.login("611021002", "CLERK")
        self.bureau = platform.login("slj", "CLERK")
        office = Walker(platform, self.clerk)
        self.answered = self.register(office, channel="VISIT", visitors=6, repeated=True)
        self.waiting = self.register(office, channel="ONLINE")
        self.accusation = self.register(Walker(platform, self.cleared), nature="ACCUSATION", title="反映干部作风")
        self.refer(office, self.waiting, "611021002")
        hand_over = self.refer(office, self.answered, "slj")
        bureau = Walker(platform, self.bureau)
        for act, kind, more in (
            ("receiveReferral", "ReferralInput", {}),
            ("acceptReferral", "ReferralInput", {}),
            ("answerReferral", "AnswerReferralInput", opinion(outcome="SUPPORTED")),
            ("deliverAnswer", "DeliverAnswerInput", {"mode": "IN_PERSON", "on": str(today()), "signed": True}),
        ):
            done(bureau.act(act, kind, {"referralId": hand_over, **more}))
        self.clocks = {
            clock["obligation"]: clock
            for clock in platform.eventually(lambda: self.complete(office.whole(self.answered)["clocks"]))
        }

    def register(self, by: Walker, **changes: Any) -> str:
        found: str = done(by.register(letter(**changes)))["petition"]["id"]
        return found

    def refer(self, by: Walker, petition_id: str, to: str) -> str:
        given = {"petitionId": petition_id, "kind": "TRANSFER", "to": [{"tenant": to}]}
        found: str = done(by.act("referPetition", "ReferPetitionInput", given))["referral"]["id"]
        return found

    @staticmethod
    def complete(clocks: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
        met = {clock["obligation"] for clock in clocks if clock["metOn"]}
        return clocks if {"TRANSFER", "NOTICE", "HANDLING"} <= met else None


@pytest.fixture(scope="module")
def scene(platform: Platform) -> Scene:
    return Scene(platform)


def test_every_number_opens_into_a_list_of_that_length_and_the_buckets_make_the_whole(
    platform: Platform, scene: Scene
) -> None:
    year = {"kind": "YEAR", "year": today().year}
    for client, tenant in ((scene.clerk, None), (scene.clerk, "slj"), (scene.town, None), (scene.bureau, None)):
        found = items(platform, client, year, t=tenant)
        assert len(found) > 40
        for one in found.values():
            assert sum(bucket["count"] for bucket in one["buckets"]) == one["denominator"], one["code"]
            assert one["whole"]["totalCount"] == one["denominator"]
            assert one["numeratorCases"]["totalCount"] == one["numerator"]
            assert all(bucket["cases"]["totalCount"] == bucket["count"] for bucket in one["buckets"])
            assert (one["value"] is None) == (one["emptyReason"] is not None)
            assert one["definition"]


def test_the_pages_of_a_list_make_the_number_without_double(platform: Platform, scene: Scene) -> None:
    period = month(today())
    number = items(platform, scene.clerk, period)["REGISTERED_BY_CHANNEL"]["denominator"]
    listed = list(opened(platform, scene.clerk, period, c=["REGISTERED_BY_CHANNEL"]))
    assert len(listed) == len({one["subjectId"] for one in listed}) == number
    assert {scene.answered, scene.waiting} <= {one["petition"]["id"] for one in listed}
    by_bucket = list(opened(platform, scene.clerk, period, c=["REGISTERED_BY_CHANNEL"], b="来访"))
    assert scene.answered in {one["petition"]["id"] for one in by_bucket}
    assert scene.waiting not in {one["petition"]["id"] for one in by_bucket}


@pytest.mark.parametrize(
    ("obligation", "indicator", "bucket", "owner"),
    [
        ("TRANSFER", "TIMELY_ACCEPTANCE_OFFICE", "及时受理", "xfj"),
        ("NOTICE", "TIMELY_ACCEPTANCE_BODY", "及时受理", "slj"),
        ("NOTICE", "TIMELY_ACCEPTANCE_BODY_VISIT", "及时受理", "slj"),
        ("HANDLING", "ON_TIME_ANSWER", "按期答复", "slj"),
    ],
)
def test_a_clock_that_was_met_counts_in_the_period_of_its_last_day_for_who_owed_it(
    platform: Platform, scene: Scene, obligation: str, indicator: str, bucket: str, owner: str
) -> None:
    clock = scene.clocks[obligation]
    period = month(date.fromisoformat(clock["effectiveDueOn"]))
    for client in (scene.clerk, scene.bureau if owner == "slj" else scene.head):
        found = list(opened(platform, client, period, c=[indicator], b=bucket))
        (ours,) = [one for one in found if one["petition"]["id"] == scene.answered]
        assert ours["tenant"]["code"] == owner


def test_visits_and_handling_days_of_the_scene_stand_in_their_lists(platform: Platform, scene: Scene) -> None:
    period = month(today())
    for indicator, bucket in (
        ("GROUP_VISITS", "重复集体访"),
        ("VISITS_BY_SIZE", "6～20 人"),
        ("REPEAT_RATE", "重复件"),
        ("HANDLING_DAYS_MEAN", "已答复"),
        ("HANDED_OVER", "转送"),
    ):
        found = list(opened(platform, scene.clerk, period, c=[indicator], b=bucket))
        assert scene.answered in {one["petition"]["id"] for one in found}, indicator


def test_a_township_has_its_own_numbers_and_no_others(platform: Platform, scene: Scene) -> None:
    period = month(today())
    own = platform.gql(scene.town, ITEMS, {"p": period})["indicators"]
    assert own["tenant"]["code"] == "611021002"
    listed = list(opened(platform, scene.town, period, c=["REGISTERED_BY_CHANNEL"]))
    assert scene.waiting in {one["petition"]["id"] for one in listed}
    assert scene.answered not in {one["petition"]["id"] for one in listed}
    same = list(opened(platform, scene.clerk, period, t="611021002", c=["REGISTERED_BY_CHANNEL"]))
    assert [one["petition"] for one in same] == [one["petition"] for one in listed]


def test_who_may_not_have_the_numbers_is_told_so(platform: Platform, scene: Scene) -> None:
    period = month(today())
    auditor = platform.login("xfj", "AUDITOR")
    for client, query, variables, expected in (
        (scene.town, ITEMS, {"p": period, "t": "slj"}, "FORBIDDEN"),
        (scene.town, ITEMS, {"p": period, "t": "nobody"}, "FORBIDDEN"),
        (scene.clerk, ITEMS, {"p": period, "t": "nobody"}, "NOT_FOUND"),
        (auditor, ITEMS, {"p": period}, "FORBIDDEN"),
        (auditor, DRAFT, {"p": period}, "FORBIDDEN"),
        (scene.town, DRAFT, {"p": period}, "FORBIDDEN"),
        (scene.clerk, ITEMS, {"p": {**period, "number": 13}}, "INVALID_INPUT"),
        (scene.clerk, ITEMS, {"p": period, "c": ["NOTHING"]}, "INVALID_INPUT"),
    ):
        answer = client.post("/graphql", json={"query": query, "variables": variables})
        assert code(answer) == expected, variables


def test_an_accusation_is_counted_for_who_may_see_it_and_in_no_circular(platform: Platform, scene: Scene) -> None:
    period = month(today())
    seen = list(opened(platform, scene.cleared, period, c=["REGISTERED_BY_NATURE"], b="检举控告"))
    assert scene.accusation in {one["petition"]["id"] for one in seen}
    assert list(opened(platform, scene.clerk, period, c=["REGISTERED_BY_NATURE"], b="检举控告")) == []

    def numbers(client: httpx.Client) -> list[Any]:
        draft = platform.gql(client, DRAFT, {"p": period})["circular"]
        return [table["rows"] for section in draft["sections"] for table in section["tables"]]

    assert numbers(scene.cleared) == numbers(scene.head)


def test_the_numbers_of_a_draft_open_into_their_lists(platform: Platform, scene: Scene) -> None:
    draft = platform.gql(scene.head, DRAFT, {"p": month(today())})["circular"]
    cells = [
        cell
        for section in draft["sections"]
        for table in section["tables"]
        for row in table["rows"]
        for cell in row["cells"]
        if cell["cases"] is not None and cell["text"].isdigit()
    ]
    assert len(cells) > 40
    assert all(int(cell["text"]) == cell["cases"]["totalCount"] for cell in cells)
    read = downloaded(scene.head, draft["documentPath"])
    assert "（草稿，未编号）" in [paragraph.text for paragraph in read.paragraphs]


def downloaded(client: httpx.Client, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].endswith("wordprocessingml.document")
    assert "filename*=UTF-8''%E5%85%B3%E4%BA%8E" in answer.headers["content-disposition"]
    return docx.Document(io.BytesIO(answer.content))


def issue(client: httpx.Client, period: dict[str, Any], *, remarks: str | None = None, key: str = "") -> dict[str, Any]:
    variables = {"input": {"period": period, "remarks": remarks}}
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    body = client.post("/graphql", json={"query": ISSUE, "variables": variables}, headers=headers).json()
    payload: dict[str, Any] = body["data"]["issueCircular"]
    return payload


def withdraw(client: httpx.Client, circular_id: str, reason: str) -> dict[str, Any]:
    variables = {"input": {"circularId": circular_id, "reason": reason}}
    body = client.post("/graphql", json={"query": WITHDRAW, "variables": variables}).json()
    payload: dict[str, Any] = body["data"]["withdrawCircular"]
    return payload


def test_a_circular_is_issued_once_read_by_all_and_taken_back(platform: Platform, scene: Scene) -> None:
    period, key = month(today()), str(uuid.uuid4())
    assert issue(scene.town, period)["errors"][0]["code"] == "FORBIDDEN"
    assert issue(scene.clerk, period)["errors"][0]["code"] == "FORBIDDEN"
    assert issue(scene.head, {"kind": "YEAR", "year": 2099})["errors"][0]["code"] == "INVALID_INPUT"
    made = issue(scene.head, period, remarks="请各单位整改", key=key)
    assert made["errors"] == []
    circular = made["circular"]
    assert re.fullmatch(rf"洛南县信通〔{today().year}〕\d+号", circular["number"])
    again = issue(scene.head, period, remarks="请各单位整改", key=key)
    assert (again["circular"]["id"], again["errors"]) == (circular["id"], [])
    assert issue(scene.head, period)["errors"][0]["code"] == "CIRCULAR_STANDS"

    read = platform.gql(scene.town, f"{{ circulars(year: {today().year}) {{ {ISSUED} }} }}")["circulars"]
    assert circular in read
    assert all(
        cell["cases"] is None
        for section in circular["sections"]
        for table in section["tables"]
        for row in table["rows"]
        for cell in row["cells"]
    )
    document = downloaded(scene.town, circular["documentPath"])
    lines = [paragraph.text for paragraph in document.paragraphs]
    for wanted in (circular["number"], circular["title"], "请各单位整改", *circular["sections"][0]["paragraphs"]):
        assert wanted in lines
    tables = [
        [table["columns"], *([cell["text"] for cell in row["cells"]] for row in table["rows"])]
        for section in circular["sections"]
        for table in section["tables"]
    ]
    assert [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables] == tables

    assert withdraw(scene.head, circular["id"], " ")["errors"][0]["code"] == "INVALID_INPUT"
    assert withdraw(scene.town, circular["id"], "数据有误")["errors"][0]["code"] == "FORBIDDEN"
    taken = withdraw(scene.head, circular["id"], "数据有误")["circular"]
    assert (taken["withdrawnBecause"], taken["withdrawnOn"]) == ("数据有误", str(today()))
    assert withdraw(scene.head, circular["id"], "数据有误")["errors"][0]["code"] == "WRONG_STATE"
    following = issue(scene.head, period)["circular"]["number"]
    place = re.compile(r"〕(\d+)号")
    assert int(place.findall(following)[0]) == int(place.findall(circular["number"])[0]) + 1


def test_the_numbers_of_a_circular_are_the_indicators_of_who_sees_no_accusation(
    platform: Platform, scene: Scene
) -> None:
    period = month(today())
    found = items(platform, scene.clerk, period)
    draft = platform.gql(scene.clerk, DRAFT, {"p": period})["circular"]
    rows = {
        cells[0]["text"]: [cell["text"] for cell in cells[1:4]]
        for section in draft["sections"]
        for table in section["tables"]
        if table["columns"][0] == "指标"
        for cells in (row["cells"] for row in table["rows"])
    }
    by_name = {one["name"]: one for one in found.values()}
    assert len(rows) > 10
    for name, texts in rows.items():
        one = by_name[name]
        assert texts == [one["valueText"], str(one["numerator"]), str(one["denominator"])], name


@pytest.mark.parametrize(
    ("path", "tenant", "status", "expected"),
    [
        ("draft.docx?kind=MONTH&year=2026&number=6", "611021002", 403, "FORBIDDEN"),
        ("draft.docx?kind=MONTH&year=2026&number=13", "xfj", 400, "INVALID_INPUT"),
        ("draft.docx", "xfj", 400, "INVALID_INPUT"),
        ("nothing.docx", "611021002", 404, "NOT_FOUND"),
    ],
)
def test_a_download_that_there_is_not_is_refused_in_chinese(
    platform: Platform, path: str, tenant: str, status: int, expected: str
) -> None:
    answer = platform.login(tenant, "CLERK").get(f"/documents/circulars/{path}")
    assert (answer.status_code, code(answer)) == (status, expected)


def test_a_document_is_for_who_has_a_token(platform: Platform) -> None:
    answer = httpx.get(f"{platform.url}/documents/circulars/nothing.docx", trust_env=False)
    assert (answer.status_code, code(answer)) == (401, "UNAUTHENTICATED")
