"""Verdicts, sources and reports as they are drawn."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from network_security.evidence.phishing import extract
from network_security.pretrained import load_phishing
from network_security.serving.services.model_watch import describe, load_models
from network_security.serving.services.sources import SourceHealth
from network_security.serving.web import verdict_view
from network_security.serving.web.models import TITLES, as_html, facts_of, figures_of
from network_security.serving.web.overview import Pulse
from network_security.serving.web.reliability import SIDE, read_reliability
from network_security.serving.web.source_state import State, states

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://paypa1-secure.login.test/verify"


@pytest.mark.parametrize("name", list(TITLES))
def test_what_is_said_of_a_model_is_in_words_that_people_read(name: str) -> None:
    told = {each["name"]: each for each in describe(load_models(Path("nowhere")))}
    manifest = told[name]["manifest"]
    figures = figures_of(manifest.get("metrics") or {})
    said = [*(figures.columns if figures else ()), *(" ".join(each) for each in facts_of(manifest))]
    assert not [text for text in said if "_" in text or "ada boost" in text or "url" in text]


def test_bars_start_from_the_middle_and_the_longest_fills_its_half() -> None:
    features = {**extract(URL), "age_of_domain": -1, "DNSRecord": 1, "Page_Rank": 1}
    drawn = verdict_view.of_url(load_phishing().examine(URL, features))
    for pull in drawn.pulls:
        assert pull.start >= 0
        assert pull.start + pull.width <= 100
        assert pull.start == 50 if pull.kind == "up" else pull.start + pull.width == 50
    assert max(pull.width for pull in drawn.pulls) == 50
    assert drawn.lowest is not None
    assert drawn.highest is not None
    assert drawn.lowest <= 100 * drawn.probability <= drawn.highest


def test_what_is_drawn_adds_up_to_the_log_odds() -> None:
    verdict = load_phishing().examine(URL, extract(URL))
    drawn = verdict_view.of_url(verdict)
    total = sum(pull.log_odds for pull in drawn.pulls) + drawn.rest[1]
    assert total == pytest.approx(sum(each.log_odds for each in verdict.contributions))


@pytest.mark.parametrize(("threshold", "anchor"), [(0.9, "end"), (0.5, "middle"), (0.1, "start")])
def test_the_label_of_the_threshold_stays_on_the_scale(threshold: float, anchor: str) -> None:
    drawn = verdict_view.of_stored(0.95, threshold, "url", "phishing", [])
    assert (drawn.mark.place, drawn.mark.anchor) == (100 * threshold, anchor)


def test_evidence_says_what_was_observed_and_what_was_not() -> None:
    groups = {"dns": ["DNSRecord"], "threat_list": ["Statistical_report"]}
    known, unknown = verdict_view.evidence(groups, {"DNSRecord": 1, "Statistical_report": None})
    assert known.known == ("the host has a DNS record",)
    assert unknown.unknown == ("threat lists",)


def _health(rate: float | None, read: datetime | None) -> SourceHealth:
    return SourceHealth("a.log", "sshd", 100, 90, 10, rate, "", None, None, None, None, read)


def test_sources_that_fail_come_first_then_those_that_are_quiet() -> None:
    found = states(
        [
            _health(0.0, NOON),
            _health(0.0, NOON - timedelta(hours=3)),
            _health(0.1, NOON),
            _health(0.0, None),
        ],
        NOON,
    )
    assert [each.state for each in found] == [State.FAILING, State.QUIET, State.QUIET, State.GOOD]
    assert found[0].why == "10.0 % cannot be parsed"


def test_the_pulse_is_of_the_last_minute_and_starts_anew_when_counts_do() -> None:
    pulse = Pulse()
    assert pulse.rate(1000, NOON) is None
    assert pulse.rate(1100, NOON + timedelta(seconds=10)) == 10
    for seconds in range(20, 200, 10):
        rate = pulse.rate(1100 + seconds * 100, NOON + timedelta(seconds=seconds))
    assert rate == 100
    assert pulse.rate(5, NOON + timedelta(seconds=300)) is None


def test_a_report_is_drawn_with_what_is_stated_on_the_line() -> None:
    curve = {"probability": [0.1, 0.9], "frequency": [0.1, 0.8], "rows": [400, 100]}
    metrics = {"calibration": {"all": {"after": {"ece": 0.01, "reliability": curve}}}}
    drawn = read_reliability(metrics)
    first, second = drawn.dots
    assert first.x == SIDE - first.y
    assert second.y > SIDE - second.x
    assert first.radius > second.radius


def test_a_card_is_shown_without_html_or_styles_of_its_own() -> None:
    shown = as_html("# A\n\n<script>alert(1)</script>\n\n| a | b |\n| --- | ---: |\n| 1 | 2 |\n")
    assert "<script>" not in shown
    assert "style=" not in shown
    assert "<h2>A</h2>" in shown
    assert '<td class="number">2</td>' in shown
