"""Texts without what identifies a petitioner: no numbers of identity cards and mobile telephones in any text, and of an
item that hides its petitioners nothing of themselves: name, number, telephone, address. Pure.

What is masked keeps the form that ``masking`` gives it. What was written lies in the vault (``text_vault``).
"""

import re
import string
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from enum import Enum
from typing import TypeVar

import msgspec

from services.common.identity_numbers import CARD, PROVINCES, RESIDENTS, birthday, check_digit, same_numbers
from services.common.masking import mask_address, mask_identity_number, mask_name, mask_phone
from services.common.person_keys import phone_key
from services.contracts.people import PetitionerInput, RevealedPetitioner

T = TypeVar("T")
Person = PetitionerInput | RevealedPetitioner | str
"""A person, or no more than the name of one."""

SAME_WIDTH = str.maketrans(
    {chr(0xFF10 + digit): str(digit) for digit in range(10)}
    | dict.fromkeys("ｘＸ", "X")
    | dict.fromkeys("－—–−", "-")
    | dict.fromkeys("\u3000\u00a0\t", " ")
)
"""How digits, the X, dashes and blanks are written otherwise: sign for sign, so that places in a text stay the same."""

IDENTITY = re.compile(r"(?<!\d)\d(?:[ -]?\d){16}[ -]?[\dXx](?!\d)")
OLD_IDENTITY = re.compile(r"(?<!\d)\d{15}(?!\d)")
MOBILE = re.compile(
    r"(?<!\d)(?:(?:\+|00)?86[ -]?)?"
    r"(?P<number>1[3-9](?:\d{9}|\d(?P<a>[ -])\d{4}(?P=a)?\d{4}|\d{5}[ -]\d{4}|\d(?P<b>[ -])\d{3}(?P=b)\d{5}"
    r"|\d\d(?P<c>[ -])\d{3}(?P=c)\d{4}|\d\d(?P<d>[ -])\d{4}(?P=d)\d{3}|\d{3}[ -]\d{6}))(?!\d)"
)
LANDLINE = re.compile(r"0\d{2,3}-?(\d{7,8})")
"""With its area code, which people leave out."""
EARLIEST = date(1900, 1, 1)

LEVELS = re.compile(r"(?:[^省市县区]{1,10}[省市县区]){0,3}(?:[^镇乡]{1,10}?(?:街道办事处|街道办|街道|镇|乡))?")
"""What of an address names province, city, county and township: it is the place of half the county."""
TELLING = 5
"""Characters from which what follows tells whose address it is."""
LOGINS = frozenset({"addressee"})
LONG_NUMBER = 11
"""Digits from which a number is told even where others stand beside it."""
DOT = r"[·•・･‧∙．.]?"
"""In names of some nationalities, however it is written, or left out."""
BLANKS = r"[\s\u200b-\u200d\u2060\ufeff]{0,3}"
"""What may stand between the signs of a name, seen or not."""
SHORTEST_NAME = 2
"""A name of one character stands in too many words."""


def mask_text(text: str) -> str:
    """The text without identity and mobile numbers."""
    for pattern, mask, holds in (
        (IDENTITY, _mask_identity, _is_identity),
        (OLD_IDENTITY, _mask_identity, _is_identity),
        (MOBILE, mask_phone, None),
    ):
        found = (each for each in _overlapping(pattern, text.translate(SAME_WIDTH)) if holds is None or holds(each[0]))
        text = _replaced(text, found, mask)
    return text


def redacted(text: str, people: Iterable[Person]) -> str:
    """``mask_text``, and without what the text tells of these people: those whom an item hides."""
    return redactor(people)(text)


def redactor(people: Iterable[Person]) -> Callable[[str], str]:
    """``redacted`` for many texts about the same people."""
    own = [(re.compile(pattern, re.IGNORECASE), mask) for pattern, mask in _traces(people)]

    def redact(text: str) -> str:
        plain = text.translate(SAME_WIDTH)
        for pattern, mask in own:
            if pattern.search(plain):
                text = _replaced(text, pattern.finditer(plain), mask)
                plain = text.translate(SAME_WIDTH)
        return mask_text(text)

    return redact


def redacted_part(part: T, redact: Callable[[str], str]) -> T:
    """A struct or list with each of its texts redacted. A login is no text: it may well be somebody's telephone."""
    if isinstance(part, str) and not isinstance(part, Enum):
        return redact(part)  # type: ignore[return-value]
    if isinstance(part, list):
        return [redacted_part(each, redact) for each in part]  # type: ignore[return-value]
    if isinstance(part, msgspec.Struct):
        texts = [name for name in part.__struct_fields__ if name not in LOGINS]
        fields = {name: redacted_part(getattr(part, name), redact) for name in texts}
        return msgspec.structs.replace(part, **fields)
    return part


def _overlapping(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Every match, also where an earlier one that is none of ours covers its beginning."""
    place = 0
    while match := pattern.search(text, place):
        yield match
        place = match.start() + 1


def _replaced(text: str, found: Iterable[re.Match[str]], mask: Callable[[str], str]) -> str:
    pieces, place = [], 0
    for match in found:
        group = "number" if "number" in match.re.groupindex else 0
        start, end = match.span(group)
        if start < place:
            continue
        pieces += [text[place:start], mask(match[group])]
        place = end
    return "".join([*pieces, text[place:]])


def _is_identity(found: str) -> bool:
    """By its check digit, or by a province and a day of birth: a mistyped number tells as much. With blanks in it, only
    by both of the latter."""
    number = re.sub(r"[ -]", "", found).upper()
    if number == found.upper() and CARD.fullmatch(number) and check_digit(number[:17]) == number[-1]:
        return True
    born = birthday(number)
    return int(number[:2]) in PROVINCES | RESIDENTS and born is not None and born >= EARLIEST


def _mask_identity(found: str) -> str:
    return mask_identity_number(re.sub(r"[ -]", "", found))


def _traces(people: Iterable[Person]) -> Iterator[tuple[str, Callable[[str], str]]]:
    """Patterns of what a text can hold of each person, the longest first, so that nothing of it is left over."""
    traces = [trace for person in people for trace in _traces_of(person)]
    for plain, mask in sorted(traces, key=lambda trace: -len(trace[0])):
        signs = [sign for sign in plain if not sign.isspace()]
        if all(sign in string.digits for sign in signs):
            edges = (r"(?<!\d)", r"(?!\d)") if len(signs) < LONG_NUMBER else ("", "")
            yield edges[0] + r"[ -]?".join(signs) + edges[1], mask
        else:
            # A name in letters is a word of its own; one in characters stands among others.
            edge = r"\b" if signs[0] in string.ascii_letters else ""
            yield edge + BLANKS.join(DOT if re.fullmatch(DOT, sign) else re.escape(sign) for sign in signs) + edge, mask


def _traces_of(person: Person) -> Iterator[tuple[str, Callable[[str], str]]]:
    name = person if isinstance(person, str) else person.name
    name = "".join(unicodedata.normalize("NFKC", name).split())
    if len(name) >= SHORTEST_NAME:
        yield name, mask_name
    if isinstance(person, str):
        return
    if person.identity_number:
        for number in same_numbers(person.identity_number):
            yield number, _mask_identity
    if person.phone:
        yield phone_key(person.phone), mask_phone
        if local := LANDLINE.fullmatch(person.phone):
            yield local[1], mask_phone
    for address in (person.address, person.household_address):
        if address:
            yield address, mask_address
            level = LEVELS.match(address)
            rest = address[level.end() :] if level else ""
            if TELLING <= len(rest) < len(address):
                yield rest, lambda _: "****"
