"""A URL as somebody hands it over, judged."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network_security.detection.fusion import FusedDetector
from network_security.enrichment import Enrichment, EnrichmentOptions
from network_security.enrichment.lists import Lists, ListsOptions
from network_security.judging import NotAUrlError, SiteLookups, judge_url, read_url
from network_security.pretrained import load_phishing

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WRAPPED = (
    "https://eu1.safelinks.protection.outlook.com/?url=https%3A%2F%2Fsecure-login.example.net%2Fa"
)


@pytest.fixture(scope="module")
def detector() -> FusedDetector:
    return load_phishing()


def offline(**lists: object) -> SiteLookups:
    """Lookups that are all off, with the operator's lists."""
    loaded = Lists.load(ListsOptions.from_parameters(lists))
    return SiteLookups(Enrichment(EnrichmentOptions(), lists=loaded), loaded)


def test_a_defanged_url_is_judged_as_what_it_stands_for(detector: FusedDetector) -> None:
    defanged = judge_url("hxxps://login[.]example[.]com/a", detector, now=NOW)
    plain = judge_url("https://login.example.com/a", detector, now=NOW)

    assert defanged.url == "https://login.example.com/a"
    assert defanged.verdict == plain.verdict


def test_a_gateway_s_link_is_judged_by_what_is_in_it(detector: FusedDetector) -> None:
    judgement = judge_url(WRAPPED, detector, now=NOW)

    assert judgement.url == "https://secure-login.example.net/a"
    assert [layer.kind for layer in judgement.layers] == ["gateway"]
    assert "taken out of a link of" in judgement.render()


@pytest.mark.parametrize(
    "given", ["", "hello", "hello world", "mailto:a@example.org", "data:text/html,x"]
)
def test_what_has_no_host_is_refused_with_an_example(given: str) -> None:
    with pytest.raises(NotAUrlError, match=r"give a URL such as https://example\.org"):
        read_url(given)


def test_a_url_on_a_threat_list_says_so_and_scores_higher(
    detector: FusedDetector, tmp_path: Path
) -> None:
    own = tmp_path / "own.txt"
    own.write_text("bad.example\n")
    lookups = offline(threats=[{"name": "own", "path": str(own)}])

    listed = judge_url("https://www.bad.example/a", detector, lookups=lookups, now=NOW)
    unknown = judge_url("https://www.bad.example/a", detector, now=NOW)

    assert "ON A THREAT LIST: own" in listed.render()
    assert listed.to_json()["threats"]
    assert listed.features["Statistical_report"] == -1
    assert unknown.features["Statistical_report"] is None
    assert listed.verdict.probability >= unknown.verdict.probability


def test_without_lookups_the_judgement_says_that_nobody_was_asked(detector: FusedDetector) -> None:
    judgement = judge_url("https://example.org/", detector, now=NOW)

    assert judgement.findings is None
    assert "nobody was asked" in judgement.render()


@given(st.text(max_size=60))
def test_whatever_is_handed_over_is_read_or_refused(text: str) -> None:
    with suppress(NotAUrlError):
        assert read_url(text).host.name


def test_no_sign_of_a_stranger_steers_the_terminal(detector: FusedDetector) -> None:
    shown = judge_url("https://example.org/\x1b[2J\x07", detector, now=NOW).render()

    assert "\x1b" not in shown
    assert "\x07" not in shown
