"""Whether a registration says what it must, and whether what it says fits together: every problem at once, each with
its field. Pure. The words and sources stand in ``services/contracts/forms.toml``."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from services.common.clock import A_YEAR, legal_day
from services.common.errors import InvalidInput, refuse
from services.contracts.channels import PriorProcedure
from services.contracts.forms import Need, registration_form, values
from services.contracts.intake import Channel, Nature, Procedure, Route
from services.contracts.intake_rules import TenantDesk
from services.contracts.register_commands import RegisterPetition
from services.intake.series import papers

ELSEWHERE = frozenset({PriorProcedure.COURT, PriorProcedure.RECONSIDERATION, PriorProcedure.ARBITRATION})
"""Procedures of Art. 31 (1), (2) and (4): what is in them is not dealt with by the way of Art. 31 (6)."""


def check(item: RegisterPetition, *, now: datetime, desk: TenantDesk | None) -> None:
    """Raises one ``InvalidInput`` that carries all that is wrong. ``desk``: the registering tenant's own settings."""
    form = registration_form()
    found = [InvalidInput(message, field=place) for place, message in _wanting(item)]
    broken = [form.rule(rule) for rule, holds in RULES.items() if not holds(item, now)]
    kind = None if item.local_kind is None else _local_kind(item.local_kind, item.nature, desk)
    if kind is not None:
        broken.append(form.rule(kind))
    refuse([*found, *(InvalidInput(rule.message, field=rule.path) for rule in broken)])


def _wanting(item: RegisterPetition) -> Iterator[tuple[str, str]]:
    for field in registration_form().fields_of(item.channel, item.nature):
        if field.need is Need.REQUIRED:
            for place, value in values(item, field.path):
                if _is_blank(value):
                    yield place, field.message or f"请填写{field.label}"


def _is_blank(value: Any) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _opened_same_day(item: RegisterPetition, now: datetime) -> bool:
    """IN-07."""
    letter = item.letter
    if letter is None or letter.opened_on is None or not _is_blank(letter.opened_late):
        return True
    return letter.opened_on <= item.received_on or letter.opened_on > legal_day(now)


def _opened_after_receipt(item: RegisterPetition, now: datetime) -> bool:
    opened = item.letter.opened_on if item.letter else None
    return opened is None or item.received_on <= opened <= legal_day(now)


def _posted_before(item: RegisterPetition, now: datetime) -> bool:
    letter = item.letter
    if letter is None or letter.postmarked_on is None:
        return True
    return letter.postmarked_on <= min(item.received_on, letter.opened_on or item.received_on)


def _damage_told(item: RegisterPetition, now: datetime) -> bool:
    letter = item.letter
    intact = letter is None or (letter.envelope_intact and letter.stamp_intact)
    return intact or not _is_blank(letter and letter.damage)


def _two_receivers(item: RegisterPetition, now: datetime) -> bool:
    """IN-21. None at all is told as a field that is wanting."""
    names = {name.strip() for name in item.visit.receivers} if item.visit else set()
    return item.visit is None or not item.visit.receivers or len(names - {""}) >= papers().talk.receivers


def _visit_on_the_day(item: RegisterPetition, now: datetime) -> bool:
    at = item.visit.at if item.visit else None
    return at is None or (at <= now and legal_day(at) == item.received_on)


def _call_on_the_day(item: RegisterPetition, now: datetime) -> bool:
    at = item.call.at if item.call else None
    return at is None or (at <= now and legal_day(now) - A_YEAR <= legal_day(at) <= item.received_on)


def _all_involved(item: RegisterPetition, now: datetime) -> bool:
    return item.people_involved is None or item.people_involved >= (item.visitors or 0)


def _fits_prior(item: RegisterPetition, now: datetime) -> bool:
    """IN-15: the way may be left open, so that nobody is turned away for it."""
    return item.route is not Route.PETITION or not ELSEWHERE.intersection(item.prior)


RULES: dict[str, Callable[[RegisterPetition, datetime], bool]] = {
    "received-in-future": lambda item, now: item.received_on <= legal_day(now),
    # Before the law that is in force there is no clock, and nobody would ever be reminded of the item.
    "received-long-ago": lambda item, now: item.received_on >= legal_day(now) - A_YEAR,
    "letter-of-letters": lambda item, now: item.letter is None or item.channel is Channel.LETTER,
    "visit-of-visits": lambda item, now: item.visit is None or item.channel is Channel.VISIT,
    "call-of-calls": lambda item, now: item.call is None or item.channel is Channel.CALL,
    "letter-opened-same-day": _opened_same_day,
    "letter-opened-after-receipt": _opened_after_receipt,
    "letter-posted-before-receipt": _posted_before,
    "letter-damage": _damage_told,
    "visit-two-receivers": _two_receivers,
    "visit-on-the-day": _visit_on_the_day,
    "call-on-the-day": _call_on_the_day,
    "involved-not-fewer": _all_involved,
    "readers-of-accusations": lambda item, now: not item.readers or item.nature is Nature.ACCUSATION,
    "prior-and-route": _fits_prior,
    "simple-after-prior": lambda item, now: item.procedure is Procedure.ORDINARY or not item.prior,
}
"""By the rule's id: whether it holds."""


def _local_kind(code: str, nature: Nature, desk: TenantDesk | None) -> str | None:
    """Which rule the tenant's own class of content breaks (IN-14, IN-37)."""
    kinds = {kind.code: kind for kind in desk.local_kinds} if desk else {}
    if code not in kinds:
        return "local-kind-known"
    return None if kinds[code].nature is nature else "local-kind-nature"
