"""The file of a case as one package: what is in it, in which order, and that it is what was entered."""

import asyncio
import hashlib
import io
import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zipfile import ZipFile

import docx
import pytest

from gateway.archives import blank, packing
from gateway.archives.catalogue import TEMPLATE, file_name
from gateway.archives.packing import ArchiveDamaged, ArchiveTooLarge, Package, pack, package_of
from gateway.attachments.folder import Folder
from gateway.attachments.storage import Place
from gateway.documents.rendering import TEMPLATES
from gateway.reading import CaseParts, Private, TimelineRow, ViewReader
from gateway.reading_lists import PetitionRow
from gateway.status import PetitionStatus
from services.common.errors import Forbidden, NotFound
from services.common.ids import new_id
from services.contracts.actor import Actor, ActorRef, Role, TenantKind
from services.contracts.attachments import Attachment, AttachmentKind, Scan
from services.contracts.desk import Talk
from services.contracts.people import MaskedPetitioner
from services.contracts.routing import Closure, Referral
from tests.unit.gateway import made
from tests.unit.gateway.made import NOW, TODAY
from tests.unit.gateway.test_desk_papers import petition, talk, words
from tests.unit.gateway.test_papers import ANSWER, DELIVERY, DIRECTORY

COUNTY = "611021"
CLERK = Actor(county=COUNTY, tenant="xfj", kind=TenantKind.COUNTY, user="u", name="n", roles=frozenset({Role.CLERK}))
BY = ActorRef(tenant="xfj", user="u", name="经办人甲")


def attachment(kind: AttachmentKind, name: str, content: bytes, **changes: Any) -> Attachment:
    given: dict[str, Any] = {
        "id": new_id(), "petition_id": "p", "petition_number": "n", "registered_by": "xfj", "kind": kind,
        "name": name, "media_type": "application/pdf", "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(), "scanned": Scan.NOT_SCANNED, "reserved": False,
        "uploaded_by": "xfj", "by": BY, "at": NOW,
    }  # fmt: skip
    return Attachment(**{**given, **changes})


class Reader:
    """A view that holds one closed case, and shows it or does not."""

    def __init__(self, *, files: list[Attachment], actor: Actor = CLERK, sees: bool = True) -> None:
        self.actor, self.sees = actor, sees
        self.case = petition(received_on=TODAY - timedelta(days=30))
        self.row = PetitionRow(self.case, 1, PetitionStatus.CLOSED, None)
        lead = made.referral(self.case, "slj", to_name="洛南县水利局", answer=ANSWER, delivery=DELIVERY)
        self.talks = [talk(petition_id=self.case.id), talk(petition_id=self.case.id, taken_back="误记")]
        self.case_parts = CaseParts()
        self.case_parts.found[Referral] = [lead]
        self.case_parts.found[Talk] = self.talks
        self.case_parts.found[Attachment] = files
        self.case_parts.found[Closure] = [Closure(petition_id=self.case.id, closed_on=TODAY, closed_by="xfj")]
        self.steps = [self.step("REGISTERED", "登记备注"), self.step("READ", "有人查看")]
        self.parts, self.private = SimpleNamespace(load=self.load_parts), SimpleNamespace(load=self.load_private)
        self.timeline = SimpleNamespace(load=self.load_timeline)

    def step(self, act: str, remark: str) -> TimelineRow:
        return TimelineRow(new_id(), NOW, act, "xfj", "经办人甲", remark, self.case.id)

    async def petition(self, key: str) -> PetitionRow | None:
        return self.row if self.sees and key == self.case.id else None

    async def find(self, listed: Any, key: str) -> Any:
        those: list[Any] = [*self.talks, *self.case_parts.referrals]
        return next((each for each in those if each.id == key), None)

    async def of_petition(self, listed: Any, key: str) -> list[Any]:
        return []

    async def supervisions(self, key: str) -> list[Any]:
        return []

    async def urgent_reports(self, key: str) -> list[Any]:
        return []

    async def clocks(self, key: str) -> list[Any]:
        return []

    async def shared(self, state: Any) -> Any:
        return DIRECTORY

    async def load_parts(self, key: str) -> CaseParts:
        return self.case_parts

    async def load_private(self, key: str) -> Private:
        person = MaskedPetitioner(
            id=new_id(), name="赵**", identity_number=None, phone=None, address=None, representative=True
        )
        return Private(petitioners=[person], query_code=None)

    async def load_timeline(self, key: str) -> list[TimelineRow]:
        return self.steps


