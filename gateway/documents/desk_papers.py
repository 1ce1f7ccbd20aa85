"""The papers that the desk writes as DOCX, from ``templates``, which an office may edit: the record of a talk
(接谈笔录), the two notices (告知书) and the urgent report (重大紧急信访信息报告).

What is handed to ``rendered`` for the petitioner has nothing internal in it, so no template can let it out: no opinion,
suggestion, class, unit in charge, nor why somebody did not sign.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.documents.copies import EVERY_COPY, PaperCopy, filled, written_at
from gateway.documents.papers import HIDDEN, NOBODY
from gateway.documents.rendering import paragraphs, rendered, written
from gateway.urgent_chain import chain
from services.contracts.desk import Notice, NoticeKind, Talk
from services.contracts.directory import Organisation
from services.contracts.intake import Petition
from services.contracts.urgent_reports import ReportKind, UrgentReport

TALK = "接谈笔录"
REPORTS = {
    ReportKind.URGENT: "重大紧急信访信息报告",
    ReportKind.HEALTH: "来访人员健康情况通报",
}
TAKEN_BACK = "（已撤销）"

Directory = Mapping[str, Organisation]


def talk_document(
    *, talk: Talk, petition: Petition, petitioners: Sequence[str] | None, directory: Directory, copy: PaperCopy
) -> bytes:
    """``petitioners``: masked names; None where whoever downloads may not know who it is."""
    inside = copy.internal
    internal = [("归口单位", _name(talk.unit_in_charge, directory)), ("问题性质", talk.issue)]
    values: dict[str, Any] = {
        "title": TALK,
        "issuer": _name(talk.tenant, directory),
        "number": talk.number,
        "copy": copy.line(EVERY_COPY[: talk.copies]),
        "taken_back": TAKEN_BACK if talk.taken_back is not None else "",
        "facts": filled(
            [
                ("信访件编号", petition.number),
                ("信访人", _called(petitioners)),
                ("时间", written_at(talk.at)),
                ("地点", talk.place),
                ("接谈人", "、".join(talk.receivers)),
                ("接访领导", talk.leader or ""),
                ("记录人", talk.by.name),
                ("来访目的", talk.purpose),
                *(internal if inside else []),
            ]
        ),
        "questions": [{"question": each.question, "answer": each.answer} for each in talk.questions],
        "demands": paragraphs(talk.demands),
        "content": paragraphs(talk.facts),
        "evidence": talk.evidence,
        "answer": paragraphs(talk.answer),
        "answer_kind": talk.answer_kind.label if talk.answer_kind else "",
        "opinion": paragraphs(talk.opinion) if inside else [],
        "suggestion": paragraphs(talk.suggestion) if inside else [],
        "signatures": [
            {
                "who": each.who.label,
                "signed": "已签字" if each.signed else "未签字",
                "on": written(each.on) if each.on else "",
                "remark": (each.remark or "") if inside else "",
            }
            for each in talk.signatures
        ],
    }
    return rendered("talk.docx", values)


def notice_document(
    *,
    notice: Notice,
    petition: Petition,
    petitioners: Sequence[str] | None,
    query_code: str | None,
    directory: Directory,
) -> bytes:
    """``query_code``: as whoever downloads may know it; it is told with the receipt alone."""
    issuer = directory.get(notice.tenant)
    received = notice.kind is NoticeKind.RECEIVED
    values: dict[str, Any] = {
        "title": notice.kind.label,
        "issuer": _name(notice.tenant, directory),
        "number": notice.number,
        "taken_back": TAKEN_BACK if notice.taken_back is not None else "",
        "petitioner": _called(petitioners),
        "petition": petition.title,
        "petition_number": petition.number,
        "channel": petition.channel.label,
        "received_on": written(petition.received_on),
        "body": _name(notice.body, directory),
        "text": paragraphs(notice.text),
        "query_code": (query_code or "") if received else "",
        "phone": (issuer.phone or "") if issuer else "",
        "on": written(notice.issued_on),
    }
    return rendered(f"notice_{notice.kind.lower()}.docx", values)


def urgent_document(*, report: UrgentReport, directory: Directory) -> bytes:
    values: dict[str, Any] = {
        "title": REPORTS[report.kind],
        "issuer": _name(report.tenant, directory),
        "facts": filled(
            [
                ("信访件编号", report.petition_number),
                ("报告人", report.by.name),
                ("报告对象", "、".join(dict.fromkeys(each.name for each in report.told))),
            ]
        ),
        "chain": [{"what": moment.what, "at": written_at(moment.at)} for moment in chain(report)],
        "content": paragraphs(report.content),
        "measures": paragraphs(report.measures),
        "told": [
            {
                "whom": each.whom.label,
                "name": each.name,
                "way": each.way,
                "at": written_at(each.at),
                "acknowledged": written_at(each.acknowledged_at) if each.acknowledged_at else "",
            }
            for each in report.told
        ],
        "later": [
            {"head": f"{'终报' if each.final else '续报'}（{written_at(each.at)}，{each.by.name}）", "text": each.text}
            for each in report.later
        ],
        "on": written_at(report.reported_at),
    }
    return rendered("urgent_report.docx", values)


def _called(petitioners: Sequence[str] | None) -> str:
    return HIDDEN if petitioners is None else "、".join(petitioners) or NOBODY


def _name(code: str | None, directory: Directory) -> str:
    organisation = directory.get(code or "")
    return organisation.name if organisation else code or ""
