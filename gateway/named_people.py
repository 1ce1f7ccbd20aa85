"""People whom somebody names by their login: users of the county who may know of the item, and none whom it accuses."""

from collections.abc import Iterable, Mapping

from gateway.reading import User, ViewReader
from services.common.accused import check_people
from services.common.errors import AccusedUnit, InvalidInput
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.intake import Nature, Petition
from services.contracts.register_commands import RegisterPetition

RECEIVES_LETTERS = frozenset({Role.LEADER, Role.HEAD})


async def check_registration(reader: ViewReader, actor: Actor, item: RegisterPetition) -> None:
    """Raises ``InvalidInput`` for a login of nobody in the county and for an addressee who would not see the letter,
    ``AccusedUnit`` for a reader or addressee whom the item accuses."""
    unknown = await reader.unknown_logins(item.accused_users)
    if unknown:
        raise InvalidInput(f"被反映人登录名 {unknown[0]} 不是本县用户，请核对", field="accused_users")
    await check_readers(reader, item.readers, item=item)
    if item.letter is not None and item.letter.addressee is not None:
        users = await reader.users([item.letter.addressee])
        check_addressee(item.letter.addressee, users, actor=actor, item=item)


async def check_readers(reader: ViewReader, readers: Iterable[str], *, item: RegisterPetition | Petition) -> None:
    """Who is named to see an accusation. Raises ``InvalidInput`` and ``AccusedUnit``."""
    logins = list(readers)
    users = await reader.users(logins)
    for login in logins:
        user = users.get(login)
        if user is None:
            raise InvalidInput(f"知悉人员登录名 {login} 不是本县在用的用户，请核对", field="readers")
        if login in item.accused_users or user.tenant in item.accused:
            raise AccusedUnit(
                f"{login} 是被反映人或属于被反映单位，依照《信访工作条例》第三十条不得知悉该件", field="readers"
            )
        # Whoever registers may know the name of the accused and not his login.
        check_people(petition=item, people=user.name, doing="知悉该件", field="readers")


def check_addressee(login: str, users: Mapping[str, User], *, actor: Actor, item: RegisterPetition) -> None:
    """The leader to whom a letter is addressed by name finds it in his list, if he sees the case at all. Pure.

    ``users``: those of the county among whom he may be.
    """
    field = "letter.addressee"
    user = users.get(login)
    if user is None or not user.roles & RECEIVES_LETTERS:
        raise InvalidInput(f"收信领导登录名 {login} 不是本县的领导或单位负责人，请核对", field=field)
    if login in item.accused_users or user.tenant in item.accused:
        raise AccusedUnit(
            f"收信领导 {user.name} 是被反映人或属于被反映单位，依照《信访工作条例》第三十条不得向其呈送", field=field
        )
    check_people(petition=item, people=user.name, doing="收阅该件", field=field)
    if user.kind is not TenantKind.COUNTY and user.tenant != actor.tenant:
        raise InvalidInput(
            f"{user.name} 所在单位看不到本单位登记的件，无法直接呈送；请不填收信领导，登记后转送其所在单位", field=field
        )
    if item.nature is Nature.ACCUSATION and login not in item.readers and Role.ACCUSATIONS not in user.roles:
        raise InvalidInput(f"检举控告件仅限知悉人员查看，请同时将收信领导 {user.name} 列为知悉人员", field=field)
