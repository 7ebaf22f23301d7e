from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network_security.detection.arrays import Floats
from network_security.detection.url_text.expert import UrlTextExpert
from network_security.detection.url_text.fitting import FittedExpert
from network_security.detection.url_text.pieces import Piece, pieces
from network_security.detection.url_text.text import UrlText

WORTH = {"secure-login": 2.0, "wp-content": 1.0, "id=7": 0.5, "museum": -1.5, "top": 0.25}


def count_words(texts: Sequence[UrlText]) -> Floats:
    """A score that one can reckon in one's head."""
    return np.array(
        [
            sum(worth for word, worth in WORTH.items() if word in text.host + text.rest)
            + 4.0 * text.userinfo + 3.0 * text.foreign
            for text in texts
        ]
    )  # fmt: skip


@pytest.fixture(scope="module")
def expert(fitted: FittedExpert) -> UrlTextExpert:
    return UrlTextExpert.of(fitted)


def test_each_piece_counts_what_the_score_loses_without_it() -> None:
    url = "https://secure-login.example.top/museum/wp-content/?id=7&page=2#end"

    assert pieces(url, count_words) == (
        Piece("secure-login", "host", 2.0),
        Piece("museum", "path", -1.5),
        Piece("wp-content", "path", 1.0),
        Piece("id=7", "query", 0.5),
        Piece("top", "host", 0.25),
    )


def test_no_more_than_asked_for() -> None:
    told = pieces("secure-login.example.top/museum", count_words, most=1)

    assert [piece.text for piece in told] == ["secure-login"]


@pytest.mark.parametrize(
    ("url", "piece"),
    [
        ("http://user@example.test/", Piece("@", "authority", 4.0)),
        ("http://b\u00fccher.test/", Piece("letters beyond ASCII", "host", 3.0)),
        ("http://example.test/a#museum", Piece("museum", "fragment", -1.5)),
        ("http://example.test?museum", Piece("museum", "query", -1.5)),
    ],
)
def test_marks_and_ends_of_a_url_are_pieces_too(url: str, piece: Piece) -> None:
    assert pieces(url, count_words) == (piece,)


def test_an_address_is_one_piece() -> None:
    def length(texts: Sequence[UrlText]) -> Floats:
        return np.array([float(len(text.host)) for text in texts])

    assert pieces("http://192.0.2.7/", length) == (Piece("192.0.2.7", "host", 9.0),)


def test_the_expert_explains_its_own_score(expert: UrlTextExpert) -> None:
    url = "http://verify-xk1z9bd.test/account"
    told = {piece.text: piece.log_odds for piece in expert.pieces(url)}

    without = expert.score(["http://test/account"])[0]
    assert told["verify-xk1z9bd"] == expert.score([url])[0] - without
    assert told["verify-xk1z9bd"] > 0


@given(st.one_of(st.text(), st.text("ab.:/?#&@%=[]\\0x", max_size=40)), st.integers(-1, 8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_explained(expert: UrlTextExpert, url: str, most: int) -> None:
    told = expert.pieces(url, most)

    assert len(told) <= max(most, 0)
    assert all(np.isfinite(piece.log_odds) and piece.log_odds != 0 for piece in told)
    strengths = [abs(piece.log_odds) for piece in told]
    assert strengths == sorted(strengths, reverse=True)
