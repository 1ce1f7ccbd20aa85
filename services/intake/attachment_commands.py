"""Intake's commands about the files of a case, as a part of the service class. The rules stand in ``attaching``."""

from services.common import settings
from services.common.bus import command
from services.common.database import Transaction
from services.common.errors import NotFound
from services.common.ids import is_id
from services.common.vault import Vault
from services.contracts.actor import HANDLES_CASES
from services.contracts.acts import Act
from services.contracts.attachments import AddAttachment, Attachment, TakeBackAttachment
from services.contracts.intake import Petition
from services.contracts.routing import Referral
from services.intake import attaching, people_vault

MOST = settings.load().attachments_per_petition


class AttachmentCommands:
    """Each answers the attachment as it now is."""

    vault: Vault

    @command(AddAttachment, roles=HANDLES_CASES)
    def add_attachment(self, tx: Transaction, body: AddAttachment) -> Attachment:
        """The same file of the same case again is answered with what is there, and changes nothing."""
        tx.lock(body.petition_id)
        # Who only holds the case does not see the register; what he sees is decided by the gateway and checked below.
        with tx.whole_county():
            row = tx.read(Petition, body.petition_id) if is_id(body.petition_id) else None
            there = [each.state for each in tx.of_petition(Attachment, body.petition_id)]
            standing = [each.state for each in tx.kept_of_petition(Referral, body.petition_id) if each.state.stands]
        if row is None:
            raise NotFound()
        attaching.check_uploader(actor=tx.actor, petition=row.state, standing=standing)
        attachment = attaching.added(
            command=body, petition=row.state, there=there, actor=tx.actor, now=tx.now, most=MOST
        )
        if attachment is None:
            same = attaching.same_file(body, there)
            assert same is not None
            return same
        tx.record(attachment, act=Act.ATTACHED, remark=attaching.remark(attachment))
        return attachment

    @command(TakeBackAttachment, roles=HANDLES_CASES)
    def take_back_attachment(self, tx: Transaction, body: TakeBackAttachment) -> Attachment:
        row = tx.find(Attachment, body.attachment_id) if is_id(body.attachment_id) else None
        if row is None:
            raise NotFound()
        with tx.whole_county():
            petition = tx.read(Petition, row.state.petition_id)
        assert petition is not None
        mask = people_vault.masker(tx, vault=self.vault, petition=petition.state)
        attachment = attaching.taken_back(attachment=row.state, actor=tx.actor, reason=mask(body.reason))
        remark = f"{attaching.remark(attachment)}（{attachment.taken_back}）"
        tx.record(attachment, act=Act.ATTACHMENT_TAKEN_BACK, base=row.version, remark=remark)
        return attachment
