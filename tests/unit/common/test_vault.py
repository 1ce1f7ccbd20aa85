import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.vault import Vault, VaultError

VAULT = Vault(key="01" * 32, index_key="02" * 32)
PLACE = ("611021", "petitioner", "row", "phone")


@given(st.text())
def test_what_was_sealed_opens_in_its_place(plain: str) -> None:
    assert VAULT.open(VAULT.seal(plain, place=PLACE), place=PLACE) == plain


def test_a_value_copied_elsewhere_does_not_open() -> None:
    sealed = VAULT.seal("13800001234", place=PLACE)
    for other in (("990001", *PLACE[1:]), (*PLACE[:2], "other", "phone"), (*PLACE[:3], "name")):
        with pytest.raises(VaultError):
            VAULT.open(sealed, place=other)


def test_changed_bytes_and_another_key_do_not_open() -> None:
    sealed = VAULT.seal("13800001234", place=PLACE)
    with pytest.raises(VaultError):
        VAULT.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), place=PLACE)
    with pytest.raises(VaultError):
        Vault(key="03" * 32, index_key="02" * 32).open(sealed, place=PLACE)


def test_equal_values_seal_differently_and_index_alike_within_one_county() -> None:
    assert VAULT.seal("a", place=PLACE) != VAULT.seal("a", place=PLACE)
    assert VAULT.index("a", county="1", kind="phone") == VAULT.index("a", county="1", kind="phone")
    assert VAULT.index("a", county="1", kind="phone") != VAULT.index("a", county="2", kind="phone")
    assert VAULT.index("a", county="1", kind="phone") != VAULT.index("a", county="1", kind="identity")
