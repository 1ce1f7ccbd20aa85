"""Whom one told of something urgent: who may know what, as it was written and in time, and the county office always.
Pure.

Nobody whom the petition accuses is told (Art. 30 of 《信访工作条例》).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from services.common.accused import check_people
from services.common.errors import AccusedUnit, InvalidInput
from services.contracts.actor import TenantKind
from services.contracts.base import LEGAL_ZONE
from services.contracts.directory import Organisation
from services.contracts.intake import Petition
from services.contracts.urgent_reports import Addressee, ReportKind, Told, ToldInput
from services.intake.instants import check_happened

READERS = {
    ReportKind.URGENT: frozenset(Addressee) - {Addressee.GUARDIAN},
    ReportKind.HEALTH: frozenset({Addressee.POLICE, Addressee.HEALTH, Addressee.GUARDIAN}),
}
"""Who may be told of what."""
OFFICE = Addressee.COUNTY_OFFICE
TOLD = "通知紧急情况"
BY_SYSTEM = "系统"

Directory = Mapping[str, Organisation]


def offices(directory: Directory, accused: frozenset[str], *, besides: Iterable[Told], now: datetime) -> list[Told]:
    """The county office is always told, unless it is accused itself."""
    known = {each.tenant for each in besides if each.login is None}
    return [
        Told(whom=OFFICE, tenant=each.code, login=None, name=each.name, way=BY_SYSTEM, at=now)
        for each in directory.values()
        if each.kind is TenantKind.COUNTY and each.code not in accused | known
    ]


def told_of(
    given: Sequence[ToldInput],
    kind: ReportKind,
    petition: Petition,
    accused: frozenset[str],
    directory: Directory,
    *,
    since: datetime,
    now: datetime,
) -> list[Told]:
    """Each once, in the given order."""
    found: dict[tuple[str | None, str | None, str], Told] = {}
    for number, each in enumerate(given):
        field = f"told.{number}"
        if each.whom not in READERS[kind]:
            names = "、".join(one.label for one in Addressee if one in READERS[kind])
            raise InvalidInput(f"{kind.label}不告知{each.whom.label}，可以告知：{names}", field=f"{field}.whom")
        told = Told(
            whom=each.whom,
            tenant=each.tenant,
            login=each.login,
            name=_name(each, petition, accused, directory, field),
            way=each.way.strip() or BY_SYSTEM,
            at=_told_at(each, since=since, now=now, field=f"{field}.at"),
        )
        found.setdefault(who(told), told)
    return list(found.values())


def _name(each: ToldInput, petition: Petition, accused: frozenset[str], directory: Directory, field: str) -> str:
    """What people call whom one told. Raises ``InvalidInput``, and ``AccusedUnit`` for who must not know."""
    written = (each.name or "").strip()
    if each.whom is OFFICE and each.tenant is None:
        raise InvalidInput("县信访局总在被告知之列；另行告知的，请填写单位代码", field=f"{field}.tenant")
    if each.whom is Addressee.GUARDIAN and (written or each.tenant or each.login):
        raise InvalidInput("监护人、所在单位请不要写姓名或名称", field=f"{field}.name")
    if each.login in petition.accused_users:
        raise AccusedUnit("该领导是被反映人，依照《信访工作条例》第三十条不得告知，请另选", field=f"{field}.login")
    check_people(petition=petition, people=written, doing=TOLD, field=f"{field}.name")
    if each.login is not None and (each.whom is not Addressee.LEADER or each.tenant is None):
        raise InvalidInput("登录名只用于告知有关领导", field=f"{field}.login")
    if each.tenant is None:
        return written or each.whom.label
    organisation = directory.get(each.tenant)
    if organisation is None:
        raise InvalidInput(f"单位代码 {each.tenant} 不在本县机构名录中，请核对", field=f"{field}.tenant")
    if each.tenant in accused:
        raise AccusedUnit(
            f"{organisation.name}是被反映单位，依照《信访工作条例》第三十条不得告知，请另选", field=f"{field}.tenant"
        )
    return written if each.login is not None and written else organisation.name


def _told_at(each: ToldInput, *, since: datetime, now: datetime, field: str) -> datetime:
    if each.at is None:
        return now
    check_happened(at=each.at, now=now, field=field)
    if each.at < since:
        raise InvalidInput(f"告知时间 {minute(each.at)} 早于获知时间 {minute(since)}，请核对", field=field)
    return each.at


def who(told: Told) -> tuple[str | None, str | None, str]:
    # A tenant is told once, whatever it is told as; two bodies outside the county may be of one kind.
    return told.tenant, told.login, "" if told.tenant else f"{told.whom.value} {told.name}"


def minute(at: datetime) -> str:
    return f"{at.astimezone(LEGAL_ZONE):%Y-%m-%d %H:%M}"
