"""Refusals: one type for each failure that a caller can act on, with a stable code and a Chinese message.

A refusal rolls back what the command did and reaches the caller as a ``Problem``; it is no fault of ours and
is not logged as one. Everything else that is raised is a fault: logged with its trace, and masked.
"""

from collections.abc import Iterable
from typing import ClassVar

import msgspec

from services.contracts.fact import Problem, Repeat


class Refusal(Exception):
    """A command that cannot be carried out as asked. Each subclass has its ``code`` and says what to do."""

    code: ClassVar[str] = "REFUSED"
    default: ClassVar[str] = "请求被拒绝"
    repeat: ClassVar[Repeat] = Repeat.NO
    retry_after: int | None = None
    """Seconds after which it is worth another try."""

    def __init__(self, message: str | None = None, *, field: str | None = None) -> None:
        self.message = message or self.default
        self.field = field
        super().__init__(f"{self.code}: {self.message}")

    @property
    def problem(self) -> Problem:
        return Problem(
            code=self.code,
            message=self.message,
            field=self.field,
            repeat=self.repeat,
            retry_after=self.retry_after,
        )

    @property
    def problems(self) -> list[Problem]:
        """All that a person has to correct: more than one where a form was read to its end."""
        return [self.problem]


def told(problem: Problem) -> Refusal:
    """The refusal of which a reply tells, for whoever must raise it anew."""
    refusal = Refusal(problem.message, field=problem.field)
    vars(refusal).update(code=problem.code, repeat=problem.repeat, retry_after=problem.retry_after)
    return refusal


class NotFound(Refusal):
    """It does not exist, or the actor may not see it: the two answer alike."""

    code = "NOT_FOUND"
    default = "未找到该记录，或您无权查看，请核对编号"


class WrongQueryCode(Refusal):
    """The number does not exist, or the code is not its own: the two answer alike."""

    code = "WRONG_QUERY_CODE"
    default = "编号或查询码不正确，请对照回执核对；回执遗失的，请持有效证件到登记单位查询"


class Forbidden(Refusal):
    code = "FORBIDDEN"
    default = "您的岗位无权进行此操作，请联系本单位管理员"


class InvalidInput(Refusal):
    code = "INVALID_INPUT"
    default = "填写内容有误，请检查后重新提交"
    others: tuple["InvalidInput", ...] = ()
    """What is wrong besides, each with its own field."""

    @property
    def problems(self) -> list[Problem]:
        return [self.problem, *(each.problem for each in self.others)]


class WrongState(Refusal):
    code = "WRONG_STATE"
    default = "当前状态不允许此操作，请刷新后查看最新状态"


class AccusedUnit(Refusal):
    """Art. 30: what belongs to an accusation never reaches the unit that it accuses."""

    code = "ACCUSED_UNIT"
    default = "该单位是被反映单位，依照《信访工作条例》第三十条不得向其转送、交办，请选择其上级或纪检监察机关"


class HistoricalPetition(Refusal):
    code = "HISTORICAL_PETITION"
    default = "这是从旧登记簿导入的历史件，已经办结，不能再转送交办；如有新诉求请重新登记"


class RequestReused(Refusal):
    code = "REQUEST_ID_REUSED"
    default = "同一请求编号已用于另一项内容不同的操作，请更换请求编号后重试"


def require(text: str, field: str, message: str) -> None:
    """Raises ``InvalidInput`` with ``message`` for a text of blanks."""
    if not text.strip():
        raise InvalidInput(message, field=field)


def refuse(found: Iterable[InvalidInput]) -> None:
    """Raises the first of them, which carries the others; of each field one is told. Nothing where there is none."""
    once = {each.field or each.message: each for each in reversed(list(found))}
    if once:
        first, *others = reversed(once.values())
        first.others = tuple(others)
        raise first


class Gathered:
    """``with gathered:`` round each of several checks takes in what they refuse, and ``refuse`` tells it all in one go,
    so that who fills in a form does not learn of his mistakes one by one. Any other refusal goes through at once."""

    def __init__(self) -> None:
        self._found: list[InvalidInput] = []

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, InvalidInput):
            return False
        self._found += [error, *error.others]
        return True

    def refuse(self) -> None:
        refuse(self._found)


class VersionConflict(Refusal):
    """Somebody changed it since the caller read it; nothing was done."""

    code = "VERSION_CONFLICT"
    default = "该记录在您打开之后已被他人更改，本次操作没有办理，请重新打开查看后再办理"
    repeat = Repeat.LOOK_FIRST

    def __init__(self, message: str | None = None, *, subject: str | None = None, version: int | None = None) -> None:
        super().__init__(message, field="expect")
        self.subject, self.version = subject, version

    @property
    def problem(self) -> Problem:
        return msgspec.structs.replace(super().problem, subject=self.subject, version=self.version)


class Unavailable(Refusal):
    """A part of the platform is away for the moment, and nothing was done; the same request may be repeated."""

    code = "UNAVAILABLE"
    default = "系统暂时无法办理，本次操作没有办理；填写的内容请保留，稍后重试即可"
    repeat = Repeat.YES

    def __init__(self, message: str | None = None, *, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ServiceBusy(Unavailable):
    """As many commands are under way as may be; this one was not begun."""

    code = "SERVICE_BUSY"
    default = "系统繁忙，本次操作没有办理；填写的内容请保留，稍后重试即可"


class NotConfirmed(Unavailable):
    """It was sent and got no answer: it may have been done, may still be done, or never."""

    code = "NOT_CONFIRMED"
    default = "系统未能及时答复，本次操作可能已经办理，也可能没有；请稍后原样重试，不会重复办理"
    unkeyed: ClassVar[str] = (
        "系统未能及时答复，本次操作可能已经办理，也可能没有；请先查看是否已经办理，再决定是否重新提交"
    )
    """To whom gave no key, by which a repetition would be known as one."""


class Internal(Refusal):
    """A fault of ours, masked: the trace id leads to the log."""

    code = "INTERNAL"
    repeat = Repeat.YES
    default = "系统内部错误，请将追踪编号告知管理员"
