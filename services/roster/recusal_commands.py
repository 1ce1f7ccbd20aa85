"""Roster's commands about who steps aside for one visitor (RO-30), as a part of the service class. The rules stand in
``recusing``."""

import msgspec

from services.common.bus import command
from services.common.database import Transaction
from services.common.errors import AccusedUnit, Forbidden, InvalidInput, NotFound, WrongState, require
from services.common.receiving import receivers
from services.common.redacting import redacted
from services.common.vault import Vault
from services.contracts.acts import Act
from services.contracts.receptions import Appointment, AppointmentState, Recuse, TakeBackRecusal
from services.contracts.roster_people import Interests, Member
from services.contracts.shifts import Shift
from services.roster import visitors
from services.roster.acting import ANYBODY_SERVING, OFFICE, is_own
from services.roster.reception_desk import check_office, held, in_line, judged, put, shift_of, visit_of
from services.roster.recusing import declared_recusal, is_accused_by_petition, next_in_line, without
from services.roster.stored import of_tenant

OVER = frozenset({AppointmentState.DONE, AppointmentState.DECLINED, AppointmentState.CANCELLED})
NOBODY = "无人可替，请负责人另行指定接访人员"


class RecusalCommands:
    """Each answers the appointment as it now is. A base of the service class."""

    vault: Vault

    @command(Recuse, roles=ANYBODY_SERVING)
    def recuse(self, tx: Transaction, body: Recuse) -> Appointment:
        require(body.reason, "reason", "请填写回避理由")
        row = held(tx, body.appointment_id)
        if row.state.state in OVER:
            raise WrongState(f"该预约{row.state.state.label}，不再办理回避")
        shift, member = shift_of(tx, row.state.shift), _member(tx, body.member)
        if not is_own(member, tx.actor) and (tx.actor.tenant != shift.tenant or not tx.actor.roles & OFFICE):
            raise Forbidden("回避由接访人员本人声明，或由接访单位的经办人、负责人办理")
        person = visitors.opened(tx, self.vault, row.state.id)
        if person is None:
            raise NotFound()
        visit = visit_of(tx, row.state, name=person.name)
        with tx.whole_county():
            of = {each.state.member: each.state for each in of_tenant(tx, Interests, shift.tenant)}
            by_member = next_in_line(
                visit=visit,
                candidates=in_line(tx, shift, _seated(shift, row.state, member.id)),
                taken={*receivers(shift, row.state.recused), *(each.member for each in row.state.recused)},
                unbiased=row.state.unbiased,
                interests=of,
            )
        recused = declared_recusal(
            appointment=row.state,
            shift=shift,
            member=member,
            reason=redacted(body.reason.strip(), [person]),
            declared=body.declared,
            by_member=by_member,
        )
        unbiased = [each for each in row.state.unbiased if each != member.id]
        after = msgspec.structs.replace(row.state, recused=recused, unbiased=unbiased)
        after = judged(tx, after, shift=shift, visit=visit)
        instead = NOBODY if by_member is None else f"由{_member(tx, by_member).name}接替"
        # Why stands in the recusal, for whoever sees it; a remark is read in more places.
        remark = f"{member.name}回避；{instead}"
        return put(tx, after, act=Act.RECUSED, base=row.version, remark=remark)

    @command(TakeBackRecusal, roles=OFFICE)
    def take_back_recusal(self, tx: Transaction, body: TakeBackRecusal) -> Appointment:
        require(body.reason, "reason", "请填写撤销回避的理由")
        row = held(tx, body.appointment_id)
        check_office(tx, row.state.tenant)
        if row.state.state in OVER:
            raise WrongState(f"该预约{row.state.state.label}，不再办理回避")
        shift, member = shift_of(tx, row.state.shift), _member(tx, body.member)
        if is_own(member, tx.actor):
            raise Forbidden("本人的回避不能由本人撤销，请由本单位其他经办人或负责人办理")
        person = visitors.opened(tx, self.vault, row.state.id)
        if person is None:
            raise NotFound()
        visit = visit_of(tx, row.state, name=person.name)
        if is_accused_by_petition(visit, member):
            raise AccusedUnit(
                f"{member.name}是所反映信访件的被反映人，依照《信访工作条例》第三十条必须回避", field="member"
            )
        after = msgspec.structs.replace(
            row.state,
            recused=without(row.state, member.id),
            unbiased=sorted({*row.state.unbiased, member.id}),
        )
        after = judged(tx, after, shift=shift, visit=visit)
        remark = f"{member.name}：{redacted(body.reason.strip(), [person])}"
        return put(tx, after, act=Act.RECUSAL_TAKEN_BACK, base=row.version, remark=remark)


def _member(tx: Transaction, member_id: str) -> Member:
    row = tx.read(Member, member_id)
    if row is None:
        raise InvalidInput("没有这名接访人员，请在该次接访的人员中选择", field="member")
    return row.state


def _seated(shift: Shift, appointment: Appointment, member: str) -> str:
    """Whose seat he has: his own, or that of the one whose place he takes."""
    of = {each.by_member: each.member for each in appointment.recused if each.by_member is not None}
    while member in of and member not in shift.members:
        member = of[member]
    return member
