"""Intake: the petition as the register holds it, and what one can ask of the register."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import TenantKind
from services.contracts.base import ANYBODY, BARRED, BARRED_TENANT, Command, Labelled, Part, State


class Channel(Labelled):
    LETTER = "LETTER", "来信"
    VISIT = "VISIT", "来访"
    CALL = "CALL", "来电"
    ONLINE = "ONLINE", "网信"
    FAX = "FAX", "传真"
    EMAIL = "EMAIL", "电子邮件"


class Nature(Labelled):
    """Decides which clocks run: Art. 29-31 of the regulation."""

    SUGGESTION = "SUGGESTION", "建议意见"
    ACCUSATION = "ACCUSATION", "检举控告"
    APPEAL = "APPEAL", "申诉求决"
    INQUIRY = "INQUIRY", "咨询"


class Urgency(Labelled):
    NORMAL = "NORMAL", "一般"
    URGENT = "URGENT", "紧急"
    CRITICAL = "CRITICAL", "重大紧急"


class Source(Labelled):
    """Where the item comes from."""

    DIRECT = "DIRECT", "信访人直接提出"
    SUPERIOR = "SUPERIOR", "上级机关交办"
    HIGHER_OFFICE = "HIGHER_OFFICE", "上级信访部门转送"
    LEADER = "LEADER", "党委、政府、人大、政协领导批转"
    DEPARTMENT = "DEPARTMENT", "其他部门转来"
    COORDINATION = "COORDINATION", "需要协调的事项"
    HOTLINE = "HOTLINE", "12345 热线工单"


class Route(Labelled):
    """The six ways of Art. 31 in which an appeal (申诉求决) is dealt with; only the last has the 60 days of Art. 34."""

    JUDICIAL = "JUDICIAL", "诉讼、检察或公安程序（第三十一条第一项）"
    ARBITRATION = "ARBITRATION", "仲裁（第三十一条第二项）"
    PARTY = "PARTY", "党员申诉、申请复审（第三十一条第三项）"
    ADMINISTRATIVE = "ADMINISTRATIVE", "行政复议、裁决、确认、许可、处罚等（第三十一条第四项）"
    PROTECTION = "PROTECTION", "依法履行保护职责（第三十一条第五项）"
    PETITION = "PETITION", "信访程序（第三十一条第六项）"


class Procedure(Labelled):
    ORDINARY = "ORDINARY", "普通办理"
    SIMPLIFIED = "SIMPLIFIED", "简易办理"


class MaskedPetitioner(Part, frozen=True, kw_only=True):
    """A petitioner as anybody outside intake's vault sees him."""

    id: str
    name: str
    """The family name and asterisks."""
    identity_number: str | None
    phone: str | None
    address: str | None
    representative: bool


class Alias(Part, frozen=True, kw_only=True):
    """The number that another system gave the same item."""

    system: str
    number: str


class PastAnswer(Part, frozen=True, kw_only=True):
    """How a historical item ended before it came into this register."""

    agency: str | None
    on: date | None
    text: str | None


class Petition(State, frozen=True, kw_only=True):
    """One registered item (信访件)."""

    fact_type: ClassVar[str] = "intake.petition.v1"

    id: str
    number: str
    query_code: str
    channel: Channel
    received_on: date
    """The legal day of receipt, Asia/Shanghai."""
    registered_at: datetime
    registered_on: date
    """The legal day of registration, Asia/Shanghai."""
    registered_by: str
    """Code of the tenant that registered it."""
    registrar: str
    """Login of the user that registered it."""
    petitioners: list[MaskedPetitioner]
    anonymous: bool
    """No name or no way to reach the petitioner: no written notice is owed (Art. 23)."""
    place: str | None
    """Division code of the township (9 digits) or village (12 digits) where the matter lies."""
    place_name: str | None
    title: str
    body: str
    nature: Nature
    category: str | None
    urgency: Urgency
    confidential: bool
    """The petitioner asks to stay unknown: only the registering tenant and the county office see who it is."""
    accused: list[str]
    """Codes of tenants that the item accuses; it never reaches one of them (Art. 30)."""
    aliases: list[Alias]
    historical: bool
    """Taken from an older register: finished before it came here, so no clock runs."""
    past_answer: PastAnswer | None
    registered_kind: TenantKind = TenantKind.COUNTY
    """The kind of the registering tenant: the 15 days of Art. 22 bind petition offices, those of Art. 23 others."""
    registrar_name: str = ""
    """What people call the registrar: the first receiver, who answers for the item until it is handed on (首接责任)."""
    source: Source = Source.DIRECT
    route: Route | None = None
    """The way of Art. 31; None while nobody has decided, which counts as ``Route.PETITION``: the clock runs."""
    procedure: Procedure = Procedure.ORDINARY
    urgent_since: datetime | None = None
    """The instant at which it was found to be ``Urgency.CRITICAL``; the minutes of the urgent report run from it.
    None while it is not."""
    repeated: bool = False
    """The clerk knows of an earlier item of the same person on the same matter (重复信访)."""
    skips_level: bool = False
    """Brought above the competent body and the one over it (越级)."""
    visitors: int | None = None
    """How many people came; with a visit."""
    accused_users: list[str] = []
    """Logins of users whom the item accuses: they never see it, whatever their rights (Art. 30)."""
    accused_people: list[str] = []
    """Names of people whom the item accuses: none of them owns, chairs or decides anything about it."""

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def case_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.registered_by})

    @property
    def named(self) -> frozenset[str] | None:
        """An accusation (检举控告) is seen by named people only: Art. 30 of the regulation."""
        barred = {f"{BARRED}{login}" for login in self.accused_users}
        if self.nature is Nature.ACCUSATION:
            units = {f"{BARRED_TENANT}{code}" for code in self.accused}
            return frozenset({self.registrar} | barred | units)
        return frozenset({ANYBODY} | barred) if barred else None


