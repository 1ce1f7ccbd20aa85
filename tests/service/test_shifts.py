"""The duty table over the real platform: planned by itself, shifts entered, filled and cancelled by hand."""

from datetime import timedelta
from typing import Any

import pytest

from services.common.database import Database
from services.contracts.actor import system_actor
from services.roster.plan_store import plan_tenant
from tests.harness.platform import Platform
from tests.harness.waiting import eventually
from tests.journey.story import Walker, today

TENANT = "611021110"
"""A township of which no other test moves the table."""
CHIEF = f"{TENANT}-jia"
ERRORS = "errors { code field }"
SHIFT = "id statusLabel status byHand cancelled announced seats { roleLabel memberId originLabel inAt }"
TABLE = f"""query($from: Date!, $to: Date!, $tenant: ID, $member: ID, $status: ShiftStatus) {{
  dutyTable(from: $from, to: $to, tenant: $tenant, member: $member, status: $status) {{ begins ends {SHIFT} }} }}"""
PLAN = f"plan {{ first last planned added removed moved {{ what }} coveragePercent fairness {{ ordinary }} }} {ERRORS}"


class Office(Walker):
    def __init__(self, platform: Platform, tenant: str = TENANT, role: str = "CLERK") -> None:
        super().__init__(platform, platform.login(tenant, role))

    def does(self, mutation: str, what: str, **given: Any) -> dict[str, Any]:
        query = (
            f"mutation($input: {mutation[0].upper()}{mutation[1:]}Input!) {{ {mutation}(input: $input) {{ {what} }} }}"
        )
        return self.request(query, mutation, given, patient=False)

    def code(self, mutation: str, **given: Any) -> str:
        (error,) = self.does(mutation, ERRORS, **given)["errors"]
        code: str = error["code"]
        return code

    def table(self, days: int = 14, **more: Any) -> list[dict[str, Any]]:
        given = {"from": str(today()), "to": str(today() + timedelta(days=days)), "tenant": TENANT, **more}
        found: list[dict[str, Any]] = self.platform.gql(self.client, TABLE, given)["dutyTable"]
        return found


def test_the_table_is_planned_ahead_and_a_trial_changes_nothing(platform: Platform) -> None:
    clerk = Office(platform)
    ahead = str(today() + timedelta(days=80))
    # The watcher plans it by itself, and the view shows it day by day.
    eventually(
        lambda: (found := clerk.table(days=90)) and found[-1]["begins"] > ahead,
        60,
        what="the table reaches the horizon",
    )
    before = clerk.table()
    assert [shift["begins"] for shift in before] == sorted(shift["begins"] for shift in before)
    assert all(seat["memberId"] for shift in before for seat in shift["seats"])
    until = str(today() + timedelta(days=60))
    tried = clerk.does("planShifts", PLAN, until=until, anew=True, dryRun=True)
    assert tried["errors"] == []
    assert tried["plan"]["planned"] >= len(before)
    assert tried["plan"]["coveragePercent"] == 100
    again = clerk.does("planShifts", PLAN, until=until)["plan"]
    assert (again["removed"], again["moved"]) == (0, [])
    assert clerk.table() == before
    assert clerk.code("planShifts", until=str(today() - timedelta(days=1))) == "INVALID_INPUT"


def test_a_shift_by_hand_is_entered_filled_and_cancelled(platform: Platform) -> None:
    clerk, day = Office(platform), today() + timedelta(days=120)
    visit = {
        "name": "下访",
        "kind": "RECEPTION",
        "mode": "GOING_DOWN",
        "day": str(day),
        "place": "孤山村",
        "end": "21:00:00",
    }
    seats = [{"role": "LEAD", "member": CHIEF}, {"role": "RECORDER"}]
    made = clerk.does("enterShift", f"shift {{ {SHIFT} }} {ERRORS}", **visit, start="19:00:00", seats=seats)["shift"]
    assert (made["statusLabel"], made["byHand"], made["announced"]) == ("有空岗", True, False)
    assert clerk.code("enterShift", **visit, start="20:00:00", seats=seats[:1]) == "MEMBER_NOT_FREE"
    assert clerk.code("enterShift", **{**visit, "day": "2024-01-02"}, start="19:00:00", seats=seats) == "SHIFT_BEGUN"
    name = {"shiftId": made["id"], "role": "RECORDER", "member": CHIEF}
    assert clerk.code("nameSeat", **name) == "MEMBER_NOT_FREE"
    filled = clerk.does("nameSeat", f"shift {{ {SHIFT} }} {ERRORS}", **{**name, "member": f"{TENANT}-yi"})["shift"]
    assert (filled["statusLabel"], filled["seats"][1]["originLabel"]) == ("已排满", "指定")
    other = Office(platform, tenant="611021111")
    assert other.code("cancelShift", shiftId=made["id"], reason="无") == "NOT_FOUND"
    assert clerk.code("cancelShift", shiftId=made["id"], reason=" ") == "INVALID_INPUT"
    gone = clerk.does("cancelShift", f"shiftId appointments {ERRORS}", shiftId=made["id"], reason="道路中断")
    assert (gone["shiftId"], gone["appointments"]) == (made["id"], 0)
    assert clerk.code("cancelShift", shiftId=made["id"], reason="道路中断") == "WRONG_STATE"
    assert made["id"] not in [shift["id"] for shift in clerk.table(days=130)]
    (shown,) = other.table(days=130, status="CANCELLED", member=CHIEF)
    assert (shown["id"], shown["cancelled"]) == (made["id"], "道路中断")


@pytest.fixture
def roster(platform: Platform) -> Any:
    opened = Database(service="roster", url=platform.settings.roster_database_url)
    yield opened
    opened.engine.dispose()


def test_the_watcher_has_nothing_left_to_plan_and_a_table_planned_again_stays(
    platform: Platform, roster: Database
) -> None:
    def pending() -> int:
        found: int = Office(platform).client.get("/healthz").json()["parts"]["watcher"]["pending"]
        return found

    eventually(lambda: pending() == 0, 60)
    with roster.begin(system_actor("611021", "roster"), trace="test") as tx:
        report = plan_tenant(tx, tenant=TENANT)
    assert (report.added, report.removed, report.moved) == (0, 0, [])
