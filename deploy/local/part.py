"""One process of the platform, as whoever keeps it running must know it."""

import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.instance import ROOT


@dataclass(frozen=True, kw_only=True)
class Part:
    name: str
    label: str
    """What people call it."""
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    """On top of what the keeper itself has."""
    user: str | None = None
    """As whom it runs where the keeper is root; None for the keeper's own user."""
    directory: Path = ROOT
    """Where it works; its user must be able to enter it."""
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: int = 30
    """How long it may finish its work before it is killed."""
