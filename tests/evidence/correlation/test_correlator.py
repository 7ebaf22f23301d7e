import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network_security.evidence.correlation import (
    CorrelationOptions,
    Correlator,
    EvidenceRow,
    correlate,
)
from network_security.sensors import parse_event

Event = dict[str, Any]

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RECEIVED = START + timedelta(days=30)
CLIENT, SERVER = "10.0.0.7", "192.0.2.80"
URL = "https://login.example.net/verify?id=7"


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def suricata(seconds: float, kind: str, *, port: int = 40001, client: str = CLIENT, **part: Any):
    record = {
        "timestamp": at(seconds).isoformat(),
        "flow_id": port,
        "event_type": kind,
        "src_ip": client,
        "src_port": port,
        "dest_ip": SERVER,
        "dest_port": 443 if kind == "tls" else 80,
        "proto": "TCP",
        kind: part,
    }
    return parse_event(json.dumps(record), format="suricata", received=RECEIVED)


def zeek(seconds: float, log: str, **fields: Any) -> Event:
    record = {"_path": log, "ts": at(seconds).timestamp(), **fields}
    return parse_event(json.dumps(record), format="zeek", received=RECEIVED)


def handshake(seconds: float, **fields: Any) -> Event:
    tls = {
        "sni": "login.example.net",
        "subject": "CN=login.example.net",
        "issuerdn": "CN=login.example.net",
        "notbefore": "2026-03-01T00:00:00",
        "notafter": "2026-05-30T00:00:00",
    }
    return suricata(seconds, "tls", **(tls | fields))


def request(seconds: float, host: str, path: str, **fields: Any) -> Event:
    http = {"hostname": host, "url": path, "http_method": "GET", "status": 200}
    return suricata(seconds, "http", **(http | fields))


def proxied(seconds: float, url: str = URL, client: str = CLIENT, port: int = 40001) -> Event:
    """A line of a firewall that looks into TLS."""
    line = (
        f"date={at(seconds):%Y-%m-%d} time={at(seconds):%H:%M:%S} devname=gw devid=FG "
        f'tz="+0000" logid="0317013312" type="utm" subtype="webfilter" level="notice" '
        f"srcip={client} srcport={port} dstip={SERVER} dstport=443 proto=6 "
        f'service="HTTPS" user="bob" hostname="login.example.net" action="passthrough" url="{url}"'
    )
    return parse_event(line, format="fortigate", received=RECEIVED)


def message(
    seconds: float,
    *,
    link: str = URL,
    to: str = "bob@example.com",
    number: int = 1,
    shown: str = "www.example.org/login",
) -> Event:
    time = at(seconds).strftime("%a, %d %b %Y %H:%M:%S +0000")
    text = f"""\
Received: from mail.example.net (mail.example.net [203.0.113.80]) by mx.example.com; {time}
Authentication-Results: mx.example.com; spf=fail smtp.mailfrom=example.net; dkim=none; dmarc=fail
From: "service@example.org" <a@example.net>
Reply-To: c@example.info
To: {to}
Subject: Your account
Message-ID: <m{number}@example.net>
Content-Type: text/html

<img src="https://cdn.example.info/a.png"><a href="{link}">{shown}</a>
<form action="mailto:c@example.info"></form>
"""
    return parse_event(text, format="email", received=RECEIVED)


def answer(seconds: float, name: str = "login.example.net", **fields: Any) -> Event:
    asked = {"query": name, "qtype_name": "A", "rcode_name": "NOERROR", "answers": [SERVER]}
    return zeek(seconds, "dns", **(asked | fields))


def one(rows: list[EvidenceRow], entity: str = URL) -> EvidenceRow:
    (row,) = [row for row in rows if row.entity == entity]
    return row


def ids(*events: Event) -> tuple[str, ...]:
    return tuple(event["event"]["hash"] for event in events)


