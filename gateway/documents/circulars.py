"""A circular, drafted or issued, as DOCX from ``templates/circular.docx``, which an office may edit."""

from urllib.parse import quote

from gateway.documents.rendering import TEMPLATES, rendered, written
from gateway.indicators.draft import Draft
from services.contracts.base import builtins
from services.contracts.circulars import Circular, CircularSection

TEMPLATE = TEMPLATES / "circular.docx"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NO_NUMBER = "（草稿，未编号）"


def issued_document(circular: Circular) -> bytes:
    withdrawn = ""
    if circular.withdrawn_on is not None:
        withdrawn = f"（本通报已于 {circular.withdrawn_on} 撤回：{circular.withdrawn_because}）"
    return _rendered(
        title=circular.title,
        number=circular.number,
        issuer=circular.issuer,
        issued_on=written(circular.issued_on),
        sections=circular.sections,
        remarks=circular.remarks or "",
        withdrawn=withdrawn,
    )


def draft_document(draft: Draft) -> bytes:
    return _rendered(
        title=draft.title,
        number=NO_NUMBER,
        issuer=draft.issuer,
        issued_on="（未印发）",
        sections=draft.frozen(),
        remarks="",
        withdrawn="",
    )


def _rendered(*, sections: list[CircularSection], **words: str) -> bytes:
    return rendered(TEMPLATE.name, {**words, "sections": [builtins(section) for section in sections]})


def attachment(title: str) -> dict[str, str]:
    """The headers of a download with a Chinese file name (RFC 6266)."""
    name = quote(f"{title}.docx", safe="")
    return {
        "Content-Disposition": f"attachment; filename=\"document.docx\"; filename*=UTF-8''{name}",
        "Cache-Control": "no-store",
    }
