"""The secret in the address of a calendar: what it looks like, and what is kept of it."""

import base64
import hashlib
import re

SECRET = re.compile(r"(?P<county>\d{6})-[A-Za-z0-9_-]{43}")
"""The county's code says where to look; the rest are 32 bytes that nobody can guess."""


def feed_secret(county: str, key: bytes) -> str:
    """``key``: 32 bytes."""
    return f"{county}-{base64.urlsafe_b64encode(key).decode().rstrip('=')}"


def feed_digest(secret: str) -> str:
    """What is kept of it, and by which it is found: SHA-256, hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def county_of_secret(secret: str) -> str | None:
    """None for what is no secret of ours."""
    match = SECRET.fullmatch(secret)
    return match["county"] if match else None
