"""A queue and a broker account for each bureau, so that its own system can take referrals and answer them.

The account may read its one queue and publish to ``bureau.reply``, and nothing else on the broker.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from deploy.local.errors import LocalError
from deploy.operator.handover import BureauAccount, decide_password, make_password, read_entries, write_entries
from deploy.operator.management import Management
from services.contracts.topology import BUREAU, BUREAU_REPLY, DEAD, bureau_queue

NOTHING = "^$"
"""RabbitMQ's pattern for no permission: it matches no name."""
NO_PASSWORD = ""
"""A password hash with which the broker lets nobody log in."""


class NoAccount(LocalError):
    """No bureau has this account; the message says where to look."""


def without_queue(*, broker: Management, amqp_url: str, county: str, bureaus: Mapping[str, str]) -> list[str]:
    """Those of ``bureaus`` that have no queue: what was referred to them is nowhere on the broker."""
    there = {queue["name"] for queue in broker.queues(vhost_of(amqp_url))}
    return [tenant for tenant in bureaus if bureau_queue(county, tenant) not in there]


def rotate(*, broker: Management, amqp_url: str, county: str, slug: str, tenant: str, file: Path) -> BureauAccount:
    """Gives a bureau's account a new password, enters it in ``file``, and ends what is connected with the old one.

    Raises ``NoAccount``, ``BrokerError`` and ``HandoverError``.
    """
    name = bureau_queue(county, tenant)
    if name not in broker.user_names():
        raise NoAccount(f"没有接口账号 {name}。现有账号见 ./xinqiao bureau list")
    listed = read_entries(file, BureauAccount)
    fresh = _account(slug=slug, tenant=tenant, name=name, password=make_password(), amqp_url=amqp_url)
    # Written before the broker knows it, as in load_bureaus; taken back where the broker does not take it.
    write_entries(file, [*(entry for entry in listed if entry.username != name), fresh])
    try:
        hashes = {name: password_hash(fresh.password)}
        broker.upload(definitions([name], hashes=hashes, vhost=vhost_of(amqp_url)))
    except LocalError:
        write_entries(file, listed)
        raise
    broker.close_connections(name)
    return fresh


def load_bureaus(
    *, broker: Management, amqp_url: str, county: str, slug: str, bureaus: Mapping[str, str], file: Path | None
) -> list[str]:
    """Gives each bureau its queue and account, takes the account from bureaus that are gone; says what changed.

    ``bureaus`` are names by tenant code. Passwords are kept or made as ``decide_password`` says; a new account
    without a file to hand its password over has none, so that nobody can use it yet. The queue of a bureau that is
    gone stays with what it holds. Raises ``BrokerError`` and ``HandoverError``.
    """
    accounts = {bureau_queue(county, tenant): tenant for tenant in bureaus}
    standing = {name for name in broker.user_names() if name.startswith(bureau_queue(county, ""))}
    listed = {} if file is None else {entry.username: entry for entry in read_entries(file, BureauAccount)}
    passwords = {
        name: decide_password(
            listed=listed[name].password if name in listed else None,
            standing=name in standing,
            handed_over=file is not None,
        )
        for name in accounts
    }
    if file is not None:
        # Written before the broker knows them: a password that is set is never one that nobody knows.
        others = [entry for entry in listed.values() if entry.county != slug]
        entries = [
            _account(slug=slug, tenant=tenant, name=name, password=passwords[name].text or "", amqp_url=amqp_url)
            for name, tenant in accounts.items()
        ]
        write_entries(file, [*others, *entries])
    hashes = {name: NO_PASSWORD for name in accounts if name not in standing}
    hashes |= {name: password_hash(one.text) for name, one in passwords.items() if one.to_set and one.text}
    vhost = vhost_of(amqp_url)
    broker.upload(definitions(list(accounts), hashes=hashes, vhost=vhost))
    broker.upload({"policies": [nothing_is_lost(vhost=vhost, version=broker.version())]})
    gone = sorted(standing - accounts.keys())
    for name in gone:
        broker.delete_user(name)
    return [
        *(f"新增部门接口账号：{bureaus[accounts[name]]}（{name}）" for name in accounts if name not in standing),
        *(
            f"变更部门接口账号：{bureaus[accounts[name]]}（{name}）换了新密码"
            for name, password in passwords.items()
            if name in standing and password.to_set
        ),
        *(f"停用部门接口账号：{name}" for name in gone),
    ]


def _account(*, slug: str, tenant: str, name: str, password: str, amqp_url: str) -> BureauAccount:
    return BureauAccount(
        county=slug,
        tenant=tenant,
        username=name,
        password=password,
        queue=name,
        amqp_url=with_credentials(amqp_url, username=name, password=password),
    )


def nothing_is_lost(*, vhost: str, version: tuple[int, ...]) -> dict[str, Any]:
    """The policy of all bureaus' queues. They have no bound and no expiry; what a bureau's system refuses for good
    goes to the dead letters, and is dropped here after it has arrived there. A policy, unlike arguments, reaches
    queues that stand already."""
    definition = {
        "dead-letter-exchange": DEAD,
        "dead-letter-routing-key": BUREAU,
        "dead-letter-strategy": "at-least-once",
        "overflow": "reject-publish",
    }
    # From version 4 on a message is given up after 20 returns unless one says otherwise; before, it cannot be said.
    limit = {"delivery-limit": -1} if version >= (4,) else {}
    return {
        "vhost": vhost,
        "name": "bureaus",
        "pattern": rf"^{re.escape(BUREAU)}\.[^.]+\.",
        "apply-to": "queues",
        "priority": 0,
        "definition": {**definition, **limit},
    }


def definitions(names: list[str], *, hashes: Mapping[str, str], vhost: str) -> dict[str, Any]:
    """One upload for all: queues (named like the accounts) with bindings, accounts with ``hashes``, permissions."""
    lasting = {"vhost": vhost, "durable": True, "auto_delete": False}
    return {
        "exchanges": [{**lasting, "name": BUREAU, "type": "direct", "internal": False, "arguments": {}}],
        "queues": [{**lasting, "name": name, "arguments": {"x-queue-type": "quorum"}} for name in names],
        "bindings": [
            {
                "vhost": vhost,
                "source": BUREAU,
                "destination": name,
                "destination_type": "queue",
                "routing_key": name,
                "arguments": {},
            }
            for name in names
        ],
        "users": [
            {
                "name": name,
                "password_hash": digest,
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": [],
            }
            for name, digest in hashes.items()
        ],
        "permissions": [
            {
                "vhost": vhost,
                "user": name,
                "configure": NOTHING,
                "write": f"^{re.escape(BUREAU_REPLY)}$",
                "read": f"^{re.escape(name)}$",
            }
            for name in names
        ],
    }


def password_hash(password: str) -> str:
    """RabbitMQ's salted SHA-256 (``rabbit_password_hashing_sha256``): base64 of the salt and the digest."""
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def vhost_of(amqp_url: str) -> str:
    return unquote(urlsplit(amqp_url).path.removeprefix("/")) or "/"


def with_credentials(amqp_url: str, *, username: str, password: str) -> str:
    """The same broker and virtual host, for another account."""
    parts = urlsplit(amqp_url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(username, safe='')}:{quote(password, safe='')}@{place}"))
