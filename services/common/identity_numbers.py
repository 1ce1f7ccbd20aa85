"""Numbers of papers, by the kind of paper (GB 11643-1999, GB 32100-2015): what they must look like, and what they tell.

Pure. The kinds that a standard fixes are checked by their check digit; the others by their form alone, and gladly: a
number that nobody can check is no reason to send somebody away (Art. 19 of 《信访工作条例》).
"""

import re
from dataclasses import dataclass
from datetime import date

from services.contracts.people import DocumentKind, Sex

PROVINCES = frozenset(
    {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54}
    | {61, 62, 63, 64, 65, 71}
)
"""First two digits of a division code (GB/T 2260) as identity cards bear them."""
RESIDENTS = frozenset({81, 82, 83})
"""The same of residence permits (居住证) of people from Hong Kong, Macao and Taiwan."""

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
CARD = re.compile(r"\d{17}[\dX]")
OLD_CARD = re.compile(r"\d{15}")

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015: without I, O, S, V, Z."""
CREDIT = re.compile(rf"[{CREDIT_ALPHABET}]{{18}}")

SHAPES: dict[DocumentKind, tuple[re.Pattern[str], str]] = {
    DocumentKind.PASSPORT: (re.compile(r"[A-Z0-9]{5,15}"), "护照号码应为 5 至 15 位字母和数字"),
    DocumentKind.HK_MACAO_PERMIT: (
        re.compile(r"[HM](\d{8}|\d{10}|A\d{7})"),
        "港澳居民来往内地通行证号码应为 H 或 M 加 8 位（旧证 10 位）数字",
    ),
    DocumentKind.TAIWAN_PERMIT: (
        re.compile(r"\d{8}|\d{10}(\([A-Z0-9]{1,2}\)|[A-Z])?|[A-Z]\d{8,10}"),
        "台湾居民来往大陆通行证号码应为 8 位（旧证 10 位）数字",
    ),
    DocumentKind.MILITARY: (
        re.compile(r"(?=.*\d)[\u4e00-\u9fffA-Z0-9]{4,20}"),
        "军官证、士兵证号码应为 4 至 20 位汉字、字母和数字，如 军字第1234567号",
    ),
    DocumentKind.OTHER: (re.compile(r"\S.{0,29}"), "证件号码最多 30 个字符"),
}
FOREIGN_CARD = re.compile(r"[A-Z]{3}\d{12}|9\d{16}[\dX]")
"""A foreigner's permanent residence card: the country's letters and twelve digits, since 2023 eighteen from a 9."""


@dataclass(frozen=True)
class Told:
    """What a number tells of its bearer."""

    number: str
    """As it is kept and compared: without blanks, in capitals."""
    born_on: date | None = None
    sex: Sex | None = None


class BadNumber(ValueError):
    """Its message says, in Chinese, what is wrong and what to do."""


def read(number: str, *, kind: DocumentKind, today: date) -> Told:
    """Raises ``BadNumber``. ``today``: nobody is born after it."""
    tidy = re.sub(r"\s", "", number).upper()
    if kind is DocumentKind.ID_CARD:
        return _card(tidy, PROVINCES, today)
    if kind is DocumentKind.RESIDENCE_BOOKLET:
        # It bears the citizen's number for each, and one of the household, which no standard fixes.
        return _card(tidy, PROVINCES, today) if CARD.fullmatch(tidy) else _shaped(tidy, DocumentKind.OTHER)
    if kind is DocumentKind.RESIDENCE_PERMIT:
        return Told(tidy) if FOREIGN_CARD.fullmatch(tidy) else _permit(tidy, today)
    if kind is DocumentKind.CREDIT_CODE:
        return _credit(tidy)
    return _shaped(tidy, kind)


def same_numbers(number: str) -> list[str]:
    """The number as it is compared, and the other form of the same card: of 15 digits and of 18."""
    tidy = re.sub(r"\s", "", number).upper()
    if OLD_CARD.fullmatch(tidy):
        return [long_form(tidy), tidy]
    if CARD.fullmatch(tidy) and tidy[6:8] == "19":
        return [tidy, tidy[:6] + tidy[8:17]]
    return [tidy]


def long_form(number: str) -> str:
    """A card's number of 15 digits in its form of 18; any other as it is."""
    if not OLD_CARD.fullmatch(number):
        return number
    first = number[:6] + "19" + number[6:]
    return first + check_digit(first)


def check_digit(first: str) -> str:
    """Of the first 17 digits: ISO 7064, MOD 11-2."""
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True)) % 11]


def credit_check(first: str) -> str:
    """Of the first 17 signs of a unified social credit code: modulo 31 with the weights 3^i."""
    total = sum(CREDIT_ALPHABET.index(sign) * pow(3, i, 31) for i, sign in enumerate(first))
    return CREDIT_ALPHABET[-total % 31]


def birthday(number: str) -> date | None:
    """The day in a card's number of 15 or 18 digits; None where it is no day of the calendar."""
    digits = long_form(number)[6:14]
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _card(number: str, provinces: frozenset[int], today: date) -> Told:
    if not (CARD.fullmatch(number) or OLD_CARD.fullmatch(number)):
        raise BadNumber("身份证号应为 18 位（或旧式 15 位），请核对；没有可以不填")
    if int(number[:2]) in RESIDENTS - provinces:
        raise BadNumber("这是港澳台居民居住证的号码，请将证件类型改选为“外国人永久居留身份证或港澳台居民居住证”")
    if int(number[:2]) not in provinces:
        raise BadNumber(f"证件号码的前两位 {number[:2]} 不是任何省份的代码，请核对证件")
    born = birthday(number)
    if born is None:
        raise BadNumber("证件号码中的出生日期不是真实日期，请核对证件")
    if born > today:
        raise BadNumber(f"证件号码中的出生日期 {born} 晚于今天，请核对证件")
    full = long_form(number)
    if full[-1] != check_digit(full[:17]):
        raise BadNumber("证件号码的最后一位与前面各位不符，可能抄错了一位，请逐位核对证件；核对不了的可以不填")
    return Told(number, born, Sex.MALE if int(full[16]) % 2 else Sex.FEMALE)


def _permit(number: str, today: date) -> Told:
    if not CARD.fullmatch(number):
        raise BadNumber(
            "港澳台居民居住证号码应为 18 位，外国人永久居留身份证号码应为 18 位或 3 个字母加 12 位数字，"
            "请核对；没有可以不填"
        )
    return _card(number, RESIDENTS, today)


def _credit(number: str) -> Told:
    if not CREDIT.fullmatch(number):
        raise BadNumber("统一社会信用代码应为 18 位数字和字母（不含 I、O、S、V、Z），请核对；没有可以不填")
    if number[-1] != credit_check(number[:17]):
        raise BadNumber(
            "统一社会信用代码的最后一位与前面各位不符，可能抄错了一位，请逐位核对营业执照；核对不了的可以不填"
        )
    return Told(number)


def _shaped(number: str, kind: DocumentKind) -> Told:
    shape, sentence = SHAPES[kind]
    if not shape.fullmatch(number):
        raise BadNumber(f"{sentence}，请核对；没有可以不填")
    return Told(number)
