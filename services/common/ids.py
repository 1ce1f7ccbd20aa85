"""Ids: UUIDv7, so that newer rows sort after older ones and indexes stay dense."""

import uuid

import uuid_utils


def new_id() -> str:
    return str(uuid_utils.uuid7())


def is_id(text: str) -> bool:
    """Whether ``text`` is a UUID in its canonical form. Others are answered as unknown ids are."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
