"""The four sheets and one record of a reception (RO-32): what each says, and which there are."""

import asyncio
import dataclasses
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import docx
import msgspec
import pytest
from docx.document import Document as DocumentObject

from gateway.documents import reception_blank, reception_fetching
from gateway.documents.papers import HIDDEN
from gateway.documents.reception_fetching import (
    closing_paper,
    papers_of_appointment,
    papers_of_petition,
    reception_paper,
    supervision_paper,
)
from gateway.documents.reception_papers import (
    ClosedCase,
    Reception,
    ReceptionPaperKind,
    closing_document,
    registration_document,
    supervision_document,
)
from gateway.documents.rendering import TEMPLATES
from gateway.reading import CaseParts, Private, ViewReader
from services.common.errors import NotFound
from services.common.ids import new_id
from services.contracts.actor import ActorRef
from services.contracts.deadlines import Obligation
from services.contracts.desk import Talk
from services.contracts.ratings import Rating, RatingSide, RatingValue
from services.contracts.receptions import AppointmentState, Recused, VisitOutcome
from services.contracts.roster_rules import Qualification, SeatRole
from services.contracts.routing import Closure, Referral, ReferralKind, ReferralRole
from services.contracts.supervision import (
    Supervision,
    SupervisionEntry,
    SupervisionReason,
    SupervisionState,
    SupervisionStep,
)
from tests.unit.gateway import made
from tests.unit.gateway.made import NOW, TODAY
from tests.unit.gateway.reception_cases import member, outcome, seat, shift, visit
from tests.unit.gateway.test_desk_papers import petition, talk, words
from tests.unit.gateway.test_papers import ANSWER, DELIVERY, DIRECTORY

SUPERVISOR = ActorRef(tenant="xfj", user="s", name="督办员乙")
TURN = shift(25, seat("a"), seat("b", SeatRole.ACCOMPANY), seat(None, SeatRole.LEGAL))
VISIT = visit(
    TURN,
    id=new_id(),
    people=5,
    number=3,
    concerns=["slj"],
    needs=frozenset({Qualification.LEGAL_ADVISER}),
    matter="第一段 {{ number }}\n第二段 & <无据>",
    outcome=outcome(VisitOutcome.PROMISED, text="责成水利局办理", promised_on=date(2026, 12, 20)),
    recused=[Recused(member="a", reason="与来访人是亲属", declared=True, by_member="b")],
)
RECEPTION = Reception(
    appointment=VISIT,
    shift=TURN,
    members={"a": member("a"), "b": member("b")},
    petition_number="XF20261125001",
    directory=DIRECTORY,
)


def supervision(of: str = "p") -> Supervision:
    def entry(step: SupervisionStep, text: str, by: ActorRef = SUPERVISOR, **more: Any) -> SupervisionEntry:
        return SupervisionEntry(step=step, at=NOW, on=TODAY, by=by, text=text, **more)

    unit = ActorRef(tenant="slj", user="u", name="承办人丙")
    return Supervision(
        id=new_id(), petition_id=of, petition_number="XF20261125001", clock_id=None, obligation=Obligation.HANDLING,
        reason=SupervisionReason.NOT_FINISHED_IN_TIME, opened_by="xfj", addressee="slj",
        state=SupervisionState.ANSWERED, opened_on=TODAY, answer_by=date(2026, 12, 22), answered_on=TODAY,
        ended_on=None, first_receiver="窗口甲",
        case_owner=None,
        entries=[
            entry(SupervisionStep.OPENED, "限期办结\n并书面回复"),
            entry(SupervisionStep.ANSWERED, "已办理", unit, adopted=True),
        ],
    )  # fmt: skip


def closed(**changes: Any) -> ClosedCase:
    of = petition(received_on=date(2026, 11, 1))
    lead = made.referral(of, "slj", to_name="洛南县水务局", accepted_on=TODAY, answer=ANSWER, delivery=DELIVERY)
    beside = made.referral(of, "zrzy", role=ReferralRole.SUPPORT)
    rating = Rating(
        id="r", petition_id=of.id, side=RatingSide.BODY, value=RatingValue.SATISFIED, reason=None, rated_on=TODAY,
        recorded_by="xfj",
    )  # fmt: skip
    whole = ClosedCase(
        petition=of, petitioners=["赵**"], closure=Closure(petition_id=of.id, closed_on=TODAY, closed_by="xfj"),
        referrals=[lead, beside], supervisions=[supervision()], ratings=[rating], receptions=[VISIT],
        directory=DIRECTORY,
    )  # fmt: skip
    return dataclasses.replace(whole, **changes)


