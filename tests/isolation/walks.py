"""How a case of the table comes to its stage: act by act, and what is said with each."""

from datetime import UTC, datetime
from typing import Any

from tests.journey.story import in_days, today

# Each act: who does it (a player, or the county office), and what; to or about whom.
SEND = [("office", "referPetition", "first support")]
OBJECT = [*SEND, ("first", "receiveReferral", ""), ("first", "objectToReferral", "")]
# Supervised, and then no longer the one who holds the case.
RETURN = [*OBJECT, ("chief", "openSupervision", "first"), ("office", "decideObjection", "")]
RESEND = [*RETURN, ("office", "referPetition", "second")]
ACCEPT = [*RESEND, ("second", "receiveReferral", ""), ("second", "acceptReferral", "")]
ANSWER = [*ACCEPT, ("second", "answerReferral", "")]
CLOSE = [
    *ACCEPT,
    # All that can belong to a case.
    ("chief", "assignCaseOwner", "second"),
    ("chief", "recordRating", ""),
    ("second", "recordMilestone", ""),
    ("chief", "recordCaseMeeting", ""),
    ("second", "recordSettlement", ""),
    ("chief", "attach", ""),
    ("chief", "recordTalk", ""),
    ("chief", "issueNotice", ""),
    ("chief", "recordFollowUp", ""),
    ("chief", "reportUrgent", "support"),
    ("second", "startApproval", ""),
    ("second", "withdrawApproval", ""),
    ("second", "requestExtension", "second"),
    ("chief", "openSupervision", "second"),
    ("chief", "sendReminder", "second"),
    ("second", "answerReferral", ""),
    ("second", "deliverAnswer", ""),
    ("second", "requestReview", "second"),
    *(("support", act, "") for act in ("receiveReferral", "acceptReferral", "answerReferral")),
    ("office", "closePetition", ""),
]
WALKS: dict[str, list[tuple[str, str, str]]] = {
    "registered": [],
    "sent": SEND,
    "received": OBJECT[:2],
    "objected": OBJECT,
    "withdrawn": [*SEND, ("office", "withdrawReferral", "")],
    "returned": RETURN,
    "resent": RESEND,
    "answered": ANSWER,
    "closed": CLOSE,
    "returned-and-sent-again": [*RETURN, ("office", "referPetition", "first")],
}

NOT_OF_ACCUSATIONS = {"recordRating", "requestExtension", "recordSettlement"}
"""The law gives an accusation no 60 days that could be extended, and it is neither rated nor settled."""
HEARD_BY_BUS = {"NOT_FOUND", "FORBIDDEN", "INVALID_INPUT", "WRONG_STATE"}
"""With these an act is refused whose service has not yet heard of the act before it."""
PATIENTLY = {"openSupervision", "recordMilestone", "requestExtension", "sendReminder"}
"""Acts that deadlines carries out, which hears of the rest by the bus."""


def now() -> str:
    return datetime.now(UTC).isoformat()


