"""Reports of what cannot wait: major and urgent items (Art. 25), and visitors who need a doctor (IN-26)."""

from datetime import datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from services.contracts.actor import ActorRef
from services.contracts.base import Command, Labelled, OfCase, Part
from services.contracts.channels import Instant

Text = Annotated[str, Meta(max_length=5000)]
Short = Annotated[str, Meta(max_length=60)]


class ReportKind(Labelled):
    URGENT = "URGENT", "重大紧急信访信息"
    HEALTH = "HEALTH", "疑似精神障碍或传染病来访"


class Addressee(Labelled):
    """Who is told, as the regulation names them."""

    COUNTY_OFFICE = "COUNTY_OFFICE", "县信访局"
    PARTY_AND_GOVERNMENT = "PARTY_AND_GOVERNMENT", "本级党委和政府"
    COMPETENT_BODY = "COMPETENT_BODY", "有关主管部门"
    JOINT_CONFERENCE = "JOINT_CONFERENCE", "信访工作联席会议办公室"
    HIGHER_OFFICE = "HIGHER_OFFICE", "上一级信访部门"
    NATIONAL_OFFICE = "NATIONAL_OFFICE", "国家信访局"
    LEADER = "LEADER", "有关领导"
    POLICE = "POLICE", "公安机关"
    HEALTH = "HEALTH", "卫生健康部门、疾病预防控制机构"
    GUARDIAN = "GUARDIAN", "监护人、所在单位"


class Told(Part, frozen=True, kw_only=True):
    """One who was told: when, how, and when he took note of it."""

    whom: Addressee
    tenant: str | None
    """Code of the tenant, where it is one of the county's: it finds the report in its own list."""
    login: str | None
    """Of the named leader."""
    name: str
    """As people call him or it; of a guardian never the name."""
    way: str
    """By telephone, by the system, on paper."""
    at: datetime
    acknowledged_at: datetime | None = None
    acknowledged_by: ActorRef | None = None


class LaterReport(Part, frozen=True, kw_only=True):
    """What came after (续报)."""

    at: datetime
    by: ActorRef
    text: str
    final: bool


class UrgentReport(OfCase, frozen=True, kw_only=True):
    """One report with its chain of times: when it happened, was learned, was reported, was taken note of."""

    fact_type: ClassVar[str] = "intake.urgent_report.v1"

    id: str
    kind: ReportKind
    petition_number: str
    registered_by: str
    """Code of the tenant that registered the petition."""
    tenant: str
    """Code of the tenant that reports."""
    by: ActorRef
    occurred_at: datetime | None
    learned_at: datetime
    reported_at: datetime
    content: str
    measures: str
    """What was done at once (临时措施)."""
    told: list[Told]
    later: list[LaterReport] = []
    ended_at: datetime | None = None
    """With the final report."""

    @property
    def aggregate_id(self) -> str:
        return self.id

    @property
    def audience(self) -> frozenset[str]:
        return frozenset({self.tenant, *(each.tenant for each in self.told if each.tenant)})

    @property
    def named(self) -> frozenset[str] | None:
        """Of an accusation also the leaders who were told by name; never whom it accuses."""
        if self.restricted_to is None:
            return None
        return frozenset([*self.restricted_to, *(each.login for each in self.told if each.login)])


class ToldInput(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    whom: Addressee
    tenant: Short | None = None
    login: Annotated[str, Meta(max_length=100)] | None = None
    name: Annotated[str, Meta(max_length=100)] | None = None
    way: Annotated[str, Meta(max_length=100)] = "系统"
    at: Instant | None = None
    """None: now."""


class ReportUrgent(Command, frozen=True, kw_only=True):
    """One act: makes the item critical where it is not yet, keeps the report, and tells the county office's head and
    leaders, the named leaders and the tenants at once."""

    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "report_urgent"

    petition_id: str
    kind: ReportKind = ReportKind.URGENT
    occurred_at: Instant | None = None
    learned_at: Instant | None = None
    """None: when the petition was registered. Given, the minutes of an item that becomes critical run from it."""
    content: Text
    measures: Text
    told: Annotated[list[ToldInput], Meta(max_length=30)] = []


class AddLaterReport(Command, frozen=True, kw_only=True):
    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "add_later_report"

    report_id: str
    text: Text
    told: Annotated[list[ToldInput], Meta(max_length=30)] = []
    """Whom one told besides."""
    final: bool = False


class AcknowledgeReport(Command, frozen=True, kw_only=True):
    """Takes note of the report, for the actor's tenant or for himself."""

    service: ClassVar[str] = "intake"
    method: ClassVar[str] = "acknowledge_report"

    report_id: str
