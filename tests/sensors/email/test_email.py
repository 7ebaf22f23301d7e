import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.sensors import ParseError, parse_event

HEADERS = (
    "From: Ann <ann@example.org>\nTo: bob@example.com\nDate: Wed, 14 Jan 2026 08:00:00 +0000\n"
)


def parse(headers: str = "", body: str = "text") -> dict:
    return parse_event(f"{HEADERS}{headers}\n{body}", format="email")


def test_line_ends_and_an_mbox_line_change_nothing():
    raw = f"{HEADERS}Subject: a\n b\n\ntext"
    plain = parse_event(raw, format="email")["email"]

    assert plain["subject"] == "a b"
    assert parse_event(raw.replace("\n", "\r\n"), format="email")["email"] == plain
    assert parse_event("From ann Wed Jan 14\n" + raw, format="email")["email"] == plain


@pytest.mark.parametrize(
    ("written", "subject"),
    [
        ("=?utf-8?q?Caf=C3=A9_=E2=80=93?= bar", "Café \N{EN DASH} bar"),
        ("=?utf-8?b?QQ==?= =?utf-8?b?Qg==?=", "AB"),
        ("=?nonsense?q?a=FF?=", "a\ufffd"),
        ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
    ],
)
def test_subjects_are_decoded(written, subject):
    assert parse(f"Subject: {written}\n")["email"]["subject"] == subject


def test_an_address_in_a_display_name_is_not_the_sender():
    raw = 'From: "ceo@example.com" <x@example.net>\nSubject: a\n\ntext'

    email = parse_event(raw, format="email")["email"]

    assert email["from"]["address"] == ["x@example.net"]
    assert email["message"]["from_name"] == "ceo@example.com"


def test_the_topmost_results_count_and_those_below_do_not():
    document = parse(
        "Authentication-Results: mx.example.com; spf=fail smtp.mailfrom=a@example.net;\n"
        " dkim=none; dmarc=fail (p=reject) header.from=example.org\n"
        "Authentication-Results: forged; spf=pass; dkim=pass; dmarc=pass\n"
    )

    assert document["email"]["message"]["authentication"] == {
        "server": "mx.example.com",
        "spf": {"result": "fail", "domain": "example.net"},
        "dkim": {"result": "none"},
        "dmarc": {"result": "fail", "domain": "example.org"},
    }


def test_the_source_is_the_latest_hop_from_outside():
    document = parse(
        "Received: from in.example.com (in.example.com [10.0.0.1]) by store.example.com;\n"
        " Wed, 14 Jan 2026 08:00:09 +0000\n"
        "Received: from mx.example.org (mx.example.org [203.0.113.5]) by in.example.com;\n"
        " Wed, 14 Jan 2026 08:00:08 +0000\n"
        "Received: from forged (forged [192.0.2.9]) by mx.example.org; x\n"
    )

    assert document["source"]["ip"] == "203.0.113.5"
    assert document["@timestamp"].second == 9
    assert [hop["ip"] for hop in document["email"]["message"]["received"]] == [
        "10.0.0.1", "203.0.113.5", "192.0.2.9",
    ]  # fmt: skip


MULTIPART = 'Content-Type: multipart/mixed; boundary="b"\n'


def test_links_of_text_and_html_say_what_they_show():
    document = parse(
        MULTIPART,
        "--b\nContent-Type: text/plain\n\nsee https://a.example.net/x.\n"
        "--b\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n"
        "<a href=3D'https://b.example.net/?u=3D1&amp;v=3D2'><b>https://example.com</b></a>\n"
        "<a href=3D'#top'>up</a><form action=3D//c.example.net/f></form>\n--b--\n",
    )

    assert document["email"]["message"]["links"] == [
        {"url": "https://a.example.net/x", "tag": "text"},
        {"url": "https://b.example.net/?u=1&v=2", "tag": "a", "shown": "https://example.com"},
        {"url": "//c.example.net/f", "tag": "form"},
    ]
    assert document["url"]["domain"] == "a.example.net"


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="a b.zip"', "a b.zip"),
        ("attachment; filename*=utf-8''%C3%A4.zip", "ä.zip"),
        ('attachment; filename*0="a"; filename*1=".zip"', "a.zip"),
        ('inline; filename="=?utf-8?q?=C3=A4.zip?="', "ä.zip"),
    ],
)
def test_attachments_have_name_size_and_digests_of_their_content(disposition, name):
    document = parse(
        MULTIPART,
        f"--b\nContent-Type: application/zip\nContent-Disposition: {disposition}\n"
        "Content-Transfer-Encoding: base64\n\nUEsD\nBBQ=\n--b--\n",
    )

    (attachment,) = document["email"]["attachments"]
    assert attachment["file"]["name"] == name
    assert attachment["file"]["size"] == 5
    assert attachment["file"]["hash"]["sha256"] == hashlib.sha256(b"PK\x03\x04\x14").hexdigest()


def test_nesting_and_number_of_parts_are_bounded():
    nested = "Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 3000
    many = MULTIPART + "\n" + "--b\nContent-Type: image/png\n\nx\n" * 3000

    assert parse_event(HEADERS + nested, format="email")["event"]["category"] == ["email"]
    attachments = parse_event(HEADERS + many, format="email")["email"]["attachments"]
    assert len(attachments) == 256


@pytest.mark.parametrize("raw", ["hello", "A: b\n\nc", "\n\n", "Subject: alone\n\n"])
def test_other_text_is_refused(raw):
    with pytest.raises(ParseError):
        parse_event(raw, format="email")


header_names = st.sampled_from(
    ["From", "To", "Date", "Subject", "Received", "Content-Type", "Content-Disposition",
     "Authentication-Results", "Received-SPF", "Content-Transfer-Encoding", "Message-ID"]
)  # fmt: skip
header_values = st.text(st.sampled_from("=?utf8qbQB;:<>@\"'()[]\\,. \t\x00é1%*"), max_size=60)


@given(st.lists(st.tuples(header_names, header_values), max_size=8), st.text(max_size=100))
def test_hostile_headers_never_raise(headers, body):
    block = "".join(f"{name}: {value}\n" for name, value in headers)

    document = parse_event(f"{HEADERS}{block}\n{body}", format="email")

    assert document["event"]["category"] == ["email"]
