"""Intake: the register. Entry points only; the rules stand in the modules beside."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert

from services.common import settings
from services.common.bus import command, on_fact
from services.common.bus.ping import Pings
from services.common.bus.replaying import Replays
from services.common.database import Database, Transaction
from services.common.ids import new_id
from services.common.vault import Vault
from services.contracts.actor import HANDLES_CASES, Role
from services.contracts.acts import Act
from services.contracts.directory import Organisation
from services.contracts.fact import Fact
from services.contracts.intake import Petition
from services.contracts.register_commands import ClassifyPetition, ImportPetition, RegisterPetition
from services.contracts.reviews import Review
from services.contracts.routing import Closure, Referral
from services.contracts.rules import Regime
from services.intake import importing, people_vault
from services.intake.attachment_commands import AttachmentCommands
from services.intake.classifying import check_correctable, reclassified
from services.intake.desk_commands import DeskCommands
from services.intake.draft_commands import DraftCommands
from services.intake.model import place
from services.intake.people_commands import PeopleCommands
from services.intake.public_commands import PublicCommands
from services.intake.rating_commands import RatingCommands
from services.intake.reader_commands import ReaderCommands
from services.intake.registered import registered, standing
from services.intake.registering import group_visit_size, register, register_imported
from services.intake.repeat_commands import RepeatCommands
from services.intake.rules_commands import RulesCommands
from services.intake.urgent_commands import UrgentCommands

CONFIG = settings.load("amqp_url", "intake_database_url", "vault_key", "index_key")


class IntakeService(
    PeopleCommands,
    AttachmentCommands,
    DeskCommands,
    DraftCommands,
    RulesCommands,
    RatingCommands,
    PublicCommands,
    RepeatCommands,
    UrgentCommands,
    ReaderCommands,
    Pings,
    Replays,
):
    name = "intake"
    database = Database(service="intake", url=CONFIG.intake_database_url)
    vault = Vault(key=CONFIG.vault_key, index_key=CONFIG.index_key)

    @command(RegisterPetition, roles=HANDLES_CASES)
    def register_petition(self, tx: Transaction, body: RegisterPetition) -> Any:
        petition = register(tx, vault=self.vault, body=body)
        return {"petition_id": petition.id}

    @command(ClassifyPetition, roles=HANDLES_CASES)
    def classify_petition(self, tx: Transaction, body: ClassifyPetition) -> Any:
        row = registered(tx, body.petition_id, "更正分类")
        check_correctable(petition=row.state, referrals=standing(tx, body.petition_id))
        petition, changes = reclassified(
            petition=row.state, command=body, now=tx.now, group_visit_size=group_visit_size(tx)
        )
        mask = people_vault.masker(tx, vault=self.vault, petition=petition)
        tx.record(petition, act=Act.CLASSIFIED, base=row.version, remark=mask(changes))
        return {"petition_id": petition.id}

    @command(ImportPetition, roles=(Role.OPERATOR,))
    def import_petition(self, tx: Transaction, body: ImportPetition) -> Any:
        """Registers an item of an older register once, however often it is sent and by whomever."""
        petition_id = new_id()
        if not importing.claim(tx, body, petition_id=petition_id):
            return {"already": True}
        register_imported(tx, vault=self.vault, body=body, petition_id=petition_id)
        return {"already": False, "petition_id": petition_id}

    @on_fact(Organisation)
    def organisation_changed(self, tx: Transaction, fact: Fact[Organisation]) -> None:
        for ref in fact.state.places:
            values = {"county_id": fact.county, "code": ref.code, "name": ref.name, "tenant": fact.state.code}
            statement = insert(place).values(values)
            tx.connection.execute(
                statement.on_conflict_do_update(index_elements=list(place.primary_key.columns), set_=values)
            )

    @on_fact(Closure)
    def case_closed(self, tx: Transaction, fact: Fact[Closure]) -> None:
        """Keeping it is all: how far an earlier item has come is read from what is kept."""

    @on_fact(Review)
    def review_changed(self, tx: Transaction, fact: Fact[Review]) -> None:
        """As with a closure."""

    @on_fact(Regime)
    def regime_changed(self, tx: Transaction, fact: Fact[Regime]) -> None:
        """Keeping it is all: what the county counts as a group visit is read from what is kept."""

    @on_fact(Referral)
    def referral_changed(self, tx: Transaction, fact: Fact[Referral]) -> None:
        """Whoever holds a case may learn, by a recorded act, whose it is."""
        # The petition's row is locked, so that two referrals of one case do not undo each other.
        petition = tx.find(Petition, fact.state.petition_id)
        if petition is None:
            raise LookupError(f"referral {fact.subject} of a petition that is not in the register")
        holding = {referral.to_tenant for referral in standing(tx, fact.state.petition_id)}
        tenants = holding | {petition.state.registered_by}
        people_vault.show_to(tx=tx, petition_id=fact.state.petition_id, tenants=tenants)
