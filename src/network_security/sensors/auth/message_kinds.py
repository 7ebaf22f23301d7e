"""How the messages of a host's log are classified, and how tables of patterns are read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

Groups = dict[str, str]


class Kind(NamedTuple):
    """What `event.*` says of a message."""

    category: tuple[str, ...]
    type: tuple[str, ...]
    action: str | None = None
    outcome: str | None = None


@dataclass(slots=True)
class Reading:
    """A message that was recognised: its kind, what it names, and the program it must come from."""

    kind: Kind
    groups: Groups
    program: str | None = None
    level: str | None = None


# A login attempt that is refused has ended, one that is accepted starts a session.
KINDS = {
    "logged in": Kind(("authentication", "session"), ("start", "info"), "ssh_login", "success"),
    "login refused": Kind(("authentication",), ("end", "info"), "ssh_login", "failure"),
    "login pending": Kind(("authentication",), ("info",), "login-pending"),
    "key accepted": Kind(("authentication",), ("start", "info"), "key-accepted", "success"),
    "user refused": Kind(("authentication",), ("end", "info"), "user-refused", "failure"),
    "login given up": Kind(
        ("authentication", "session"), ("end", "info"), "login-given-up", "failure"
    ),
    "handshake failed": Kind(
        ("session", "network"), ("connection", "protocol", "end"), "handshake-failed", "failure"
    ),
    "connection opened": Kind(
        ("network",), ("connection", "start"), "connection-started", "success"
    ),
    "connection closed": Kind(
        ("network",), ("connection", "end"), "connection-finished", "success"
    ),
    "connection refused": Kind(
        ("network",), ("connection", "denied"), "connection-refused", "success"
    ),
    "session opened": Kind(("session",), ("start", "info"), "logged-on", "success"),
    "session closed": Kind(("session",), ("end", "info"), "logged-off", "success"),
    "session started": Kind(("session",), ("start", "info"), "session-started", "success"),
    "session request": Kind(("session",), ("info",), "subsystem-requested"),
    "suspicious": Kind(("network",), ("info",), "address-mismatch"),
    "setting": Kind(("configuration",), ("info",), None, "success"),
    "service": Kind(("process",), ("info",)),
    "pam failed": Kind(("authentication",), ("end", "info"), "authentication-failed", "failure"),
    "pam succeeded": Kind(
        ("authentication",), ("start", "info"), "authentication-succeeded", "success"
    ),
    "pam granted": Kind(("session",), ("start", "info"), "access-granted", "success"),
    "pam refused": Kind(("authentication",), ("end", "info"), "access-denied", "failure"),
    "account locked": Kind(("authentication",), ("end", "info"), "account-locked", "failure"),
    "library missing": Kind(("library",), ("start",), None, "failure"),
    "requirement": Kind(("authentication",), ("info",)),
    "command": Kind(("process",), ("start",), "command-executed", "success"),
    "command refused": Kind(("process", "authentication"), ("info",), "command-refused", "failure"),
    "switched user": Kind(("authentication",), ("start", "info"), "user-switched", "success"),
    "switch refused": Kind(("authentication",), ("end", "info"), "user-switched", "failure"),
    "user added": Kind(("iam",), ("user", "creation"), "added-user-account", "success"),
    "user not added": Kind(("iam",), ("user", "creation"), "added-user-account", "failure"),
    "user deleted": Kind(("iam",), ("user", "deletion"), "deleted-user-account", "success"),
    "user changed": Kind(("iam",), ("user", "change"), "modified-user-account", "success"),
    "password changed": Kind(("iam",), ("user", "change"), "changed-password", "success"),
    "group added": Kind(("iam",), ("group", "creation"), "added-group-account", "success"),
    "group not added": Kind(("iam",), ("group", "creation"), "added-group-account", "failure"),
    "group deleted": Kind(("iam",), ("group", "deletion"), "deleted-group-account", "success"),
    "group changed": Kind(("iam",), ("group", "change"), "modified-group-account", "success"),
    "member added": Kind(("iam",), ("group", "change"), "added-member-to-group", "success"),
    "member removed": Kind(("iam",), ("group", "change"), "removed-member-from-group", "success"),
    "noted": Kind(("host",), ("info",)),
}


class Pattern(NamedTuple):
    """One message: the kind it is of, and the program that alone writes it, if there is one."""

    kind: Kind
    expression: re.Pattern[str]
    program: str | None


def by_first_word(
    rows: Iterable[tuple[str, str, str | None, str]],
) -> dict[str, list[Pattern]]:
    """Return a table of patterns by the words that their messages start with.

    Args:
        rows: First words, separated by ``|``; name of the kind; program; regular expression for
            the whole message.
    """
    table: dict[str, list[Pattern]] = {}
    for words, kind, program, expression in rows:
        pattern = Pattern(KINDS[kind], re.compile(expression, re.DOTALL), program)
        for word in words.split("|"):
            table.setdefault(word, []).append(pattern)
    return table


def match(table: dict[str, list[Pattern]], text: str) -> Reading | None:
    """Return the first pattern's reading that fits the whole message, or None."""
    for kind, expression, program in table.get(text.partition(" ")[0], ()):
        found = expression.fullmatch(text)
        if found:
            groups = {name: value for name, value in found.groupdict().items() if value}
            return Reading(kind, groups, program)
    return None
