"""More time for one clock, as Art. 34 allows it: asked for in time, once, with a reason, approved by the head. Pure.

Days are legal days, Asia/Shanghai. How long a clock may be extended, and whether at all, the clock itself says: its
rule has it from the law files.
"""

from datetime import date, timedelta

import msgspec

from services.common.errors import Forbidden, InvalidInput, Refusal, WrongState, require
from services.common.ids import new_id
from services.contracts.actor import Actor
from services.contracts.deadlines import Clock
from services.contracts.extensions import Extension, ExtensionState


class ExtensionNotAllowed(Refusal):
    code = "EXTENSION_NOT_ALLOWED"
    default = "该期限依规定不得延长，请按期办理；确有困难的，请及时向县信访局报告进展"


class ExtensionTwice(Refusal):
    code = "EXTENSION_TWICE"
    default = "该期限已申请过延期，只能延长一次，请按延长后的期限办理"


class ExtensionLate(Refusal):
    code = "EXTENSION_LATE"
    default = "延期须在期限届满前申请，现已逾期，请尽快办结并向县信访局说明"


class ExtensionTooLong(Refusal):
    code = "EXTENSION_TOO_LONG"
    default = "申请的延长期限超过规定的上限，请减少天数后重新提交"


STANDING = frozenset({ExtensionState.REQUESTED, ExtensionState.APPROVED})
"""A refused or withdrawn request leaves the way free for another, as long as the clock runs."""


def requested(
    *, clock: Clock, actor: Actor, earlier: list[Extension], days: int, reason: str, today: date
) -> Extension:
    """The request. ``earlier``: all extensions of this clock.

    Raises ``Forbidden``, ``WrongState``, ``ExtensionTwice``, ``ExtensionNotAllowed``, ``ExtensionLate``,
    ``ExtensionTooLong``, ``InvalidInput``.
    """
    if actor.tenant != clock.owner:
        raise Forbidden("延期只能由承担该期限的单位申请")
    _check_open(clock)
    standing = next((each for each in earlier if each.state in STANDING), None)
    if standing is not None or clock.extension is not None:
        state = standing.state.label if standing else ExtensionState.APPROVED.label
        raise ExtensionTwice(f"该期限的延期{state}，只能延长一次{_cited(clock)}，不能再次申请")
    if not clock.extendable_days:
        raise ExtensionNotAllowed(_why_not(clock))
    if today > clock.effective_due_on:
        raise ExtensionLate(
            f"期限已于 {clock.effective_due_on} 届满，延期须在届满前申请{_cited(clock)}；"
            "请尽快办结，并向县信访局说明情况"
        )
    _check_length(clock, days, field="days")
    require(reason, "reason", f"申请延期须写明理由{_cited(clock)}")
    return Extension(
        id=new_id(),
        petition_id=clock.petition_id,
        clock_id=clock.id,
        tenant=clock.owner,
        days=days,
        reason=reason,
        state=ExtensionState.REQUESTED,
        requested_on=today,
        requested_by=actor.reference,
        restricted_to=clock.restricted_to,
    )


def decided(
    *, extension: Extension, clock: Clock, actor: Actor, approve: bool, reason: str | None, today: date
) -> Extension:
    """The request after the head's decision; that he is a head, the entry point has checked.

    Asked in time, it may be approved a little later: as long as the clock is not met and the days asked for are not
    over by themselves, for then nothing would be extended and only the lateness hidden. A head's own request needs
    no other head: what Art. 34 wants is that the head of the body stands for it.
    Raises ``Forbidden``, ``WrongState``, ``ExtensionLate``, ``ExtensionTooLong``, ``InvalidInput``.
    """
    if actor.tenant != extension.tenant:
        raise Forbidden("延期由承担该期限的单位的负责人审批")
    _check_state(extension, ExtensionState.REQUESTED, "审批")
    if not approve and not (reason or "").strip():
        raise InvalidInput("不予延期的，请写明理由", field="reason")
    if approve:
        _check_open(clock)
        _check_length(clock, extension.days, field=None)
        if today > clock.effective_due_on + timedelta(days=extension.days):
            raise ExtensionLate(f"申请延长的 {extension.days} 日也已届满，不能再批准；请不予批准，并尽快办结")
    return msgspec.structs.replace(
        extension,
        state=ExtensionState.APPROVED if approve else ExtensionState.REFUSED,
        decided_on=today,
        decided_by=actor.reference,
        decision=reason,
    )


def withdrawn(*, extension: Extension, actor: Actor, reason: str, today: date) -> Extension:
    """The request taken back by the tenant that made it, before its head decides."""
    if actor.tenant != extension.tenant:
        raise Forbidden("延期申请只能由申请单位撤回")
    _check_state(extension, ExtensionState.REQUESTED, "撤回")
    require(reason, "reason", "请填写撤回理由")
    return msgspec.structs.replace(
        extension,
        state=ExtensionState.WITHDRAWN,
        decided_on=today,
        decided_by=actor.reference,
        decision=reason,
    )


def informed(*, extension: Extension, actor: Actor, on: date, today: date) -> Extension:
    """That the petitioner was told, on ``on``, of the extension and its reason."""
    if actor.tenant != extension.tenant:
        raise Forbidden("告知情况由批准延期的单位填写")
    _check_state(extension, ExtensionState.APPROVED, "填写告知日期")
    if extension.informed_on is not None:
        raise WrongState(f"已于 {extension.informed_on} 告知信访人，无须重复填写")
    decided_on = extension.decided_on or extension.requested_on
    if not decided_on <= on <= today:
        raise InvalidInput(f"告知日期 {on} 应在批准之日 {decided_on} 至今天 {today} 之间，请核对", field="on")
    return msgspec.structs.replace(extension, informed_on=on)


def _cited(clock: Clock) -> str:
    """The article by which this clock may be, or was, extended: the law's, or that of a county's own rule."""
    basis = clock.extension.basis if clock.extension else clock.extendable_by
    return f"（{basis}）" if basis else ""


def _check_open(clock: Clock) -> None:
    if clock.met_on is not None:
        raise WrongState(f"“{clock.obligation.label}”已于 {clock.met_on} 完成，无须延期")
    if clock.cancelled:
        raise WrongState(f"“{clock.obligation.label}”的期限已终止，无须延期")


def _check_length(clock: Clock, days: int, *, field: str | None) -> None:
    if days > clock.extendable_days:
        raise ExtensionTooLong(
            f"该期限最多延长 {clock.extendable_days} 日{_cited(clock)}，不能延长 {days} 日", field=field
        )


def _check_state(extension: Extension, wanted: ExtensionState, what: str) -> None:
    if extension.state is not wanted:
        raise WrongState(f"该延期申请目前{extension.state.label}，不能{what}；须在“{wanted.label}”状态下进行")


def _why_not(clock: Clock) -> str:
    what = f"“{clock.obligation.label}”（{clock.basis}）"
    if clock.petitioner_side:
        return f"{what}是信访人的期限，承办单位不能申请延长"
    if clock.lapses:
        return f"{what}届满即失去权利，依规定不得延长，请在 {clock.effective_due_on} 前提出"
    return f"{what}依规定不得延长，请按期办理；确有困难的，请及时向县信访局报告进展"
