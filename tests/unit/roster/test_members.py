"""What a loaded profile changes of a roster: what it names wins, what it no longer names ends, the rest stands."""

from datetime import date

import msgspec

from services.contracts.roster_commands import TenantRoster
from services.contracts.roster_people import Member
from services.contracts.roster_rules import Quota, Rank, Seat, SeatRole, ServiceRule
from services.contracts.roster_settings import RosterQuotas, RosterRules
from services.roster.members import Changed, digest, loading, with_rule, without_rule
from tests.unit.roster.setup_made import member, rule

TODAY, YESTERDAY = date(2026, 8, 3), date(2026, 8, 2)


def roster(*members: Member, rules: list[ServiceRule] | None = None, quotas: list[Quota] | None = None) -> TenantRoster:
    return TenantRoster(tenant="slj", members=list(members), rules=rules or [], quotas=quotas or [])


class Office:
    """A tenant's roster as it stands, into which profiles are loaded."""

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        self.rules: RosterRules | None = None
        self.quotas: RosterQuotas | None = None

    def load(self, profile: TenantRoster, *, today: date = TODAY) -> Changed | None:
        change = loading(roster=profile, rules=self.rules, quotas=self.quotas, members=self.members, today=today)
        if change is not None:
            self.members |= {each.id: each for each in change.members}
            self.rules, self.quotas = change.rules, change.quotas or self.quotas
        return change

    def edits_rules(self, *rules: ServiceRule) -> None:
        assert self.rules is not None
        self.rules = msgspec.structs.replace(self.rules, rules=list(rules))


def test_the_digest_does_not_hang_on_the_order_of_a_set() -> None:
    """What stands between two runs of a program: sets of texts come in another order in each process."""
    seats = [Seat(role=SeatRole.LEAD, ranks=frozenset(ranks)) for ranks in (Rank, reversed(Rank))]
    one, other = (digest(roster(rules=[rule("a", seats=[seat])])) for seat in seats)
    assert one == other


def test_the_same_profile_changes_nothing_and_undoes_nothing() -> None:
    office = Office()
    profile = roster(member("a"), rules=[rule("a")])
    first = office.load(profile)
    assert first is not None
    assert ([each.id for each in first.members], first.quotas) == (["a"], None)
    office.members["a"] = member("a", post="局长")
    office.edits_rules(rule("a", place="二楼"), rule("own"))
    assert office.load(profile) is None
    assert office.members["a"].post == "局长"


def test_a_changed_profile_wins_in_what_it_names_and_leaves_the_rest() -> None:
    office = Office()
    office.load(roster(member("a"), rules=[rule("a")]))
    office.members["own"] = member("own")
    office.edits_rules(rule("a", place="二楼"), rule("own"))
    change = office.load(roster(member("a", name="演示·新名"), member("b"), rules=[rule("a", place="三楼")]))
    assert change is not None
    assert [(each.id, each.until) for each in change.members] == [("a", None), ("b", None)]
    assert [(each.id, each.place) for each in change.rules.rules] == [("a", "三楼"), ("own", "信访接待室")]


def test_who_is_left_out_served_until_yesterday() -> None:
    office = Office()
    gone = [member("a"), member("left", until=date(2026, 6, 30)), member("to-come", since=date(2026, 9, 1))]
    office.load(roster(*gone, rules=[rule("a"), rule("to-come", since=date(2026, 9, 1))]))
    office.load(roster())
    assert {id: (each.since, each.until) for id, each in office.members.items()} == {
        "a": (date(2024, 1, 1), YESTERDAY),
        "left": (date(2024, 1, 1), date(2026, 6, 30)),
        # Who never came has no day of service before today.
        "to-come": (YESTERDAY, YESTERDAY),
    }
    assert office.rules is not None
    assert [(each.id, each.until) for each in office.rules.rules] == [("a", YESTERDAY)]


def test_who_is_named_again_serves_again() -> None:
    office = Office()
    office.load(roster(member("a")))
    office.load(roster())
    office.load(roster(member("a")))
    assert office.members["a"].until is None


def test_quotas_are_those_of_the_profile() -> None:
    office = Office()
    quota = Quota(name="每月一次", basis="《制度》", ranks=frozenset({Rank.CHIEF}), times=1)
    office.load(roster(quotas=[quota]))
    assert office.quotas == RosterQuotas(tenant="slj", quotas=[quota])
    assert (change := office.load(roster(member("a"), quotas=[quota]))) is not None
    assert change.quotas is None
    office.load(roster())
    assert office.quotas == RosterQuotas(tenant="slj", quotas=[])


def test_a_saved_rule_takes_the_place_of_the_one_with_its_id() -> None:
    saved = rule("a", place="二楼")
    assert with_rule([rule("a"), rule("b")], saved) == [saved, rule("b")]
    assert with_rule([rule("b")], saved) == [rule("b"), saved]


def test_an_ended_rule_stays_for_the_past_and_one_that_never_was_goes() -> None:
    rules = [rule("a"), rule("over", until=date(2025, 1, 1)), rule("later", since=date(2027, 1, 1))]
    for id in ("a", "over", "later"):
        rules = without_rule(rules, id, last=TODAY)
    assert [(each.id, each.until) for each in rules] == [("a", TODAY), ("over", date(2025, 1, 1))]
