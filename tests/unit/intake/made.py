"""Petitions as the tests of intake's rules want them."""

from datetime import UTC, date, datetime
from typing import Any

from services.contracts.intake import Channel, Nature, Petition, Urgency
from services.contracts.routing import Referral, ReferralKind, ReferralRole, ReferralState

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)


def petition(**changes: Any) -> Petition:
    fields: dict[str, Any] = {
        "id": "p", "number": "n", "query_code": "q", "channel": Channel.LETTER, "received_on": TODAY,
        "registered_at": NOW, "registered_on": TODAY, "registered_by": "611021001", "registrar": "u",
        "petitioners": [], "anonymous": False, "place": None, "place_name": None, "title": "t", "body": "b",
        "nature": Nature.APPEAL, "category": None, "urgency": Urgency.NORMAL, "confidential": False,
        "accused": [], "aliases": [], "historical": False, "past_answer": None,
    }  # fmt: skip
    return Petition(**{**fields, **changes})


def referral(role: ReferralRole, state: ReferralState) -> Referral:
    return Referral(
        id="r", petition_id="p", petition_number="n", registered_by="611021001", kind=ReferralKind.TRANSFER, role=role,
        from_tenant="xfj", to_tenant="zrzy", state=state, sent_at=NOW, sent_on=TODAY, due_on=None, note=None,
    )  # fmt: skip
