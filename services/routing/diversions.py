"""Diversions that the law orders, read from ``diversions.toml``: to which organ, by which article, in which words."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from services.contracts.directory import Organ, Organisation
from services.contracts.intake import Channel, Nature, Petition, Route
from services.contracts.proposals import Diversion
from services.routing.receiving import heirs
from services.routing.rules import organs

FILE = Path(__file__).with_suffix(".toml")
LAW = "law."
"""How the id of every diversion begins, and that of no county's rule."""
Text = Annotated[str, Meta(min_length=1)]


class Wording(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    article: Text
    why: Text
    notice: Text


class Order(Wording, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the law orders for these natures, routes and channels; empty lists stand for all."""

    id: Annotated[str, Meta(pattern=r"^law\.")]
    natures: list[Nature]
    routes: list[Route] = []
    channels: list[Channel] = []
    organ: Organ | None = None
    inform: Organ | None = None
    inform_why: Text | None = None

    def fits(self, petition: Petition) -> bool:
        return (
            petition.nature in self.natures
            and (not self.routes or petition.route in self.routes)
            and (not self.channels or petition.channel in self.channels)
        )


class Orders(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    diversions: list[Order]
    outside: Wording


@cache
def orders() -> Orders:
    return msgspec.toml.decode(FILE.read_bytes(), type=Orders)


def ordered(petition: Petition) -> Order | None:
    """What the law orders for this petition; None where it takes the ordinary way."""
    return next((order for order in orders().diversions if order.fits(petition)), None)


def organ_of(organ: Organ, *, petition: Petition, directory: Mapping[str, Organisation], day: date) -> str | None:
    """Code of the tenant that is such an organ, can be given something and is not accused (Art. 30)."""
    codes = [heir for code in organs(organ, directory) for heir in heirs(code, directory, day)]
    return next((code for code in codes if code not in petition.accused), None)


def diversion(*, order: Order, route: Route | None, tenant: Organisation | None) -> Diversion:
    """``tenant``: the body that is the organ, or without an organ the one that the county's rules name."""
    body = tenant.name if tenant else order.organ.label if order.organ else "有权处理的机关、单位"
    return Diversion(
        route=route,
        organ=order.organ,
        tenant=tenant.code if tenant else None,
        article=order.article,
        notice=order.notice.format(body=body),
    )


def outside() -> Diversion:
    """The matter belongs to nobody of the county: the petitioner is told where to turn (Art. 23 ¶1)."""
    words = orders().outside
    return Diversion(route=None, organ=None, tenant=None, article=words.article, notice=words.notice)
