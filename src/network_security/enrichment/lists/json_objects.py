"""Takes the objects of a large JSON list one by one, so that only one is in memory as such."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from network_security.enrichment.lists.errors import ListError

_BLANKS = " \t\r\n"
_REMEDY = "export it again"
_decoder = json.JSONDecoder()


def members(text: str, name: str, path: Path) -> Iterator[Any]:
    """Yield the members of the list that an object holds under a name.

    The object's other values are read and dropped.

    Args:
        text: a JSON object.
        name: the list's name in it.
        path: the file, for errors.

    Raises:
        ListError: If the text is no such object; tells the line. Members before it were yielded.
    """
    place = _expect(text, 0, "{", path)
    while True:
        key, place = _value(text, place, path)
        place = _expect(text, place, ":", path)
        if key == name:
            break
        _, place = _value(text, place, path)
        if text[place : place + 1] != ",":
            raise _error(text, place, f"holds no list {name!r}", path)
        place = _expect(text, place, ",", path)
    place = _expect(text, place, "[", path)
    while text[place : place + 1] != "]":
        member, place = _value(text, place, path)
        yield member
        if text[place : place + 1] == "]":
            break
        place = _expect(text, place, ",", path)


def _value(text: str, place: int, path: Path) -> tuple[Any, int]:
    """The value at a place, and where what follows it begins."""
    try:
        value, end = _decoder.raw_decode(text, place)
    except json.JSONDecodeError as error:
        raise _error(text, error.pos, f"is no JSON ({error.msg})", path) from error
    except RecursionError as error:
        raise _error(text, place, "is nested too deep", path) from error
    except ValueError as error:  # A number of too many digits.
        raise _error(text, place, f"is no JSON ({error})", path) from error
    return value, _skip(text, end)


def _expect(text: str, place: int, mark: str, path: Path) -> int:
    place = _skip(text, place)
    if text[place : place + 1] != mark:
        raise _error(text, place, f"is no JSON as expected (no {mark!r} here)", path)
    return _skip(text, place + 1)


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place] in _BLANKS:
        place += 1
    return place


def _error(text: str, place: int, problem: str, path: Path) -> ListError:
    return ListError(path, problem, _REMEDY, text.count("\n", 0, place) + 1)
