"""From shift to shift: what is open, what was said on the telephone, which keys, and that the next one knows it."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import ActorRef
from services.contracts.base import Command, Labelled, Part
from services.contracts.roster_base import OnRoster

Text = Annotated[str, Meta(min_length=1, max_length=2000)]


class EntryKind(Labelled):
    OPEN_MATTER = "OPEN_MATTER", "未了事项"
    CALL = "CALL", "来电记录"
    KEYS = "KEYS", "钥匙、印章、设备"
    EVENT = "EVENT", "值班情况"


class LogEntry(Part, frozen=True, kw_only=True):
    kind: EntryKind
    text: str
    at: datetime
    by: ActorRef
    petition_number: str | None = None
    done: bool = False
    """An open matter that is settled is not handed on."""


class DutyLog(OnRoster, frozen=True, kw_only=True):
    """The log (值班日志) of one shift. Handed over, it is closed; what is still open opens the next one's."""

    fact_type: ClassVar[str] = "roster.log.v1"

    shift: str
    day: date
    """Of the shift."""
    entries: list[LogEntry]
    handed_over_at: datetime | None = None
    handed_over_by: ActorRef | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: ActorRef | None = None

    @property
    def aggregate_id(self) -> str:
        return self.shift

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})

    @property
    def days(self) -> tuple[date, date]:
        return self.day, self.day

    @property
    def status(self) -> str:
        if self.acknowledged_at is not None:
            return "ACKNOWLEDGED"
        return "OPEN" if self.handed_over_at is None else "HANDED_OVER"

    @property
    def subject(self) -> str:
        return self.shift


class WriteLog(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "write_log"

    shift_id: str
    kind: EntryKind
    text: Text
    petition_number: Annotated[str, Meta(max_length=40)] | None = None


class SettleLogEntry(Command, frozen=True, kw_only=True):
    """An open matter is settled, or it was not after all (``done`` false)."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "settle_log_entry"

    shift_id: str
    place: Annotated[int, Meta(ge=0)]
    """In the log, from 0."""
    done: bool = True


class HandOver(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "hand_over"

    shift_id: str


class AcknowledgeHandover(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "acknowledge_handover"

    shift_id: str
