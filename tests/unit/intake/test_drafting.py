"""Drafts: for their author alone, as many as are sensible, and over once they are registered or discarded."""

from datetime import timedelta

import pytest

from services.common.errors import InvalidInput, NotFound, WrongState
from services.contracts.actor import Actor, Role, TenantKind
from services.contracts.drafts import Draft, DraftState, SaveDraft
from services.contracts.intake import Channel
from services.intake import drafting
from tests.unit.intake.made import NOW


def clerk(user: str = "xfj.clerk@luonan", tenant: str = "xfj", *roles: Role) -> Actor:
    return Actor(
        county="611021", tenant=tenant, kind=TenantKind.COUNTY, user=user, name="窗口",
        roles=frozenset({Role.CLERK, *roles}),
    )  # fmt: skip


def saved(*, there: int = 0, label: str = "8 号窗口") -> Draft:
    command = SaveDraft(channel=Channel.VISIT, form="{}")
    return drafting.new(command=command, draft_id="d", label=label, actor=clerk(), there=there, now=NOW)


def test_a_draft_is_its_authors_alone() -> None:
    draft = saved()
    drafting.check_author(draft, clerk())
    for other in (clerk("xfj.head@luonan"), clerk("xfj.acc@luonan", "xfj", Role.ACCUSATIONS), clerk(tenant="slj")):
        with pytest.raises(NotFound):
            drafting.check_author(draft, other)
    assert draft.named == frozenset({"xfj.clerk@luonan"})


def test_nobody_lays_aside_more_than_he_can_come_back_to() -> None:
    saved(there=drafting.MOST - 1)
    with pytest.raises(drafting.DraftsFull, match="请先登记或删除"):
        saved(there=drafting.MOST)


@pytest.mark.parametrize("form", ["", "[]", "1", '{"title": ', "null", "{" * 100_000, "[" * 100_000])
def test_a_form_is_a_json_object(form: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        drafting.fields_of(form)
    assert refused.value.field == "form"


def test_any_object_is_taken_however_little_it_says() -> None:
    assert drafting.fields_of("{}") == {}
    assert drafting.fields_of('{"title": "", "unknown": [1]}') == {"title": "", "unknown": [1]}


def test_the_label_holds_no_number_and_no_petitioner() -> None:
    fields = {"petitioners": [{"name": "欧阳桂鑫"}, {"name": 7}, {"phone": "1"}, "x", {"name": "长" * 1000}]}
    assert drafting.masked(" 8 号窗口 欧阳桂鑫 13800001234 ", fields) == "8 号窗口 欧*** 138****1234"
    for odd in ({}, {"petitioners": None}, {"petitioners": "欧阳桂鑫"}):
        assert drafting.masked("8 号窗口，土地纠纷", odd) == "8 号窗口，土地纠纷"


def test_what_is_registered_or_discarded_is_over() -> None:
    draft = saved()
    later = drafting.saved_over(draft, command=SaveDraft(form="{}"), label="改", now=NOW + timedelta(minutes=5))
    assert (later.channel, later.label, later.saved_at - NOW) == (None, "改", timedelta(minutes=5))
    drafting.check_open(later)
    registered, discarded = drafting.registered(draft, petition_id="p"), drafting.discarded(draft)
    assert (registered.state, registered.petition_id) == (DraftState.REGISTERED, "p")
    for over in (registered, discarded):
        with pytest.raises(WrongState, match=over.state.label):
            drafting.check_open(over)
