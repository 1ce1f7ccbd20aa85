"""Makes the papers of a leader's reception anew: ``python -m gateway.documents.reception_blank FOLDER``.

An office edits the templates in WPS or Word: letterhead, fonts, wording between the marks. Whoever has spoiled one gets
a fresh one from here. What the marks mean stands in docs/papers.md.
"""

import sys
from pathlib import Path

from docx.document import Document as DocumentObject

from gateway.documents.blank import HEADING_POINTS, line
from gateway.documents.blocks import each, headed, heading, listed, pairs, repeat, section, sentence, signed, when

STEP = (
    ("环节", "{{ step.name }}"), ("办理人", "{{ step.by }}"),
    ("内容", "{{ step.text }}"), ("日期", "{{ step.on }}"),
)  # fmt: skip


def registration() -> DocumentObject:
    """领导干部接待群众来访登记单."""
    document = headed("{% if number %}接访序号：{{ number }}{% endif %}")
    pairs(document, "facts")
    section(document, "反映的主要问题", "content")
    heading(document, "接访领导答复和处理意见{% if outcome %}（{{ outcome }}）{% endif %}")
    each(document, "answer")
    pairs(document, "result")
    when(document, "recused", lambda: heading(document, "回避情况"))
    repeat(document, "text in recused", "{{ text }}")
    line(document, "来访人（签名）：　　　　　　接访领导（签名）：　　　　　　记录人（签名）：")
    signed(document)
    return document


def supervision() -> DocumentObject:
    """督办单 (Art. 36 of the regulation): with what followed, and room for the answer."""
    document = headed("编号：{{ number }}")
    line(document, "{{ addressee }}：", points=HEADING_POINTS)
    pairs(document, "facts")
    section(document, "督办意见和要求", "content")
    heading(document, "督办情况")
    listed(document, "step", "steps", STEP)
    line(document, "被督办单位书面回复：", indented=True)
    line(document, "主要负责人（签名）：　　　　　　　　（盖章）　　　　年　　月　　日")
    signed(document)
    return document


def closing() -> DocumentObject:
    """办结单."""
    document = headed("编号：{{ number }}")
    pairs(document, "facts")
    section(document, "诉求", "demands")
    section(document, "处理意见", "opinion")
    sentence(document, "not opinion", "（本事项没有书面答复意见）")
    line(document, "承办人（签名）：　　　　　　审核人（签名）：　　　　　　分管领导（签名）：")
    signed(document)
    return document


TEMPLATES = {
    "reception_registration.docx": registration,
    "reception_supervision.docx": supervision,
    "reception_closing.docx": closing,
}

if __name__ == "__main__":
    for name, made in TEMPLATES.items():
        made().save(str(Path(sys.argv[1]) / name))
