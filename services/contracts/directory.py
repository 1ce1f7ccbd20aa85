"""The directory, which routing keeps: who there is in the county, and who answers for what."""

from datetime import date
from typing import ClassVar

from services.contracts.actor import TenantKind
from services.contracts.base import EVERYBODY, Command, Labelled, Part, State

TOWNSHIP_DIGITS = 9
"""Digits of a division code that say the township; a village's has three more."""


def township_code(place: str) -> str:
    """The township's part of a division code: of its own, or of one of its villages."""
    return place[:TOWNSHIP_DIGITS]


class OrgLevel(Labelled):
    PREFECTURE = "PREFECTURE", "市级"
    COUNTY = "COUNTY", "县级"
    TOWNSHIP = "TOWNSHIP", "乡级"
    UNIT = "UNIT", "下属单位"


class Organ(Labelled):
    """What an organ is for the diversions that the law orders (Art. 22, 30, 31)."""

    DISCIPLINE = "DISCIPLINE", "纪检监察机关"
    PERSONNEL = "PERSONNEL", "组织（人事）部门"
    POLITICAL_LEGAL = "POLITICAL_LEGAL", "政法委员会"
    COURT = "COURT", "人民法院"
    PROCURATORATE = "PROCURATORATE", "人民检察院"
    POLICE = "POLICE", "公安机关"
    JUSTICE = "JUSTICE", "司法行政部门"
    ARBITRATION = "ARBITRATION", "劳动人事争议仲裁机构"


class ContactPost(Labelled):
    """The three people that every body names (each unit, too)."""

    HEAD = "HEAD", "主要负责人"
    DEPUTY = "DEPUTY", "分管负责人"
    CLERK = "CLERK", "经办人"


class Contact(Part, frozen=True, kw_only=True):
    post: ContactPost
    name: str
    title: str
    phone: str | None


class FormerName(Part, frozen=True, kw_only=True):
    name: str
    until: date
    """The last day on which it was called so."""


class Unit(Part, frozen=True, kw_only=True):
    """A unit of an organisation (股室, 站所), to which it forwards what it received."""

    code: str
    """Unique within the organisation."""
    name: str
    responsibilities: list[str]
    contacts: list[Contact]


class PlaceRef(Part, frozen=True, kw_only=True):
    code: str
    """Division code: 9 digits a township, 12 a village."""
    name: str


class Organisation(State, frozen=True, kw_only=True):
    """A tenant of the county and what it answers for."""

    fact_type: ClassVar[str] = "routing.organisation.v1"

    code: str
    kind: TenantKind
    name: str
    short_name: str
    number_prefix: str
    """What its petition numbers begin with; unique within the county."""
    superior: str | None
    """Code of the organ above it; none for the county office."""
    responsibilities: list[str]
    places: list[PlaceRef]
    """A township's own place first, then its villages; empty for others."""
    phone: str | None
    active: bool
    level: OrgLevel = OrgLevel.COUNTY
    aliases: list[str] = []
    """Other names under which people and letters speak of it."""
    former_names: list[FormerName] = []
    organs: list[Organ] = []
    contacts: list[Contact] = []
    units: list[Unit] = []
    since: date | None = None
    """The first day of its existence; None: always."""
    until: date | None = None
    """The last day of its existence: it was merged, split or abolished. It gets nothing new, what it did stays."""
    successors: list[str] = []
    """Codes of the tenants that took its functions over (Art. 24)."""

    @property
    def aggregate_id(self) -> str:
        return self.code

    @property
    def audience(self) -> frozenset[str]:
        return EVERYBODY

    def is_called(self, text: str) -> bool:
        """Whether the text stands in its name, short name, an alias, a former name, or is its code."""
        names = [self.name, self.short_name, *self.aliases, *(former.name for former in self.former_names)]
        wanted = text.strip()
        return wanted == self.code or any(wanted in name for name in names)

    def unit_name(self, code: str) -> str | None:
        """What the unit of this code is called; a township's villages serve as its units, too. None: no such unit."""
        units = {unit.code: unit.name for unit in self.units}
        villages = {place.code: place.name for place in self.places[1:]}
        return (villages | units).get(code)

    def takes(self, day: date) -> bool:
        """Whether it can be given anything on this day."""
        return self.active and (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class LoadDirectory(Command, frozen=True, kw_only=True):
    """The whole directory of a county: what is missing from it becomes inactive, nothing is deleted."""

    service: ClassVar[str] = "routing"
    method: ClassVar[str] = "load_directory"

    organisations: list[Organisation]
