"""Forwarding down: to a unit or village of one's own, or to an organ right below, and never to the accused."""

from datetime import date
from typing import Any

import msgspec
import pytest

from services.common.errors import AccusedUnit, InvalidInput, Refusal
from services.contracts.directory import Contact, ContactPost, Organisation
from services.contracts.referral_commands import Forwardee, ForwardReferral
from services.contracts.routing import Referral, ReferralKind, ReferralRole
from services.contracts.routing import ReferralState as S
from services.routing.forwarding import branches_of, forwarded
from services.routing.referring import AlreadyReferred
from tests.unit.routing.made import DIRECTORY, NOW, TODAY, petition, referral

PARENT = referral("zrzy", ReferralRole.LEAD, S.ACCEPTED, id="r", accused=["gongan"], restricted_to=["u"])


def forward(
    *to: Forwardee,
    parent: Referral = PARENT,
    case: tuple[Referral, ...] = (),
    directory: dict[str, Organisation] = DIRECTORY,
    **changes: Any,
) -> list[Referral]:
    command = ForwardReferral(referral_id=parent.id, to=list(to), **changes)
    return forwarded(
        command=command, petition=petition(accused_people=["张三"]), parent=parent, case=case, directory=directory,
        now=NOW, today=TODAY,
    )  # fmt: skip


def branch(of: str, to: str = "zrzy", state: S = S.SENT, **changes: Any) -> Referral:
    return referral(to, ReferralRole.UNIT, state, parent_id=of, kind=ReferralKind.FORWARD, **changes)


def test_units_villages_and_organs_below_get_a_branch_of_the_same_case() -> None:
    due = date(2026, 12, 1)
    unit, below = forward(Forwardee(unit="gdk"), Forwardee(tenant="station"), due_on=due, note="请办理")
    assert (unit.to_tenant, unit.to_unit, unit.to_unit_name, unit.to_name) == ("zrzy", "gdk", "gdk股", "zrzy单位")
    assert (below.to_tenant, below.to_unit, below.to_name) == ("station", None, "station单位")
    for each in (unit, below):
        assert (each.kind, each.role, each.state) == (ReferralKind.FORWARD, ReferralRole.UNIT, S.SENT)
        assert (each.parent_id, each.from_tenant, each.registered_by) == ("r", "zrzy", PARENT.registered_by)
        assert (each.due_on, each.note, each.accused, each.restricted_to) == (due, "请办理", ["gongan"], ["u"])
    township = referral("611021001", ReferralRole.LEAD, S.RECEIVED)
    (village,) = forward(Forwardee(unit="611021001001"), parent=township)
    assert village.to_unit_name == "东街村"


@pytest.mark.parametrize(
    ("to", "refusal"),
    [
        (Forwardee(), InvalidInput),
        (Forwardee(unit="gdk", tenant="station"), InvalidInput),
        (Forwardee(unit="nowhere"), InvalidInput),
        (Forwardee(tenant="nowhere"), InvalidInput),
        (Forwardee(tenant="slj"), InvalidInput),
        (Forwardee(tenant="xfj"), InvalidInput),
        (Forwardee(tenant="zrzy"), InvalidInput),
        (Forwardee(unit="zfk"), AlreadyReferred),
    ],
)
def test_who_is_not_one_of_its_own_gets_nothing(to: Forwardee, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as refused:
        forward(Forwardee(unit="gdk"), to, case=(branch("r", to_unit="zfk"),))
    assert refused.value.field == "to"


def test_an_accused_organ_below_gets_nothing() -> None:
    accused = referral("zrzy", ReferralRole.LEAD, S.ACCEPTED, accused=["station"])
    with pytest.raises(AccusedUnit, match="第三十条不得向其下转"):
        forward(Forwardee(tenant="station"), parent=accused)


def test_a_unit_or_organ_whose_people_are_accused_gets_nothing() -> None:
    accused = Contact(post=ContactPost.HEAD, name="张三", title="股长", phone=None)
    bureau, station = DIRECTORY["zrzy"], DIRECTORY["station"]
    units = [msgspec.structs.replace(one, contacts=[accused] if one.code == "gdk" else []) for one in bureau.units]
    with_him = {
        **DIRECTORY,
        "zrzy": msgspec.structs.replace(bureau, units=units, contacts=[accused]),
        "station": msgspec.structs.replace(station, contacts=[accused]),
    }
    for barred in (Forwardee(unit="gdk"), Forwardee(tenant="station")):
        with pytest.raises(AccusedUnit, match="张三是被反映人"):
            forward(barred, directory=with_him)
    # Another unit of his own bureau handles it.
    assert len(forward(Forwardee(unit="zfk"), directory=with_him)) == 1


def test_a_unit_that_gave_it_back_can_get_it_again_and_one_twice_at_once_cannot() -> None:
    ended = branch("r", to_unit="gdk", state=S.WITHDRAWN)
    assert len(forward(Forwardee(unit="gdk"), case=(ended,))) == 1
    with pytest.raises(AlreadyReferred):
        forward(Forwardee(unit="gdk"), Forwardee(unit="gdk"))


def test_the_branches_of_a_hand_over_are_found_at_any_depth_and_no_others() -> None:
    case = [
        PARENT, branch("r", id="a"), branch("a", id="b"), branch("b", id="c"),
        referral("slj", ReferralRole.SUPPORT, S.SENT), branch("slj", id="d"),
    ]  # fmt: skip
    assert [each.id for each in branches_of(PARENT, case)] == ["a", "b", "c"]
    assert branches_of(case[3], case) == []
