import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network_security.sensors import ParseError, parse_event
from network_security.sensors.auth.windows_events import CODES, MEANINGS
from network_security.sensors.auth.windows_records import elements

PROVIDER = "Microsoft-Windows-Security-Auditing"
DATA = {
    "SubjectUserSid": "S-1-5-18",
    "SubjectUserName": "DC1$",
    "TargetUserSid": "S-1-0-0",
    "TargetUserName": "ann",
    "TargetDomainName": "EXAMPLE",
    "LogonType": "3",
    "ProcessName": "-",
    "IpAddress": "::ffff:203.0.113.5",
    "IpPort": "40001",
}
TIME = "2026-01-14T08:15:30.250000Z"


def xml(code: int = 4625, keywords: str = "0x8010000000000000", **data: str) -> str:
    values = "".join(f'<Data Name="{k}">{v}</Data>' for k, v in (DATA | data).items())
    return (
        f'<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider '
        f"Name='{PROVIDER}'/><EventID Qualifiers='0'>{code}</EventID><Keywords>{keywords}"
        f'</Keywords><TimeCreated SystemTime="{TIME}"/><Execution ProcessID="7" ThreadID="8"/>'
        f"<Channel>Security</Channel><Computer>dc1.example.com</Computer></System>"
        f"<EventData>{values}</EventData></Event>"
    )


WINLOGBEAT = {
    "@timestamp": TIME,
    "winlog": {
        "event_id": 4625, "provider_name": PROVIDER, "channel": "Security",
        "computer_name": "dc1.example.com", "keywords": ["Audit Failure"], "event_data": DATA,
    },
}  # fmt: skip
NXLOG = {
    "EventTime": TIME, "Hostname": "dc1.example.com", "EventID": 4625, "SourceName": PROVIDER,
    "EventType": "AUDIT_FAILURE", "Keywords": -9218868437227405312, **DATA,
}  # fmt: skip
NESTED = {
    "Event": {
        "System": {
            "Provider": {"#attributes": {"Name": PROVIDER}},
            "EventID": {"#attributes": {"Qualifiers": 0}, "#text": 4625},
            "Keywords": "0x8010000000000000",
            "TimeCreated": {"#attributes": {"SystemTime": TIME}},
            "Computer": "dc1.example.com",
        },
        "EventData": DATA,
    }
}
LISTED = {
    "Event": {
        "System": NESTED["Event"]["System"],
        "EventData": {"Data": [{"@Name": name, "#text": value} for name, value in DATA.items()]},
    }
}


@pytest.mark.parametrize(
    "raw",
    [xml(), *map(json.dumps, (WINLOGBEAT, NXLOG, NESTED, LISTED)), ":" + json.dumps(NXLOG)],
    ids=["xml", "winlogbeat", "nxlog", "nested", "listed", "cut before"],
)
def test_every_form_of_an_event_says_the_same(raw):
    document = parse_event(raw, format="windows_security")

    assert document["@timestamp"].isoformat() == "2026-01-14T08:15:30.250000+00:00"
    assert document["event"]["code"] == "4625"
    assert document["event"]["action"] == "logon-failed"
    assert document["event"]["outcome"] == "failure"
    assert document["host"] == {"name": "dc1.example.com", "hostname": "dc1"}
    assert document["user"] == {"name": "ann", "domain": "EXAMPLE"}
    assert document["source"] == {
        "address": "203.0.113.5", "ip": "203.0.113.5", "port": 40001,
    }  # fmt: skip
    assert document["windows"]["security"]["event_data"]["LogonType"] == "3"


@pytest.mark.parametrize(
    ("keywords", "outcome"),
    [
        ("0x8020000000000000", "success"),
        ("0x8010000000000000", "failure"),
        ("-9214364837600034816", "success"),
        ("Audit Failure", "failure"),
        ("-9214364837600035000", "success"),
    ],
)
def test_keywords_are_the_outcome(keywords, outcome):
    document = parse_event(xml(4688, keywords), format="windows_security")

    assert document["event"]["outcome"] == outcome


def test_the_group_is_the_target_and_the_member_too():
    document = parse_event(
        xml(4728, TargetUserName="Admins", MemberSid="S-1-5-21-9"), format="windows_security"
    )

    assert document["group"]["name"] == "Admins"
    assert document["user"]["name"] == "DC1$"
    assert document["user"]["target"] == {"id": "S-1-5-21-9"}


