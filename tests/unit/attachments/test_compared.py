"""Stored files beside what the register says of them: what is kept, what nobody needs, what is gone."""

from datetime import UTC, datetime, timedelta

import msgspec

from deploy.operator.attachments_compared import compared
from gateway.attachments.storage import Place, Stored
from services.common.ids import new_id
from services.contracts.actor import ActorRef
from services.contracts.attachments import Attachment, AttachmentKind, Scan

NOW = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)
COUNTY = "611021"


def attachment(size: int = 4) -> Attachment:
    return Attachment(
        id=new_id(), petition_id="p", petition_number="n", registered_by="xfj", kind=AttachmentKind.EVIDENCE,
        name="a.pdf", media_type="application/pdf", size=size, sha256="0" * 64, scanned=Scan.CLEAN, reserved=False,
        uploaded_by="xfj", by=ActorRef(tenant="xfj", user="u", name="张三"), at=NOW,
    )  # fmt: skip


def stored(id: str, *, size: int = 4, age: timedelta = timedelta(days=2), county: str = COUNTY) -> Stored:
    return Stored(Place(county, id), size, NOW - age)


def test_each_file_is_known_on_its_way_or_nobodys() -> None:
    known = attachment()
    young, old = stored(new_id(), age=timedelta(hours=23)), stored(new_id())
    found = compared(register={COUNTY: {known.id: known}}, stored=[stored(known.id), young, old], before=YESTERDAY)
    assert (found.fit, found.young, found.orphans) == (1, 1, [old])
    assert (found.missing, found.damaged, found.strangers) == ([], [], [])


def test_an_attachment_without_its_file_and_a_file_that_was_cut_off_are_told() -> None:
    gone, cut, back = attachment(), attachment(size=5), msgspec.structs.replace(attachment(), taken_back="误传")
    register = {COUNTY: {each.id: each for each in (gone, cut, back)}}
    found = compared(register=register, stored=[stored(cut.id)], before=YESTERDAY)
    assert (found.missing, found.damaged, found.orphans) == ([(COUNTY, gone)], [(COUNTY, cut)], [])


def test_where_the_register_knows_nothing_of_a_county_nothing_is_nobodys() -> None:
    """An empty database, or another one, must not cost a county its files."""
    registers: list[dict[str, dict[str, Attachment]]] = [{}, {COUNTY: {}}]
    for register in registers:
        file = stored(new_id())
        found = compared(register=register, stored=[file], before=YESTERDAY)
        assert (found.orphans, found.strangers) == ([], [file])
