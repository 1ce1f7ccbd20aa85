"""What a registration must say: pure checks, each with the field that it is about."""

from datetime import date

from services.common.errors import AccusedUnit, InvalidInput, require
from services.contracts.actor import Actor
from services.contracts.intake import Nature
from services.contracts.register_commands import RegisterPetition


def check_content(*, title: str, body: str, received_on: date, today: date) -> None:
    """Raises ``InvalidInput``. The law asks for request, facts and reasons (Art. 19); a title is ours."""
    require(title, "title", "请填写标题")
    require(body, "body", "请填写信访内容（诉求、事实和理由）")
    if received_on > today:
        raise InvalidInput(f"收到日期 {received_on} 晚于今天 {today}，请核对", field="receivedOn")


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
