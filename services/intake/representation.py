"""Representatives of a group (信访代表): how many may be sent in. Pure; the law's own bound: ``services.common``."""

from datetime import date

from services.common.errors import InvalidInput
from services.common.representation import Bound, law_on
from services.contracts.intake import Channel
from services.contracts.intake_rules import Representation
from services.contracts.people import PetitionerInput
from services.contracts.register_commands import RegisterPetition
from services.intake.people import WRITERS


def allowed(*, present: int, received_on: date, local: Representation | None) -> Bound:
    """The strictest bound for a group of this size: the law's, or one that the county has set below it."""
    law = law_on(received_on)
    if local is None:
        return law
    small = [group.most for group in local.small_groups if present <= group.up_to]
    most = min([local.most, *small])
    return law if most >= law.most else Bound(since=law.since, most=most, basis=local.basis)


def check_representatives(
    item: RegisterPetition, people: list[PetitionerInput], *, local: Representation | None, group_visit_size: int
) -> None:
    """Raises ``InvalidInput`` for more representatives than the group may send in, and for a group visit whose
    petitioners are named but have chosen none (Art. 20).

    ``group_visit_size``: the county's own figure, from which a visit is a group's.
    """
    chosen = sum(person.representative for person in people)
    present = item.visitors or sum(person.role in WRITERS for person in people)
    group_visit = item.channel is Channel.VISIT and present >= group_visit_size
    bound = allowed(present=present, received_on=item.received_on, local=local)
    if chosen > bound.most:
        raise InvalidInput(
            f"共 {present} 人，已标记代表 {chosen} 人；依照{bound.basis}，代表不得超过 {bound.most} 人，"
            "请由信访人重新推选，其余人员取消代表标记",
            field="petitioners",
        )
    if item.visitors is not None and chosen > item.visitors:
        raise InvalidInput(f"到场 {present} 人，已标记代表 {chosen} 人，请核对来访人数", field="visitors")
    if group_visit and people and not chosen:
        raise InvalidInput(
            f"{present} 人来访，应当推选代表（{bound.basis}），最多 {bound.most} 人，请在信访人中标记接谈的代表",
            field="petitioners",
        )
