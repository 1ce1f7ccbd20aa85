"""How even a table is and how full. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from services.contracts.roster_people import Member
from services.contracts.roster_rules import Choice, ServiceRule
from services.roster.ledgers import Account, Planned, TurnClass
from services.roster.planning import pool, seats_of


def fairness(
    table: Iterable[Planned], *, rules: Sequence[ServiceRule], members: Sequence[Member], first: date, last: date
) -> dict[str, int]:
    """For each class of turns the greatest difference between who has most and who has fewest of it.

    People are compared who take turns with each other in one kind of service and one role, and who serve all the days
    from ``first`` to ``last``; leave is no excuse: turns missed are made good.
    """
    turns: dict[Account, Counter[str]] = defaultdict(Counter)
    for shift in table:
        for seated in shift.seats:
            if seated.member is not None:
                turns[Account(shift.kind, shift.turn, seated.role)][seated.member] += 1
    worst = dict.fromkeys((turn.value for turn in TurnClass), 0)
    for rule in rules:
        for seat in (seat for hours in rule.hours for seat in seats_of(rule, hours) if seat.choice is Choice.ROTATE):
            circle = [each.id for each in pool(seat, members) if each.serves(first) and each.serves(last)]
            for turn in TurnClass if circle else ():
                had = turns[Account(rule.kind, turn, seat.role)]
                held = [had[each] for each in circle]
                worst[turn.value] = max(worst[turn.value], max(held) - min(held))
    return worst


def coverage_percent(table: Iterable[Planned]) -> int:
    """Of all seats, those that are filled, rounded down: 100 means all. A table without a seat has none empty."""
    seats = [seat.member is not None for shift in table for seat in shift.seats]
    return 100 * sum(seats) // len(seats) if seats else 100
