"""Ways round the rule: the accused unit, old requests sent again, pages, the services themselves, a wrong policy."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import sql
from starlette.routing import Route

from gateway.app import create_app
from gateway.rpc import Rpc
from services.common.ids import new_id
from services.common.settings import Settings
from services.contracts.fact import Reply
from services.contracts.register_commands import RevealPetitioner
from services.contracts.topology import bureau_queue
from tests.harness.broker import waiting
from tests.isolation import reading
from tests.isolation.check import (
    CLOCK_FILTERS,
    EXTENSION_FILTERS,
    FILTERS,
    REMINDER_FILTERS,
    THREAD_FILTERS,
    deviations,
    settled,
)
from tests.isolation.rule import HANDLES_CASES, expected
from tests.isolation.rule_of_parts import PART_ACTS
from tests.isolation.scene import MARK, NAME, Case, Scene
from tests.isolation.table import HERE, KINDS, OBSERVERS, REFERENCE, Observer
from tests.isolation.test_who_sees_what import PETITION_ACTS, REFERRAL_ACTS
from tests.isolation.walks import fields_of
from tests.journey.story import in_days

QUERIES = {
    *("me", "petition", "petitions", "endedReferrals", "tenants", "onDutyToday"),
    *("approval", "approvals", "flows"),
    *("caseOwners", "conflict", "conflicts", "conflictSummary"),
    # Shown with the case; the county's rules are everybody's, and the report counts proposals that one sees.
    *("routingRules", "proposalReport", "returnReport"),
    *("clock", "clocks", "extensions", "supervision", "supervisions", "reminders", "regime"),
    # Petitions found by words and by what they have in common, letters to a leader: test_of_the_register.
    *("searchPetitions", "checkRepeats", "lettersToMe", "urgentReports"),
    # tests/service/test_repeats.py
    "matters",
    # What is nobody's case, or its author's alone: test_of_the_register.
    *("triages", "triageCounts", "drafts", "draft", "ledger"),
    # Everybody's: how each office is reached, and what a form asks.
    *("desk", "desks", "registrationForm"),
    # Numbers, and what offices owe: test_of_the_offices.
    *("indicators", "circular", "circulars", "officeDuties"),
    # Everybody's in the county: who serves when, who is there now, what the public was told.
    *("dutyTable", "dutyNow", "shift", "coverage", "members", "member", "rosterRules", "rosterQuotas"),
    *("publicTable", "announcements", "responsibilityMap", "networkCoverage", "inspectorGroups"),
    # What a roster keeps for its own: test_of_the_roster.
    *("absences", "substitutions", "postAlerts", "filings", "feeds", "dutyLog", "dutyLogs", "handoversDue"),
    *("receptionSessions", "receptionSession", "appointments", "appointment", "queue", "appointmentsToMove"),
    *("information", "informationItem", "informationQuota", "informationAwards", "networkPosts"),
    *("evaluations", "receptionQuotas", "compositionGaps", "receiverFigures", "receptionSummary", "dutyCalls"),
    *("announcementsDue", "visitAnswers"),
    # What is to do, and which cases wait for what: tests/service/test_worklists.py, and test_fuzz.
    *("inbox", "dueSoon", "returned", "awaitingDelivery", "awaitingReview", "supervised", "countyOverview"),
    # Counts of what one sees: tests/unit/gateway/test_trends.py
    "trends",
    # Cases that one registered and that are closed: tests/service/test_archives.py
    "casesClosed",
    # Accounts and keys are for those who manage them: tests/service/test_identity.py, test_api_keys.py
    *("users", "user", "mySessions", "apiKeys"),
}
OF_ACCOUNTS = {
    *("createUser", "updateUser", "closeUser", "reopenUser", "resetPassword", "unlockUser", "endSessions"),
    *("changePassword", "createApiKey", "revokeApiKey"),
}
OF_THE_ROSTER = {
    *("planShifts", "enterShift", "nameSeat", "cancelShift", "saveMember", "saveRule", "endRule", "saveInterests"),
    *("requestAbsence", "decideAbsence", "cancelAbsence", "importAbsences"),
    *("requestSubstitution", "decideSubstitution", "takeBackSubstitution", "checkIn", "checkOut", "takeBackCheck"),
    *("bookAppointment", "decideAppointment", "moveAppointment", "moveAppointments", "cancelAppointment"),
    *("arrive", "callNext", "finishAppointment", "missAppointment", "takeBackVisit", "recuse", "takeBackRecusal"),
    *("revealVisitor", "registerFromAppointment"),
    *("publishAnnouncement", "fileRoster", "takeBackFiling", "rotateFeed", "revokeFeed"),
    *("writeLog", "settleLogEntry", "handOver", "acknowledgeHandover"),
    *("saveNetworkPost", "importNetwork", "sendInformation", "forwardInformation", "decideInformation"),
    *("linkInformation", "takeBackInformation", "evaluateMember", "takeBackEvaluation", "recordQuestionnaire"),
}
OF_THE_OFFICE = {
    *("issueCircular", "withdrawCircular", "recordOfficeDuty", "takeBackOfficeDuty"),
    *("recordConflict", "endConflict"),
    *("recordTriage", "takeBackTriage", "saveDraft", "discardDraft"),
}
ENDED = {"referralId", "petitionNumber", "state", "stateLabel", "sentOn", "endedOn"}

BY_USER = {str(observer): observer for observer in OBSERVERS}
OTHER_MARK = "隔离旁件"


def test_every_way_in_is_under_test() -> None:
    """A new query, mutation or filter must be entered in the tests here before it goes out."""
    assert set(reading.object_type("Query").fields) == QUERIES
    assert set(reading.object_type("Mutation").fields) == {
        *("registerPetition", *PETITION_ACTS, *REFERRAL_ACTS, *PART_ACTS, *OF_THE_OFFICE, *OF_THE_ROSTER),
        *OF_ACCOUNTS,
    }
    assert reading.inputs_of("PetitionFilter") == set(FILTERS)
    assert reading.inputs_of("ClockFilter") == set(CLOCK_FILTERS)
    assert reading.inputs_of("SupervisionFilter") == set(THREAD_FILTERS)
    assert reading.inputs_of("ExtensionFilter") == set(EXTENSION_FILTERS)
    assert reading.inputs_of("ReminderFilter") == set(REMINDER_FILTERS)


def test_every_address_is_under_test() -> None:
    """So must a new address of the gateway."""
    assert {route.path for route in create_app(Settings()).routes if isinstance(route, Route)} == {
        *("/graphql", "/auth/token", "/healthz", "/"),
        # Of accounts and outside issuers: tests/service/test_identity.py, test_outside_sign_in.py
        *("/auth/refresh", "/auth/logout", "/auth/password"),
        *("/auth/oidc", "/auth/oidc/exchange", "/auth/oidc/{provider}/login", "/auth/oidc/{provider}/callback"),
        # tests/service/test_api_keys.py, test_archives.py, test_graphql_http.py
        *("/adapters/orders", "/archives/{id}.zip", "/graphiql", "/graphiql/graphiql-3.8.3/{name}"),
        # They ask of no case: tests/service/test_guarded_commands.py
        *("/livez", "/readyz", "/metrics"),
        *("/documents/circulars/{name}.docx", "/documents/referrals/{id}/{paper}.docx"),
        *("/documents/approvals/{id}.docx", "/documents/approvals/{id}/{step}.docx"),
        # test_what_belongs_to_a_case, tests/service/test_attachments.py
        *("/attachments", "/attachments/{id}", "/files/{token}"),
        # test_of_the_register
        *("/documents/petitions/{id}/{paper}.docx", "/documents/talks/{id}.docx", "/documents/notices/{id}.docx"),
        *("/documents/urgent-reports/{id}.docx", "/exports/{name}.xlsx"),
        # test_of_the_roster
        *("/documents/receptions/{id}.docx", "/documents/supervisions/{id}.docx", "/documents/closings/{id}.docx"),
        *("/documents/reception-summary/{tenant}/{month}.docx", "/documents/roster/{tenant}/{span}.docx"),
        # Whoever has the secret reads, and what the public was told: tests/service/test_announcements.py
        *("/feeds/{secret}.ics", "/public/{county}/receptions.ics"),
        # Nobody is at this door: tests/service/test_public.py
        *("/public/{county}", "/public/{county}/graphql", "/public/{county}/pages/{address}"),
    }


def test_what_ended_shows_no_more_than_that() -> None:
    assert set(reading.object_type("EndedReferral").fields) == ENDED


@pytest.mark.parametrize("order", reading.values_of("PetitionOrder"))
@pytest.mark.parametrize("user", ["xfj.clerk@luonan", "nyncj.clerk@luonan", "gongan.head@luonan", "zrzy.clerk@yanshi2"])
def test_pages_in_every_order_hold_what_one_sees_and_each_once(scene: Scene, user: str, order: str) -> None:
    observer = BY_USER[user]
    _, found = settled(scene, lambda: reading.pages(scene.client(observer), text=MARK, order=order, size=4))
    visible = [case.id for case in scene.cases if expected(observer.actor, case.standing).case]
    assert sorted(found) == sorted(visible)


@pytest.mark.parametrize("sender", ["xfj.accusations@luonan", "611021102.clerk@luonan"])
@pytest.mark.parametrize(
    "to",
    [
        [{"tenant": "slj", "role": "LEAD"}],
        [{"tenant": "jw", "role": "LEAD"}, {"tenant": "slj", "role": "SUPPORT"}],
    ],
    ids=["lead", "support"],
)
def test_an_accusation_never_reaches_the_accused_unit(scene: Scene, sender: str, to: list[dict[str, str]]) -> None:
    case = scene.case("accusation", "registered")
    queue = bureau_queue(HERE, "slj")
    queued = waiting(scene.platform.settings.amqp_url, queue)
    given = {"petitionId": case.id, "kind": "ASSIGN", "to": to, "dueOn": in_days(10)}
    payload = act(scene, BY_USER[sender], "referPetition", given)
    assert [error["code"] for error in payload["errors"]] == ["ACCUSED_UNIT"]
    for observer in OBSERVERS:
        if observer.actor.tenant == "slj":
            assert deviations(scene, observer) == []
    # Not even the other addressee of the same request got it.
    files, _ = settled(scene, lambda: None)
    assert files[case.id]["referrals"] == []
    assert waiting(scene.platform.settings.amqp_url, queue) == queued


def test_a_request_sent_again_after_the_return_shows_nothing(scene: Scene) -> None:
    case = scene.register(KINDS[0], mark=OTHER_MARK)
    scene.act(case, "office", "referPetition", "first")
    bureau, key = BY_USER["slj.clerk@luonan"], new_id()
    scene.act(case, "first", "receiveReferral")
    given = {"referralId": case.first_referral, **fields_of("objectToReferral")}
    shown = act(scene, bureau, "objectToReferral", given, key=key)
    assert (shown["petition"]["id"], shown["errors"]) == (case.id, [])
    # The same key of a colleague, of another bureau and of another county is another request.
    for user, code in (
        ("slj.handler@luonan*", "WRONG_STATE"),
        ("gongan.head@luonan", "NOT_FOUND"),
        ("slj.clerk@yanshi2*", "NOT_FOUND"),
    ):
        refused = act(scene, BY_USER[user], "objectToReferral", given, key=key)
        assert [error["code"] for error in refused["errors"]] == [code]
    scene.act(case, "office", "decideObjection")
    again = act(scene, bureau, "objectToReferral", given, key=key)
    assert again == {"petition": None, "referrals": [], "referral": None, "errors": []}


def test_a_bureau_learns_who_wrote_while_it_holds_the_case_and_not_a_moment_longer(scene: Scene) -> None:
    case = scene.register(KINDS[0], mark=OTHER_MARK)
    bureau = BY_USER["slj.clerk@luonan"]
    office = scene.client(REFERENCE[HERE])
    (person,) = reading.files_by(office, "id", "UUID", [case.id])[0]["petitioners"]
    given = {"petitionId": case.id, "petitionerId": person["id"], "reason": "核对身份"}

    def codes() -> list[str]:
        return [error["code"] for error in act(scene, bureau, "revealPetitioner", given)["errors"]]

    assert codes() == ["NOT_FOUND"]
    scene.act(case, "office", "referPetition", "first")
    scene.platform.eventually(lambda: codes() == [])
    payload = act(scene, bureau, "revealPetitioner", given)
    assert payload == {"petitioner": {"name": NAME}, "errors": []}
    scene.act(case, "office", "withdrawReferral")
    assert codes() == ["NOT_FOUND"]
    # It stands on the timeline, with the reason.
    (file,) = reading.files_by(office, "id", "UUID", [case.id])
    revealed = [entry for entry in file["timeline"] if entry["act"] == "REVEALED"]
    assert len(revealed) >= 2
    assert {(entry["tenant"]["code"], entry["remark"]) for entry in revealed} == {("slj", "核对身份")}


def test_intake_refuses_by_itself_what_the_gateway_would_have_kept_back(scene: Scene) -> None:
    files, _ = settled(scene, lambda: None)
    asked = [
        (observer, case, files[case.id]["petitioners"][0]["id"])
        for observer in OBSERVERS
        for case in scene.cases
        if case.stage.name in {"sent", "returned"}
    ]

    async def reveal() -> list[Reply]:
        async with Rpc.connect(scene.platform.settings.amqp_url) as rpc:
            return [
                await rpc.call(
                    observer.actor,
                    RevealPetitioner(petition_id=case.id, petitioner_id=person, reason="核对身份"),
                    request_id=new_id(),
                    trace=new_id(),
                )
                for observer, case, person in asked
            ]

    def wrong() -> list[str]:
        replies = asyncio.run(reveal())
        return [
            f"{observer}: {case}: {outcome(reply)}"
            for (observer, case, _), reply in zip(asked, replies, strict=True)
            if outcome(reply) != outcome_by_rule(observer, case)
        ]

    # What intake knows of referrals came over the bus.
    def all_right() -> bool:
        found = wrong()
        assert found == []
        return True

    scene.platform.eventually(all_right)


def outcome(reply: Reply) -> str:
    return reply.problems[0].code if reply.problems else str(reply.value["name"])


def outcome_by_rule(observer: Observer, case: Case) -> str:
    if not observer.actor.roles & HANDLES_CASES:
        return "FORBIDDEN"
    return NAME if expected(observer.actor, case.standing).petitioners else "NOT_FOUND"


@pytest.mark.parametrize(
    ("table", "leaking"),
    [
        ("petition", {"611021101.clerk@luonan", "slj.cleared@luonan*", "gongan.head@luonan", "xfj.auditor@luonan"}),
        ("private", {"nyncj.clerk@luonan", "jw.clerk@luonan"}),
        ("clock", {"gongan.head@luonan"}),
        ("supervision", {"nyncj.clerk@luonan"}),
    ],
)
def test_the_check_reports_a_policy_that_lets_everything_through(scene: Scene, table: str, leaking: set[str]) -> None:
    elsewhere = {"zrzy.clerk@yanshi2", "slj.clerk@yanshi2*"}
    with letting_everything_through(scene, table):
        found = {user: deviations(scene, BY_USER[user]) for user in leaking | elsewhere}
    assert all(found[user] for user in leaking), found
    if table == "petition":
        assert all(any("LEAK" in line for line in found[user]) for user in leaking)
    # Our county stays shut to the other: each query names its own county beside the policy.
    assert not [line for user in elsewhere for line in found[user] if "LEAK" in line and "elsewhere/" not in line]
    for user in leaking | elsewhere:
        assert deviations(scene, BY_USER[user]) == []


@contextmanager
def letting_everything_through(scene: Scene, table: str) -> Iterator[None]:
    """Within it the policy of this table of the view is ``USING (true)``."""
    with psycopg.connect(scene.platform.settings.admin_database_url, autocommit=True) as admin:
        rows = admin.execute(
            "SELECT policyname, qual FROM pg_policies WHERE schemaname = 'gateway_view' AND tablename = %s", (table,)
        ).fetchall()
        ((policy, rule),) = rows
        alter = sql.SQL("ALTER POLICY {} ON gateway_view.{} USING ({})")
        name = sql.Identifier(policy), sql.Identifier(table)
        try:
            admin.execute(alter.format(*name, sql.SQL("true")))
            yield
        finally:
            admin.execute(alter.format(*name, sql.SQL(rule)))


def act(
    scene: Scene, observer: Observer, mutation: str, given: dict[str, Any], *, key: str | None = None
) -> dict[str, Any]:
    """The payload of one act, with all that a payload can show."""
    shown = (
        "petitioner { name }"
        if mutation == "revealPetitioner"
        else ("petition { id title } referrals { id note } referral { id }")
    )
    query = (
        f"mutation($input: {reading.input_type(mutation)}!) {{ {mutation}(input: $input) {{ {shown}"
        " errors { code message field } } }"
    )
    response = scene.client(observer).post(
        "/graphql",
        json={"query": query, "variables": {"input": given}},
        headers={"Idempotency-Key": key or new_id()},
    )
    payload: dict[str, Any] = reading.answer(response)["data"][mutation]
    return payload
