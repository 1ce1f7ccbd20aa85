"""What one may ask of the grassroots network: its posts, and the information that goes up."""

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.base import Command, Part
from services.contracts.network import InformationWay, ItemLevel, NetworkRole

Text = Annotated[str, Meta(min_length=1, max_length=2000)]
Id = Annotated[str, Meta(max_length=60)]


class SendInformation(Command, frozen=True, kw_only=True):
    """By the holder of the post himself, or entered by his office for somebody who telephones or comes."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "send_information"

    post: Id
    place: Id
    found_on: date
    way: InformationWay
    text: Text
    names: Annotated[list[Annotated[str, Meta(min_length=2, max_length=30)]], Meta(max_length=20)] = []
    """Of the people who are named in the text: masked there, and not kept."""
    accuses: Annotated[list[Id], Meta(max_length=20)] = []
    level: ItemLevel


class PostInput(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A post as somebody enters it."""

    tenant: Id
    role: NetworkRole
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    phone: Annotated[str, Meta(max_length=30)] | None = None
    login: Id | None = None
    born_on: date | None = None
    """Checked where the regulation sets an age, and not kept."""
    group: Annotated[str, Meta(max_length=40)] | None = None
    covers: Annotated[list[Id], Meta(max_length=60)] = []
    since: date
    until: date | None = None
    """The last day; None of an inspector: as long as he may be seconded."""
    trained_on: date | None = None


class SaveNetworkPost(Command, frozen=True, kw_only=True):
    """By the township for its own, by the county office for all. ``post_id`` None: a new one. A post ends by
    ``until``; another person has another post."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "save_network_post"

    post_id: Id | None = None
    post: PostInput


class PostLine(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    line: int
    """Of the table, from 1."""
    post: PostInput


class ImportNetwork(Command, frozen=True, kw_only=True):
    """A table of posts, which the gateway has read: all of them or, where one cannot be, none. A post that is there
    already (tenant, role, name, what it covers, since) is made what the line says. Answers a ``NetworkReport``."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "import_network"

    lines: Annotated[list[PostLine], Meta(max_length=2000)]
    dry_run: bool = False


class LineMistake(Part, frozen=True, kw_only=True):
    line: int
    message: str


class NetworkReport(Part, frozen=True, kw_only=True):
    added: int
    changed: int
    unchanged: int
    mistakes: list[LineMistake]
    """Nothing was written where there is one."""


class ForwardInformation(Command, frozen=True, kw_only=True):
    """To the next level, or straight to a higher one."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "forward_information"

    item_id: Id
    level: ItemLevel
    text: Text


class DecideInformation(Command, frozen=True, kw_only=True):
    """Taken (it counts for the quota and the award), or not."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "decide_information"

    item_id: Id
    take: bool
    text: Text


class LinkInformation(Command, frozen=True, kw_only=True):
    """The petition that was registered of it, or the conflict (矛盾纠纷) as which it was listed."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "link_information"

    item_id: Id
    petition_id: Id | None = None
    conflict_id: Id | None = None


class TakeBackInformation(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "take_back_information"

    item_id: Id
    reason: Annotated[str, Meta(min_length=1, max_length=500)]