FILES = {
    AttachmentKind.REPLY: ("现场照片.pdf", b"photo" * 300_000),
    AttachmentKind.ENCLOSURE: ("来信.pdf", b"letter"),
    AttachmentKind.ENVELOPE: ("信封 正面.pdf", b"envelope"),
}


def case(tmp_path: Path) -> tuple[Reader, Folder]:
    """With its files in a folder."""
    storage, files = Folder(tmp_path / "files"), []
    for kind, (name, content) in FILES.items():
        file = attachment(kind, name, content)
        arrived = storage.incoming()
        arrived.write_bytes(content)
        assert asyncio.run(storage.keep(Place(COUNTY, file.id), arrived))
        files.append(file)
    files.append(attachment(AttachmentKind.EVIDENCE, "误传.pdf", b"wrong", taken_back="误传"))
    return Reader(files=files), storage


def package(reader: Reader) -> Package:
    return asyncio.run(package_of(cast(ViewReader, reader), reader.case.id))


def packed(reader: Reader, storage: Folder, path: Path) -> ZipFile:
    asyncio.run(pack(package(reader), storage=storage, county=COUNTY, path=path))
    return ZipFile(path)


def test_the_package_has_the_catalogue_in_front_and_the_letter_bound_with_its_envelope(tmp_path: Path) -> None:
    reader, storage = case(tmp_path)
    with packed(reader, storage, tmp_path / "a.zip") as archive:
        names = [name.split("/", 1)[1] for name in archive.namelist()]
        assert {name.split("/", 1)[0] for name in archive.namelist()} == {reader.case.number}
        assert names[:4] == [
            "000_卷内目录.docx",
            "catalogue.json",
            "001_信封_信封 正面.pdf",
            "002_来件附件_来信.pdf",
        ]
        assert [name[4:] for name in names[4:]] == [
            *(f"{reader.case.channel.label}登记表.docx", f"接谈笔录 {reader.talks[0].number}.docx"),
            *("信访事项处理表.docx", "信访事项转送函（洛南县水利局）.docx", "办理材料_现场照片.pdf"),
            *("信访处理意见书（洛南县水利局）.docx", "送达回证（洛南县水利局）.docx", "办结单.docx"),
            "信访事项办理情况.docx",
        ]
        catalogue = json.loads(archive.read(f"{reader.case.number}/catalogue.json"))
        assert [item["order"] for item in catalogue["items"]] == list(range(1, len(catalogue["items"]) + 1))
        for item in catalogue["items"]:
            body = archive.read(f"{reader.case.number}/{item['file']}")
            assert (len(body), hashlib.sha256(body).hexdigest()) == (item["size"], item["sha256"])
        assert archive.read(f"{reader.case.number}/007_办理材料_现场照片.pdf") == FILES[AttachmentKind.REPLY][1]


def test_the_printed_catalogue_lists_what_there_is(tmp_path: Path) -> None:
    reader, _ = case(tmp_path)
    made_now = package(reader)
    text = words(made_now.cover)
    for wanted in ("卷内目录", reader.case.title, "信封：信封 正面.pdf", "11 件", "页号", "整理人"):
        assert wanted in text, wanted
    rows = docx.Document(io.BytesIO(made_now.cover)).tables[1].rows
    assert len(rows) == 1 + len(made_now.catalogue.items)


def test_the_account_tells_the_case_and_not_who_looked_at_it(tmp_path: Path) -> None:
    reader, _ = case(tmp_path)
    last = package(reader).pieces[-1]
    assert isinstance(last, packing.Paper)
    text = words(last.body)
    for wanted in ("赵**", "洛南县水利局的处理意见", ANSWER.opinion, "登记备注", "经办人甲", "拒收"):
        assert wanted in text, wanted
    assert "有人查看" not in text


