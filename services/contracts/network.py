"""The grassroots network (四员): inspectors, handlers, liaisons, informants, and what they send upwards.

It follows matters, never people: nobody's whereabouts are kept (RT-23 is left out on purpose).
"""

from datetime import date, datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import ActorRef
from services.contracts.base import Command, Labelled, Part
from services.contracts.roster_base import OnRoster

Text = Annotated[str, Meta(min_length=1, max_length=2000)]


class NetworkRole(Labelled):
    INSPECTOR = "INSPECTOR", "督查员"
    """In groups, each of which covers some townships; seconded for a year, managed by the joint conference's office."""
    HANDLER = "HANDLER", "承办员"
    """A township's leader or cadre for a village."""
    LIAISON = "LIAISON", "联络员"
    """One for each village."""
    INFORMANT = "INFORMANT", "信息员"
    """One for each villager group."""


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
        return self.role.value


class ItemLevel(Labelled):
    """How far up a piece of information goes, and so by when."""

    VILLAGE = "VILLAGE", "村级处置"
    TOWNSHIP = "TOWNSHIP", "乡镇处置"
    COUNTY = "COUNTY", "报县处置"
    URGENT = "URGENT", "立即上报"


class ItemState(Labelled):
    SENT = "SENT", "已报送"
    TAKEN = "TAKEN", "已采用"
    NOT_TAKEN = "NOT_TAKEN", "未采用"
    REGISTERED = "REGISTERED", "转为信访件"
    TAKEN_BACK = "TAKEN_BACK", "已撤回"


class Step(Part, frozen=True, kw_only=True):
    at: datetime
    by: ActorRef
    level: ItemLevel
    text: str


class InformationItem(OnRoster, frozen=True, kw_only=True):
    """A piece of information (信息) on its way up."""

    fact_type: ClassVar[str] = "roster.information.v1"

    id: str
    post: str
    """Who found it."""
    place: str
    found_on: date
    sent_at: datetime
    way: str
    """In writing, by telephone, by message, by word of mouth."""
    text: str
    level: ItemLevel
    due_at: datetime
    """By when its level must act on it."""
    state: ItemState
    steps: list[Step]
    petition_id: str | None = None

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})

    @property
    def days(self) -> tuple[date, date]:
        return self.found_on, self.found_on

    @property
    def status(self) -> str:
        return self.state.value

    @property
    def subject(self) -> str:
        return self.post


class SendInformation(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "send_information"

    post: str
    place: str
    found_on: date
    way: Annotated[str, Meta(max_length=20)]
    text: Text
    level: ItemLevel


class SaveNetworkPost(Command, frozen=True, kw_only=True):
    """By the township for its own, by the county office for all. ``post_id`` None: a new one."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "save_network_post"

    post_id: str | None = None
    tenant: Annotated[str, Meta(max_length=40)]
    role: NetworkRole
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    phone: Annotated[str, Meta(max_length=30)] | None = None
    login: Annotated[str, Meta(max_length=60)] | None = None
    born_on: date | None = None
    """Checked where the regulation sets an age, and not kept."""
    group: Annotated[str, Meta(max_length=40)] | None = None
    covers: Annotated[list[Annotated[str, Meta(max_length=60)]], Meta(max_length=60)]
    since: date
    until: date | None = None
    trained_on: date | None = None


class ForwardInformation(Command, frozen=True, kw_only=True):
    """To the next level, or straight to a higher one."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "forward_information"

    item_id: str
    level: ItemLevel
    text: Annotated[str, Meta(max_length=2000)]


class DecideInformation(Command, frozen=True, kw_only=True):
    """Taken (it counts for the quota and the award), or not."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "decide_information"

    item_id: str
    take: bool
    text: Annotated[str, Meta(max_length=2000)]


class LinkInformation(Command, frozen=True, kw_only=True):
    """The petition that was registered of it."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "link_information"

    item_id: str
    petition_id: str


class TakeBackInformation(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "take_back_information"

    item_id: str
    reason: Annotated[str, Meta(min_length=1, max_length=500)]
