"""The expert's manifest, and the check that it may ship."""

from dataclasses import asdict, dataclass
from typing import Any, Final

import onnx
import pandas as pd

import network_security
from network_security.detection.url_text.evaluation import FALSE_POSITIVE_RATE
from network_security.detection.url_text.expert import UrlTextExpert, serialise
from network_security.detection.url_text.lexical import FEATURES
from network_security.detection.url_text.manifest import UrlTextManifest
from network_security.detection.url_text.training_table import UrlFitOptions
from network_security.training_sets.urls.published import PHISHING

THRESHOLD_RATES: Final = (0.001, 0.005, FALSE_POSITIVE_RATE, 0.05)
"""Shares of legitimate URLs that the manifest names a threshold for."""

SHOWN: Final = (
    "roc_auc",
    "roc_auc_with_path",
    "roc_auc_without_path",
    "roc_auc_matched",
    "recall",
    "ece",
)
"""Figures that the manifest holds; the report has all of them."""


@dataclass(frozen=True)
class ShippingOptions:
    """What an expert that ships must keep to.

    Attributes:
        max_bytes: largest model.
        sources: lists that it must have been trained on, by their short names.
    """

    max_bytes: int
    sources: tuple[str, ...]


class UnfitToShipError(Exception):
    """The expert must not be given to others."""


def write_manifest(
    metrics: dict[str, Any], scored: pd.DataFrame, fitting: UrlFitOptions
) -> dict[str, Any]:
    """What whoever serves the model needs to know about it.

    Args:
        metrics: as `measure` gives them.
        scored: the out-of-fold log-odds, which the thresholds are taken from.
        fitting: options of the fit.
    """
    legitimate = scored["log_odds"][scored["label"] != PHISHING]
    data = metrics["data"]
    return UrlTextManifest(
        digest=metrics["model"]["digest"],
        features=FEATURES,
        ngrams=asdict(fitting.ngrams),
        ensemble=metrics["ensemble"],
        thresholds={f"{rate:g}": float(legitimate.quantile(1 - rate)) for rate in THRESHOLD_RATES},
        sources=data["sources"],
        training={
            "rows": data["rows"],
            "sha256": data["sha256"],
            "simulated": False,
            "version": network_security.__version__,
        },
        metrics={
            protocol: {
                subject: {
                    name: {"mean": own[name]["mean"], "std": own[name]["std"]} for name in SHOWN
                }
                for subject, own in subjects.items()
            }
            for protocol, subjects in metrics["protocols"].items()
        },
    ).to_json()


def ship(
    model: onnx.ModelProto, manifest: dict[str, Any], card: str, options: ShippingOptions
) -> tuple[onnx.ModelProto, dict[str, Any], str]:
    """The model, its manifest and its card, once they are found fit.

    Raises:
        UnfitToShipError: the model is too large, or was not trained on every list it should be.
        ManifestError: model and manifest are of different trainings.
    """
    missing = set(options.sources) - {own["source"] for own in manifest["sources"]}
    if missing:
        raise UnfitToShipError(
            f"the URL text expert was trained without {', '.join(sorted(missing))}: put the lists "
            "into data/01_raw, or name their folder in NETWORK_SECURITY_DATA, and train again"
        )
    if model.ByteSize() > options.max_bytes:
        raise UnfitToShipError(
            f"the URL text model has {model.ByteSize():,} bytes, more than {options.max_bytes:,}: "
            "train with fewer n-gram columns or smaller trees (conf/base/parameters/url_text.yml)"
        )
    UrlTextExpert(serialise(model), UrlTextManifest.from_json(manifest))
    return model, manifest, card
