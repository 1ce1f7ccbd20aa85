"""Settings: from one TOML file and the environment, checked at start.

The file is named by ``XINQIAO_CONFIG`` (default ``.run/xinqiao.toml``); each key may be overridden by
``XINQIAO_<KEY>`` in capitals. A part names the keys that it needs; a missing, misspelt or malformed key stops
it with a message that names the key.
"""

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

Url = Annotated[str, Meta(pattern=r"^[a-z+]+://")]
Key = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
"""32 bytes in hexadecimal."""

ENV_PREFIX = "XINQIAO_"
NOT_KEYS = {"XINQIAO_CONFIG"}
DEFAULT_FILE = ".run/xinqiao.toml"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    amqp_url: Url = ""
    amqp_admin_url: Url = ""
    """RabbitMQ's management API with an administrator's credentials; only the operator's commands use it."""
    admin_database_url: Url = ""
    """A role that may create schemas and roles; only migrations use it."""
    intake_database_url: Url = ""
    routing_database_url: Url = ""
    roster_database_url: Url = ""
    deadlines_database_url: Url = ""
    gateway_database_url: Url = ""
    relay_database_url: Url = ""
    vault_key: Key = ""
    """Encrypts personal data of petitioners and visitors, in intake and roster. Lost key, lost data: keep a copy."""
    index_key: Key = ""
    """Keys the blind index by which encrypted values are found again."""
    token_key: Key = ""
    """Signs the gateway's access tokens."""
    link_key: Key = ""
    """Signs the links to attachments; gateway and routing need it."""
    ledger_key: Key = ""
    """Seals the ledger; the relay needs it, and whoever verifies. Known to nobody who may write to the database."""
    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65535)] = 8000
    token_minutes: Annotated[int, Meta(ge=1, le=1440)] = 15
    """How long an access token lives; a refresh token gives the next."""
    session_hours: Annotated[int, Meta(ge=1, le=720)] = 12
    """How long a session lives, however often its tokens are renewed."""
    session_idle_minutes: Annotated[int, Meta(ge=1, le=43_200)] = 120
    """How long a session lives whose tokens nobody renews."""
    login_attempts: Annotated[int, Meta(ge=1, le=100)] = 5
    """Wrong passwords after which an account takes none for a while, from whatever addresses they came."""
    login_lock_minutes: Annotated[int, Meta(ge=1, le=1440)] = 15
    """How long that is; wrong passwords older than this no longer count."""
    login_failures_per_minute: Annotated[int, Meta(ge=1, le=10_000)] = 20
    """Logins that one client address may get wrong, of whatever names."""
    rpc_timeout_seconds: Annotated[float, Meta(gt=0, le=120)] = 10.0
    commands_in_flight: Annotated[int, Meta(ge=1, le=1000)] = 50
    """Commands that one gateway process gives one service at once; what comes beyond that is refused (429)."""
    user_requests_per_minute: Annotated[int, Meta(ge=1, le=100_000)] = 1200
    """Requests that one user, or one machine, may make of one gateway process."""
    metrics_networks: tuple[Annotated[str, Meta(pattern=r"^[0-9a-fA-F:.]+(/\d{1,3})?$")], ...] = ("127.0.0.1", "::1")
    """Addresses or networks that may read ``/metrics``, where figures of every tenant stand."""
    metrics_token: Annotated[str, Meta(pattern=r"^(\S{24,})?$")] = ""
    """A bearer token by which ``/metrics`` is read from anywhere; empty: by none."""
    retry_delays_seconds: tuple[Annotated[int, Meta(ge=1, le=86400)], ...] = (1, 5, 30, 120)
    """How long a message waits before each further try; after the last it goes to the dead letters."""
    public_address: str = ""
    """Where others reach the gateway, e.g. ``https://xinqiao.example.gov.cn``: before links sent to a bureau."""
    attachment_max_mb: Annotated[int, Meta(ge=1, le=2000)] = 100
    """How large one attachment may be, in MiB."""
    attachments_per_petition: Annotated[int, Meta(ge=1, le=1000)] = 200
    attachment_scan_command: tuple[str, ...] = ()
    """The virus scan: program and arguments, to which the file's path is added; any exit code but 0 refuses the file.
    Empty: nothing is scanned, and each attachment says so."""
    attachment_storage: Annotated[str, Meta(pattern=r"^(folder|s3)$")] = "folder"
    """Where the files of cases are kept: ``folder``, in the instance's own; ``s3``, in an object store."""
    s3_endpoint: Url = ""
    """Of the object store, e.g. ``https://minio.example.gov.cn:9000``."""
    s3_bucket: str = ""
    s3_region: str = "us-east-1"
    s3_access_key: str = ""
    s3_secret_key: str = ""
    attachment_link_minutes: Annotated[int, Meta(ge=1, le=1440)] = 30
    """How long a link to an attachment lives that a query was given."""
    bureau_link_days: Annotated[int, Meta(ge=1, le=90)] = 14
    """How long one lives that was sent to a bureau's own system."""
    public_reads_per_minute: Annotated[int, Meta(ge=1, le=10_000)] = 60
    """Queries that one client address may make of the public side, which asks for no login."""
    public_writes_per_hour: Annotated[int, Meta(ge=1, le=10_000)] = 60
    """What one client address may hand in, save, open and rate there."""
    public_wrong_codes: Annotated[int, Meta(ge=1, le=100)] = 5
    """Wrong query codes after which a number answers nobody for a while, from whatever addresses they came."""
    public_lock_minutes: Annotated[int, Meta(ge=1, le=1440)] = 60
    """How long that is."""
    trusted_proxies: tuple[Annotated[str, Meta(pattern=r"^[0-9a-fA-F:.]+(/\d{1,3})?$")], ...] = ()
    """Addresses or networks of the proxies before the gateway, whose ``X-Forwarded-For`` is believed."""
    oidc_file: str = ""
    """A TOML file with the outside issuers by which people and programs may sign in (docs/identity.md), in the folder
    of this file or with its whole path. Empty: there are none."""
    log_level: Annotated[str, Meta(pattern=r"^(DEBUG|INFO|WARNING|ERROR)$")] = "INFO"
    tracing: bool = False
    """Export spans of all parts. The trace context itself flows and is logged without it."""
    tracing_exporter: Annotated[str, Meta(pattern=r"^(otlp|log)$")] = "otlp"
    """``otlp``: to an OpenTelemetry collector, over HTTP; ``log``: into each part's own log."""
    tracing_endpoint: Url = "http://127.0.0.1:4318"
    """Of the collector."""
    tracing_ratio: Annotated[float, Meta(ge=0, le=1)] = 1.0
    """Share of the traces begun here that are exported; of one begun elsewhere its ``traceparent`` says it."""
    graphiql: bool = False
    """Serve the GraphiQL page at ``/graphiql``; ``./xinqiao up`` switches it on where only this machine reaches it, and
    the next two with it."""
    introspection: bool = False
    """Let the schema be asked for."""
    query_suggestions: bool = False
    """Tell, of a misspelt field, the names that the schema has."""
    query_max_tokens: Annotated[int, Meta(ge=100, le=1_000_000)] = 4000
    """Of one GraphQL document; the next ones are of one operation, with its fragments."""
    query_max_depth: Annotated[int, Meta(ge=3, le=100)] = 15
    """Fields below each other. GraphiQL's introspection has 15."""
    query_max_aliases: Annotated[int, Meta(ge=1, le=1_000_000)] = 50
    query_max_root_fields: Annotated[int, Meta(ge=1, le=1_000_000)] = 30
    query_max_directives: Annotated[int, Meta(ge=1, le=1_000_000)] = 50
    query_max_rows: Annotated[int, Meta(ge=1, le=100)] = 100
    """That one page of a list may ask for."""
    query_max_cost: Annotated[int, Meta(ge=100, le=1_000_000_000)] = 50_000
    """About the values of an answer; see ``gateway/graphql_http/costs.toml``."""
    persisted_documents: tuple[str, ...] = ()
    """Files ``{"sha256:…": "query …"}`` of documents that may be executed by their id."""
    persisted_only: bool = False
    """Execute only these."""
    cors_origins: tuple[Annotated[str, Meta(pattern=r"^https?://[^/*]+$")], ...] = ()
    """Origins, e.g. ``https://console.example.gov.cn``, whose pages in a browser may use the interface."""
    max_body_kb: Annotated[int, Meta(ge=16, le=102_400)] = 1024
    """How large the body of a request may be, in KiB; of attachments see ``attachment_max_mb``."""


