"""The life of hand-overs at the routing service, each tenant within its own walls; nothing is told to anybody else."""

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from services.common import clock
from services.common.database import Database
from services.common.ids import new_id
from services.contracts.actor import Actor, Role, TenantKind, system_actor
from services.contracts.base import Command
from services.contracts.bureau import BureauReferral
from services.contracts.directory import LoadDirectory
from services.contracts.fact import Reply
from services.contracts.intake import Petition
from services.contracts.proposals import LoadRoutingRules
from services.contracts.referral_commands import (
    AcceptReferral,
    Addressee,
    AnswerReferral,
    ClosePetition,
    DecideDispute,
    DecideObjection,
    Forwardee,
    ForwardReferral,
    NoteProgress,
    ObjectToReferral,
    OverruleRefusal,
    RaiseDispute,
    ReceiveReferral,
    ReferPetition,
    RefuseReferral,
    SendBackAnswer,
)
from services.contracts.routing import Outcome, Referral, ReferralKind, ReferralRole, RefusalReason
from services.contracts.topology import BUREAU, bureau_queue
from tests.floor.speaking import call
from tests.harness.instance import TestInstance
from tests.harness.platform import Platform
from tests.service.told import nobody_else
from tests.unit.routing import made

COUNTIES = itertools.count(970_001)
KINDS = {"xfj": TenantKind.COUNTY, "611021001": TenantKind.TOWNSHIP}
LEAD, SUPPORT = ReferralRole.LEAD, ReferralRole.SUPPORT
CONTENT = {"demands": "请求补发补偿款", "facts": "经查属实", "basis": "《土地管理法》第四十八条"}


class Office:
    """One county: its directory, and clerks of its tenants who ask routing for something."""

    def __init__(self, platform: Platform, database: Database, admin: sa.Engine) -> None:
        self.platform = platform
        self.database = database
        self.admin = admin
        self.county = str(next(COUNTIES))
        self.system = system_actor(self.county, "routing")
        self.load(LoadDirectory(organisations=list(made.DIRECTORY.values())))

    def load(self, command: Command) -> None:
        operator = msgspec.structs.replace(self.clerk("xfj"), user="operator", roles=frozenset({Role.OPERATOR}))
        assert call(self.platform.settings, operator, command).problems == []

    def clerk(self, tenant: str) -> Actor:
        found = made.actor(tenant, KINDS.get(tenant, TenantKind.BUREAU), Role.CLERK)
        return msgspec.structs.replace(found, county=self.county, user=f"{tenant}.clerk")

    def ask(self, tenant: str, command: Command) -> Reply:
        return call(self.platform.settings, self.clerk(tenant), command)

    def do(self, tenant: str, *commands: Command) -> list[str]:
        """Carries them out; the referrals of the last one."""
        for command in commands:
            reply = self.ask(tenant, command)
            assert reply.problems == [], (tenant, command)
        ids: list[str] = reply.value.get("referral_ids", [])
        return ids

    def refused(self, tenant: str, command: Command) -> tuple[str, str]:
        (problem,) = self.ask(tenant, command).problems
        return problem.code, problem.message

    def refer(self, petition: Petition, *to: str | Addressee, by: str = "xfj") -> list[str]:
        """The first as lead, the others as supports."""
        roles = itertools.chain([LEAD], itertools.repeat(SUPPORT))
        given = [
            one if isinstance(one, Addressee) else Addressee(tenant=one, role=role)
            for one, role in zip(to, roles, strict=False)
        ]
        return self.do(by, refer(petition, given))

    def accepted(self, referral: str, by: str) -> str:
        self.do(by, ReceiveReferral(referral_id=referral), AcceptReferral(referral_id=referral))
        return referral

    def all(self, petition: Petition, tenant: str | None = None) -> dict[str, Referral]:
        """By id what a clerk of the tenant sees of the case, or all there is."""
        with self.database.begin(self.clerk(tenant) if tenant else self.system, trace="test") as tx:
            return {row.state.id: row.state for row in tx.of_petition(Referral, petition.id)}

    def told(self, bureau: str) -> list[tuple[str, str]]:
        """What the bureau's queue will get: referral and state, in order."""
        query = sa.text(
            "SELECT body FROM routing.outbox WHERE county_id = :county AND exchange = :exchange AND routing_key = :key"
            " ORDER BY seq"
        )
        key = {"county": self.county, "exchange": BUREAU, "key": bureau_queue(self.county, bureau)}
        with self.admin.connect() as connection:
            events = [
                msgspec.json.decode(bytes(body), type=BureauReferral)
                for body in connection.execute(query, key).scalars()
            ]
        return [(event.referral_id, str(event.state)) for event in events]


