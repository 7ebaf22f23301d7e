"""What a WHOIS answer says, in the spellings of the large registries.

There is no standard. Most answers have lines of a key, a colon and a value; Japan has
`[Key] value`, Nominet puts values beneath their keys, Brazil writes comments behind them.
"""

import re
from datetime import datetime

from network_security.enrichment.findings import LookupFailed
from network_security.enrichment.registration_dates import date_of
from network_security.evidence.phishing.observations import Registration
from network_security.evidence.urls.hosts import host_of

CREATED = (
    "creation date", "created", "created on", "created date", "create date", "creation time",
    "registered on", "registered", "registered date", "registration date", "registration time",
    "domain registration date", "domain created", "domain create date", "record created",
    "registration", "first registration date",
)  # fmt: skip
EXPIRES = (
    "registry expiry date", "registrar registration expiration date", "expiry date",
    "expiration date", "expiration time", "expires", "expires on", "expire", "expire date",
    "paid-till", "renewal date", "record expires", "domain expires", "validity", "valid until",
    "domain expiration date", "exp date", "expiration",
)  # fmt: skip
NAMES = ("domain name", "domain", "domainname")
_NOTHING = re.compile(
    r"^[%#>*\s-]{0,10}(?:no match|not found|no entries found|no data found|no object found|"
    r"nothing found|no information available|no such domain|domain not found|object does not exist|"
    r"the queried object does not exist|domain name not known|"
    r"(?:status|domain status):\s{0,40}(?:free|available|not registered|no object found)\b|"
    r"[\w.-]{1,253} (?:is free|is available|not found|no match|was not found))",
    re.I | re.M | re.A,
)
_BRACKETED = re.compile(r"(?:[a-z]\.\s)?\[([^\]]{1,60})\]\s{0,60}(.{0,300})")
MOST_LINES = 5_000
LONGEST_LINE = 1_000


def registration_of(answer: str, where: str) -> Registration:
    """Return what the answer says of the domain; the first value of each kind counts.

    Args:
        answer: the answer, whatever it is.
        where: the server, for messages.

    Raises:
        LookupFailed: if it says neither when the domain was registered nor until when, nor that
            it is not registered.
    """
    found: dict[str, str] = {}
    for key, value in _fields(answer):
        found.setdefault(key, value)
    created, expires = _date(found, CREATED), _date(found, EXPIRES)
    if created is None and expires is None:
        if _NOTHING.search(answer):
            return Registration(registrant_domain="")
        raise LookupFailed("the answer has no date of a registration", where)
    named = next((host_of(found[name].split()[0]) for name in NAMES if name in found), None)
    usable = named is not None and named.name.isascii() and bool(named.site)
    return Registration(created, expires, named.name if named is not None and usable else None)


def _fields(answer: str) -> list[tuple[str, str]]:
    """Keys in lower case, and their values, which are not empty."""
    fields: list[tuple[str, str]] = []
    waiting = None
    for line in answer.splitlines()[:MOST_LINES]:
        text = line[:LONGEST_LINE].strip()
        if not text or text[0] in "%#":
            continue
        if bracketed := _BRACKETED.match(text):
            key, value = bracketed[1], bracketed[2]
        elif waiting is not None and ":" not in text:
            key, value = waiting, text
        else:
            key, colon, value = text.partition(":")
            value = value if colon else ""
        key, value = key.strip(" .\t").lower(), value.strip()
        waiting = key if not value else None
        if value:
            fields.append((key, value))
    return fields


def _date(found: dict[str, str], keys: tuple[str, ...]) -> datetime | None:
    dates = (date_of(found[key]) for key in keys if key in found)
    return next((date for date in dates if date is not None), None)
