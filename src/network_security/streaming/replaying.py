"""Parsing dead letters again, after a parser was mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from network_security.sensors import ParseError
from network_security.streaming import dead_letters
from network_security.streaming.following import Portion
from network_security.streaming.parsing import make_event


def replay(batches: Iterable[list[dict[str, Any]]]) -> Iterator[Portion]:
    """Yield what is to be stored of dead letters: events, and those that failed again.

    A letter that holds the first bytes of its record only stays as it is.
    """
    for letters in batches:
        now = datetime.now(UTC)
        by_source: dict[str, list[dict[str, Any]]] = {}
        for letter in letters:
            by_source.setdefault(letter["source"], []).append(letter)
        for source, group in by_source.items():
            yield _replay(source, group, now)


def _replay(source: str, letters: list[dict[str, Any]], now: datetime) -> Portion:
    portion = Portion(source=source, records=len(letters), last=True)
    for letter in letters:
        try:
            if letter["truncated"]:
                raise ParseError(letter["reason"]["code"], "its first bytes alone were kept")
            event = make_event(
                dead_letters.raw_text(letter),
                id_=letter["_id"],
                format=letter["sensor"],
                header=letter["header"],
                received=letter["received"],
                timezone=letter["timezone"],
                path=letter["path"],
                position=letter["position"],
                now=now,
                sender=letter.get("sender"),
            )
        except ParseError as error:
            portion.dead_letters.append(dead_letters.failed_again(letter, error, now))
        else:
            portion.events.append(event)
            portion.settled[letter["_id"]] = letter
    return portion
