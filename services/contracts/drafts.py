"""Drafts (暂存): a form that somebody will come back to. What stands in it lies sealed in intake alone."""

from datetime import datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.base import Command, Labelled, State
from services.contracts.intake import Channel


class DraftState(Labelled):
    OPEN = "OPEN", "暂存"
    REGISTERED = "REGISTERED", "已登记"
    DISCARDED = "DISCARDED", "已删除"


class Draft(State, frozen=True, kw_only=True):
    """That there is a draft, for the one who wrote it alone; nothing of what it says."""

    fact_type: ClassVar[str] = "intake.draft.v1"

    id: str
    tenant: str
    login: str
    channel: Channel | None
    label: str
    """What the author calls it, e.g. ``8 号窗口，土地纠纷``; masked as a petition's text is."""
    state: DraftState
    saved_at: datetime
    petition_id: str | None = None
    """The petition that it became."""

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})

    @property
    def named(self) -> frozenset[str] | None:
        return frozenset({self.login})


class SaveDraft(Command, frozen=True, kw_only=True):
    """Saves anew, or over the draft of this id. Answers ``Draft``."""

    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "save_draft"

    draft_id: str | None = None
    channel: Channel | None = None
    label: Annotated[str, Meta(max_length=60)] = ""
    form: Annotated[str, Meta(max_length=400_000)]
    """The form's fields as a JSON object, filled in as far as they are: nothing in it is checked before it is
    registered."""


class OpenDraft(Command, frozen=True, kw_only=True):
    """Answers ``{"form": "..."}`` to its author; to nobody else."""

    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "open_draft"

    draft_id: str


class DiscardDraft(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "discard_draft"

    draft_id: str
