"""Members of JSON records: each is taken as what it should be, or as empty."""

from typing import Any

from network_security.sensors import json_line
from network_security.sensors.ecs import text
from network_security.sensors.errors import ParseError

Json = dict[str, Any]

MOST = 1000
"""Members of a list that are read: what follows is kept in the record, and not mapped."""


def rows(record: Json, name: str) -> list[Json]:
    """Return the objects of a list.

    >>> rows({"a": [{"b": 1}, 7]}, "a"), rows({"a": 7}, "a")
    ([{'b': 1}], [])
    """
    found = record.get(name)
    return [row for row in found[:MOST] if type(row) is dict] if type(found) is list else []


def texts(record: Json, name: str) -> list[str]:
    """Return the texts of a list."""
    found = record.get(name)
    return [one for one in found[:MOST] if type(one) is str] if type(found) is list else []


def distinct(records: list[Json], name: str) -> list[str]:
    """Return the distinct texts that a member has in several objects, in their order."""
    return list(dict.fromkeys(value for row in records if (value := text(row.get(name)))))


def embedded(record: Json, name: str) -> Json:
    """Return an object that is a member, or stands in a member as JSON text."""
    found = record.get(name)
    if type(found) is str:
        try:
            return json_line.decode(found)
        except ParseError:
            return {}
    return found if type(found) is dict else {}
