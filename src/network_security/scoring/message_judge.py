"""Who judges messages: each by its content and its links, of which the worst one is told.

Their verdicts' documents are made here as well, where the messages are: what the store keeps of a
verdict that alerts cannot be told from the columns that it has in a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import bson
import numpy as np
import pandas as pd
import pyarrow as pa

from network_security.detection.message import MessageDetector, MessageManifest
from network_security.detection.message.links import (
    JudgedLink,
    LinkJudge,
    LinkOptions,
    judge_links,
    sites,
    worst_site,
)
from network_security.detection.message.table import BATCH, view_row
from network_security.evidence.messages.message import Message
from network_security.evidence.messages.view import MessageView
from network_security.scoring.judges import Judge, Judged
from network_security.scoring.message_documents import (
    Document,
    Judgement,
    event_of,
    message_of,
    verdict_document,
)
from network_security.scoring.message_files import RAW
from network_security.scoring.portions import DOCUMENT
from network_security.scoring.rows import TableError

LINKS: Final = LinkOptions()
_KEY_DIGITS: Final = 16


class MessageJudge:
    """Judges messages, as `MessageDetector` does one."""

    def __init__(
        self, manifest: MessageManifest, links: LinkJudge, *, explain: bool = True
    ) -> None:
        """Judge with a model of messages, and a judge of their links.

        Args:
            manifest: the model.
            links: judges links.
            explain: whether the documents of verdicts that alert say why.
        """
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
            pa.schema(
                [
                    ("worst_link", pa.string()),
                    ("worst_link_log_odds", pa.float64()),
                    (DOCUMENT, pa.binary()),
                ]
            ),
        )
        self._detector = MessageDetector(manifest, links, LINKS)
        self._links = links
        self._explain = explain

    def check(self, columns: Sequence[str], source: str) -> None:
        """As `RowJudge`: there must be messages."""
        if RAW not in columns:
            raise TableError(f"{source}: no column {RAW!r} with messages: name .eml or mbox files")

    def judge(self, frame: pd.DataFrame) -> Judged:
        """As `RowJudge`; the documents of the verdicts are a column, in BSON."""
        judgements: list[Judgement] = []
        documents: list[bytes] = []
        for first in range(0, len(frame), BATCH):
            raws = frame[RAW].iloc[first : first + BATCH].tolist()
            messages = [message_of(raw) for raw in raws]
            judged = list(self._judgements(messages))
            for raw, message, judgement in zip(raws, messages, judged, strict=True):
                document = verdict_document(self.about, message, event_of(raw), judgement)
                documents.append(bson.encode(document))
            judgements += judged
        return Judged(
            np.array([each.evidence for each in judgements], np.uint64),
            {},
            self._detector.score_rows([each.features for each in judgements]).verdicts(),
            {
                "worst_link": [each.worst_link for each in judgements],
                "worst_link_log_odds": [each.worst_link_log_odds for each in judgements],
                DOCUMENT: documents,
            },
        )

    def documents(
        self, messages: Sequence[Message], events: Sequence[Mapping[str, Any]]
    ) -> list[Document]:
        """Judge messages, and return the documents of their verdicts, in their order.

        Args:
            messages: the messages, as their events have them.
            events: their events.
        """
        return [
            verdict_document(self.about, message, event, judgement)
            for message, event, judgement in zip(
                messages, events, self._judgements(messages), strict=True
            )
        ]

    def _judgements(self, messages: Sequence[Message]) -> Iterator[Judgement]:
        """What is found of each message, as `MessageDetector.examine` finds it of one."""
        views = [MessageView(message) for message in messages]
        links = judge_links(views, self._links, LINKS)
        rows = [view_row(view, worst_site(own)) for view, own in zip(views, links, strict=True)]
        verdicts = self._detector.score_rows(rows).verdicts()
        for place, (view, own, row) in enumerate(zip(views, links, rows, strict=True)):
            alerts = bool(verdicts.decision[place])
            explained = alerts and self._explain
            worst = _worst_link(own)
            yield Judgement(
                evidence=int(view.message.digest[:_KEY_DIGITS], 16),
                tier=str(verdicts.tier[place]),
                probability=float(verdicts.probability[place]),
                threshold=float(verdicts.threshold[place]),
                decision=alerts,
                worst_link=worst.link.sent.text if worst else None,
                worst_link_log_odds=worst.log_odds if worst else None,
                features=row,
                reasons=self._detector.reasons(row, view, own) if explained else (),
            )


def _worst_link(links: Sequence[JudgedLink]) -> JudgedLink | None:
    """The worst link of the worst site, by which the message is judged."""
    by_site = sites(links)
    return max(
        links, key=lambda one: (by_site[one.link.sent.host.site], one.log_odds), default=None
    )
