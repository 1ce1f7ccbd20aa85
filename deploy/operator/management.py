"""RabbitMQ's management API, as far as accounts need it."""

import base64
import json
import re
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, unquote, urlsplit, urlunsplit
from urllib.request import ProxyHandler, Request, build_opener

from deploy.local.errors import LocalError

TIMEOUT_SECONDS = 30


class BrokerError(LocalError):
    """The management API cannot be used; the message says what to check."""


class Management:
    def __init__(self, admin_url: str) -> None:
        parts = urlsplit(admin_url)
        self._base = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))
        credentials = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
        self._authorization = "Basic " + base64.b64encode(credentials.encode()).decode()
        # The broker is a neighbour: a proxy meant for the internet must not see its administrator's password.
        self._opener = build_opener(ProxyHandler({}))

    def user_names(self) -> set[str]:
        return {user["name"] for user in self._call("GET", "/api/users")}

    def upload(self, definitions: dict[str, Any]) -> None:
        """Adds what is missing and updates accounts and permissions; what stands beside is left alone."""
        self._call("POST", "/api/definitions", definitions)

    def delete_user(self, name: str) -> None:
        self._call("DELETE", f"/api/users/{quote(name, safe='')}")

    def version(self) -> tuple[int, ...]:
        """The broker's, e.g. ``(3, 13, 7)``."""
        text = str(self._call("GET", "/api/overview?columns=rabbitmq_version")["rabbitmq_version"])
        return tuple(int(number) for number in re.findall(r"\d+", text)[:3])

    def queues(self, vhost: str) -> list[dict[str, Any]]:
        """``name``, ``messages`` (those in a reader's hands, too) and ``consumers`` of each queue; some seconds old."""
        wanted = "name,messages,consumers"
        queues: list[dict[str, Any]] = self._call("GET", f"/api/queues/{quote(vhost, safe='')}?columns={wanted}")
        return queues

    def close_connections(self, username: str) -> None:
        """Ends what an account has open: a changed password counts for new connections only."""
        self._call("DELETE", f"/api/connections/username/{quote(username, safe='')}")

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Raises ``BrokerError``."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": self._authorization, "Content-Type": "application/json"}
        request = Request(self._base + path, data=data, headers=headers, method=method)
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as response:
                answer = response.read()
        except HTTPError as error:
            with error:
                detail = error.read().decode("utf-8", "replace")
            if error.code in (401, 403):
                raise BrokerError("消息总线拒绝了管理账号，请检查配置项 amqp_admin_url 中的用户名和密码") from error
            raise BrokerError(f"消息总线未接受 {method} {path}（{error.code}）：{detail}") from error
        except OSError as error:
            raise BrokerError(f"连不上消息总线的管理接口 {self._base}，请检查配置项 amqp_admin_url：{error}") from error
        return json.loads(answer) if answer else None