def test_a_message_and_the_click_on_its_link_make_one_row() -> None:
    mail, dns, tls, click = message(0), answer(600), handshake(600.2), proxied(601)
    row = one(correlate([click, tls, dns, mail]))

    assert (row.first_seen, row.last_seen) == (at(0), at(601))
    assert row.recipients == ("bob@example.com",)
    (client,) = row.clients
    assert (client.address, client.users, client.basis) == (CLIENT, ("bob",), "url")
    assert client.recipient
    assert row.sources == {
        "requests": ids(click),
        "messages": ids(mail),
        "deliveries": ids(mail),
        "visits": ids(tls),
        "page": ids(mail),
        "dns": ids(dns),
        "tls": ids(tls),
    }


def test_the_features_come_from_all_sensors() -> None:
    events = [message(0), answer(600), handshake(600.2), request(601, "login.example.net", "/")]
    features = one(correlate([*events, proxied(601)])).features

    assert features["SSLfinal_State"] == 0  # its own issuer
    assert features["DNSRecord"] == 1
    assert features["Submitting_to_email"] == -1
    assert features["Request_URL"] == -1
    assert features["age_of_domain"] is None


def test_a_message_says_who_sent_it_and_how() -> None:
    (told,) = one(correlate([message(0)])).messages

    assert told.message_id == "m1@example.net"
    assert told.authentication == {"spf": "fail", "dkim": "none", "dmarc": "fail"}
    assert (told.name_spoofs, told.reply_to_differs, told.text_differs) == (True, True, True)
    assert (told.client, told.client_name, told.hops) == ("203.0.113.80", "mail.example.net", 1)


def test_other_records_of_the_message_add_recipients_and_the_decision() -> None:
    trace = {
        "MessageId": "<m1@example.net>",
        "Received": at(5).isoformat(),
        "SenderAddress": "a@example.net",
        "RecipientAddress": "eve@example.com",
        "Subject": "Your account",
        "Status": "Delivered",
    }
    delivery = parse_event(json.dumps(trace), format="exchange_message_trace", received=RECEIVED)
    row = one(correlate([message(0), delivery]))

    assert row.recipients == ("bob@example.com", "eve@example.com")
    assert row.delivered is True
    assert row.sources["deliveries"] == ids(message(0), delivery)


def test_a_connection_to_the_link_s_host_tells_no_more_than_that() -> None:
    row = one(correlate([message(0), handshake(3600)]))

    (client,) = row.clients
    assert (client.basis, client.recipient, row.clicked_by) == ("host", None, ())


def test_a_connection_before_the_message_or_days_after_is_no_click() -> None:
    row = one(correlate([message(0), handshake(-60), handshake(86_400 / 2 + 60, port=40002)]))

    assert row.clients == ()


def test_the_certificate_of_the_request_s_own_connection_is_the_best() -> None:
    other = handshake(0, port=50001, issuerdn="O=DigiCert Inc")
    own = handshake(1, port=40001, issuerdn="O=Let's Encrypt", subject="CN=*.example.net")
    row = one(correlate([other, own, proxied(2, port=40001)]))

    assert row.observations.certificate is not None
    assert row.observations.certificate.issuer == "O=Let's Encrypt"
    assert row.observations.certificate.matches_host is True


def test_zeek_writes_the_certificate_apart() -> None:
    ends = {"id.orig_h": CLIENT, "id.orig_p": 40001, "id.resp_h": SERVER, "id.resp_p": 443}
    ssl = zeek(0, "ssl", uid="C1", server_name="login.example.net", cert_chain_fps=["a1"], **ends)
    record = {
        "fingerprint": "a1",
        "certificate.subject": "CN=example.info",
        "certificate.issuer": "O=DigiCert Inc",
        "certificate.not_valid_before": at(-(10**6)).timestamp(),
        "certificate.not_valid_after": at(10**7).timestamp(),
        "san.dns": ["example.info"],
    }
    hours_before = zeek(-20_000, "x509", **record)
    row = one(correlate([proxied(1), ssl, hours_before]))

    assert row.observations.certificate is not None
    assert row.observations.certificate.matches_host is False
    assert (row.sources["tls"], row.sources["certificate"]) == (ids(ssl), ids(hours_before))


