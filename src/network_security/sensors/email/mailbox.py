"""Mailboxes as mail sensors write them: ``Ann <ann@example.org>``, ``<ann@example.org>``, lists.

A display name is attacker text and may hold an address of its own, so that the address is what
stands in the last angle brackets (RFC 5322 section 3.4), never the first text with an ``@``.
"""

import re
from collections.abc import Iterable

from network_security.sensors.ecs import Fields

NULL_PATH = "<>"
MOST = 1000
"""Addresses that are read of one list."""

_ESCAPED_BRACKET = r"\u003c"
_SEPARATOR = re.compile(r"[;,]\s*(?=[^\s\"<>,;]{1,254}@|[\"<]|$)")


def address(written: object) -> str | None:
    """Return the address of a mailbox, or None when there is none.

    The null reverse-path of bounces (RFC 5321 section 4.5.5) stays ``<>``.

    >>> address('"ceo@example.com" <x@example.net>'), address("<>"), address("postmaster")
    ('x@example.net', '<>', 'postmaster')
    """
    if type(written) is not str:
        return None
    text = written.strip()
    if text.endswith(">"):
        text = text[text.rfind("<") + 1 : -1].strip() or NULL_PATH
    elif text.endswith(")") and "@" in text:
        # The style before RFC 822: "ann@example.org (Ann Lee)"
        text = text.partition("(")[0].strip()
    return text or None


def addresses(written: object) -> list[str] | None:
    """Return the addresses of one mailbox, of a list of them, or of text that lists them.

    >>> addresses("ann@example.org, <bob@example.org>"), addresses(["a@example.org", None])
    (['ann@example.org', 'bob@example.org'], ['a@example.org'])
    """
    parts: Iterable[object]
    if type(written) is list:
        parts = written[:MOST]
    elif type(written) is not str:
        return None
    elif "," in written or ";" in written:
        parts = _SEPARATOR.split(written, MOST)
    else:
        only = address(written)
        return None if only is None else [only]
    found = [one for part in parts if (one := address(part)) is not None]
    if len(found) > 1:
        found = list(dict.fromkeys(found))
    return found or None


def domain(written: str | None) -> str | None:
    """Return what follows the last ``@`` of an address, or None."""
    return written.rpartition("@")[2] or None if written and "@" in written else None


def message_id(written: object) -> str | None:
    r"""Return a message id without its angle brackets, which are no part of it (RFC 5322, 3.6.4).

    Some exports escape the brackets twice, so that they are left as the text of an escape.

    >>> message_id("<a@example.org>"), message_id(r"\u003ca@example.org\u003e"), message_id("<>")
    ('a@example.org', 'a@example.org', None)
    """
    if type(written) is not str:
        return None
    text = written.strip()
    if text.startswith(_ESCAPED_BRACKET):
        text = text.replace(r"\u003c", "<").replace(r"\u003e", ">")
    return text.removeprefix("<").removesuffix(">") or None


def set_message_id(
    fields: Fields, written: object, *, as_written: bool = False, own: str | None = None
) -> None:
    """Set `email.message_id`, and `related.message_id` to the same without brackets.

    `email.message_id` is bare as well, but for products whose users know it with its brackets;
    `related.message_id` is what finds a message in the records of all products.

    Args:
        fields: Takes the result.
        written: The Message-ID header's value, when the record has it.
        as_written: Whether `email.message_id` keeps the brackets.
        own: The product's own id of the message: stands in when the record lacks the header.
    """
    bare = message_id(written)
    fields["email.message_id"] = (written if as_written else bare) if bare else own
    if bare:
        fields["related.message_id"] = [bare]


def set_user(fields: Fields, written: str | None, side: str = "user") -> None:
    r"""Set ``{side}.name``, ``.domain`` and ``.email`` from ``ann@example.org`` or ``CORP\ann``."""
    if not written:
        return
    if "@" in written:
        name, _, host = written.rpartition("@")
        fields[f"{side}.email"] = written
        fields[f"{side}.name"], fields[f"{side}.domain"] = name, host
    elif "\\" in written:
        host, _, name = written.partition("\\")
        fields[f"{side}.name"], fields[f"{side}.domain"] = name, host
    else:
        fields[f"{side}.name"] = written
