"""Routing's command about case owners, as a part of the service class. The rules stand in ``owning``."""

from typing import Any

from sqlalchemy.exc import IntegrityError

from services.common.bus import command
from services.common.database import Transaction
from services.common.errors import require
from services.contracts.actor import Role
from services.contracts.acts import Act
from services.contracts.reviews import AssignCaseOwner, CaseOwner
from services.contracts.routing import Closure, Referral
from services.routing import owning, referring
from services.routing.county_tables import directory

ASSIGNERS = (Role.HEAD, Role.LEADER, Role.SUPERVISOR)


class OwnerCommands:
    @command(AssignCaseOwner, roles=ASSIGNERS)
    def assign_case_owner(self, tx: Transaction, body: AssignCaseOwner) -> Any:
        petition = body.petition
        require(body.leader, "leader", "请填写包案领导姓名")
        require(body.reason, "reason", "请填写确定或变更包案领导的理由，理由将记入办理轨迹")
        tx.lock(petition.id)
        standing = [row.state for row in tx.of_petition(Referral, petition.id) if row.state.stands]
        closure = tx.read(Closure, petition.id)
        owning.check_assigner(actor=tx.actor, petition=petition, standing=standing, tenant=body.tenant)
        referring.check_open(petition=petition, closure=closure.state if closure else None, standing=standing)
        organisations = directory(tx)
        organisation = owning.check_owner(command=body, directory=organisations, today=tx.today)
        row = tx.find(CaseOwner, petition.id)
        before = row.state if row else None
        owning.check_change(actor=tx.actor, before=before)
        owner = owning.case_owner(command=body, before=before, actor=tx.actor, today=tx.today)
        change = f"（原为{before.leader}）" if before else ""
        ground = f"{owner.ground.label}。" if owner.ground else ""
        remark = f"{organisation.name}{owner.post}{owner.leader}{change}。{ground}理由：{owner.reason}"
        try:
            # A tenant does not see the owner that another one named; its id tells that there is one.
            with tx.connection.begin_nested():
                tx.record(owner, act=Act.CASE_OWNER_ASSIGNED, base=row.version if row else 0, remark=remark)
        except IntegrityError as error:
            raise owning.CaseOwned() from error
        return {"petition_id": petition.id}
