import pytest

from network_security.sensors import ParseError, parse_event


def parse(text: str, log: str = "mail_logs: Info: ") -> dict:
    return parse_event(f"<22>Jan 14 08:30:00 esa1 {log}{text}", format="cisco_esa")


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Start MID 9 ICID 5", {"mid": "9", "icid": "5"}),
        ("MID 9 ICID 5 RID 0 To: <ann@example.com>", {"mid": "9", "icid": "5", "rid": "0"}),
        ("Delivery start DCID 7 MID 9 to RID [0, 1]", {"dcid": "7", "mid": "9", "rid": "0"}),
        ("Message finished MID 9 done", {"mid": "9"}),
        ("ICID 5 close", {"icid": "5"}),
    ],
)
def test_the_ids_that_link_lines_are_kept(text, ids):
    found = parse(text)["cisco"]["esa"]

    assert {name: found[name] for name in ids} == ids


def test_a_subject_gives_no_ids():
    document = parse("MID 9 Subject 'MID 1 DCID 2 From: <x@example.org>'")

    assert document["email"]["subject"] == "MID 1 DCID 2 From: <x@example.org>"
    assert document["email"]["local_id"] == "9"
    assert document["cisco"]["esa"] == {"mid": "9"}


def test_the_appliance_s_id_stands_in_for_a_message_id_that_a_line_lacks():
    without = parse("MID 9 ICID 5 From: <ann@example.org>")
    having = parse("MID 9 Message-ID '<m@example.org>'")

    assert without["email"]["message_id"] == "9"
    assert "message_id" not in without.get("related", {})
    assert having["email"]["message_id"] == "m@example.org"
    assert having["related"]["message_id"] == ["m@example.org"]


def test_the_appliance_s_own_files_have_time_and_level_only():
    document = parse_event(
        "Wed Jan 14 08:30:09 2026 Info: MID 9 queued for delivery", format="cisco_esa"
    )

    assert document["@timestamp"].isoformat() == "2026-01-14T08:30:09+00:00"
    assert document["event"]["action"] == "queued"
    assert document["log"]["level"] == "info"


def test_a_connection_names_both_ends():
    document = parse(
        "New SMTP ICID 5 interface Data1 (192.0.2.10) address 203.0.113.5 "
        "reverse dns host mx.example.org verified yes"
    )

    assert document["source"]["ip"] == "203.0.113.5"
    assert document["source"]["domain"] == "mx.example.org"
    assert document["destination"]["ip"] == "192.0.2.10"
    assert document["event"]["type"] == ["connection", "start", "info"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("MID 9 interim verdict using engine: CASE spam positive", "alert"),
        ("MID 9 interim verdict using engine: CASE spam negative", "event"),
        ("MID 9 antivirus positive 'EICAR'", "alert"),
        ("MID 9 antivirus negative", "event"),
    ],
)
def test_a_bad_verdict_is_an_alert(text, kind):
    assert parse(text)["event"]["kind"] == kind


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("SPF: mailfrom identity a@pass.example.org Fail (v=spf1)", "spf-fail"),
        ("DKIM: pass signature verified (d=fail.example.org)", "dkim-pass"),
        (
            "DMARC: Message from domain pass.example.org, DMARC fail (SPF aligned False)",
            "dmarc-fail",
        ),
        ("DMARC: Verification passed", "dmarc-pass"),
    ],
)
def test_a_sender_s_domain_is_no_result(text, action):
    document = parse(f"MID 9 {text}")
    method, _, result = action.partition("-")

    assert document["event"]["action"] == action
    assert document["cisco"]["esa"][method] == result


@pytest.mark.parametrize(
    "text",
    [
        "Bounced: DCID 2 MID 9 From:<a@example.org> To:<b@example.com> RID 0 - 5.1.0 - Unknown",
        "Bounced: 77 MID 9 From:<a@example.org> To:<b@example.com> RID 0 - 5.1.0 - Unknown",
    ],
)
def test_a_bounce_says_whose_message_and_why(text):
    document = parse(text, "bounces: Info: ")

    assert document["email"]["from"]["address"] == ["a@example.org"]
    assert document["email"]["to"]["address"] == ["b@example.com"]
    assert document["event"]["reason"] == "5.1.0 - Unknown"
    assert document["event"]["outcome"] == "failure"
    assert document["cisco"]["esa"]["mid"] == "9"


