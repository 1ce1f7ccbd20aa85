"""The vault's lock: encryption of personal data, and the blind index by which it is found again.

AES-256-GCM with a random nonce; the place of the value (county, table, row, column) is authenticated with
it, so that a value copied to another row does not open there. The stored form is
``key id (1 byte) | nonce (12) | ciphertext and tag``.
"""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
CURRENT_KEY_ID = 1


class VaultError(Exception):
    """The value does not open here: another key, another place, or changed bytes."""


class Vault:
    def __init__(self, *, key: str, index_key: str) -> None:
        """Keys are 64 hexadecimal digits each."""
        self._cipher = AESGCM(bytes.fromhex(key))
        self._index_key = bytes.fromhex(index_key)

    def seal(self, plain: str, *, place: tuple[str, ...]) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return bytes([CURRENT_KEY_ID]) + nonce + self._cipher.encrypt(nonce, plain.encode(), _aad(place))

    def open(self, sealed: bytes, *, place: tuple[str, ...]) -> str:
        """Raises ``VaultError`` when the value was not sealed for this place with this key."""
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, body, _aad(place)).decode()
        except InvalidTag as error:
            raise VaultError(f"a sealed value does not open at {'|'.join(place)}") from error

    def index(self, plain: str, *, county: str, kind: str) -> bytes:
        """A keyed digest, equal for equal values of one kind within one county, that tells nothing else."""
        return hmac.new(self._index_key, f"{county}|{kind}|{plain}".encode(), hashlib.sha256).digest()


def _aad(place: tuple[str, ...]) -> bytes:
    return "|".join(place).encode()
