"""The people of a petition: every paper may be missing, none may be wrong, and nobody stands in it twice."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.common.errors import InvalidInput
from services.common.person_keys import name_key, number_key, number_keys, phone_key
from services.contracts.people import DocumentKind, PersonKind, PersonRole, PetitionerInput, Sex
from services.intake.people import check_people, is_anonymous
from tests.unit.intake.made import TODAY

NUMBER, OLD = "611021198001012234", "611021800101223"
AGENT, COMPANION, SIGNER = PersonRole.AGENT, PersonRole.COMPANION, PersonRole.SIGNER


def person(name: str = "张三", **said: Any) -> PetitionerInput:
    return PetitionerInput(name=name, **said)


def checked(*people: PetitionerInput) -> list[PetitionerInput]:
    return check_people(list(people), today=TODAY)


def refused(*people: PetitionerInput) -> dict[str | None, str]:
    with pytest.raises(InvalidInput) as refusal:
        checked(*people)
    return {problem.field: problem.message for problem in refusal.value.problems}


def test_nobody_needs_a_paper_a_telephone_or_even_to_be_named() -> None:
    assert checked() == []
    assert checked(person()) == [person()]


def test_values_are_tidied_and_blanks_are_none() -> None:
    (tidy,) = checked(
        person(" 张  三 ", identity_number="61102119800101 2234", phone="138 0000 1234", address=" ", remark="\t")
    )
    assert tidy == person("张 三", identity_number=NUMBER, phone="13800001234", sex=Sex.MALE, born_on=date(1980, 1, 1))


def test_what_a_card_tells_is_taken_where_nobody_said_it() -> None:
    (told,) = checked(person(identity_number=OLD, age=46))
    assert (told.sex, told.born_on, told.age) == (Sex.MALE, date(1980, 1, 1), None)
    (without,) = checked(person(age=46, sex=Sex.FEMALE))
    assert (without.sex, without.born_on, without.age) == (Sex.FEMALE, None, 46)
    (passport,) = checked(person(document=DocumentKind.PASSPORT, identity_number="E12345678", age=46))
    assert (passport.sex, passport.age) == (None, 46)


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        (person(" "), "name", "姓名"),
        (person(identity_number="12345"), "identityNumber", "18 位"),
        (person(identity_number="611021198001012235"), "identityNumber", "最后一位"),
        (person(phone="call me"), "phone", "数字"),
        (person(postcode="7261"), "postcode", "6 位"),
        (person(born_on=date(2026, 11, 23)), "bornOn", "晚于今天"),
        (person(identity_number=NUMBER, sex=Sex.FEMALE), "sex", "“女”，证件号码显示为“男”"),
        (person(identity_number=NUMBER, born_on=date(1980, 1, 2)), "bornOn", "证件号码显示为 1980-01-01"),
        (person(kind=PersonKind.LEGAL, document=DocumentKind.PASSPORT), "document", "法人没有护照"),
        (person(kind=PersonKind.LEGAL, identity_number=NUMBER), "identityNumber", "统一社会信用代码"),
        (person(role=AGENT, representative=True), "representative", "推选"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field(given: PetitionerInput, field: str, said: str) -> None:
    told = refused(person("李四"), given)
    assert list(told) == [f"petitioners.1.{field}"]
    assert said in told[f"petitioners.1.{field}"]


def test_every_person_that_is_wrong_is_told_in_one_answer() -> None:
    assert list(refused(person(phone="x"), person("李四"), person(" "))) == [
        "petitioners.0.phone",
        "petitioners.2.name",
    ]


def test_a_legal_person_has_a_credit_code_and_no_card() -> None:
    (company,) = checked(person("洛南某公司", kind=PersonKind.LEGAL, identity_number="91350100M000100Y43"))
    assert (company.document, company.identity_number) == (DocumentKind.CREDIT_CODE, "91350100M000100Y43")
    (association,) = checked(person("某协会", kind=PersonKind.ORGANISATION, document=DocumentKind.OTHER))
    assert association.document is DocumentKind.OTHER


@pytest.mark.parametrize("role", [AGENT, COMPANION])
def test_who_acts_or_comes_for_others_is_no_petitioner(role: PersonRole) -> None:
    assert "代理人、随访人不是信访人" in refused(person(role=role))["petitioners"]
    assert len(checked(person(role=role), person("李四"))) == 2
    assert len(checked(person(role=role), person("李四", role=SIGNER))) == 2


def test_nobody_stands_twice_in_one_petition_whichever_form_of_his_card_is_given() -> None:
    told = refused(person(identity_number=NUMBER), person("李四"), person(identity_number=OLD))
    assert "第 3 人与第 1 人" in told["petitioners.2.identityNumber"]
    booklet = person(identity_number=NUMBER, document=DocumentKind.RESIDENCE_BOOKLET)
    assert "petitioners.1.identityNumber" in refused(person(identity_number=NUMBER), booklet)
    # The same signs on papers of different kinds are two people's.
    permit = person(identity_number="12345678", document=DocumentKind.TAIWAN_PERMIT)
    assert len(checked(permit, person(identity_number="12345678", document=DocumentKind.PASSPORT))) == 2


@pytest.mark.parametrize(
    ("people", "anonymous"),
    [
        ([], True),
        ([person()], True),
        ([person(), person("李四", phone="13800001234")], False),
        ([person(), person("李四", role=SIGNER, address="某镇某村")], False),
        ([person(), person("王律师", role=AGENT, phone="13800001234")], False),
        ([person(), person("记者", role=COMPANION, phone="13800001234")], True),
    ],
)
def test_who_cannot_be_reached_is_owed_no_notice(people: list[PetitionerInput], anonymous: bool) -> None:
    assert is_anonymous(people) is anonymous


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        (name_key, "张三", " 张　三"),
        (name_key, "阿不都·热合曼", "阿不都•热合曼"),
        (name_key, "John Smith", "ＪＯＨＮ ｓｍｉｔｈ"),
        (phone_key, "13800001234", "+86 138-0000-1234"),
        (phone_key, "13800001234", "8613800001234"),
        (phone_key, "0914-7000000", "09147000000"),
    ],
)
def test_one_person_written_in_two_ways_is_compared_as_one(key: Any, one: str, other: str) -> None:
    assert key(one) == key(other)
    assert key(one) != key(one[:-1])


def test_a_number_is_found_without_knowing_its_kind_of_paper() -> None:
    for document in DocumentKind:
        for number in (NUMBER, OLD, "E12345678"):
            assert number_key(number, document=document) in number_keys(number)


def test_every_slip_of_one_person_is_told_in_one_go() -> None:
    person = PetitionerInput(
        name="赵小河", phone="一二三", identity_number="611021198001011235", postcode="72", born_on=TODAY + timedelta(1)
    )
    with pytest.raises(InvalidInput) as refused:
        check_people([person], today=TODAY)
    fields = {problem.field for problem in refused.value.problems}
    assert fields == {f"petitioners.0.{name}" for name in ("phone", "identityNumber", "postcode", "bornOn")}