def refer(petition: Petition, to: list[Addressee], **changes: Any) -> ReferPetition:
    return ReferPetition(petition=petition, petition_version=1, kind=ReferralKind.TRANSFER, to=to, **changes)


def letter(**changes: Any) -> Petition:
    return made.petition(**{"id": new_id(), "registered_by": "xfj", **changes})


def answer(referral: str, **changes: Any) -> AnswerReferral:
    fields = {"outcome": Outcome.SUPPORTED, "opinion": "本月内发放", **CONTENT}
    return AnswerReferral(referral_id=referral, **{**fields, **changes})


def objected(referral: str, *, uphold: bool) -> tuple[ReceiveReferral, ObjectToReferral, DecideObjection]:
    return (
        ReceiveReferral(referral_id=referral),
        ObjectToReferral(referral_id=referral, reason="不属于本单位职责", materials="信件原件一份"),
        DecideObjection(referral_id=referral, uphold=uphold, reason="已核实"),
    )


@pytest.fixture(scope="module")
def servers(platform: Platform, instance: TestInstance) -> Iterator[tuple[Platform, Database, sa.Engine]]:
    admin = sa.create_engine(instance.settings.admin_database_url.replace("postgresql://", "postgresql+psycopg://", 1))
    opened = Database(service="routing", url=instance.settings.routing_database_url)
    with nobody_else(instance):
        yield platform, opened, admin
        with admin.begin() as connection:
            # What these counties tell is nothing to the platform that goes on.
            connection.execute(sa.text("DELETE FROM routing.outbox WHERE county_id LIKE '97____'"))
    opened.engine.dispose()
    admin.dispose()


@pytest.fixture
def office(servers: tuple[Platform, Database, sa.Engine]) -> Office:
    return Office(*servers)


def test_numbers_of_one_body_have_neither_gap_nor_double_however_many_answer_at_once(office: Office) -> None:
    cases = [letter() for _ in range(12)]
    referrals = [office.accepted(office.refer(case, "zrzy")[0], "zrzy") for case in cases]

    def give(place: int) -> list[str]:
        # Every third is refused first, and takes no place in the series.
        if place % 3 == 0:
            assert office.refused("zrzy", answer(referrals[place], basis=" "))[0] == "INVALID_INPUT"
        return office.do("zrzy", answer(referrals[place]))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(give, range(len(cases))))
    answers = [office.all(case)[referral].answer for case, referral in zip(cases, referrals, strict=True)]
    year = clock.legal_day(clock.now()).year
    numbers = [given.number or "" for given in answers if given]
    assert sorted(numbers) == sorted(f"zrzy信处〔{year}〕{n}号" for n in range(1, 13))

    # Sent back and given anew: the opinion keeps its place, and the next one gets the next.
    again = referrals[5]
    office.do("xfj", SendBackAnswer(referral_id=again, reason="未说明依据"))
    reworked = office.all(cases[5])[again]
    assert (str(reworked.state), reworked.answer, reworked.reworks[0].answer) == ("REWORK", None, answers[5])
    office.do("zrzy", NoteProgress(referral_id=again, text="正在补充依据"), answer(again, opinion="已补充依据"))
    given = office.all(cases[5])[again].answer
    assert given is not None
    assert (given.number, given.opinion) == (numbers[5], "已补充依据")
    other = letter()
    last = office.accepted(office.refer(other, "slj")[0], "slj")
    office.do("slj", answer(last))
    of_another = office.all(other)[last].answer
    assert of_another is not None
    assert of_another.number == f"slj信处〔{year}〕1号"


