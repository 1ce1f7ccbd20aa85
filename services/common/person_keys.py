"""By what a person is recognised: name, telephone and paper as they are compared, however somebody wrote them. Pure."""

import re
import unicodedata

from services.common import identity_numbers
from services.common.errors import InvalidInput
from services.contracts.people import DocumentKind

PHONE = re.compile(r"\+?[\d-]{5,20}")
DOTS = str.maketrans(dict.fromkeys("•・‧∙．.", "·"))
"""How people write the dot in names of some nationalities, and the one sign for it."""
ONE_SERIES = frozenset({DocumentKind.ID_CARD, DocumentKind.RESIDENCE_BOOKLET, DocumentKind.RESIDENCE_PERMIT})
"""Papers that bear the citizen's number: whichever was shown, it is the same person."""


def name_key(name: str) -> str:
    """The whole name as it is compared: without blanks, in one width and with one kind of dot."""
    return "".join(unicodedata.normalize("NFKC", name).split()).translate(DOTS).casefold()


def phone_key(phone: str) -> str:
    """The digits of a telephone number, without the country's own prefix."""
    digits = "".join(re.findall(r"\d", unicodedata.normalize("NFKC", phone)))
    return re.sub(r"^(00)?86(?=1\d{10}$)", "", digits)


def number_key(number: str, *, document: DocumentKind) -> tuple[str, str]:
    """Among which numbers it is compared, and as what; a card's two forms are one."""
    series = "identity" if document in ONE_SERIES else f"identity:{document}"
    return series, identity_numbers.same_numbers(number)[0]


def number_keys(number: str) -> list[tuple[str, str]]:
    """Every ``number_key`` that a number of an unknown kind of paper can have."""
    series = sorted({number_key(number, document=document)[0] for document in DocumentKind})
    return [(one, form) for one in series for form in identity_numbers.same_numbers(number)]


def tidy_phone(given: str | None, *, field: str) -> str | None:
    """The number as it is kept; None for blanks. Raises ``InvalidInput`` for what is no telephone number."""
    phone = re.sub(r"\s", "", unicodedata.normalize("NFKC", given or "")) or None
    if phone is not None and not PHONE.fullmatch(phone):
        raise InvalidInput("电话号码只能包含数字和短横线，请核对", field=field)
    return phone
