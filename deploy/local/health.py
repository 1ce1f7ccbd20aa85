"""Asking the gateway how the platform is."""

import http.client
import json
from collections.abc import Mapping
from typing import Any

from services.common.settings import Settings

ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}


def address(settings: Settings) -> str:
    """Where a browser on this machine finds the gateway."""
    host = ANY_ADDRESS.get(settings.host, settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def report(settings: Settings) -> Mapping[str, Any] | None:
    """What ``/healthz`` says, healthy or not; None where nobody answers in its form."""
    host = ANY_ADDRESS.get(settings.host, settings.host)
    connection = http.client.HTTPConnection(host, settings.port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        answer = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return answer if isinstance(answer, dict) else None


def healthy(settings: Settings) -> bool:
    """Whether every part is well."""
    answer = report(settings)
    return answer is not None and answer.get("status") == "ok"


def unwell(answer: Mapping[str, Any] | None) -> set[str]:
    """The parts of which the gateway says that they are not well."""
    said = (answer or {}).get("parts") or {}
    return {name for name, state in said.items() if (state.get("status") if isinstance(state, dict) else state) != "ok"}
