"""Percent-decoding that is repeated until nothing is left to decode, or long enough."""

from urllib.parse import unquote

MOST_ROUNDS = 4
"""An honest URL is encoded once, one that is a parameter of another twice."""


def decoded(text: str) -> tuple[str, int]:
    """Return the text without percent-encoding, and how many rounds of it there were (at most 4).

    Bytes that are no UTF-8 become U+FFFD (RFC 3986, section 2.1; RFC 3629).

    >>> decoded("%252e%252e%252fetc")
    ('../etc', 2)
    >>> decoded("100%")
    ('100%', 0)
    """
    rounds = 0
    while rounds < MOST_ROUNDS and "%" in text:
        plain = unquote(text)
        if plain == text:
            break
        text, rounds = plain, rounds + 1
    return text, rounds
