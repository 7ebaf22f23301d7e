"""Records of several lines that a mark in the text separates.

Snort's full alerts, Windows events as XML and as text, and mail folders.
"""

import re
from collections.abc import Iterator
from typing import ClassVar

from network_security.sensors.framing.base import MESSAGE_LIMIT, Cut, Framer


class Blocks(Framer):
    """Records that end where a pattern matches.

    Attributes:
        skip: Matches what stands between records.
        end: Matches a record's end. What the match covers is in no record's text.
        reach: Bytes from the begin of a match by which it is decided, so that a chunk's end cannot
            change it.
    """

    skip: ClassVar[re.Pattern[bytes]] = re.compile(rb"[\r\n]*+")
    end: ClassVar[re.Pattern[bytes]]
    reach: ClassVar[int]

    def _cuts(self, final: bool) -> Iterator[Cut]:
        buffer = self._buffer
        decided = len(buffer) if final else len(buffer) - self.reach
        while self._scanned <= decided and self._scanned < len(buffer):
            if self._begin is None:
                between = self.skip.match(buffer, self._scanned)
                begin = between.end() if between else self._scanned
                self._scanned = begin
                if begin >= len(buffer) or begin > decided:
                    break  # What is skipped may go on.
                self._begin, self._scanned = begin, begin + 1
            found = self.end.search(buffer, self._scanned)
            if found is None or found.start() > decided:
                self._scanned = max(self._scanned, decided)
                break
            cut = self._begin, found.start(), found.end()
            self._begin, self._scanned = None, found.end()
            yield cut
        if final:
            if self._begin is not None:
                yield self._line(self._begin, len(buffer))
            self._begin, self._scanned = None, len(buffer)


class SnortAlerts(Blocks):
    """Snort's full alerts: ``[**] [1:1000001:1] ... [**]`` and further lines, up to a blank one."""

    end = re.compile(rb"\r?\n(?=\r?\n|\[\*\*\] \[)")
    reach = 10


class WindowsXml(Blocks):
    """Windows events as ``<Event>`` elements, one after another or in ``<Events>``.

    An element that is not closed ends before the next one that starts a line.
    """

    skip = re.compile(rb"(?:\s|<\?xml[^<>?]{0,120}+\?>|</?Events(?:\s[^<>]{0,120}+)?>)*+")
    end = re.compile(rb"(?<=</Event>)|\r?\n(?=[ \t]{0,8}<Event[\s>])")
    reach = 140


class WindowsMessages(Blocks):
    r"""Windows events as text: messages of several lines.

    A new one begins at a line that starts with a syslog priority, a time (``2026-01-14 08:15:30``,
    ``01/14/2026 08:15:30 AM``, ``Jan 14 08:15:30``) or ``LogName=``, and at a sentence that is
    followed by a blank line and the label of a section (``Subject:``).
    """

    end = re.compile(
        rb"""\r?\n(?=
            <\d{1,3}>
            | \d{4}-\d\d-\d\d[T ]\d\d:\d\d
            | \d{1,2}/\d{1,2}/\d{4}[ ]\d{1,2}:\d\d
            | (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[ ]{1,2}\d{1,2}[ ]
            | [A-Z][^\r\n\t=:]{4,200}\.\r?\n\r?\n[A-Z][A-Za-z ]{2,60}:[ ]?\r?\n
        )
        | (?<![AP]M)(?<![AP]M\r)\r?\n(?=LogName=)""",
        re.VERBOSE,
    )
    reach = 290


class Mailbox(Blocks):
    """A mail folder (mbox): messages that each begin with a ``From`` line after a blank one.

    Lines of a message that would look like one were quoted when it was stored, ``>From``, and are
    as they were sent again.
    """

    default_limit = MESSAGE_LIMIT
    end = re.compile(rb"\r?\n\r?\n(?=From )")
    reach = 9
    quoted: ClassVar[re.Pattern[bytes]] = re.compile(rb"^>(>{0,20}From )", re.MULTILINE)

    def _text(self, content: bytes) -> str:
        return super()._text(self.quoted.sub(rb"\1", content))


class WholeMessage(Framer):
    """The whole stream is one message."""

    default_limit = MESSAGE_LIMIT

    def _cuts(self, final: bool) -> Iterator[Cut]:
        if self._begin is None and self._scanned < len(self._buffer):
            self._begin = self._scanned
        self._scanned = len(self._buffer)
        if final and self._begin is not None:
            yield self._begin, len(self._buffer), len(self._buffer)
            self._begin = None
