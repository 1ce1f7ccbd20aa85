"""Numbers of papers, by vectors of the standards and by what a slip of the pen does to them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.identity_numbers import BadNumber, long_form, read, same_numbers
from services.contracts.people import DocumentKind, Sex

TODAY = date(2026, 11, 22)
CARD, PERMIT = DocumentKind.ID_CARD, DocumentKind.RESIDENCE_PERMIT

VALID_CARDS = [
    # The two examples of GB 11643-1999.
    ("11010519491231002X", date(1949, 12, 31), Sex.FEMALE),
    ("440524188001010014", date(1880, 1, 1), Sex.MALE),
    # Worked out by hand as in the standard: the sum of digit times 2^(18-place), modulo 11, is 1.
    ("611021198001012234", date(1980, 1, 1), Sex.MALE),
    ("611021198001011231", date(1980, 1, 1), Sex.MALE),
    ("611021200002290025", date(2000, 2, 29), Sex.FEMALE),
    ("542421199912310012", date(1999, 12, 31), Sex.MALE),
]


def remainder(number: str) -> int:
    """ISO 7064 over all eighteen places: 1 for a right number. Written apart from the code under test."""
    return sum((10 if sign == "X" else int(sign)) << (17 - place) for place, sign in enumerate(number)) % 11


@st.composite
def cards(draw: st.DrawFn) -> str:
    """A right number, its last sign found by trial."""
    day = draw(st.dates(min_value=date(1900, 1, 1), max_value=TODAY))
    province = draw(st.sampled_from(["11", "37", "46", "50", "54", "61", "65"]))
    first = f"{province}{draw(st.integers(0, 9999)):04d}{day:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return next(first + last for last in "0123456789X" if remainder(first + last) == 1)


@pytest.mark.parametrize(("number", "born_on", "sex"), VALID_CARDS)
def test_a_right_number_tells_day_of_birth_and_sex(number: str, born_on: date, sex: Sex) -> None:
    assert remainder(number) == 1
    told = read(number, kind=CARD, today=TODAY)
    assert (told.number, told.born_on, told.sex) == (number, born_on, sex)


@given(cards())
def test_every_right_number_is_taken(number: str) -> None:
    assert read(number.lower(), kind=CARD, today=TODAY).number == number


@given(cards(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_any_single_wrong_sign_is_found(number: str, place: int, sign: str) -> None:
    wrong = number[:place] + sign + number[place + 1 :]
    if wrong != number:
        with pytest.raises(BadNumber):
            read(wrong, kind=CARD, today=TODAY)


@given(cards(), st.integers(0, 16))
def test_any_two_neighbours_in_wrong_order_are_found(number: str, place: int) -> None:
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if wrong != number:
        with pytest.raises(BadNumber):
            read(wrong, kind=CARD, today=TODAY)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("611021198001012235", "最后一位"),
        ("611021198001013224", "最后一位"),
        ("116021198001012234", "最后一位"),
        ("161021198001012234", "省份"),
        ("991021198001012234", "省份"),
        ("611021198002302234", "出生日期"),
        ("611021198013012234", "出生日期"),
        ("611021202611230014", "晚于今天"),
        ("6110211980010122", "18 位"),
        ("61102119800101223", "18 位"),
        ("6110211980010122345", "18 位"),
        ("X11021198001012234", "18 位"),
        ("six eleven", "18 位"),
        ("810000199408230021", "居住证"),
        ("611021800230123", "出生日期"),
        ("161021800101123", "省份"),
    ],
)
def test_a_wrong_card_is_told_why_it_is_wrong(number: str, said: str) -> None:
    with pytest.raises(BadNumber, match=said):
        read(number, kind=CARD, today=TODAY)


def test_the_old_form_of_15_digits_is_read_as_the_same_card() -> None:
    told = read("611021800101223", kind=CARD, today=TODAY)
    assert (told.born_on, told.sex) == (date(1980, 1, 1), Sex.MALE)
    assert read("611021800101224", kind=CARD, today=TODAY).sex is Sex.FEMALE
    assert long_form("611021800101223") == "611021198001012234"
    assert same_numbers("611021800101223") == ["611021198001012234", "611021800101223"]
    assert same_numbers("61102119800101 2234") == ["611021198001012234", "611021800101223"]
    assert same_numbers("611021200002290025") == ["611021200002290025"]


@given(cards())
def test_both_forms_of_a_card_are_compared_as_one(number: str) -> None:
    short = number[:6] + number[8:17]
    if number[6:8] == "19":
        assert same_numbers(number)[0] == same_numbers(short)[0] == number


VALID = [
    (DocumentKind.CREDIT_CODE, "91350100M000100Y43"),  # the example of GB 32100-2015
    (DocumentKind.CREDIT_CODE, "91110108551385082Q"),
    (DocumentKind.CREDIT_CODE, "9144030071526726xg"),
    (DocumentKind.CREDIT_CODE, "91330100716105852F"),
    (DocumentKind.PASSPORT, "E12345678"),
    (DocumentKind.PASSPORT, "eh1234567"),
    (DocumentKind.HK_MACAO_PERMIT, "H12345678"),
    (DocumentKind.HK_MACAO_PERMIT, "M1234567801"),
    (DocumentKind.HK_MACAO_PERMIT, "HA1234567"),
    (DocumentKind.TAIWAN_PERMIT, "12345678"),
    (DocumentKind.TAIWAN_PERMIT, "1234567890(B)"),
    (PERMIT, "USA310000010101"),
    (PERMIT, "911840198001010027"),
    (DocumentKind.MILITARY, "军字第1234567号"),
    (DocumentKind.RESIDENCE_BOOKLET, "611021198001012234"),
    (DocumentKind.RESIDENCE_BOOKLET, "00123456"),
    (DocumentKind.OTHER, "洛残字（2020）第 8 号"),
]


@pytest.mark.parametrize(("kind", "number"), VALID)
def test_numbers_of_other_papers_are_taken(kind: DocumentKind, number: str) -> None:
    assert read(number, kind=kind, today=TODAY).number == number.replace(" ", "").upper()


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (DocumentKind.CREDIT_CODE, "91350100M000100Y44"),
        (DocumentKind.CREDIT_CODE, "91350100M000100Y34"),
        (DocumentKind.CREDIT_CODE, "9135010OM000100Y43"),
        (DocumentKind.CREDIT_CODE, "91350100M000100Y4"),
        (DocumentKind.PASSPORT, "E-1234"),
        (DocumentKind.HK_MACAO_PERMIT, "H1234567"),
        (DocumentKind.HK_MACAO_PERMIT, "T12345678"),
        (DocumentKind.TAIWAN_PERMIT, "1234567"),
        (PERMIT, "611021198001012234"),
        (PERMIT, "810000199408230022"),
        (PERMIT, "US310000010101"),
        (DocumentKind.MILITARY, "军官证"),
        (DocumentKind.RESIDENCE_BOOKLET, "611021198001012235"),
        (DocumentKind.OTHER, "x" * 31),
    ],
)
def test_numbers_that_no_such_paper_bears_are_refused(kind: DocumentKind, number: str) -> None:
    with pytest.raises(BadNumber, match=r"请核对|不填"):
        read(number, kind=kind, today=TODAY)


def test_a_residence_permit_of_hong_kong_macao_or_taiwan_has_the_check_digit_of_a_card() -> None:
    for first in ("81000019940823002", "82000019940823002", "83000019940823002"):
        number = next(first + last for last in "0123456789X" if remainder(first + last) == 1)
        told = read(number, kind=PERMIT, today=TODAY)
        assert (told.born_on, told.sex) == (date(1994, 8, 23), Sex.FEMALE)


@given(st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_any_single_wrong_sign_of_a_credit_code_is_found(place: int, sign: str) -> None:
    right = "91350100M000100Y43"
    wrong = right[:place] + sign + right[place + 1 :]
    if wrong != right:
        with pytest.raises(BadNumber, match="营业执照"):
            read(wrong, kind=DocumentKind.CREDIT_CODE, today=TODAY)
