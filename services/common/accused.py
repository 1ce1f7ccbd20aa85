"""Nobody whom a petition accuses takes part in handling it: Art. 30 of 《信访工作条例》 (2022). Pure."""

from typing import Protocol

from services.common.errors import AccusedUnit
from services.contracts.actor import Actor


class Accusing(Protocol):
    """A petition, or what belongs to it and keeps whom it accuses."""

    @property
    def accused(self) -> list[str]: ...

    @property
    def accused_people(self) -> list[str]: ...


def check_unit(*, petition: Accusing, tenant: str, name: str, doing: str, field: str | None = None) -> None:
    """Raises ``AccusedUnit`` for an accused tenant. ``name``: what people call it; ``doing``: what it must not do."""
    if tenant in petition.accused:
        raise AccusedUnit(f"{name}是被反映单位，依照《信访工作条例》第三十条不得{doing}，请另行安排", field=field)


def check_actor(*, petition: Accusing, actor: Actor, doing: str) -> None:
    """Raises ``AccusedUnit`` for who belongs to an accused tenant, and for who is called like an accused person."""
    check_unit(petition=petition, tenant=actor.tenant, name="本单位", doing=doing)
    check_people(petition=petition, people=actor.name, doing=doing)


def check_people(*, petition: Accusing, people: str, doing: str, field: str | None = None) -> None:
    """Raises ``AccusedUnit`` where ``people``, a name or a list as somebody wrote it, holds the name of an accused
    person, however it is spaced and whatever post stands beside it."""
    for person in petition.accused_people:
        if is_called(person, people):
            raise AccusedUnit(f"{person}是被反映人，依照《信访工作条例》第三十条不得{doing}，请另行安排", field=field)


def is_called(name: str, written: str) -> bool:
    """Whether ``written``, a name or a list as somebody wrote it, holds this name, however both are spaced."""
    wanted, found = _bare(name), _bare(written)
    # One character is no whole name: it would be found in everybody's.
    return wanted == found != "" or (len(wanted) > 1 and wanted in found)


def _bare(text: str) -> str:
    return "".join(text.split())
