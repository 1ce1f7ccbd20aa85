"""Intake's commands about repeats and joint matters, as a part of the service class. The rules stand in ``repeats`` and
``linking``."""

from collections.abc import Sequence
from typing import Any

from services.common.bus import command
from services.common.database import Transaction
from services.common.redacting import mask_text
from services.common.vault import Vault
from services.contracts.actor import HANDLES_CASES
from services.contracts.acts import Act
from services.contracts.directory import Organisation
from services.contracts.intake import Petition
from services.contracts.register_commands import LinkPetition, UnlinkPetition
from services.contracts.repeats import CheckRepeats, MatchReason, Repeats
from services.contracts.reviews import Review
from services.contracts.routing import Closure, Referral
from services.intake import finding, linking, matters, people_vault, repeats
from services.intake.classifying import check_classes
from services.intake.likeness import Found, signature
from services.intake.registered import registered
from services.intake.registering import group_visit_size


class RepeatCommands:
    vault: Vault

    @command(CheckRepeats, roles=HANDLES_CASES, keep=False)
    def check_repeats(self, tx: Transaction, body: CheckRepeats) -> Repeats:
        return self.found(tx, body)

    def found(self, tx: Transaction, body: CheckRepeats) -> Repeats:
        """Changes nothing. People and texts of any tenant; ``finding`` leaves out of what the actor may not be told."""
        # As the register holds the texts with which it is compared.
        mine = signature(tx.actor.county, title=mask_text(body.title), body=mask_text(body.body))
        with tx.whole_county():
            same = people_vault.same_people(tx, self.vault, body.petitioners)
        people = {each.petition_id: each.by for each in same.values() if each.petition_id != body.petition_id}
        found = {each.petition_id: each for each in finding.alike(tx, mine, besides=body.petition_id)}
        found |= {each.petition_id: each for each in finding.compared(tx, mine, people)}
        surely = [each for each in found if MatchReason.SAME_PERSON in repeats.reasons(found[each], people.get(each))]
        best = repeats.ranked(found.values(), people, place=body.place)[: body.most]
        earlier = _earlier(tx, best)
        seen = _seen(tx, earlier)
        names = {each.state.code: each.state.name for each in tx.kept_all(Organisation)}
        sizes = finding.sizes(tx, {each.matter_id for each in best})
        matches = [
            repeats.match(
                earlier[each.petition_id],
                each,
                people.get(each.petition_id),
                visible=each.petition_id in seen,
                names=names,
                size=sizes.get(each.matter_id, 1),
            )
            for each in best
        ]
        return Repeats(matches=matches, same_person=len(surely))

    @command(LinkPetition, roles=HANDLES_CASES)
    def link_petition(self, tx: Transaction, body: LinkPetition) -> Any:
        tx.lock(matters.LOCK)
        row = registered(tx, body.petition_id, "并案")
        first = matters.first_of(tx, body.number)
        made = linking.link(
            first=first,
            received_on=row.state.received_on,
            repeated=row.state.repeated,
            same_people=body.same_people,
            # It may speak of the people of either.
            reason=self._masked(tx, first, self._masked(tx, row.state, body.reason)),
            today=tx.today,
        )
        petition = linking.linked(petition=row.state, first=first, others=matters.others(tx, row.state.id), made=made)
        check_classes(petition, group_visit_size=group_visit_size(tx))
        tx.record(petition, act=Act.LINKED, base=row.version, remark=linking.link_remark(made))
        finding.follow(tx, petition)
        return {"petition_id": petition.id}

    @command(UnlinkPetition, roles=HANDLES_CASES)
    def unlink_petition(self, tx: Transaction, body: UnlinkPetition) -> Any:
        tx.lock(matters.LOCK)
        row = registered(tx, body.petition_id, "撤销并案")
        petition = linking.unlinked(petition=row.state, others=matters.others(tx, row.state.id), reason=body.reason)
        remark = linking.unlink_remark(row.state, self._masked(tx, row.state, body.reason))
        tx.record(petition, act=Act.UNLINKED, base=row.version, remark=remark)
        finding.follow(tx, petition)
        return {"petition_id": petition.id}

    def _masked(self, tx: Transaction, petition: Petition, reason: str) -> str:
        return people_vault.masker(tx, vault=self.vault, petition=petition)(reason)


def _earlier(tx: Transaction, found: Sequence[Found]) -> dict[str, repeats.Earlier]:
    """What is known of these items, by id: as the county knows it, for how far one has come no tenant sees alone."""
    ids = [each.petition_id for each in found]
    with tx.whole_county():
        petitions = tx.several(Petition, ids)
        kept = tx.kept_of_petitions((Referral, Closure, Review), ids)
    return {
        each: repeats.Earlier(
            petition=petitions[each].state,
            referrals=tuple(one.state for one in kept.get((Referral, each), ())),
            closure=next((one.state for one in kept.get((Closure, each), ())), None),
            reviews=tuple(one.state for one in kept.get((Review, each), ())),
        )
        for each in ids
    }


def _seen(tx: Transaction, earlier: dict[str, repeats.Earlier]) -> set[str]:
    """Which of them the actor sees himself: his tenant registered or holds them, or he is of the county office."""
    tenant = tx.actor.tenant
    holding = {
        each for each, item in earlier.items() if any(one.stands and one.to_tenant == tenant for one in item.referrals)
    }
    return holding | set(tx.several(Petition, list(earlier)))
