"""Makes the template of the circular anew: ``python -m gateway.documents.blank circular.docx``.

An office edits ``templates/circular.docx`` in WPS or Word: letterhead, fonts, wording between the marks. Whoever has
spoiled it gets a fresh one from here. What the marks mean stands in docs/indicators.md.
"""

import sys
from pathlib import Path

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

FONT = "宋体"
TITLE_POINTS, HEADING_POINTS, TEXT_POINTS, TABLE_POINTS = 20, 15, 12, 9


def plain_document() -> DocumentObject:
    """Nothing in it but its fonts."""
    document = Document()
    document.core_properties.author = ""
    document.core_properties.comments = ""
    style = document.styles["Normal"]
    style.font.name = FONT
    style.font.size = Pt(TEXT_POINTS)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    return document


def blank() -> DocumentObject:
    """The template with its marks and plain looks."""
    document = plain_document()
    line(document, "{{ issuer }}", points=HEADING_POINTS, centred=True, bold=True)
    line(document, "{{ number }}", centred=True)
    line(document, "{{ title }}", points=TITLE_POINTS, centred=True, bold=True)
    line(document, "{%p if withdrawn %}")
    line(document, "{{ withdrawn }}", centred=True, bold=True)
    line(document, "{%p endif %}")
    line(document, "{%p for section in sections %}")
    line(document, "{{ section.heading }}", points=HEADING_POINTS, bold=True)
    line(document, "{%p for text in section.paragraphs %}")
    line(document, "{{ text }}", indented=True)
    line(document, "{%p endfor %}")
    line(document, "{%p for table in section.tables %}")
    line(document, "{{ table.title }}", centred=True, bold=True)
    _table(document)
    line(document, "{%p if table.note %}")
    line(document, "注：{{ table.note }}", points=TABLE_POINTS)
    line(document, "{%p endif %}")
    line(document, "{%p endfor %}")
    line(document, "{%p endfor %}")
    line(document, "{%p if remarks %}")
    line(document, "附加说明", points=HEADING_POINTS, bold=True)
    line(document, "{{ remarks }}", indented=True)
    line(document, "{%p endif %}")
    line(document, "{{ issuer }}").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    line(document, "{{ issued_on }}").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return document


def line(
    document: DocumentObject,
    text: str,
    *,
    points: int = TEXT_POINTS,
    centred: bool = False,
    bold: bool = False,
    indented: bool = False,
) -> Paragraph:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.bold = bold
    run.font.size = Pt(points)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indented:
        paragraph.paragraph_format.first_line_indent = Pt(2 * TEXT_POINTS)
    return paragraph


def _table(document: DocumentObject) -> None:
    """A head and one row, each a column wide; the marks repeat them."""
    table = document.add_table(rows=4, cols=3)
    table.style = "Table Grid"
    rows = (
        ("{%tc for column in table.columns %}", "{{ column }}", "{%tc endfor %}"),
        ("{%tr for row in table.rows %}", "", ""),
        ("{%tc for cell in row %}", "{{ cell }}", "{%tc endfor %}"),
        ("{%tr endfor %}", "", ""),
    )
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            run = cell.paragraphs[0].add_run(text)
            run.font.size = Pt(TABLE_POINTS)
            run.bold = row is table.rows[0]


if __name__ == "__main__":
    blank().save(str(Path(sys.argv[1])))
