"""Putting an item to the matter of an earlier one (并案), and taking it out again. Pure.

A matter (信访事项) is that of the item which brought it first, and has no life of its own: each other item carries the
link. So there are no chains, and an item that is the first of others cannot be put to another matter.
"""

from collections.abc import Collection
from datetime import date

import msgspec

from services.common.errors import InvalidInput, WrongState, require
from services.contracts.intake import MatterLink, Nature, Petition


def check_same_wall(*, nature: Nature, hides: bool, readers: Collection[str], earlier: Petition) -> None:
    """Items are tied only where whoever sees the later one may know of the earlier: its number, and that the people or
    the matter are the same, stand on the later one from then on.

    ``hides``: the later item hides its petitioners; ``readers``: of an accusation the logins that see it by name.
    """
    if (nature is Nature.ACCUSATION) != (earlier.nature is Nature.ACCUSATION):
        raise InvalidInput(
            "检举控告件只能与检举控告件并案，因为可查看的人员不同（《信访工作条例》第三十条）", field="number"
        )
    if hides != earlier.hides_petitioners:
        raise InvalidInput("保密件只能与保密件并案，否则会由此得知保密件的信访人是谁", field="number")
    if nature is Nature.ACCUSATION and not set(readers) <= {earlier.registrar, *earlier.readers}:
        raise InvalidInput(
            "该件的登记人和知悉人员不全是首件的知悉人员，不能并案（《信访工作条例》第三十条）；请先确定首件的知悉人员",
            field="number",
        )


def link(
    *, first: Petition, received_on: date, repeated: bool, same_people: bool, reason: str, today: date
) -> MatterLink:
    """Raises ``InvalidInput``. ``first``: the item that brought the matter first; ``received_on`` and ``repeated``: of
    the later one, this as it is without the link."""
    require(reason, "reason", "请填写并案理由，理由将记入办理轨迹")
    if received_on < first.received_on:
        raise InvalidInput(
            f"该件收到日期 {received_on} 早于对方事项的首件 {first.number}（{first.received_on}），"
            "请反过来办理：把后收到的件并入先收到的件",
            field="number",
        )
    return MatterLink(
        first_id=first.id,
        first_number=first.number,
        same_people=same_people,
        reason=reason.strip(),
        linked_on=today,
        repeated_before=repeated,
    )


def linked(*, petition: Petition, first: Petition, others: int, made: MatterLink) -> Petition:
    """The petition as one of the matter. ``others``: how many further items have this one as their first.

    Raises ``WrongState`` where it belongs to a matter already, and ``InvalidInput`` where it is the matter's first.
    """
    check_same_wall(
        nature=petition.nature,
        hides=petition.hides_petitioners,
        readers=[petition.registrar, *petition.readers],
        earlier=first,
    )
    if petition.id == first.id:
        raise InvalidInput("该件就是这一事项的首件，不能与自身并案，请核对编号", field="number")
    if petition.matter is not None:
        raise WrongState(f"该件已并入 {petition.matter.first_number} 的事项；要改并，请先撤销并案")
    if others:
        raise WrongState(f"该件是另外 {others} 件的首件，不能并入其他事项；请先撤销那些件的并案，再逐件并入")
    return msgspec.structs.replace(petition, matter=made, repeated=petition.repeated or made.same_people)


def unlinked(*, petition: Petition, others: int, reason: str) -> Petition:
    """The petition as a matter of its own. Raises ``WrongState`` where it is linked to none, and says then what to do
    where it is the first of others."""
    require(reason, "reason", "请填写撤销并案的理由，理由将记入办理轨迹")
    if petition.matter is None and others:
        raise WrongState(f"该件是首件，另有 {others} 件并入它的事项；请对并入的各件分别撤销并案")
    if petition.matter is None:
        raise WrongState("该件没有并案，无须撤销")
    return msgspec.structs.replace(petition, matter=None, repeated=petition.matter.repeated_before)


def link_remark(made: MatterLink) -> str:
    kind = "同一信访人重复信访" if made.same_people else "不同信访人的同一事项"
    return f"并入 {made.first_number}（{kind}）：{made.reason}"


def unlink_remark(petition: Petition, reason: str) -> str:
    """``petition``: as it was."""
    number = petition.matter.first_number if petition.matter else petition.number
    return f"不再并入 {number}：{reason.strip()}"
