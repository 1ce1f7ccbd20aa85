"""Where drafts lie: the form sealed in intake's own table, which shows a row to nobody but its author."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.common.database import Transaction, Versioned
from services.common.errors import NotFound
from services.common.ids import is_id
from services.common.vault import Vault
from services.contracts.acts import Act
from services.contracts.drafts import Draft
from services.contracts.intake import Petition
from services.intake import drafting
from services.intake.model import draft


def open_one(tx: Transaction, draft_id: str) -> Versioned[Draft]:
    """The actor's own draft, locked. Raises ``NotFound``, and ``WrongState`` once it is registered or discarded."""
    row = tx.find(Draft, draft_id) if is_id(draft_id) else None
    if row is None:
        raise NotFound()
    drafting.check_author(row.state, tx.actor)
    drafting.check_open(row.state)
    return row


def count(tx: Transaction) -> int:
    """How many open ones the actor has; another of his requests waits until this one is over."""
    tx.lock(f"drafts of {tx.actor.user}")
    query = sa.select(sa.func.count()).select_from(draft)
    query = query.where(
        draft.c.county_id == tx.actor.county,
        draft.c.tenant == tx.actor.tenant,
        draft.c.login == tx.actor.user,
        draft.c.form.is_not(None),
    )
    return int(tx.connection.execute(query).scalar_one())


def seal(tx: Transaction, vault: Vault, state: Draft, form: str) -> None:
    values = {
        "county_id": tx.actor.county,
        "id": state.id,
        "tenant": state.tenant,
        "login": state.login,
        "form": vault.seal(form, place=_place(tx, state.id)),
        "saved_at": state.saved_at,
    }
    changing = {name: values[name] for name in ("form", "saved_at")}
    statement = insert(draft).values(values)
    tx.connection.execute(
        statement.on_conflict_do_update(index_elements=list(draft.primary_key.columns), set_=changing)
    )


def unseal(tx: Transaction, vault: Vault, state: Draft) -> str:
    """The form of an open draft of the actor's."""
    query = sa.select(draft.c.form).where(draft.c.county_id == tx.actor.county, draft.c.id == state.id)
    return vault.open(bytes(tx.connection.execute(query).scalar_one()), place=_place(tx, state.id))


def close(tx: Transaction, row: Versioned[Draft], petition: Petition) -> None:
    """The draft became ``petition``; its form is kept no longer. ``row``: as ``open_one`` gave it."""
    end(tx, row, drafting.registered(row.state, petition_id=petition.id), Act.DRAFT_REGISTERED)


def end(tx: Transaction, row: Versioned[Draft], state: Draft, act: Act) -> None:
    tx.record(state, act=act, base=row.version)
    emptied = sa.update(draft).where(draft.c.county_id == tx.actor.county, draft.c.id == state.id)
    tx.connection.execute(emptied.values(form=None))


def _place(tx: Transaction, draft_id: str) -> tuple[str, ...]:
    return tx.actor.county, "draft", draft_id, "form"
