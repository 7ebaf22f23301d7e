"""What the lookups about a URL found, and what they could not find out."""

from dataclasses import dataclass

from network_security.evidence.phishing.observations import (
    Certificate,
    DnsAnswer,
    HttpExchange,
    Page,
    Registration,
    Reputation,
)

LONGEST_TEXT = 300
"""Characters of a problem that are kept; a server may have written them."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a lookup found nothing, or not all.

    Attributes:
        lookup: The lookup, as `dns`.
        what: What went wrong, without a full stop.
        where: The server, name or URL it happened at.
    """

    lookup: str
    what: str
    where: str

    def __str__(self) -> str:
        return f"{self.lookup}: {self.what} ({self.where})"


@dataclass(frozen=True, slots=True)
class Findings:
    """Observations of a URL's site; None for what nobody looked up, or could not find out.

    The fields without `problems` are the arguments of `evidence.phishing.extract`.
    """

    page: Page | None = None
    certificate: Certificate | None = None
    dns: DnsAnswer | None = None
    http: HttpExchange | None = None
    registration: Registration | None = None
    reputation: Reputation | None = None
    problems: tuple[Problem, ...] = ()


class LookupFailed(Exception):  # noqa: N818 - it is no error of the program's
    """A lookup cannot go on.

    Attributes:
        what: As of a `Problem`.
        where: As of a `Problem`.
        passing: Whether the cause is this program's own haste, so that it is not remembered.
    """

    def __init__(self, what: str, where: str, *, passing: bool = False) -> None:
        super().__init__(what, where)
        self.what = _plain(what)
        self.where = _plain(where)
        self.passing = passing

    def problem(self, lookup: str) -> Problem:
        """Return it as a lookup's problem."""
        return Problem(lookup, self.what, self.where)


def _plain(text: str) -> str:
    """One short line of printable characters, of a text that a stranger may have written."""
    line = text[:LONGEST_TEXT]
    return "".join(letter if letter.isprintable() else " " for letter in line)
