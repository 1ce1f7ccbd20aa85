"""A private RabbitMQ: loopback only, its own ports, cookie, epmd and account; no guest."""

import http.client
import json
import os
from base64 import b64encode
from pathlib import Path
from urllib.parse import unquote, urlsplit

from deploy.local import software
from deploy.local.errors import LocalError
from deploy.local.instance import Instance
from deploy.local.part import Part
from deploy.local.ports import LOOPBACK, answers
from services.common.settings import Settings

NAME = "rabbitmq"
NODE = "xinqiao@localhost"
NO_BUSY_WAIT = "+sbwt none +sbwtdcpu none +sbwtdio none"
"""Erlang's schedulers otherwise spin while they wait, and take a share of a small machine from the other parts."""


def prepare(instance: Instance, settings: Settings) -> None:
    """Writes the broker's own configuration; it makes the account when it starts for the first time."""
    assert instance.broker is not None
    folder = Path(instance.broker.data)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    account = urlsplit(settings.amqp_url)
    conf = folder / "rabbitmq.conf"
    conf.touch(mode=0o600)
    conf.write_text(
        f"default_user = {account.username}\n"
        f"default_pass = {account.password}\n"
        "default_user_tags.administrator = true\n"
        f"management.tcp.ip = {LOOPBACK}\n"
        f"management.tcp.port = {instance.broker.management}\n"
    )
    (folder / "enabled_plugins").write_text("[rabbitmq_management].\n")


def part(instance: Instance) -> Part:
    assert instance.broker is not None
    folder = Path(instance.broker.data)
    scripts = software.rabbitmq_sbin()
    if scripts is None:
        raise LocalError(f"本机缺少 RabbitMQ。{software.WAYS_ON}")
    environment = {
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "RABBITMQ_NODENAME": NODE,
        "RABBITMQ_NODE_IP_ADDRESS": LOOPBACK,
        "RABBITMQ_NODE_PORT": str(instance.broker.amqp),
        "RABBITMQ_DIST_PORT": str(instance.broker.distribution),
        "ERL_EPMD_PORT": str(instance.broker.epmd),
        "ERL_EPMD_ADDRESS": LOOPBACK,
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_CONF_ENV_FILE": os.devnull,
        "ERL_CRASH_DUMP": str(folder / "erl_crash.dump"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"-kernel inet_dist_use_interface {{127,0,0,1}} {NO_BUSY_WAIT}",
        # Makes the start script become the broker instead of standing beside it: whoever kills the process
        # that the keeper watches kills the broker, and a signal reaches the broker itself.
        "RUNNING_UNDER_SYSTEMD": "true",
    }
    return Part(
        name=NAME,
        label="消息总线",
        command=(str(scripts / "rabbitmq-server"),),
        environment=environment,
        stop_seconds=60,
    )


def ready(settings: Settings) -> bool:
    """Whether it takes connections from our account, and its management API answers."""
    amqp = urlsplit(settings.amqp_url)
    if not answers(amqp.port or 5672, amqp.hostname or LOOPBACK):
        return False
    try:
        status, body = call_management(settings.amqp_admin_url, "GET", "/api/whoami")
    except (OSError, http.client.HTTPException):
        return False
    return status == 200 and "administrator" in json.loads(body)["tags"]


def call_management(admin_url: str, method: str, path: str, body: object = None) -> tuple[int, bytes]:
    """One call of the management API: HTTP status and content. Raises ``OSError`` where nobody answers."""
    url = urlsplit(admin_url)
    secret = b64encode(f"{unquote(url.username or '')}:{unquote(url.password or '')}".encode()).decode()
    headers = {"Authorization": f"Basic {secret}", "Content-Type": "application/json"}
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.hostname or LOOPBACK, url.port, timeout=10)
    try:
        content = None if body is None else json.dumps(body)
        connection.request(method, url.path.rstrip("/") + path, content, headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
