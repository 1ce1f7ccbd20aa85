"""The bus as nameko services meet it: entry points that are typed, scoped and idempotent by construction."""

from services.common.bus.commands import command
from services.common.bus.facts import on_fact

__all__ = ["command", "on_fact"]
