"""How often the public side answers: by client address, and by the number that somebody asks for.

Kept in the gateway's own memory and bounded: with several gateway processes each keeps its own count. Moments are
seconds of a clock that only goes forward.
"""

import ipaddress
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from math import ceil

from services.common.errors import Refusal, WrongQueryCode
from services.common.settings import SettingsError
from services.contracts.fact import Repeat

REMEMBERED = 50_000
"""Addresses, or numbers, of which a count is kept; those that came longest ago are forgotten first."""
IPV6_NETWORK = 64
"""Bits of an IPv6 address that are one customer's; the others he chooses as he likes."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class TooManyRequests(Refusal):
    code = "TOO_MANY_REQUESTS"
    default = "操作过于频繁，请稍后再试"
    repeat = Repeat.YES

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = ceil(retry_after)


class QueryLocked(TooManyRequests):
    code = "QUERY_LOCKED"
    default = "该编号的查询码输错次数过多，已暂停查询，请稍后再试，或致电登记单位"


class Buckets:
    """A token bucket for each key: ``size`` requests at once, refilled evenly over ``seconds``."""

    def __init__(self, *, size: int, seconds: float, remembered: int = REMEMBERED) -> None:
        self._each, self._seconds, self._remembered = seconds / size, seconds, remembered
        self._full_at: OrderedDict[str, float] = OrderedDict()
        """By key, the moment from which all are there again."""

    def take(self, key: str, *, now: float) -> None:
        """Raises ``TooManyRequests`` where none is left, and takes none then."""
        full_at = max(self._full_at.get(key, now), now) + self._each
        wait = full_at - now - self._seconds
        if wait > 0:
            message = f"操作过于频繁，请 {_spoken(wait)}后再试；急需办理的，请致电或到信访部门"
            raise TooManyRequests(message, retry_after=wait)
        self._full_at[key] = full_at
        self._full_at.move_to_end(key)
        if len(self._full_at) > self._remembered:
            self._full_at.popitem(last=False)

    def give_back(self, key: str) -> None:
        """Gives back what was taken last: it turned out that it need not be counted."""
        if key in self._full_at:
            self._full_at[key] -= self._each


class Guesses:
    """Wrong codes by number, whether it exists or not: after ``most`` it answers nobody until ``seconds`` have passed
    since the first."""

    def __init__(self, *, most: int, seconds: float, remembered: int = REMEMBERED) -> None:
        self._most, self._seconds, self._remembered = most, seconds, remembered
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()

    @contextmanager
    def at(self, number: str, *, now: float) -> Iterator[None]:
        """Inside, a code is tried; ``WrongQueryCode`` counts against the number, the right code clears its count.

        It is counted before it is tried, so that many tries at once are no more than ``most``. Raises ``QueryLocked``.
        """
        count, since = self._wrong.get(number, (0, now))
        if now - since >= self._seconds:
            count, since = 0, now
        if count >= self._most:
            wait = since + self._seconds - now
            message = f"该编号的查询码输错次数过多，已暂停查询，请约 {_spoken(wait)}后再试，或致电登记单位核对"
            raise QueryLocked(message, retry_after=wait)
        self._keep(number, count + 1, since)
        try:
            yield
        except WrongQueryCode:
            raise
        except BaseException:
            counted, since = self._wrong.get(number, (1, since))
            self._keep(number, counted - 1, since)
            raise
        self._wrong.pop(number, None)

    def _keep(self, number: str, count: int, since: float) -> None:
        self._wrong[number] = (count, since)
        self._wrong.move_to_end(number)
        if len(self._wrong) > self._remembered:
            self._wrong.popitem(last=False)


def networks(named: Iterable[str], *, key: str = "trusted_proxies") -> tuple[Network, ...]:
    """Raises ``SettingsError`` for what is no address or network, naming the setting ``key``."""
    found: list[Network] = []
    for each in named:
        try:
            found.append(ipaddress.ip_network(each, strict=False))
        except ValueError as error:
            raise SettingsError(f"配置项 {key} 中的 {each} 不是 IP 地址或网段") from error
    return tuple(found)


def client_address(*, peer: str, forwarded: str, trusted: Iterable[Network]) -> str:
    """Who is to be counted: the peer, or behind a trusted proxy the last address in ``X-Forwarded-For`` that is none.

    An IPv6 address counts as its network of 64 bits.
    """
    believed = tuple(trusted)
    hops = [peer, *(each.strip() for each in reversed(forwarded.split(",")) if each.strip())]
    for hop in hops:
        if not is_in(hop, believed):
            return _counted(hop)
    return _counted(hops[-1])


def is_in(address: str, trusted: tuple[Network, ...]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in trusted)


def _counted(address: str) -> str:
    """What is no address, as a proxy may write, is counted together: it must not be a key of the caller's choice."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "?"
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, IPV6_NETWORK), strict=False))
    return str(parsed)


def _spoken(seconds: float) -> str:
    return f"{ceil(seconds)} 秒" if seconds <= 90 else f"{ceil(seconds / 60)} 分钟"
