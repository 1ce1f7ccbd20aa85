"""What each channel leaves of itself: the envelope of a letter, the talk at the window, the call."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta

from services.contracts.base import Labelled, Part

Short = Annotated[str, Meta(max_length=60)]
Text = Annotated[str, Meta(max_length=500)]
Instant = Annotated[datetime, Meta(tz=True)]


class LetterForm(Labelled):
    ORDINARY = "ORDINARY", "平信"
    REGISTERED = "REGISTERED", "挂号信"
    EXPRESS = "EXPRESS", "快递"
    HANDED_IN = "HANDED_IN", "当面递交"
    BOX = "BOX", "意见箱"


class Enclosure(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    count: Annotated[int, Meta(ge=1, le=10_000)] = 1
    original: bool = False
    """An original, which must be given back, and no copy."""


class Letter(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A letter is opened on the day it comes, and envelope, postmark, stamp and enclosures are kept (IN-07)."""

    form: LetterForm = LetterForm.ORDINARY
    postmarked_on: date | None = None
    opened_on: date | None = None
    opened_late: Text | None = None
    """Why it was not opened on the day it came."""
    envelope_intact: bool = True
    stamp_intact: bool = True
    damage: Text | None = None
    """What was found, where envelope or stamp were not intact."""
    tracking_number: Short | None = None
    pages: Annotated[int, Meta(ge=0, le=10_000)] | None = None
    enclosures: Annotated[list[Enclosure], Meta(max_length=50)] = []
    addressed_to: Short | None = None
    """To whom it is addressed, as it stands on the envelope (受信人)."""
    addressee: Short | None = None
    """Login of the leader to whom it is addressed by name: it is shown to him at once (IN-10)."""


class CompanionKind(Labelled):
    LAWYER = "LAWYER", "律师"
    MEDIA = "MEDIA", "新闻媒体"
    INTERPRETER = "INTERPRETER", "翻译"
    FAMILY = "FAMILY", "家属"
    OTHER = "OTHER", "其他"


class Companions(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who came with the petitioners and is none of them; by name among the people, where the name is known."""

    kind: CompanionKind
    count: Annotated[int, Meta(ge=1, le=1000)] = 1
    announced: bool = False
    """Registered in advance, as lawyers and media are (IN-30)."""


class Visit(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    at: Instant | None = None
    """When they came, an instant."""
    place: Short | None = None
    receivers: Annotated[list[Short], Meta(max_length=10)] = []
    """Names of the staff who received them; at least two (IN-21)."""
    leader: Short | None = None
    """Name of the leader who received them."""
    identity_checked: bool = False
    """A paper was looked at. That there was none is no reason to refuse (Art. 19)."""
    companions: Annotated[list[Companions], Meta(max_length=10)] = []


class Call(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    at: Instant | None = None
    line: Short | None = None
    """Which telephone of the office."""
    minutes: Annotated[int, Meta(ge=0, le=1440)] | None = None
    recording: Short | None = None
    """The number under which the recording is kept elsewhere."""


class SizeBand(Labelled):
    """How many came, as statistics count them."""

    ONE = "ONE", "1 人"
    FEW = "FEW", "2-5 人"
    GROUP = "GROUP", "6-20 人"
    LARGE = "LARGE", "21-50 人"
    MASS = "MASS", "50 人以上"


BANDS = ((1, SizeBand.ONE), (5, SizeBand.FEW), (20, SizeBand.GROUP), (50, SizeBand.LARGE))


def size_band(visitors: int) -> SizeBand:
    return next((band for most, band in BANDS if visitors <= most), SizeBand.MASS)


class Mark(Labelled):
    """What is said of an item besides its class; any number of them."""

    LEGAL = "LEGAL", "涉法涉诉"
    THREAT = "THREAT", "扬言"
    FOREIGN = "FOREIGN", "涉外、涉港澳台侨"
    MILITARY = "MILITARY", "涉军"
    CROSS_AREA = "CROSS_AREA", "三跨三分离"
    BACKLOG = "BACKLOG", "信访积案"
    BUSINESS = "BUSINESS", "涉企"
    INTEGRITY = "INTEGRITY", "诚信问题"
    WAGES = "WAGES", "农民工工资"
    SPECIAL = "SPECIAL", "专项件"


class PriorProcedure(Labelled):
    """What the same matter went through before (IN-15)."""

    COURT = "COURT", "法院已受理或已判决"
    RECONSIDERATION = "RECONSIDERATION", "已申请行政复议"
    ARBITRATION = "ARBITRATION", "已申请仲裁"
    REVIEWED = "REVIEWED", "已有复查意见"
    FINALLY_REVIEWED = "FINALLY_REVIEWED", "已有复核意见"


class Purpose(Labelled):
    """What the petitioner wants (信访目的)."""

    SUGGEST = "SUGGEST", "提出建议"
    REPORT = "REPORT", "反映情况"
    ACCUSE = "ACCUSE", "检举控告"
    DEMAND = "DEMAND", "要求解决问题"
    ASK = "ASK", "咨询政策"
    THANK = "THANK", "表扬感谢"
    OTHER = "OTHER", "其他"
