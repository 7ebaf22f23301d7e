"""Random secrets, and how they are kept: never as they are."""

import hashlib
import secrets
from typing import Final

BYTES: Final = 32


def new_token() -> str:
    """A secret of 256 random bits, fit for a URL or header."""
    return secrets.token_urlsafe(BYTES)


def token_hash(token: str) -> str:
    """What is kept of a random secret: SHA-256, in hexadecimal.

    A slow hash protects what people choose; 256 random bits cannot be guessed.
    """
    return hashlib.sha256(token.encode()).hexdigest()
