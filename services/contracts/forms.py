"""The registration form: which fields it has, which of them it must and which it should have, and where that is from.

What is said of each field is data, in ``forms.toml``. The checks that compare several fields stand in intake under the
rules' ids; their words and sources are data too. The form is the same for every county: a county may not ask for more
than the law, because nobody is turned away for want of a paper or of an answer (Art. 19, 22).
"""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from services.contracts.base import Labelled, Part
from services.contracts.intake import Channel, Nature

FILE = Path(__file__).with_suffix(".toml")


class Need(Labelled):
    REQUIRED = "REQUIRED", "必填"
    RECOMMENDED = "RECOMMENDED", "应填"
    OPTIONAL = "OPTIONAL", "选填"


class FormField(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One field, or what it is in some channels and natures where it is not the same in all."""

    path: str
    """From ``RegisterPetition``: ``letter.opened_on``; of every item of a list: ``petitioners.name``."""
    label: str
    need: Need = Need.OPTIONAL
    """Within a part that need not be given (``letter``, ``petitioners``): where it is given."""
    message: str | None = None
    """What the clerk reads where it is wanting."""
    source: str | None = None
    """Article or regulation that asks for it; None where nobody does."""
    channels: frozenset[Channel] | None = None
    """None: all."""
    natures: frozenset[Nature] | None = None

    def is_of(self, channel: Channel, nature: Nature) -> bool:
        of_channel = self.channels is None or channel in self.channels
        return of_channel and (self.natures is None or nature in self.natures)


class FormRule(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How fields must fit together."""

    id: str
    path: str
    """The field that is refused."""
    message: str
    source: str


class Form(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    fields: tuple[FormField, ...]
    rules: tuple[FormRule, ...]

    def fields_of(self, channel: Channel, nature: Nature) -> list[FormField]:
        """The fields of one channel and nature, in the order of the form."""
        return [field for field in self.fields if field.is_of(channel, nature)]

    def rules_of(self, channel: Channel, nature: Nature) -> list[FormRule]:
        """The rules about fields of this channel and nature."""
        paths = {field.path for field in self.fields_of(channel, nature)}
        return [rule for rule in self.rules if rule.path in paths]

    def rule(self, rule_id: str) -> FormRule:
        return next(rule for rule in self.rules if rule.id == rule_id)


@cache
def registration_form() -> Form:
    return msgspec.convert(tomllib.loads(FILE.read_text("utf-8")), Form)


def values(item: Any, path: str, *, at: str = "") -> Iterator[tuple[str, Any]]:
    """What stands under ``path``, with the place of each: ``petitioners.name`` gives ``petitioners.0.name`` and so on.
    Nothing of a part that is not given."""
    head, _, rest = path.partition(".")
    value, place = getattr(item, head), f"{at}{head}"
    if not rest:
        yield place, value
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from values(one, rest, at=f"{place}.{index}.")
    elif value is not None:
        yield from values(value, rest, at=f"{place}.")
