from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logit

from network_security.detection.detector import Detector, DetectorError
from network_security.detection.fusion import FusedDetector, FusionManifest
from network_security.detection.fusion.evidence import SiteEvidence
from network_security.detection.url_text.expert import UrlTextExpert
from network_security.detection.verdicts.phrases import BEYOND_THE_SENDER
from network_security.evidence.phishing import FEATURES, SCHEMA

URLS = st.one_of(
    st.sampled_from(["http://login-7.test/verify", "http://garden2.example/", ""]),
    st.text(max_size=60),
)
EVIDENCE = st.fixed_dictionaries({name: st.sampled_from([-1, 0, 1, None]) for name in FEATURES})
BATCHES = st.lists(st.tuples(URLS, EVIDENCE), min_size=1, max_size=12)


def one(fused: FusedDetector, url: str, **evidence: int | None) -> float:
    """The log-odds of one URL."""
    frame = pd.DataFrame([evidence], columns=list(FEATURES))
    return float(logit(fused.score([url], frame).probability[0]))


@given(BATCHES)
@settings(max_examples=30, deadline=None)
def test_a_row_s_verdict_is_its_own_to_the_bit(
    fused: FusedDetector, batch: list[tuple[str, dict[str, int | None]]]
) -> None:
    urls, evidence = [url for url, _ in batch], [own for _, own in batch]

    together = fused.score(urls, pd.DataFrame(evidence)).to_frame()

    alone = [
        fused.score([url], pd.DataFrame([own])).to_frame()
        for url, own in zip(urls, evidence, strict=True)
    ]
    pd.testing.assert_frame_equal(together, pd.concat(alone, ignore_index=True), check_exact=True)


def test_the_log_odds_are_the_sum_of_the_parts(
    fused: FusedDetector, features: Detector, url_text: UrlTextExpert
) -> None:
    url = "http://login-7.test/verify"
    weights = fused.manifest.weights
    known = pd.DataFrame([{"age_of_domain": -1}], columns=list(FEATURES))
    nothing = pd.DataFrame([{}], columns=list(FEATURES))
    adds = logit(features.score(known).probability) - logit(features.score(nothing).probability)

    expected = weights.intercept + weights.url_text * url_text.score([url])[0]
    assert one(fused, url) == pytest.approx(expected)
    expected += weights.features * adds[0] + weights.readings["age_of_domain"][0]
    assert one(fused, url, age_of_domain=-1) == pytest.approx(expected)


def test_what_is_set_aside_changes_no_probability(fused: FusedDetector) -> None:
    suspicious = dict.fromkeys(fused.manifest.weights.set_aside, -1)

    assert one(fused, "http://a.test/", **suspicious) == one(fused, "http://a.test/")


@given(URLS, EVIDENCE)
@settings(max_examples=60, deadline=None)
def test_a_sender_s_own_evidence_clears_no_more_than_the_relief(
    fused: FusedDetector, url: str, evidence: dict[str, int | None]
) -> None:
    beyond = {name: code for name, code in evidence.items() if name in BEYOND_THE_SENDER}

    cleared = one(fused, url, **beyond) - one(fused, url, **evidence)

    assert cleared <= fused.manifest.weights.relief + 1e-9


def test_at_a_lower_prior_the_probability_is_lower_and_the_order_the_same(
    features: Detector, url_text: UrlTextExpert, manifest: FusionManifest, fused: FusedDetector
) -> None:
    rare = FusedDetector(features, url_text, replace(manifest, prior=0.001))

    difference = one(fused, "http://a.test/") - one(rare, "http://a.test/")

    assert difference == pytest.approx(-logit(0.001))


@pytest.mark.parametrize("tier", SCHEMA.tiers)
def test_a_tier_s_threshold_decides(fused: FusedDetector, tier: str) -> None:
    names = [name for group in SCHEMA.tiers[tier] for name in SCHEMA.groups[group]]
    evidence = pd.DataFrame([dict.fromkeys(names, 1)])

    verdicts = fused.score(["http://garden2.example/"], evidence)

    assert verdicts.tier[0] == tier
    assert verdicts.threshold[0] == fused.manifest.thresholds[tier]
    assert verdicts.decision[0] == (verdicts.probability[0] >= verdicts.threshold[0])


def test_a_url_is_known_even_where_its_features_are_not_extracted(fused: FusedDetector) -> None:
    names = [name for group in ("http", "page") for name in SCHEMA.groups[group]]

    verdicts = fused.score(["http://a.test/"], pd.DataFrame([dict.fromkeys(names, 1)]))

    assert verdicts.tier[0] == "url_page"


def test_no_rows_have_no_verdicts(fused: FusedDetector) -> None:
    assert len(fused.score([], pd.DataFrame()).probability) == 0


def test_the_verdicts_name_the_whole(fused: FusedDetector, manifest: FusionManifest) -> None:
    verdicts = fused.score(["http://a.test/"], pd.DataFrame(index=[0]))

    assert (verdicts.detector, verdicts.digest) == ("phishing", manifest.digest)


def test_urls_and_evidence_must_be_as_many(fused: FusedDetector) -> None:
    with pytest.raises(DetectorError, match="2 URLs and 1 rows of evidence: each URL needs"):
        fused.score(["http://a.test/", "http://b.test/"], pd.DataFrame(index=[0]))


def test_what_is_no_text_is_no_url(fused: FusedDetector) -> None:
    with pytest.raises(DetectorError, match="URL 1 is nan, must be text"):
        fused.score(["http://a.test/", np.nan], pd.DataFrame(index=[0, 1]))  # type: ignore[list-item]


@pytest.mark.parametrize("field", ["features_digest", "url_text_digest"])
def test_models_of_another_fusion_are_refused(
    features: Detector, url_text: UrlTextExpert, manifest: FusionManifest, field: str
) -> None:
    other = replace(manifest, **{field: "0" * 64})

    with pytest.raises(DetectorError, match=r"0{12}, this one is .*: restore the files of one"):
        FusedDetector(features, url_text, other)


def test_a_fusion_of_other_tiers_or_features_is_refused(
    features: Detector, url_text: UrlTextExpert, manifest: FusionManifest
) -> None:
    poorer = replace(manifest, thresholds={"url": 0.5, "url_tls": 0.5, "url_page": 0.5})
    stranger = replace(
        manifest, weights=replace(manifest.weights, readings={"moon_phase": (1.0, 0.0)})
    )

    with pytest.raises(DetectorError, match="no threshold for all"):
        FusedDetector(features, url_text, poorer)
    with pytest.raises(DetectorError, match="weighs moon_phase, which the detector does not know"):
        FusedDetector(features, url_text, stranger)


def test_the_leaves_say_what_the_served_sum_says(fused: FusedDetector) -> None:
    rng = np.random.default_rng(3)
    codes = rng.choice(np.array([-2, -1, 0, 1], dtype=np.int8), size=(50, len(FEATURES)))
    site: SiteEvidence = fused.evidence
    leaves = site.leaves()

    assert [leaves.log_odds(row) for row in codes] == pytest.approx(
        site.uncapped(codes).tolist(), abs=1e-5
    )
