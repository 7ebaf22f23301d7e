"""Messages as rows of terms and features."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from network_security.detection.message.links import (
    LinkJudge,
    LinkOptions,
    judge_links,
    worst_site,
)
from network_security.detection.message.terms import WORST_SITE
from network_security.evidence.messages.extraction import FEATURES
from network_security.evidence.messages.message import Message
from network_security.evidence.messages.view import MessageView

BATCH = 256
"""Messages that are judged at once."""


def message_rows(
    messages: Sequence[Message], judge: LinkJudge, options: LinkOptions
) -> list[dict[str, float | None]]:
    """The features of each message and the log-odds of its worst site, by name."""
    rows: list[dict[str, float | None]] = []
    for start in range(0, len(messages), BATCH):
        views = [MessageView(message) for message in messages[start : start + BATCH]]
        judged = judge_links(views, judge, options)
        rows += [
            view_row(view, worst_site(links)) for view, links in zip(views, judged, strict=True)
        ]
    return rows


def view_row(view: MessageView, worst: float | None) -> dict[str, float | None]:
    """One message's features and the log-odds of its worst site."""
    return {name: feature(view) for name, feature in FEATURES.items()} | {WORST_SITE: worst}


def message_table(
    messages: Sequence[Message], labels: Sequence[int], judge: LinkJudge, options: LinkOptions
) -> pd.DataFrame:
    """A row a message: its features, `worst_site`, `label` (1 for phishing) and `digest`."""
    rows: list[dict[str, Any]] = [dict(row) for row in message_rows(messages, judge, options)]
    frame = pd.DataFrame(rows, columns=[*FEATURES, WORST_SITE], dtype="float64")
    digests = [message.digest for message in messages]
    return frame.assign(label=list(labels), digest=digests)
