"""What a county's offices publicise: rules and guides, as the public page shows them and offices post them (CC-14)."""

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.base import EVERYBODY, Command, Part, State

ADDRESS = r"^[a-z0-9][a-z0-9-]{0,39}$"
LONGEST = 50_000


class PublicPage(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One page of one tenant."""

    address: Annotated[str, Meta(pattern=ADDRESS)]
    """End of its web address; one in the county."""
    tenant: Annotated[str, Meta(min_length=1, max_length=60)]
    title: Annotated[str, Meta(min_length=1, max_length=100)]
    order: Annotated[int, Meta(ge=0, le=9999)] = 0
    """Among the tenant's pages, the smallest first."""
    since: date
    """From this day on it holds; before it nobody is shown it."""
    markdown: bool
    """Otherwise plain text, shown as it stands."""
    text: Annotated[str, Meta(min_length=1, max_length=LONGEST)]


class PublicPages(State, frozen=True, kw_only=True):
    """All pages of a county; whole, as the profile says them."""

    fact_type: ClassVar[str] = "intake.public_pages.v1"

    county: str
    pages: list[PublicPage] = []

    @property
    def aggregate_id(self) -> str:
        return self.county

    @property
    def audience(self) -> frozenset[str]:
        return EVERYBODY


class LoadPublicPages(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "load_public_pages"

    pages: PublicPages
