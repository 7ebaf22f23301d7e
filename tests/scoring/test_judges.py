from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network_security.detection.fusion import FusedDetector
from network_security.evidence.phishing import FEATURES, extract
from network_security.evidence.urls import parse, unwrap
from network_security.pretrained import load_phishing
from network_security.scoring.job import ScoringOptions, make_job
from network_security.scoring.judges import UrlJudge
from network_security.scoring.rows import TableError
from network_security.scoring.url_lists import UrlList

URLS = [
    "https://example.org/",
    "hxxp://paypal[.]com.login.example[.]net/secure",
    "https://urldefense.com/v3/__https://example.net/a__;!!abc$",
    "example.com/path?q=1",
    "http://192.0.2.7:8080/login",
]


@pytest.fixture(scope="module")
def fused() -> FusedDetector:
    return load_phishing()


@pytest.fixture(scope="module")
def urls(fused: FusedDetector) -> UrlJudge:
    return UrlJudge(fused, unknown=("NA",))


def one_by_one(fused: FusedDetector, url: str, **known: int) -> tuple[float, bool]:
    """As somebody who checks one URL is told."""
    sent = unwrap(parse(url)).sent
    verdict = fused.examine(sent.text, extract(sent) | known)
    return verdict.probability, verdict.decision


def test_a_url_in_a_batch_is_judged_as_alone_to_the_bit(
    fused: FusedDetector, urls: UrlJudge
) -> None:
    judged = urls.judge(pd.DataFrame({"url": URLS * 2}))

    expected = [one_by_one(fused, url) for url in URLS] * 2
    assert judged.problems == {}
    assert judged.verdicts.probability.tolist() == [probability for probability, _ in expected]
    assert judged.verdicts.decision.tolist() == [decision for _, decision in expected]
    assert judged.columns["judged_url"][1:3] == [
        "http://paypal.com.login.example.net/secure",
        "https://example.net/a",
    ]


def test_what_a_url_shows_itself_is_not_absent(urls: UrlJudge, tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_text("example.org\n")

    job = make_job(UrlList(tmp_path / "urls.txt"), urls, ScoringOptions())

    assert len(job.absent_features) == 21
    assert "URL_Length" not in job.absent_features


def test_features_beside_a_url_win(fused: FusedDetector, urls: UrlJudge) -> None:
    frame = pd.DataFrame({"URL": URLS[:3], "SFH": ["-1", "NA", "7"], "port": [-1, None, 1]})

    judged = urls.judge(frame)

    assert judged.problems == {2: "SFH is '7', not -1, 0 or 1"}
    assert judged.verdicts.probability.tolist() == [
        one_by_one(fused, URLS[0], SFH=-1, port=-1)[0],
        one_by_one(fused, URLS[1])[0],
    ]
    assert len(set(judged.evidence[:2])) == 2


@pytest.mark.parametrize(
    "given", [None, "", "  ", "mailto:ann@example.org", "/path", "not a url", 7]
)
def test_what_has_no_host_is_a_problem(urls: UrlJudge, given: Any) -> None:
    judged = urls.judge(pd.DataFrame({"url": pd.Series([given, URLS[0]], dtype=object)}))

    assert list(judged.problems) == [0]
    assert "has no host to judge" in judged.problems[0]
    assert len(judged.verdicts.probability) == 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=60), st.sampled_from(URLS)), max_size=6))
def test_any_text_is_judged_or_a_problem_and_no_row_depends_on_others(
    urls: UrlJudge, texts: list[str]
) -> None:
    frame = pd.DataFrame({"url": pd.Series(texts, dtype=object)})
    together = urls.judge(frame)
    alone = [urls.judge(frame.iloc[[row]]) for row in range(len(frame))]

    assert [row for row, one in enumerate(alone) if one.problems] == list(together.problems)
    probabilities = [p for one in alone for p in one.verdicts.probability.tolist()]
    assert together.verdicts.probability.tolist() == probabilities
    assert np.array_equal(
        together.evidence[together.scored],
        [key for one in alone for key in one.evidence[one.scored]],
    )


@pytest.mark.parametrize("columns", [["link"], ["url", "URL"], list(FEATURES)])
def test_there_must_be_one_column_of_urls(urls: UrlJudge, columns: list[str]) -> None:
    with pytest.raises(TableError, match="columns are called 'url'"):
        urls.check(columns, "table.csv")