def test_the_same_case_has_the_same_catalogue_and_another_one_when_something_was_added(tmp_path: Path) -> None:
    reader, _ = case(tmp_path)
    first = package(reader).catalogue
    reader.steps.append(reader.step("ARCHIVED", "移交"))
    assert package(reader).catalogue.digest == first.digest
    reader.case_parts.found[Attachment].append(attachment(AttachmentKind.REPLY, "补充.pdf", b"more"))
    assert package(reader).catalogue.digest != first.digest


def test_a_file_that_is_gone_or_is_not_what_was_entered_stops_the_package(tmp_path: Path) -> None:
    reader, storage = case(tmp_path)
    files = reader.case_parts.found[Attachment]
    missing = attachment(AttachmentKind.REPLY, "丢失.pdf", b"lost")
    reader.case_parts.found[Attachment] = [*files, missing]
    with pytest.raises(ArchiveDamaged):
        packed(reader, storage, tmp_path / "a.zip")
    changed = attachment(AttachmentKind.REPLY, "改动.pdf", b"what was entered")
    arrived = storage.incoming()
    arrived.write_bytes(b"what is there")
    asyncio.run(storage.keep(Place(COUNTY, changed.id), arrived))
    reader.case_parts.found[Attachment] = [*files, changed]
    with pytest.raises(ArchiveDamaged):
        packed(reader, storage, tmp_path / "b.zip")


def test_more_than_a_package_holds_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    reader, storage = case(tmp_path)
    reader.case_parts.found[Attachment].append(
        attachment(AttachmentKind.REPLY, "录像.mp4", b"", size=packing.LARGEST_BYTES)
    )
    with pytest.raises(ArchiveTooLarge):
        packed(reader, storage, tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()


@pytest.mark.parametrize(
    ("actor", "refused"),
    [
        (("xfj", TenantKind.COUNTY, Role.CLERK), None),
        (("xfj", TenantKind.COUNTY, Role.HEAD), None),
        (("611021102", TenantKind.TOWNSHIP, Role.CLERK), None),
        (("611021102", TenantKind.TOWNSHIP, Role.HANDLER), Forbidden),
        (("slj", TenantKind.BUREAU, Role.CLERK), Forbidden),
        (("xfj", TenantKind.COUNTY, Role.LEADER), Forbidden),
        (("xfj", TenantKind.COUNTY, Role.SUPERVISOR), Forbidden),
    ],
)
def test_clerks_and_heads_of_the_registering_office_and_of_the_county_have_it(
    actor: tuple[str, TenantKind, Role], refused: type[Exception] | None
) -> None:
    tenant, kind, role = actor
    who = Actor(county=COUNTY, tenant=tenant, kind=kind, user="u", name="n", roles=frozenset({role}))
    reader = Reader(files=[], actor=who)
    assert reader.case.registered_by == "611021102"
    if refused is None:
        assert package(reader).catalogue.items
    else:
        with pytest.raises(refused):
            package(reader)


def test_what_one_does_not_see_is_not_there() -> None:
    with pytest.raises(NotFound):
        package(Reader(files=[], sees=False))


@pytest.mark.parametrize("title", ["../../etc/passwd", 'a/b\\c:d*e?f"g<h>|i\x00j', "…", " . ", "长" * 500])
def test_names_in_the_package_stay_where_they_belong(title: str) -> None:
    name = file_name(7, title, "pdf")
    assert name.startswith("007_")
    assert name.endswith(".pdf")
    assert not set('/\\:*?"<>|\x00') & set(name)
    assert len(name.encode()) <= 255


def test_the_templates_are_what_their_maker_makes() -> None:
    assert TEMPLATE in blank.BLANKS
    for name, make in blank.BLANKS.items():
        buffer = io.BytesIO()
        make().save(buffer)
        assert words((TEMPLATES / name).read_bytes()) == words(buffer.getvalue())
