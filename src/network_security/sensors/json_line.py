"""One JSON object a line."""

from typing import Any

import orjson

from network_security.sensors.errors import ParseError

DEEPEST = 64
"""Deepest nesting that is taken: MongoDB stores 100 levels, and no sensor writes ten."""


def decode(text: str) -> dict[str, Any]:
    """Return the JSON object of a line.

    Raises:
        ParseError: With code ``syntax`` for text that is not one JSON object (NaN, a second
            document on the line, a cut line), ``unsupported`` for nesting deeper than 64.
    """
    try:
        decoded = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ParseError("syntax", error.msg, raw=text, position=error.pos) from error
    if type(decoded) is not dict:
        raise ParseError("syntax", "a JSON object is expected", raw=text, position=0)
    if text.count("{") + text.count("[") > DEEPEST and _deeper_than(decoded, DEEPEST):
        raise ParseError("unsupported", f"JSON nested deeper than {DEEPEST} levels", raw=text)
    return decoded


def _deeper_than(decoded: dict[str, Any], most: int) -> bool:
    level: list[Any] = [decoded]
    for _ in range(most):
        level = [
            child
            for node in level
            for child in (node.values() if type(node) is dict else node)
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return False
    return True


def table(decoded: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a member that should be an object, or an empty one when it is something else."""
    found = decoded.get(name)
    return found if type(found) is dict else {}
