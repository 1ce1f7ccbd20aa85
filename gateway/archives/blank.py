"""Makes the templates of the archive's own papers anew: ``python -m gateway.archives.blank FOLDER``.

An office edits ``gateway/documents/templates/archive_*.docx``; whoever has spoiled one gets a fresh one from here.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from docx.document import Document as DocumentObject

from gateway.documents.blank import line
from gateway.documents.blocks import each, headed, heading, listed, pairs


def catalogue() -> DocumentObject:
    document = headed("{{ number }}")
    pairs(document, "facts")
    columns = (
        ("顺序号", "{{ item.order }}"),
        ("题名", "{{ item.title }}"),
        ("日期", "{{ item.day }}"),
        ("类别", "{{ item.section }}"),
        ("页号", ""),
        ("大小", "{{ item.size }}"),
    )
    listed(document, "item", "items", columns)
    for text in ("整理人：　　　　　　　　整理日期：", "移交人：　　　　　　　　接收人（档案室）："):
        line(document, text)
    return document


def case_file() -> DocumentObject:
    document = headed("{{ number }}")
    line(document, "{%p for section in sections %}")
    heading(document, "{{ section.heading }}")
    pairs(document, "section.rows")
    each(document, "section.paragraphs")
    line(document, "{%p endfor %}")
    heading(document, "办理轨迹")
    columns = (
        ("时间", "{{ step.at }}"),
        ("事项", "{{ step.act }}"),
        ("单位", "{{ step.tenant }}"),
        ("经办人", "{{ step.by }}"),
        ("说明", "{{ step.remark }}"),
    )
    listed(document, "step", "steps", columns)
    return document


BLANKS: dict[str, Callable[[], DocumentObject]] = {
    "archive_catalogue.docx": catalogue,
    "archive_case.docx": case_file,
}


if __name__ == "__main__":
    for name, make in BLANKS.items():
        make().save(str(Path(sys.argv[1]) / name))
