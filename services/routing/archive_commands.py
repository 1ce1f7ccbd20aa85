"""Routing's commands about files handed to the archive room, as a part of the service class."""

from typing import Any

from services.common.bus import command
from services.common.database import Transaction
from services.common.errors import NotFound, require
from services.common.ids import is_id
from services.contracts.actor import Role
from services.contracts.acts import Act
from services.contracts.archives import ArchiveCase, CaseArchive, TakeBackArchive
from services.contracts.base import builtins
from services.contracts.intake import Petition
from services.contracts.routing import Closure
from services.routing import archiving

ARCHIVISTS = (Role.CLERK, Role.HEAD)


class ArchiveCommands:
    @command(ArchiveCase, roles=ARCHIVISTS)
    def archive_case(self, tx: Transaction, body: ArchiveCase) -> Any:
        require(body.room, "room", "请填写移交的档案室和档号")
        petition = _petition(tx, body.petition_id)
        archiving.check_archivist(actor=tx.actor, registered_by=petition.registered_by)
        tx.lock(petition.id)
        with tx.whole_county():
            # Whoever registered the case need not be who closed it.
            closure = tx.read(Closure, petition.id)
        archiving.check_day(on=body.on, closure=closure.state if closure else None, today=tx.today)
        row = tx.find(CaseArchive, petition.id)
        archive = archiving.archived(petition=petition, before=row.state if row else None, command=body, actor=tx.actor)
        remark = f"{archive.on} 移交{archive.room}，{archive.items} 件材料，目录校验值 {archive.catalogue[:16]}…"
        tx.record(archive, act=Act.ARCHIVED, base=row.version if row else 0, remark=remark)
        return builtins(archive)

    @command(TakeBackArchive, roles=ARCHIVISTS)
    def take_back_archive(self, tx: Transaction, body: TakeBackArchive) -> Any:
        require(body.reason, "reason", "请填写撤销归档登记的理由")
        petition = _petition(tx, body.petition_id)
        archiving.check_archivist(actor=tx.actor, registered_by=petition.registered_by)
        row = tx.find(CaseArchive, petition.id)
        if row is None:
            raise NotFound()
        archive = archiving.taken_back(archive=row.state, reason=body.reason)
        tx.record(archive, act=Act.ARCHIVE_TAKEN_BACK, base=row.version, remark=archive.taken_back)
        return builtins(archive)


def _petition(tx: Transaction, petition_id: str) -> Petition:
    row = tx.kept(Petition, petition_id) if is_id(petition_id) else None
    if row is None:
        raise NotFound()
    return row.state
