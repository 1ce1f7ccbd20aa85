"""Every pattern that the regulations name, as a county writes it, and its days by hand on the calendars of 2024-2026.

The dates of each month were read off a wall calendar with the holidays of the State Council's notices. Receptions that
collide with them: the first Fridays 2026-01-02, 05-01 and 10-02, the third Wednesday 2026-02-18, the third Sundays
2026-02-15 (Spring Festival) and 2026-09-20 (worked for the National Day).
"""

import shutil
from calendar import monthrange
from datetime import date
from pathlib import Path

import pytest

from deploy.operator.profile import Profile, load_profile
from services.common.known_calendar import library_calendar
from services.contracts.roster_rules import Rank, ReceptionMode, SeatRole, ServiceRule
from services.roster.recurring import occurrences

COUNTIES = Path(__file__).parents[3] / "deploy" / "counties"
EXAMPLES = COUNTIES / "examples" / "roster"
CALENDAR = library_calendar()

DAYS = [
    ("ro-01", "lunliu", "2026-02", "2 3 4 5 6 9 10 11 12 13 14 24 25 26 27 28"),
    ("ro-01", "lunliu", "2024-02", "1 2 4 5 6 7 8 9 18 19 20 21 22 23 26 27 28 29"),
    ("ro-02", "lianhe", "2026-10", "8 9 10 12 13 14 15 16 19 20 21 22 23 26 27 28 29 30"),
    ("ro-02", "lianhe", "2025-02", "5 6 7 8 10 11 12 13 14 17 18 19 20 21 24 25 26 27 28"),
    ("ro-06", "zhouwu", "2026-01", ""),
    ("ro-06", "zhouwu", "2026-03", "6"),
    ("ro-06", "zhouwu", "2026-05", ""),
    ("ro-06", "zhouwu", "2026-10", ""),
    ("ro-06", "zhouwu", "2024-05", ""),
    ("ro-06", "zhouwu", "2025-11", "7"),
    ("ro-06", "zhousan", "2026-02", ""),
    ("ro-06", "zhousan", "2026-11", "18"),
    ("ro-06", "zhouri", "2026-02", ""),
    ("ro-06", "zhouri", "2026-03", "15"),
    ("ro-06", "zhouri", "2026-09", "20"),
    ("ro-06", "zhouri", "2024-09", ""),
    ("ro-08-two-hours", "zhouyi", "2026-05", "11 18 25"),
    ("ro-08-one-hour", "zhouyi", "2026-04", "13 20 27"),
    ("ro-09", "shijian-jia", "2026-04", "1 2 3 7 8 9 10 13 14 15 16 17 20 21 22 23 24 27 28 29 30"),
    ("ro-09", "shijian-yi", "2026-10", "8 9 10 12 13 14 15 16 19 20 21 22 23 26 27 28 29 30"),
    ("ro-09", "shijian-bing", "2025-10", "9 10 11 13 14 15 16 17 20 21 22 23 24 27 28 29 30 31"),
    ("ro-10", "zhousan", "2026-09", "2 9 16 23 30"),
    ("ro-10", "zhousan", "2026-10", "14 21 28"),
    ("ro-10", "zhousan", "2025-10", "15 22 29"),
    ("ro-11", "zhouyi", "2026-02", "2 9"),
    ("ro-11", "juzhang", "2026-02", ""),
    ("ro-11", "juzhang", "2026-11", "30"),
    ("ro-11", "juzhang", "2025-10", "27"),
    # 5 April lies in 清明 (4 to 6), the 25th is a Saturday, and 5 May comes before its holiday (1 to 5).
    ("ro-12", "feng-wu", "2026-04", "3 15 24 30"),
    ("ro-12", "feng-wu", "2026-02", "5 14 25"),
    ("ro-12", "feng-wu", "2026-09", "4 15 24 30"),
    ("ro-12", "feng-wu", "2026-10", "15 23"),
    ("ro-13", "shuji", "2026-02", "24"),
    ("ro-13", "shuji", "2024-09", "18"),
    ("ro-13", "zhenzhang", "2026-09", "28"),
    ("ro-14", "shiji", "2026-06", "2 3 9 10 16 17 23 24 30"),
    ("ro-14", "shefa", "2026-02", "3 10 24"),
    ("ro-14", "zhousi-zhouwu", "2026-06", "4 5 11 12 18 25 26"),
    ("ro-15", "yiyuan", "2024-02", "18"),
    ("ro-15", "yiyuan", "2024-06", "11"),
    ("ro-15", "xuexiao", "2024-11", "1"),
    ("ro-15", "xuexiao", "2025-05", ""),
    ("ro-16", "meitian", "2026-02", " ".join(map(str, range(1, 29)))),
    ("ro-17", "meiri", "2026-05", "6 7 8 9 11 12 13 14 15 18 19 20 21 22 25 26 27 28 29"),
    ("ro-18", "dingdian", "2026-02", "4 11 25"),
    # 1 January and 19 February are holidays; Sunday 4 January is worked.
    ("ro-19", "keshi", "2026-01", "4 15"),
    ("ro-19", "keshi", "2026-02", "5 24"),
    ("ro-20", "zucheng", "2026-06", "3 10 17 24"),
    ("ro-22", "falv", "2025-10", "15 22 29"),
    ("ro-33", "dongyuan", "2026-05", "6 7 8 9"),
    ("ro-33", "jiefang", "2026-05", "11 12 13 14 15 18 19 20 21 22 25 26 27 28 29"),
    ("ro-33", "jiancha", "2026-06", "1 2 3 4 5"),
    ("ro-34", "yejian", "2026-02", " ".join(map(str, range(1, 29)))),
    ("ro-34", "jiari", "2026-02", "1 7 8 15 16 17 18 19 20 21 22 23"),
    ("ro-34", "jiari", "2026-09", "5 6 12 13 19 25 26 27"),
]


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Profile]:
    """Each example as the roster of the small county, read like any other."""
    found = {}
    for path in sorted(EXAMPLES.glob("*.toml")):
        folder = shutil.copytree(COUNTIES / "yanshi2", tmp_path_factory.mktemp("example") / path.stem)
        shutil.copy(path, folder / "roster.toml")
        found[path.stem] = load_profile(folder)
    return found


