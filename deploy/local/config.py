"""The settings file of an instance: every key filled, secrets made once, kept by all later runs."""

import json
import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from deploy.local.errors import LocalError
from deploy.local.instance import Instance
from deploy.local.ports import LOOPBACK
from services.common import settings
from services.common.settings import Settings

DATABASE_PARTS = ("intake", "routing", "roster", "deadlines", "gateway", "relay")
KEYS = ("vault_key", "index_key", "token_key", "link_key", "ledger_key")
AS_THEY_ARE = (
    *("token_minutes", "rpc_timeout_seconds", "retry_delays_seconds", "log_level"),
    *("attachment_storage", "attachment_max_mb", "attachments_per_petition", "attachment_scan_command"),
    *("attachment_link_minutes", "bureau_link_days", "public_reads_per_minute", "public_writes_per_hour"),
    *("session_hours", "session_idle_minutes", "login_attempts", "login_lock_minutes", "login_failures_per_minute"),
    *("public_wrong_codes", "public_lock_minutes", "trusted_proxies", "cors_origins", "max_body_kb"),
    *("query_max_tokens", "query_max_depth", "query_max_aliases", "query_max_root_fields", "query_max_directives"),
    *("query_max_rows", "query_max_cost", "persisted_documents", "persisted_only"),
    *("commands_in_flight", "user_requests_per_minute", "metrics_networks"),
    *("tracing", "tracing_exporter", "tracing_endpoint", "tracing_ratio", "oidc_file"),
)
"""Keys that have a default, which the file then shows."""
ON_LOOPBACK = ("graphiql", "introspection", "query_suggestions")
"""What helps whoever builds a console is switched on where only this machine reaches the gateway."""
CHANGES = ("PORT", "AMQP_URI", "AMQP_ADMIN_URI", "DATABASE_URL")
"""Variables by which ``up`` changes what the file says."""

HEADER = """\
# 信桥的配置。由 ./xinqiao up 首次运行时生成，此后保留；可以修改，改后重新运行 ./xinqiao up 生效。
# 内含密码和密钥：只许本人读取。vault_key 丢失后，信访人信息无法解密，请另行妥善备份本文件。
"""


def ensure(instance: Instance, *, environ: Mapping[str, str]) -> Settings:
    """The instance's settings; what the file lacks is added to it, what it has is kept.

    ``PORT``, ``AMQP_URI``, ``AMQP_ADMIN_URI`` and ``DATABASE_URL`` change what the file says.
    Raises ``LocalError`` or ``SettingsError`` naming the wrong variable or key.
    """
    text, have = _read(instance)
    want = _wanted(instance, have, environ)
    for key, value in want.items():
        if have.get(key) != value:
            text = with_key(text, key, value)
    _write_private(instance.config, text)
    overrides = {name: value for name, value in environ.items() if name.startswith(settings.ENV_PREFIX)}
    return settings.load(
        "amqp_url",
        "amqp_admin_url",
        "admin_database_url",
        *(f"{part}_database_url" for part in DATABASE_PARTS),
        *KEYS,
        environ=overrides | {"XINQIAO_CONFIG": str(instance.config)},
    )


def gateway_address(instance: Instance, environ: Mapping[str, str]) -> tuple[str, int]:
    """Host and port on which the gateway will listen, as file and environment have them."""
    _, have = _read(instance)
    host = environ.get("XINQIAO_HOST") or str(have.get("host", LOOPBACK))
    override = environ.get("XINQIAO_PORT", "")
    if override.isdecimal():  # a malformed one is refused, with its name, by the settings themselves
        return host, int(override)
    return host, _port(environ) or int(have.get("port", 8000))


def _read(instance: Instance) -> tuple[str, dict[str, Any]]:
    text = instance.config.read_text("utf-8") if instance.config.exists() else HEADER
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LocalError(f"配置文件 {instance.config} 不是有效的 TOML：{error}") from error


def with_key(text: str, key: str, value: object) -> str:
    """The TOML text with the key set: its line replaced, or a new line at the end; comments stay."""
    line = f"{key} = {json.dumps(value, ensure_ascii=False)}"
    changed, count = re.subn(rf"^{key}\s*=.*$", lambda _: line, text, count=1, flags=re.MULTILINE)
    return changed if count else f"{text.rstrip()}\n{line}\n"


def _wanted(instance: Instance, have: Mapping[str, object], environ: Mapping[str, str]) -> dict[str, object]:
    want: dict[str, object] = {**_broker(instance, have, environ), **_databases(instance, have, environ)}
    for key in KEYS:
        want[key] = have.get(key) or secrets.token_hex(32)
    want["host"] = have.get("host", LOOPBACK)
    want["port"] = _port(environ) or have.get("port", 8000)
    # The local one goes with the port; one that a person wrote stays.
    here, given = f"http://{want['host']}:{want['port']}", have.get("public_address")
    was_here = f"http://{want['host']}:{have.get('port', 8000)}"
    want["public_address"] = given if given and given != was_here else here
    want["metrics_token"] = have.get("metrics_token", secrets.token_hex(32))
    for key in ON_LOOPBACK:
        # Older files have the first alone, which meant the others, too.
        want[key] = have.get(key, have.get("graphiql", want["host"] == LOOPBACK))
    for key in AS_THEY_ARE:
        default = getattr(Settings(), key)
        want[key] = have.get(key, list(default) if isinstance(default, tuple) else default)
    return want


def _broker(instance: Instance, have: Mapping[str, object], environ: Mapping[str, str]) -> dict[str, object]:
    if instance.broker is None:
        return {
            "amqp_url": environ.get("AMQP_URI") or have.get("amqp_url", ""),
            "amqp_admin_url": environ.get("AMQP_ADMIN_URI") or have.get("amqp_admin_url", ""),
        }
    account = f"xq_admin:{_password(have.get('amqp_url'))}@{LOOPBACK}"
    return {
        "amqp_url": f"amqp://{account}:{instance.broker.amqp}/",
        "amqp_admin_url": f"http://{account}:{instance.broker.management}",
    }


def _databases(instance: Instance, have: Mapping[str, object], environ: Mapping[str, str]) -> dict[str, object]:
    if instance.database is None:
        admin = plain_database_url(environ.get("DATABASE_URL") or str(have.get("admin_database_url", "")))
    else:
        password = _password(have.get("admin_database_url"))
        admin = f"postgresql://xq_admin:{password}@{LOOPBACK}:{instance.database.port}/xinqiao"
    parts = {
        f"{part}_database_url": _as_role(admin, f"xq_{part}", _password(have.get(f"{part}_database_url")))
        for part in DATABASE_PARTS
    }
    return {"admin_database_url": admin, **parts}


def plain_database_url(url: str) -> str:
    """``postgres://`` and ``postgresql+driver://`` mean the same server."""
    return re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", url)


def _as_role(url: str, role: str, password: str) -> str:
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{password}@{place}"))


def _password(url: object) -> str:
    """The password in a URL that the file holds already, or a new one."""
    return (urlsplit(str(url)).password if url else None) or secrets.token_hex(16)


def _port(environ: Mapping[str, str]) -> int | None:
    text = environ.get("PORT")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise LocalError(f"环境变量 PORT 的值 {text!r} 不正确：应为 1 到 65535 之间的整数。")
    return int(text)


def _write_private(path: Path, text: str) -> None:
    """Replaces the file in one step; nobody else could ever read it."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    part.replace(path)
