"""What blank papers are put together from: head and foot, and blocks that appear, or repeat, with their marks."""

from collections.abc import Callable, Sequence

from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from gateway.documents.blank import HEADING_POINTS, TABLE_POINTS, TITLE_POINTS, line, plain_document

Columns = Sequence[tuple[str, str]]
"""Of a table each column's head, and the mark below it; without one it is written in by hand."""


def headed(number: str) -> DocumentObject:
    document = plain_document()
    line(document, "{{ issuer }}", points=HEADING_POINTS, centred=True, bold=True)
    line(document, "{{ title }}", points=TITLE_POINTS, centred=True, bold=True)
    line(document, number, centred=True)
    return document


def signed(document: DocumentObject) -> None:
    for text in ("{{ issuer }}（盖章）", "{{ on }}"):
        line(document, text).alignment = WD_ALIGN_PARAGRAPH.RIGHT


def heading(document: DocumentObject, text: str) -> None:
    line(document, text, points=HEADING_POINTS, bold=True)


def when(document: DocumentObject, name: str, write: Callable[[], object]) -> None:
    """What ``write`` writes, where there is something of this name."""
    line(document, f"{{%p if {name} %}}")
    write()
    line(document, "{%p endif %}")


def sentence(document: DocumentObject, name: str, text: str) -> None:
    when(document, name, lambda: line(document, text, indented=True))


def section(document: DocumentObject, title: str, name: str) -> None:
    """A heading and paragraphs; neither where there are none."""

    def write() -> None:
        heading(document, title)
        each(document, name)

    when(document, name, write)


def each(document: DocumentObject, name: str) -> None:
    repeat(document, f"text in {name}", "{{ text }}")


def repeat(document: DocumentObject, loop: str, *texts: str) -> None:
    line(document, f"{{%p for {loop} %}}")
    for text in texts:
        line(document, text, indented=True)
    line(document, "{%p endfor %}")


def pairs(document: DocumentObject, name: str) -> None:
    """A table of two columns with a row for each of the list; none where it is empty."""
    rows = ((f"{{%tr for row in {name} %}}", ""), ("{{ row.name }}", "{{ row.value }}"), ("{%tr endfor %}", ""))
    when(document, name, lambda: _table(document, rows))


def listed(document: DocumentObject, one: str, name: str, columns: Columns) -> None:
    """A table with a head and a row for each ``one`` of the list; none where it is empty."""
    blank = ("",) * (len(columns) - 1)
    head, cells = tuple(title for title, _ in columns), tuple(mark for _, mark in columns)
    rows = (head, (f"{{%tr for {one} in {name} %}}", *blank), cells, ("{%tr endfor %}", *blank))
    when(document, name, lambda: _table(document, rows))


def _table(document: DocumentObject, rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    table.style = "Table Grid"
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.paragraphs[0].add_run(text).font.size = Pt(TABLE_POINTS)
