"""Where it stands that somebody read an accusation: on its case's timeline, or in the ledger alone."""

from gateway.readings import _fact, _reading, key_of
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.base import State
from services.contracts.fact import Fact
from services.contracts.intake import Reading, ReadingKind
from tests.unit.gateway.made import NOW
from tests.unit.gateway.reception_cases import shift, visit

ACTOR = Actor(
    county="611021", tenant="xfj", kind=TenantKind.COUNTY, user="u", name="n", roles=frozenset({Role.ACCUSATIONS})
)


def noted(state: State) -> Fact[Reading]:
    return _fact(_reading(state, ACTOR, ReadingKind.CASE, NOW), ACTOR, NOW)


def test_who_reads_an_appointment_that_accuses_stands_in_the_ledger_and_on_no_timeline() -> None:
    accusing = visit(shift(2), petition_id="p1", accusation=True, restricted_to=["clerk"])
    fact = noted(accusing)
    # The ledger finds it by what was read; whom it accuses may see the petition and its timeline.
    assert (fact.petition, fact.subject) == (None, accusing.id)
    assert (fact.state.petition_id, fact.state.subject, fact.state.restricted_to) == (None, accusing.id, ["clerk"])
    again = _reading(visit(shift(2), id=accusing.id, accusation=True), ACTOR, ReadingKind.CASE, NOW)
    assert again.id == fact.state.id


def test_who_reads_what_belongs_to_an_accusation_stands_on_its_timeline() -> None:
    visitor = visit(shift(2), petition_id="p1", restricted_to=["clerk"])
    fact = noted(visitor)
    assert key_of(visitor) == "p1"
    assert (fact.petition, fact.subject, fact.state.subject) == ("p1", fact.state.id, None)
