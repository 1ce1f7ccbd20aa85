"""How an item enters the register, by window, public page or from an older register: checked, numbered, recorded, and
its people and texts sealed."""

from typing import NoReturn

import msgspec
import sqlalchemy as sa

from services.common.codes import random_code
from services.common.database import Transaction
from services.common.errors import Gathered, InvalidInput
from services.common.ids import new_id
from services.common.vault import Vault
from services.contracts.acts import Act
from services.contracts.directory import Organisation
from services.contracts.intake import MatterLink, Nature, PastAnswer, Petition
from services.contracts.intake_rules import IntakeRules
from services.contracts.people import PetitionerInput
from services.contracts.register_commands import ImportPetition, RegisterPetition
from services.contracts.rules import Regime
from services.intake import drafts, finding, forms, matters, people_vault, text_vault
from services.intake.classifying import check_classes, urgent_since
from services.intake.model import place
from services.intake.numbers import next_in_sequence, numbering_organisation, petition_number
from services.intake.people import check_people, is_anonymous
from services.intake.registration import check_content, check_registrar
from services.intake.representation import check_representatives


def register(tx: Transaction, *, vault: Vault, body: RegisterPetition, act: Act = Act.REGISTERED) -> Petition:
    """Registers the item for the actor's tenant. Raises the refusals of what does not fit; nothing is then entered."""
    rules, group_size = county_rules(tx), group_visit_size(tx)
    gathered = Gathered()
    matter = None
    with gathered:
        matter = matters.joined(tx, vault=vault, body=body)
    if matter is not None and matter.same_people:
        body = msgspec.structs.replace(body, repeated=True)
    with gathered:
        forms.check(body, now=tx.now, desk=rules.desk(tx.actor.tenant))
    with gathered:
        check_classes(body, group_visit_size=group_size)
    with gathered:
        people = check_people(body.petitioners, today=tx.today)
        check_representatives(body, people, local=rules.representation, group_visit_size=group_size)
    with gathered:
        _check_accused(tx, body)
    with gathered:
        name_of_place(tx, body.place)
    gathered.refuse()
    draft = None if body.draft_id is None else drafts.open_one(tx, body.draft_id)
    # Whatever else may refuse stands above this line: from the number on, the counter's row is locked.
    petition = _entered(tx, vault=vault, body=body, people=people, act=act, matter=matter)
    # What follows from the registration stands below this line.
    if draft is not None:
        drafts.close(tx, draft, petition)
    return petition


def register_imported(tx: Transaction, *, vault: Vault, body: ImportPetition, petition_id: str) -> Petition:
    """Enters an item of an older register, which is over: no form is asked of it, and no clock runs."""
    check_content(title=body.title, body=body.body, received_on=body.received_on, today=tx.today)
    people = check_people(body.petitioners, today=tx.today)
    item = RegisterPetition(
        channel=body.channel,
        received_on=body.received_on,
        place=body.place,
        title=body.title,
        body=body.body,
        nature=body.nature,
        category=body.category,
        aliases=[body.alias],
    )
    return _entered(
        tx,
        vault=vault,
        body=item,
        people=people,
        act=Act.IMPORTED,
        petition_id=petition_id,
        historical=True,
        past_answer=body.past_answer,
    )


def group_visit_size(tx: Transaction) -> int:
    """Visitors from which the county counts a visit as a group's (集体访)."""
    county = tx.actor.county
    kept = tx.kept(Regime, county)
    return (kept.state if kept else Regime(county=county)).group_visit_size


def county_rules(tx: Transaction) -> IntakeRules:
    """What the county has set for its register; the law alone where it has set nothing."""
    stored = tx.read(IntakeRules, tx.actor.county)
    return stored.state if stored else IntakeRules(county=tx.actor.county)


def _entered(
    tx: Transaction,
    *,
    vault: Vault,
    body: RegisterPetition,
    people: list[PetitionerInput],
    act: Act,
    petition_id: str | None = None,
    historical: bool = False,
    past_answer: PastAnswer | None = None,
    matter: MatterLink | None = None,
) -> Petition:
    organisation = numbering_organisation(tx)
    place_name = name_of_place(tx, body.place)
    sequence = next_in_sequence(tx=tx, tenant=tx.actor.tenant, channel=body.channel)
    written = Petition(
        id=petition_id or new_id(),
        number=petition_number(
            prefix=organisation.number_prefix, channel=body.channel, day=tx.today, sequence=sequence
        ),
        query_code=random_code(),
        channel=body.channel,
        received_on=body.received_on,
        registered_at=tx.now,
        registered_on=tx.today,
        registered_by=tx.actor.tenant,
        registrar=tx.actor.user,
        petitioners=[people_vault.mask(person) for person in people],
        anonymous=is_anonymous(people),
        place=body.place,
        place_name=place_name,
        title=body.title.strip(),
        body=body.body.strip(),
        nature=body.nature,
        category=body.category,
        urgency=body.urgency,
        confidential=body.confidential,
        accused=body.accused,
        aliases=body.aliases,
        historical=historical,
        past_answer=past_answer,
        registered_kind=tx.actor.kind,
        registrar_name=tx.actor.name,
        source=body.source,
        route=body.route,
        procedure=body.procedure,
        urgent_since=urgent_since(urgency=body.urgency, before=None, now=tx.now),
        repeated=body.repeated,
        matter=matter,
        skips_level=body.skips_level,
        visitors=body.visitors,
        accused_users=sorted(set(body.accused_users)),
        accused_people=_names(body.accused_people),
        demands=_text(body.demands),
        people_involved=body.people_involved,
        purpose=body.purpose,
        local_kind=body.local_kind,
        marks=list(dict.fromkeys(body.marks)),
        prior=list(dict.fromkeys(body.prior)),
        letter=body.letter,
        visit=body.visit,
        call=body.call,
        filled_in_by=tx.actor.name if body.filled_in else None,
        readers=sorted(set(body.readers)) if body.nature is Nature.ACCUSATION else [],
    )
    petition = text_vault.masked(written, people)
    tx.record(petition, act=act)
    people_vault.store(tx=tx, vault=vault, petition=petition, people=people)
    finding.enter(tx, petition)
    text_vault.store(tx, vault=vault, written=written, petition=petition)
    return petition


def name_of_place(tx: Transaction, code: str | None) -> str | None:
    """Raises ``InvalidInput`` for a code that the county's directory does not know."""
    if code is None:
        return None
    name: str | None = tx.connection.execute(
        sa.select(place.c.name).where(place.c.county_id == tx.actor.county, place.c.code == code)
    ).scalar_one_or_none()
    return name if name is not None else _no_such_place(code)


def _no_such_place(code: str) -> NoReturn:
    raise InvalidInput(f"问题属地代码 {code} 不在本县名录中，请选择乡镇（9 位）或村（12 位）代码", field="place")


def _check_accused(tx: Transaction, body: RegisterPetition) -> None:
    for code in body.accused:
        if tx.kept(Organisation, code) is None:
            raise InvalidInput(f"被反映单位代码 {code} 不在本县机构名录中，请核对", field="accused")
    check_registrar(body, actor=tx.actor)


def _names(given: list[str]) -> list[str]:
    return sorted({name.strip() for name in given if name.strip()})


def _text(given: str | None) -> str | None:
    return given.strip() or None if given is not None else None
