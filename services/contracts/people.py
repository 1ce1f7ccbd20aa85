"""People of a petition: what is said of each, and what of it anybody sees outside intake's vault."""

from datetime import date
from typing import Annotated

from msgspec import Meta

from services.contracts.base import Labelled, Part


class PersonKind(Labelled):
    """A petitioner is a natural person, a legal person or another organisation: Art. 17 of the regulation."""

    NATURAL = "NATURAL", "自然人"
    LEGAL = "LEGAL", "法人"
    ORGANISATION = "ORGANISATION", "其他组织"


class PersonRole(Labelled):
    PETITIONER = "PETITIONER", "信访人"
    SIGNER = "SIGNER", "联名人"
    AGENT = "AGENT", "代理人"
    COMPANION = "COMPANION", "随访人"


class DocumentKind(Labelled):
    ID_CARD = "ID_CARD", "居民身份证"
    RESIDENCE_BOOKLET = "RESIDENCE_BOOKLET", "户口簿"
    PASSPORT = "PASSPORT", "护照"
    HK_MACAO_PERMIT = "HK_MACAO_PERMIT", "港澳居民来往内地通行证"
    TAIWAN_PERMIT = "TAIWAN_PERMIT", "台湾居民来往大陆通行证"
    RESIDENCE_PERMIT = "RESIDENCE_PERMIT", "外国人永久居留身份证或港澳台居民居住证"
    MILITARY = "MILITARY", "军官证、士兵证"
    CREDIT_CODE = "CREDIT_CODE", "统一社会信用代码"
    OTHER = "OTHER", "其他证件"


class Sex(Labelled):
    MALE = "MALE", "男"
    FEMALE = "FEMALE", "女"


class PoliticalStatus(Labelled):
    CPC_MEMBER = "CPC_MEMBER", "中共党员"
    PROBATIONARY = "PROBATIONARY", "中共预备党员"
    LEAGUE_MEMBER = "LEAGUE_MEMBER", "共青团员"
    DEMOCRATIC_PARTY = "DEMOCRATIC_PARTY", "民主党派"
    NON_PARTY = "NON_PARTY", "无党派人士"
    MASSES = "MASSES", "群众"


class MaskedPetitioner(Part, frozen=True, kw_only=True):
    """A person of a petition as anybody outside intake's vault sees him."""

    id: str
    name: str
    """The family name and asterisks."""
    identity_number: str | None
    phone: str | None
    address: str | None
    representative: bool
    role: PersonRole = PersonRole.PETITIONER
    kind: PersonKind = PersonKind.NATURAL
    document: DocumentKind = DocumentKind.ID_CARD
    """What kind of paper ``identity_number`` stands on."""


Short = Annotated[str, Meta(max_length=60)]
Long = Annotated[str, Meta(max_length=200)]


class PetitionerInput(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    identity_number: Annotated[str, Meta(max_length=30)] | None = None
    phone: Annotated[str, Meta(max_length=30)] | None = None
    address: Long | None = None
    """Where letters reach him."""
    representative: bool = False
    """Chosen by a group to speak for it: Art. 20."""
    role: PersonRole = PersonRole.PETITIONER
    kind: PersonKind = PersonKind.NATURAL
    document: DocumentKind = DocumentKind.ID_CARD
    sex: Sex | None = None
    born_on: date | None = None
    age: Annotated[int, Meta(ge=0, le=130)] | None = None
    """In years, where the day of birth is not known."""
    ethnicity: Short | None = None
    occupation: Short | None = None
    political_status: PoliticalStatus | None = None
    work_unit: Long | None = None
    household_address: Long | None = None
    """Where he is registered (户籍地)."""
    postcode: Annotated[str, Meta(max_length=10)] | None = None
    nationality: Short | None = None
    """Of a foreigner, or 香港, 澳门, 台湾."""
    remark: Long | None = None
    """For a companion: lawyer, journalist, interpreter; for an agent: by which authority."""


class RevealedPetitioner(Part, frozen=True, kw_only=True):
    """A person in clear, as ``RevealPetitioner`` answers him. Never in a fact."""

    name: str
    identity_number: str | None = None
    phone: str | None = None
    address: str | None = None
    sex: Sex | None = None
    born_on: date | None = None
    age: int | None = None
    ethnicity: str | None = None
    occupation: str | None = None
    political_status: PoliticalStatus | None = None
    work_unit: str | None = None
    household_address: str | None = None
    postcode: str | None = None
    nationality: str | None = None
    remark: str | None = None