def test_each_sensor_may_tell_a_part_of_a_certificate() -> None:
    ends = {"id.orig_h": CLIENT, "id.orig_p": 40001, "id.resp_h": SERVER, "id.resp_p": 443}
    ssl = zeek(0, "ssl", server_name="login.example.net", validation_status="ok", **ends)
    dated = handshake(0.1, issuerdn="O=DigiCert Inc")
    row = one(correlate([proxied(1), ssl, dated, handshake(0.2, port=40009)]))

    assert row.observations.certificate is not None
    assert row.observations.certificate.trusted is True
    assert row.observations.certificate.issuer == "O=DigiCert Inc"
    assert set(row.sources["tls"]) == set(ids(ssl, dated))


def test_a_certificate_that_tls_hides_leaves_the_feature_unknown() -> None:
    hidden = suricata(0, "tls", sni="login.example.net", version="TLS 1.3")
    row = one(correlate([hidden, proxied(1)]))

    assert (row.observations.certificate, row.features["SSLfinal_State"]) == (None, None)


def test_a_host_that_does_not_exist() -> None:
    missing = answer(590, rcode_name="NXDOMAIN", answers=None)
    row = one(correlate([message(0), missing]))

    assert row.features["DNSRecord"] == -1


def test_no_ipv6_address_is_not_no_address() -> None:
    no_aaaa = answer(590, qtype_name="AAAA", answers=None)

    assert one(correlate([message(0), no_aaaa])).features["DNSRecord"] is None


def test_redirections_are_followed_by_location_and_client() -> None:
    events = [
        request(0, "a.example.com", "/", status=302, redirect="http://b.example.com/x"),
        request(1, "b.example.com", "/x", port=40002, status=301, redirect="/y"),
        request(2, "b.example.com", "/y", port=40002),
        request(2, "b.example.com", "/y", port=40003, client="10.0.0.9"),
    ]
    row = one(correlate(events), "http://a.example.com/")

    assert row.observations.http is not None
    assert row.observations.http.redirects == 2
    assert row.observations.http.final_url == "http://b.example.com/y"
    assert (row.features["Redirect"], row.sources["http"]) == (1, ids(*events[:3]))


def test_a_redirection_that_turns_in_circles_ends() -> None:
    loop = [
        request(n, "a.example.com", "/", status=302, redirect="http://a.example.com/")
        for n in range(5)
    ]
    row = one(correlate(loop), "http://a.example.com/")

    assert row.observations.http is not None
    assert row.observations.http.redirects == 5


def test_a_gateway_s_link_is_the_link_that_was_sent() -> None:
    wrapped = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Flogin.example.net%2Fverify%3Fid%3D7&data=x"
    row = one(correlate([message(0, link=wrapped), proxied(600)]))

    assert row.url == URL
    assert [client.basis for client in row.clients] == ["url"]


def test_other_urls_stay_apart() -> None:
    rows = correlate(
        [
            message(0),
            request(1, "www.example.com", "/news"),
            answer(1, "www.example.com"),
        ]
    )

    assert [row.entity for row in rows] == [URL, "http://www.example.com/news"]
    assert "dns" not in one(rows).sources
    assert rows[1].messages == ()


def test_a_message_of_yesterday_is_found_by_the_click_of_today() -> None:
    evening, night = message(14.5 * 3600), proxied(15.5 * 3600)
    first, second = correlate([night, evening])

    assert [row.period.day for row in (first, second)] == [2, 3]
    assert first.sources["requests"] == second.sources["requests"] == ids(night)
    assert first.sources["messages"] == second.sources["messages"] == ids(evening)
    assert first.id != second.id


def test_what_has_no_time_or_identity_is_passed_over() -> None:
    event = message(0)
    nameless = {name: part for name, part in event.items() if name != "event"}
    timeless = {name: part for name, part in event.items() if name != "@timestamp"}

    assert correlate([nameless, timeless, {}, {"url": None}]) == []


def test_a_row_is_returned_whenever_it_changes() -> None:
    correlator = Correlator()

    assert [row.features["DNSRecord"] for row in correlator.add([message(0)])] == [None]
    assert [row.features["DNSRecord"] for row in correlator.add([answer(600)])] == [1]
    assert correlator.add([answer(600, "www.example.com")]) == []
    (last,) = correlator.finish()
    assert last.final


