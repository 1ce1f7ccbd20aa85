"""What the petitioner is told of his item when he asks with number and query code: in plain words, and no more. Pure.

He learns what the law has him be told: that it came, where it is, what is owed to him next, and the answer once it was
delivered (Art. 18, 21, 23, 32 of 《信访工作条例》). Not what offices say to each other, nor limits of their own making.
Of an accusation (检举控告) he learns that it is dealt with, and nothing else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gateway.ratings import windows_of
from gateway.reading import CaseParts
from gateway.reading_lists import PetitionRow
from gateway.status import PetitionStatus
from services.contracts.deadlines import Binding, Clock, Obligation
from services.contracts.directory import Organisation
from services.contracts.intake import Nature
from services.contracts.ratings import Rating, RatingState, RatingWindow
from services.contracts.routing import Referral, ReferralRole, ReferralState
from services.contracts.rules import Regime

IN_HAND = "已受理，正在办理"
FINDING_OUT = "已登记，正在确定由哪个单位办理"
STATUS: Mapping[PetitionStatus, str] = {
    PetitionStatus.REGISTERED: FINDING_OUT,
    PetitionStatus.REFERRED: "已转给负责办理的单位",
    PetitionStatus.RECEIVED: "负责办理的单位已收到，正在审查是否受理",
    PetitionStatus.OBJECTED: FINDING_OUT,
    PetitionStatus.DISPUTED: FINDING_OUT,
    PetitionStatus.RETURNED: FINDING_OUT,
    PetitionStatus.REFUSED: "负责办理的单位已提出处理意见，正在核实",
    PetitionStatus.ACCEPTED: IN_HAND,
    PetitionStatus.REWORK: IN_HAND,
    PetitionStatus.ANSWERED: "已作出答复意见，正在送达",
    PetitionStatus.DELIVERED: "答复意见已送达",
    PetitionStatus.CLOSED: "已办结",
}
"""But ``HISTORICAL``: what was finished in an older register is not asked for here."""
ACCUSATION = "已收到，正在依照规定处理"
ACCUSATION_CLOSED = "已依照规定处理完毕"

OWED: Mapping[Obligation, str] = {
    Obligation.TRANSFER: "转送有权处理的单位",
    Obligation.DIRECT_NOTICE: "书面告知您接收情况",
    Obligation.NOTICE: "书面告知您是否受理",
    Obligation.HANDLING: "作出答复意见",
    Obligation.DELIVERY: "送达答复意见",
    Obligation.FIRST_REVIEW: "作出复查意见",
    Obligation.FINAL_REVIEW: "作出复核意见",
}
OWN: Mapping[Obligation, str] = {
    Obligation.FIRST_REVIEW_REQUEST: "申请复查",
    Obligation.FINAL_REVIEW_REQUEST: "申请复核",
}
UNDECIDED = frozenset({ReferralState.OBJECTED, ReferralState.DISPUTED})
HANDED_OUT = frozenset({ReferralState.DELIVERED, ReferralState.CLOSED})


@dataclass(frozen=True)
class NextDeadline:
    what: str
    by: date
    text: str


@dataclass(frozen=True)
class Told:
    what: str
    number: str
    on: date


@dataclass(frozen=True)
class DeliveredAnswer:
    text: str
    agency: str
    delivered_on: date


@dataclass(frozen=True)
class Side:
    """One side's rating: its window, and what was said."""

    window: RatingWindow
    rating: Rating | None

    @property
    def can_rate(self) -> bool:
        return self.window.state is RatingState.OPEN


@dataclass(frozen=True)
class Item:
    """All that the holder of number and code is shown."""

    number: str
    received_on: date
    status: str
    handled_by: Sequence[str] = ()
    next_deadline: NextDeadline | None = None
    told: Sequence[Told] = ()
    answer: DeliveredAnswer | None = None
    ratings: Sequence[Side] = ()


def item_of(
    *,
    row: PetitionRow,
    parts: CaseParts,
    clocks: Iterable[Clock],
    directory: Mapping[str, Organisation],
    regime: Regime,
    today: date,
) -> Item:
    petition = row.state
    if petition.nature is Nature.ACCUSATION:
        status = ACCUSATION_CLOSED if row.status is PetitionStatus.CLOSED else ACCUSATION
        return Item(number=petition.number, received_on=petition.received_on, status=status)
    held = [each for each in parts.referrals if each.stands and each.role is not ReferralRole.UNIT]
    lead = next((each for each in held if each.role is ReferralRole.LEAD), None)
    given = {one.side: one for one in parts.ratings}
    windows = windows_of(petition=petition, parts=parts, regime=regime, today=today)
    return Item(
        number=petition.number,
        received_on=petition.received_on,
        status=STATUS[row.status],
        handled_by=[_name(each, directory) for each in held if each.state not in UNDECIDED],
        next_deadline=next_deadline(clocks, lead=lead, today=today),
        told=[Told(each.kind.label, each.number, each.told_on) for each in parts.notices if each.told_on],
        answer=_answer(lead, directory),
        ratings=[Side(window, given.get(window.side)) for window in windows],
    )


def next_deadline(clocks: Iterable[Clock], *, lead: Referral | None, today: date) -> NextDeadline | None:
    """What is owed to him next; where nothing is, how long he may ask for a review."""
    about = (None, lead.id if lead else None)
    running = [each for each in clocks if each.open and each.paused_since is None and each.referral_id in about]
    owed = [(day, each) for each in running if each.obligation in OWED and (day := _legal_day(each)) is not None]
    if owed:
        day, clock = min(owed, key=lambda found: (found[0], found[1].id))
        what = OWED[clock.obligation]
        late = f"应于 {_spoken(day)}前{what}，现已超过期限，您可以向县信访局反映"
        return NextDeadline(what, day, late if day < today else f"最迟 {_spoken(day)}{what}")
    own = [each for each in running if each.obligation in OWN and each.effective_due_on >= today]
    if not own:
        return None
    clock = min(own, key=lambda each: (each.effective_due_on, each.id))
    what, day = OWN[clock.obligation], clock.effective_due_on
    return NextDeadline(what, day, f"您对答复意见不服的，可以在 {_spoken(day)}前（含当日）{what}")


def _legal_day(clock: Clock) -> date | None:
    """The last day that the law sets, or its extension; a tighter one is between the offices."""
    if clock.binding is Binding.EXTENDED or clock.legal is None:
        return clock.effective_due_on if clock.binding is Binding.EXTENDED else None
    return clock.legal.effective_due_on


def _answer(lead: Referral | None, directory: Mapping[str, Organisation]) -> DeliveredAnswer | None:
    if lead is None or lead.state not in HANDED_OUT or lead.answer is None or lead.delivery is None:
        return None
    return DeliveredAnswer(lead.answer.opinion, _name(lead, directory), lead.delivery.on)


def _name(referral: Referral, directory: Mapping[str, Organisation]) -> str:
    known = directory.get(referral.to_tenant)
    return referral.to_name or (known.name if known else referral.to_tenant)


def _spoken(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
