"""People, petitions, tenants, hand-overs and reviews as the tests of routing's rules want them."""

from datetime import UTC, date, datetime
from typing import Any

from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.directory import Organisation, PlaceRef, Unit
from services.contracts.intake import Channel, Nature, Petition, Urgency
from services.contracts.reviews import Hearing, Review, ReviewDecision, ReviewStage, ReviewState
from services.contracts.routing import Delivery, DeliveryMode, Outcome, Referral, ReferralKind, ReferralRole
from services.contracts.routing import ReferralState as S

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def actor(tenant: str, kind: TenantKind = TenantKind.BUREAU, *roles: Role) -> Actor:
    held = frozenset(roles or {Role.CLERK})
    return Actor(county="611021", tenant=tenant, kind=kind, user="u", name="n", roles=held)


def petition(**changes: Any) -> Petition:
    fields: dict[str, Any] = {
        "id": "p", "number": "n", "query_code": "q", "channel": Channel.LETTER, "received_on": TODAY,
        "registered_at": NOW, "registered_on": TODAY, "registered_by": "611021001", "registrar": "u",
        "petitioners": [], "anonymous": True, "place": None, "place_name": None, "title": "t", "body": "b",
        "nature": Nature.APPEAL, "category": None, "urgency": Urgency.NORMAL, "confidential": False,
        "accused": [], "aliases": [], "historical": False, "past_answer": None,
    }  # fmt: skip
    return Petition(**{**fields, **changes})


def organisation(
    code: str,
    *,
    kind: TenantKind = TenantKind.BUREAU,
    superior: str | None = "xfj",
    active: bool = True,
    **changes: Any,
) -> Organisation:
    fields: dict[str, Any] = {"responsibilities": [], "places": [], "phone": None}
    return Organisation(
        code=code, kind=kind, name=f"{code}单位", short_name=code, number_prefix=code, superior=superior,
        active=active, **{**fields, **changes},
    )  # fmt: skip


def unit(code: str) -> Unit:
    return Unit(code=code, name=f"{code}股", responsibilities=[], contacts=[])


PLACES = [PlaceRef(code="611021001", name="城关街道"), PlaceRef(code="611021001001", name="东街村")]

DIRECTORY = {
    one.code: one
    for one in (
        organisation("xfj", kind=TenantKind.COUNTY, superior=None),
        organisation("611021001", kind=TenantKind.TOWNSHIP, places=PLACES),
        *(organisation(code) for code in ("slj", "gongan")),
        organisation("zrzy", units=[unit("gdk"), unit("zfk")]),
        *(organisation(code, superior="zrzy") for code in ("station", "depot")),
        organisation("old", active=False),
        organisation("merged", until=date(2026, 1, 1), successors=["slj"]),
        organisation("orphan", superior="old"),
    )
}


def referral(to: str, role: ReferralRole, state: S, **changes: Any) -> Referral:
    fields: dict[str, Any] = {
        "id": to, "petition_id": "p", "petition_number": "n", "registered_by": "611021001",
        "kind": ReferralKind.TRANSFER, "role": role, "from_tenant": "xfj", "to_tenant": to, "state": state,
        "sent_at": NOW, "sent_on": TODAY, "due_on": None, "note": None,
    }  # fmt: skip
    return Referral(**{**fields, **changes})


def delivered(on: date) -> Delivery:
    return Delivery(mode=DeliveryMode.IN_PERSON, on=on, signed=True)


def review(state: ReviewState, **changes: Any) -> Review:
    """In this state: received on the 1st, heard from the 3rd, decided on the 10th, delivered on the 12th."""
    fields: dict[str, Any] = {
        "id": "v", "petition_id": "p", "petition_number": "n", "referral_id": "zrzy", "first_review_id": None,
        "stage": ReviewStage.FIRST, "body": "xfj", "handling_body": "zrzy", "registered_by": "611021001",
        "requested_on": date(2026, 11, 1), "received_on": date(2026, 11, 1), "reason": "不服",
    }  # fmt: skip
    if state is ReviewState.HEARING:
        fields["hearings"] = [Hearing(opened_on=date(2026, 11, 3), closed_on=None)]
    if state in (ReviewState.DECIDED, ReviewState.DELIVERED):
        fields["decision"] = ReviewDecision(
            outcome=Outcome.EXPLAINED, opinion="维持原意见", decided_on=date(2026, 11, 10)
        )
    if state is ReviewState.DELIVERED:
        fields["delivery"] = delivered(date(2026, 11, 12))
    return Review(**{**fields, **changes})
