"""Messages as they are sent, and as attackers break them."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.evidence.messages import extract_message, read_message

HEAD = b"From: Ann <ann@example.org>\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\n"


def html(body: str, more: bytes = b"") -> bytes:
    return HEAD + more + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + body.encode()


def test_links_stand_with_what_they_show_and_where() -> None:
    message = read_message(
        html(
            'Please <a href="https://a.example/x"><b>sign</b> in</a>'
            '<a href="https://b.example/"><img src="https://c.example/i.png" alt="Shop"></a>'
            '<form action="https://d.example/post"><input type="PassWord"></form>'
            '<meta http-equiv=refresh content="0; url=https://e.example/">'
            " or visit http://f.example/now."
        )
    )

    found = [(link.place, link.url, link.shown) for link in message.links]
    assert found == [
        ("anchor", "https://a.example/x", "sign in"),
        ("image", "https://c.example/i.png", ""),
        ("anchor", "https://b.example/", "Shop"),
        ("form", "https://d.example/post", ""),
        ("refresh", "https://e.example/", ""),
        ("text", "http://f.example/now", "http://f.example/now"),
    ]
    assert message.links[0].context == "Please"
    assert (message.forms, message.password_fields, message.images) == (1, 1, 1)
    assert message.subject == "Café"


def test_a_gateway_s_link_is_read_as_the_sender_wrote_it() -> None:
    wrapped = "https://eu1.safelinks.protection.outlook.com/?url=https%3A%2F%2Fshop.example%2Fa&d=1"

    (link,) = read_message(html(f"<a href='{wrapped}'>a</a>")).links

    assert link.url == wrapped
    assert link.sent.text == link.target.text == "https://shop.example/a"


def test_a_redirector_is_the_sender_s_choice_and_stays() -> None:
    (link,) = read_message(
        html("<a href='https://www.google.com/url?q=https://x.example/'>a")
    ).links

    assert link.sent.host.name == "www.google.com"
    assert link.target.host.name == "x.example"


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("base64", base64.encodebytes("Grüße http://a.example/".encode())),
        ("quoted-printable", b"Gr=C3=BC=C3=9Fe http://a.ex=\r\nample/"),
        ("8bit", "Grüße http://a.example/".encode()),
    ],
)
def test_a_body_is_decoded(encoding: str, content: bytes) -> None:
    head = f"Content-Transfer-Encoding: {encoding}\r\nContent-Type: text/plain; charset=utf-8\r\n"

    message = read_message(HEAD + head.encode() + b"\r\n" + content)

    assert message.text.startswith("Grüße")
    assert [link.url for link in message.links] == ["http://a.example/"]


@pytest.mark.parametrize(
    ("charset", "content", "text"),
    [
        ("iso-2022-jp", "至急".encode("iso-2022-jp"), "至急"),
        ("windows-1252", b"caf\xe9", "café"),
        ("no-such-charset", "café".encode(), "café"),
        ("punycode", "café".encode(), "café"),
        ("utf-7", b"+2AA-hi", "\ufffdhi"),
        ("utf-8", b"\xff\xfec\x00a\x00", "ca"),
    ],
)
def test_text_is_read_by_its_charset(charset: str, content: bytes, text: str) -> None:
    head = f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode()

    assert read_message(HEAD + head + content).text.strip() == text


def test_links_of_attached_pages_and_messages_say_where_they_stand() -> None:
    inner = html("<a href='https://nested.example/'>n</a>").replace(b"\r\n", b"\n")
    raw = (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=x\n\n"
        + b"--x\nContent-Type: text/plain\n\nSee the file.\n"
        + b"--x\nContent-Type: application/octet-stream; name=invoice.html\n\n"
        + b"<form action='https://attached.example/'><input type=password></form>\n"
        + b"--x\nContent-Type: message/rfc822\n\n"
        + inner
        + b"\n--x--\n"
    )

    message = read_message(raw)

    assert [(link.source, link.sent.host.name) for link in message.links] == [
        ("attachment", "attached.example"),
        ("nested", "nested.example"),
    ]
    assert message.text.strip() == "See the file."
    assert [file.name for file in message.files] == ["invoice.html"]
    assert message.password_fields == 1


def test_a_last_boundary_may_be_missing() -> None:
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nhttp://a.example/"

    assert [link.url for link in read_message(raw).links] == ["http://a.example/"]


def test_what_a_reader_does_not_see_stands_apart() -> None:
    message = read_message(
        html(
            "Seen <div style='display : NONE'>unseen <b>too</b></div> again"
            "<span style='font-size:1px'>tiny</span><!-- comment --><style>p {}</style>"
        )
    )

    assert message.text.split() == ["Seen", "again"]
    assert message.hidden_text.split() == ["unseen", "too", "tiny"]


def test_the_sender_s_facts_are_read_beside_the_content() -> None:
    raw = (
        b'From: "help@bank.example" <x@mail.example>\nReply-To: <y@other.example>\n'
        b"Authentication-Results: mx.example; spf=pass smtp.mailfrom=mail.example; dmarc=fail\n\nHi"
    )

    sender = read_message(raw).sender

    assert (sender.name_spoofs, sender.reply_to_differs) == (True, True)
    assert sender.authentication == {"spf": "pass", "dmarc": "fail"}


def test_headers_change_no_feature() -> None:
    body = b"\n\nVerify your account: http://a.example/"
    plain = extract_message(read_message(b"From: a@a.example\nSubject: s" + body))
    rich = extract_message(
        read_message(b"Received: from x\nX-Mailer: y\nFrom: b@b.example\nSubject: s" + body)
    )

    assert plain == rich


def test_what_was_not_read_is_said() -> None:
    links = "".join(f"<a href=https://h{number}.example/>a</a>" for number in range(600))

    message = read_message(html(links))

    assert len(message.links) == 500
    assert message.links_found == 600
    assert message.limits == ("only the first 500 of 600 links were kept",)


@given(st.binary(max_size=2000))
def test_any_bytes_are_read(raw: bytes) -> None:
    extract_message(read_message(raw))


PIECES = st.sampled_from([
    "<a href=", "'", '"', ">", "<", "</a>", "<!--", "-->", "<div style='display:none'>", "</div>",
    "http://a.example/", "&#x41;", "&", "\n--x\n", "\n--x--", "=3D", "\u200b", "click here", " ",
    "<meta http-equiv=refresh content='0;url=//b'>", "<base href=//c>", "<style>", "paypal",
])  # fmt: skip


@given(st.lists(PIECES, max_size=60).map("".join), st.sampled_from(["text/html", "text/plain"]))
def test_any_markup_is_read(body: str, content_type: str) -> None:
    head = f"Content-Type: {content_type}; boundary=x\n\n"

    extract_message(read_message(HEAD + head.encode() + body.encode()))


@pytest.mark.parametrize(
    "body", ["<" * 300_000, "<a href='" * 40_000, "<!--" * 80_000, "<b>" * 300 + "</i>" * 80_000]
)
def test_hostile_markup_takes_no_longer_than_its_length(body: str) -> None:
    # Quadratic readers take minutes here.
    extract_message(read_message(html(body)))