def test_the_registration_sheet_says_who_received_whom_and_what_came_of_it() -> None:
    text = words(registration_document(RECEPTION))
    for wanted in (
        *("领导干部接待群众来访登记单", "接访序号：3", "洛南县自然资源局", "领导接访日", "定点接访", "接访大厅"),
        *("a某（副局长）", "b某（副局长）", "赵**", "5 人", "洛南县水利局", "法律顾问", "2026年11月25日 9:10"),
        *("第一段 {{ number }}", "第二段 & <无据>", "（承诺期限办理）", "责成水利局办理", "2026年12月20日"),
        *("XF20261125001", "a某回避：与来访人是亲属，由b某接访", "记录人丁"),
    ):
        assert wanted in text, wanted


def test_a_visitor_who_was_not_received_yet_has_his_sheet_too() -> None:
    waiting = visit(TURN, state=AppointmentState.WAITING, called_at=None, done_at=None, outcome=None)
    text = words(
        registration_document(dataclasses.replace(RECEPTION, appointment=waiting, shift=None, petition_number=None))
    )
    assert "候访" in text
    for absent in ("承诺", "信访件编号", "回避情况", "接谈开始"):
        assert absent not in text


def test_the_supervision_sheet_says_what_is_wanted_by_when_and_what_followed() -> None:
    text = words(supervision_document(supervision=supervision(), petition=petition(), directory=DIRECTORY))
    for wanted in (
        *("督办单", "洛南县信访局", "洛南县水利局：", "XF20261125001", "反映补偿款未到位", "2026年12月22日"),
        *(
            "无正当理由未按规定的办理期限办结",
            "限期办结",
            "并书面回复",
            "洛南县水利局 承办人丙",
            "已办理（改进建议：采纳）",
        ),
    ):
        assert wanted in text, wanted
    assert text.count("限期办结") == 1


def test_the_closing_sheet_says_how_it_ended_and_what_was_promised() -> None:
    text = words(closing_document(closed()))
    for wanted in (
        *("办结单", "赵**", "洛南县水务局", "洛南县自然资源局，承诺 2026年12月20日 前办理", "洛水信处〔2026〕3号"),
        *("部分支持", "2026年11月22日，挂号邮寄，拒收", "督办次数", "1 次", "对责任单位：满意", "21 天"),
        *("发放补偿款", "补偿款本月内发放。", "青苗费不予支持 & <无据>。"),
    ):
        assert wanted in text, wanted
    for internal in ("内部", "czj", "王某", "reader-login"):
        assert internal not in text


def test_who_may_not_know_the_petitioner_does_not_learn_him_here() -> None:
    text = words(closing_document(closed(petitioners=None)))
    assert HIDDEN in text
    assert "赵**" not in text


def test_a_case_closed_without_an_answer_says_so() -> None:
    assert "（本事项没有书面答复意见）" in words(closing_document(closed(referrals=[], receptions=[])))


class Reader:
    """A view that holds one case, and shows it or does not."""

    def __init__(self, *, sees: bool = True, receptions: tuple[Any, ...] = (VISIT,), **found: Any) -> None:
        self.case = petition()
        self.sees, self.receptions = sees, receptions
        self.case_parts = CaseParts()
        self.case_parts.found[Referral] = found.get("referrals", [])
        self.case_parts.found[Talk] = found.get("talks", [])
        self.parts = SimpleNamespace(load=self.load_parts)
        self.private = SimpleNamespace(load=self.load_private)
        self.thread = supervision(self.case.id)

    async def of_petition(self, listed: Any, key: str) -> list[Any]:
        return list(self.receptions)

    async def find(self, listed: Any, key: str) -> Any:
        those: list[Any] = [VISIT, TURN, self.thread]
        return next((each for each in those if each.id == key), None) if self.sees else None

    async def petition(self, key: str) -> Any:
        return SimpleNamespace(state=self.case) if self.sees else None

    async def supervisions(self, key: str) -> list[Any]:
        return [self.thread]

    async def shared(self, state: Any) -> Any:
        return DIRECTORY

    async def load_parts(self, key: str) -> CaseParts:
        return self.case_parts

    async def load_private(self, key: str) -> Private:
        return Private(petitioners=[], query_code=None)


