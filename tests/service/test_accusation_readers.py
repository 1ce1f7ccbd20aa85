"""Who is named to see an accusation (Art. 30), and letters that are addressed to a leader, over the real platform."""

from collections.abc import Callable
from typing import Any

import msgspec

from services.common.ids import new_id
from services.contracts.acts import Act
from services.contracts.deadlines import Clock
from services.contracts.intake import Nature, Urgency
from services.contracts.reminders import Reminder
from services.deadlines.cases import recount_many
from services.deadlines.readers import follow_readers
from tests.harness.platform import GraphQLFailed, Platform
from tests.journey.story import CASE, Walker, done, letter
from tests.service import told
from tests.service.test_mornings import settle

SEEN = """query($id: UUID!) { petition(id: $id) { title referrals { id state } clocks { obligation } milestones { id }
  attachments { id } timeline { act } } }"""
FOUND = "{ petitions(first: 100) { nodes { id } } supervisions { nodes { petitionId } } reminders { nodes { id } } }"
LETTERS = "{ lettersToMe { totalCount nodes { id title } } }"
READER, LEADER = "slj.clerk@luonan", "xfj.leader@luonan"


class Desk(Walker):
    def __init__(self, platform: Platform, tenant: str, role: str = "CLERK") -> None:
        super().__init__(platform, platform.login(tenant, role))

    def names(self, petition: str, *readers: str) -> dict[str, Any]:
        given = {"petitionId": petition, "readers": list(readers), "reason": "承办需要"}
        query = f"mutation($input: NameReadersInput!) {{ nameReaders(input: $input) {{ {CASE} }} }}"
        return self.request(query, "nameReaders", given, patient=False)

    def code(self, petition: str, *readers: str) -> str:
        (error,) = self.names(petition, *readers)["errors"]
        return str(error["code"])

    def sees(self, petition: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] | None = self.platform.gql(self.client, SEEN, {"id": petition})["petition"]
        except GraphQLFailed:
            return None
        listed = str(self.platform.gql(self.client, FOUND))
        assert (petition in listed) == (found is not None)
        return found

    def does(self, mutation: str, referral: str) -> list[str]:
        given = {"referralId": referral}
        return [one["code"] for one in self.act(mutation, "ReferralInput", given)["errors"]]

    def letters(self) -> list[str]:
        return [one["title"] for one in self.platform.gql(self.client, LETTERS)["lettersToMe"]["nodes"]]


def test_a_named_reader_sees_and_acts_and_a_removed_one_does_neither(platform: Platform) -> None:
    office, clerk = Desk(platform, "xfj", "ACCUSATIONS"), Desk(platform, "xfj")
    holder, elsewhere, accused = Desk(platform, "slj"), Desk(platform, "zrzy"), Desk(platform, "jtj")
    item = letter(title="检举某站长", nature="ACCUSATION", accused=["jtj"], category=None)
    petition = done(office.register(item))["petition"]["id"]
    to = [{"tenant": "slj", "role": "LEAD"}]
    given = {"petitionId": petition, "kind": "TRANSFER", "to": to}
    referral = done(office.act("referPetition", "ReferPetitionInput", given))["referral"]["id"]
    assert [desk.sees(petition) for desk in (clerk, holder, elsewhere, accused)] == [None] * 4
    assert holder.does("receiveReferral", referral) == ["NOT_FOUND"]

    assert clerk.code(petition, READER) == "NOT_FOUND"
    assert office.code(petition, "nobody@luonan") == "INVALID_INPUT"
    assert office.code(petition, "jtj.clerk@luonan") == "ACCUSED_UNIT"
    done(office.names(petition, READER, "zrzy.clerk@luonan"))
    seen = holder.sees(petition)
    assert seen is not None
    assert [one["id"] for one in seen["referrals"]] == [referral]
    # Named alone one sees nothing of a case that one's tenant does not hold.
    assert elsewhere.sees(petition) is None
    # Routing follows by the bus.
    platform.eventually(lambda: holder.does("receiveReferral", referral) == [])
    assert holder.does("acceptReferral", referral) == []
    platform.eventually(lambda: (holder.sees(petition) or {})["clocks"])

    done(office.names(petition))
    assert holder.sees(petition) is None
    note = {"referralId": referral, "text": "已约谈"}

    def refused() -> bool:
        errors = holder.act("noteProgress", "NoteProgressInput", note)["errors"]
        return [one["code"] for one in errors] == ["NOT_FOUND"]

    platform.eventually(refused)
    seen = office.sees(petition)
    assert seen is not None
    assert seen["referrals"][0]["state"] in {"ACCEPTED", "IN_PROGRESS"}


def test_a_letter_to_a_leader_by_name_lies_in_his_list(platform: Platform) -> None:
    township, leader, clerk = Desk(platform, "611021001"), Desk(platform, "xfj", "LEADER"), Desk(platform, "xfj")
    title = f"致县领导 {new_id()}"

    def refused(**changes: Any) -> Callable[[str], tuple[str, str]]:
        def to(addressee: str) -> tuple[str, str]:
            given = letter(title=title, letter={"addressedTo": "县领导", "addressee": addressee}, **changes)
            (error,) = township.register(given)["errors"]
            return error["code"], error["field"]

        return to

    assert refused()("xfj.clerk@luonan") == ("INVALID_INPUT", "letter.addressee")
    assert refused()("611021002.head@luonan") == ("INVALID_INPUT", "letter.addressee")
    assert refused(accusedUsers=[LEADER])(LEADER) == ("ACCUSED_UNIT", "letter.addressee")
    assert refused(nature="ACCUSATION")(LEADER) == ("INVALID_INPUT", "letter.addressee")
    done(township.register(letter(title=title, letter={"addressedTo": "县领导", "addressee": LEADER})))
    assert title in leader.letters()
    assert title not in clerk.letters()
    secret = letter(title=f"检举 {title}", letter={"addressee": LEADER}, nature="ACCUSATION", readers=[LEADER])
    done(township.register(secret))
    assert f"检举 {title}" in leader.letters()


def test_clocks_and_reminders_of_an_accusation_follow_its_readers(desk: told.Desk) -> None:
    first = told.petition(nature=Nature.ACCUSATION, urgency=Urgency.URGENT, accused=["jtj"])
    settle(desk)
    desk.keep(first)
    assert {each.named for each in (*desk.clocks(first.id).values(), *reminders(desk))} == {first.named}

    then = msgspec.structs.replace(first, readers=["reader"])
    for version, item in ((2, then), (3, first)):
        with desk.database.begin(desk.actor, trace="test", now=told.MOMENT) as tx:
            tx.keep(item, version=version, fact_id=new_id())
            follow_readers(tx, item)
            recount_many(tx, petition_ids=[item.id], rules=told.RULES)
        assert item.named is not None
        assert {each.named for each in (*desk.clocks(item.id).values(), *reminders(desk))} == {item.named}
        watched = "SELECT bool_and(restricted = :names) FROM deadlines.watch WHERE county_id = :county"
        assert desk.one(watched, names=sorted(item.named))
    # They follow, and nothing else about them has changed.
    acts = [fact.act for fact in desk.facts(Clock)]
    assert set(acts) == {Act.CLOCK_OPENED, Act.READERS_NAMED}
    assert acts.count(Act.READERS_NAMED) == 2 * acts.count(Act.CLOCK_OPENED)
    assert len(reminders(desk)) == 2


def reminders(desk: told.Desk) -> list[Reminder]:
    """The newest state of each."""
    return list({fact.subject: fact.state for fact in desk.facts(Reminder)}.values())
