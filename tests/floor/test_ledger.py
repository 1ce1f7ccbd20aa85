"""The ledger: each act once, in the order of its aggregate's versions; nobody changes it, and who does is found."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from deploy.operator.ledger import LedgerBroken
from services.common.ledger import Kept
from tests.harness.ledger import LUONAN, check_ledger, entered
from tests.harness.platform import GraphQLFailed, Platform
from tests.journey.story import Walker, done, letter

ACTS = {"REGISTERED", "REFERRED", "RECEIVED", "CLOCK_OPENED", "CLOCK_MET", "DUTY_NOTED"}
LEDGER = """query($petition: ID, $from: Date, $to: Date, $after: Cursor) {
  ledger(petition: $petition, from: $from, to: $to, first: 2, after: $after) { totalCount
    nodes { seq act actLabel tenant { code } login type subject version petitionId factId digest chain }
    pageInfo { hasNextPage endCursor } } }"""


@pytest.fixture
def admin(platform: Platform) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    """The owner of every table, and a superuser."""
    url = platform.settings.admin_database_url
    with psycopg.connect(url, row_factory=dict_row, autocommit=True) as connection:
        yield connection


@pytest.fixture
def case(platform: Platform) -> str:
    """A petition that was registered, referred and received."""
    county, bureau = Walker(platform, platform.login("xfj", "CLERK")), Walker(platform, platform.login("slj", "CLERK"))
    petition: str = done(county.register(letter(title="台账里的一件")))["petition"]["id"]
    given = {"petitionId": petition, "kind": "TRANSFER", "to": [{"tenant": "slj"}]}
    referral = done(county.act("referPetition", "ReferPetitionInput", given))["referral"]["id"]
    done(bureau.act("receiveReferral", "ReferralInput", {"referralId": referral}))
    return petition


def test_each_act_of_a_case_stands_in_it_once_and_in_order(
    platform: Platform, admin: psycopg.Connection[dict[str, Any]], case: str
) -> None:
    entries = entered(platform, case, ACTS)
    versions: dict[tuple[str, str], list[int]] = defaultdict(list)
    for entry in entries:
        versions[entry["type"], entry["subject"]].append(entry["version"])
    assert len(versions) > 4
    for found in versions.values():
        assert found == list(range(1, len(found) + 1))
    received = next(entry for entry in entries if entry["act"] == "RECEIVED")
    assert (received["service"], received["tenant"], received["login"]) == ("routing", "slj", "slj.clerk@luonan")

    assert "校验链完整" in check_ledger(platform)
    seq, seal = received["seq"], received["chain"].hex()[:16]
    assert "校验链完整" in check_ledger(platform, [Kept(seq, seal)])
    with pytest.raises(LedgerBroken, match=rf"第 {seq - 1} 条与此前抄存的校验值不符"):
        check_ledger(platform, [Kept(seq - 1, seal)])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger.entry SET login = 'x' WHERE seq = 1",
        "DELETE FROM ledger.entry WHERE seq = 1",
        "TRUNCATE ledger.entry",
        "DELETE FROM ledger.head",
        "TRUNCATE ledger.head",
    ],
)
def test_nobody_changes_it_its_owner_included(
    platform: Platform, admin: psycopg.Connection[dict[str, Any]], statement: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="the ledger is only added to"):
        admin.execute(statement)
    with (
        psycopg.connect(platform.settings.relay_database_url, autocommit=True) as relay,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"),
    ):
        relay.execute(statement)


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        ("UPDATE ledger.entry SET login = 'x'", "内容与入账时不符"),
        ("UPDATE ledger.entry SET at = at + interval '1 us'", "内容与入账时不符"),
        ("DELETE FROM ledger.entry", "缺失"),
        ("UPDATE ledger.entry SET county_id = 'x'", "缺失"),
    ],
    ids=["a field", "a microsecond", "an entry", "a county"],
)
def test_what_a_superuser_does_past_the_triggers_is_found(
    platform: Platform, admin: psycopg.Connection[dict[str, Any]], case: str, tamper: str, found: str
) -> None:
    entry = entered(platform, case, ACTS)[-1]
    where = f"county_id = '{LUONAN}' AND seq = {entry['seq']}"
    columns = ", ".join(entry)
    values = ", ".join(f"%({name})s" for name in entry)
    admin.execute("SET session_replication_role = replica")
    try:
        admin.execute(f"{tamper} WHERE {where}")
        with pytest.raises(LedgerBroken, match=rf"台账第 {entry['seq']} 条{found}"):
            check_ledger(platform)
    finally:
        admin.execute(f"DELETE FROM ledger.entry WHERE county_id = 'x' OR {where}")
        admin.execute(f"INSERT INTO ledger.entry ({columns}) VALUES ({values})", entry)
    assert "校验链完整" in check_ledger(platform)


def test_an_auditor_of_the_county_office_reads_it_and_nobody_else(
    platform: Platform, admin: psycopg.Connection[dict[str, Any]], case: str
) -> None:
    wanted = [entry["fact_id"] for entry in entered(platform, case, ACTS)]
    auditor = platform.login("xfj", "AUDITOR")
    shown: list[dict[str, Any]] = []
    after = None
    while True:
        page = platform.gql(auditor, LEDGER, {"petition": case, "after": after})["ledger"]
        shown += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert [node["factId"] for node in shown][: len(wanted)] == wanted
    first = shown[0]
    assert (first["act"], first["actLabel"], first["tenant"]) == ("REGISTERED", "登记", {"code": "xfj"})
    assert platform.gql(auditor, LEDGER, {"to": "2020-01-01"})["ledger"]["totalCount"] == 0
    assert platform.gql(auditor, LEDGER, {"from": "2020-01-01"})["ledger"]["totalCount"] > len(wanted)

    for tenant, role in (("xfj", "CLERK"), ("xfj", "OPERATOR"), ("slj", "CLERK")):
        with pytest.raises(GraphQLFailed, match="FORBIDDEN"):
            platform.gql(platform.login(tenant, role), LEDGER, {"petition": case})
    # Were the resolver's question left out, the policy would still show nothing.
    with psycopg.connect(platform.settings.gateway_database_url, autocommit=True) as gateway, gateway.transaction():
        for name, value in (("county", LUONAN), ("audits", "no")):
            gateway.execute("SELECT set_config(%s, %s, true)", (f"xq.{name}", value))
        assert gateway.execute("SELECT count(*) FROM ledger.entry").fetchone() == (0,)
        gateway.execute("SELECT set_config('xq.audits', 'yes', true)")
        assert gateway.execute("SELECT count(*) > 0 FROM ledger.entry").fetchone() == (True,)
        gateway.execute("SELECT set_config('xq.county', '990001', true)")
        assert gateway.execute("SELECT count(*) FROM ledger.entry WHERE county_id = '611021'").fetchone() == (0,)
