import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.detection.url_text.lexical import FEATURES, lexical_counts
from network_security.detection.url_text.ngrams import Zones
from network_security.detection.url_text.text import normalise


def counts(*urls: str) -> list[dict[str, float]]:
    texts = [normalise(url) for url in urls]
    table = lexical_counts(texts, Zones.of(texts))
    assert table.shape == (len(urls), len(FEATURES))
    assert table.dtype == np.float32
    return [dict(zip(FEATURES, row.tolist(), strict=True)) for row in table]


def test_names_are_unique() -> None:
    assert len(set(FEATURES)) == len(FEATURES)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("ab.cde.fr", {"host_tokens": 3, "host_longest_token": 3, "host_last_token": 2}),
        ("login-7x.test", {"host_hyphens": 1, "host_digits": 1, "host_digit_changes": 1}),
        ("strength.test", {"host_consonant_pairs": 6, "host_consonant_triples": 3}),
        ("aabb.test", {"host_repeats": 2, "host_dots": 3}),
        ("abcd", {"host_entropy": pytest.approx(2.25163, abs=1e-4)}),
        ("a.test/b_c/d.php?e=1&f=%", {
            "rest_slashes": 2, "rest_underscores": 1, "rest_dots": 1, "rest_equals": 2,
            "rest_ampersands": 1, "rest_percents": 1, "rest_tokens": 8, "rest_last_token": 1,
            "rest_longest_token": 3,
        }),
        ("192.0.2.1/x", {"address": 1, "foreign": 0}),
        ("http://[::1]/", {"address": 1}),
        ("http://0x7f.1/", {"address": 1}),
        ("http://a@b.test:81/", {"userinfo": 1, "port": 1, "address": 0}),
        ("aaaa.e", {"host_vowels": 1, "host_letter_a": 0.5}),
    ],
)  # fmt: skip
def test_counts(url: str, expected: dict[str, float]) -> None:
    found = counts(url)[0]

    assert {name: found[name] for name in expected} == expected


def test_an_absent_rest_counts_nothing() -> None:
    found = counts("a.test")[0]

    assert not any(value for name, value in found.items() if name.startswith("rest_"))


@given(st.lists(st.text(max_size=40), min_size=1, max_size=6))
def test_a_url_is_counted_alike_alone_and_in_a_batch(urls: list[str]) -> None:
    together = counts(*urls)

    assert together == [counts(url)[0] for url in urls]
    assert all(np.isfinite(list(row.values())).all() for row in together)