def seen(reader: Reader) -> ViewReader:
    return cast(ViewReader, reader)


def test_the_five_are_listed_with_their_addresses_and_say_which_is_not_there() -> None:
    of = petition()
    letter = made.referral(of, "slj", kind=ReferralKind.ASSIGN)
    own = made.referral(of, "xfj", kind=ReferralKind.OWN)
    reader = Reader(referrals=[letter, own], talks=[talk(), talk(taken_back="误记")])
    found = asyncio.run(papers_of_petition(reader=seen(reader), petition_id=reader.case.id))
    assert [each.kind for each in found] == list(ReceptionPaperKind)
    paths = {each.kind: each.document_path for each in found}
    assert paths[ReceptionPaperKind.REGISTRATION] == f"/documents/receptions/{VISIT.id}.docx"
    assert paths[ReceptionPaperKind.ASSIGNMENT] == f"/documents/referrals/{letter.id}/letter.docx"
    assert paths[ReceptionPaperKind.SUPERVISION] == f"/documents/supervisions/{reader.thread.id}.docx"
    assert paths[ReceptionPaperKind.CLOSING] is None
    assert (paths[ReceptionPaperKind.TALK] or "").endswith(".docx?copy=archive")


def test_what_came_from_no_reception_has_none_of_them() -> None:
    assert asyncio.run(papers_of_petition(reader=seen(Reader(receptions=())), petition_id="p")) == []


def test_a_visit_that_led_to_no_petition_has_its_sheet_alone() -> None:
    found = asyncio.run(papers_of_appointment(reader=seen(Reader()), appointment=VISIT))
    assert [each.kind for each in found if each.document_path] == [ReceptionPaperKind.REGISTRATION]
    assert len(found) == len(ReceptionPaperKind)


def test_only_what_is_given_out_is_noted_as_read(monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[Any] = []

    async def note(reader: Any, *, kind: Any, states: list[Any]) -> None:
        noted.extend(states)

    monkeypatch.setattr(reception_fetching, "note", note)
    reader = Reader()
    closing = Closure(petition_id=reader.case.id, closed_on=TODAY, closed_by="xfj")
    with pytest.raises(NotFound):
        asyncio.run(closing_paper(reader=seen(reader), petition_id=reader.case.id))
    reader.case_parts.found[Closure] = [closing]
    made_now = [
        asyncio.run(reception_paper(reader=seen(reader), appointment_id=VISIT.id)),
        asyncio.run(supervision_paper(reader=seen(reader), supervision_id=reader.thread.id)),
        asyncio.run(closing_paper(reader=seen(reader), petition_id=reader.case.id)),
    ]
    assert all(each.body.startswith(b"PK") for each in made_now)
    assert noted == [VISIT, reader.thread, reader.case]
    blind = Reader(sees=False)
    for asked in (
        reception_paper(reader=seen(blind), appointment_id=VISIT.id),
        supervision_paper(reader=seen(blind), supervision_id=blind.thread.id),
        closing_paper(reader=seen(blind), petition_id=blind.case.id),
    ):
        with pytest.raises(NotFound):
            asyncio.run(asked)
    assert len(noted) == 3


@pytest.mark.parametrize(("name", "blank"), sorted(reception_blank.TEMPLATES.items()))
def test_the_kept_template_has_the_marks_of_a_fresh_one(name: str, blank: Callable[[], DocumentObject]) -> None:
    def marks(document: DocumentObject) -> list[str]:
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return [text for text in [*(p.text for p in document.paragraphs), *cells] if "{" in text]

    assert marks(docx.Document(str(TEMPLATES / name))) == marks(blank())


def test_the_names_of_states_that_no_longer_serve_are_not_made_up() -> None:
    gone = msgspec.structs.replace(VISIT, recused=[Recused(member="x", reason="分管", declared=False, by_member=None)])
    text = words(registration_document(dataclasses.replace(RECEPTION, appointment=gone, members={})))
    assert "（已离任）回避：分管" in text
