"""Parts that many formats share: syslog headers, pairs, comma-separated values, JSON."""

from collections.abc import Iterable, Mapping

import orjson

from network_security.simulator.writers import times

MAIL, AUTHPRIV, LOCAL0, LOCAL4, LOCAL7 = 2, 10, 16, 20, 23
"""Facilities of RFC 5424."""
NOTICE, INFORMATIONAL = 5, 6
"""Severities of RFC 5424."""

PROTOCOL_NUMBERS = {"icmp": 1, "tcp": 6, "udp": 17}


def priority(facility: int, severity: int) -> str:
    """Return ``<PRI>`` of RFC 3164 and RFC 5424.

    >>> priority(LOCAL0, INFORMATIONAL)
    '<134>'
    """
    return f"<{facility * 8 + severity}>"


def bsd_header(time: float, host: str, tag: str) -> str:
    """Return ``Mar  2 08:15:30 host tag: `` of RFC 3164."""
    return f"{times.bsd(time)} {host} {tag}: "


def quoted_pairs(pairs: Mapping[str, object] | Iterable[tuple[str, object]]) -> str:
    r"""Return ``name="value"`` pairs with blanks between; backslashes and quotes are escaped.

    Numbers stand without quotes.

    >>> quoted_pairs({"user": 'a "b"', "sent": 7})
    'user="a \\"b\\"" sent=7'
    """
    items = pairs.items() if isinstance(pairs, Mapping) else pairs
    return " ".join(
        f"{name}={value}" if type(value) is int else f'{name}="{_escaped(str(value))}"'
        for name, value in items
    )


def _escaped(value: str) -> str:
    if '"' in value or "\\" in value:
        return value.replace("\\", "\\\\").replace('"', '\\"')
    return value


def csv_row(values: Iterable[object]) -> str:
    """Return comma-separated values, quoted where RFC 4180 asks for it."""
    return ",".join(
        '"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text
        for text in map(str, values)
    )


def json(value: Mapping[str, object]) -> str:
    """Return JSON on one line, without members that are None."""
    return orjson.dumps({k: v for k, v in value.items() if v is not None}).decode()
