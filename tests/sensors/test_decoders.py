"""CEF, LEEF, pairs, CSV and JSON: the decoders that formats share."""

import pytest

from network_security.sensors import cef, csv_line, json_line, key_value, leef
from network_security.sensors.errors import ParseError


def test_cef_header_and_extension():
    event = cef.decode(
        r"<1>fw CEF:0|Ex\|ample|Fire\\wall|1.0|100|worm stopped|10|src=192.0.2.1 "
        r"msg=a b\=c\nd request=http://x/?q=1&r=2 cs1Label=Rule cs1=any any cs2="
    )

    assert (event.prefix, event.vendor, event.product) == ("<1>fw ", "Ex|ample", "Fire\\wall")
    assert (event.signature, event.name, event.severity) == ("100", "worm stopped", "10")
    assert event.extension["msg"] == "a b=c\nd"
    assert event.extension["request"] == "http://x/?q=1&r=2"
    assert event.labelled() == {"Rule": "any any"}


def test_a_cef_event_may_end_with_its_header():
    event = cef.decode("CEF:0|Example|Firewall|1.0|100|stopped|10")

    assert (event.severity, event.extension) == ("10", {})


@pytest.mark.parametrize("text", ["", "CEF", "CEF:0|a|b|c", "CEF:0|a|b|c|d|e\\|f", "x" * 1000])
def test_a_short_cef_header_is_refused(text):
    with pytest.raises(ParseError) as refused:
        cef.decode(text)

    assert refused.value.code == "syntax"


@pytest.mark.parametrize(
    "text",
    [
        "LEEF:1.0|Ex|Gate|1|deny|src=192.0.2.1\tmsg=a b=c",
        "LEEF:2.0|Ex|Gate|1|deny|^|src=192.0.2.1^msg=a b=c",
        "LEEF:2.0|Ex|Gate|1|deny|0x5E|src=192.0.2.1^msg=a b=c",
        "LEEF:2.0|Ex|Gate|1|deny|x7C|src=192.0.2.1|msg=a b=c",
        "LEEF:2.0|Ex|Gate|1|deny||src=192.0.2.1\tmsg=a b=c",
        "LEEF:2.0|Ex|Gate|1|deny|src=192.0.2.1\tmsg=a b=c",
        "LEEF:1.0|Ex|Gate|1|deny|src=192.0.2.1^msg=a b=c",
    ],
)
def test_leef_with_every_delimiter(text):
    event = leef.decode(text)

    assert (event.vendor, event.product, event.event_id) == ("Ex", "Gate", "deny")
    assert event.attributes == {"src": "192.0.2.1", "msg": "a b=c"}


def test_leef_without_delimiters_reads_up_to_the_next_key():
    assert leef.decode("LEEF:1.0|E|G|1|x|act=let it go src=192.0.2.1").attributes == {
        "act": "let it go",
        "src": "192.0.2.1",
    }


@pytest.mark.parametrize("text", ["", "LEEF:1.0|a|b", "LEEF"])
def test_a_short_leef_header_is_refused(text):
    with pytest.raises(ParseError):
        leef.decode(text)


def test_pairs_keep_order_repeats_and_quoted_text():
    assert key_value.items(r'a=1 b="x = \"y\"" a= c="open d=2 SYN') == [
        ("a", "1"),
        ("b", 'x = "y"'),
        ("a", ""),
        ("c", '"open'),
        ("d", "2"),
    ]


def test_of_a_repeated_key_the_first_value_stays_in_its_place():
    assert list(key_value.spaced("a=1 b=2 a=3 c=4").items()) == [("a", "1"), ("b", "2"), ("c", "4")]


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        (r"a\\b", r"a\b"), (r"\\n", r"\n"), (r"\\\n", "\\\n"), (r"\=\|\"", '=|"'), ("\\", "\\"),
        (r"\x", r"\x"),
    ],
)  # fmt: skip
def test_backslashes_are_taken_off_once(written, plain):
    assert key_value.unescape(written, '=|"', (("\\n", "\n"),)) == plain


@pytest.mark.parametrize(
    "decode",
    [
        key_value.items,
        key_value.spaced,
        lambda pairs: cef.decode("CEF:0|a|b|c|d|e|f|" + pairs),
        lambda pairs: leef.decode("LEEF:1.0|a|b|c|d|" + pairs.replace(" ", "\t")),
    ],
)
def test_more_pairs_than_a_datagram_holds_are_refused(decode):
    assert decode("a=1 " * key_value.MOST_PAIRS)
    with pytest.raises(ParseError, match="more than 32768 pairs"):
        decode("a=1 " * (key_value.MOST_PAIRS + 1))


def test_pairs_with_other_signs():
    assert key_value.decode(
        '[action:"Accept"; rule: "a; b"; n:1 2;]', assign=":", separators=";"
    ) == {
        "action": "Accept",
        "rule": "a; b",
        "n": "1 2",
    }


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("a,b,", ["a", "b", ""]),
        ('a,"b,""c""",d', ["a", 'b,"c"', "d"]),
        ('"unclosed,b', ["unclosed,b"]),
        ("", [""]),
    ],
)
def test_csv_values(line, values):
    assert csv_line.split(line) == values


def test_json_objects_up_to_64_levels():
    deep = '{"a":' * 64 + "1" + "}" * 64

    assert json_line.decode(deep)
    with pytest.raises(ParseError, match="deeper"):
        json_line.decode('{"a":' + deep + "}")
    assert json_line.decode('{"a": [' + "{}," * 500 + "{}]}")


@pytest.mark.parametrize(
    "text", ['{"a":1}{"a":2}', '{"a":NaN}', '{"a":1', "[1]", '"{"', '{"a":Infinity}']
)
def test_json_that_is_not_one_object_is_refused(text):
    with pytest.raises(ParseError) as refused:
        json_line.decode(text)

    assert refused.value.code == "syntax"


def test_parse_errors_say_what_and_where():
    error = ParseError("syntax", "a comma is missing", raw="0123456789" * 20, position=10)

    assert str(error).startswith("a comma is missing at character 10: '0123456789")
    assert len(error.excerpt) == 80
