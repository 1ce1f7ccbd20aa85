"""A bureau's own system in tests: the example client listening, and hands to do what it never would."""

import asyncio
import importlib.util
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kombu import Connection, Producer

from deploy.local.instance import ROOT
from services.contracts.topology import BUREAU_REPLY
from tests.harness.platform import Platform
from tests.harness.waiting import eventually
from tests.journey.story import Walker, done, letter

CLIENT = ROOT / "deploy" / "examples" / "bureau" / "client.py"


def client_module() -> Any:
    """The example client, which is no module of the platform."""
    spec = importlib.util.spec_from_file_location("bureau_client", CLIENT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


client = client_module()


class Bureau:
    """A bureau's own system: the example client listening, and the means to send what it would never send."""

    def __init__(self, account: dict[str, str], folder: Path) -> None:
        self.account = account["username"]
        self.url = account["amqp_url"]
        self.password = account["password"]
        self.received: list[dict[str, Any]] = []
        self._store = str(folder / f"{account['tenant']}.sqlite")
        self._listen()

    def events(self, referral_id: str) -> list[dict[str, Any]]:
        """The states that came of this referral, in order."""
        return [one for one in self.states() if one["referral_id"] == referral_id]

    def files(self, referral_id: str) -> list[dict[str, Any]]:
        """The files of this referral of which it was told, with it or later."""
        with_it = [file for one in self.events(referral_id) for file in one["attachments"]]
        later = [one["data"] for one in list(self.received) if one["type"] == client.ATTACHMENT]
        return [*with_it, *(one["attachment"] for one in later if one["referral_id"] == referral_id)]

    def states(self) -> list[dict[str, Any]]:
        return [one["data"] for one in list(self.received) if one["type"] == client.REFERRAL]

    def await_state(self, referral_id: str, state: str) -> dict[str, Any]:
        """The event that tells of this state."""
        return eventually(lambda: next((one for one in self.events(referral_id) if one["state"] == state), None))

    def receipt(self, reply_id: str) -> dict[str, Any]:
        """The receipt of this reply, when it has come."""
        return eventually(lambda: next(iter(self.receipts(reply_id)), None))

    def receipts(self, reply_id: str) -> list[dict[str, Any]]:
        receipts = [one["data"] for one in list(self.received) if one["type"] == client.RECEIPT]
        return [one for one in receipts if one["in_reply_to"] == reply_id]

    def refusal(self, reply_id: str | None) -> dict[str, Any]:
        """The refusal of this reply, when it has come."""
        return eventually(lambda: next(iter(self.refusals(reply_id)), None))

    def refusals(self, reply_id: str | None) -> list[dict[str, Any]]:
        refused = [one["data"] for one in list(self.received) if one["type"] == client.REFUSED]
        return [one for one in refused if one["in_reply_to"] == reply_id]

    def reply(self, verb: str, referral_id: str, *, reply_id: str | None = None, **fields: Any) -> str:
        """Sends a reply with the example client."""
        data = {"referral_id": referral_id, **fields}
        sent: str = asyncio.run(client.send_reply(self.url, verb, data, reply_id=reply_id))
        return sent

    def command(self, *arguments: str, code: int = 0) -> str:
        """Runs the example client as a program, beside the one that listens; what it said."""
        process = self._popen(*arguments, stderr=subprocess.STDOUT)
        said, _ = process.communicate(timeout=60)
        assert process.returncode == code, said
        return said

    def publish(
        self,
        body: bytes,
        *,
        user_id: str | None = None,
        exchange: str = BUREAU_REPLY,
        routing_key: str = "any",
        headers: dict[str, Any] | None = None,
    ) -> None:
        """Publishes whatever is given; raises what the broker says against it."""
        with self.channel() as channel:
            properties = {} if user_id is None else {"user_id": user_id}
            Producer(channel).publish(
                body,
                exchange=exchange,
                routing_key=routing_key,
                headers=headers or {},
                content_type="application/json",
                content_encoding="binary",
                **properties,
            )

    @contextmanager
    def channel(self) -> Iterator[Any]:
        with Connection(self.url, transport_options={"confirm_publish": True}) as connection:
            yield connection.channel()

    def ended(self, code: int) -> bool:
        """Whether the example client that listened ended by itself, with this code."""
        return self._listener.wait(20) == code

    def restart(self, url: str) -> None:
        """Listens with another address, as after a new password was entered."""
        self.close()
        self.url = url
        self._listen()

    def close(self) -> None:
        self._listener.terminate()
        self._listener.wait(10)
        self._reader.join(10)
        assert self._listener.stdout is not None
        self._listener.stdout.close()

    def _listen(self) -> None:
        self._listener = self._popen("listen")
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _popen(self, *arguments: str, stderr: int | None = None) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(CLIENT), "--store", self._store, *arguments],
            # Nothing of the platform is in its reach.
            env={"PATH": os.environ["PATH"], "XINQIAO_BUREAU_URL": self.url, "PYTHONUTF8": "1"},
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )

    def _read(self) -> None:
        assert self._listener.stdout is not None
        for line in self._listener.stdout:
            self.received.append(json.loads(line))


def account_of(platform: Platform, tenant: str) -> dict[str, str]:
    """The broker account of one of the county's bureaus, as it was handed over."""
    accounts: list[dict[str, str]] = json.loads(platform.logins_file.with_name("bureaus.json").read_text("utf-8"))
    return next(one for one in accounts if (one["county"], one["tenant"]) == ("luonan", tenant))


class Story:
    """The county office and two bureaus whose systems stand at the link."""

    def __init__(self, platform: Platform, folder: Path) -> None:
        self.platform = platform
        self.county = Walker(platform, platform.login("xfj", "CLERK"))
        self.bureau = Bureau(account_of(platform, "lyj"), folder)
        self.other = Bureau(account_of(platform, "wlj"), folder)

    def referred(self, *, to: str = "lyj", received: bool = False, **changes: Any) -> tuple[str, str]:
        """A new letter, sent to the bureau: ids of petition and referral."""
        petition = done(self.county.register(letter(**changes)))["petition"]["id"]
        given = {"petitionId": petition, "kind": "TRANSFER", "to": [{"tenant": to, "role": "LEAD"}], "note": "请阅处"}
        referral = done(self.county.act("referPetition", "ReferPetitionInput", given))["referral"]["id"]
        if received:
            self.bureau.reply("receive", referral)
            self.bureau.await_state(referral, "RECEIVED")
        return petition, referral

    def acts(self, petition: str) -> list[str]:
        """The acts on the hand-over, as the county office reads them."""
        timeline = self.county.whole(petition)["timeline"]
        return [one["act"] for one in timeline if not one["act"].startswith(("CLOCK", "DUTY", "REGISTERED", "PROPOS"))]

    def assert_untouched(self, referral: str) -> None:
        """Its rightful holder, the other bureau, finds the referral as it was sent and goes on with it."""
        sent = [self.other.reply(verb, referral) for verb in ("receive", "accept")]
        self.other.await_state(referral, "ACCEPTED")
        assert [one["version"] for one in self.other.events(referral)] == [1, 2, 3]
        assert [self.other.refusals(one) for one in sent] == [[], []]
