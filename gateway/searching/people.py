"""Looking for a person: the one question that the view cannot answer.

Names, identity numbers and telephones lie sealed in intake's vault and are found by a blind index there, whole or not
at all; the view holds their masks. So this is asked of intake (``FindPeople``: one call, kept nowhere), which answers
with petitions whose petitioners the actor may know; what he sees of them the view decides as always.
"""

import re
from collections.abc import Sequence

from gateway.context import Context
from gateway.searching.finding import MOST
from gateway.searching.questions import Unit
from services.common.errors import Forbidden, InvalidInput, NotConfirmed, ServiceBusy, Unavailable
from services.contracts.fact import Reply
from services.contracts.register_commands import FindPeople

IDENTITY_NUMBER = re.compile(r"\d{17}[\dx]|\d{15}")
TELEPHONE = re.compile(r"1\d{10}|0\d{2,3}-?\d{7,8}")
AWAY = frozenset({Unavailable.code, ServiceBusy.code, NotConfirmed.code})
"""It only asked, so whether it was carried out is no matter."""
LENGTHS_OF_NAMES = range(2, 5)


def guessed(units: Sequence[Unit]) -> FindPeople | None:
    """The text as somebody's identity number, telephone or name, where it may be one and nothing else is asked."""
    if len(units) != 1 or units[0].quoted:
        return None
    text = units[0].text
    if IDENTITY_NUMBER.fullmatch(text):
        return FindPeople(identity_number=text.upper(), most=MOST)
    if TELEPHONE.fullmatch(text):
        return FindPeople(phone=text, most=MOST)
    if units[0].han and len(text) in LENGTHS_OF_NAMES:
        return FindPeople(name=text, most=MOST)
    return None


async def petitions_of(context: Context, asked: FindPeople) -> list[str]:
    """Raises ``Unavailable``, ``Forbidden`` and ``InvalidInput`` as intake does."""
    reply = await _ask(context, asked)
    for problem in reply.problems:
        if problem.code in AWAY:
            raise Unavailable("登记服务暂时不可用，无法按姓名、证件号码、电话查找，请稍后重试")
        if problem.code == Forbidden.code:
            raise Forbidden(problem.message)
        raise InvalidInput(problem.message, field=problem.field)
    return list(reply.value["petition_ids"])


async def petitions_guessed(context: Context, asked: FindPeople) -> list[str] | None:
    """None where intake did not answer, or takes the text for no such thing: the words are searched all the same."""
    reply = await _ask(context, asked)
    return None if reply.problems else list(reply.value["petition_ids"])


async def _ask(context: Context, asked: FindPeople) -> Reply:
    return await context.command(asked, path="findPeople")
