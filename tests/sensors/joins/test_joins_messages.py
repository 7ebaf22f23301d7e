"""What holds for the joiners of all formats."""

import json
from datetime import timedelta

import bson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network_security.sensors import ParseError, parse_event
from network_security.sensors.joins import INCOMPLETE, JOINERS, Limits
from network_security.sensors.samples import raw_events


def postfix(second, text, queue_id="4F1A2B3C4D"):
    hours, rest = divmod(second, 3600)
    time = f"Jan {14 + hours // 24} {hours % 24:02}:{rest // 60:02}:{rest % 60:02}"
    return f"{time} mx1 postfix/qmgr[9]: {queue_id}: {text}"


LOGS = {
    "postfix": [
        *raw_events("postfix"),
        postfix(30000, "client=mail.example.net[203.0.113.25]"),
        postfix(30001, "removed"),
        postfix(30002, "to=<ann@example.com>, relay=local, delay=1, dsn=2.0.0, status=sent (ok)"),
        postfix(30003, "removed", "4000000000"),
        postfix(30100, "from=<a@example.net>, size=1, nrcpt=1 (queue active)", "4000000000"),
        postfix(60000, "from=<b@example.net>, size=1, nrcpt=1 (queue active)", "5000000000"),
    ],
    "cisco_esa": [
        *raw_events("cisco_esa"),
        "<22>Jan 14 08:31:00 esa1 mail_logs: Info: Start MID 9010 ICID 503",
        "<22>Jan 14 08:31:00 esa1 mail_logs: Info: New SMTP ICID 503 interface Data1 (192.0.2.10)"
        " address 203.0.113.25 reverse dns host unknown verified no",
        "<22>Jan 14 08:31:01 esa1 mail_logs: Info: MID 9010 rewritten to MID 9011 by antivirus",
        "<22>Jan 14 08:31:01 esa1 mail_logs: Info: Message finished MID 9010 done",
        "<22>Jan 14 08:31:02 esa1 mail_logs: Info: Message done DCID 77 MID 9011 to RID [0]",
        "<22>Jan 14 08:31:03 esa1 mail_logs: Info: Message finished MID 9011 done",
        "<22>Jan 14 18:31:03 esa1 mail_logs: Info: Start MID 9012 ICID 504",
    ],
}


def fed(joiner, events):
    return [message for event, at in events for message in joiner.feed(event, at)]


@pytest.mark.parametrize("format", JOINERS)
def test_a_log_may_be_cut_anywhere(parse, format):
    events = parse(LOGS[format], format)
    whole = JOINERS[format](Limits(messages=3))
    expected = fed(whole, events) + whole.open_messages()

    assert len(expected) > 3
    for cut in range(len(events) + 1):
        joiner = JOINERS[format](Limits(messages=3))
        first = fed(joiner, events[:cut])
        kept = bson.decode(bson.encode(json.loads(json.dumps(joiner.state()))))
        joiner = JOINERS[format].restore(kept)
        assert first + fed(joiner, events[cut:]) + joiner.open_messages() == expected
        assert joiner.state() == whole.state()


@pytest.mark.parametrize("format", JOINERS)
def test_ids_are_unique_in_a_stream(parse, format):
    joiner = JOINERS[format]()
    made = fed(joiner, parse(LOGS[format], format)) + joiner.open_messages()
    starts = {(one["event"]["id"], one["event"]["start"]) for one in made}

    assert len(starts) == len({identity for identity, _ in starts})


@pytest.mark.parametrize("format", JOINERS)
def test_a_state_holds_names_that_any_store_takes(parse, format):
    joiner = JOINERS[format]()
    fed(joiner, parse(LOGS[format], format))

    def names(value):
        for name, member in value.items() if isinstance(value, dict) else ():
            yield name
            yield from names(member)
        for item in value if isinstance(value, list) else ():
            yield from names(item)

    assert not [name for name in names(joiner.state()) if set(".$\0") & set(name)]


@pytest.mark.parametrize("format", JOINERS)
def test_a_state_of_another_version_is_refused(format):
    with pytest.raises(ValueError, match="version 99"):
        JOINERS[format].restore({**JOINERS[format]().state(), "version": 99})


def test_too_many_open_messages_close_the_one_longest_without_a_line(join):
    begin = "from=<a@example.net>, size=1, nrcpt=1 (queue active)"
    ids = [f"4{n:09X}" for n in range(4)]
    lines = [postfix(n, begin, one) for n, one in enumerate(ids[:3])]
    lines += [postfix(4, "to=<b@example.com>, relay=none, delay=1, status=deferred (x)", ids[0])]

    messages = join([*lines, postfix(5, begin, ids[3])], "postfix", limits=Limits(messages=3))

    assert messages[0]["email"]["local_id"] == ids[1]
    assert INCOMPLETE in messages[0]["tags"]
    assert [one["email"]["local_id"] for one in messages[1:]] == [ids[2], ids[0], ids[3]]


@pytest.mark.parametrize("cut_off", ["message-id=<", "client="])
def test_a_line_that_is_cut_off_begins_no_other_message(join, cut_off):
    texts = ["client=mx.example.net[192.0.2.9]", "message-id=<a@example.net>", cut_off, "removed"]

    [message] = join([postfix(second, text) for second, text in enumerate(texts)], "postfix")

    assert message["email"]["message_id"] == "a@example.net"


