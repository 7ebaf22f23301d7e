from typing import Any

import numpy as np
import pandas as pd
import pytest

from network_security.detection.detector import Detector, DetectorError
from network_security.detection.fusion import FusionManifest
from network_security.detection.fusion.options import FusionOptions
from network_security.detection.url_text.expert import UrlTextExpert
from network_security.evidence.phishing import FEATURES, SCHEMA
from network_security.pipelines.fusion import create_pipeline, create_shipping_pipeline, nodes
from network_security.pretrained import load_detector, load_url_text
from network_security.training_sets.hannousse import ExternalSet

OPTIONS = FusionOptions(
    (*SCHEMA.groups["url"], "SSLfinal_State"), least_rows=5, false_positive_rate=0.1, copies=1
)
URLS = 120


@pytest.fixture(scope="module")
def out_of_fold() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    label = np.arange(URLS) % 2
    return pd.DataFrame(
        {
            "url": [f"http://site-{number}.test/" for number in range(URLS)],
            "label": label,
            "source": np.where(np.arange(URLS) < URLS // 2, "hannousse", "list"),
            "date": pd.NaT,
            "domain": [f"site-{number}.test" for number in range(URLS)],
            "fold": np.arange(URLS) // 2 % 3,
            "log_odds": rng.normal(3.0 * label - 1.5, 1.5),
        }
    )


@pytest.fixture(scope="module")
def pages(out_of_fold: pd.DataFrame) -> ExternalSet:
    """Of the first half of the URLs, whether a rank list has the site."""
    known = out_of_fold[: URLS // 2]
    features = pd.DataFrame(np.nan, index=known.index, columns=list(FEATURES))
    features["web_traffic"] = np.where(known["label"] == 1, -1.0, 1.0)
    table = pd.concat([known[["url", "label", "domain"]], features], axis="columns")
    return ExternalSet(extracted=table, published=table, sha256="0123")


@pytest.fixture(scope="module")
def rows(out_of_fold: pd.DataFrame, pages: ExternalSet) -> pd.DataFrame:
    return nodes.join(out_of_fold, pages)


@pytest.fixture(scope="module")
def detector() -> Detector:
    return load_detector()


@pytest.fixture(scope="module")
def url_text() -> UrlTextExpert:
    return load_url_text()


@pytest.fixture(scope="module")
def made(
    rows: pd.DataFrame, detector: Detector, url_text: UrlTextExpert
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A manifest and its metrics."""
    held_out = nodes.score_held_out(rows, detector, OPTIONS)
    metrics = nodes.measure(rows, held_out, OPTIONS)
    weights = nodes.fit(rows, detector, OPTIONS)
    manifest = nodes.write_manifest(weights, rows, held_out, metrics, detector, url_text, OPTIONS)
    return manifest, metrics


def test_urls_are_joined_with_what_is_known_of_their_pages(rows: pd.DataFrame) -> None:
    assert len(rows) == URLS
    assert (rows["Prefix_Suffix"] == -1).all()
    assert rows["web_traffic"].notna().sum() == URLS // 2
    assert rows["SFH"].isna().all()


def test_without_pages_it_says_where_they_are_had(out_of_fold: pd.DataFrame) -> None:
    with pytest.raises(nodes.NoPagesError, match=r"data\.mendeley\.com.*NETWORK_SECURITY_DATA"):
        nodes.join(out_of_fold, None)


def test_the_manifest_names_models_and_sources(
    made: tuple[dict[str, Any], dict[str, Any]], detector: Detector, url_text: UrlTextExpert
) -> None:
    manifest = FusionManifest.from_json(made[0])

    assert manifest.features_digest == detector.manifest.digest
    assert manifest.url_text_digest == url_text.digest
    assert manifest.weights.readings["web_traffic"][0] > 0
    assert [own["source"] for own in manifest.sources] == ["hannousse", "list"]
    assert manifest.sources[0]["licence"] == "CC BY 4.0"
    assert manifest.sources[0]["rows"] == {"phishing": URLS // 4, "legitimate": URLS // 4}
    assert manifest.metrics["url"]["fused"]["roc_auc"]["mean"] > 0.7


def test_what_does_not_fit_together_is_not_shipped(
    made: tuple[dict[str, Any], dict[str, Any]], detector: Detector, url_text: UrlTextExpert
) -> None:
    assert nodes.ship(made[0], "card", detector, url_text) == (made[0], "card")
    with pytest.raises(DetectorError, match="fitted for the URL text model 000000000000"):
        nodes.ship({**made[0], "url_text_digest": "0" * 64}, "card", detector, url_text)


def test_the_card_has_every_tier_weight_and_rule(
    made: tuple[dict[str, Any], dict[str, Any]], rows: pd.DataFrame
) -> None:
    rates = nodes.compare_rules(rows.assign(Prefix_Suffix=1), rows)

    card = nodes.write_card(*made, rates)

    for tier in SCHEMA.tiers:
        assert f"| `{tier}` |" in card
    assert "| `Prefix_Suffix` | 0.0% | 0.0% | 100.0% | 100.0% |" in card
    assert "| how much the site is visited | +" in card


def test_the_pipelines_need_what_others_make() -> None:
    data = {name for name in create_pipeline().inputs() if not name.startswith("params:")}

    assert data == {
        "url_text.out_of_fold",
        "phishing.external_set",
        "phishing.primary",
        "fusion.features",
        "fusion.url_text",
    }
    assert create_shipping_pipeline().outputs() == {
        "fusion.shipped_manifest",
        "fusion.shipped_card",
    }