def test_escaped_text_is_read_once():
    command = "echo &lt;Data&gt; &amp;amp; &#65;"

    document = parse_event(
        xml(4688, NewProcessName=r"C:\a\b.exe", NewProcessId="0x10", CommandLine=command),
        format="windows_security",
    )

    assert document["process"]["command_line"] == "echo <Data> &amp; A"
    assert document["process"]["name"] == "b.exe"
    assert document["process"]["pid"] == 16


MESSAGE = "An account was successfully logged on.\n\nSubject:\n\tAccount Name:\t\tDC1$\n\n" + (
    "New Logon:\n\tSecurity ID:\t\tS-1-5-21-7\n\tAccount Name:\t\tann\n\n"
    "Network Information:\n\tSource Network Address:\t203.0.113.5\n\tSource Port:\t\t40001\n"
)


@pytest.mark.parametrize(
    "raw",
    [
        MESSAGE,
        MESSAGE.replace("\n", "\r\n"),
        f"LogName=Security\nEventCode=4624\nKeywords=Audit Success\nMessage={MESSAGE}",
    ],
)
def test_the_same_label_means_another_thing_in_another_section(raw):
    document = parse_event(raw, format="windows_security")

    assert document["event"]["code"] == "4624"
    assert document["event"]["outcome"] == "success"
    assert document["user"] == {"name": "ann", "id": "S-1-5-21-7"}
    assert document["source"]["ip"] == "203.0.113.5"
    assert document["source"]["port"] == 40001


@pytest.mark.parametrize("title", sorted(CODES))
def test_every_title_tells_its_event(title):
    document = parse_event(f"{title}\n\nSubject:\n\tAccount Name:\tann", format="windows_security")

    assert MEANINGS[document["event"]["code"]].title == title


def test_the_time_of_sysmon_is_utc():
    record = {
        "EventTime": "2026-01-14 09:15:30", "Hostname": "pc", "EventID": 3,
        "SourceName": "Microsoft-Windows-Sysmon", "UtcTime": "2026-01-14 08:15:30.250",
        "AccountName": "SYSTEM", "UserID": "S-1-5-18", "User": "EXAMPLE\\ann",
    }  # fmt: skip

    document = parse_event(json.dumps(record), format="windows_security", timezone="Europe/Paris")

    assert document["@timestamp"].isoformat() == "2026-01-14T08:15:30.250000+00:00"
    assert document["user"] == {"name": "ann", "domain": "EXAMPLE"}
    assert "tags" not in document


@pytest.mark.parametrize(
    "raw",
    [
        "text", "{}", '{"a":1}', "<Event></Event>", "<Event><System/></Event>", '{"Event":{}}x',
        "Key=value\nMessage=nothing known", "[1]",
    ],
)  # fmt: skip
def test_what_is_no_event_is_refused(raw):
    with pytest.raises(ParseError):
        parse_event(raw, format="windows_security")


def test_entities_are_not_expanded():
    bomb = '<!DOCTYPE a [<!ENTITY b "xxxxxxxx">]>' + xml(CommandLine="&b;&b;")

    document = parse_event(bomb, format="windows_security")

    assert document["process"]["command_line"] == "&b;&b;"


@pytest.mark.parametrize("text", ["<a", "<a b='", "<a>" * 50, "</a>", "<a>x</b>", "<>", "<a/>" * 9])
def test_broken_xml_has_no_elements(text):
    assert all(name == "a" for name, _, _ in elements(text))


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(
    max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(data=st.data(), record=st.sampled_from([WINLOGBEAT, NXLOG, NESTED, LISTED]))
def test_members_of_any_type_parse_or_are_refused(data, record):
    document = json.loads(json.dumps(record))
    branch = document
    for _ in range(3):
        key = data.draw(st.sampled_from(sorted(branch)))
        if not (isinstance(branch[key], dict) and branch[key] and data.draw(st.booleans())):
            break
        branch = branch[key]
    branch[key] = data.draw(any_json)

    try:
        parse_event(json.dumps(document), format="windows_security")
    except ParseError as error:
        if error.code == "internal":
            raise
