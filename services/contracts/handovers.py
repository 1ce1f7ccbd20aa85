"""From shift to shift: what is open, what was said on the telephone, which keys, and that the next one knows it."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import ActorRef
from services.contracts.base import Command, Labelled, Part
from services.contracts.roster_base import OnRoster

Text = Annotated[str, Meta(min_length=1, max_length=2000)]


class LogEntryKind(Labelled):
    OPEN_MATTER = "OPEN_MATTER", "未了事项"
    CALL = "CALL", "来电记录"
    KEYS = "KEYS", "钥匙、印章、设备"
    EVENT = "EVENT", "值班情况"


class LogState(Labelled):
    OPEN = "OPEN", "记录中"
    HANDED_OVER = "HANDED_OVER", "已交班，待接班"
    ACKNOWLEDGED = "ACKNOWLEDGED", "已接班"


class LogEntry(Part, frozen=True, kw_only=True):
    """A line of the log. None goes away: a mistaken one is put right by a later one."""

    kind: LogEntryKind
    text: str
    """Without numbers of identity cards and mobile telephones."""
    at: datetime
    by: ActorRef
    petition_id: str | None = None
    done: bool = False
    """An open matter that is settled is not handed on."""
    carried_from: str | None = None
    """Id of the shift in whose log it was written first."""
    corrects: int | None = None
    """Place, from 0, of the earlier entry of the same log in whose stead it stands."""


class DutyLog(OnRoster, frozen=True, kw_only=True):
    """The log (值班日志) of one shift. Handed over, it is closed; what is still open opens the next one's."""

    fact_type: ClassVar[str] = "roster.log.v1"

    shift: str
    shift_name: str
    day: date
    """Of the shift."""
    entries: list[LogEntry]
    handed_over_at: datetime | None = None
    handed_over_by: ActorRef | None = None
    handed_to: str | None = None
    """Id of the shift that takes over; None where none stands in the table and nothing is open."""
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
        return str(self.state)

    @property
    def subject(self) -> str:
        return self.shift

    @property
    def state(self) -> LogState:
        if self.acknowledged_at is not None:
            return LogState.ACKNOWLEDGED
        return LogState.OPEN if self.handed_over_at is None else LogState.HANDED_OVER

    @property
    def open_matters(self) -> list[LogEntry]:
        """What the next shift must know of: open matters that are neither settled nor corrected."""
        corrected = {entry.corrects for entry in self.entries}
        return [
            entry
            for place, entry in enumerate(self.entries)
            if entry.kind is LogEntryKind.OPEN_MATTER and not entry.done and place not in corrected
        ]


class WriteLog(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "write_log"

    shift_id: str
    kind: LogEntryKind
    text: Text
    petition_id: Annotated[str, Meta(max_length=40)] | None = None
    corrects: Annotated[int, Meta(ge=0)] | None = None
    """Place of the mistaken entry of the same log."""


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
