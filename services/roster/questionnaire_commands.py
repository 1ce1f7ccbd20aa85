"""The roster's commands about questionnaires, as a part of the service class; the rules are ``answering_visitors``."""

import hmac
from typing import Any

from services.common.bus import command
from services.common.database import Transaction, Versioned
from services.common.errors import InvalidInput, WrongQueryCode
from services.common.ids import is_id
from services.common.receiving import receivers
from services.common.vault import Vault
from services.contracts.actor import ActorRef, Role, TenantKind
from services.contracts.acts import Act
from services.contracts.public import tidy_code
from services.contracts.questionnaires import (
    AnswerQuestionnaire,
    LoadQuestionnaire,
    Questionnaire,
    RecordQuestionnaire,
    VisitAnswer,
)
from services.contracts.receptions import Appointment
from services.contracts.roster_people import Member
from services.roster.acting import OFFICE
from services.roster.answering_visitors import answered, check_enters, questionnaire_problems
from services.roster.reception_desk import check_did_not_step_aside, check_office, held, masker, shift_of
from services.roster.rule_checks import RosterInvalid


class QuestionnaireCommands:
    """A base of the service class."""

    vault: Vault

    @command(LoadQuestionnaire, roles=(Role.OPERATOR,), kinds=(TenantKind.COUNTY,))
    def load_questionnaire(self, tx: Transaction, body: LoadQuestionnaire) -> Any:
        """Sets it whole, where it differs. Answers whether it did."""
        wanted = body.questionnaire
        if wanted.county != tx.actor.county:
            raise InvalidInput(f"该问卷属于 {wanted.county}，只能为本县 {tx.actor.county} 载入", field="county")
        problems = questionnaire_problems(wanted)
        if problems:
            raise RosterInvalid("；".join(problems), field="questionnaire")
        tx.lock("visit questionnaire")
        stored = tx.find(Questionnaire, wanted.county)
        if wanted == (stored.state if stored else Questionnaire(county=wanted.county)):
            return {"changed": False}
        tx.record(wanted, act=Act.QUESTIONNAIRE_CHANGED, base=stored.version if stored else 0)
        return {"changed": True}

    @command(AnswerQuestionnaire, roles=(Role.PUBLIC,))
    def answer_questionnaire(self, tx: Transaction, body: AnswerQuestionnaire) -> Any:
        """The same refusal for a wrong code and for an appointment that does not exist."""
        with tx.whole_county():
            row = tx.read(Appointment, body.appointment_id) if is_id(body.appointment_id) else None
            fits = hmac.compare_digest((row.state.code if row else "").encode(), tidy_code(body.code).encode())
            if row is None or not fits:
                raise WrongQueryCode()
            self._enter(tx, held(tx, body.appointment_id), body, by=None)
        return {"appointment_id": row.state.id}

    @command(RecordQuestionnaire, roles=OFFICE)
    def record_questionnaire(self, tx: Transaction, body: RecordQuestionnaire) -> Appointment:
        row = held(tx, body.appointment_id)
        check_office(tx, row.state.tenant)
        shift = shift_of(tx, row.state.shift)
        check_did_not_step_aside(tx, shift, row.state)
        there = tx.several(Member, receivers(shift, row.state.recused)).values()
        check_enters(actor=tx.actor.user, received=[each.state.login for each in there])
        self._enter(tx, row, body, by=tx.actor.reference)
        return row.state

    def _enter(
        self,
        tx: Transaction,
        row: Versioned[Appointment],
        body: AnswerQuestionnaire | RecordQuestionnaire,
        *,
        by: ActorRef | None,
    ) -> None:
        asked = tx.find(Questionnaire, tx.actor.county)
        known = tx.find(VisitAnswer, row.state.id)
        said = answered(
            appointment=row.state,
            questionnaire=asked.state if asked else None,
            known=known.state if known else None,
            scores=body.scores,
            suggestion=body.suggestion,
            mask=masker(tx, self.vault, row.state.id),
            by=by,
            today=tx.today,
        )
        tx.record(said, act=Act.VISIT_ANSWERED, base=known.version if known else 0)
