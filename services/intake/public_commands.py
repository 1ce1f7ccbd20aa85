"""Intake's commands for who has no login: handing in, drafts, and the petitioner's own rating."""

import hmac
from typing import Any

import sqlalchemy as sa

from services.common.bus import command
from services.common.database import Transaction
from services.common.errors import Forbidden, WrongQueryCode
from services.common.tables import floor_tables
from services.common.vault import Vault
from services.contracts.actor import Role
from services.contracts.acts import Act
from services.contracts.directory import Organisation
from services.contracts.intake import Petition
from services.contracts.public import OpenSubmission, RateOnline, SaveSubmission, SubmitPetition, tidy_code
from services.contracts.ratings import RatingWay
from services.intake import people_vault, submissions
from services.intake.rating import check_ratable, rating
from services.intake.rating_commands import enter, window_of
from services.intake.registering import county_rules, register
from services.intake.submitting import check_addressee, registration

PUBLIC = (Role.PUBLIC,)
AGGREGATE = floor_tables("intake").aggregate


class PublicCommands:
    vault: Vault

    @command(SubmitPetition, roles=PUBLIC)
    def submit_petition(self, tx: Transaction, body: SubmitPetition) -> Any:
        """Registers it at the office at whose desk the actor stands. Answers the receipt."""
        kept = tx.kept(Organisation, body.tenant)
        check_addressee(command=body, organisation=kept.state if kept else None, rules=county_rules(tx), today=tx.today)
        if body.tenant != tx.actor.tenant:
            raise Forbidden()
        item = registration(body, today=tx.today)
        petition = register(tx, vault=self.vault, body=item, act=Act.SUBMITTED)
        if body.draft_code:
            submissions.handed_in(tx, vault=self.vault, draft_code=body.draft_code)
        return {
            "petition_id": petition.id,
            "number": petition.number,
            "query_code": petition.query_code,
            "received_on": petition.received_on,
        }

    @command(SaveSubmission, roles=PUBLIC, keep=False)
    def save_submission(self, tx: Transaction, body: SaveSubmission) -> Any:
        # Its answer is not kept: who has the code has all that stands in the form.
        days = county_rules(tx).draft_days
        code, until = submissions.save(
            tx, vault=self.vault, form=body.form, draft_code=body.draft_code or None, days=days
        )
        return {"draft_code": code, "until": until}

    @command(OpenSubmission, roles=PUBLIC, keep=False)
    def open_submission(self, tx: Transaction, body: OpenSubmission) -> Any:
        form, until = submissions.open_one(tx, vault=self.vault, draft_code=body.draft_code)
        return {"form": form, "until": until}

    @command(RateOnline, roles=PUBLIC)
    def rate_online(self, tx: Transaction, body: RateOnline) -> Any:
        # A citizen sees nothing of the register; what he may do is decided by the code that he was given.
        with tx.whole_county():
            petition = _by_code(tx, number=tidy_code(body.number), query_code=tidy_code(body.query_code))
            check_ratable(petition=petition, window=window_of(tx, petition, body.side))
            mask = people_vault.masker(tx, vault=self.vault, petition=petition)
            given = rating(
                petition=petition,
                side=body.side,
                value=body.value,
                reason=body.reason and mask(body.reason),
                way=RatingWay.ONLINE,
                recorded_by=petition.registered_by,
                today=tx.today,
            )
            enter(tx, given)
        return {"petition_id": petition.id}


def _by_code(tx: Transaction, *, number: str, query_code: str) -> Petition:
    """The petition of this number, for who has its own code. Raises ``WrongQueryCode``, whatever was wrong."""
    state = AGGREGATE.c.state
    row = tx.connection.execute(
        sa.select(AGGREGATE.c.id, state["query_code"].astext.label("code")).where(
            AGGREGATE.c.county_id == tx.actor.county,
            # As it stands in the index's own condition: a parameter would keep a prepared statement from using it.
            AGGREGATE.c.type == sa.literal_column(f"'{Petition.fact_type}'"),
            state["number"].astext == number,
            # Nobody was given the code of an item of an older register.
            state["historical"].astext == "false",
        )
    ).first()
    fits = hmac.compare_digest((row.code if row else "").encode(), query_code.encode())
    found = tx.read(Petition, row.id) if row is not None and fits and query_code else None
    if found is None:
        raise WrongQueryCode()
    return found.state
