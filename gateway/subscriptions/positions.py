"""Places in the order of what changed, and as what they travel: sealed, for bare numbers would tell how much happens
that the reader may not know of."""

import base64
import binascii
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.changes import KEPT
from services.common.errors import Refusal


class ResumeTooOld(Refusal):
    """What was missed is not kept any more, or the place is none that was given out."""

    code = "RESUME_TOO_OLD"
    default = "续接位置已失效，期间的变化不再保留，请重新载入列表后从新订阅"


class Position(NamedTuple):
    """After which a reader knows everything; positions compare in the order of commits."""

    xid: int
    seq: int


class Issued(msgspec.Struct, frozen=True, array_like=True):
    xid: int
    seq: int
    at: datetime
    """When the change was made, or when the following began."""

    @property
    def position(self) -> Position:
        return Position(self.xid, self.seq)


class Cursors:
    """Seals positions for the readers of a county, and opens them again. The same position is always sealed alike."""

    def __init__(self, key: str) -> None:
        """``key``: in hexadecimal; what is sealed with it is no token."""
        derived = HKDF(algorithm=SHA512(), length=64, salt=None, info=b"xinqiao subscription cursor")
        self._sealing = AESSIV(derived.derive(bytes.fromhex(key)))
        # Many are told of the same change.
        self._sealed = lru_cache(maxsize=1000)(self._seal)

    def seal(self, county: str, position: Position, *, at: datetime) -> str:
        return self._sealed(county, position, at)

    def _seal(self, county: str, position: Position, at: datetime) -> str:
        plain = msgspec.json.encode(Issued(position.xid, position.seq, at))
        return base64.urlsafe_b64encode(self._sealing.encrypt(plain, [county.encode()])).decode()

    def open(self, county: str, cursor: str, *, now: datetime) -> Issued:
        """What was sealed. Raises ``ResumeTooOld`` for one that is too old, of another county or not ours: whoever has
        it must load anew."""
        try:
            sealed = base64.urlsafe_b64decode(cursor.encode())
            plain = self._sealing.decrypt(sealed, [county.encode()])
        except (InvalidTag, ValueError, binascii.Error) as error:
            raise ResumeTooOld() from error
        issued = msgspec.json.decode(plain, type=Issued)
        if now - issued.at > KEPT:
            raise ResumeTooOld()
        return issued
