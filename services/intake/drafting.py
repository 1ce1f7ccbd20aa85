"""Drafts (暂存): a form that its author will come back to. What becomes of one, and what is refused. Pure.

A draft is no petition: nothing in it is checked, it has no number and no clock. It is for its author alone, so that
nobody else, were he cleared for accusations, ever learns of what has not been handed in.
"""

from datetime import datetime
from typing import Any

import msgspec

from services.common.errors import InvalidInput, NotFound, Refusal, WrongState
from services.common.redacting import redacted
from services.common.wording import UNDECODABLE
from services.contracts.actor import Actor
from services.contracts.drafts import Draft, DraftState, SaveDraft

MOST = 50
"""Open drafts that one user may have: what comes in is registered (Art. 22), not laid aside."""
LONGEST_NAME = 60
"""Characters; as ``PetitionerInput`` takes them."""


class DraftsFull(Refusal):
    code = "DRAFTS_FULL"
    default = f"您暂存的已有 {MOST} 件，请先登记或删除其中的一些，再暂存新的"


def fields_of(form: str) -> dict[str, Any]:
    """Raises ``InvalidInput`` for what is no JSON object."""
    try:
        fields = msgspec.json.decode(form)
    except (*UNDECODABLE, RecursionError) as error:
        raise InvalidInput("暂存内容不是有效的 JSON，请检查后重新提交", field="form") from error
    if not isinstance(fields, dict):
        raise InvalidInput("暂存内容应为 JSON 对象：各项目的名称和所填的内容", field="form")
    return fields


def masked(label: str, fields: dict[str, Any]) -> str:
    """The label without identity and mobile numbers, and without the petitioners' names as far as the form tells them:
    it is not decided yet whether they are to stay unknown."""
    people = fields.get("petitioners")
    told = [one.get("name") for one in people if isinstance(one, dict)] if isinstance(people, list) else []
    names = {name.strip() for name in told if isinstance(name, str) and 0 < len(name.strip()) <= LONGEST_NAME}
    return redacted(label.strip(), sorted(names))


def check_author(draft: Draft, actor: Actor) -> None:
    """Raises ``NotFound`` for anybody else."""
    if (draft.tenant, draft.login) != (actor.tenant, actor.user):
        raise NotFound()


def check_open(draft: Draft) -> None:
    if draft.state is not DraftState.OPEN:
        raise WrongState(f"这份暂存件{draft.state.label}，不能再打开或修改")


def new(*, command: SaveDraft, draft_id: str, label: str, actor: Actor, there: int, now: datetime) -> Draft:
    """``there``: how many open ones the author has. ``label``: masked. Raises ``DraftsFull``."""
    if there >= MOST:
        raise DraftsFull()
    return Draft(
        id=draft_id,
        tenant=actor.tenant,
        login=actor.user,
        channel=command.channel,
        label=label,
        state=DraftState.OPEN,
        saved_at=now,
    )


def saved_over(draft: Draft, *, command: SaveDraft, label: str, now: datetime) -> Draft:
    return msgspec.structs.replace(draft, channel=command.channel, label=label, saved_at=now)


def registered(draft: Draft, *, petition_id: str) -> Draft:
    return msgspec.structs.replace(draft, state=DraftState.REGISTERED, petition_id=petition_id)


def discarded(draft: Draft) -> Draft:
    return msgspec.structs.replace(draft, state=DraftState.DISCARDED)
