"""Intake: the register. Entry points only; the rules stand in the modules beside."""

import hashlib
from typing import Any, NoReturn

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from services.common import settings
from services.common.bus import command, on_fact
from services.common.bus.ping import Pings
from services.common.database import Database, Transaction, Versioned
from services.common.errors import Forbidden, InvalidInput, NotFound, Unavailable, require
from services.common.ids import is_id, new_id
from services.common.vault import Vault
from services.contracts.actor import HANDLES_CASES, Role
from services.contracts.acts import Act
from services.contracts.directory import Organisation
from services.contracts.fact import Fact
from services.contracts.intake import Disclosure, PastAnswer, Petition, Procedure, Source, Urgency
from services.contracts.people import PetitionerInput
from services.contracts.ratings import RecordRating
from services.contracts.register_commands import ClassifyPetition, ImportPetition, RegisterPetition, RevealPetitioner
from services.contracts.reviews import Review
from services.contracts.routing import Closure, Referral
from services.contracts.rules import Regime
from services.intake import vault as people_vault
from services.intake.attachment_commands import AttachmentCommands
from services.intake.classifying import check_classes, check_correctable, reclassified, urgent_since
from services.intake.model import imported, place
from services.intake.numbers import next_in_sequence, petition_number, query_code
from services.intake.rating import RatingGiven, check_ratable, rating, remark
from services.intake.registration import check_content, check_petitioners, check_registrar, is_anonymous

CONFIG = settings.load("amqp_url", "intake_database_url", "vault_key", "index_key")


