"""Logs as joiners are fed them."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import pytest

from network_security.sensors import parse_event
from network_security.sensors.joins import JOINERS

RECEIVED = datetime(2026, 1, 14, 23, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def parse() -> Callable:
    """Lines of a log -> their events, each with its byte offset."""

    def parsed(lines: Iterable[str], format: str) -> list[tuple[dict, int]]:
        events, position = [], 0
        for line in lines:
            events.append((parse_event(line, format=format, received=RECEIVED), position))
            position += len(line.encode()) + 1
        return events

    return parsed


@pytest.fixture(scope="session")
def join(parse) -> Callable:
    """Lines of a log -> the events of its messages; those not complete stand last."""

    def joined(lines: Iterable[str], format: str, **options) -> list[dict]:
        joiner = JOINERS[format](**options)
        found = [made for event, at in parse(lines, format) for made in joiner.feed(event, at)]
        return found + joiner.open_messages()

    return joined
