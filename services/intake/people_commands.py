"""Intake's commands about what the vault holds, as a part of the service class: each look behind a mask is an act."""

from typing import Any

from services.common.bus import command
from services.common.database import Transaction
from services.common.errors import InvalidInput, NotFound, require
from services.common.ids import new_id
from services.common.vault import Vault
from services.contracts.actor import HANDLES_CASES, READS_CASES, Role
from services.contracts.acts import Act
from services.contracts.intake import Disclosure, Petition
from services.contracts.people import RevealedPetitioner
from services.contracts.register_commands import FindPeople, RevealedText, RevealPetitioner, RevealText
from services.intake import people_vault, text_vault


class PeopleCommands:
    vault: Vault

    @command(RevealPetitioner, roles=HANDLES_CASES, keep=False)
    def reveal_petitioner(self, tx: Transaction, body: RevealPetitioner) -> RevealedPetitioner:
        require(body.reason, "reason", "请填写查看理由，理由将记入办理轨迹")
        person = people_vault.reveal(
            tx=tx, vault=self.vault, petition_id=body.petition_id, petitioner_id=body.petitioner_id
        )
        if person is None:
            raise NotFound()
        self._record(tx, body.petition_id, body.petitioner_id, act=Act.REVEALED, reason=body.reason)
        return person

    @command(RevealText, roles=HANDLES_CASES, keep=False)
    def reveal_text(self, tx: Transaction, body: RevealText) -> RevealedText:
        require(body.reason, "reason", "请填写查看原文的理由，理由将记入办理轨迹")
        text = text_vault.reveal(tx, vault=self.vault, petition_id=body.petition_id)
        if text is None:
            raise NotFound("该件没有遮盖的原文，或您无权查看")
        self._record(tx, body.petition_id, None, act=Act.TEXT_REVEALED, reason=body.reason)
        return text

    @command(FindPeople, roles=READS_CASES - {Role.SYSTEM}, keep=False)
    def find_people(self, tx: Transaction, body: FindPeople) -> Any:
        given = {
            "name": (body.name or "").strip() or None,
            "identity_number": (body.identity_number or "").strip() or None,
            "phone": (body.phone or "").strip() or None,
        }
        if not any(given.values()):
            raise InvalidInput("请填写完整的姓名、证件号码或电话中的至少一项", field="name")
        return {"petition_ids": people_vault.find(tx, self.vault, **given, most=body.most)}

    def _record(self, tx: Transaction, petition_id: str, petitioner_id: str | None, *, act: Act, reason: str) -> None:
        # Who only holds the case does not see the register.
        with tx.whole_county():
            row = tx.read(Petition, petition_id)
        if row is None:
            raise NotFound()
        mask = people_vault.masker(tx, vault=self.vault, petition=row.state)
        disclosure = Disclosure(
            id=new_id(), petition_id=petition_id, petitioner_id=petitioner_id, tenant=tx.actor.tenant
        )
        tx.record(disclosure, act=act, remark=mask(reason.strip()))
