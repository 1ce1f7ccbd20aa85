"""Intake: the petition as the register holds it."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import TenantKind
from services.contracts.base import ANYBODY, BARRED, BARRED_TENANT, Labelled, Part, State
from services.contracts.channels import Call, Letter, Mark, PriorProcedure, Purpose, Visit
from services.contracts.people import MaskedPetitioner


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


class Alias(Part, frozen=True, kw_only=True):
    """The number that another system gave the same item."""

    system: Annotated[str, Meta(max_length=60)]
    number: Annotated[str, Meta(max_length=100)]


class PastAnswer(Part, frozen=True, kw_only=True):
    """How a historical item ended before it came into this register."""

    agency: str | None
    on: date | None
    text: str | None


class MatterLink(Part, frozen=True, kw_only=True):
    """That the item belongs to a matter (信访事项) which an earlier item brought first."""

    first_id: str
    """Id of the petition that brought the matter first: the matter's own id."""
    first_number: str
    same_people: bool
    """The same people again (重复信访); otherwise others on the same matter (联名、多人多件)."""
    reason: str
    linked_on: date
    repeated_before: bool = False
    """The item was marked as 重复信访 before it was linked: taken out of the matter, it stays marked."""


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
    """Login of the user that registered it; ``@public`` of what came by the public page."""
    petitioners: list[MaskedPetitioner]
    anonymous: bool
    """No name or no way to reach the petitioner: no written notice is owed (Art. 23)."""
    place: str | None
    """Division code of the township (9 digits) or village (12 digits) where the matter lies."""
    place_name: str | None
    title: str
    body: str
    """Identity and telephone numbers in it are masked; the text as it was written lies in the vault."""
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
    """An earlier item of the same people on the same matter is known (重复信访)."""
    skips_level: bool = False
    """Brought above the competent body and the one over it (越级)."""
    visitors: int | None = None
    """How many people came; with a visit."""
    accused_users: list[str] = []
    """Logins of users whom the item accuses: they never see it, whatever their rights (Art. 30)."""
    accused_people: list[str] = []
    """Names of people whom the item accuses: none of them owns, chairs or decides anything about it."""
    demands: str | None = None
    """What the petitioner asks for (诉求), apart from what he tells."""
    people_involved: int | None = None
    """How many people the matter concerns (涉及人数), whether or not they came or signed."""
    purpose: Purpose | None = None
    local_kind: str | None = None
    """Code of the tenant's own class of content (IN-14, IN-37)."""
    marks: list[Mark] = []
    prior: list[PriorProcedure] = []
    letter: Letter | None = None
    visit: Visit | None = None
    call: Call | None = None
    filled_in_by: str | None = None
    """Name of the member of staff who wrote it down for somebody who cannot write (代填)."""
    text_sealed: bool = False
    """Title, body or demands were written with what is masked here; the original lies in the vault."""
    matter: MatterLink | None = None
    """None: it is the first of its matter, or the only one."""
    readers: list[str] = []
    """Logins of users who were named to see an accusation, besides its registrar and those cleared."""

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
    def matter_id(self) -> str:
        """Id of the matter: that of the petition which brought it first."""
        return self.matter.first_id if self.matter else self.id

    @property
    def hides_petitioners(self) -> bool:
        """Who wrote stays with the registering tenant and the county office: he asked for it (保密), or he accuses,
        and whoever handles an accusation needs its content, not its author (Art. 30)."""
        return self.confidential or self.nature is Nature.ACCUSATION

    @property
    def named(self) -> frozenset[str] | None:
        """An accusation (检举控告) is seen by named people only: Art. 30 of the regulation."""
        barred = {f"{BARRED}{login}" for login in self.accused_users}
        if self.nature is Nature.ACCUSATION:
            units = {f"{BARRED_TENANT}{code}" for code in self.accused}
            return frozenset({self.registrar, *self.readers} | barred | units)
        return frozenset({ANYBODY} | barred) if barred else None


class Disclosure(State, frozen=True, kw_only=True):
    """That somebody looked behind the mask of one petitioner, or at the text as written. What he saw is not in it."""

    fact_type: ClassVar[str] = "intake.disclosure.v1"

    id: str
    petition_id: str
    petitioner_id: str | None
    """None: the text as it was written."""
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


class ReadingKind(Labelled):
    CASE = "CASE", "查看检举控告件"
    ATTACHMENT = "ATTACHMENT", "下载检举控告件附件"
    DOCUMENT = "DOCUMENT", "下载检举控告件文书"
    EXPORT = "EXPORT", "导出检举控告件"


class Reading(State, frozen=True, kw_only=True):
    """That somebody read an accusation (检举控告): once for each person, case, kind and hour."""

    fact_type: ClassVar[str] = "gateway.reading.v1"

    id: str
    petition_id: str | None
    """None: of what accuses by itself (an appointment, a piece of information), which no timeline tells of."""
    subject: str | None = None
    """Then its id."""
    restricted_to: list[str] | None = None
    """Who may see what was read: its ``named``, sorted."""
    kind: ReadingKind
    tenant: str
    login: str
    at: datetime

    @property
    def aggregate_id(self) -> str:
        """By which the ledger finds it: what accuses by itself, or the reading where the case says the rest."""
        return self.subject or self.id

    @property
    def case_id(self) -> str | None:
        return self.petition_id

    @property
    def named(self) -> frozenset[str] | None:
        return None if self.restricted_to is None else frozenset(self.restricted_to)

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant})
