"""Times, confidences and types as lists write them."""

from datetime import UTC, datetime

from network_security.enrichment.lists.errors import EntryError
from network_security.enrichment.lists.indicators import Kind
from network_security.enrichment.lists.options import HIGHEST_CONFIDENCE

NO_TIME = "no time in ISO 8601 or seconds since 1970"
NO_CONFIDENCE = "no confidence from 0 to 100"
LONGEST_NUMBER = 16
_LONGEST_TIME = 64

_WORDS = {"none": 0, "low": 15, "med": 50, "medium": 50, "high": 85}
"""STIX 2.1, appendix A, column "None / Low / Med / High"."""

KINDS: dict[str, Kind] = {
    "url": "url", "uri": "url",
    "domain": "domain", "domain-name": "domain",
    "host": "host", "hostname": "host", "fqdn": "host",
    "ip": "ip", "ipv4": "ip", "ipv6": "ip", "ip-dst": "ip", "ip-src": "ip", "ipv4-addr": "ip",
    "ipv6-addr": "ip", "ip_address": "ip",
    "cidr": "network", "network": "network", "netblock": "network", "subnet": "network",
}  # fmt: skip
"""What columns call the kinds; `ip:port` and the like are read by the part before the colon."""


def read_time(written: object) -> datetime | None:
    """Return a time in UTC, None for none; one without a zone is in UTC.

    Args:
        written: ISO 8601, or seconds since 1970 as a number or its text.

    Raises:
        EntryError: for anything else.

    >>> read_time("2024-05-01 10:00:00 UTC"), read_time(0)
    (datetime.datetime(2024, 5, 1, 10, 0, tzinfo=datetime.timezone.utc), None)
    """
    if written in (None, "", 0, "0"):
        return None
    text = str(written).strip()
    if len(text) > _LONGEST_TIME:
        raise EntryError(NO_TIME)
    try:
        if text.isascii() and text.isdigit() and len(text) != len("20240501"):
            return datetime.fromtimestamp(int(text), UTC)
        time = datetime.fromisoformat(text.removesuffix(" UTC"))
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise EntryError(NO_TIME) from error


def read_confidence(written: object) -> int | None:
    """Return a confidence from 0 to 100, None for none.

    Raises:
        EntryError: for what is neither a number in that range nor low, medium or high.
    """
    if written in (None, ""):
        return None
    text = str(written).strip().lower().removesuffix("%")
    if text in _WORDS:
        return _WORDS[text]
    try:
        confidence = float(text) if len(text) <= LONGEST_NUMBER else -1.0
    except ValueError:
        confidence = -1.0
    if not 0 <= confidence <= HIGHEST_CONFIDENCE:
        raise EntryError(NO_CONFIDENCE)
    return round(confidence)


def kind_of(type_: str) -> Kind:
    """Return the kind that a type stands for.

    Raises:
        EntryError: for a type that no URL can be compared with, as `md5`.
    """
    name = type_.strip().lower()
    kind = KINDS.get(name) or KINDS.get(name.partition(":")[0])
    if kind is None:
        raise EntryError("of a type that is not compared with URLs")
    return kind
