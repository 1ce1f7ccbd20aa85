"""Talks with petitioners (接谈笔录): who takes part, what has to stand in the record, who signs it. Pure.

IN-05, IN-06, IN-21, IN-22, IN-32. Nobody whom the petition accuses takes part (Art. 30 of 《信访工作条例》).
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime

import msgspec

from services.common import accused
from services.common.clock import legal_day
from services.common.errors import Forbidden, HistoricalPetition, InvalidInput, WrongState, require
from services.common.ids import new_id
from services.contracts.actor import Actor
from services.contracts.desk import QuestionAnswer, RecordTalk, Signature, SignTalk, Talk
from services.contracts.directory import Organisation
from services.contracts.intake import Petition
from services.intake.instants import check_happened
from services.intake.series import TalkPaper
from services.intake.triaging import check_answer

MANDATORY = {
    "place": "请填写接谈地点",
    "purpose": "请填写来访目的",
    "demands": "请填写信访人的诉求",
    "facts": "请填写反映的主要事实",
    "issue": "请填写问题性质",
    "opinion": "请填写处理意见（仅供内部使用，不印给信访人）",
}

Redact = Callable[[str], str]


def new_talk(
    *,
    command: RecordTalk,
    petition: Petition,
    actor: Actor,
    directory: Mapping[str, Organisation],
    redact: Redact,
    number: str,
    form: TalkPaper,
    now: datetime,
) -> Talk:
    """The record, its texts masked by ``redact``. ``directory``: at least the tenant that the command names;
    ``form``: how many receive, and in how many copies it is made out.

    Raises ``HistoricalPetition``, ``InvalidInput`` with the field that is missing, ``AccusedUnit``.
    """
    if petition.historical:
        raise HistoricalPetition("这是从旧登记簿导入的历史件，已经办结，不再记录接谈；如有新诉求请重新登记")
    accused.check_actor(petition=petition, actor=actor, doing="接谈该件的信访人")
    for field, message in MANDATORY.items():
        require(getattr(command, field), field, message)
    on = check_happened(at=command.at, now=now, since=petition.received_on, field="at")
    receivers = _receivers(command.receivers, petition, fewest=form.receivers)
    leader = (command.leader or "").strip() or None
    if leader:
        accused.check_people(petition=petition, people=leader, doing="接谈该件的信访人", field="leader")
    answer = (command.answer or "").strip() or None
    check_answer(answer=answer, kind=command.answer_kind is not None)

    def masked(text: str) -> str:
        return redact(text.strip())

    return Talk(
        id=new_id(),
        petition_id=petition.id,
        restricted_to=None if petition.named is None else sorted(petition.named),
        number=number,
        tenant=actor.tenant,
        on=on,
        at=command.at,
        place=masked(command.place),
        receivers=receivers,
        leader=leader,
        purpose=masked(command.purpose),
        questions=[
            QuestionAnswer(question=masked(each.question), answer=masked(each.answer)) for each in command.questions
        ],
        demands=masked(command.demands),
        facts=masked(command.facts),
        evidence=[masked(each) for each in command.evidence if each.strip()],
        answer=masked(answer) if answer else None,
        answer_kind=command.answer_kind,
        unit_in_charge=_unit_in_charge(command.unit_in_charge, petition, directory),
        issue=masked(command.issue),
        opinion=masked(command.opinion),
        suggestion=masked(command.suggestion or "") or None,
        signatures=_signatures(command.signatures, since=on, today=legal_day(now), redact=redact),
        copies=form.copies,
        by=actor.reference,
    )


def signed(*, talk: Talk, command: SignTalk, actor: Actor, redact: Redact, now: datetime) -> Talk:
    """The record with who signed it, the whole list anew."""
    _check_own(talk, actor, "签字情况只能由记录单位填写")
    signatures = _signatures(command.signatures, since=talk.on, today=legal_day(now), redact=redact)
    return msgspec.structs.replace(talk, signatures=signatures)


def taken_back(*, talk: Talk, actor: Actor, redact: Redact, reason: str) -> Talk:
    """The record as it counts no more; it stays in the case file under its number."""
    _check_own(talk, actor, "接谈笔录只能由记录单位撤销")
    require(reason, "reason", "请填写撤销理由")
    return msgspec.structs.replace(talk, taken_back=redact(reason.strip()))


def remark(talk: Talk) -> str:
    """For the timeline, which all read who see the case."""
    leader = f"，接访领导：{talk.leader}" if talk.leader else ""
    return f"{talk.number}，{talk.on}，{talk.place}，接谈人：{'、'.join(talk.receivers)}{leader}"


def signed_remark(talk: Talk) -> str:
    signed_by = "、".join(each.who.label for each in talk.signatures if each.signed) or "无"
    missing = "、".join(each.who.label for each in talk.signatures if not each.signed)
    return f"{talk.number}，已签字：{signed_by}" + (f"；未签字：{missing}" if missing else "")


def _receivers(given: list[str], petition: Petition, *, fewest: int) -> list[str]:
    names = list(dict.fromkeys(name.strip() for name in given if name.strip()))
    if len(names) < fewest:
        raise InvalidInput(f"接谈应当有 {fewest} 名以上工作人员，请填写各自姓名", field="receivers")
    for name in names:
        accused.check_people(petition=petition, people=name, doing="接谈该件的信访人", field="receivers")
    return names


def _unit_in_charge(code: str | None, petition: Petition, directory: Mapping[str, Organisation]) -> str | None:
    if code is None:
        return None
    organisation = directory.get(code)
    if organisation is None or not organisation.active:
        raise InvalidInput(f"归口单位代码 {code} 不在本县机构名录中，请核对", field="unitInCharge")
    accused.check_unit(
        petition=petition, tenant=code, name=organisation.name, doing="归口办理该件", field="unitInCharge"
    )
    return code


def _signatures(given: list[Signature], *, since: date, today: date, redact: Redact) -> list[Signature]:
    """Raises ``InvalidInput`` for one that is missing without a reason, and for a day before the talk."""
    found = []
    for index, each in enumerate(given):
        remark = redact((each.remark or "").strip()) or None
        if not each.signed and remark is None:
            raise InvalidInput(f"{each.who.label}未签字的，请说明情况", field=f"signatures.{index}.remark")
        if each.on is not None and not since <= each.on <= today:
            raise InvalidInput(
                f"签字日期 {each.on} 应在接谈之日 {since} 至今天 {today} 之间，请核对", field=f"signatures.{index}.on"
            )
        found.append(msgspec.structs.replace(each, remark=remark))
    return found


def _check_own(talk: Talk, actor: Actor, message: str) -> None:
    if actor.tenant != talk.tenant:
        raise Forbidden(message)
    if talk.taken_back is not None:
        raise WrongState(f"该接谈笔录已撤销：{talk.taken_back}")
