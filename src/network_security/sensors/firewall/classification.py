"""How firewalls' events are classified: what an event id means, and what a word decides."""

from functools import lru_cache
from typing import NamedTuple


class Kind(NamedTuple):
    """How events of one id are classified, in ECS terms."""

    action: str
    category: list[str]
    type: list[str]
    outcome: str | None


_STEMS = (
    ("allowed", (
        "accept", "allow", "permit", "forward", "bypass", "decrypt", "encrypt", "detect", "monitor",
        "alert", "trust",
    )),
    ("denied", (
        "deny", "denied", "drop", "block", "reject", "discard", "refuse", "prevent", "reset",
        "terminat", "quarantin", "sinkhole", "clear_session",
    )),
)  # fmt: skip
_PASSED = ("pass", "passed")  # and not "password"


@lru_cache(maxsize=1024)
def decision(word: str) -> str | None:
    """Return ``allowed`` or ``denied`` for a device's word, or None when it is no decision.

    >>> decision("Accept"), decision("Denied"), decision("block-url"), decision("start")
    ('allowed', 'denied', 'denied', None)
    """
    written = word.lower()
    if written in _PASSED:
        return "allowed"
    return next((found for found, stems in _STEMS if written.startswith(stems)), None)
