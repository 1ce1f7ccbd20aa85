"""Which fields show an accusation (检举控告): whoever gets one of them has read it (``gateway.readings``).

A list that says no more of an accusation than that it is there, its title, its class, its state and its days is no
reading. Of a petition these fields are named here, so that one that is added counts until somebody says otherwise; of
what else has lists of its own, the fields in which somebody wrote of the case.
"""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema, default_field_resolver

from gateway.readings import key_of
from gateway.schema.types import context_of
from services.contracts.base import State

HEADLINE = frozenset(
    {
        *("id", "number", "title", "status", "statusLabel", "channel", "channelLabel", "nature", "natureLabel"),
        *("urgency", "urgencyLabel", "category", "source", "sourceLabel", "route", "routeLabel"),
        *("procedure", "procedureLabel", "repeated", "skipsLevel", "visitors", "confidential", "anonymous"),
        *("historical", "receivedOn", "registeredAt", "registeredOn", "registeredBy", "place", "clocks"),
        *("nextDueOn", "closedOn", "queryCode", "disposition", "dispositionLabel", "registeredSameDay", "version"),
    }
)
"""What a work list shows of a petition."""

WORDS = {
    "Referral": {"note", "objection", "dispute", "refusal", "notes", "answer", "reworks", "delivery"},
    "Review": {"reason", "hearings", "decision", "delivery"},
    "Supervision": {"entries"},
    "Approval": {"subject", "steps", "entries", "nextStep"},
    "Extension": {"reason", "decision"},
    "Attachment": {"name", "url"},
    "UrgentReport": {"content", "measures", "later"},
    "Talk": {"issue", "demands", "facts", "evidence", "questions", "answer", "opinion", "suggestion"},
    "Notice": {"text"},
    "Rating": {"reason", "appeal", "appealEvidence"},
    "FollowUp": {"content"},
    "InformationItem": {"text", "accuses", "steps"},
    "CaseOwner": {"reason", "earlier"},
    "CaseMeeting": {"decision", "tasks"},
    "Settlement": {"terms"},
    "Milestone": {"note"},
    "Proposal": {"why", "barred", "suggestion"},
    "PetitionHit": {"snippet"},
    "Appointment": {"matter", "concerns", "reason", "outcome", "recused"},
}


def watch(schema: GraphQLSchema) -> None:
    """Has each of these fields enter the case in ``Context.read``."""
    for name, field in _fields(schema, "Petition").items():
        if name not in HEADLINE:
            field.resolve = _watched(field.resolve or default_field_resolver)
    for kind, names in WORDS.items():
        fields = _fields(schema, kind)
        for name in names:
            fields[name].resolve = _watched(fields[name].resolve or default_field_resolver)


def _fields(schema: GraphQLSchema, name: str) -> dict[str, GraphQLField]:
    kind = schema.type_map[name]
    assert isinstance(kind, GraphQLObjectType)
    return kind.fields


def _watched(resolve: Callable[..., Any]) -> Callable[..., Any]:
    def watched(row: Any, info: Any, **arguments: Any) -> Any:
        state = row if isinstance(row, State) else getattr(row, "state", None)
        if isinstance(state, State) and state.confined:
            context_of(info).read[key_of(state)] = state
        return resolve(row, info, **arguments)

    return watched
