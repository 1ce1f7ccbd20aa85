"""Intake's command about the readers of an accusation, as a part of the service class."""

from typing import Any

import msgspec

from services.common.bus import command
from services.common.database import Transaction
from services.common.following import follow_names
from services.common.vault import Vault
from services.contracts.actor import HANDLES_CASES, Role
from services.contracts.acts import Act
from services.contracts.register_commands import NameReaders
from services.intake import finding, naming_readers, people_vault
from services.intake.registered import registered


class ReaderCommands:
    """A base of the service class."""

    vault: Vault

    @command(NameReaders, roles=HANDLES_CASES | {Role.ACCUSATIONS})
    def name_readers(self, tx: Transaction, body: NameReaders) -> Any:
        """What intake keeps of the case follows in the same transaction; other services follow the petition's fact."""
        tx.lock(body.petition_id)
        row = registered(tx, body.petition_id, "确定知悉人员")
        mask = people_vault.masker(tx, vault=self.vault, petition=row.state)
        asked = msgspec.structs.replace(body, reason=mask(body.reason))
        petition, remark = naming_readers.with_readers(petition=row.state, command=asked, actor=tx.actor)
        with tx.whole_county():
            tx.record(petition, act=Act.READERS_NAMED, base=row.version, remark=remark)
            people_vault.renew_names(tx, petition)
            finding.follow(tx, petition)
            follow_names(tx, petition)
        return {"petition_id": petition.id}
