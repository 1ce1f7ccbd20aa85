"""Waiting for what will come true: ask again and again, with a limit, and say what was awaited."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

EVERY_SECONDS = 0.05
RARELY_SECONDS = 0.25
PART = 0.1
"""Of the time waited so far: who has waited long asks more rarely, and leaves the machine to what he waits for."""


def eventually(condition: Callable[[], T | None], timeout: float = 20, *, what: str | None = None) -> T:
    """The first true value of the condition, asked every 50 to 250 ms; ``AssertionError`` after ``timeout`` seconds.

    An ``AssertionError`` within the condition means "not yet"; the last one is shown if time runs out.
    """
    started = time.monotonic()
    while True:
        last: object
        try:
            value = condition()
            if value:
                return value
            last = value
        except AssertionError as error:
            last = error
        waited = time.monotonic() - started
        if waited > timeout:
            raise AssertionError(f"not within {timeout} s: {what or condition.__name__} (last: {last!r})")
        time.sleep(min(max(EVERY_SECONDS, PART * waited), RARELY_SECONDS))
