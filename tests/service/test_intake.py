"""The register: personal data stays in the vault, and is shown by a recorded act only."""

from typing import Any

import psycopg

from tests.harness.platform import Platform
from tests.journey.story import Walker, done, letter

# Chosen so that nothing else on the machine holds them.
PLANTED = {
    "name": "欧阳桂鑫淼",
    "identityNumber": "611021197203047716",
    "phone": "13977126604",
    "address": "洛南县城关街道栖凤湾七弄二十九号",
    "representative": True,
}
SECRETS = ("欧阳桂鑫淼", "611021197203047716", "13977126604", "栖凤湾七弄")

REVEAL = """mutation($input: RevealPetitionerInput!) { revealPetitioner(input: $input) {
  petitioner { name identityNumber phone address } errors { code message field } } }"""


def registered(platform: Platform, **changes: Any) -> dict[str, Any]:
    walker = Walker(platform, platform.login("xfj", "CLERK"))
    given = letter(petitioners=[PLANTED], **changes)
    return walker.whole(done(walker.register(given))["petition"]["id"])


def reveal(platform: Platform, petition: dict[str, Any], *, tenant: str, reason: str = "电话回访") -> dict[str, Any]:
    given = {"petitionId": petition["id"], "petitionerId": petition["petitioners"][0]["id"], "reason": reason}
    return Walker(platform, platform.login(tenant, "CLERK")).request(REVEAL, "revealPetitioner", given, patient=False)


def refer(platform: Platform, petition: dict[str, Any], tenant: str) -> str:
    given = {"petitionId": petition["id"], "kind": "TRANSFER", "to": [{"tenant": tenant}]}
    walker = Walker(platform, platform.login("xfj", "CLERK"))
    referral: str = done(walker.act("referPetition", "ReferPetitionInput", given))["referral"]["id"]
    return referral


def test_personal_data_stands_nowhere_but_sealed_in_the_vault(platform: Platform) -> None:
    petition = registered(platform)
    refer(platform, petition, "zrzy")
    assert done(reveal(platform, petition, tenant="xfj"))["petitioner"]["phone"] == "13977126604"
    walker = Walker(platform, platform.login("xfj", "CLERK"))
    platform.eventually(lambda: walker.whole(petition["id"])["dutyLeader"])

    found = []
    control = petition["number"]
    with psycopg.connect(platform.settings.admin_database_url) as admin:
        tables = admin.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for schema, table in tables:
            for secret in (*SECRETS, control):
                # Both as text and as the bytes of a binary column.
                query = f'SELECT count(*) FROM "{schema}"."{table}" AS t WHERE t::text LIKE %s OR t::text LIKE %s'
                patterns = (f"%{secret}%", f"%{secret.encode().hex()}%")
                row = admin.execute(query.encode(), patterns).fetchone()
                if row is not None and row[0]:
                    found.append((schema, table, secret))
    assert len(tables) > 20
    # The scan does find what is there to be found.
    assert {schema for schema, _, secret in found if secret == control} >= {"intake", "routing", "gateway"}
    assert [one for one in found if one[2] != control] == []
    for log in (platform.instance.folder / "logs").glob("*.log"):
        if log.stem in {"postgres", "rabbitmq"}:
            continue
        text = log.read_text("utf-8", "replace")
        assert [secret for secret in SECRETS if secret in text] == [], log


def test_a_disclosure_shows_the_truth_and_stands_on_the_timeline_with_its_reason(platform: Platform) -> None:
    petition = registered(platform)
    shown = done(reveal(platform, petition, tenant="xfj", reason="核对身份"))["petitioner"]
    assert shown == {key: value for key, value in PLANTED.items() if key != "representative"}
    county = Walker(platform, platform.login("xfj", "CLERK"))
    platform.eventually(lambda: "REVEALED" in {entry["act"] for entry in county.whole(petition["id"])["timeline"]})
    (entry,) = (one for one in county.whole(petition["id"])["timeline"] if one["act"] == "REVEALED")
    assert (entry["remark"], entry["tenant"]["code"]) == ("核对身份", "xfj")


def test_a_disclosure_without_reason_is_refused(platform: Platform) -> None:
    (error,) = reveal(platform, registered(platform), tenant="xfj", reason=" ")["errors"]
    assert (error["code"], error["field"]) == ("INVALID_INPUT", "reason")


def test_a_bureau_may_look_while_it_holds_the_case_and_no_longer(platform: Platform) -> None:
    petition = registered(platform)

    def codes() -> list[str]:
        return [error["code"] for error in reveal(platform, petition, tenant="slj")["errors"]]

    assert codes() == ["NOT_FOUND"]
    referral = refer(platform, petition, "slj")
    platform.eventually(lambda: codes() == [])
    bureau, county = (Walker(platform, platform.login(tenant, "CLERK")) for tenant in ("slj", "xfj"))
    done(bureau.act("receiveReferral", "ReferralInput", {"referralId": referral}))
    done(bureau.act("objectToReferral", "ReasonInput", {"referralId": referral, "reason": "不属于本单位职责"}))
    done(county.act("decideObjection", "DecideObjectionInput", {"referralId": referral, "uphold": True}))
    platform.eventually(lambda: codes() == ["NOT_FOUND"])


def test_who_asked_to_stay_unknown_stays_so_for_the_bureau(platform: Platform) -> None:
    petition = registered(platform, confidential=True)
    refer(platform, petition, "slj")
    bureau = Walker(platform, platform.login("slj", "CLERK"))
    assert bureau.whole(petition["id"])["petitioners"] is None
    # Give the fact all the time in the world to arrive: the clocks, which follow the same fact, are there.
    platform.eventually(lambda: {c["obligation"] for c in bureau.whole(petition["id"])["clocks"]} >= {"TRANSFER"})
    assert [error["code"] for error in reveal(platform, petition, tenant="slj")["errors"]] == ["NOT_FOUND"]
    assert reveal(platform, petition, tenant="xfj")["errors"] == []