class Disclosure(State, frozen=True, kw_only=True):
    """That somebody looked behind the mask of one petitioner. What he saw is not in it."""

    fact_type: ClassVar[str] = "intake.disclosure.v1"

    id: str
    petition_id: str
    petitioner_id: str
    tenant: str

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def case_id(self) -> str:
        return self.petition_id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})


class PetitionerInput(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    identity_number: Annotated[str, Meta(max_length=18)] | None = None
    phone: Annotated[str, Meta(max_length=30)] | None = None
    address: Annotated[str, Meta(max_length=200)] | None = None
    representative: bool = False


class RegisterPetition(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "register_petition"

    channel: Channel
    received_on: date
    petitioners: Annotated[list[PetitionerInput], Meta(max_length=50)] = []
    place: str | None = None
    title: Annotated[str, Meta(max_length=200)]
    body: Annotated[str, Meta(max_length=50_000)]
    nature: Nature
    category: Annotated[str, Meta(max_length=60)] | None = None
    urgency: Urgency = Urgency.NORMAL
    confidential: bool = False
    accused: Annotated[list[str], Meta(max_length=20)] = []
    accused_users: Annotated[list[str], Meta(max_length=20)] = []
    accused_people: Annotated[list[Annotated[str, Meta(max_length=60)]], Meta(max_length=20)] = []
    source: Source = Source.DIRECT
    route: Route | None = None
    procedure: Procedure = Procedure.ORDINARY
    repeated: bool = False
    skips_level: bool = False
    visitors: Annotated[int, Meta(ge=1, le=10_000)] | None = None


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
    reason: Annotated[str, Meta(max_length=500)]


class RatingSide(Labelled):
    OFFICE = "OFFICE", "对信访部门"
    BODY = "BODY", "对责任单位"


class RatingValue(Labelled):
    SATISFIED = "SATISFIED", "满意"
    FAIRLY_SATISFIED = "FAIRLY_SATISFIED", "基本满意"
    DISSATISFIED = "DISSATISFIED", "不满意"


class Rating(State, frozen=True, kw_only=True):
    """What the petitioner thinks of one side's work (满意度评价). Once for each side of a petition."""

    fact_type: ClassVar[str] = "intake.rating.v1"

    id: str
    """``<petition id>.<side>``."""
    petition_id: str
    side: RatingSide
    value: RatingValue
    reason: str | None
    rated_on: date
    recorded_by: str
    """Code of the tenant that asked (回访)."""

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def case_id(self) -> str:
        return self.petition_id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.recorded_by})


class RecordRating(Command, frozen=True, kw_only=True):
    """Enters what the petitioner said when the tenant called back (回访)."""

    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "record_rating"

    petition_id: str
    side: RatingSide
    value: RatingValue
    reason: Annotated[str, Meta(max_length=2000)] | None = None


class ImportPetition(Command, frozen=True, kw_only=True):
    """One item of an older register, with the number that it had there."""

    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "import_petition"

    channel: Channel
    received_on: date
    title: Annotated[str, Meta(max_length=200)]
    body: Annotated[str, Meta(max_length=50_000)]
    nature: Nature
    category: Annotated[str, Meta(max_length=60)] | None = None
    place: str | None = None
    alias: Alias
    past_answer: PastAnswer | None = None


class RevealPetitioner(Command, frozen=True, kw_only=True):
    """Asks for what the mask hides; kept on the timeline with its reason."""

    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "reveal_petitioner"

    petition_id: str
    petitioner_id: str
    reason: Annotated[str, Meta(max_length=500)]
