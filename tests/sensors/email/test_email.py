import base64
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
        ("=?utf-7?q?+2AA-hi?=", "\ufffdhi"),
        ("=?punycode?q?caf-dma?=", "caf-dma"),
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
    assert email["message"]["from_name_address"] == ["ceo@example.com"]


def test_a_name_that_is_the_sender_s_own_address_is_no_trick():
    raw = 'From: "x@example.net" <x@example.net>\nSubject: a\n\ntext'

    assert "from_name_address" not in parse_event(raw, format="email")["email"]["message"]


def test_a_second_sender_is_seen_as_well():
    assert parse("From: x@example.net\n")["email"]["from"]["address"] == [
        "ann@example.org", "x@example.net",
    ]  # fmt: skip


def test_the_envelope_s_sender_is_kept_beside_the_header_s():
    email = parse("Sender: list@example.net\nReturn-Path: <bounce@example.net>\n")["email"]

    assert email["sender"]["address"] == "list@example.net"
    assert email["message"]["return_path"] == "bounce@example.net"


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


def test_results_keep_what_the_policy_did_and_all_signatures():
    document = parse(
        "Authentication-Results: spf=pass (sender IP is 203.0.113.5) smtp.mailfrom=example.net;\n"
        " dkim=fail (no key) header.d=example.org;dkim=pass header.d=bulk.example.net;\n"
        " dmarc=fail action=quarantine header.from=example.org;compauth=fail reason=000\n"
    )

    assert document["email"]["message"]["authentication"] == {
        "client_ip": "203.0.113.5",
        "spf": {"result": "pass", "domain": "example.net"},
        "dkim": {
            "result": "pass",
            "domain": "bulk.example.net",
            "others": [{"result": "fail", "domain": "example.org"}],
        },
        "dmarc": {"result": "fail", "action": "quarantine", "domain": "example.org"},
        "compauth": {"result": "fail", "reason": "000"},
    }


PROVIDER = (
    "Received: from b.example.com ({name}[198.51.100.2]) by a.example.com; x\n"
    "Received: from mail.example.net (203.0.113.5) by b.example.com; x\n"
)


@pytest.mark.parametrize(
    ("name", "checked", "source"),
    [
        ("b.example.com ", "", "203.0.113.5"),
        ("unknown ", "", "198.51.100.2"),
        ("", "", "198.51.100.2"),
        ("", "Received-SPF: pass client-ip=203.0.113.5\n", "203.0.113.5"),
        ("", "Received-SPF: pass client-ip=192.0.2.77\n", "198.51.100.2"),
    ],
    ids=["a server of its own", "a name that is none", "a claimed name", "checked", "not a hop"],
)
def test_servers_of_the_provider_are_not_the_source(name, checked, source):
    assert parse(PROVIDER.format(name=name) + checked)["source"]["ip"] == source


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
    ("html", "url", "tag"),
    [
        ("<a title='a<b' href='https://a.example.net/'>x</a>", "https://a.example.net/", "a"),
        (
            '<META http-equiv=refresh content="0; URL=https://a.example.net/">',
            "https://a.example.net/", "meta",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "part",
    ["Content-Type: text/html", 'Content-Type: application/octet-stream; name="Invoice.HTM"'],
)
def test_links_are_found_in_broken_tags_and_in_attached_pages(html, url, tag, part):
    email = parse(MULTIPART, f"--b\n{part}\n\n{html}\n--b--\n")["email"]

    assert {"url": url, "tag": tag} in email["message"]["links"]


def test_a_rewritten_link_counts_as_the_one_it_stands_for():
    document = parse(
        "Content-Type: text/html\n",
        '<a href="https://eu1.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example.net">',
    )

    assert document["email"]["message"]["links"][0]["target"] == "https://a.example.net"
    assert document["url"]["domain"] == "a.example.net"
    assert document["related"]["hosts"] == ["a.example.net"]


def test_a_forwarded_message_gives_its_links_and_files():
    inner = (
        'Subject: a\nContent-Type: multipart/mixed; boundary="b2"\n\n'
        "--b2\n\nwww.example.net/pay\n--b2\nContent-Type: application/zip\n\nx\n--b2--\n"
    )

    document = parse(MULTIPART, f"--b\nContent-Type: message/rfc822\n\n{inner}--b--\n")

    assert document["email"]["message"]["links"] == [{"url": "www.example.net/pay", "tag": "text"}]
    assert document["related"]["hosts"] == ["www.example.net"]
    assert [one["file"]["mime_type"] for one in document["email"]["attachments"]] == [
        "message/rfc822", "application/zip",
    ]  # fmt: skip


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


def test_a_message_with_large_attachments_is_read_and_its_text_kept_in_part():
    attachment = base64.encodebytes(bytes(range(256)) * 8_000).decode()
    raw = (
        f"{HEADERS}Subject: Photos\nMIME-Version: 1.0\n"
        'Content-Type: application/octet-stream; name="photos.zip"\n'
        "Content-Transfer-Encoding: base64\n"
        f"Content-Disposition: attachment; filename=photos.zip\n\n{attachment}"
    )

    event = parse_event(raw, format="email")

    assert len(raw) > 2_000_000
    assert event["email"]["attachments"][0]["file"]["name"] == "photos.zip"
    assert event["email"]["attachments"][0]["file"]["size"] == 2_048_000
    assert event["event"]["original"] == raw[:1_000_000]
    assert event["event"]["hash"] == hashlib.sha256(raw.encode()).hexdigest()
    assert "original_cut" in event["tags"]


def test_the_caller_says_how_much_is_read():
    with pytest.raises(ParseError, match="at most 100"):
        parse_event(f"{HEADERS}\n{'x' * 100}", format="email", limit=100)
