"""Stored documents as JSON has them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any


def json_safe(value: Any) -> Any:
    """A stored value in what JSON has: times in ISO 8601, bytes in hexadecimal."""
    if isinstance(value, Mapping):
        return {str(name): json_safe(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [json_safe(one) for one in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, str):
        # A lone surrogate is no text that UTF-8 has.
        return value.encode("utf-8", "replace").decode()
    return value
