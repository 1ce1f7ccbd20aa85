"""What a registration must say: pure checks, each with the field that it is about."""

import re
from datetime import date

from services.common.errors import AccusedUnit, InvalidInput, require
from services.contracts.actor import Actor
from services.contracts.intake import Nature
from services.contracts.people import PetitionerInput
from services.contracts.register_commands import RegisterPetition

IDENTITY_NUMBER = re.compile(r"\d{15}|\d{17}[\dX]")
PHONE = re.compile(r"\+?[\d-]{5,20}")


def check_content(*, title: str, body: str, received_on: date, today: date) -> None:
    """Raises ``InvalidInput``. The law asks for request, facts and reasons (Art. 19); a title is ours."""
    require(title, "title", "请填写标题")
    require(body, "body", "请填写信访内容（诉求、事实和理由）")
    if received_on > today:
        raise InvalidInput(f"收到日期 {received_on} 晚于今天 {today}，请核对", field="receivedOn")


def check_petitioners(command: RegisterPetition) -> list[PetitionerInput]:
    """The petitioners with tidy values. Raises ``InvalidInput``; nobody is refused for want of a paper (Art. 19)."""
    return [_tidy(person, f"petitioners.{index}") for index, person in enumerate(command.petitioners)]


def _tidy(person: PetitionerInput, field: str) -> PetitionerInput:
    name = person.name.strip()
    if not name:
        raise InvalidInput("请填写信访人姓名；匿名件请不要添加信访人", field=f"{field}.name")
    number = _blank_to_none(person.identity_number)
    if number is not None:
        number = number.upper()
        if not IDENTITY_NUMBER.fullmatch(number):
            raise InvalidInput(
                "身份证号应为 18 位（或旧式 15 位），请核对；没有可以不填", field=f"{field}.identityNumber"
            )
    phone = _blank_to_none(person.phone)
    if phone is not None:
        phone = phone.replace(" ", "")
        if not PHONE.fullmatch(phone):
            raise InvalidInput("电话号码只能包含数字和短横线，请核对", field=f"{field}.phone")
    return PetitionerInput(
        name=name,
        identity_number=number,
        phone=phone,
        address=_blank_to_none(person.address),
        representative=person.representative,
    )


def _blank_to_none(text: str | None) -> str | None:
    return text.strip() or None if text is not None else None


def check_registrar(command: RegisterPetition, *, actor: Actor) -> None:
    """Nobody registers what accuses himself, and no unit an accusation of itself: it would know of it (Art. 30)."""
    if actor.user in command.accused_users:
        raise AccusedUnit(
            "您是被反映人，依照《信访工作条例》第三十条不得登记该件，请由其他工作人员登记", field="accusedUsers"
        )
    if command.nature is Nature.ACCUSATION and actor.tenant in command.accused:
        raise AccusedUnit(
            "本单位是被检举控告的单位，依照《信访工作条例》第三十条不得登记该件，"
            "请引导信访人向县信访局或有权处理的纪检监察机关提出",
            field="accused",
        )


def is_anonymous(petitioners: list[PetitionerInput]) -> bool:
    """Nobody named, or nobody who can be reached: no written notice is owed (Art. 23 ¶2)."""
    return not any(person.phone or person.address for person in petitioners)
