"""Who listens to what: every queue of the bus, in one table.

All queues are quorum queues. ``GENERATION`` stands in their names because a broker refuses to change the
arguments of a queue that exists: raise it whenever the arguments below change.
"""

from services.contracts.announcements import Announcement, Feed, Filing
from services.contracts.api_keys import ApiKey
from services.contracts.archives import CaseArchive
from services.contracts.attachments import Attachment
from services.contracts.base import State
from services.contracts.calendar import CalendarYear
from services.contracts.circulars import Circular
from services.contracts.conflicts import Conflict
from services.contracts.deadlines import Clock
from services.contracts.desk import Notice, Talk, Triage
from services.contracts.directory import Organisation
from services.contracts.drafts import Draft
from services.contracts.duty_calls import DutyCall
from services.contracts.duty_notes import DutyNote
from services.contracts.evaluations import Evaluation
from services.contracts.extensions import Extension
from services.contracts.flows import Approval, Flow
from services.contracts.handovers import DutyLog
from services.contracts.identity import Account, SignIn
from services.contracts.intake import Disclosure, Petition, Reading
from services.contracts.intake_rules import IntakeRules
from services.contracts.meetings import CaseMeeting, Settlement
from services.contracts.milestones import Milestone
from services.contracts.network import InformationItem, NetworkPost
from services.contracts.office import OfficeDutyDone
from services.contracts.presence import PostAlert
from services.contracts.proposals import Proposal, RoutingRules
from services.contracts.public_pages import PublicPages
from services.contracts.questionnaires import Questionnaire, VisitAnswer
from services.contracts.ratings import FollowUp, Rating
from services.contracts.receptions import Appointment
from services.contracts.reminders import Alert, Reminder
from services.contracts.reviews import CaseOwner, Review
from services.contracts.roster_people import Absence, Interests, Member
from services.contracts.roster_settings import RosterQuotas, RosterRules
from services.contracts.routing import Closure, Referral
from services.contracts.rules import Regime
from services.contracts.shifts import Shift
from services.contracts.substitutions import Substitution
from services.contracts.supervision import Supervision
from services.contracts.urgent_reports import UrgentReport

GENERATION = 2
DELIVERY_LIMIT = 10
"""Deliveries without an answer (a consumer died over it) after which a message goes to the dead letters."""

FACTS = "facts"
RETRY = "retry"
DEAD = "dead"
BUREAU = "bureau"
BUREAU_REPLY = "bureau.reply"
RPC = "nameko-rpc"

STATES: tuple[type[State], ...] = (
    *(Petition, Disclosure, Reading, Rating, FollowUp, Attachment),
    *(Draft, Triage, Talk, Notice, UrgentReport, IntakeRules, PublicPages),
    *(Organisation, Referral, Closure, Review, CaseOwner, CaseArchive),
    *(RoutingRules, Proposal, Flow, Approval, CaseMeeting, Settlement, Conflict),
    *(RosterRules, RosterQuotas, Member, Interests, Absence, Shift, Substitution, PostAlert, DutyCall, DutyNote),
    *(Appointment, Announcement, Filing, Feed, DutyLog, NetworkPost, InformationItem, Evaluation),
    *(Questionnaire, VisitAnswer),
    *(Clock, Alert, Extension, Milestone, Supervision, Reminder, Regime, Circular, OfficeDutyDone),
    *(CalendarYear, Account, SignIn, ApiKey),
)
STATE_BY_TYPE: dict[str, type[State]] = {state.fact_type: state for state in STATES}

VERSIONED: tuple[type[State], ...] = (
    *(Petition, FollowUp, Attachment, Triage, Talk, Notice, UrgentReport),
    *(Referral, Review, Approval, CaseMeeting, Settlement, Conflict),
    *(Member, Absence, Shift, Substitution, Appointment, Announcement, Filing),
    *(NetworkPost, InformationItem, Evaluation),
    *(Clock, Extension, Milestone, Supervision, Reminder, Circular),
)
"""What has an id of its own, so that somebody can say on which version of it he acts. Others borrow the id of the
petition, the member or the shift to which they belong; drafts and feeds are one person's."""

LISTENERS: dict[str, tuple[type[State], ...]] = {
    "intake": (Organisation, Referral, Closure, Review, Regime),
    "routing": (Petition, Attachment, CalendarYear),
    "roster": (Organisation, Petition, UrgentReport, Regime, CalendarYear),
    "deadlines": (
        *(Organisation, Petition, Notice, UrgentReport, FollowUp),
        *(Referral, Closure, Review, CaseOwner, CaseMeeting, Approval),
    ),
}
"""Service -> the states that it follows. The gateway follows all, in one queue."""

ATTEMPT = "xq-attempt"
"""Header: how many tries have failed."""
ERROR = "xq-error"
"""Header: the class of the last failure, and for unreadable messages what was wrong with them."""
ORIGIN = "xq-queue"
"""Header: the consumer's queue, to which a replay returns the message."""
VOUCHED = "xq-user-id"
"""Header of our copies: the ``user-id`` that the broker checked on the original."""

SERVICES = ("intake", "routing", "roster", "deadlines")
OUTBOXES = (*SERVICES, "gateway")
"""Schemas whose outbox the relay empties. The gateway tells who read an accusation."""
VIEW_QUEUE = f"gateway.view.q{GENERATION}"
BUREAU_REPLY_QUEUE = f"routing.bureau.reply.q{GENERATION}"


def fact_queue(service: str, state: type[State]) -> str:
    """The queue in which ``service`` receives facts about ``state``."""
    return f"{service}.{state.fact_type}.q{GENERATION}"


def command_queue(service: str) -> str:
    return f"rpc-{service}.q{GENERATION}"


def retry_queue(seconds: int) -> str:
    """A queue in which a message waits ``seconds`` and then returns to the queue that its routing key names."""
    return f"{RETRY}.{seconds}s.q{GENERATION}"


def dead_queue(queue: str) -> str:
    """Where the messages end that ``queue``'s consumer could not handle."""
    return f"{queue}.dead"


def bureau_queue(county: str, tenant: str) -> str:
    """The queue that a bureau's own system reads; also the name of its broker account."""
    return f"{BUREAU}.{county}.{tenant}"


def consumer_queues() -> list[str]:
    """Every queue of ours that has dead letters. Commands have none: their caller waits and is told. What a bureau's
    system refuses for good ends in ``dead_queue(BUREAU)``, one for all bureaus."""
    facts = [fact_queue(service, state) for service, states in LISTENERS.items() for state in states]
    return [*facts, VIEW_QUEUE, BUREAU_REPLY_QUEUE]
