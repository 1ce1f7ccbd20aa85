"""How acts on hand-overs are written: locked, checked against the table, told to bureaus, and followed by what ends
with them."""

from typing import Any

from services.common.database import Transaction, Versioned
from services.common.errors import Unavailable
from services.common.locking import locked
from services.contracts.acts import Act
from services.contracts.intake import Petition
from services.contracts.routing import ENDED_EARLY, Referral
from services.routing.bureau_link import tell_bureau
from services.routing.county_tables import directory
from services.routing.forwarding import branches_of
from services.routing.lifecycle import advance, check, withdrawn_with_parent


def turn(tx: Transaction, referral_id: str, act: Act) -> Versioned[Referral]:
    """The referral, locked with its case, on which the actor may now do this. Raises a refusal."""
    row = locked(tx, Referral, referral_id)
    check(referral=row.state, act=act, actor=tx.actor)
    return row


def act_on(
    tx: Transaction, row: Versioned[Referral], act: Act, *, remark: str | None = None, **changes: object
) -> dict[str, Any]:
    """One act on one referral that ``turn`` gave. What branches from one that ends early is withdrawn with it."""
    referral = advance(referral=row.state, act=act, actor=tx.actor, **changes)
    write(tx, referral, act=act, base=row.version, remark=remark)
    if referral.state in ENDED_EARLY:
        withdraw_branches(tx, referral, because=f"上级件{referral.state.label}，随件撤回")
    return {"petition_id": referral.petition_id, "referral_ids": [referral.id]}


def withdraw_branches(tx: Transaction, parent: Referral, *, because: str) -> None:
    """Withdraws what was forwarded from it and stands. The actor's case is locked."""
    with tx.whole_county():
        rows = {row.state.id: row for row in tx.of_petition(Referral, parent.petition_id)}
        for branch in branches_of(parent, [row.state for row in rows.values()]):
            ended = withdrawn_with_parent(branch=branch, today=tx.today)
            if ended is not None:
                write(tx, ended, act=Act.WITHDRAWN, base=rows[branch.id].version, remark=because)


def write(
    tx: Transaction,
    referral: Referral,
    *,
    act: Act,
    base: int = 0,
    remark: str | None = None,
    petition: Petition | None = None,
) -> None:
    """The referral with its fact, told to its receiver's own system. ``petition``: with the first word of it."""
    fact = tx.record(referral, act=act, base=base, remark=remark)
    tell_bureau(
        tx=tx,
        receiver=directory(tx).get(referral.to_tenant),
        referral=referral,
        version=fact.version,
        petition=petition,
    )


def whole_case(tx: Transaction, petition_id: str) -> tuple[Petition, list[Referral]]:
    """The petition and every hand-over of it: more than the receiver of one of them sees.

    Nothing of it reaches the actor but what the law gives him: the parts of a joint answer, what his own answer needs.
    """
    with tx.whole_county():
        petition = tx.kept(Petition, petition_id)
        case = [row.state for row in tx.of_petition(Referral, petition_id)]
    if petition is None:
        raise Unavailable("该件的登记信息尚未同步到转办服务，请稍后重试；若持续出现请联系管理员")
    return petition.state, case
