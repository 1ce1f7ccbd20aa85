"""The people of a petition: what is said of each fits together, and who of them is who. Pure.

A missing paper never refuses anybody (Art. 19 of 《信访工作条例》, IN-20); a wrong one is told by its field.
"""

import re
from collections.abc import Iterable
from datetime import date

import msgspec

from services.common import identity_numbers
from services.common.errors import Gathered, InvalidInput
from services.common.identity_numbers import BadNumber, Told
from services.common.person_keys import number_key, tidy_phone
from services.contracts.people import DocumentKind, PersonKind, PersonRole, PetitionerInput

POSTCODE = re.compile(r"\d{6}")

WRITERS = frozenset({PersonRole.PETITIONER, PersonRole.SIGNER})
"""Whose item it is."""
REACHABLE = WRITERS | {PersonRole.AGENT}
"""Through whom a notice reaches the petitioners."""

BLANKABLE = (
    *("address", "ethnicity", "occupation", "work_unit", "household_address", "postcode", "nationality", "remark"),
)


def check_people(given: list[PetitionerInput], *, today: date) -> list[PetitionerInput]:
    """The people with tidy values, and with what their papers tell. Raises ``InvalidInput``, by field."""
    gathered = Gathered()
    people = []
    for index, person in enumerate(given):
        with gathered:
            people.append(_tidy(person, field=f"petitioners.{index}", today=today))
    gathered.refuse()
    if people and not any(person.role in WRITERS for person in people):
        raise InvalidInput(
            "代理人、随访人不是信访人，请同时添加其所代理、陪同的信访人；匿名件请不要添加任何人员", field="petitioners"
        )
    _check_twice(people)
    return people


def is_anonymous(people: Iterable[PetitionerInput]) -> bool:
    """Nobody named, or nobody who can be reached: no written notice is owed (Art. 23 ¶2)."""
    return not any(person.role in REACHABLE and (person.phone or person.address) for person in people)


def _tidy(person: PetitionerInput, *, field: str, today: date) -> PetitionerInput:
    name = " ".join(person.name.split())
    if not name:
        raise InvalidInput("请填写信访人姓名；匿名件请不要添加信访人", field=f"{field}.name")
    if person.representative and person.role not in WRITERS:
        raise InvalidInput(
            f"代表应从信访人中推选（第二十条），{person.role.label}请不要标记为代表", field=f"{field}.representative"
        )
    gathered, phone = Gathered(), None
    with gathered:
        phone = tidy_phone(person.phone, field=f"{field}.phone")
    tidy = msgspec.structs.replace(
        person, name=name, phone=phone, **{name: _blank_to_none(getattr(person, name)) for name in BLANKABLE}
    )
    with gathered:
        if tidy.postcode is not None and not tidy.nationality and not POSTCODE.fullmatch(tidy.postcode):
            raise InvalidInput("邮政编码应为 6 位数字，请核对；没有可以不填", field=f"{field}.postcode")
    with gathered:
        if tidy.born_on is not None and tidy.born_on > today:
            raise InvalidInput(f"出生日期 {tidy.born_on} 晚于今天，请核对", field=f"{field}.bornOn")
    with gathered:
        tidy = _with_paper(tidy, field=field, today=today)
    gathered.refuse()
    return tidy


def _with_paper(person: PetitionerInput, *, field: str, today: date) -> PetitionerInput:
    """The person with what the number of his paper tells; what was said otherwise is refused."""
    document = _document(person, field)
    number = _blank_to_none(person.identity_number)
    told = Told("")
    if number is not None:
        try:
            told = identity_numbers.read(number, kind=document, today=today)
        except BadNumber as error:
            raise InvalidInput(str(error), field=f"{field}.identityNumber") from error
    if told.sex and person.sex and person.sex is not told.sex:
        raise InvalidInput(
            f"性别填写为“{person.sex.label}”，证件号码显示为“{told.sex.label}”，请核对证件后更正其中一项",
            field=f"{field}.sex",
        )
    if told.born_on and person.born_on and person.born_on != told.born_on:
        raise InvalidInput(
            f"出生日期填写为 {person.born_on}，证件号码显示为 {told.born_on}，请核对证件后更正其中一项",
            field=f"{field}.bornOn",
        )
    born_on = person.born_on or told.born_on
    return msgspec.structs.replace(
        person,
        document=document,
        identity_number=told.number or None,
        sex=person.sex or told.sex,
        born_on=born_on,
        # An age stands for a day of birth that nobody knows.
        age=None if born_on else person.age,
    )


def _document(person: PetitionerInput, field: str) -> DocumentKind:
    if person.kind is PersonKind.NATURAL:
        return person.document
    if person.document is DocumentKind.ID_CARD:
        # What a form has when nobody has chosen: a legal person has no identity card.
        return DocumentKind.CREDIT_CODE
    if person.document not in {DocumentKind.CREDIT_CODE, DocumentKind.OTHER}:
        raise InvalidInput(
            f"{person.kind.label}没有{person.document.label}，请选择统一社会信用代码或其他证件；"
            "法定代表人可另列为代理人",
            field=f"{field}.document",
        )
    return person.document


def _check_twice(people: list[PetitionerInput]) -> None:
    seen: dict[tuple[str, str], int] = {}
    for index, person in enumerate(people):
        if person.identity_number is None:
            continue
        key = number_key(person.identity_number, document=person.document)
        first = seen.setdefault(key, index)
        if first != index:
            raise InvalidInput(
                f"第 {index + 1} 人与第 {first + 1} 人的证件号码相同，请核对；重复添加的请删除",
                field=f"petitioners.{index}.identityNumber",
            )


def _blank_to_none(text: str | None) -> str | None:
    return text.strip() or None if text is not None else None
