"""Records are cut alike however a stream arrives, and from any record's end on."""

import codecs
import json
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network_security.sensors import FORMATS, parse_event
from network_security.sensors.framing import TOO_LONG, framer_class
from network_security.sensors.framing.blocks import (
    Mailbox,
    SnortAlerts,
    WholeMessage,
    WindowsMessages,
    WindowsXml,
)
from network_security.sensors.framing.json_documents import JsonDocuments
from network_security.sensors.framing.lines import Lines, ZeekLines
from network_security.sensors.framing.tables import Rows, Table
from network_security.sensors.samples import raw_events

FRAMINGS = [
    Lines, ZeekLines, JsonDocuments, SnortAlerts, WindowsXml, WindowsMessages, Mailbox, Rows, Table,
    WholeMessage,
]  # fmt: skip
every_framing = pytest.mark.parametrize("framing", FRAMINGS, ids=lambda framing: framing.__name__)

# Pieces that mean something to one framing or another, so that streams of them meet every state.
PIECES = st.sampled_from([
    b"\n", b"\r\n", b"\r", b"\n\n", b" ", b"a", b"text ", b'"', b'""', b",", b"\\", b'\\"', b"{",
    b"}", b"[", b"]", b":", b'"a":', b'"value": [', b'{"a": {"b": [1, "}"]}}',
    b'{"value":[{"a":1},', b"\xc3", b"\xa9", b"\xc3\xa9", b"\xff", b"\xf0\x9f\x90\x9f", b"\0", b"#",
    b"#separator \\x09\n",
    b"#fields\ta\tb\n", b"#close\n", b"[**] [1:2:3] x [**]\n", b"<Event>", b"<Event xmlns='x'>",
    b"</Event>", b"<Events>", b"<?xml version='1.0'?>", b"From ", b"\n\nFrom a\n", b"\n>From b",
    b"LogName=Security\n", b"01/14/2026 08:15:36 AM\n", b"A thing was done.\n\nSubject:\n", b"<13>",
])  # fmt: skip
STREAMS = st.lists(PIECES, max_size=40).map(b"".join)
CUTS = st.lists(st.integers(0, 400), max_size=12)


def all_records(framer, *chunks):
    return [record for chunk in chunks for record in framer.feed(chunk)] + framer.finish()


def chunked(stream, cuts):
    places = sorted({min(cut, len(stream)) for cut in cuts} | {0, len(stream)})
    return [stream[start:end] for start, end in pairwise(places)]


@every_framing
@settings(max_examples=100, deadline=None)
@given(stream=STREAMS, cuts=CUTS, limit=st.sampled_from([4, 40, 1000]))
def test_chunks_change_nothing(framing, stream, cuts, limit):
    whole = all_records(framing(limit=limit), stream)

    assert all_records(framing(limit=limit), *chunked(stream, cuts)) == whole
    assert all_records(framing(limit=limit), *(bytes([byte]) for byte in stream)) == whole


@every_framing
@settings(max_examples=80, deadline=None)
@given(stream=STREAMS, limit=st.sampled_from([4, 1000]))
def test_a_framer_goes_on_behind_any_record(framing, stream, limit):
    records = all_records(framing(limit=limit), stream)

    for number, record in enumerate(records, start=1):
        rest = framing(offset=record.end, header=record.header, limit=limit)
        assert all_records(rest, stream[record.end :]) == records[number:]


@every_framing
@settings(max_examples=80, deadline=None)
@given(stream=STREAMS, cuts=CUTS)
def test_offsets_are_in_order_and_hold_the_text(framing, stream, cuts):
    at = 0
    for record in all_records(framing(), *chunked(stream, cuts)):
        assert at <= record.start < record.end <= len(stream)
        at = record.end
        if framing is not Mailbox:
            text = record.text.encode("utf-8", "surrogateescape")
            assert stream[record.start : record.start + len(text)] == text


@every_framing
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@settings(max_examples=100, deadline=None)
@given(stream=STREAMS, cuts=CUTS)
def test_utf16_gives_the_same_records_with_its_own_offsets(framing, encoding, stream, cuts):
    text = stream.decode("utf-8", "replace")
    framing16 = type("Utf16", (framing,), {"encoding": encoding})
    stream16 = ("\ufeff" + text).encode(encoding)

    expected = all_records(framing(), text.encode())
    records = all_records(framing16(), *chunked(stream16, cuts))

    assert [record.text for record in records] == [record.text for record in expected]
    for record, plain in zip(records, expected, strict=True):
        assert record.header == plain.header
        if framing is not Mailbox:
            begin = stream16[record.start : record.end].decode(encoding)
            assert begin.startswith(record.text)
        rest = framing16(offset=record.end, header=record.header)
        assert len(all_records(rest, stream16[record.end :])) == len(records) - (
            records.index(record) + 1
        )


