"""Who judges messages: each by its content and its links, of which the worst one is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from network_security.detection.arrays import Floats
from network_security.detection.message import MessageDetector, MessageManifest
from network_security.detection.message.detector import ExaminationOptions
from network_security.detection.message.links import LinkJudge, LinkOptions, judge_links, sites
from network_security.detection.verdicts import Verdict
from network_security.evidence.messages.message import Message
from network_security.evidence.messages.reading import read_message
from network_security.evidence.messages.view import MessageView
from network_security.scoring.evidence_keys import Keys
from network_security.scoring.judges import Judge, Judged
from network_security.scoring.message_files import RAW
from network_security.scoring.rows import TableError

LINKS: Final = LinkOptions()
EXAMINATION: Final = ExaminationOptions(most_links=0, most_examined=0)
_KEY_DIGITS = 16


class MessageJudge:
    """Judges messages, as `MessageDetector` does one.

    Attributes:
        detector: does it; knows the links of the messages that were judged last.
    """

    def __init__(self, manifest: MessageManifest, links: LinkJudge) -> None:
        """Judge with a model of messages, and a judge of their links."""
        self.about = Judge(
            manifest.detector,
            manifest.digest,
            (RAW,),
            0,
            {
                "digest": manifest.digest,
                "false_positive_rate": manifest.false_positive_rate,
                "links_digest": links.digest,
            },
            pa.schema([("worst_link", pa.string()), ("worst_link_log_odds", pa.float64())]),
        )
        self._links = _Remembering(links)
        self.detector = MessageDetector(manifest, self._links, LINKS, EXAMINATION)

    def check(self, columns: Sequence[str], source: str) -> None:
        """As `RowJudge`: there must be messages."""
        if RAW not in columns:
            raise TableError(f"{source}: no column {RAW!r} with messages: name .eml or mbox files")

    def judge(self, frame: pd.DataFrame) -> Judged:
        """As `RowJudge`."""
        return self.judge_messages([read_message(raw) for raw in frame[RAW]])

    def judge_messages(self, messages: Sequence[Message]) -> Judged:
        """As `judge`, of messages that have been read."""
        self._links.forget()
        scores = self.detector.score(messages)
        worst = [self._worst_link(message) for message in messages]
        return Judged(
            _keys(messages),
            {},
            scores.verdicts(),
            {
                "worst_link": [url for url, _ in worst],
                "worst_link_log_odds": [log_odds for _, log_odds in worst],
            },
        )

    def _worst_link(self, message: Message) -> tuple[str | None, float | None]:
        """The worst link of the worst site, by which the message is judged."""
        (judged,) = judge_links([MessageView(message)], self._links, LINKS)
        if not judged:
            return None, None
        by_site = sites(judged)
        worst = max(judged, key=lambda one: (by_site[one.link.sent.host.site], one.log_odds))
        return worst.link.sent.text, worst.log_odds


class _Remembering:
    """A judge of links that is asked once for each."""

    def __init__(self, links: LinkJudge) -> None:
        self.name = links.name
        self.digest = links.digest
        self._links = links
        self._known: dict[str, float] = {}

    def forget(self) -> None:
        """Begin anew."""
        self._known = {}

    def log_odds(self, urls: Sequence[str]) -> Floats:
        """As `LinkJudge`."""
        new = [url for url in dict.fromkeys(urls) if url not in self._known]
        if new:
            self._known |= zip(new, self._links.log_odds(new).tolist(), strict=True)
        return np.array([self._known[url] for url in urls])

    def examine(self, url: str) -> Verdict | None:
        """As `LinkJudge`."""
        return self._links.examine(url)


def _keys(messages: Sequence[Message]) -> Keys:
    return np.array([int(message.digest[:_KEY_DIGITS], 16) for message in messages], np.uint64)
