"""Equal content, equal hash: JSON written in one way only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from network_security.storage.times import milliseconds


def canonical_json(value: Any) -> bytes:
    r"""Return a value as JSON with sorted names and no blanks, in UTF-8.

    This is RFC 8785 but for numbers, which are written as Python does, the shortest text that
    gives the same double back. Times are in UTC with milliseconds, as the store keeps them.

    >>> canonical_json({"b": [1.5, None], "a": "ä"})
    b'{"a":"\xc3\xa4","b":[1.5,null]}'

    Raises:
        ValueError: If a number is not finite.
        TypeError: If a value is none that JSON has.
    """
    text = json.dumps(
        value,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
        default=_plain,
    )
    return text.encode("utf-8", "surrogatepass")


def sha256(value: Any) -> str:
    """Return the SHA-256 of a value's canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return milliseconds(value).isoformat(timespec="milliseconds")
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a {type(value).__name__} cannot be hashed")
