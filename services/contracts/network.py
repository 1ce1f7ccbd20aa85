"""The grassroots network (四员): inspectors, handlers, liaisons, informants, and what they send upwards.

It follows matters, never people: nobody's whereabouts are kept (RT-23 is left out on purpose).
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar

from services.contracts.actor import ActorRef
from services.contracts.base import LEGAL_ZONE, Labelled, Part
from services.contracts.directory import Organisation
from services.contracts.roster_base import OnRoster


def village_of(place: str) -> str:
    """The division code of a place, without the villager group after it."""
    return place.partition("#")[0]


def place_name(*, code: str, directory: Mapping[str, Organisation]) -> str | None:
    """What a township, village or villager group is called; None: the county has no such place.

    ``directory``: by the tenants' codes.
    """
    village, _, group = code.partition("#")
    place = next((each for one in directory.values() for each in one.places if each.code == village), None)
    return None if place is None else f"{place.name}{group}组" if group else place.name


class NetworkRole(Labelled):
    INSPECTOR = "INSPECTOR", "督查员"
    """In groups, each of which covers some townships; seconded for a year, managed by the joint conference's office."""
    HANDLER = "HANDLER", "承办员"
    """A township's leader or cadre for a village."""
    LIAISON = "LIAISON", "联络员"
    """One for each village."""
    INFORMANT = "INFORMANT", "信息员"
    """One for each villager group."""
    OFFICER = "OFFICER", "单位信息员"
    """One to three of a unit (CC-08); covers no village."""


class NetworkPost(OnRoster, frozen=True, kw_only=True):
    """One person in one post of the network. Managed twice (CC-09): by its township (``tenant``; an inspector's is the
    county office), and by the county office."""

    fact_type: ClassVar[str] = "roster.network_post.v1"

    id: str
    role: NetworkRole
    name: str
    phone: str | None
    login: str | None
    group: str | None
    """Of an inspector."""
    covers: list[str]
    """Division codes: townships of an inspector's group, villages of handler and liaison, and for an informant the
    village with the villager group after a ``#``."""
    since: date
    until: date | None
    trained_on: date | None = None

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})

    @property
    def days(self) -> tuple[date, date]:
        return self.since, self.until or date.max

    @property
    def status(self) -> str:
        return str(self.role)

    def serves(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


class ItemLevel(Labelled):
    """How far up a piece of information has gone, from below; and so by when it must be acted upon."""

    VILLAGE = "VILLAGE", "村级处置"
    TOWNSHIP = "TOWNSHIP", "乡镇处置"
    INSPECTION = "INSPECTION", "督查组处置"
    COUNTY = "COUNTY", "报县处置"
    URGENT = "URGENT", "立即上报"


class ItemState(Labelled):
    SENT = "SENT", "已报送"
    TAKEN = "TAKEN", "已采用"
    NOT_TAKEN = "NOT_TAKEN", "未采用"
    REGISTERED = "REGISTERED", "转为信访件"
    LISTED = "LISTED", "转为矛盾纠纷"
    TAKEN_BACK = "TAKEN_BACK", "已撤回"


class InformationWay(Labelled):
    """CC-08."""

    TEXT = "TEXT", "文字"
    PHONE = "PHONE", "电话"
    SMS = "SMS", "手机短信"
    VERBAL = "VERBAL", "口头"


class Step(Part, frozen=True, kw_only=True):
    at: datetime
    by: ActorRef
    level: ItemLevel
    text: str


class InformationItem(OnRoster, frozen=True, kw_only=True):
    """A piece of information (信息) on its way up. It tells of a matter; nobody's name or whereabouts stand in it."""

    fact_type: ClassVar[str] = "roster.information.v1"

    id: str
    post: str
    """Who found it."""
    place: str
    """Division code, of an informant's with his villager group after a ``#``."""
    place_name: str
    found_on: date
    sent_at: datetime
    way: InformationWay
    text: str
    """Masked."""
    accuses: list[str] = []
    """Codes of the tenants of which it says that they do wrong: then it goes to the county office alone,
    and is seen by whoever sent it and those who are cleared for accusations, never by an accused tenant (Art. 30)."""
    level: ItemLevel
    due_at: datetime
    """By when its level must act on it."""
    state: ItemState
    steps: list[Step]
    """The first: who entered it."""
    petition_id: str | None = None
    conflict_id: str | None = None
    restricted_to: list[str] | None = None
    """The petition's ``named``, sorted; before there is one, of an item that accuses the login that sent it and,
    barred, the tenants that it accuses."""

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def case_id(self) -> str | None:
        return self.petition_id

    @property
    def audience(self) -> frozenset[str]:
        # Of an item that accuses, there too, only those in ``restricted_to``: whoever sent it sees what becomes of it.
        return frozenset() if self.tenant in self.accuses else frozenset({self.tenant})

    @property
    def named(self) -> frozenset[str] | None:
        return None if self.restricted_to is None else frozenset(self.restricted_to)

    @property
    def accusing(self) -> bool:
        return bool(self.accuses)

    @property
    def days(self) -> tuple[date, date]:
        return self.found_on, max(self.found_on, self.sent_on)

    @property
    def sent_on(self) -> date:
        """The legal day."""
        return self.sent_at.astimezone(LEGAL_ZONE).date()

    @property
    def counts(self) -> bool:
        """For the month's quota: sent, and neither taken back nor found to be of no use."""
        return self.state not in (ItemState.TAKEN_BACK, ItemState.NOT_TAKEN)

    @property
    def recognised(self) -> bool:
        return self.state in (ItemState.TAKEN, ItemState.REGISTERED, ItemState.LISTED)

    @property
    def status(self) -> str:
        return str(self.state)

    @property
    def subject(self) -> str:
        return self.post
