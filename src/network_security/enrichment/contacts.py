"""Who would be contacted about a URL."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contact:
    """A server that a lookup asks.

    Attributes:
        lookup: The lookup, as `rdap`.
        host: The server's name or address.
        port: Its port.
        protocol: What it is spoken to in: `dns`, `https`, `http`, `tls` or `whois`.
        reason: What it is asked for, which it then knows of.
        switched_on: Whether the lookup is switched on; else it would be asked if it were.
        cached: Whether the answer is remembered, so that nobody is asked.
    """

    lookup: str
    host: str
    port: int
    protocol: str
    reason: str
    switched_on: bool = False
    cached: bool = False
