"""What a citizen hands in by the public page: to whom he may address it, and the registration that it becomes. Pure."""

from datetime import date

from services.common.errors import AccusedUnit, InvalidInput
from services.contracts.directory import Organisation
from services.contracts.intake import Channel, Nature
from services.contracts.intake_rules import IntakeRules
from services.contracts.public import SubmitPetition
from services.contracts.register_commands import RegisterPetition


def check_addressee(
    *, command: SubmitPetition, organisation: Organisation | None, rules: IntakeRules, today: date
) -> None:
    """Raises ``InvalidInput`` for an office that takes nothing online, ``AccusedUnit`` for one that is accused."""
    if organisation is None or not (
        organisation.takes(today) and rules.takes_online(organisation.code, organisation.kind)
    ):
        raise InvalidInput("所选单位没有开通网上提交，请在受理单位中另选一个，或以来信、来访方式提出", field="tenant")
    if command.nature is Nature.ACCUSATION and command.tenant in command.accused:
        raise AccusedUnit(
            "您检举控告的正是所选的受理单位，依照《信访工作条例》第三十条不得由其经手，"
            "请改选其他受理单位，或直接向有权处理的纪检监察机关提出",
            field="tenant",
        )


def registration(command: SubmitPetition, *, today: date) -> RegisterPetition:
    """What is registered: received on the day on which it was handed in."""
    return RegisterPetition(
        channel=Channel.ONLINE,
        received_on=today,
        petitioners=command.petitioners,
        place=command.place or None,
        title=command.title,
        body=command.body,
        demands=command.demands,
        nature=command.nature,
        confidential=command.confidential,
        accused=command.accused,
        accused_users=command.accused_users,
        accused_people=command.accused_people,
    )
