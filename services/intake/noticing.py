"""Notices (告知书) to petitioners: what each has to say, to whom none is owed, when it is delivered. Pure.

Art. 23 of 《信访工作条例》: who registers an item tells in writing that it was received, by which way and
procedure it is dealt with, or to which body one has to turn; on the spot where that can be done.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

import msgspec

from services.common import accused
from services.common.errors import Forbidden, HistoricalPetition, InvalidInput, Refusal, WrongState, require
from services.common.ids import new_id
from services.contracts.actor import Actor, TenantKind
from services.contracts.desk import IssueNotice, Notice, NoticeDelivery, NoticeKind
from services.contracts.directory import Organisation
from services.contracts.intake import Petition

Redact = Callable[[str], str]


class NobodyToTell(Refusal):
    """Art. 23 ¶2: not where the name or the address of the petitioner is not clear."""

    code = "NOBODY_TO_TELL"
    default = "匿名件或无法联系信访人的事项不需要书面告知（《信访工作条例》第二十三条第二款），请不要出具告知书"


def new_notice(
    *,
    command: IssueNotice,
    petition: Petition,
    there: Iterable[Notice],
    actor: Actor,
    directory: Mapping[str, Organisation],
    redact: Redact,
    number: str,
    today: date,
) -> Notice:
    """The notice, issued on this legal day, delivered where it is handed over at once. ``there``: those of the
    petition; ``redact``: what masks its texts.

    Raises ``HistoricalPetition``, ``NobodyToTell``, ``WrongState`` where the tenant's own notice of receipt stands
    already, ``InvalidInput``, and ``AccusedUnit`` for a body that the petition accuses.
    """
    if petition.historical:
        raise HistoricalPetition("这是从旧登记簿导入的历史件，已经办结，不再出具告知书；如有新诉求请重新登记")
    if petition.anonymous:
        raise NobodyToTell()
    kind = command.kind
    told = [each for each in there if each.kind is kind and each.tenant == actor.tenant and each.taken_back is None]
    if kind is NoticeKind.RECEIVED and told:
        raise WrongState(f"本单位已出具接收告知书 {told[0].number}；如有错误，请先撤销")
    text = redact(command.text.strip())
    body = _body(command.body, petition, directory)
    if kind is NoticeKind.RECEIVED:
        require(text, "text", "请填写该事项的办理途径和程序（《信访工作条例》第二十三条第一款）")
    elif body is None:
        require(text, "text", "请填写信访人应当向哪个机关、单位提出，或者选择该单位")
    delivery = None if command.delivery is None else _delivery(command.delivery, redact, issued_on=today, today=today)
    return Notice(
        id=new_id(),
        petition_id=petition.id,
        restricted_to=None if petition.named is None else sorted(petition.named),
        kind=kind,
        number=number,
        tenant=actor.tenant,
        issued_on=today,
        by=actor.reference,
        text=text,
        body=body,
        delivery=delivery,
    )


def delivered(*, notice: Notice, delivery: NoticeDelivery, redact: Redact, actor: Actor, today: date) -> Notice:
    """The notice with its delivery, by who issued it or the county office. It tells from that day on."""
    if actor.tenant != notice.tenant and actor.kind is not TenantKind.COUNTY:
        raise Forbidden("告知书由出具单位或县信访局登记送达")
    _check_stands(notice)
    if notice.delivery is not None:
        raise WrongState(f"该告知书已于 {notice.delivery.on} 送达，只登记一次；如有错误，请撤销后重新出具")
    return msgspec.structs.replace(
        notice, delivery=_delivery(delivery, redact, issued_on=notice.issued_on, today=today)
    )


def taken_back(*, notice: Notice, actor: Actor, redact: Redact, reason: str) -> Notice:
    """The notice as it tells nobody any more; its number is not given again."""
    if actor.tenant != notice.tenant:
        raise Forbidden("告知书只能由出具单位撤销")
    _check_stands(notice)
    require(reason, "reason", "请填写撤销理由")
    return msgspec.structs.replace(notice, taken_back=redact(reason.strip()))


def remark(notice: Notice) -> str:
    delivery = notice.delivery
    return f"{notice.kind.label}，{notice.number}" + (f"，当场送达：{delivery_remark(delivery)}" if delivery else "")


def delivery_remark(delivery: NoticeDelivery) -> str:
    return f"{delivery.on}，{delivery.mode.label}，{'已签收' if delivery.signed else '拒收'}"


def _delivery(given: NoticeDelivery, redact: Redact, *, issued_on: date, today: date) -> NoticeDelivery:
    if not issued_on <= given.on <= today:
        raise InvalidInput(
            f"送达日期 {given.on} 应在出具之日 {issued_on} 至今天 {today} 之间，请核对", field="delivery.on"
        )
    return msgspec.structs.replace(given, remark=redact((given.remark or "").strip()) or None)


def _body(code: str | None, petition: Petition, directory: Mapping[str, Organisation]) -> str | None:
    if code is None:
        return None
    organisation = directory.get(code)
    if organisation is None or not organisation.active:
        raise InvalidInput(f"单位代码 {code} 不在本县机构名录中，请核对；不属于本县的，请写在告知内容中", field="body")
    accused.check_unit(petition=petition, tenant=code, name=organisation.name, doing="引导信访人向其提出", field="body")
    return code


def _check_stands(notice: Notice) -> None:
    if notice.taken_back is not None:
        raise WrongState(f"该告知书已撤销：{notice.taken_back}")
