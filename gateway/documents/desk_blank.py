"""Makes the papers of register and desk anew: ``python -m gateway.documents.desk_blank FOLDER``.

An office edits the templates in WPS or Word: letterhead, fonts, wording between the marks. Whoever has spoiled one gets
a fresh one from here. What the marks mean stands in docs/papers.md.
"""

import sys
from pathlib import Path

from docx.document import Document as DocumentObject

from gateway.documents.blank import HEADING_POINTS, line
from gateway.documents.blocks import each, headed, heading, listed, pairs, repeat, section, sentence, signed

PERSON = (
    ("姓名", "{{ person.name }}"), ("身份", "{{ person.role }}"), ("性别", ""), ("年龄", ""), ("职业", ""),
    ("政治面貌", ""), ("证件", "{{ person.document }}"), ("联系电话", "{{ person.phone }}"),
    ("住址或工作单位", "{{ person.address }}"),
)  # fmt: skip
"""What lies sealed has an empty column, to be written in by hand."""
BODY = (
    ("承办单位", "{{ body.name }}"), ("方式", "{{ body.kind }}"), ("日期", "{{ body.sent_on }}"),
    ("期限", "{{ body.due_on }}"), ("状态", "{{ body.state }}"),
)  # fmt: skip
SIGNATURE = (
    ("签字人", "{{ signature.who }}"), ("签字情况", "{{ signature.signed }}"), ("签名", ""),
    ("日期", "{{ signature.on }}"), ("说明", "{{ signature.remark }}"),
)  # fmt: skip
TOLD = (
    ("对象", "{{ one.whom }}"), ("单位或人员", "{{ one.name }}"), ("方式", "{{ one.way }}"),
    ("时间", "{{ one.at }}"), ("签收", "{{ one.acknowledged }}"),
)  # fmt: skip
ANSWER = "当场答复{% if answer_kind %}（{{ answer_kind }}）{% endif %}"


def registration() -> DocumentObject:
    """来访（来信、来电）登记表, in three copies (一案一表，一式三份)."""
    document = headed("编号：{{ number }}")
    line(document, "{{ copy }}", centred=True)
    listed(document, "person", "people", PERSON)
    sentence(document, "people_note", "{{ people_note }}")
    line(document, "")
    pairs(document, "facts")
    section(document, "反映的主要问题", "content")
    section(document, "诉求", "demands")
    heading(document, ANSWER)
    each(document, "answer")
    heading(document, "办理结果")
    line(document, "{{ result }}", indented=True)
    pairs(document, "internal")
    section(document, "处理意见", "opinion")
    section(document, "建议", "suggestion")
    line(document, "信访人（签名）：　　　　　　接待人（签名）：　　　　　　接访领导（签名）：")
    sentence(document, "query_code", "查询码：{{ query_code }}。凭信访件编号和查询码可以查询办理情况，请妥善保管。")
    signed(document)
    return document


def handling() -> DocumentObject:
    """信访事项处理表: goes round in the house, for the leader's instruction."""
    document = headed("编号：{{ number }}")
    line(document, "{{ copy }}", centred=True)
    pairs(document, "facts")
    line(document, "")
    pairs(document, "internal")
    section(document, "反映的主要问题", "content")
    section(document, "诉求", "demands")
    heading(document, "拟办意见")
    each(document, "opinion")
    each(document, "suggestion")
    heading(document, "领导批示")
    repeat(
        document,
        "instruction in instructions",
        "{{ instruction.text }}（{{ instruction.by }}，{{ instruction.on }}）",
    )
    line(document, "（签名、日期）：")
    heading(document, "承办情况")
    listed(document, "body", "bodies", BODY)
    heading(document, "办理结果")
    each(document, "result")
    signed(document)
    return document


def talk() -> DocumentObject:
    """接谈笔录."""
    document = headed("{{ number }}{{ taken_back }}")
    line(document, "{{ copy }}", centred=True)
    pairs(document, "facts")
    repeat(document, "one in questions", "问：{{ one.question }}", "答：{{ one.answer }}")
    section(document, "诉求", "demands")
    section(document, "主要事实", "content")
    section(document, "证据材料", "evidence")
    heading(document, ANSWER)
    each(document, "answer")
    section(document, "处理意见", "opinion")
    section(document, "建议", "suggestion")
    line(document, "以上笔录已由信访人阅读（或者向其宣读），与所述一致。", indented=True)
    line(document, "信访人（签名）：　　　　　　接谈人（签名）：　　　　　　接访领导（签名）：")
    listed(document, "signature", "signatures", SIGNATURE)
    return document


def received() -> DocumentObject:
    """信访事项接收告知书 (Art. 23 ¶1-2)."""
    document = headed("{{ number }}{{ taken_back }}")
    line(document, "{{ petitioner }}：", points=HEADING_POINTS)
    line(
        document,
        "您于{{ received_on }}以{{ channel }}形式提出的信访事项“{{ petition }}”（信访件编号 {{ petition_number }}），"
        "本单位已经接收并登记。依照《信访工作条例》第二十三条，现将办理途径和程序告知如下：",
        indented=True,
    )
    each(document, "text")
    sentence(document, "body", "该事项由{{ body }}办理。")
    sentence(document, "query_code", "您可以凭信访件编号和查询码 {{ query_code }} 查询办理情况，请妥善保管。")
    sentence(document, "phone", "联系电话：{{ phone }}")
    signed(document)
    return document


def guidance() -> DocumentObject:
    """信访事项去向告知书 (Art. 23 ¶1, 31)."""
    document = headed("{{ number }}{{ taken_back }}")
    line(document, "{{ petitioner }}：", points=HEADING_POINTS)
    line(
        document,
        "您于{{ received_on }}以{{ channel }}形式提出的信访事项“{{ petition }}”（信访件编号 {{ petition_number }}），"
        "本单位已经登记。依照《信访工作条例》第二十三条、第三十一条，{% if body %}请您向{{ body }}提出。{% else %}"
        "现将应当通过的途径告知如下：{% endif %}",
        indented=True,
    )
    each(document, "text")
    sentence(document, "phone", "联系电话：{{ phone }}")
    signed(document)
    return document


def urgent_report() -> DocumentObject:
    """重大紧急信访信息报告 (Art. 25), with its chain of times."""
    document = headed("{{ on }}")
    pairs(document, "facts")
    section(document, "主要情况", "content")
    section(document, "已采取的措施", "measures")
    heading(document, "时间链")
    repeat(document, "moment in chain", "{{ moment.at }}　{{ moment.what }}")
    heading(document, "告知情况")
    listed(document, "one", "told", TOLD)
    repeat(document, "one in later", "{{ one.head }}", "{{ one.text }}")
    signed(document)
    return document


TEMPLATES = {
    "registration.docx": registration,
    "handling.docx": handling,
    "talk.docx": talk,
    "notice_received.docx": received,
    "notice_guidance.docx": guidance,
    "urgent_report.docx": urgent_report,
}

if __name__ == "__main__":
    for name, made in TEMPLATES.items():
        made().save(str(Path(sys.argv[1]) / name))
