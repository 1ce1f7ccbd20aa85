"""Who may see an accusation (检举控告) besides its registrar and those cleared: named one by one (Art. 30). Pure."""

import msgspec

from services.common.errors import AccusedUnit, Forbidden, InvalidInput, WrongState, require
from services.contracts.actor import Actor
from services.contracts.intake import Nature, Petition
from services.contracts.register_commands import NameReaders


def with_readers(*, petition: Petition, command: NameReaders, actor: Actor) -> tuple[Petition, str]:
    """The petition with exactly these readers, and the remark that says who came and who went, and why.

    The actor sees the petition, by his tenant and by name or clearance. Raises ``Forbidden``, ``WrongState``,
    ``InvalidInput`` and ``AccusedUnit``.
    """
    if petition.nature is not Nature.ACCUSATION:
        raise WrongState("只有检举控告件需要确定知悉人员；其他件按单位和岗位查看")
    if actor.user != petition.registrar and not actor.cleared:
        raise Forbidden("知悉人员由登记人，或登记单位、县信访局的检举控告专办人员确定")
    require(command.reason, "reason", "请填写理由，理由将记入办理轨迹")
    # The registrar sees it in any case.
    readers = sorted({login.strip() for login in command.readers} - {petition.registrar, ""})
    check_not_accused(readers=readers, accused_users=petition.accused_users)
    if readers == petition.readers:
        raise InvalidInput("知悉人员与现有名单相同，请核对", field="readers")
    changes = [
        f"{what}：{'、'.join(logins)}"
        for what, logins in (
            ("增加", [one for one in readers if one not in petition.readers]),
            ("移除", [one for one in petition.readers if one not in readers]),
        )
        if logins
    ]
    named = msgspec.structs.replace(petition, readers=readers)
    return named, f"{'；'.join(changes)}。理由：{command.reason.strip()}"


def check_not_accused(*, readers: list[str], accused_users: list[str]) -> None:
    """Raises ``AccusedUnit`` where an accused person would read what accuses him."""
    for login in readers:
        if login in accused_users:
            raise AccusedUnit(f"{login} 是被反映人，依照《信访工作条例》第三十条不得知悉该件", field="readers")