@every_framing
def test_a_byte_order_mark_is_no_part_of_the_first_record(framing):
    stream = b'{"a": 1}\n\n{"a": 2}\n'

    marked = all_records(framing(), codecs.BOM_UTF8 + stream)

    assert [(record.text, record.start - 3) for record in marked] == [
        (record.text, record.start) for record in all_records(framing(), stream)
    ]


def cut(format, stream):
    """Return the records of a stream as its format and head say."""
    return all_records(framer_class(format, stream)(), stream)


def texts(format, stream):
    return [record.text for record in cut(format, stream)]


LINES_OR_JSON = [
    name for name in FORMATS if name not in {"email", "snort", "windows_security", "zeek"}
]


@pytest.mark.parametrize("name", LINES_OR_JSON)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\n\n"])
def test_the_samples_of_a_format_are_cut_as_they_were_written(name, line_end):
    events = raw_events(name)

    assert texts(name, line_end.join(events).encode()) == events


@pytest.mark.parametrize(
    "name", ["suricata", "proofpoint_tap", "proofpoint_pod", "mimecast", "m365_defender", "o365"]
)
@pytest.mark.parametrize(
    ("before", "between", "after"),
    [
        ("[\n", ",\n", "\n]\n"),
        ('{"value":[', ",", "]}"),
        ('{\n "@odata.context": "https://example.com/x",\n "value": [\n', ", ", "],\n"
         ' "meta": {"next": {"a": [1]}}, "count": 3\n}\n'),
        ('{"Records": [ ', " , ", " ]}"),
    ],
    ids=["array", "value", "graph", "records"],
)  # fmt: skip
def test_the_elements_of_an_export_are_its_records(name, before, between, after):
    events = raw_events(name)

    assert texts(name, (before + between.join(events) + after).encode()) == events


def test_pretty_printed_documents_are_records():
    documents = [json.dumps(json.loads(raw), indent=2) for raw in raw_events("suricata")]

    records = cut("suricata", "\n".join(documents).encode())

    assert [record.text for record in records] == documents
    for record in records:
        assert parse_event(record.text, format="suricata")["event"]["module"] == "suricata"


def test_a_document_that_breaks_off_does_not_take_the_next_with_it():
    stream = b'{\n  "a": "cut\n{\n  "b": 1\n}\n{\n  "c": [\n{"d": 2}\n]\n}\n'

    assert texts("suricata", stream) == [
        '{\n  "a": "cut', '{\n  "b": 1\n}', '{\n  "c": [\n{"d": 2}\n]\n}'
    ]  # fmt: skip


def test_what_is_no_json_between_documents_is_a_record_of_its_own():
    assert texts("suricata", b'{\n"a": 1\n}\nnot JSON\n{\n"a": 2\n}\n') == [
        '{\n"a": 1\n}', "not JSON", '{\n"a": 2\n}'
    ]  # fmt: skip


def test_an_empty_export_has_no_records():
    assert cut("o365", b'{"@odata.context": "x", "value": []}') == []


def test_zeek_records_bear_the_header_of_their_log():
    first = "#separator \\x09\n#path\tconn\n#open\t2026-01-14\n#fields\tts\tuid"
    second = "#separator \\x09\n#path\tdns\n#fields\tts\tquery"
    stream = f"{first}\n1\ta\n2\tb\n#close\t2026-01-15\n{second}\n3\tc\n".encode()

    assert [(record.text, record.header) for record in cut("zeek", stream)] == [
        ("1\ta", first), ("2\tb", first), ("3\tc", second)
    ]  # fmt: skip


def test_zeek_logs_parse_with_their_headers():
    logs = [raw for raw in raw_events("zeek") if raw.startswith("#")]

    records = cut("zeek", "\n".join(logs).encode())

    assert len(records) == len(logs)
    for record in records:
        parse_event(record.text, format="zeek", header=record.header)