@pytest.mark.parametrize(
    ("text", "category", "kind", "outcome"),
    [
        ("The user fail successfully logged on from 203.0.113.5 using an HTTPS connection.",
         "authentication", "start", "success"),
        ("An authentication attempt by the user fail from 203.0.113.5 failed.",
         "authentication", "start", "failure"),
        ("login:203.0.113.5 user:fail session:x", "authentication", "start", "success"),
        ("logout:203.0.113.5 user:fail session:x", "authentication", "end", None),
        ("req:203.0.113.5 user:fail id:x 200 GET /monitor HTTP/1.1 Mozilla/5.0",
         "web", "access", None),
    ],
)  # fmt: skip
def test_access_to_the_appliance_names_user_and_address(text, category, kind, outcome):
    document = parse(text, "gui_logs: Info: ")

    assert document["event"]["category"] == [category]
    assert document["event"]["type"] == [kind, "info"]
    assert document["event"].get("outcome") == outcome
    assert document["user"]["name"] == "fail"
    assert document["source"]["ip"] == "203.0.113.5"


@pytest.mark.parametrize(("result", "kind"), [("VIRAL", "alert"), ("CLEAN", "event")])
def test_an_antivirus_result_belongs_to_its_message(result, kind):
    document = parse(f"sophos antivirus - MID 9 - Result '{result}' ('EICAR')", "antivirus: Info: ")

    assert document["event"]["kind"] == kind
    assert document["cisco"]["esa"]["mid"] == "9"
    assert document["rule"]["name"] == "EICAR"


CONSOLIDATED = (
    "CEF:0|Cisco|C100V Secure Email Gateway|15.0|ESA_CONSOLIDATED_LOG_EVENT|Log|5|ESAMID=9 "
    "ESAAMPVerdict={verdict} act=DELIVERED deviceDirection=0 suser=a\\=1@example.org "
    "cs4Label=ExternalMsgID cs4='<m@example.org>' duser=ann@example.com;bob@example.com "
    "ESAAttachmentDetails={{'a.pdf': {{'AMP': {{'Verdict': 'X', 'fileHash': '" + "1" * 64 + "'}}, "
    "'BodyScanner': {{'fsize': 7}}}}, \"it's.txt\": {{'BodyScanner': {{}}}}}} msg='a = b' "
    "ESATLSInProtocol=TLSv1.2 ESATLSInConnStatus=Success"
)


def test_a_consolidated_event_has_the_whole_message():
    document = parse(CONSOLIDATED.format(verdict="CLEAN"), "consolidated_event: ")

    assert document["email"]["from"]["address"] == ["a=1@example.org"]
    assert document["email"]["to"]["address"] == ["ann@example.com", "bob@example.com"]
    assert document["email"]["subject"] == "a = b"
    assert document["email"]["message_id"] == "m@example.org"
    assert document["email"]["local_id"] == "9"
    assert document["email"]["direction"] == "inbound"
    assert document["tls"]["established"] is True
    assert document["email"]["attachments"] == [
        {"file": {"name": "a.pdf", "size": 7, "hash": {"sha256": "1" * 64}}, "verdict": "X"},
        {"file": {"name": "it's.txt"}},
    ]


@pytest.mark.parametrize("written", ["'<>'", "''", "'<nonsense>'"])
def test_what_is_no_message_id_does_not_count_as_one(written):
    event = CONSOLIDATED.format(verdict="CLEAN").replace("'<m@example.org>'", written)

    assert parse(event, "consolidated_event: ")["email"]["message_id"] == "9"


@pytest.mark.parametrize(("verdict", "kind"), [("MALICIOUS", "alert"), ("CLEAN", "event")])
def test_a_malicious_file_makes_an_alert(verdict, kind):
    assert parse(CONSOLIDATED.format(verdict=verdict), "x: ")["event"]["kind"] == kind


@pytest.mark.parametrize("raw", ["hello", "MID 9 ICID 5", "CEF:0|Cisco|x"])
def test_other_lines_are_refused(raw):
    with pytest.raises(ParseError):
        parse_event(raw, format="cisco_esa")
