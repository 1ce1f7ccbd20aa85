"""The profile and an administrator about one account: what is new in the profile holds, what is old in it does not."""

from typing import Any

import pytest

from gateway.identity.provisioning import FIELDS, merged

LISTED: dict[str, Any] = {"tenant": "slj", "kind": "BUREAU", "name": "甲", "roles": ["CLERK"], "label": "经办"}
ACCOUNT: dict[str, Any] = {**LISTED, "active": True}


def test_nothing_changes_where_nobody_changed_anything() -> None:
    merge = merged(now=ACCOUNT, listed=LISTED, wanted=LISTED)
    assert (merge.changed, merge.kept) == (False, [])


@pytest.mark.parametrize(
    ("field", "value"), [("tenant", "zrzy"), ("name", "乙"), ("roles", ["HEAD"]), ("label", "内勤")]
)
def test_what_an_administrator_changed_is_kept_and_told(field: str, value: object) -> None:
    merge = merged(now={**ACCOUNT, field: value}, listed=LISTED, wanted=LISTED)
    assert (merge.changed, merge.values[field], merge.kept) == (False, value, [FIELDS[field]])


@pytest.mark.parametrize(
    ("field", "value"), [("tenant", "zrzy"), ("name", "乙"), ("roles", ["HEAD"]), ("label", "内勤")]
)
def test_what_the_profile_says_anew_holds(field: str, value: object) -> None:
    merge = merged(now=ACCOUNT, listed=LISTED, wanted={**LISTED, field: value})
    assert (merge.changed, merge.values[field], merge.kept) == (True, value, [])


def test_what_the_profile_says_anew_holds_against_an_administrator() -> None:
    merge = merged(now={**ACCOUNT, "roles": ["HEAD"]}, listed=LISTED, wanted={**LISTED, "roles": ["HANDLER"]})
    assert (merge.changed, merge.values["roles"], merge.kept) == (True, ["HANDLER"], [])


def test_one_field_of_each_is_both_heard() -> None:
    merge = merged(now={**ACCOUNT, "roles": ["HEAD"]}, listed=LISTED, wanted={**LISTED, "name": "乙"})
    assert (merge.values["roles"], merge.values["name"], merge.kept) == (["HEAD"], "乙", ["角色"])


def test_who_was_closed_by_an_administrator_stays_closed_though_listed() -> None:
    merge = merged(now={**ACCOUNT, "active": False}, listed=LISTED, wanted=LISTED)
    assert (merge.changed, merge.values["active"], merge.kept) == (False, False, ["已停用"])


def test_who_was_left_out_and_is_listed_again_is_opened_as_the_profile_says() -> None:
    merge = merged(now={**ACCOUNT, "active": False, "name": "乙"}, listed=None, wanted=LISTED)
    assert (merge.changed, merge.values, merge.kept) == (True, ACCOUNT, [])


def test_an_account_of_before_this_record_is_what_the_profile_says() -> None:
    assert not merged(now=ACCOUNT, listed=None, wanted=LISTED).changed
    assert merged(now={**ACCOUNT, "name": "乙"}, listed=None, wanted=LISTED).values == ACCOUNT