class IntakeService(AttachmentCommands, Pings):
    name = "intake"
    database = Database(service="intake", url=CONFIG.intake_database_url)
    vault = Vault(key=CONFIG.vault_key, index_key=CONFIG.index_key)

    @command(RegisterPetition, roles=HANDLES_CASES)
    def register_petition(self, tx: Transaction, body: RegisterPetition) -> Any:
        check_content(title=body.title, body=body.body, received_on=body.received_on, today=tx.today)
        check_classes(body, group_visit_size=_group_visit_size(tx))
        people = check_petitioners(body)
        self._check_accused(tx, body)
        petition = self._petition(tx, body, people=people, alias=None, past=None)
        tx.record(petition, act=Act.REGISTERED)
        people_vault.store(tx=tx, vault=self.vault, petition=petition, people=people)
        return {"petition_id": petition.id}

    @command(ClassifyPetition, roles=HANDLES_CASES)
    def classify_petition(self, tx: Transaction, body: ClassifyPetition) -> Any:
        row = self._registered(tx, body.petition_id, "更正分类")
        check_correctable(petition=row.state, referrals=self._referrals(tx, body.petition_id))
        petition, changes = reclassified(
            petition=row.state, command=body, now=tx.now, group_visit_size=_group_visit_size(tx)
        )
        tx.record(petition, act=Act.CLASSIFIED, base=row.version, remark=changes)
        return {"petition_id": petition.id}

    @command(RecordRating, roles=HANDLES_CASES)
    def record_rating(self, tx: Transaction, body: RecordRating) -> Any:
        petition = self._registered(tx, body.petition_id, "回访评价").state
        check_ratable(petition=petition, side=body.side, referrals=self._referrals(tx, petition.id))
        given = rating(command=body, tenant=tx.actor.tenant, today=tx.today)
        try:
            # By its id and not by a look: the registering tenant does not see what the county office recorded.
            with tx.connection.begin_nested():
                tx.record(given, act=Act.RATED, remark=remark(given))
        except IntegrityError as error:
            raise RatingGiven(field="side") from error
        return {"petition_id": petition.id}

    @command(ImportPetition, roles=(Role.OPERATOR,))
    def import_petition(self, tx: Transaction, body: ImportPetition) -> Any:
        """Registers an item of an older register once, however often it is sent and by whomever."""
        check_content(title=body.title, body=body.body, received_on=body.received_on, today=tx.today)
        petition_id = new_id()
        claim = insert(imported).values(
            county_id=tx.actor.county,
            system=body.alias.system,
            number=body.alias.number,
            digest=hashlib.sha256(f"{body.title}\n{body.body}".encode()).digest(),
            petition_id=petition_id,
        )
        if not tx.connection.execute(claim.on_conflict_do_nothing()).rowcount:
            return {"already": True}
        petition = self._petition(tx, body, people=[], alias=body, past=body.past_answer, petition_id=petition_id)
        tx.record(petition, act=Act.IMPORTED)
        return {"already": False, "petition_id": petition.id}

    @command(RevealPetitioner, roles=HANDLES_CASES, keep=False)
    def reveal_petitioner(self, tx: Transaction, body: RevealPetitioner) -> Any:
        require(body.reason, "reason", "请填写查看理由，理由将记入办理轨迹")
        person = people_vault.reveal(
            tx=tx, vault=self.vault, petition_id=body.petition_id, petitioner_id=body.petitioner_id
        )
        if person is None:
            raise NotFound()
        disclosure = Disclosure(
            id=new_id(), petition_id=body.petition_id, petitioner_id=body.petitioner_id, tenant=tx.actor.tenant
        )
        tx.record(disclosure, act=Act.REVEALED, remark=body.reason.strip())
        return person

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
        standing = {referral.to_tenant for referral in self._referrals(tx, fact.state.petition_id)}
        tenants = standing | {petition.state.registered_by}
        people_vault.show_to(tx=tx, petition_id=fact.state.petition_id, tenants=tenants)

    def _registered(self, tx: Transaction, petition_id: str, what: str) -> Versioned[Petition]:
        """The petition, for its registering tenant and the county office; whoever only holds it is told to ask."""
        row = tx.find(Petition, petition_id) if is_id(petition_id) else None
        if row is not None:
            return row
        held = [referral for referral in self._referrals(tx, petition_id) if referral.to_tenant == tx.actor.tenant]
        if not held:
            raise NotFound()
        registrar = tx.kept(Organisation, held[0].registered_by)
        name = registrar.state.name if registrar else held[0].registered_by
        raise Forbidden(f"{what}由登记单位或县信访局办理，请联系登记单位：{name}")

    def _referrals(self, tx: Transaction, petition_id: str) -> list[Referral]:
        """The hand-overs that stand, as far as the bus has told of them and the actor sees them."""
        return [kept.state for kept in tx.kept_of_petition(Referral, petition_id) if kept.state.stands]

    def _petition(
        self,
        tx: Transaction,
        body: RegisterPetition | ImportPetition,
        *,
        people: list[PetitionerInput],
        alias: ImportPetition | None,
        past: PastAnswer | None,
        petition_id: str | None = None,
    ) -> Petition:
        organisation = tx.kept(Organisation, tx.actor.tenant)
        if organisation is None:
            raise Unavailable("本单位的机构名录尚未同步到登记服务，请稍后重试；若持续出现请联系管理员")
        sequence = next_in_sequence(tx=tx, tenant=tx.actor.tenant, channel=body.channel)
        live = body if isinstance(body, RegisterPetition) else None
        urgency = live.urgency if live else Urgency.NORMAL
        return Petition(
            id=petition_id or new_id(),
            number=petition_number(
                prefix=organisation.state.number_prefix, channel=body.channel, day=tx.today, sequence=sequence
            ),
            query_code=query_code(),
            channel=body.channel,
            received_on=body.received_on,
            registered_at=tx.now,
            registered_on=tx.today,
            registered_by=tx.actor.tenant,
            registrar=tx.actor.user,
            petitioners=[people_vault.mask(person) for person in people],
            anonymous=is_anonymous(people),
            place=body.place,
            place_name=self._place_name(tx, body.place),
            title=body.title.strip(),
            body=body.body.strip(),
            nature=body.nature,
            category=body.category,
            urgency=urgency,
            confidential=live.confidential if live else False,
            accused=live.accused if live else [],
            accused_users=sorted(set(live.accused_users)) if live else [],
            accused_people=_names(live.accused_people) if live else [],
            aliases=[alias.alias] if alias else [],
            historical=alias is not None,
            past_answer=past,
            registered_kind=tx.actor.kind,
            registrar_name=tx.actor.name,
            source=live.source if live else Source.DIRECT,
            route=live.route if live else None,
            procedure=live.procedure if live else Procedure.ORDINARY,
            urgent_since=urgent_since(urgency=urgency, before=None, now=tx.now),
            repeated=live.repeated if live else False,
            skips_level=live.skips_level if live else False,
            visitors=live.visitors if live else None,
        )

    def _place_name(self, tx: Transaction, code: str | None) -> str | None:
        if code is None:
            return None
        name = tx.connection.execute(
            sa.select(place.c.name).where(place.c.county_id == tx.actor.county, place.c.code == code)
        ).scalar_one_or_none()
        return name if name is not None else _no_such_place(code)

    def _check_accused(self, tx: Transaction, body: RegisterPetition) -> None:
        for code in body.accused:
            if tx.kept(Organisation, code) is None:
                raise InvalidInput(f"被反映单位代码 {code} 不在本县机构名录中，请核对", field="accused")
        check_registrar(body, actor=tx.actor)


def _group_visit_size(tx: Transaction) -> int:
    county = tx.actor.county
    kept = tx.kept(Regime, county)
    return (kept.state if kept else Regime(county=county)).group_visit_size


def _names(given: list[str]) -> list[str]:
    return sorted({name.strip() for name in given if name.strip()})


def _no_such_place(code: str) -> NoReturn:
    raise InvalidInput(f"问题属地代码 {code} 不在本县名录中，请选择乡镇（9 位）或村（12 位）代码", field="place")
