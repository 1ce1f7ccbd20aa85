"""Reception days: who comes when, in which order, how long he waited, and what became of it."""

from datetime import date, datetime, time
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import ActorRef
from services.contracts.base import Command, Labelled, Part
from services.contracts.roster_base import OnRoster
from services.contracts.roster_rules import Qualification

Reason = Annotated[str, Meta(max_length=500)]


class BookingWay(Labelled):
    CLERK = "CLERK", "窗口预约"
    PHONE = "PHONE", "电话预约"
    EMAIL = "EMAIL", "邮件预约"
    """By electronic mail, which the office reads and enters (GW-02)."""
    ONLINE = "ONLINE", "网上预约"
    WALK_IN = "WALK_IN", "现场取号"
    DEFERRED = "DEFERRED", "领导外出，另约时间"
    """The leader was away when they came (RO-41)."""


class AppointmentState(Labelled):
    REQUESTED = "REQUESTED", "待审核"
    ACCEPTED = "ACCEPTED", "已预约"
    DECLINED = "DECLINED", "未通过审核"
    CANCELLED = "CANCELLED", "已取消"
    WAITING = "WAITING", "候访"
    CALLED = "CALLED", "接访中"
    DONE = "DONE", "已接访"
    ABSENT = "ABSENT", "未到场"


class VisitOutcome(Labelled):
    ANSWERED = "ANSWERED", "当场答复"
    REGISTERED = "REGISTERED", "登记为信访件"
    PROMISED = "PROMISED", "承诺期限办理"
    DIRECTED = "DIRECTED", "指引到有关部门"


class Outcome(Part, frozen=True, kw_only=True):
    kind: VisitOutcome
    text: str
    promised_on: date | None
    petition_id: str | None
    by: ActorRef


class Recused(Part, frozen=True, kw_only=True):
    """A receiver who steps aside for this visitor (RO-30), and who takes his place."""

    member: str
    reason: str
    declared: bool
    """By himself; otherwise it was found."""
    by_member: str | None


class LeftQueue(Part, frozen=True, kw_only=True):
    """The number that somebody had in the queue of a reception from which he was moved: nobody there gets it again."""

    shift: str
    number: int


class Appointment(OnRoster, frozen=True, kw_only=True):
    """One visitor, or one group, of a reception. Who he is lies sealed; here he is masked."""

    fact_type: ClassVar[str] = "roster.appointment.v1"

    id: str
    shift: str
    """Id of the reception's shift."""
    day: date
    slot: time | None
    """Begin of his slot; None: after those who booked, in the order of numbers."""
    slots: int
    """How many slots he has; a group has more."""
    way: BookingWay
    number: int | None
    """In the queue of the day, from 1, without gaps; given when he comes."""
    left: list[LeftQueue] = []
    code: str
    """By which he asks for his appointment himself."""
    name: str
    """Masked, as in the register."""
    people: int
    representatives: int | None = None
    """Of a group that is larger than may come in, how many of it do (Art. 20)."""
    matter: str
    """Masked, as in the register."""
    petition_id: str | None
    """Of a petition that is registered already."""
    needs: frozenset[Qualification] = frozenset()
    """Who must be there besides the leader: a legal adviser, an interpreter (RO-22)."""
    concerns: list[str] = []
    """Codes of the units that the matter is about."""
    accusation: bool = False
    """It accuses somebody (检举控告): for named people only (Art. 30)."""
    accused_users: list[str] = []
    """Logins of the users whom an accusation names: they never see it, cleared or not."""
    booked_at: datetime
    booked_by: ActorRef | None
    """None: by himself, online."""
    state: AppointmentState
    reason: str | None = None
    """Why it was declined or cancelled."""
    came_at: datetime | None = None
    called_at: datetime | None = None
    done_at: datetime | None = None
    outcome: Outcome | None = None
    recused: list[Recused] = []
    unbiased: list[str] = []
    """Ids of receivers whose recusal was taken back: they are not found again."""
    restricted_to: list[str] | None = None

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})

    @property
    def case_id(self) -> str | None:
        return self.petition_id

    @property
    def accusing(self) -> bool:
        return self.accusation

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
    def named(self) -> frozenset[str] | None:
        return None if self.restricted_to is None else frozenset(self.restricted_to)


