"""A fused detector of tiny models, fitted on made-up URLs and pages."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import ClassifierMixin

from network_security.detection.additive import sum_members
from network_security.detection.arrays import Codes, Ints
from network_security.detection.detector import Detector, Manifest
from network_security.detection.export import model_digest, to_onnx
from network_security.detection.fusion import FusedDetector, FusionManifest
from network_security.detection.fusion.weights import FusionWeights
from network_security.detection.url_text.expert import UrlTextExpert
from network_security.detection.url_text.fitting import LINEAR, UrlCandidateOptions, fit
from network_security.detection.url_text.ngrams import NgramOptions
from network_security.detection.url_text.training_table import UrlFitOptions
from network_security.detection.verdicts.conformal import Conformal, Quantiles
from network_security.evidence.phishing import SCHEMA

SET_ASIDE = (*SCHEMA.groups["url"], "SSLfinal_State")
WEIGHTS = FusionWeights(
    intercept=-0.25,
    url_text=0.9,
    features=0.4,
    readings={"age_of_domain": (0.8, -0.2), "web_traffic": (0.6, -0.5), "SFH": (0.7, -3.0)},
    set_aside=SET_ASIDE,
    relief=1.0,
)
FOLDS = 3


@pytest.fixture(scope="session")
def features(members: dict[str, ClassifierMixin]) -> Detector:
    model = to_onnx(
        sum_members(members, {"random_forest": 3.0, "ada_boost": 1.5}, bias=-2.0),
        SCHEMA.features, {},
    )  # fmt: skip
    manifest = Manifest.of(
        SCHEMA,
        detector="phishing",
        digest=model_digest(model),
        thresholds=dict.fromkeys(SCHEMA.tiers, 0.5),
        false_positive_rate=0.014,
        ensemble={},
        training={"simulated": True},
        metrics={},
    )
    return Detector(model.SerializeToString(deterministic=True), manifest)


@pytest.fixture(scope="session")
def url_text() -> UrlTextExpert:
    """Suspects logins at numbered hosts."""
    rows = [
        (f"http://login-{number}.test/verify", 1, "made_up", f"login-{number}.test")
        if number % 2
        else (f"http://garden{number}.example/", 0, "made_up", f"garden{number}.example")
        for number in range(60)
    ]
    frame = pd.DataFrame(rows, columns=["url", "label", "source", "domain"])
    options = UrlFitOptions(ngrams=NgramOptions(1, 3, 10), inner_folds=2)
    return UrlTextExpert.of(fit(frame, UrlCandidateOptions((LINEAR,)), {}, options))


@pytest.fixture(scope="session")
def manifest(features: Detector, url_text: UrlTextExpert) -> FusionManifest:
    return FusionManifest(
        detector="phishing",
        features_digest=features.manifest.digest,
        url_text_digest=url_text.digest,
        weights=WEIGHTS,
        prior=0.5,
        thresholds={"url": 0.7, "url_tls": 0.65, "url_page": 0.6, "all": 0.75},
        false_positive_rate=0.01,
        conformal=Conformal(0.95, dict.fromkeys(SCHEMA.tiers, Quantiles(0.3, 0.6))),
        sources=({"source": "made_up", "licence": "none", "home": "", "rows": 60},),
        metrics={},
    )


@pytest.fixture(scope="session")
def fused(features: Detector, url_text: UrlTextExpert, manifest: FusionManifest) -> FusedDetector:
    return FusedDetector(features, url_text, manifest)


@pytest.fixture(scope="session")
def rows(labelled: tuple[Codes, Ints]) -> tuple[pd.DataFrame, Codes]:
    """600 labelled URLs with their text's log-odds; of every second one more than that is known."""
    codes, labels = labelled
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "label": labels,
            "source": np.where(np.arange(len(labels)) % 2, "pages", "list"),
            "fold": np.arange(len(labels)) % FOLDS,
            "log_odds": rng.normal(2.0 * labels - 1.0, 1.5),
        }
    )
    known = codes.copy()
    known[::2, [column for column, name in enumerate(SCHEMA.features)
                if name not in SCHEMA.groups["url"]]] = SCHEMA.missing  # fmt: skip
    return table, known
