"""What the operator sees while a command works: numbered steps with their times, in plain lines."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(text: str) -> None:
    """One line, at once, also where the output is a file."""
    print(text, flush=True)


class Steps:
    """``[3/8] 启动消息总线 … 4.2 s``: the title when the step begins, the time when it is done."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.number = 0
        self.open = False

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        self.number += 1
        started = time.monotonic()
        print(f"[{self.number}/{self.total}] {title} …", end="", flush=True)
        self.open = True
        try:
            yield
        except BaseException:
            say(" 失败" if self.open else "      失败")
            raise
        say(f"{'' if self.open else '     '} {time.monotonic() - started:.1f} s")

    def note(self, text: str) -> None:
        """A line within a step, about what takes its time."""
        if self.open:
            sys.stdout.write("\n")
            self.open = False
        say(f"      {text}")