def test_a_client_too_many_to_keep_its_events_is_still_told() -> None:
    correlator = Correlator(CorrelationOptions(most_facts=1))
    correlator.add([message(0), handshake(1)])
    (row,) = correlator.add([suricata(2, "tls", client="10.0.0.8", sni="login.example.net")])

    assert [client.address for client in row.clients] == [CLIENT, "10.0.0.8"]
    assert len(row.sources["visits"]) == 1


def test_a_row_that_nothing_can_change_any_more_is_closed() -> None:
    correlator = Correlator()
    correlator.add([message(0)])
    (closed, opened) = correlator.add([proxied(3 * 86_400, "https://example.org/")])

    assert (closed.entity, closed.final) == (URL, True)
    assert (opened.final, len(correlator)) == (False, 1)


def test_what_comes_too_late_is_counted() -> None:
    correlator = Correlator(CorrelationOptions(lateness=timedelta(minutes=1)))
    correlator.add([proxied(100), proxied(50, "https://example.org/a"), proxied(30)])

    assert (len(correlator), correlator.late) == (2, 1)


def test_a_sender_s_clock_closes_nothing() -> None:
    text = f"From: a@example.net\nDate: {at(86_400 * 9):%d %b %Y %H:%M:%S} +0000\n\n{URL}9"
    from_the_future = parse_event(text, format="email", received=RECEIVED)
    correlator = Correlator()
    rows = correlator.add([message(0), from_the_future, answer(600)])

    assert (one(rows).features["DNSRecord"], correlator.late) == (1, 0)


def test_a_record_without_a_time_closes_nothing() -> None:
    timeless = parse_event(f"From: a@example.net\nSubject: x\n\n{URL}9", format="email")
    correlator = Correlator()
    rows = correlator.add([message(0), timeless, answer(600)])

    assert (one(rows).features["DNSRecord"], correlator.late) == (1, 0)


def test_the_url_longest_without_a_request_makes_room() -> None:
    correlator = Correlator(CorrelationOptions(most_entities=2))
    names = ("a", "b", "a", "c", "b")
    rows = correlator.add([proxied(n, f"https://{name}.test/") for n, name in enumerate(names)])
    rows += correlator.finish()
    final = [(row.entity, row.first_seen) for row in rows if row.final]

    assert final == [
        ("https://b.test/", at(1)),
        ("https://a.test/", at(0)),
        ("https://c.test/", at(3)),
        ("https://b.test/", at(4)),
    ]
    assert len({row.id for row in rows if row.final}) == 4


def test_a_host_of_many_urls_makes_room_by_itself() -> None:
    options = CorrelationOptions(most_entities_of_host=3)
    events = [proxied(0, "https://example.org/")]
    events += [proxied(n, f"https://login.example.net/{n}") for n in range(1, 9)]
    correlator = Correlator(options)
    correlator.add(events)

    assert len(correlator) == 4


def test_html_makes_room_too() -> None:
    options = CorrelationOptions(most_page_characters=400)
    correlator = Correlator(options)
    correlator.add([message(n, number=n, link=f"https://example.org/{n}") for n in range(9)])

    assert len(correlator) == 2


@pytest.mark.parametrize("wrong", [{"before": timedelta(-1)}, {"most_facts": 0}])
def test_options_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        CorrelationOptions(**wrong)


STORY = [
    message(0),
    message(3, number=2, to="eve@example.com"),
    message(5, number=3, link="https://example.org/?a"),
    answer(590),
    answer(591, "www.example.com"),
    answer(592, rcode_name="NXDOMAIN", answers=None),
    handshake(600),
    handshake(600.5, port=40002, issuerdn="O=DigiCert Inc"),
    proxied(601),
    proxied(602, port=40002, client="10.0.0.8"),
    proxied(602, "https://example.org/?a"),
    request(603, "a.example.com", "/", status=302, redirect=URL),
    request(604, "login.example.net", "/verify", status=302, redirect="/x"),
    request(605, "login.example.net", "/x", port=40002),
    zeek(606, "ssl", server_name="example.org", cert_chain_fps=["b2"]),
    zeek(607, "x509", fingerprint="b2", **{"certificate.issuer": "O=DigiCert Inc"}),
    proxied(20 * 3600),
]
SMALL = CorrelationOptions(
    most_entities=2, most_facts=2, most_facts_waiting=2, most_clients=1, most_page_characters=300
)


