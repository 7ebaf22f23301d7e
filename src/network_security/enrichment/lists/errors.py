"""What is wrong with a list: with the whole file, or with single entries of it."""

from collections import Counter
from pathlib import Path

from network_security.enrichment.lists.wording import printable

MOST_EXAMPLES = 5
"""Entries that were skipped, of which a summary shows the text."""
LONGEST_EXAMPLE = 80
MOST_REASONS = 50
OTHER_REASONS = "other reasons"


class ListError(ValueError):
    """A list that cannot be used.

    Attributes:
        path: The file, or the folder of a feed.
        line: The line in it, from 1 on; None when the fault is not on one line.
        problem: What is wrong.
        remedy: What to do about it.
    """

    def __init__(self, path: Path, problem: str, remedy: str, line: int | None = None) -> None:
        super().__init__(path, problem, remedy, line)
        self.path = path
        self.line = line
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        where = f", line {self.line}" if self.line is not None else ""
        return f"{self.path}{where}: {self.problem}; {self.remedy}"


class EntryError(ValueError):
    """An entry that no URL can be compared with; its text is the reason, one of few."""


class Skipped:
    """Counts what of a list was left out, and keeps the first few for show.

    Attributes:
        reasons: How many entries were left out for each reason.
        examples: The first five: where, what and why.
    """

    def __init__(self) -> None:
        self.reasons: Counter[str] = Counter()
        self.examples: list[str] = []

    def add(self, reason: str, where: str, text: str) -> None:
        """Count an entry that is left out.

        Args:
            reason: why, as few different ones as make sense.
            where: its place in the list, as `line 12`.
            text: the entry.
        """
        reason = printable(reason, LONGEST_EXAMPLE)
        if len(self.reasons) >= MOST_REASONS and reason not in self.reasons:
            reason = OTHER_REASONS  # A list may be made to have a reason for each entry.
        self.reasons[reason] += 1
        if len(self.examples) < MOST_EXAMPLES:
            place = printable(where, LONGEST_EXAMPLE)
            self.examples.append(f"{place}: '{printable(text, LONGEST_EXAMPLE)}': {reason}")
