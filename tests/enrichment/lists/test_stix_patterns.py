from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network_security.enrichment.lists.errors import EntryError
from network_security.enrichment.lists.indicators import Entry
from network_security.enrichment.lists.stix_patterns import (
    LONGEST_PATTERN,
    MOST_ALTERNATIVES,
    SEVERAL,
    SYNTAX,
    TOO_LARGE,
    Pattern,
    read_pattern,
)

URL_A, URL_B = Entry("url", "a.example/x"), Entry("url", "b.example/y")
ADDRESS = Entry("ip", "198.51.100.7")


@pytest.mark.parametrize(
    ("written", "alternatives"),
    [
        ("[url:value = 'http://a.example/x']", [(URL_A,)]),
        ("[ url:value='hxxps://A[.]example/./x' ]", [(URL_A,)]),
        ("[domain-name:value = 'a.test']", [(Entry("domain", "a.test"),)]),
        ("[domain-name:value = 'www.a.test']", [(Entry("host", "www.a.test"),)]),
        ("[ipv4-addr:value = '198.51.100.7']", [(ADDRESS,)]),
        ("[ipv4-addr:value = '198.51.100.0/24']", [(Entry("network", "198.51.100.0/24"),)]),
        ("[ipv4-addr:value ISSUBSET '198.51.100.0/24']", [(Entry("network", "198.51.100.0/24"),)]),
        ("[ipv6-addr:value ISSUBSET '2001:db8::/32']", [(Entry("network", "2001:db8::/32"),)]),
        ("[ipv6-addr:value = '2001:DB8:0::7']", [(Entry("ip", "2001:db8::7"),)]),
        ("[network-traffic:dst_ref.value = '198.51.100.7']", [(ADDRESS,)]),
        ("[url:value IN ('http://a.example/x', 'http://b.example/y')]", [(URL_A,), (URL_B,)]),
        ("[url:value = 'a.example/x' OR url:value = 'b.example/y']", [(URL_A,), (URL_B,)]),
        ("[url:value = 'a.example/x'] OR [url:value = 'b.example/y']", [(URL_A,), (URL_B,)]),
        (
            "([url:value = 'a.example/x'] OR ([ipv4-addr:value = '198.51.100.7']))",
            [(URL_A,), (ADDRESS,)],
        ),
        ("[url:value = 'a.example/x' AND ipv4-addr:value = '198.51.100.7']", [(URL_A, ADDRESS)]),
        # AND binds closer than OR, unless parentheses say otherwise.
        (
            "[url:value = 'b.example/y' OR url:value = 'a.example/x' "
            "AND ipv4-addr:value = '198.51.100.7']",
            [(URL_B,), (URL_A, ADDRESS)],
        ),
        (
            "[(url:value = 'b.example/y' OR url:value = 'a.example/x') "
            "AND domain-name:resolves_to_refs[*].value = '198.51.100.7']",
            [(URL_B, ADDRESS), (URL_A, ADDRESS)],
        ),
        (r"[url:value = 'http://a.example/\'\\']", [(Entry("url", "a.example/'/"),)]),
    ],
)
def test_a_pattern_is_read_as_its_alternatives(
    written: str, alternatives: list[tuple[Entry, ...]]
) -> None:
    assert read_pattern(written, "registered") == Pattern(tuple(alternatives), ())