NEVER, AT_ONCE = timedelta.max, timedelta(0)
"""After how long rows may rest."""


def in_batches(
    events: list[Event],
    cuts: list[int],
    options: CorrelationOptions,
    rest_after: timedelta = NEVER,
) -> dict[str, EvidenceRow]:
    correlator = Correlator(options, rest_after=rest_after)
    bounds = [0, *sorted(cuts), len(events)]
    rows: dict[str, EvidenceRow] = {}
    for start, end in pairwise(bounds):
        for row in correlator.add(events[start:end]):
            assert not (row.id in rows and rows[row.id].final)
            rows[row.id] = row
    for row in correlator.finish():
        rows[row.id] = row
    return rows


@given(
    st.permutations(STORY),
    st.lists(st.integers(0, len(STORY))),
    st.sampled_from([CorrelationOptions(), SMALL]),
)
@settings(max_examples=150, deadline=None)
def test_batches_do_not_matter(
    events: list[Event], cuts: list[int], options: CorrelationOptions
) -> None:
    assert in_batches(events, cuts, options) == in_batches(events, [], options)


HASTY = CorrelationOptions(
    before=timedelta(seconds=30),
    after=timedelta(seconds=1),
    click_window=timedelta(minutes=10),
    certificate_window=timedelta(minutes=1),
    lateness=timedelta(seconds=2),
    most_entities_of_host=1,
)
SECOND = timedelta(seconds=1)


@given(
    st.permutations([proxied(0), *STORY, handshake(601.5), answer(603), proxied(6 * 3600)]),
    st.lists(st.integers(0, len(STORY))),
    st.sampled_from([CorrelationOptions(), SMALL, HASTY]),
    st.sampled_from([AT_ONCE, SECOND, timedelta(minutes=2)]),
    st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_rest_does_not_matter(
    events: list[Event],
    cuts: list[int],
    options: CorrelationOptions,
    rest_after: timedelta,
    in_order: bool,
) -> None:
    if in_order:
        events = sorted(events, key=lambda event: event["@timestamp"])

    assert in_batches(events, cuts, options, rest_after) == in_batches(events, [], options)


def test_a_handshake_found_again_by_a_row_that_rested_counts_once() -> None:
    text = f"From: a@example.net\nTo: bob@example.com\nMessage-ID: <m1@example.net>\n\n{URL}"
    plain = parse_event(text, format="email", received=START)
    plain["@timestamp"] = START
    correlator = Correlator(rest_after=AT_ONCE)
    elsewhere = [proxied(n, "https://example.org/") for n in (2, 3, 4)]
    for event in [plain, handshake(1), *elsewhere, proxied(5)]:
        correlator.add([event])

    assert one(correlator.finish()).sources["tls"] == ids(handshake(1))


@given(st.permutations(STORY), st.lists(st.integers(0, len(STORY))))
@settings(max_examples=150, deadline=None)
def test_the_order_does_not_matter(events: list[Event], cuts: list[int]) -> None:
    expected = {row.id: row for row in correlate(STORY)}
    lasting = CorrelationOptions(lateness=timedelta(days=1))

    assert {row.id: row for row in correlate(events)} == expected
    assert in_batches(events, cuts, lasting) == expected


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_what_comes_late_within_the_limit_is_not_lost(data: st.DataObject) -> None:
    lateness = 900.0
    delays = st.floats(0, lateness - 1)
    arrivals = [(event["@timestamp"].timestamp() + data.draw(delays), event) for event in STORY]
    arrivals.sort(key=lambda arrival: arrival[0])
    options = CorrelationOptions(lateness=timedelta(seconds=lateness))
    came = in_batches([event for _, event in arrivals], [], options)

    assert came == {row.id: row for row in correlate(STORY, options=options)}


@given(st.lists(st.sampled_from(STORY), max_size=30))
@settings(max_examples=50, deadline=None)
def test_an_event_that_comes_twice_counts_once(events: list[Event]) -> None:
    lasting = CorrelationOptions(lateness=timedelta(days=1))
    distinct = list({event["event"]["hash"]: event for event in events}.values())

    assert in_batches(events, [], lasting) == in_batches(distinct, [], lasting)
