"""Sample events of every format, written for this project, with the documents expected of them.

``<format>.log`` holds one raw event a line; a format whose events span lines has a folder of its
name with one file an event. ``<format>.ndjson`` holds the expected documents in the same order,
without the fields that follow from the raw text alone. They are the parsers' examples, the tests'
input and the demonstration's data.

``python -m network_security.sensors.samples FORMAT`` prints the documents of a format's events as
parsed now, to be read and kept as the expected ones.
"""

from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import orjson

RECEIVED = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
"""The receipt time that the expected documents assume."""

DERIVED = ("original", "hash", "ingested")
"""Members of `event` that the expected documents leave out."""

_FOLDER = files(__name__)


def raw_events(name: str) -> list[str]:
    """Return the raw sample events of a format."""
    log = _FOLDER / f"{name}.log"
    if log.is_file():
        return [line for line in log.read_bytes().decode().split("\n") if line]
    messages = sorted((_FOLDER / name).iterdir(), key=lambda file: file.name)
    return [message.read_bytes().decode() for message in messages]


def expected_documents(name: str) -> list[dict[str, Any]]:
    """Return the documents expected of a format's sample events, in their JSON form."""
    lines = (_FOLDER / f"{name}.ndjson").read_bytes().splitlines()
    return [orjson.loads(line) for line in lines]


def comparable(document: dict[str, Any]) -> dict[str, Any]:
    """Return a parsed document in the form in which the expected ones are kept."""
    plain: dict[str, Any] = orjson.loads(orjson.dumps(document, option=orjson.OPT_UTC_Z))
    del plain["ecs"]
    for name in DERIVED:
        del plain["event"][name]
    return plain
