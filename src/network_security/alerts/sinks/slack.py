"""An incoming webhook of Slack, or of what takes the same messages (Mattermost, Rocket.Chat).

Whatever an attacker may have written stands in ``plain_text``, which has no markup, and defanged;
what is fallback text for notifications is escaped besides, so that neither links nor mentions come
of it.

Source: Slack, "Sending messages using incoming webhooks", "Block Kit" and "Formatting text for app
surfaces" (the three characters to escape).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from network_security.alerts.sinks.announcement import Announcement
from network_security.alerts.sinks.posting import check_address, post
from network_security.alerts.sinks.sink import SinkOptions
from network_security.alerts.sinks.wording import facts, headline, reason

LONGEST_HEADER: Final = 150
LONGEST_FIELD: Final = 2000
LONGEST_TEXT: Final = 3000
MOST_FIELDS: Final = 10


@dataclass(frozen=True, kw_only=True)
class SlackOptions(SinkOptions):
    """A Slack-compatible webhook.

    Attributes:
        ca_file: Root certificates (PEM) to verify the receiver by; None for Mozilla's.
    """

    ca_file: str | None = None


class Slack:
    """Posts alerts as messages; its credential is the ``url``, which is a secret."""

    def __init__(
        self,
        options: SlackOptions,
        credentials: Mapping[str, str],
        clock: Callable[[], datetime],
    ) -> None:
        self.options = options
        try:
            self._url = check_address(credentials.get("url", ""))
        except ValueError as error:
            options.require(False, f"its credential 'url': {error}")
        self._clock = clock

    def deliver(self, announcement: Announcement) -> None:
        """Post a message."""
        post(
            self._url,
            json.dumps(message(announcement, self.options)).encode(),
            {},
            timeout=self.options.timeout_seconds,
            ca_file=self.options.ca_file,
            now=self._clock(),
        )


def message(announcement: Announcement, options: SinkOptions) -> dict[str, Any]:
    """Return the message as Slack takes it."""
    alert = announcement.alert
    link = options.link_to(alert)
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": _plain(headline(alert), LONGEST_HEADER)},
        {"type": "section", "text": _plain(reason(alert), LONGEST_TEXT)},
        {
            "type": "section",
            "fields": [_plain(f"{label}: {text}", LONGEST_FIELD) for label, text in facts(alert)][
                :MOST_FIELDS
            ],
        },
    ]
    if link:
        text = f"<{escaped(link)}|Open the alert>"
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": text}})
    return {
        "text": escaped(headline(alert)),
        "mrkdwn": False,
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": blocks,
    }


def escaped(text: str) -> str:
    """Return a text without the characters that begin links, mentions and entities.

    >>> escaped("<!channel> & <https://a.example|b>")
    '&lt;!channel&gt; &amp; &lt;https://a.example|b&gt;'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _plain(text: str, longest: int) -> dict[str, Any]:
    shown = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return {"type": "plain_text", "text": shown, "emoji": False}