@pytest.mark.parametrize(
    ("written", "alternatives", "unread"),
    [
        ("[file:hashes.'SHA-256' = 'ab']", (), "file:hashes.'SHA-256'"),
        ("[url:value = 'a.example/x' OR file:size > 5]", ((URL_A,),), "file:size >"),
        ("[url:value = 'a.example/x' AND file:size = 5]", (), "file:size ="),
        ("[url:value LIKE 'http://a.example/%']", (), "url:value LIKE"),
        ("[url:value MATCHES '^http']", (), "url:value MATCHES"),
        ("[url:value NOT = 'a.example/x']", (), "url:value NOT ="),
        ("[url:value != 'a.example/x']", (), "url:value !="),
        ("[EXISTS url:value]", (), "url:value EXISTS"),
        ("[file:created = t'2024-01-01T00:00:00Z']", (), "file:created ="),
        ("[url:value = 'mailto:a@b.example']", (), "a URL without a host"),
        ("[ipv4-addr:value = '0.0.0.0/0']", (), "a network that is too wide"),
    ],
)
def test_what_is_not_understood_is_told(
    written: str, alternatives: tuple[tuple[Entry, ...], ...], unread: str
) -> None:
    read = read_pattern(written, "registered")

    assert read.alternatives == alternatives
    assert len(read.unread) == 1
    assert read.unread[0].startswith(unread)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", SYNTAX),
        ("http://a.example/x", SYNTAX),
        ("[url:value = 'a.example/x'", SYNTAX),
        ("[url:value = 'a.example/x']]", SYNTAX),
        ("[url:value = http]", SYNTAX),
        ("[url:value 'a']", SYNTAX),
        ("[url:value IN 'a']", SYNTAX),
        ("[url:value = 'a.example/x'] AND [url:value = 'b.example/y']", SEVERAL),
        ("[url:value = 'a.example/x'] FOLLOWEDBY [url:value = 'b.example/y']", SEVERAL),
        ("[url:value = 'a.example/x'] REPEATS 5 TIMES", SEVERAL),
        ("([url:value = 'a.example/x']) WITHIN 300 SECONDS", SEVERAL),
        ("(" * 100 + "[url:value = 'a.example/x']" + ")" * 100, TOO_LARGE),
        ("[url:value = '" + "a" * LONGEST_PATTERN + "']", TOO_LARGE),
        (
            "[" + " AND ".join(["(url:value = 'a.example/x' OR url:value = 'b.example/y')"] * 15)
            + "]",
            TOO_LARGE,
        ),
    ],
)  # fmt: skip
def test_what_is_no_pattern_of_one_observation_is_refused(written: str, reason: str) -> None:
    with pytest.raises(EntryError, match=reason):
        read_pattern(written, "registered")


def test_a_chain_of_or_is_read_in_a_time_that_grows_with_its_length() -> None:
    chain = " OR ".join(f"url:value = 'http://a{number}.example/'" for number in range(5_000))

    assert len(read_pattern(f"[{chain}]", "registered").alternatives) == 5_000 < MOST_ALTERNATIVES


PIECES = st.lists(
    st.sampled_from(
        ["[", "]", "(", ")", "'", "\\", "\\'", "url:value", "ipv4-addr:value", " = ", " IN ",
         " AND ", " OR ", "ISSUBSET", "NOT", "'a.example'", "'198.51.100.0/24'", ",",
         "file:hashes.'MD5'", "[*]", "WITHIN", "t'x'", "1.5", "<", "\u00e9", "\ud800", "EXISTS"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(PIECES | st.text(max_size=60))
@settings(deadline=timedelta(seconds=1))
def test_any_text_is_a_pattern_or_an_entry_error(written: str) -> None:
    try:
        read = read_pattern(written, "registered")
    except EntryError as error:
        outcome = str(error) in {SYNTAX, SEVERAL, TOO_LARGE}
    else:
        outcome = bool(read.alternatives or read.unread)
    assert outcome


@given(st.text(alphabet=st.characters(exclude_characters="\n"), max_size=40))
def test_a_text_is_what_was_escaped(path: str) -> None:
    url = "http://a.example/" + path
    escaped = url.replace("\\", "\\\\").replace("'", "\\'")

    simple = read_pattern(f"[url:value = '{escaped}']", "registered")
    joined = read_pattern(f"[url:value = '{escaped}' OR url:value = '{escaped}']", "registered")

    assert simple == joined
    assert len(simple.alternatives) == 1
