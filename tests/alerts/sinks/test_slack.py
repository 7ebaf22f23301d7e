"""Messages to Slack, received by a real server."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.alerts.finding import Entity
from network_security.alerts.sinks import DeliveryError, SinkError, make_sinks
from network_security.alerts.sinks.slack import escaped

LINK = "https://soc.example.org/alerts/"


def slack(url: str) -> Any:
    given = [{"type": "slack", "name": "chat", "link": LINK}]
    (sink,) = make_sinks(given, {"chat": {"url": url}})
    return sink


def texts(message: dict[str, Any], type_: str) -> list[str]:
    """All text objects of a type."""
    objects = [
        each
        for block in message["blocks"]
        for each in [*([block["text"]] if "text" in block else []), *block.get("fields", [])]
    ]
    return [each["text"] for each in objects if each["type"] == type_]


def test_severity_reason_and_link(receiver, announce) -> None:
    announcement = announce()
    slack(receiver.url).deliver(announcement)

    message = json.loads(receiver.requests[0].body)
    header, reason, *facts = texts(message, "plain_text")
    assert header.startswith("HIGH: Phishing link to login[.]shop[.]example")
    assert reason == "Judged 97.0 % likely on tier url, an alert from 50.0 % on."
    assert "URL: hxxps://login[.]shop[.]example/1" in facts
    assert texts(message, "mrkdwn") == [f"<{LINK}{announcement.alert.id}|Open the alert>"]


def test_what_an_attacker_writes_makes_no_link_and_no_mention(receiver, announce) -> None:
    hostile = "https://a.example/<!channel>|<https://b.example|click>@here &lt;*_~`"
    entity = Entity("url", hostile, "<!here>.a.example", "a.example")
    senders = ("<!everyone>@a.example", "<mailto:x@a.example|x>")
    slack(receiver.url).deliver(announce(entity=entity, senders=senders))

    message = json.loads(receiver.requests[0].body)
    assert len(texts(message, "mrkdwn")) == 1
    assert not any(mark in message["text"] for mark in "<>@")
    for text in texts(message, "plain_text"):
        assert not any(part in text for part in ("https:", "mailto:", ".example"))
        assert "@here" not in text
    assert message["link_names"] is False
    assert {block["type"] for block in message["blocks"]} == {"header", "section"}


def test_limits_of_slack_are_kept(receiver, announce) -> None:
    url = "https://a.example/" + "x" * 5000
    entity = Entity("url", url, "a" * 300, "a")
    slack(receiver.url).deliver(
        announce(entity=entity, senders=tuple(f"{n}{'y' * 400}@a.example" for n in range(50)))
    )
    message = json.loads(receiver.requests[0].body)
    assert len(texts(message, "plain_text")[0]) <= 150
    assert all(len(text) <= 2000 for text in texts(message, "plain_text"))
    assert all(len(block.get("fields", [])) <= 10 for block in message["blocks"])


@given(st.text())
def test_escaped_text_has_no_brackets(text: str) -> None:
    assert not {"<", ">"} & set(escaped(text))


def test_the_address_is_a_secret_and_never_told(announce) -> None:
    with pytest.raises(DeliveryError) as caught:
        slack("http://127.0.0.1:1/services/T0/B0/token").deliver(announce())
    assert "token" not in str(caught.value)
    assert "token" not in repr(slack("http://127.0.0.1:1/services/T0/B0/token").options)
    with pytest.raises(SinkError, match="its credential 'url'") as refused:
        slack("http://hooks.example.org/token")
    assert "token" not in str(refused.value)
