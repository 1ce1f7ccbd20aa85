"""What one may ask of the register: to enter an item, to correct its class, to look behind a mask."""

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.base import Command, Part
from services.contracts.channels import Call, Letter, Mark, PriorProcedure, Purpose, Visit
from services.contracts.intake import Alias, Channel, Nature, PastAnswer, Procedure, Route, Source, Urgency
from services.contracts.people import PetitionerInput

Reason = Annotated[str, Meta(max_length=500)]
Title = Annotated[str, Meta(max_length=200)]
Body = Annotated[str, Meta(max_length=50_000)]
Demands = Annotated[str, Meta(max_length=5000)]
Code = Annotated[str, Meta(max_length=60)]
Login = Annotated[str, Meta(max_length=100)]
People = Annotated[list[PetitionerInput], Meta(max_length=200)]


class MatterInput(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That the new item belongs to the matter of an earlier one."""

    number: Code
    """Of any item of the matter, as the check for repeats showed it."""
    same_people: bool
    reason: Reason


class RegisterPetition(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "register_petition"

    channel: Channel
    received_on: date
    petitioners: People = []
    place: str | None = None
    title: Title
    body: Body
    nature: Nature
    category: Code | None = None
    urgency: Urgency = Urgency.NORMAL
    confidential: bool = False
    accused: Annotated[list[Code], Meta(max_length=20)] = []
    accused_users: Annotated[list[Login], Meta(max_length=20)] = []
    accused_people: Annotated[list[Annotated[str, Meta(max_length=60)]], Meta(max_length=20)] = []
    source: Source = Source.DIRECT
    route: Route | None = None
    procedure: Procedure = Procedure.ORDINARY
    repeated: bool = False
    skips_level: bool = False
    visitors: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    demands: Demands | None = None
    people_involved: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    purpose: Purpose | None = None
    local_kind: Code | None = None
    marks: Annotated[list[Mark], Meta(max_length=20)] = []
    prior: Annotated[list[PriorProcedure], Meta(max_length=10)] = []
    letter: Letter | None = None
    visit: Visit | None = None
    call: Call | None = None
    filled_in: bool = False
    """Written down by the registrar for somebody who cannot write (代填)."""
    aliases: Annotated[list[Alias], Meta(max_length=10)] = []
    """The numbers that other systems gave the item."""
    readers: Annotated[list[Login], Meta(max_length=20)] = []
    """Logins of those who may see an accusation."""
    matter: MatterInput | None = None
    draft_id: str | None = None
    """The draft that this registration completes; it is closed with it."""


class ClassifyPetition(Command, frozen=True, kw_only=True):
    """Corrects how an item is classified; what is None stays. The clocks follow the new class.

    An item cannot be made an accusation, nor cease to be one: who may see it would change after it was seen.
    """

    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "classify_petition"

    petition_id: str
    nature: Nature | None = None
    route: Route | None = None
    procedure: Procedure | None = None
    urgency: Urgency | None = None
    reason: Reason


class NameReaders(Command, frozen=True, kw_only=True):
    """Says who, besides the registrar and those cleared, may see an accusation from now on. The whole list."""

    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "name_readers"

    petition_id: str
    readers: Annotated[list[Login], Meta(max_length=20)]
    reason: Reason


class LinkPetition(Command, frozen=True, kw_only=True):
    """Puts an item to the matter of another one (并案)."""

    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "link_petition"

    petition_id: str
    number: Code
    """Of any item of the matter."""
    same_people: bool
    reason: Reason


class UnlinkPetition(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "unlink_petition"

    petition_id: str
    reason: Reason


class ImportPetition(Command, frozen=True, kw_only=True):
    """One item of an older register, with the number that it had there."""

    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "import_petition"

    channel: Channel
    received_on: date
    title: Title
    body: Body
    nature: Nature
    category: Code | None = None
    place: str | None = None
    alias: Alias
    past_answer: PastAnswer | None = None
    petitioners: People = []


class RevealPetitioner(Command, frozen=True, kw_only=True):
    """Asks for what the mask hides; kept on the timeline with its reason. Answers ``RevealedPetitioner``."""

    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "reveal_petitioner"

    petition_id: str
    petitioner_id: str
    reason: Reason


class RevealText(Command, frozen=True, kw_only=True):
    """Asks for the text as it was written; kept on the timeline. Answers ``RevealedText``."""

    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "reveal_text"

    petition_id: str
    reason: Reason


class RevealedText(Part, frozen=True, kw_only=True):
    """What was written, whole. Never in a fact."""

    title: str
    body: str
    demands: str | None = None
    letter: Letter | None = None
    visit: Visit | None = None
    call: Call | None = None
    past_answer: PastAnswer | None = None


class FindPeople(Command, frozen=True, kw_only=True):
    """Which petitions are of a person, by whole name, identity number or telephone: the blind index knows no parts.

    Answers ``{"petition_ids": [...]}``, the newest first, of those whose petitioners the actor may know.
    """

    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "find_people"

    name: Annotated[str, Meta(max_length=60)] | None = None
    identity_number: Annotated[str, Meta(max_length=30)] | None = None
    phone: Annotated[str, Meta(max_length=30)] | None = None
    most: Annotated[int, Meta(ge=1, le=1000)] = 200