class BookAppointment(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "book_appointment"

    shift_id: str
    slot: time | None = None
    """None: the first free one."""
    way: BookingWay
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    phone: Annotated[str, Meta(max_length=30)] | None = None
    identity_number: Annotated[str, Meta(max_length=30)] | None = None
    people: Annotated[int, Meta(ge=1, le=1000)] = 1
    representatives: Annotated[int, Meta(ge=1)] | None = None
    """Of a group that is larger than may come in; None: as many as may (Art. 20)."""
    matter: Annotated[str, Meta(min_length=1, max_length=2000)]
    petition_id: str | None = None
    needs: frozenset[Qualification] = frozenset()
    concerns: Annotated[list[str], Meta(max_length=20)] = []
    accusation: bool = False
    accused_users: list[str] = []
    """Logins of the users whose names the matter holds; the gateway finds them. Only of an accusation they count."""


class DecideAppointment(Command, frozen=True, kw_only=True):
    """The check a week before (RO-27): accepted, or declined with what to do instead."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "decide_appointment"

    appointment_id: str
    accept: bool
    reason: Reason = ""


class CancelAppointment(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "cancel_appointment"

    appointment_id: str
    reason: Reason = ""


class MoveAppointment(Command, frozen=True, kw_only=True):
    """To another slot or another reception; also where the leader is away when the visitor comes (RO-41)."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "move_appointment"

    appointment_id: str
    shift_id: str
    slot: time | None = None
    reason: Reason


class CancelOwnAppointment(Command, frozen=True, kw_only=True):
    """By the visitor himself, with the code that he was given."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "cancel_own_appointment"

    appointment_id: str
    code: Annotated[str, Meta(max_length=20)]


class Arrive(Command, frozen=True, kw_only=True):
    """He is here: gets his number in the queue."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "arrive"

    appointment_id: str


class CallNext(Command, frozen=True, kw_only=True):
    """Calls whoever is next. Answers the appointment; none where nobody waits."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "call_next"

    shift_id: str


class FinishAppointment(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "finish_appointment"

    appointment_id: str
    kind: VisitOutcome
    text: Annotated[str, Meta(max_length=5000)]
    promised_on: date | None = None
    petition_id: str | None = None
    """Of the petition that was registered of it, or that it is about."""


class MissAppointment(Command, frozen=True, kw_only=True):
    """He did not come when he was called."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "miss_appointment"

    appointment_id: str


class Recuse(Command, frozen=True, kw_only=True):
    """Takes a receiver off for one visitor; the next in line takes his place (RO-30)."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "recuse"

    appointment_id: str
    member: str
    reason: Reason
    declared: bool = True


class TakeBackRecusal(Command, frozen=True, kw_only=True):
    """It was a mistake: he may receive this visitor, and is not found again."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "take_back_recusal"

    appointment_id: str
    member: str
    reason: Reason


class TakeBackVisit(Command, frozen=True, kw_only=True):
    """Takes back the last step of a visit that was entered by mistake: that he came, was called, was not there, or was
    received."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "take_back_visit"

    appointment_id: str
    reason: Reason


class MoveAppointments(Command, frozen=True, kw_only=True):
    """Everybody who is still to come to a reception, in the order of their slots, to another one: of a reception that
    is cancelled. Answers ``{"moved": [ids], "left": [ids], "hidden": count}``: for whom there is no slot left there,
    and how many are still to come of whom the actor may not know."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "move_appointments"

    from_shift: str
    to_shift: str
    reason: Reason


class RevealVisitor(Command, frozen=True, kw_only=True):
    """Who booked, in clear; kept with its reason. Answers a ``PetitionerInput`` for the register."""

    service: ClassVar[str] = "roster"
    method: ClassVar[str] = "reveal_visitor"

    appointment_id: str
    reason: Reason