def fields_of(mutation: str) -> dict[str, Any]:
    """What each act says besides what it is about."""
    day, text = str(today()), "请核实后办理"
    said: dict[str, dict[str, Any]] = {
        "objectToReferral": {"reason": "不属于本单位职责"},
        "withdrawReferral": {"reason": "转送有误"},
        "decideObjection": {"uphold": True, "reason": "理由成立"},
        "refuseReferral": {"reason": "OUTSIDE_COMPETENCE", "way": "向行政复议机关提出", "explanation": "不属职权"},
        "overruleRefusal": {"reason": "属于该单位职权"},
        "noteProgress": {"text": "已实地核实"},
        "sendBackAnswer": {"reason": "事实不清"},
        "raiseDispute": {"reason": "职责有争议"},
        "decideDispute": {"competent": "zrzy", "reason": "属自然资源部门职责"},
        "forwardReferral": {"to": [{"unit": "x"}]},
        "answerReferral": {
            "outcome": "EXPLAINED",
            "opinion": "已向信访人说明政策依据。",
            "demands": "发放补偿款",
            "facts": "款项已列入本月计划",
            "basis": "《土地管理法》第四十八条",
            "partsMissing": "协办单位意见另行告知",
        },
        "deliverAnswer": {"mode": "IN_PERSON", "on": day, "signed": True},
        "classifyPetition": {"urgency": "NORMAL", "reason": "情况已缓解"},
        "recordRating": {"side": "OFFICE", "value": "SATISFIED"},
        "appealRating": {"side": "OFFICE", "reason": "回访时误解了问题"},
        "decideRatingAppeal": {"side": "OFFICE", "uphold": False, "reason": "评价真实"},
        "declinePetition": {"reason": "OUTSIDE_COMPETENCE", "way": "向行政复议机关提出", "explanation": "不属职权"},
        "linkPetition": {"number": "611021L209901010001", "samePeople": False, "reason": text},
        "unlinkPetition": {"reason": "并案有误"},
        "nameReaders": {"readers": [], "reason": "明确知悉范围"},
        "recordTalk": {
            "at": now(),
            "place": "二号接待室",
            "receivers": ["窗口演示", "督办演示"],
            "purpose": "反映补偿问题",
            "demands": "发放补偿款",
            "facts": "二〇二四年征地",
            "issue": "征地补偿",
            "opinion": "建议转自然资源部门",
        },
        "signTalk": {"signatures": [{"who": "PETITIONER", "signed": True, "on": day}]},
        "takeBackTalk": {"reason": "记录有误"},
        "issueNotice": {"kind": "RECEIVED", "text": "已转有权处理的部门办理。"},
        "deliverNotice": {"delivery": {"mode": "IN_PERSON", "on": day, "signed": True}},
        "takeBackNotice": {"reason": "内容有误"},
        "recordFollowUp": {"on": day, "way": "PHONE", "reached": True, "content": "表示知道办理情况"},
        "takeBackFollowUp": {"reason": "记录有误"},
        "reportUrgent": {"kind": "URGENT", "content": "多人聚集", "measures": "已到场疏导"},
        "addLaterReport": {"text": "现场已平息"},
        "assignCaseOwner": {"leader": "孙演示", "post": "副县长", "reason": "情况复杂"},
        "recordCaseMeeting": {
            "kind": "COORDINATION",
            "heldOn": day,
            "chair": "孙演示",
            "place": "一号会议室",
            "attendance": [{"tenant": "xfj", "people": "督办演示"}],
            "decision": text,
        },
        "takeBackCaseMeeting": {"reason": "记录有误"},
        "recordSettlement": {"kind": "MEDIATION", "agreedOn": day, "terms": "分期兑付", "mediator": "周演示"},
        "fulfilSettlement": {"on": day},
        "takeBackSettlement": {"reason": "记录有误"},
        "takeBackAttachment": {"reason": "误传"},
        "startApproval": {"flow": "letter-instruction", "subject": text},
        "passApprovalStep": {"step": "present", "text": text},
        "returnApproval": {"toStep": "present", "reason": "材料不全"},
        "withdrawApproval": {"reason": "误发起"},
        "recordMilestone": {"kind": "PRESENTED", "on": day, "note": "已呈阅"},
        "takeBackMilestone": {"reason": "记录有误"},
        "requestExtension": {"days": 5, "reason": "情况复杂"},
        "decideExtension": {"approve": False, "reason": "理由不充分"},
        "withdrawExtension": {"reason": "已可按期办结"},
        "informOfExtension": {"on": day},
        "openSupervision": {"reason": "SHIRKING", "text": text, "answerBy": in_days(9)},
        "answerSupervision": {"adopted": True, "text": text},
        "escalateSupervision": {"step": "TALK", "text": text},
        "closeSupervision": {"clearedUp": True, "solved": True, "measuresCarriedOut": True, "text": text},
        "withdrawSupervision": {"reason": "发出有误"},
        "sendReminder": {"text": text},
        "archiveCase": {"on": day, "room": "综合档案室"},
        "takeBackArchive": {"reason": "归档有误"},
        "requestReview": {"stage": "FIRST", "requestedOn": day, "receivedOn": day, "reason": "不服答复意见"},
        "recordHearing": {"openedOn": day},
        "decideReview": {"outcome": "NOT_SUPPORTED", "opinion": text},
        "deliverReview": {"mode": "IN_PERSON", "on": day, "signed": True},
    }
    return said.get(mutation, {})
