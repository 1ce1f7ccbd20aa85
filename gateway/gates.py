"""Back-pressure: how many commands a service is given at once, and none while it does not answer.

One gate for each service and gateway process. What a gate refuses was not begun; reads of the view pass no gate.
"""

from services.common.errors import ServiceBusy, Unavailable

SILENT = 3
"""Commands in a row without an answer in time after which a service is given no more, until it answers a ping."""
SHUT_RETRY_SECONDS = 5
BUSY_RETRY_SECONDS = 1

SHUT = "承办本次操作的服务暂时没有响应，本次操作没有办理；填写的内容请保留，稍后重试即可，查询不受影响"


class Gate:
    """The gate of one service. ``in_flight``: commands at once; None for whoever bounds them himself."""

    def __init__(self, *, in_flight: int | None) -> None:
        self._most = in_flight
        self.under_way = 0
        self._silent = 0

    @property
    def shut(self) -> bool:
        return self._silent >= SILENT

    def enter(self) -> None:
        """Before a command is sent; ``leave`` follows. Raises ``Unavailable`` and ``ServiceBusy``."""
        if self.shut:
            raise Unavailable(SHUT, retry_after=SHUT_RETRY_SECONDS)
        if self._most is not None and self.under_way >= self._most:
            raise ServiceBusy(retry_after=BUSY_RETRY_SECONDS)
        self.under_way += 1

    def leave(self) -> None:
        self.under_way -= 1

    def answered(self) -> None:
        """The service lives, whatever it said."""
        self._silent = 0

    def unanswered(self) -> bool:
        """A command got no answer in its time; whether that shut the gate just now."""
        self._silent += 1
        return self._silent == SILENT