def test_a_joint_answer_is_made_of_parts_that_the_lead_may_not_see_by_itself(office: Office) -> None:
    case = letter()
    due = clock.legal_day(clock.now()) + timedelta(days=20)
    lead, support = office.refer(case, "zrzy", Addressee(tenant="slj", role=SUPPORT, due_on=due))
    for referral, bureau in ((lead, "zrzy"), (support, "slj")):
        office.accepted(referral, bureau)
    (unit,) = office.do("zrzy", ForwardReferral(referral_id=lead, to=[Forwardee(unit="gdk")]))
    assert set(office.all(case, "zrzy")) == {lead, unit}
    assert office.all(case, "slj")[support].due_on == due

    code, says = office.refused("zrzy", answer(lead))
    assert (code, "slj单位" in says) == ("PARTS_MISSING", True)
    office.do("slj", answer(support, demands=None, facts=None, basis=None, opinion="渠道已修复"))
    office.do("zrzy", ReceiveReferral(referral_id=unit), answer(unit, opinion="已测量"), answer(lead))
    joint = office.all(case)[lead].answer
    assert joint is not None
    assert {(part.tenant, part.name, part.opinion) for part in joint.parts} == {
        ("slj", "slj单位", "渠道已修复"),
        ("zrzy", "gdk股", "已测量"),
    }
    # A part has no number and is not delivered by itself.
    assert all(each.answer and each.answer.number is None for key, each in office.all(case).items() if key != lead)
    closing = ClosePetition(petition=case, petition_version=1)
    assert office.refused("xfj", closing)[0] == "WRONG_STATE"


def test_a_dispute_goes_to_the_organ_above_both_which_sees_the_case_and_decides(office: Office) -> None:
    case = letter(registered_by="depot")
    (referral,) = office.refer(case, "station", by="depot")
    receive, object_, dismiss = objected(referral, uphold=False)
    dispute = RaiseDispute(referral_id=referral, reason="职责在水利部门")
    office.do("station", receive)
    assert office.refused("station", dispute)[0] == "WRONG_STATE"
    office.do("station", object_)
    office.do("depot", dismiss)
    assert office.refused("station", object_)[0] == "OBJECTION_DECIDED"
    decide = DecideDispute(referral_id=referral, competent="slj", reason="涉水事项由水利局办理")
    assert office.refused("zrzy", decide)[0] == "NOT_FOUND"
    office.do("station", dispute)

    # The bureau above both was no party before, and sees the hand-over because it is to decide.
    (raised,) = [each.dispute for each in office.all(case, "zrzy").values()]
    assert raised is not None
    assert (raised.decider, raised.by_conference) == ("zrzy", False)
    assert office.refused("depot", decide)[0] == "FORBIDDEN"
    assert office.refused("slj", decide)[0] == "NOT_FOUND"
    office.do("zrzy", decide)
    moved = office.all(case)[referral]
    assert moved.dispute is not None
    assert (str(moved.state), moved.dispute.competent, moved.ended_on) == ("RETURNED", "slj", moved.dispute.decided_on)

    # Between the county office and a bureau the joint conference decides; the holder then has to accept.
    case = letter()
    (referral,) = office.refer(case, "zrzy")
    receive, object_, dismiss = objected(referral, uphold=False)
    office.do("zrzy", receive, object_)
    office.do("xfj", dismiss)
    office.do("zrzy", dispute := msgspec.structs.replace(dispute, referral_id=referral))
    office.do("xfj", DecideDispute(referral_id=referral, competent="zrzy", reason="属其职责"))
    stayed = office.all(case)[referral]
    assert stayed.dispute is not None
    assert (str(stayed.state), stayed.dispute.by_conference) == ("RECEIVED", True)
    for again in (dispute, object_):
        assert office.refused("zrzy", again)[0] == "DISPUTE_DECIDED"
    office.do("zrzy", AcceptReferral(referral_id=referral))