class SettingsError(Exception):
    """A setting is missing or wrong; the message names the key and says what to do."""


def folder() -> Path:
    """The instance's folder: where its settings file lies, and what it keeps beside its database."""
    return Path(os.environ.get("XINQIAO_CONFIG", DEFAULT_FILE)).parent


def load(*required: str, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings, with the keys in ``required`` present.

    Raises ``SettingsError`` naming the file or variable and the key.
    """
    env = os.environ if environ is None else environ
    path = Path(env.get("XINQIAO_CONFIG", DEFAULT_FILE))
    values: dict[str, Any] = _from_file(path) | _from_environment(env)
    settings = _checked(values, path)
    for key in required:
        if not getattr(settings, key):
            first = "" if path.exists() else "（尚无该文件；在本机运行请先执行 ./xinqiao up，它会生成全部配置）"
            raise SettingsError(f"缺少配置项 {key}：请写入 {path}{first}，或设置环境变量 {ENV_PREFIX}{key.upper()}")
    return settings


def _from_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"配置文件 {path} 不是有效的 TOML：{error}") from error


def _from_environment(env: Mapping[str, str]) -> dict[str, Any]:
    types = {field.name: field.type for field in msgspec.structs.fields(Settings)}
    values: dict[str, Any] = {}
    for name, text in env.items():
        if not name.startswith(ENV_PREFIX) or name in NOT_KEYS:
            continue
        key = name.removeprefix(ENV_PREFIX).lower()
        if key not in types:
            raise SettingsError(f"环境变量 {name} 不对应任何配置项{_nearest(key)}")
        try:
            plain = msgspec.json.decode(text) if text.startswith("[") else text
            values[key] = msgspec.convert(plain, types[key], strict=False)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise SettingsError(f"环境变量 {name} 的值不正确：{error}") from error
    return values


def _checked(values: dict[str, Any], path: Path) -> Settings:
    known = Settings.__struct_fields__
    for key in values:
        if key not in known:
            raise SettingsError(f"配置文件 {path} 中的 {key} 不是配置项{_nearest(key)}")
    try:
        return msgspec.convert(values, Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(f"配置不正确（{path}）：{error}") from error


def _nearest(key: str) -> str:
    near = difflib.get_close_matches(key, Settings.__struct_fields__, n=1)
    return f"，是否应为 {near[0]}？" if near else ""
