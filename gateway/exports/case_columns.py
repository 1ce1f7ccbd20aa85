"""The columns of the register of petitions. Pure."""

from collections.abc import Callable

from gateway.exports.columns import Beside, Cell, Column
from gateway.reading_lists import PetitionRow
from services.contracts.intake import Petition
from services.contracts.people import MaskedPetitioner
from services.contracts.routing import ReferralRole

HIDDEN = "（保密）"


def _of(read: Callable[[Petition], Cell]) -> Callable[[PetitionRow, Beside], Cell]:
    return lambda row, beside: read(row.state)


def _people(row: PetitionRow, beside: Beside, read: Callable[[MaskedPetitioner], str | None]) -> str:
    people = beside.people.get(row.state.id)
    if people is None:
        return HIDDEN
    return "、".join(text for person in people if (text := read(person)))


def _bodies(row: PetitionRow, beside: Beside, role: ReferralRole) -> str:
    referrals = beside.parts[row.state.id].referrals
    return "、".join(beside.name(each.to_tenant) for each in referrals if each.stands and each.role is role)


def _closed_on(row: PetitionRow, beside: Beside) -> Cell:
    closure = beside.parts[row.state.id].closure
    return closure.closed_on if closure else None


PETITION_COLUMNS: tuple[Column[PetitionRow], ...] = (
    Column("编号", _of(lambda it: it.number), 20),
    Column("状态", lambda row, beside: row.status.label, 18),
    Column("信访形式", _of(lambda it: it.channel.label), 10),
    Column("性质", _of(lambda it: it.nature.label), 10),
    Column("内容分类", _of(lambda it: it.category), 16),
    Column("紧急程度", _of(lambda it: it.urgency.label), 10),
    Column("来源", _of(lambda it: it.source.label), 18),
    Column("收到日期", _of(lambda it: it.received_on), 12),
    Column("登记时间", _of(lambda it: it.registered_at), 18),
    Column("登记单位", lambda row, beside: beside.name(row.state.registered_by), 18),
    Column("信访人（脱敏）", lambda row, beside: _people(row, beside, lambda person: person.name), 18),
    Column("联系电话（脱敏）", lambda row, beside: _people(row, beside, lambda person: person.phone), 16),
    Column("来访人数", _of(lambda it: it.visitors), 10),
    Column("涉及人数", _of(lambda it: it.people_involved), 10),
    Column("问题属地", _of(lambda it: it.place_name), 18),
    Column("标题", _of(lambda it: it.title), 40),
    Column("诉求", _of(lambda it: it.demands), 40),
    Column("内容", _of(lambda it: it.body), 60),
    Column("主办单位", lambda row, beside: _bodies(row, beside, ReferralRole.LEAD), 18),
    Column("协办单位", lambda row, beside: _bodies(row, beside, ReferralRole.SUPPORT), 18),
    Column("最近期限", lambda row, beside: row.next_due_on, 12),
    Column("办结日期", _closed_on, 12),
    Column("重复信访", _of(lambda it: it.repeated), 10),
    Column("越级", _of(lambda it: it.skips_level), 8),
    Column("其他系统编号", _of(lambda it: "、".join(f"{one.system} {one.number}" for one in it.aliases)), 24),
    Column("历史件答复单位", _of(lambda it: it.past_answer.agency if it.past_answer else None), 18),
    Column("历史件答复日期", _of(lambda it: it.past_answer.on if it.past_answer else None), 12),
)
