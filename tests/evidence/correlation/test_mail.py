import json
from datetime import UTC, datetime

from network_security.evidence.correlation import CorrelationOptions
from network_security.evidence.correlation.facts import Delivery, Link, Request
from network_security.evidence.correlation.mail import mail_facts
from network_security.evidence.correlation.message_html import html_part
from network_security.sensors import parse_event

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OPTIONS = CorrelationOptions(most_links=3)
HEAD = """\
From: ann@example.net
To: Bob@example.com
Cc: eve@example.com
Message-ID: <1@example.net>
"""
HTML = '<a href="https://example.net/a">a</a><img src="https://example.net/pixel.png">'
BOTH = f"""{HEAD}Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain

https://example.net/a or https://example.net/b.
--b
Content-Type: text/html

{HTML}
--b--
"""


def links(text: str) -> list[Link]:
    event = parse_event(text, format="email")
    return [fact for fact in mail_facts(event, AT, "e1", OPTIONS) if isinstance(fact, Link)]


def test_links_that_a_reader_may_follow() -> None:
    found = links(BOTH)

    assert [link.entity for link in found] == ["https://example.net/a", "https://example.net/b"]
    assert found[0].recipients == ("bob@example.com", "eve@example.com")
    assert found[0].messages == ("1@example.net",)
    assert {link.html for link in found} == {HTML}


def test_one_link_that_deceives_among_equal_ones_is_enough() -> None:
    shown = "".join(
        f'<a href="https://example.net/a">{text}</a>' for text in ("example.net", "example.org")
    )

    assert [link.text_differs for link in links(f"{HEAD}Content-Type: text/html\n\n{shown}")] == [
        True
    ]


def test_a_message_of_many_links_is_read_in_part() -> None:
    text = " ".join(f"https://example.net/{n}" for n in range(9))

    assert len(links(f"{HEAD}\n{text}")) == 3


def test_html_that_is_attached_counts_where_none_is_shown() -> None:
    attached = f"""{HEAD}Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

See the file.
--b
Content-Type: text/html; name=invoice.html
Content-Disposition: attachment; filename=invoice.html
Content-Transfer-Encoding: base64

PGZvcm0gYWN0aW9uPSJodHRwczovL2V4YW1wbGUubmV0LyI+
--b--
"""
    event = parse_event(attached, format="email")

    assert html_part(event, 1_000) == '<form action="https://example.net/">'
    assert html_part(event, 5) == "<form"


def test_a_message_without_html_has_no_page() -> None:
    assert html_part(parse_event(f"{HEAD}\nno HTML", format="email"), 1_000) is None


def test_a_click_that_a_gateway_logs_is_a_request() -> None:
    click = {
        "time": AT.isoformat(),
        "category": "AdvancedHunting-UrlClickEvents",
        "properties": {
            "Timestamp": AT.isoformat(),
            "Url": "https://example.net/a",
            "ActionType": "ClickBlocked",
            "AccountUpn": "bob@example.com",
            "IPAddress": "10.0.0.7",
            "NetworkMessageId": "n-1",
        },
    }
    facts = mail_facts(parse_event(json.dumps(click), format="m365_defender"), AT, "e1", OPTIONS)
    (request,) = [fact for fact in facts if isinstance(fact, Request)]

    assert (request.client, request.user) == ("10.0.0.7", "bob@example.com")
    assert not any(isinstance(fact, Link) for fact in facts)


def test_the_records_of_defender_are_found_by_the_network_s_id() -> None:
    url = {
        "category": "AdvancedHunting-EmailUrlInfo",
        "properties": {
            "Timestamp": AT.isoformat(),
            "Url": "https://example.net/a",
            "NetworkMessageId": "n-1",
        },
    }
    mail = {
        "category": "AdvancedHunting-EmailEvents",
        "properties": {
            "Timestamp": AT.isoformat(),
            "NetworkMessageId": "n-1",
            "InternetMessageId": "<1@example.net>",
            "RecipientEmailAddress": "bob@example.com",
            "DeliveryAction": "Blocked",
            "ThreatTypes": "Phish",
        },
    }
    link, delivery = (
        next(
            fact
            for fact in mail_facts(
                parse_event(json.dumps(record), format="m365_defender"), AT, "e1", OPTIONS
            )
            if isinstance(fact, kind)
        )
        for record, kind in ((url, Link), (mail, Delivery))
    )

    assert set(link.messages) & set(delivery.messages) == {"m365 n-1"}
    assert (delivery.delivered, delivery.flagged) == (False, True)
