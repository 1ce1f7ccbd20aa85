"""Makes the papers of hand-overs anew: ``python -m gateway.documents.paper_blank FOLDER``.

An office edits the templates in WPS or Word: letterhead, fonts, wording between the marks. Whoever has spoiled one gets
a fresh one from here. What the marks mean stands in docs/papers.md.
"""

import sys
from pathlib import Path

from docx.document import Document as DocumentObject

from gateway.documents.blank import HEADING_POINTS, line
from gateway.documents.blocks import each, headed, heading, section, sentence, signed


def letter() -> DocumentObject:
    """转送函, 交办函."""
    document = headed("编号：{{ petition_number }}")
    line(document, "{{ receiver }}{% if unit %}（{{ unit }}）{% endif %}：", points=HEADING_POINTS)
    line(
        document,
        "{{ petitioner }}于{{ received_on }}以{{ channel }}形式提出信访事项：{{ petition }}。现依照《信访工作条例》"
        "第二十二条、第二十三条，{{ kind }}你单位，由你单位{{ role }}。",
        indented=True,
    )
    sentence(document, "beside", "同时承办的单位：{{ beside | join('、') }}。")
    sentence(document, "due_on", "请于{{ due_on }}前书面报告办理结果。")
    line(
        document,
        "请自收到之日起在法定期限内书面告知信访人；认为不属于本单位职权范围的，请在收到之日起的异议期限内详细说明理由"
        "提出异议，不得自行转送。对信访人的姓名、住址和检举控告的内容，请依法保密。",
        indented=True,
    )
    section(document, "信访事项主要内容", "content")
    section(document, "办理要求", "note")
    signed(document)
    return document


def opinion() -> DocumentObject:
    """信访处理意见书: the content that Art. 32 orders, and the remedy."""
    document = headed("{{ number }}")
    line(document, "{{ petitioner }}：", points=HEADING_POINTS)
    line(
        document,
        "您提出的信访事项“{{ petition }}”（信访件编号 {{ petition_number }}）{% if accepted_on %}，本单位于"
        "{{ accepted_on }}受理{% endif %}。现已办理完毕，答复如下：",
        indented=True,
    )
    section(document, "投诉请求", "demands")
    section(document, "事实和理由", "facts")
    heading(document, "处理意见")
    line(document, "对您的请求，本单位的意见为：{{ outcome }}。", indented=True)
    each(document, "opinion")
    section(document, "法律法规依据", "basis")
    line(document, "{%p if remedy %}")
    heading(document, "救济途径")
    line(document, "{{ remedy }}", indented=True)
    line(document, "{%p endif %}")
    signed(document)
    return document


def refusal() -> DocumentObject:
    """不予受理（不再受理）告知书."""
    document = headed("信访件编号：{{ petition_number }}")
    line(document, "{{ petitioner }}：", points=HEADING_POINTS)
    line(
        document,
        "您于{{ received_on }}提出的信访事项“{{ petition }}”，经审查，{{ reason }}。依照{{ basis }}，本单位决定"
        "{{ decision }}，特此告知。",
        indented=True,
    )
    section(document, "理由", "explanation")
    section(document, "您可以通过的途径", "way")
    signed(document)
    return document


def receipt() -> DocumentObject:
    """送达回证."""
    document = headed("{% if receipt %}编号：{{ receipt }}{% endif %}")
    rows = (
        ("信访件编号", "{{ petition_number }}"),
        ("送达文书", "《{{ paper }}》{{ paper_number }}"),
        ("受送达人", "{{ petitioner }}"),
        ("送达方式", "{{ mode }}"),
        ("送达日期", "{{ delivered_on }}"),
        ("签收情况", "{{ signed }}"),
        ("签收人身份", "{{ recipient }}"),
        ("受送达人（签收人）签名", ""),
        ("送达人签名", ""),
        ("备注", "{{ remark }}"),
    )
    table = document.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    for name, value in rows:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = name, value
    line(document, "拒收的，请在备注中写明拒收事由和日期，并由送达人、见证人签名。")
    return document


TEMPLATES = {
    "referral_letter.docx": letter,
    "referral_opinion.docx": opinion,
    "referral_refusal.docx": refusal,
    "referral_receipt.docx": receipt,
}

if __name__ == "__main__":
    for name, made in TEMPLATES.items():
        made().save(str(Path(sys.argv[1]) / name))
