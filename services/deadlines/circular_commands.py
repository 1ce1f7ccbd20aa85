"""The commands that issue circulars and take them back; a base of ``DeadlinesService``."""

from typing import Any

import msgspec

from services.common.bus import command
from services.common.database import Transaction
from services.common.errors import Unavailable, require
from services.common.ids import new_id
from services.common.locking import locked
from services.contracts.actor import Role, TenantKind
from services.contracts.acts import Act
from services.contracts.circulars import Circular, IssueCircular, WithdrawCircular
from services.contracts.directory import Organisation
from services.deadlines.circulars import check_issuable, check_withdrawable, circular_number, next_sequence

ISSUERS = (Role.HEAD, Role.SUPERVISOR)
OFFICE = (TenantKind.COUNTY,)


class CircularCommands:
    @command(IssueCircular, roles=ISSUERS, kinds=OFFICE)
    def issue_circular(self, tx: Transaction, body: IssueCircular) -> Any:
        # One at a time, so that the numbers of a year have neither gap nor double.
        tx.lock("circulars")
        issued = [row.state for row in tx.all(Circular)]
        check_issuable(period=body.period, today=tx.today, issued=issued)
        office = tx.kept(Organisation, tx.actor.tenant)
        if office is None:
            raise Unavailable("本单位的机构名录尚未同步到期限服务，请稍后重试；若持续出现请联系管理员")
        year = tx.today.year
        sequence = next_sequence(year=year, issued=issued)
        circular = Circular(
            id=new_id(),
            number=circular_number(office=office.state, year=year, sequence=sequence),
            year=year,
            sequence=sequence,
            period=body.period,
            title=body.title,
            issuer=body.issuer,
            office=tx.actor.tenant,
            computed_at=body.computed_at,
            sections=body.sections,
            remarks=(body.remarks or "").strip() or None,
            issued_on=tx.today,
            issued_by=tx.actor.reference,
        )
        tx.record(circular, act=Act.CIRCULAR_ISSUED)
        return {"circular_id": circular.id}

    @command(WithdrawCircular, roles=ISSUERS, kinds=OFFICE)
    def withdraw_circular(self, tx: Transaction, body: WithdrawCircular) -> Any:
        require(body.reason, "reason", "请填写撤回理由")
        row = locked(tx, Circular, body.circular_id)
        check_withdrawable(row.state)
        withdrawn = msgspec.structs.replace(row.state, withdrawn_on=tx.today, withdrawn_because=body.reason.strip())
        tx.record(withdrawn, act=Act.CIRCULAR_WITHDRAWN, base=row.version, remark=body.reason.strip())
        return {"circular_id": withdrawn.id}
