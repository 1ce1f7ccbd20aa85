"""Columns of many rows as PostgreSQL's binary arrays.

psycopg writes a list of texts element by element through a regular expression for the quotes. For ten thousand facts in
one statement that is most of the time that they take; packed as the server reads them it is next to nothing.
"""

import struct
from collections.abc import Sequence

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format
from psycopg.types import TypeInfo

_HEADER = struct.Struct("!iiIii")
_FIRST = 1
"""PostgreSQL counts from one."""


def _type(name: str) -> TypeInfo:
    found = psycopg.adapters.types.get(name)
    assert found is not None
    return found


_TEXT, _BYTEA, _INTEGER = _type("text"), _type("bytea"), _type("int4")


class _Packed:
    """A whole array in the server's binary form."""

    def __init__(self, info: TypeInfo, values: Sequence[bytes | None]) -> None:
        has_null = 1
        # One call for all lengths: this is the innermost loop of a sweep over a million clocks.
        lengths = struct.pack(f"!{len(values)}i", *[-1 if value is None else len(value) for value in values])
        parts: list[bytes] = [b""] * (2 * len(values))
        parts[::2] = [lengths[at : at + 4] for at in range(0, len(lengths), 4)]
        parts[1::2] = [value or b"" for value in values]
        self.body = _HEADER.pack(1, has_null, info.oid, len(values), _FIRST) + b"".join(parts)


class _Texts(_Packed):
    pass


class _Bytes(_Packed):
    pass


class _Numbers(_Packed):
    pass


def texts(values: Sequence[str | None]) -> _Texts:
    """A parameter of type ``text[]``."""
    return _Texts(_TEXT, [None if value is None else value.encode() for value in values])


def blobs(values: Sequence[bytes]) -> _Bytes:
    """A parameter of type ``bytea[]``."""
    return _Bytes(_BYTEA, values)


def numbers(values: Sequence[int]) -> _Numbers:
    """A parameter of type ``int4[]``."""
    return _Numbers(_INTEGER, [value.to_bytes(4, "big", signed=True) for value in values])


class _PackedDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: _Packed) -> Buffer:
        return obj.body


class _TextsDumper(_PackedDumper):
    oid = _TEXT.array_oid


class _BytesDumper(_PackedDumper):
    oid = _BYTEA.array_oid


class _NumbersDumper(_PackedDumper):
    oid = _INTEGER.array_oid


psycopg.adapters.register_dumper(_Texts, _TextsDumper)
psycopg.adapters.register_dumper(_Bytes, _BytesDumper)
psycopg.adapters.register_dumper(_Numbers, _NumbersDumper)
