"""Codes that somebody is given to ask by: a petition's query code, an appointment's."""

import secrets

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without the signs that are mistaken for one another when read aloud or copied: 0 O 1 I L."""
CODE_LENGTH = 10


def random_code(length: int = CODE_LENGTH) -> str:
    """It tells nothing and follows from nothing."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))
