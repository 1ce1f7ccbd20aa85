"""Who may see an appointment that accuses somebody, or that is about a case not everybody sees (Art. 30). Pure."""

from collections.abc import Collection, Iterable

from services.common import accused
from services.common.errors import AccusedUnit
from services.contracts.actor import Actor, TenantKind
from services.contracts.base import ANYBODY, BARRED, BARRED_TENANT
from services.contracts.intake import Petition
from services.contracts.roster_people import Member


def check_unit(*, tenant: str, kind: TenantKind, concerns: Collection[str], accusation: bool) -> None:
    """A unit takes no appointment that accuses it. Raises ``AccusedUnit`` with where to go instead."""
    if not accusation or tenant not in concerns:
        return
    elsewhere = "请向有权处理的纪检监察机关提出" if kind is TenantKind.COUNTY else "请到县信访局预约"
    raise AccusedUnit(
        f"该预约反映的是接访单位自身的问题，依照《信访工作条例》第三十条，被反映单位不得接访，{elsewhere}",
        field="concerns",
    )


def check_actor(*, actor: Actor, accusation: bool, matter: str, petition: Petition | None) -> None:
    """Whom it accuses does not arrange it. Raises ``AccusedUnit``."""
    if petition is not None:
        accused.check_actor(petition=petition, actor=actor, doing="安排该件的接访")
    if accusation and accused.is_called(actor.name, matter):
        raise AccusedUnit("来访事项反映的是您本人，依照《信访工作条例》第三十条不得由您办理，请由其他人员办理")


def sees(petition: Petition, actor: Actor) -> bool:
    """Whether he may know of it by name; by his tenant he does as far as the view shows it to him."""
    named = petition.named
    if named is None:
        return True
    if f"{BARRED}{actor.user}" in named or f"{BARRED_TENANT}{actor.tenant}" in named:
        return False
    return actor.cleared or ANYBODY in named or actor.user in named


def seen_by(
    *,
    accusation: bool,
    booked_by: str | None,
    concerns: Iterable[str],
    receivers: Iterable[Member],
    concerned: Iterable[Member],
    petition: Petition | None,
    accused_users: Iterable[str] = (),
) -> list[str] | None:
    """``Appointment.restricted_to``, sorted; None where everybody of the tenant sees it.

    ``receivers``: those who will receive him; ``concerned``: those who must not; ``accused_users``: logins of whom an
    accusation names besides, be he no member of the roster. Of a petition that is confined its own
    people, and no others. Otherwise of an accusation the one who booked it and its receivers; never whom it is about.
    """
    barred = {f"{BARRED}{each.login}" for each in concerned if each.login is not None}
    if accusation:
        barred |= {f"{BARRED}{login}" for login in accused_users}
    of_petition = None if petition is None else petition.named
    if petition is not None and petition.confined and of_petition is not None:
        return sorted(of_petition | (barred if accusation else frozenset()))
    barred_by_petition = {each for each in of_petition or () if each.startswith(BARRED)}
    if not accusation:
        return sorted({ANYBODY} | barred_by_petition) if barred_by_petition else None
    named = {each.login for each in receivers if each.login is not None}
    if booked_by is not None:
        named.add(booked_by)
    named -= {each.removeprefix(BARRED) for each in barred | barred_by_petition}
    return sorted(named | barred | barred_by_petition | {f"{BARRED_TENANT}{code}" for code in concerns})