@pytest.mark.parametrize("letter", ["x", "\U0001f4e7"])
def test_a_state_stays_small_whatever_is_open(parse, letter):
    joiner = JOINERS["postfix"](Limits(size=100_000))
    text = (
        f"to=<{letter * 200}{{}}@example.com>, relay=none, delay=1, dsn=4.4.1, status=deferred (x)"
    )
    lines = (postfix(n // 60, text.format(n), f"4{n % 100:09X}") for n in range(600))

    fed(joiner, parse(lines, "postfix"))

    assert 30_000 < len(bson.encode(joiner.state())) < 130_000


def test_a_message_without_a_line_for_hours_is_given_up(join):
    begin = "from=<a@example.net>, size=1, nrcpt=1 (queue active)"
    later = postfix(6 * 3600 + 61, begin, "5000000000")

    first, second = join([postfix(60, begin), later], "postfix")

    assert INCOMPLETE in first["tags"]
    assert second["event"]["start"] - first["event"]["end"] == timedelta(hours=6, seconds=1)


def test_lines_after_that_begin_another_event_with_the_same_queue_id(join):
    text = "to=<b@example.com>, relay=none, delay=1, dsn=4.4.1, status=deferred (timed out)"

    messages = join([postfix(60, text), postfix(7 * 3600, text)], "postfix")

    assert [one["email"]["local_id"] for one in messages] == ["4F1A2B3C4D"] * 2
    assert messages[0]["event"]["id"] != messages[1]["event"]["id"]


def test_one_line_with_a_wrong_time_does_not_close_all_that_follow(join):
    begin = "from=<a@example.net>, size=1, nrcpt=1 (queue active)"
    end = "to=<b@example.com>, relay=local, delay=1, dsn=2.0.0, status=sent (ok)"
    wrong = postfix(7 * 3600, begin, "5000000000")
    lines = [wrong, postfix(60, begin), postfix(61, end), postfix(62, "removed")]

    messages = join(lines, "postfix")

    assert [one["postfix"]["message"]["lines"] for one in messages] == [1, 3]


def test_lines_of_other_ages_make_other_events(join):
    text = "from=<a@example.net>, size=1, nrcpt=1 (queue active)"
    lines = [
        f"{year}-01-14T08:00:00Z mx1 postfix/qmgr[9]: {queue_id}: {text}"
        for year, queue_id in (
            ("9999", "4F1A2B3C4D"),
            ("0002", "4F1A2B3C4D"),
            ("9999", "5000000000"),
        )
        for queue_id in (queue_id, "6000000000")
    ]

    messages = join(lines, "postfix")

    assert {one["event"]["duration"] for one in messages} == {0}
    assert len(messages) == len(lines)


@pytest.mark.parametrize("value", [0, -1, 1.5, None])
def test_a_limit_is_a_whole_number(value):
    with pytest.raises(ValueError, match=r"Limits\.messages must be a whole number above 0"):
        Limits(messages=value)


PIECES = {
    "postfix": [
        "client=", "to=<", ">, ", "from=<", "status=", "sent", "message-id=<", "nrcpt=", "9" * 30,
        "orig_client=", "uid=", "removed", "hold: ", "reject: ",
        "RCPT from ", "a[192.0.2.1]: ", "relay=",
        "delay=nan", "delay=1e999", "queued_as ", "(queued as 4AAAAAAAAA)", "\x00", "\u2028", "é",
        "header Subject: ", "; from=<", "orig_to=<$.x>", "size=", "sasl_username=",
    ],
    "cisco_esa": [
        "MID 1 ", "MID 2 ", "ICID 3 ", "DCID 4 ", "RID [0, 1] ", "RID 0 ", "To: <", "From: <", "> ",
        "rewritten to MID 1 ", "was split creating MID 2 ", "was generated based on MID 1 ",
        "Start ", "Message finished ", "Message aborted ", "Message done ", "Delivery start ",
        "'", "Subject '", "Message-ID '", "attachment '", "quarantined to \"", "DKIM: ", "SPF: ",
        "close", "New SMTP ", "interface ", "antivirus positive ", "URL ",
        "has reputation -99.9 ", "\x00",
        "SBRS ", "ISQ: Tagging ", "ready 999999999999999999999 bytes from <",
    ],
}  # fmt: skip
HEADS = {
    "postfix": "Jan 14 08:00:{:02} mx1 postfix/smtp[9]: 4F1A2B3C4D: ",
    "cisco_esa": "<22>Jan 14 08:00:{:02} esa1 mail_logs: Info: ",
}


@pytest.mark.parametrize("format", JOINERS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_no_text_stops_a_joiner(format, data):
    pieces = st.lists(st.sampled_from(PIECES[format]) | st.text(max_size=8), max_size=8)
    texts = data.draw(st.lists(pieces, min_size=1, max_size=12))
    cut = data.draw(st.integers(0, len(texts)))
    whole = parted = JOINERS[format](Limits(messages=2, recipients=2))
    results = [], []
    for at, text in enumerate(texts):
        try:
            event = parse_event(HEADS[format].format(at) + "".join(text), format=format)
        except ParseError:
            continue
        if at == cut:
            parted = JOINERS[format].restore(bson.decode(bson.encode(parted.state())))
        results[0].extend(whole.feed(event, at))
        if parted is not whole:
            results[1].extend(parted.feed(event, at))
        bson.encode(whole.state())
    for message in results[0] + whole.open_messages():
        bson.encode(message)
        json.dumps(message, default=str, allow_nan=False)
    if parted is not whole:
        assert parted.state() == whole.state()
        assert results[0][len(results[0]) - len(results[1]) :] == results[1]
