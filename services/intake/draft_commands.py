"""Intake's commands about drafts (IN-13), as a part of the service class. The rules stand in ``drafting``."""

from services.common.bus import command
from services.common.database import Transaction
from services.common.ids import new_id
from services.common.vault import Vault
from services.contracts.actor import HANDLES_CASES
from services.contracts.acts import Act
from services.contracts.drafts import DiscardDraft, Draft, OpenDraft, SaveDraft
from services.intake import drafting, drafts


class DraftCommands:
    """A base of the service class."""

    vault: Vault

    @command(SaveDraft, roles=HANDLES_CASES)
    def save_draft(self, tx: Transaction, body: SaveDraft) -> Draft:
        label = drafting.masked(body.label, drafting.fields_of(body.form))
        if body.draft_id is None:
            state = drafting.new(
                command=body, draft_id=new_id(), label=label, actor=tx.actor, there=drafts.count(tx), now=tx.now
            )
            base = 0
        else:
            row = drafts.open_one(tx, body.draft_id)
            state, base = drafting.saved_over(row.state, command=body, label=label, now=tx.now), row.version
        tx.record(state, act=Act.DRAFT_SAVED, base=base)
        drafts.seal(tx, self.vault, state, body.form)
        return state

    @command(OpenDraft, roles=HANDLES_CASES, keep=False)
    def open_draft(self, tx: Transaction, body: OpenDraft) -> dict[str, str]:
        """The answer is not kept with the request: the form would stand there in clear."""
        return {"form": drafts.unseal(tx, self.vault, drafts.open_one(tx, body.draft_id).state)}

    @command(DiscardDraft, roles=HANDLES_CASES)
    def discard_draft(self, tx: Transaction, body: DiscardDraft) -> Draft:
        row = drafts.open_one(tx, body.draft_id)
        state = drafting.discarded(row.state)
        drafts.end(tx, row, state, Act.DRAFT_DISCARDED)
        return state
