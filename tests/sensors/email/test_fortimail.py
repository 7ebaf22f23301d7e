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
    document = parse(
        f'date=2026-01-14,time=09:00:00,device_id=F,type=event,user=webmail,msg="{text}"'
    )

    assert document["event"]["category"] == ["email", "authentication"]
    assert document["event"]["outcome"] == outcome
    assert document["user"]["name"] == ["webmail", "ann@example.com"]
    assert document["user"]["email"] == "ann@example.com"
    assert document["source"]["ip"] == "203.0.113.7"


HISTORY = (
    "date=2026-01-14,time=09:00:00,device_id=F,log_id=0200,type=statistics,pri=information,"
    'session_id="s-1",client_name="mx.example.org",client_ip="203.0.113.5",dst_ip="192.0.2.2",'
    'from="bounce@example.org",hfrom="ceo@example.com",to="ann@example.com",direction="in",'
    'virus="{virus}",disposition="{disposition}",classifier="{classifier}",'
    'message_id="<m@example.org>",message_length="188",subject="Plan, second draft"'
)


@pytest.mark.parametrize(
    ("virus", "disposition", "classifier", "kind", "decision"),
    [
        ("", "Accept", "Not Spam", "event", "allowed"),
        ("", "Modify Subject;Accept", "Bayesian", "alert", "allowed"),
        ("", "Reject", "Recipient Verification", "event", "denied"),
        ("", "System Quarantine", "FortiGuard AntiSpam", "alert", "denied"),
        ("EICAR", "Discard", "Virus", "alert", "denied"),
    ],
)
def test_the_history_says_what_became_of_a_message(virus, disposition, classifier, kind, decision):
    raw = HISTORY.format(virus=virus, disposition=disposition, classifier=classifier)

    document = parse(raw)

    assert document["event"]["kind"] == kind
    assert document["event"]["type"] == [decision, "info"]
    assert document["event"]["action"] == disposition
    assert ("malware" in document["event"]["category"]) == bool(virus)
    assert document["rule"]["category"] == classifier
    assert document["email"]["from"]["address"] == ["ceo@example.com", "bounce@example.org"]
    assert document["email"]["message_id"] == "m@example.org"
    assert document["email"]["direction"] == "inbound"
    assert document["email"]["subject"] == "Plan, second draft"
    assert document["source"]["ip"] == "203.0.113.5"


@pytest.mark.parametrize(
    ("action", "ui", "category", "kind"),
    [
        ("login", "GUI(203.0.113.5)", "authentication", "start"),
        ("login", "203.0.113.5", "authentication", "start"),
        ("logout", "ssh(203.0.113.5)", "authentication", "end"),
    ],
)
def test_administrators_come_from_the_address_of_their_interface(action, ui, category, kind):
    document = parse(
        "date=2026-01-14,time=09:00:00,device_id=F,type=event,subtype=admin,user=ann,"
        f'ui={ui},action={action},status=failure,reason=passwd_invalid,msg="User ann"'
    )

    assert document["event"]["category"] == [category]
    assert document["event"]["type"] == [kind, "info"]
    assert document["event"]["outcome"] == "failure"
    assert document["event"]["reason"] == "passwd_invalid"
    assert document["source"]["ip"] == "203.0.113.5"


def test_a_change_of_settings_is_one():
    document = parse(
        "date=2026-01-14,time=09:00:00,device_id=F,type=event,subtype=config,user=ann,"
        "ui=GUI(203.0.113.5),module=system,msg=\"changed settings for 'port1'\""
    )

    assert document["event"]["category"] == ["configuration"]
    assert document["event"]["type"] == ["change", "info"]
    assert document["user"]["name"] == "ann"


@pytest.mark.parametrize(("role", "side"), [("client", "destination"), ("server", "source")])
def test_encryption_names_the_other_end(role, side):
    document = parse(
        "date=2026-01-14,time=09:00:00,device_id=F,type=event,subtype=smtp,"
        f'msg="STARTTLS={role}, relay=mx.example.net. [203.0.113.5], version=TLSv1.3, verify=OK, '
        'cipher=TLS_AES_256_GCM_SHA384, bits=256/256"'
    )

    assert document[side]["ip"] == "203.0.113.5"
    assert document[side]["domain"] == "mx.example.net"
    assert document["tls"]["version"] == "1.3"
    assert document["tls"]["cipher"] == "TLS_AES_256_GCM_SHA384"


def test_a_link_that_made_a_message_spam_is_kept():
    document = parse(
        "date=2026-01-14,time=09:00:00,device_id=F,type=spam,subtype=default,"
        'msg="Detected by URI filter: http://pay.example.net/x"'
    )

    assert document["url"]["domain"] == "pay.example.net"


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
