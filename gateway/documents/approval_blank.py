"""Makes the papers of approval flows anew: ``python -m gateway.documents.approval_blank FOLDER``.

An office edits the templates in WPS or Word: letterhead, fonts, wording between the marks. Whoever has spoiled one gets
a fresh one from here. What the marks mean stands in docs/flows.md.
"""

import sys
from pathlib import Path

from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.shared import Pt

from gateway.documents.blank import HEADING_POINTS, TABLE_POINTS, TITLE_POINTS, line, plain_document

COLUMNS = ("环节", "办理单位", "意见", "办理人", "日期")
CELLS = ("{{ step.name }}", "{{ step.tenant }}", "{{ step.text }}", "{{ step.by }}", "{{ step.on }}")


def form() -> DocumentObject:
    """呈批表."""
    document = plain_document()
    line(document, "信访事项呈批表", points=TITLE_POINTS, centred=True, bold=True)
    line(document, "{{ flow }}（{{ state }}）", centred=True)
    facts = (
        ("信访件编号", "{{ number }}"),
        ("信访事项", "{{ petition }}"),
        ("呈批事项", "{{ subject }}"),
        ("发起单位", "{{ tenant }}，{{ started_on }}"),
        ("承办单位", "{{ handling }}"),
    )
    table = document.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    for name, value in facts:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = name, value
    line(document, "")
    steps = document.add_table(rows=4, cols=len(COLUMNS))
    steps.style = "Table Grid"
    blank = ("",) * (len(COLUMNS) - 1)
    rows = (COLUMNS, ("{%tr for step in steps %}", *blank), CELLS, ("{%tr endfor %}", *blank))
    for row, texts in zip(steps.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.paragraphs[0].add_run(text).font.size = Pt(TABLE_POINTS)
    line(document, "{%p for note in notes %}")
    line(document, "{{ note }}", points=TABLE_POINTS)
    line(document, "{%p endfor %}")
    return document


def skip_level_notice() -> DocumentObject:
    """越级信访通知单."""
    return _in_copies(
        "越级信访通知单",
        (
            "{{ handling }}：",
            "{{ petitioner }}于{{ received_on }}到{{ tenant }}反映：{{ petition }}（编号 {{ number }}）。",
            "按照属地管理、分级负责，谁主管、谁负责的原则，该事项由你单位依法受理、办理，答复信访人，并书面报告结果。",
            "办理要求和期限：{{ text }}",
            "信访人依照《信访工作条例》享有的权利，不因越级走访、也不因是否持有本通知单而受影响。",
        ),
        "{{ tenant }}",
    )


def mutual_duties() -> DocumentObject:
    """双向责任书."""
    return _in_copies(
        "双向责任书",
        (
            "信访件编号：{{ number }}　信访事项：{{ petition }}",
            "责任单位：{{ handling }}　信访人：{{ petitioner }}",
            "一、责任单位依法受理，按期办理，书面答复信访人，告知请求复查的权利，不泄露应当保密的内容。",
            "二、信访人如实反映情况，遵守信访秩序；对办理有意见的，可以向责任单位或者其上级机关提出。",
            "三、双方约定：{{ text }}",
            "本责任书由信访人自愿签订。签订与否，不影响该事项的受理、办理、答复，也不影响信访人依照《信访工作条例》"
            "第三十五条、第三十六条请求复查、复核。",
            "责任单位（盖章）：　　　　　　　　信访人（签名）：",
        ),
        "{{ handling }}",
    )


def skip_level_answer() -> DocumentObject:
    """信访答复意见书."""
    return _in_copies(
        "信访答复意见书",
        (
            "{{ petitioner }}：",
            "你反映的事项（{{ petition }}，编号 {{ number }}），经办理，现答复如下：",
            "{{ text }}",
            "对本答复意见不服的，可以依照《信访工作条例》第三十五条的规定，请求责任单位的上一级机关复查。",
        ),
        "{{ handling }}",
    )


def _in_copies(title: str, paragraphs: tuple[str, ...], signed: str) -> DocumentObject:
    """One page for each who keeps a copy."""
    document = plain_document()
    line(document, "{%p for keeper in keepers %}")
    line(document, "{%p if not loop.first %}")
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    line(document, "{%p endif %}")
    line(document, title, points=TITLE_POINTS, centred=True, bold=True)
    line(document, "第 {{ loop.index }} 联（共 {{ keepers | length }} 联）：{{ keeper }}存", centred=True)
    line(document, paragraphs[0], points=HEADING_POINTS)
    for text in paragraphs[1:]:
        line(document, text, indented=True)
    for text in (signed, "{{ on }}"):
        line(document, text).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    line(document, "{%p endfor %}")
    return document


TEMPLATES = {
    "approval.docx": form,
    "skip_level_notice.docx": skip_level_notice,
    "mutual_duties.docx": mutual_duties,
    "skip_level_answer.docx": skip_level_answer,
}

if __name__ == "__main__":
    for name, made in TEMPLATES.items():
        made().save(str(Path(sys.argv[1]) / name))
