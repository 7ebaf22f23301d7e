"""Events as every server of the store keeps them.

Most of an event is the parsers' own; what a device may name and fill as it likes, JSON objects
above all, can hold what MongoDB cannot.
"""

from __future__ import annotations

import math
from typing import Any

_LARGEST = 2**63


def storable(document: dict[str, Any]) -> dict[str, Any]:
    """Change what cannot be stored in place, losing nothing, and return the document.

    Integers beyond 64 bits and numbers that are not finite become text. In names of fields a dot
    and a leading dollar sign become an underscore, NUL characters vanish; a name that is then
    taken, or empty, is given underscores until it is not.

    >>> storable({"a.b": 2**64, "c": [{"$d": 1}]})
    {'c': [{'_d': 1}], 'a_b': '18446744073709551616'}
    """
    renamed: list[str] = []
    for name, value in document.items():
        kind = type(value)
        if kind is dict:
            storable(value)
        elif kind is list:
            _storable_list(value)
        elif kind is not str and not _fits(value):
            document[name] = str(value)
        # Most names are identifiers, which needs one look instead of four.
        if not name.isidentifier() and ("." in name or "\0" in name or name[:1] == "$" or not name):
            renamed.append(name)
    for name in renamed:
        value = document.pop(name)
        free = name.replace(".", "_").replace("\0", "")
        free = "_" + free[1:] if free.startswith("$") or not free else free
        while free in document:
            free += "_"
        document[free] = value
    return document


def _storable_list(values: list[Any]) -> None:
    for index, value in enumerate(values):
        kind = type(value)
        if kind is dict:
            storable(value)
        elif kind is list:
            _storable_list(value)
        elif kind is not str and not _fits(value):
            values[index] = str(value)


def _fits(value: Any) -> bool:
    """Whether a value that is neither text nor made of others can be stored as it is."""
    kind = type(value)
    if kind is int:
        return bool(-_LARGEST <= value < _LARGEST)
    return kind is not float or math.isfinite(value)
