"""What a citizen may ask without a login: to hand something in, and to rate what was done."""

import unicodedata
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.base import Command
from services.contracts.intake import Nature
from services.contracts.people import PetitionerInput
from services.contracts.ratings import RatingSide, RatingValue

PUBLIC_USER = "@public"
"""Login under which the register keeps what came by the public page."""

PUBLIC_NAME = "网上信访"
"""What people call it: the first receiver of what came by the public page."""


def public_actor(county: str, *, tenant: str = PUBLIC_USER, kind: TenantKind = TenantKind.COUNTY) -> Actor:
    """A citizen without a login; ``tenant`` and ``kind`` are those of the office at whose desk he hands something in.

    He sees nothing: his role reads no case.
    """
    return Actor(
        county=county, tenant=tenant, kind=kind, user=PUBLIC_USER, name=PUBLIC_NAME, roles=frozenset({Role.PUBLIC})
    )


def tidy_code(written: str) -> str:
    """A code as it was given out, however somebody copied it: without blanks and dashes, in capitals, and not in the
    wide signs of Chinese keyboards."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", written) if sign.isalnum()).upper()


QueryCode = Annotated[str, Meta(max_length=20)]
Number = Annotated[str, Meta(max_length=40)]


class SubmitPetition(Command, frozen=True, kw_only=True):
    """Registers an online petition at a tenant. Answers the receipt: ``{"petition_id", "number", "query_code",
    "received_on"}``."""

    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "submit_petition"

    tenant: Annotated[str, Meta(max_length=60)]
    """Code of the county office or of a township."""
    petitioners: Annotated[list[PetitionerInput], Meta(max_length=20)] = []
    place: str | None = None
    title: Annotated[str, Meta(max_length=200)]
    body: Annotated[str, Meta(max_length=20_000)]
    demands: Annotated[str, Meta(max_length=5000)] | None = None
    nature: Nature
    confidential: bool = False
    accused: Annotated[list[Annotated[str, Meta(max_length=60)]], Meta(max_length=20)] = []
    accused_people: Annotated[list[Annotated[str, Meta(max_length=60)]], Meta(max_length=20)] = []
    accused_users: Annotated[list[Annotated[str, Meta(max_length=100)]], Meta(max_length=200)] = []
    """Logins of users who are called like one of ``accused_people``: he knows names, the gateway whose they are."""
    draft_code: QueryCode | None = None
    """Of the draft that this completes; it is deleted with it."""


class SaveSubmission(Command, frozen=True, kw_only=True):
    """Keeps a citizen's form, sealed, until he comes back with its code. Answers ``{"draft_code", "until"}``."""

    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "save_submission"

    draft_code: QueryCode | None = None
    form: Annotated[str, Meta(max_length=100_000)]
    """A JSON object."""


class OpenSubmission(Command, frozen=True, kw_only=True):
    """Answers ``{"form", "until"}``; the same refusal for a wrong code and one that has run out."""

    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "open_submission"

    draft_code: QueryCode


class RateOnline(Command, frozen=True, kw_only=True):
    """The petitioner's own rating. The same refusal for a wrong code and for a number that does not exist."""

    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "rate_online"

    number: Number
    query_code: QueryCode
    side: RatingSide
    value: RatingValue
    reason: Annotated[str, Meta(max_length=2000)] | None = None
