from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logit

from network_security.detection.fusion import FusedDetector
from network_security.detection.fusion.examining import RELIEF, URL_TEXT
from network_security.detection.verdicts.phrases import PHRASES
from network_security.evidence.phishing import FEATURES

URLS = st.sampled_from(["http://login-7.test/verify", "http://garden2.example/", "", "?#\x1b[0m"])
EVIDENCE = st.fixed_dictionaries({name: st.sampled_from([-1, 0, 1, None]) for name in FEATURES})


@given(URLS, EVIDENCE)
@settings(max_examples=25, deadline=None)
def test_the_figures_are_those_of_the_score_to_the_bit(
    fused: FusedDetector, url: str, evidence: dict[str, int | None]
) -> None:
    scored = fused.score([url], pd.DataFrame([evidence]))

    verdict = fused.examine(url, evidence)

    assert verdict.probability == scored.probability[0]
    assert verdict.decision == scored.decision[0]
    assert (verdict.tier, verdict.threshold) == (scored.tier[0], scored.threshold[0])
    assert (verdict.url, verdict.digest) == (url, scored.digest)


@given(URLS, EVIDENCE)
@settings(max_examples=25, deadline=None)
def test_contributions_add_up_to_the_probability(
    fused: FusedDetector, url: str, evidence: dict[str, int | None]
) -> None:
    verdict = fused.examine(url, evidence)

    total = verdict.nothing_known + sum(each.log_odds for each in verdict.contributions)
    assert total == pytest.approx(logit(verdict.probability), abs=1e-5)


def test_the_url_s_text_is_a_reason_and_has_pieces(fused: FusedDetector) -> None:
    verdict = fused.examine("http://login-7.test/verify", {"having_IP_Address": -1})

    (text,) = verdict.contributions
    assert (text.feature, text.group, text.value) == (URL_TEXT, "url", None)
    slope = fused.manifest.weights.url_text
    told = fused.url_text.pieces("http://login-7.test/verify", most=5)
    assert [piece.log_odds for piece in verdict.pieces] == [slope * own.log_odds for own in told]
    assert verdict.pieces


def test_what_a_sender_s_evidence_is_not_believed_is_told(fused: FusedDetector) -> None:
    verdict = fused.examine("http://login-7.test/verify", {"SFH": 1})

    (held_back,) = (own for own in verdict.contributions if own.feature == RELIEF)
    assert held_back.log_odds > 0


@pytest.mark.parametrize("unknown", [("SFH", "age_of_domain"), ("SFH", "web_traffic", "Iframe")])
def test_bounds_are_the_extremes_of_all_completions(
    fused: FusedDetector, unknown: tuple[str, ...]
) -> None:
    url = "http://login-7.test/verify"
    known: dict[str, int | None] = dict.fromkeys(FEATURES, 1) | dict.fromkeys(unknown)
    completions = [
        known | dict(zip(unknown, codes, strict=True))
        for codes in product(*(PHRASES[name].codes for name in unknown))
    ]
    scored = fused.score([url] * len(completions), pd.DataFrame(completions))

    bounds = fused.examine(url, known).bounds

    assert bounds.exact
    assert bounds.lowest == pytest.approx(scored.probability.min())
    assert bounds.highest == pytest.approx(max(scored.probability.max(), bounds.highest))
    assert bounds.highest in {*scored.probability, fused.examine(url, known).probability}


def test_only_what_could_tell_something_is_to_be_looked_up(fused: FusedDetector) -> None:
    groups = {each.group for each in fused.examine("http://a.test/", {}).next_evidence}

    assert {"page", "registration", "reputation"} <= groups
    assert groups.isdisjoint({"url", "tls"})


def test_a_flip_names_features_that_are_read(fused: FusedDetector) -> None:
    rng = np.random.default_rng(1)
    for _ in range(30):
        codes = rng.choice([-1, 1], size=len(FEATURES)).tolist()
        verdict = fused.examine("http://site.test/", dict(zip(FEATURES, codes, strict=True)))
        if verdict.smallest_flip:
            changed = {change.feature for change in verdict.smallest_flip.changes}
            assert changed.isdisjoint(fused.manifest.weights.set_aside)
            return
    pytest.fail("no decision could be turned round")
