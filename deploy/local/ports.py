"""Loopback ports: finding free ones, and telling whether one is taken."""

import random
import socket

LOOPBACK = "127.0.0.1"
RANGE = range(20_000, 32_000)
"""Below the ports that the kernel gives to outgoing connections, so that a remembered port stays free."""


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether somebody may listen there now; a connection that is still closing does not count."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def answers(port: int, host: str = LOOPBACK) -> bool:
    """Whether somebody accepts connections there."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def free_ports(count: int) -> list[int]:
    """So many different ports on which nobody listens, at random so that two instances rarely meet."""
    found: list[int] = []
    for port in random.sample(RANGE, len(RANGE)):
        if len(found) == count:
            break
        if is_free(port):
            found.append(port)
    return found
