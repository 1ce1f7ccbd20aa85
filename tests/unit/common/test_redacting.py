"""Texts: no identity or mobile number stays, whichever way it is written, and nothing else is touched."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.redacting import mask_text, redacted, redacted_part, redactor
from services.contracts.channels import Enclosure, Letter, LetterForm
from services.contracts.people import PetitionerInput

NUMBER = "611021198001012234"
INFORMANT = PetitionerInput(
    name="欧阳桂鑫",
    identity_number=NUMBER,
    phone="0914-7123456",
    address="洛南县城关街道栖凤湾七弄二十九号",
    household_address="洛南县石坡镇李河村三组",
)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (f"我叫张三，身份证{NUMBER}。", "我叫张三，身份证6110************34。"),
        ("身份证号61102119491231002x，", "身份证号6110************2x，"),
        ("６１１０２１１９８００１０１２２３４", "6110************34"),
        ("611021 19800101 2234", "6110************34"),
        ("6110-2119-8001-0122-34", "6110************34"),
        # Mistyped, it still tells who it is; and the old form.
        ("611021198001012235", "6110************35"),
        ("旧证611021800101223，", "旧证6110*********23，"),
        (f"{NUMBER} 13977126604", "6110************34 139****6604"),
        ("电话13977126604找我", "电话139****6604找我"),
        ("139-7712-6604、139 7712 6604", "139******6604、139******6604"),
        ("+86 13977126604，8613977126604", "+86 139****6604，86139****6604"),
        ("1397 7126 604 或 13977-126604", "139****** 604 或 139*****6604"),
    ],
)
def test_a_persons_numbers_are_masked_however_they_are_written(written: str, shown: str) -> None:
    assert mask_text(written) == shown


@pytest.mark.parametrize(
    "text",
    [
        "编号 611021L202611220001，查询码 7KQ2M8XWRT",
        "1998-03-05 交款 120 元，2026年11月22日再交 13000 元",
        "银行账号 6222021001116245702",
        "订单 161021198001012234567",
        "办公电话 0914-7321234、12345",
        "合同编号 201905060000000000",
        "面积 150000000000 平方毫米",
        "",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert mask_text(text) == text


@given(st.text(alphabet="甲乙 ，。-", max_size=10), st.text(alphabet="丙丁 ，。-", min_size=1, max_size=10))
def test_a_number_is_masked_in_any_surroundings(before: str, after: str) -> None:
    shown = mask_text(f"{before}{NUMBER}{after}13977126604")
    assert NUMBER not in shown
    assert "13977126604" not in shown


@given(st.text(max_size=60))
def test_masking_twice_is_masking_once_and_a_text_without_digits_is_left_alone(text: str) -> None:
    assert mask_text(mask_text(text)) == mask_text(text)
    if not any(sign.isdigit() for sign in text):
        assert mask_text(text) == text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("欧阳桂鑫反映村干部", "欧***反映村干部"),
        ("本人欧阳 桂鑫，", "本人欧****，"),
        ("住洛南县城关街道栖凤湾七弄二十九号", "住洛南县城关街****"),
        ("家在栖凤湾七弄二十九号。", "家在****。"),
        ("户籍洛南县石坡镇李河村三组", "户籍洛南县石坡镇****"),
        ("家里电话0914 7123456，或 7123456", "家里电话091*****3456，或 *****56"),
        ("身份证611021800101223", "身份证6110*********23"),
        (f"{NUMBER}13977126604", "6110************3413977126604"),
    ],
)
def test_whoever_is_hidden_is_hidden_in_the_text_too(written: str, shown: str) -> None:
    assert redacted(written, [INFORMANT]) == shown


@pytest.mark.parametrize(
    "written",
    [
        *("买买提·吐尔逊", "买买提•吐尔逊", "买买提・吐尔逊", "买买提.吐尔逊", "买买提吐尔逊"),
        *("买买提 · 吐尔逊", "买买提  吐尔逊", "买买提\u200b·吐尔逊", "买买提\n吐尔逊"),
    ],
)
def test_a_hidden_name_is_hidden_whichever_dot_and_blanks_stand_in_it(written: str) -> None:
    assert "吐尔逊" not in redacted(f"举报人{written}。", ["买买提·吐尔逊"])


def test_of_an_item_that_hides_nobody_names_and_places_stay() -> None:
    text = "欧阳桂鑫住洛南县城关街道栖凤湾七弄二十九号，家里电话0914-7123456"
    assert redacted(text, []) == text


def test_what_the_matter_is_about_stays_though_the_informant_lives_in_the_same_village() -> None:
    text = "洛南县石坡镇李河村三组以外的两个组没有水"
    assert redacted("石坡镇李河村一组没有水", [INFORMANT]) == "石坡镇李河村一组没有水"
    assert redacted(text, ["欧阳桂鑫"]) == text


def test_a_name_in_letters_is_no_part_of_a_word_and_one_character_is_no_name() -> None:
    assert redacted("Al and ALSO al", ["Al"]) == "A* and ALSO a*"
    assert redacted("王家村的王某", ["王"]) == "王家村的王某"


def test_the_texts_of_a_part_are_masked_and_nothing_else_of_it() -> None:
    letter = Letter(
        form=LetterForm.EXPRESS,
        postmarked_on=date(2026, 11, 20),
        damage="信封写有13977126604",
        addressee="13977126604",
        enclosures=[Enclosure(name="欧阳桂鑫的土地证", count=2, original=True)],
    )
    shown = redacted_part(letter, redactor([INFORMANT]))
    assert shown == Letter(
        form=LetterForm.EXPRESS,
        postmarked_on=date(2026, 11, 20),
        damage="信封写有139****6604",
        addressee="13977126604",
        enclosures=[Enclosure(name="欧***的土地证", count=2, original=True)],
    )
    assert redacted_part(None, redactor([INFORMANT])) is None
