"""Which names files of a case have, who adds them, and how many there may be."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import AccusedUnit, Forbidden, InvalidInput, NotFound, WrongState
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.attachments import AddAttachment, Attachment, AttachmentKind, Scan
from services.contracts.intake import Nature, Petition
from services.contracts.routing import ReferralRole, ReferralState
from services.intake import attaching
from services.intake.attaching import AttachmentsFull
from tests.unit.intake.made import NOW, petition, referral


def actor(tenant: str = "611021001", *roles: Role, **changes: Any) -> Actor:
    fields = {"kind": TenantKind.TOWNSHIP, "user": "u", "name": "王演示", **changes}
    return Actor(county="611021", tenant=tenant, roles=frozenset(roles or {Role.CLERK}), **fields)


def command(**changes: Any) -> AddAttachment:
    fields: dict[str, Any] = {
        "petition_id": "p", "attachment_id": "a", "kind": AttachmentKind.ENCLOSURE, "name": "协议.pdf",
        "media_type": "application/pdf", "size": 9, "sha256": "0" * 64, "scanned": Scan.CLEAN,
    }  # fmt: skip
    return AddAttachment(**{**fields, **changes})


def attached(about: Petition | None = None, **changes: Any) -> Attachment:
    made = attaching.added(
        command=command(**changes), petition=about or petition(), there=[], actor=actor(), now=NOW, most=3
    )
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("协议.pdf", "协议.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\我\\照片 1.JPG", "照片 1.JPG"),
        ("a\x00b\r\n\u202ecod.pdf", "abcod.pdf"),
        ('甲"乙<丙>?.png', "甲_乙_丙__.png"),
        ("..隐藏.pdf", "隐藏.pdf"),
        (f"{'长' * 300}.docx", f"{'长' * 95}.docx"),
    ],
)
def test_a_name_is_a_word_and_no_path(given_name: str, kept: str) -> None:
    assert attaching.tidy_name(given_name) == kept


@pytest.mark.parametrize("name", ["", ".pdf", "../", "没有扩展名", "..", "\x00.pdf", "名."])
def test_a_name_without_word_or_end_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput):
        attaching.tidy_name(name)


@given(st.text(max_size=200), st.sampled_from(["pdf", "docx"]))
def test_whatever_is_given_the_name_stays_in_its_folder_and_keeps_its_end(text: str, end: str) -> None:
    try:
        name = attaching.tidy_name(f"{text}.{end}")
    except InvalidInput:
        return
    assert name.endswith(f".{end}")
    assert not {"/", "\\", "\0", "\n", '"'} & set(name)
    assert not name.startswith((".", " "))
    assert len(name) <= attaching.LONGEST_NAME


@pytest.mark.parametrize(
    ("who", "about", "refused"),
    [
        (actor(), {}, None),
        (actor("xfj", kind=TenantKind.COUNTY), {}, None),
        (actor("zrzy", kind=TenantKind.BUREAU), {}, None),
        (actor("slj", kind=TenantKind.BUREAU), {}, Forbidden),
        (actor("zrzy", kind=TenantKind.BUREAU), {"accused": ["zrzy"]}, AccusedUnit),
        (actor(), {"accused_users": ["u"]}, NotFound),
        (actor(), {"accused_people": ["王 演示"]}, AccusedUnit),
        (actor(user="x"), {"nature": Nature.ACCUSATION}, NotFound),
        (actor(), {"nature": Nature.ACCUSATION, "registrar": "u"}, None),
        (actor("zrzy", Role.CLERK, Role.ACCUSATIONS), {"nature": Nature.ACCUSATION}, None),
    ],
)
def test_who_handles_the_case_adds_and_nobody_accused(
    who: Actor, about: dict[str, Any], refused: type[Exception] | None
) -> None:
    def check() -> None:
        standing = [referral(ReferralRole.LEAD, ReferralState.ACCEPTED)]
        attaching.check_uploader(actor=who, petition=petition(**about), standing=standing)

    if refused is None:
        check()
    else:
        with pytest.raises(refused):
            check()


def test_the_same_file_is_not_added_twice_unless_it_was_taken_back() -> None:
    first = attached()

    def again(there: Attachment) -> Attachment | None:
        return attaching.added(
            command=command(name="别名.pdf"), petition=petition(), there=[there], actor=actor(), now=NOW, most=3
        )

    assert again(first) is None
    gone = attaching.taken_back(attachment=first, actor=actor(), reason=" 误传 ")
    assert gone.taken_back == "误传"
    assert again(gone) is not None


def test_a_case_holds_so_many_and_no_more() -> None:
    there = [attached(sha256=f"{number:064x}") for number in range(3)]
    with pytest.raises(AttachmentsFull, match="最多 3 个"):
        attaching.added(
            command=command(sha256="f" * 64), petition=petition(), there=there, actor=actor(), now=NOW, most=3
        )


def test_what_may_show_who_wrote_a_confidential_petition_is_reserved_and_not_named() -> None:
    enclosure = attached(petition(confidential=True))
    assert enclosure.reserved
    assert attaching.remark(enclosure) == "来件附件"
    assert not attached(petition(confidential=True), kind=AttachmentKind.REPLY).reserved
    assert not attached().reserved
    assert attaching.remark(attached()) == "来件附件：协议.pdf"


def test_only_who_added_it_takes_it_back_and_once() -> None:
    with pytest.raises(Forbidden):
        attaching.taken_back(attachment=attached(), actor=actor("xfj", kind=TenantKind.COUNTY), reason="误传")
    with pytest.raises(InvalidInput):
        attaching.taken_back(attachment=attached(), actor=actor(), reason=" ")
    gone = attaching.taken_back(attachment=attached(), actor=actor(), reason="误传")
    with pytest.raises(WrongState):
        attaching.taken_back(attachment=gone, actor=actor(), reason="误传")
