"""Hidden conflicts (矛盾纠纷) found in the monthly search (排查): 小事不出村、大事不出乡. Pure.

Who finds one lists it and answers for it, until it is solved or given to the county office. Days are legal days,
Asia/Shanghai.
"""

from datetime import date

import msgspec

from services.common.clock import A_YEAR
from services.common.errors import Forbidden, InvalidInput, WrongState, require
from services.common.ids import new_id
from services.contracts.actor import Actor, TenantKind
from services.contracts.conflicts import Conflict, ConflictState, EndConflict, RecordConflict
from services.contracts.directory import Organisation, PlaceRef

NEXT: dict[ConflictState, frozenset[ConflictState]] = {
    ConflictState.OPEN: frozenset({ConflictState.SOLVED, ConflictState.RAISED, ConflictState.TAKEN_BACK}),
    ConflictState.RAISED: frozenset({ConflictState.SOLVED, ConflictState.TAKEN_BACK}),
    ConflictState.SOLVED: frozenset(),
    ConflictState.TAKEN_BACK: frozenset(),
}


def place_of(*, actor: Actor, code: str, directory: dict[str, Organisation]) -> PlaceRef:
    """The township or village of the county; a township lists what lies in its own. Raises ``InvalidInput``."""
    if actor.kind is TenantKind.TOWNSHIP:
        own = directory.get(actor.tenant)
        places, whose = (own.places if own else []), "本乡镇（街道）"
    else:
        places, whose = [place for each in directory.values() for place in each.places], "本县"
    found = next((place for place in places if place.code == code), None)
    if found is None:
        raise InvalidInput(f"属地代码 {code} 不是{whose}的乡镇或村，请核对", field="place")
    return found


def recorded(*, command: RecordConflict, actor: Actor, place: PlaceRef, today: date) -> Conflict:
    if not today - A_YEAR <= command.found_on <= today:
        raise InvalidInput(f"发现日期 {command.found_on} 应在今天 {today} 以前一年之内，请核对", field="found_on")
    require(command.title, "title", "请填写矛盾纠纷的名称")
    require(command.description, "description", "请写明矛盾纠纷的起因、涉及的人数和目前状况，不写个人姓名")
    require(command.handler, "handler", "请填写负责化解的责任人")
    return Conflict(
        id=new_id(),
        tenant=actor.tenant,
        place=place.code,
        place_name=place.name,
        category=(command.category or "").strip() or None,
        found_on=command.found_on,
        people=command.people,
        title=command.title.strip(),
        description=command.description.strip(),
        handler=command.handler.strip(),
        state=ConflictState.OPEN,
    )


def ended(*, conflict: Conflict, command: EndConflict, actor: Actor, today: date) -> Conflict:
    """Solved, raised or taken back.

    Who listed it ends it; the county office solves what was raised to it. Raises ``Forbidden`` for anybody else,
    ``WrongState`` where it is not such a conflict any more, ``InvalidInput``.
    """
    own, in_office = actor.tenant == conflict.tenant, actor.kind is TenantKind.COUNTY
    if not own and not (in_office and conflict.state is ConflictState.RAISED and command.state is ConflictState.SOLVED):
        raise Forbidden("矛盾纠纷由登记单位办结、上报或撤销；已上报的，县信访局也可以登记化解")
    if command.state is ConflictState.OPEN:
        raise InvalidInput("请选择已化解、已上报或已撤销", field="state")
    if command.state not in NEXT[conflict.state]:
        raise WrongState(f"该矛盾纠纷{conflict.state.label}，不能改为“{command.state.label}”，请刷新后查看")
    if command.state is ConflictState.RAISED and in_office:
        raise InvalidInput("县信访局登记的矛盾纠纷由本局化解，不再上报", field="state")
    since = conflict.raised_on or conflict.found_on
    if not since <= command.on <= today:
        raise InvalidInput(f"日期 {command.on} 应在 {since} 至今天 {today} 之间，请核对", field="on")
    require(command.outcome, "outcome", _what_to_write(command.state))
    outcome = command.outcome.strip()
    if command.state is ConflictState.RAISED:
        return msgspec.structs.replace(conflict, state=command.state, raised_on=command.on, tried=outcome)
    return msgspec.structs.replace(conflict, state=command.state, ended_on=command.on, outcome=outcome)


def _what_to_write(state: ConflictState) -> str:
    if state is ConflictState.SOLVED:
        return "请写明如何化解"
    if state is ConflictState.RAISED:
        return "请写明已经做过哪些化解工作、为何需要上报"
    return "请写明撤销的理由"
