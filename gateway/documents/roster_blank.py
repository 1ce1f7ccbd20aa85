"""Makes the sheet of receptions anew: ``python -m gateway.documents.roster_blank FOLDER``.

An office edits the template in WPS or Word: letterhead, fonts, wording between the marks. Whoever has spoiled it gets a
fresh one from here. What the marks mean stands in docs/roster.md.
"""

import sys
from pathlib import Path

from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from gateway.documents.blank import HEADING_POINTS, TABLE_POINTS, TITLE_POINTS, line, plain_document
from gateway.documents.blocks import listed, repeat, when

COLUMNS = (
    ("日期", "{{ turn.day }}"), ("时间", "{{ turn.hours }}"), ("接访领导", "{{ turn.leader }}"),
    ("职务", "{{ turn.post }}"), ("分管工作", "{{ turn.portfolio }}"), ("地点", "{{ turn.place }}"),
    ("形式", "{{ turn.mode }}"), ("联系电话", "{{ turn.phone }}"),
)  # fmt: skip


def sheet() -> DocumentObject:
    """领导接访安排, for the door: a week's list, or a year's."""
    document = plain_document()
    _landscape(document)
    line(document, "{{ issuer }}", points=HEADING_POINTS, centred=True, bold=True)
    line(document, "{{ title }}", points=TITLE_POINTS, centred=True, bold=True)
    line(document, "{{ span }}", centred=True)
    listed(document, "turn", "turns", COLUMNS)
    when(document, "changes", lambda: _changes(document))
    footer = document.sections[0].footer.paragraphs[0]
    footer.add_run("{{ published }}").font.size = Pt(TABLE_POINTS)
    footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return document


def _changes(document: DocumentObject) -> None:
    line(document, "变更情况", bold=True)
    repeat(document, "text in changes", "{{ text }}")


def _landscape(document: DocumentObject) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    # A4.
    section.page_width, section.page_height = Pt(841.9), Pt(595.3)


TEMPLATES = {"roster_sheet.docx": sheet}

if __name__ == "__main__":
    for name, made in TEMPLATES.items():
        made().save(str(Path(sys.argv[1]) / name))