def test_a_row_of_names_is_the_header_and_quoted_values_span_lines():
    stream = (
        b'#TYPE Trace\r\n"MessageId","Received","Subject"\r\n"<a>","1","two\r\nlines, ""q"""\r\n'
    )
    stream += b'"<b>","2","x"\r\n'

    assert [(record.text, record.header) for record in cut("exchange_message_trace", stream)] == [
        ('"<a>","1","two\r\nlines, ""q"""', '"MessageId","Received","Subject"'),
        ('"<b>","2","x"', '"MessageId","Received","Subject"'),
    ]


def test_snort_alerts_are_blocks():
    alerts = [raw.rstrip() for raw in raw_events("snort") if raw.startswith("[**]")]

    assert texts("snort", "\n\n".join(alerts).encode()) == alerts
    assert texts("snort", "\r\n\r\n\r\n".join(alerts).encode() + b"\r\n") == alerts


def test_windows_events_in_xml_are_elements_however_they_are_laid_out():
    events = [raw.rstrip() for raw in raw_events("windows_security") if raw.startswith("<Event")]
    spread = [event.replace("><", ">\n  <") for event in events]

    for elements in (events, spread):
        for before, between, after in (
            ("", "\n", ""),
            ("", "", ""),
            ('<?xml version="1.0" encoding="utf-8"?>\n<Events>\n', "\n ", "\n</Events>\n"),
        ):
            stream = before + between.join(elements) + after
            assert texts("windows_security", stream.encode()) == elements


def test_windows_messages_keep_their_further_lines():
    messages = [
        raw.rstrip("\n") for raw in raw_events("windows_security") if raw[0] not in "<{"
    ] + [
        "01/14/2026 08:15:36 AM\nLogName=Security\nEventCode=4740\nMessage=Locked.\n\nSubject:\n\tx"
    ]

    assert texts("windows_security", "\n".join([*messages, *messages]).encode()) == messages * 2


def test_a_mail_folder_is_cut_into_messages_and_unquoted():
    first = "From a@example.com Wed Jan 14 08:30:00 2026\nSubject: a\n\nbody\n>From me\n>>From you"
    second = "From b@example.com Wed Jan 14 08:31:00 2026\nSubject: b\n\nbody\nFrom here on"

    assert texts("email", f"{first}\n\n{second}\n".encode()) == [
        first.replace(">From", "From"), second
    ]  # fmt: skip


def test_a_message_is_one_record():
    message = "Subject: a\r\n\r\nbody\r\n\r\nFrom here on\r\n"

    assert cut("email", message.encode()) == [(message, 0, len(message), "", None)]


def test_the_unfinished_record_waits():
    framer = Lines()

    assert framer.feed(b"a\nb\xc3") == [("a", 0, 2, "", None)]
    assert framer.pending == 2
    assert framer.feed(b"\xa9") == []
    assert framer.pending == 3
    assert framer.finish() == [("b\u00e9", 2, 5, "", None)]
    assert framer.pending == 0


def test_a_record_too_long_has_its_first_bytes_and_its_whole_length():
    framer = Lines(limit=10)

    records = [record for _ in range(1000) for record in framer.feed(b"x" * 1000)]
    records += framer.feed(b"\nnext\n")

    assert records == [
        ("x" * 10, 0, 1_000_001, "", TOO_LONG), ("next", 1_000_001, 1_000_006, "", None)
    ]  # fmt: skip


def test_bytes_that_are_no_utf8_are_kept():
    (record,) = Lines().feed(b"caf\xe9 \xff\0\n")

    assert record.text.encode("utf-8", "surrogateescape") == b"caf\xe9 \xff\0"


MOST_SECONDS = (
    6  # Of 400 KB; rows of one byte each are 200,000 records. Quadratic would be minutes.
)
HOSTILE = [
    b"a", b"\\", b'"', b'""', b"{", b"}", b"[", b"]", b",", b"\n", b"\r\n", b" ", b'"\\', b'{"a":',
    b'"a"', b"\n{", b"<Event>", b"<Event", b"</Event>", b"\r\n\r", b"#", b"From ", b'"value":[',
    b"LogName=", b"A", b"\n ", b"\xff", b"\xf0\x9f\x90\x9f", b"<Events>", b"<Events ",
]  # fmt: skip


@every_framing
@pytest.mark.parametrize("filler", HOSTILE)
def test_any_filler_takes_bounded_memory_and_time(framing, filler):
    piece = (filler * 16384)[:16384]
    framer = framing(limit=20_000)
    start = time.process_time()
    for _ in range(24):
        framer.feed(piece)
        assert len(framer._buffer) < 20_000 + 2 * len(piece)
    framer.finish()

    assert time.process_time() - start < MOST_SECONDS
