"""What is done to the platform while others work: each returns when the platform is well again."""

import signal
import time

from deploy.local import rabbitmq
from tests.harness.platform import Platform


def killed(platform: Platform, *parts: str) -> None:
    """Killed in their tracks, one after the other; each is started anew by its keeper."""
    for part in parts:
        platform.kill9(part)
        platform.await_health()


def held(platform: Platform, part: str, *, seconds: float) -> None:
    """Neither dead nor working, as a machine that swaps: what it was given lies there until it goes on."""
    kept = platform.instance.keeper[part]
    kept.send(signal.SIGSTOP)
    try:
        time.sleep(seconds)
    finally:
        kept.send(signal.SIGCONT)
    platform.await_health()


def broker_away(platform: Platform, *, seconds: float, gateway_too: bool = False) -> None:
    """Stopped, and started later. ``gateway_too``: the gateway is started anew meanwhile, and finds no broker."""
    kept = platform.instance.keeper[rabbitmq.NAME]
    kept.stop()
    try:
        if gateway_too:
            platform.kill9("gateway")
        time.sleep(seconds)
    finally:
        kept.start()
    platform.await_health()


def database_restarted(platform: Platform) -> None:
    platform.kill9_database()
    platform.await_health()
