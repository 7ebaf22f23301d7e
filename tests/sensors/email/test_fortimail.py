import pytest

from network_security.sensors import ParseError, parse_event

PAIRS = [
    ("date", "2026-01-14"),
    ("time", "09:00:00.001"),
    ("device_id", "FE1"),
    ("log_id", "0300000001"),
    ("type", "spam"),
    ("pri", "information"),
    ("client_ip", '"203.0.113.6"'),
    ("from", '"x@example.org"'),
    ("to", '"ann@example.com"'),
    ("subject", '"a, b = c"'),
]


def line(separator: str = ",", **more: str) -> str:
    pairs = [*PAIRS, *more.items()]
    return separator.join(f"{name}={value}" for name, value in pairs)


def parse(raw: str) -> dict:
    return parse_event(raw, format="fortimail")


@pytest.mark.parametrize("separator", [",", " ", ", "])
@pytest.mark.parametrize("header", ["", "<190>", "Jan 14 09:00:00 fe1 "])
def test_separators_and_headers_change_nothing(separator, header):
    document = parse(header + line(separator))

    assert document["@timestamp"].isoformat() == "2026-01-14T09:00:00.001000+00:00"
    assert document["email"]["subject"] == "a, b = c"
    assert document["email"]["to"]["address"] == ["ann@example.com"]
    assert document["event"]["code"] == "0300000001"
    assert document["source"]["ip"] == "203.0.113.6"


@pytest.mark.parametrize(
    ("message", "side"),
    [
        ("from=<a@example.org>, size=1, proto=ESMTP, relay=mx.example.org [203.0.113.5]", "source"),
        ("to=<a@example.org>, relay=mx.example.org. [203.0.113.5], stat=Sent (Ok)", "destination"),
    ],
)
def test_smtp_events_hold_a_mail_line(message, side):
    raw = f'date=2026-01-14,time=09:00:00,device_id=F,type=event,subtype=smtp,msg="{message}"'

    document = parse(raw)

    assert document[side]["ip"] == "203.0.113.5"
    assert document[side]["domain"] == "mx.example.org"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("WebMail: Login for 'ann@example.com' from 203.0.113.7 failed", "failure"),
        ("WebMail: User ann@example.com from 203.0.113.7 logged in.", "success"),
    ],
)
def test_webmail_logins_name_user_and_address(text, outcome):
    document = parse(f'date=2026-01-14,time=09:00:00,device_id=F,type=event,msg="{text}"')

    assert document["event"]["category"] == ["email", "authentication"]
    assert document["event"]["outcome"] == outcome
    assert document["user"]["name"] == "ann@example.com"
    assert document["source"]["ip"] == "203.0.113.7"


@pytest.mark.parametrize(("result", "kind"), [("detected", "alert"), ("clean", "event")])
def test_a_scanned_file_is_an_alert_when_something_was_found(result, kind):
    text = f"File name: a b.doc(checksum:1f), scanned by Antivirus Scanner({result})"

    document = parse(line(msg=f'"{text}"'))

    assert document["event"]["kind"] == kind
    assert document["file"]["name"] == "a b.doc"


@pytest.mark.parametrize("raw", ["hello", "a=b,c=d", "to=<ann@example.com>"])
def test_other_lines_are_refused(raw):
    with pytest.raises(ParseError):
        parse(raw)
