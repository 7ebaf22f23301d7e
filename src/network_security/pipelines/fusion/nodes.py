"""Joins what is known of URLs, fits the fusion, measures it and describes it."""

from typing import Any, Final

import pandas as pd

from network_security.detection.arrays import Codes
from network_security.detection.detector import Detector
from network_security.detection.fusion.detector import FusedDetector
from network_security.detection.fusion.evaluation import (
    conformal,
    held_out_log_odds,
    measure_fusion,
    operating_points,
)
from network_security.detection.fusion.fitting import fit_weights
from network_security.detection.fusion.manifest import FusionManifest
from network_security.detection.fusion.options import FusionOptions
from network_security.detection.fusion.weights import FusionWeights
from network_security.detection.masking import EvidenceLayout
from network_security.detection.url_text.expert import UrlTextExpert
from network_security.evidence.phishing import EVIDENCE_GROUPS, FEATURES, SCHEMA, extract
from network_security.reports.fusion_card import fusion_card, rule_rates
from network_security.training_sets.hannousse import CITATION, HOME, LICENCE, ExternalSet
from network_security.training_sets.urls.published import PUBLISHED

OTHER_LIST: Final = "Statistical_report"
"""In the pages at hand it says that an address had much phishing, which many sites may share; an
operator's threat list names what is bad itself."""

DESCRIBED = ["url", "label", "source", "domain", "fold", "log_odds"]


class NoPagesError(ValueError):
    """There is no evidence beyond URLs to fit a fusion on."""


def join(out_of_fold: pd.DataFrame, external_set: ExternalSet | None) -> pd.DataFrame:
    """Every URL with its text's log-odds and the 30 features, as far as they are known.

    Raises:
        NoPagesError: the set of pages is not at hand.
    """
    if external_set is None:
        raise NoPagesError(
            f"a fusion is fitted on pages of which more than the URL is known: put {CITATION} "
            f"({HOME}, {LICENCE}) into data/01_raw, or name its folder in NETWORK_SECURITY_DATA"
        )
    pages = external_set.extracted.drop_duplicates("url").set_index("url")
    of_url = list(EVIDENCE_GROUPS["url"])
    features = pd.DataFrame(
        [extract(url) for url in out_of_fold["url"]],
        index=out_of_fold.index,
        columns=list(FEATURES),
    ).astype("float64")
    there = out_of_fold["url"].isin(pages.index)
    beyond = [name for name in FEATURES if name not in (*of_url, OTHER_LIST)]
    features.loc[there, beyond] = pages.loc[out_of_fold["url"][there], beyond].to_numpy()
    return pd.concat([out_of_fold[DESCRIBED], features], axis="columns")


def score_held_out(rows: pd.DataFrame, detector: Detector, options: FusionOptions) -> pd.DataFrame:
    """Every row at every tier, by weights fitted on the other folds."""
    return held_out_log_odds(rows, _codes(rows, detector), detector, _layout(), options)


def fit(rows: pd.DataFrame, detector: Detector, options: FusionOptions) -> dict[str, Any]:
    """The weights, fitted on all rows."""
    codes = _codes(rows, detector)
    return fit_weights(rows, codes, detector, _layout(), options).to_json()


def measure(rows: pd.DataFrame, held_out: pd.DataFrame, options: FusionOptions) -> dict[str, Any]:
    """The fused detector's figures, beside those of its parts."""
    return {
        **measure_fusion(held_out, options),
        "false_positive_rate": options.false_positive_rate,
        "coverage": options.coverage,
        "domains": int(rows["domain"].nunique()),
        "folds": int(rows["fold"].nunique()),
    }


def write_manifest(
    weights: dict[str, Any],
    rows: pd.DataFrame,
    held_out: pd.DataFrame,
    metrics: dict[str, Any],
    features: Detector,
    url_text: UrlTextExpert,
    options: FusionOptions,
) -> dict[str, Any]:
    """What whoever serves the three together needs to know."""
    return FusionManifest(
        detector=features.manifest.detector,
        features_digest=features.manifest.digest,
        url_text_digest=url_text.digest,
        weights=FusionWeights.from_json(weights),
        prior=options.prior,
        thresholds=operating_points(held_out, options),
        false_positive_rate=options.false_positive_rate,
        conformal=conformal(held_out, options),
        sources=_sources(rows),
        metrics=_in_short(metrics),
    ).to_json()


def compare_rules(primary: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """How often each URL feature takes each value, where the detector learnt and on real URLs."""
    return rule_rates(primary, rows)


def write_card(manifest: dict[str, Any], metrics: dict[str, Any], rates: pd.DataFrame) -> str:
    """What a person should know of the fused detector before trusting it."""
    return fusion_card(manifest, metrics, rates)


def ship(
    manifest: dict[str, Any], card: str, features: Detector, url_text: UrlTextExpert
) -> tuple[dict[str, Any], str]:
    """The manifest and its card, once the three are found to fit together.

    Raises:
        DetectorError: the fusion was fitted for other models than these.
    """
    FusedDetector(features, url_text, FusionManifest.from_json(manifest))
    return manifest, card


def _layout() -> EvidenceLayout:
    return EvidenceLayout.of(SCHEMA)


def _codes(rows: pd.DataFrame, detector: Detector) -> Codes:
    return detector.codes(rows[list(FEATURES)])


def _sources(rows: pd.DataFrame) -> tuple[dict[str, Any], ...]:
    """Each list that the weights were fitted on, with its terms and its rows of either class."""
    known = {own.source: own for own in PUBLISHED}
    sources = []
    for source in sorted(rows["source"].unique()):
        label = rows["label"][rows["source"] == source]
        described = known.get(source)
        sources.append(
            {
                "source": source,
                "licence": described.licence if described else "",
                "home": described.home if described else "",
                "rows": {
                    "phishing": int((label == 1).sum()),
                    "legitimate": int((label == 0).sum()),
                },
            }
        )
    return tuple(sources)


def _in_short(metrics: dict[str, Any]) -> dict[str, Any]:
    """The figures by tier and judge, without the folds."""
    return {
        tier: {
            judge: {
                name: {"mean": figure["mean"], "std": figure["std"]} for name, figure in own.items()
            }
            for judge, own in figures.items()
            if judge != "rows"
        }
        for tier, figures in metrics["tiers"].items()
    }