def rules_of(profile: Profile) -> dict[str, ServiceRule]:
    return {rule.id: rule for roster in profile.rosters for rule in roster.rules}


@pytest.mark.parametrize(("file", "rule", "month", "expected"), DAYS)
def test_the_days_of_a_month(examples: dict[str, Profile], file: str, rule: str, month: str, expected: str) -> None:
    year, number = map(int, month.split("-"))
    known = rules_of(examples[file])[rule]
    found = occurrences(
        recurrence=known.recurrence,
        since=known.since,
        until=known.until,
        calendar=CALENDAR,
        first=date(year, number, 1),
        last=date(year, number, monthrange(year, number)[1]),
    )
    assert " ".join(str(each.day.day) for each in found) == expected


def test_every_example_names_its_row_and_has_its_days_checked(examples: dict[str, Profile]) -> None:
    checked = {(file, rule) for file, rule, _, _ in DAYS}
    assert checked == {(file, rule) for file, profile in examples.items() for rule in rules_of(profile)}
    listed = (EXAMPLES.parent / "README.md").read_text("utf-8")
    for path in EXAMPLES.glob("*.toml"):
        assert f"`{path.stem}`" in listed
        row = "-".join(path.stem.split("-")[:2]).upper()
        assert path.read_text("utf-8").startswith(f"# {row}："), path.name


def test_the_hours_of_the_monday_tables(examples: dict[str, Profile]) -> None:
    """RO-08: four times two hours, and eight times one with three groups in a circle."""
    for file, count in (("ro-08-two-hours", 4), ("ro-08-one-hour", 8)):
        hours = rules_of(examples[file])["zhouyi"].hours
        assert [f"{one.start:%H}-{one.end:%H}" for one in hours] == [
            f"{9 + each * 8 // count:02}-{9 + (each + 1) * 8 // count:02}" for each in range(count)
        ]
    groups = [tuple(one.seats[0].members) for one in rules_of(examples["ro-08-one-hour"])["zhouyi"].hours]
    assert len(set(groups)) == 3
    assert groups[:3] * 2 + groups[:2] == groups


def test_the_three_office_hours(examples: dict[str, Profile]) -> None:
    """RO-09: each tenant its own."""
    rosters = {roster.tenant: roster.rules for roster in examples["ro-09"].rosters if roster.rules}
    assert {
        tenant: [f"{one.start:%H:%M}-{one.end:%H:%M}" for rule in rules for one in rule.hours]
        for tenant, rules in rosters.items()
    } == {
        "xfj": ["08:30-11:30", "14:30-17:00"],
        "zrzy": ["08:30-12:00", "14:30-17:00"],
        "jw": ["08:30-12:00", "14:00-17:30"],
    }


def test_whom_the_quotas_bind_and_what_is_credited(examples: dict[str, Profile]) -> None:
    """RO-18: a session of the government counts, entered as an invitation, and going down does not; RO-19."""
    leaders, heads = (
        [
            (quota.times, sorted(quota.ranks), sorted(quota.credits))
            for roster in examples[file].rosters
            for quota in roster.quotas
        ]
        for file in ("ro-18", "ro-19")
    )
    assert leaders == [(1, [Rank.CHIEF, Rank.LEADER], [ReceptionMode.FIXED_POINT, ReceptionMode.INVITED])]
    assert heads == [(1, [Rank.SECTION_HEAD], sorted(ReceptionMode))]


def test_who_must_be_there(examples: dict[str, Profile]) -> None:
    """RO-20: one of the leading group and two section heads; RO-22: the legal adviser too."""
    team, legal = (
        [(seat.role, seat.count) for seat in rules_of(examples[file])[rule].seats]
        for file, rule in (("ro-20", "zucheng"), ("ro-22", "falv"))
    )
    assert team == [(SeatRole.LEAD, 1), (SeatRole.ACCOMPANY, 2)]
    assert (SeatRole.LEGAL, 1) in legal
