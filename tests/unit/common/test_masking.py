import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.masking import mask_address, mask_identity_number, mask_name, mask_phone


@pytest.mark.parametrize(
    ("mask", "plain", "masked"),
    [
        (mask_name, "张三", "张*"),
        (mask_name, "欧阳小明", "欧***"),
        (mask_name, "张", "张*"),
        (mask_identity_number, "611021198001012234", "6110************34"),
        (mask_identity_number, "611021800101123", "6110*********23"),
        (mask_phone, "13800001234", "138****1234"),
        (mask_phone, "0914-7000000", "091*****0000"),
        (mask_phone, "12345", "***45"),
        (mask_phone, "7000000", "*****00"),
        (mask_address, "洛南县城关街道演示路1号", "洛南县城关街****"),
        (mask_address, "某村3组", "****"),
    ],
)
def test_masks(mask: object, plain: str, masked: str) -> None:
    assert mask(plain) == masked  # type: ignore[operator]


@given(st.text(alphabet="0123456789", min_size=5, max_size=20))
def test_a_masked_phone_hides_at_least_three_digits(phone: str) -> None:
    assert mask_phone(phone).count("*") >= 3
    assert len(mask_phone(phone)) == len(phone)
