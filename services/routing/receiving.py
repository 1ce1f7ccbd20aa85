"""Who can be given anything on a day, and who took over the functions of those who cannot. Pure. Art. 24 ¶2."""

from collections.abc import Mapping
from datetime import date

from services.common.errors import InvalidInput, Refusal
from services.contracts.directory import Organisation


class OrganisationEnded(Refusal):
    """It was merged, split or abolished, or does not exist yet: what it did stays, it gets nothing new."""

    code = "ORGANISATION_ENDED"
    default = (
        "该单位已撤并，不再接收新的事项；请选择继续行使其职权的单位，职责不清的报县委、县政府指定"
        "（《信访工作条例》第二十四条）"
    )


def check_takes(*, code: str, directory: Mapping[str, Organisation], day: date, field: str) -> Organisation:
    """The tenant, which can be given something on this day.

    Raises ``InvalidInput`` for a code that is not in the directory, ``OrganisationEnded`` naming who took over.
    """
    organisation = directory.get(code)
    if organisation is None or not organisation.active:
        raise InvalidInput(f"单位代码 {code} 不在本县机构名录中，请核对", field=field)
    if organisation.takes(day):
        return organisation
    if organisation.since is not None and day < organisation.since:
        raise OrganisationEnded(f"{organisation.name}自 {organisation.since} 起设立，此前不能接收事项", field=field)
    names = "、".join(f"{directory[heir].name}（{heir}）" for heir in heirs(code, directory, day))
    where = f"由继续行使其职权的{names}承接，请改选" if names else "机构名录中没有写明承接单位，请报县委、县政府指定"
    raise OrganisationEnded(
        f"{organisation.name}已于 {organisation.until} 撤并，{where}（《信访工作条例》第二十四条）", field=field
    )


def heirs(code: str, directory: Mapping[str, Organisation], day: date) -> list[str]:
    """The tenant itself if it can be given something on this day, else those that took over, in any number of steps."""
    found: list[str] = []
    _follow(code, directory, day, set(), found)
    return found


def _follow(code: str, directory: Mapping[str, Organisation], day: date, seen: set[str], found: list[str]) -> None:
    organisation = directory.get(code)
    if code in seen or organisation is None:
        return
    seen.add(code)
    if organisation.takes(day):
        found.append(code)
        return
    if organisation.since is None or organisation.since <= day:
        for successor in organisation.successors:
            _follow(successor, directory, day, seen, found)
