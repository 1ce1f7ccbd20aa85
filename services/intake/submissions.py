"""What citizens have saved and not yet handed in (网上暂存): sealed, and found by the digest of its code."""

from datetime import date, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from services.common.codes import random_code
from services.common.database import Transaction
from services.common.errors import InvalidInput, Refusal
from services.common.vault import Vault
from services.contracts.public import tidy_code
from services.intake.model import submission

CODE_LENGTH = 16
"""It stands alone, without a number beside it, so it is longer than a query code."""


class SubmissionGone(Refusal):
    code = "SUBMISSION_GONE"
    default = "没有找到暂存的内容：暂存码不正确，或者已经提交、已经过期，请核对暂存码或重新填写"


def save(tx: Transaction, *, vault: Vault, form: str, draft_code: str | None, days: int) -> tuple[str, date]:
    """Saves the form anew, or over the one of this code; returns its code and the last day on which it opens.

    Raises ``SubmissionGone`` for a code that opens nothing, ``InvalidInput`` for a form that is no JSON object.
    """
    try:
        msgspec.json.decode(form, type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError) as error:
        raise InvalidInput("暂存内容须为 JSON 对象，请刷新页面后重试", field="form") from error
    _empty(tx, submission.c.until < tx.today)
    code = random_code(CODE_LENGTH) if draft_code is None else draft_code
    digest, until = _digest(tx, vault, code), tx.today + timedelta(days=days)
    values = {"form": vault.seal(form, place=_place(tx, digest)), "until": until}
    if draft_code is None:
        tx.connection.execute(sa.insert(submission).values(county_id=tx.actor.county, code_digest=digest, **values))
    elif not tx.connection.execute(sa.update(submission).where(*_there(tx, digest)).values(values)).rowcount:
        raise SubmissionGone()
    return code, until


def open_one(tx: Transaction, *, vault: Vault, draft_code: str) -> tuple[str, date]:
    """The form and the last day on which it opens. Raises ``SubmissionGone``."""
    digest = _digest(tx, vault, draft_code)
    query = sa.select(submission.c.form, submission.c.until).where(*_there(tx, digest))
    row = tx.connection.execute(query).first()
    if row is None:
        raise SubmissionGone()
    return vault.open(bytes(row.form), place=_place(tx, digest)), row.until


def handed_in(tx: Transaction, *, vault: Vault, draft_code: str) -> None:
    """Empties it; one that has run out meanwhile does not keep its author from handing in."""
    _empty(tx, submission.c.code_digest == _digest(tx, vault, draft_code))


def _empty(tx: Transaction, which: sa.ColumnElement[bool]) -> None:
    tx.connection.execute(
        sa.update(submission)
        .where(submission.c.county_id == tx.actor.county, submission.c.form.is_not(None), which)
        .values(form=None)
    )


def _there(tx: Transaction, digest: bytes) -> list[sa.ColumnElement[bool]]:
    return [
        submission.c.county_id == tx.actor.county,
        submission.c.code_digest == digest,
        submission.c.form.is_not(None),
        submission.c.until >= tx.today,
    ]


def _digest(tx: Transaction, vault: Vault, code: str) -> bytes:
    return vault.index(tidy_code(code), county=tx.actor.county, kind="submission")


def _place(tx: Transaction, digest: bytes) -> tuple[str, ...]:
    return (tx.actor.county, "submission", digest.hex(), "form")