def test_what_was_forwarded_ends_with_its_parent_at_any_depth_and_the_bureaus_are_told(office: Office) -> None:
    case = letter()
    (referral,) = office.refer(case, "zrzy")
    forward = ForwardReferral(referral_id=referral, to=[Forwardee(unit="gdk"), Forwardee(tenant="station")])
    assert office.refused("zrzy", forward)[0] == "WRONG_STATE"
    receive, object_, uphold = objected(referral, uphold=True)
    office.do("zrzy", receive)
    unit, below = office.do("zrzy", forward)
    assert office.refused("zrzy", forward)[0] == "ALREADY_REFERRED"
    office.do("station", ReceiveReferral(referral_id=below), NoteProgress(referral_id=below, text="已到现场"))
    assert office.refused("station", AcceptReferral(referral_id=below))[0] == "WRONG_STATE"
    assert set(office.all(case, "station")) == {below}

    office.do("zrzy", object_)
    office.do("xfj", uphold)
    assert {key: str(each.state) for key, each in office.all(case).items()} == {
        referral: "RETURNED",
        unit: "WITHDRAWN",
        below: "WITHDRAWN",
    }
    assert office.told("station") == [
        (below, "SENT"),
        (below, "RECEIVED"),
        (below, "IN_PROGRESS"),
        (below, "WITHDRAWN"),
    ]
    assert office.told("zrzy") == [
        (referral, "SENT"),
        (referral, "RECEIVED"),
        (unit, "SENT"),
        (referral, "OBJECTED"),
        (referral, "RETURNED"),
        (unit, "WITHDRAWN"),
    ]


def test_a_refusal_is_overruled_or_else_closes_the_case_with_everything_that_hangs_on_it(office: Office) -> None:
    case = letter()
    lead, support = office.refer(case, "zrzy", "slj")
    refuse = RefuseReferral(
        referral_id=lead, reason=RefusalReason.IN_PROCEDURE, way="向人民法院提起诉讼", explanation="已进入诉讼程序"
    )
    office.do("zrzy", ReceiveReferral(referral_id=lead))
    (unit,) = office.do("zrzy", ForwardReferral(referral_id=lead, to=[Forwardee(unit="gdk")]))
    office.do("zrzy", refuse)
    assert office.refused("zrzy", OverruleRefusal(referral_id=lead, reason="应当受理"))[0] == "FORBIDDEN"
    office.do("xfj", OverruleRefusal(referral_id=lead, reason="诉讼已撤回，应当受理"))
    overruled = office.all(case)[lead]
    assert (str(overruled.state), overruled.refusal) == ("RECEIVED", None)
    office.do("zrzy", refuse)
    office.do("xfj", ClosePetition(petition=case, petition_version=1))
    assert {key: str(each.state) for key, each in office.all(case).items()} == {
        lead: "CLOSED",
        support: "CLOSED",
        unit: "WITHDRAWN",
    }


def test_a_case_that_went_to_and_fro_is_decided_by_the_county_office_alone(office: Office) -> None:
    office.load(LoadRoutingRules(categories=[], rules=[], county_decides_from_return=2))
    township = "611021001"
    case = letter(registered_by=township)
    (referral,) = office.refer(case, "zrzy", by=township)
    receive, object_, uphold = objected(referral, uphold=True)
    office.do("zrzy", receive, object_)
    office.do(township, uphold)
    # The objection that would make the second return is no more the township's to decide, nor who gets it then.
    (referral,) = office.refer(case, "slj", by=township)
    receive, object_, uphold = objected(referral, uphold=True)
    office.do("slj", receive, object_)
    code, says = office.refused(township, uphold)
    assert (code, "已退回 1 次" in says) == ("COUNTY_DECIDES", True)
    office.do("xfj", uphold)
    code, says = office.refused(township, refer(case, [Addressee(tenant="gongan")]))
    assert (code, "已退回 2 次" in says) == ("COUNTY_DECIDES", True)
    office.refer(case, "gongan")
    assert [str(each.state) for each in office.all(case).values()] == ["RETURNED", "RETURNED", "SENT"]
