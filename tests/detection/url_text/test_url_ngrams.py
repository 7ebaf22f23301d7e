from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.detection.url_text.ngrams import NgramOptions, Ngrams, Zones, ngrams
from network_security.detection.url_text.text import normalise

OPTIONS = NgramOptions(2, 4, 16)


def read(*urls: str) -> Ngrams:
    return ngrams(Zones.of([normalise(url) for url in urls]), OPTIONS)


def of_row(found: Ngrams, row: int) -> Counter[tuple[int, float]]:
    own = found.row == row
    return Counter(zip(found.column[own].tolist(), found.value[own].tolist(), strict=True))


def test_every_ngram_of_every_length_is_there() -> None:
    found = read("abc.de")

    # ".abc.de." holds 7 of two characters, 6 of three and 5 of four.
    assert len(found.row) == 7 + 6 + 5
    assert found.value == pytest.approx(1 / np.sqrt(18))


def test_equal_ngrams_share_a_column() -> None:
    columns = read("abab.ab").column

    assert len(np.unique(columns)) < len(columns)


def test_host_and_rest_do_not_mix() -> None:
    host, rest = read("shop.test"), read("x.y/shop.test")

    assert len(set(host.column) & set(rest.column)) <= 1


def test_the_path_does_not_dilute_the_host() -> None:
    alone, with_path = read("abc.test"), read("abc.test/a/long/path/of/many/words")

    assert not of_row(alone, 0) - of_row(with_path, 0)


@given(st.lists(st.text(max_size=30), max_size=6))
def test_a_url_is_read_alike_alone_and_in_a_batch(urls: list[str]) -> None:
    together = read(*urls)

    for row, url in enumerate(urls):
        assert of_row(together, row) == of_row(read(url), 0)
    assert ((together.column >= 0) & (together.column < 2**OPTIONS.bits)).all()


@pytest.mark.parametrize("wrong", [(0, 3, 12), (4, 3, 12), (1, 9, 12), (1, 3, 7), (1, 3, 23)])
def test_impossible_options_are_refused(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"shortest|bits"):
        NgramOptions(*wrong)
