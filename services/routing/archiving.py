"""When the file of a case may be entered as handed to the archive room, and by whom. Pure."""

from datetime import date

import msgspec

from services.common.errors import Forbidden, InvalidInput, Refusal, WrongState
from services.contracts.actor import Actor, TenantKind
from services.contracts.archives import ArchiveCase, CaseArchive
from services.contracts.intake import Petition
from services.contracts.routing import Closure


class AlreadyArchived(Refusal):
    code = "ALREADY_ARCHIVED"
    default = "该件已经归档；登记有误的，请先撤销归档登记再重新登记"


def check_archivist(*, actor: Actor, registered_by: str) -> None:
    """Raises ``Forbidden``: the office that keeps the file hands it over, or the county office."""
    if actor.kind is not TenantKind.COUNTY and actor.tenant != registered_by:
        raise Forbidden("案卷由登记单位或县信访局归档，请与登记单位联系")


def check_day(*, on: date, closure: Closure | None, today: date) -> None:
    """Raises ``WrongState`` for a case that is open, ``InvalidInput`` for a day on which it could not be."""
    if closure is None:
        raise WrongState("该件尚未办结，办结后才能归档")
    if not closure.closed_on <= on <= today:
        raise InvalidInput(f"归档日期应在办结日期 {closure.closed_on} 与今天 {today} 之间，请核对", field="on")


def archived(*, petition: Petition, before: CaseArchive | None, command: ArchiveCase, actor: Actor) -> CaseArchive:
    """Raises ``AlreadyArchived``."""
    if before is not None and before.taken_back is None:
        raise AlreadyArchived()
    return CaseArchive(
        petition_id=petition.id,
        petition_number=petition.number,
        registered_by=petition.registered_by,
        on=command.on,
        room=command.room.strip(),
        catalogue=command.catalogue,
        items=command.items,
        by=actor.reference,
        restricted_to=None if petition.named is None else sorted(petition.named),
    )


def taken_back(*, archive: CaseArchive, reason: str) -> CaseArchive:
    """Raises ``WrongState`` for one that was taken back before."""
    if archive.taken_back is not None:
        raise WrongState("该件的归档登记已经撤销")
    return msgspec.structs.replace(archive, taken_back=reason.strip())
