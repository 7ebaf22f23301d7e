"""A detector of tiny members, in its serving format."""

import pytest
from sklearn.base import ClassifierMixin

from network_security.detection.additive import sum_members
from network_security.detection.detector import Detector, Manifest
from network_security.detection.export import model_digest, to_onnx
from network_security.detection.verdicts import Examiner
from network_security.detection.verdicts.conformal import Conformal, Quantiles
from network_security.detection.verdicts.leaves import Leaves
from network_security.evidence import SCHEMAS

SCHEMA = SCHEMAS["phishing"]
WEIGHTS = {"random_forest": 3.0, "ada_boost": 1.5, "gradient_boosting": 0.5}


@pytest.fixture(scope="session")
def served(members: dict[str, ClassifierMixin]) -> tuple[bytes, Manifest]:
    """A model's bytes and its manifest."""
    model = to_onnx(sum_members(members, WEIGHTS, bias=-2.5), SCHEMA.features, {})
    manifest = Manifest.of(
        SCHEMA,
        detector="phishing",
        digest=model_digest(model),
        thresholds={"url": 0.55, "url_tls": 0.6, "url_page": 0.6, "all": 0.7},
        false_positive_rate=0.014,
        ensemble={},
        training={"simulated": True},
        metrics={},
    )
    return model.SerializeToString(deterministic=True), manifest


@pytest.fixture(scope="session")
def detector(served: tuple[bytes, Manifest]) -> Detector:
    return Detector(*served)


@pytest.fixture(scope="session")
def leaves(served: tuple[bytes, Manifest]) -> Leaves:
    return Leaves.read(served[0])


@pytest.fixture(scope="session")
def conformal() -> Conformal:
    return Conformal(0.95, dict.fromkeys(SCHEMA.tiers, Quantiles(0.3, 0.6)))


@pytest.fixture(scope="session")
def examiner(detector: Detector, conformal: Conformal) -> Examiner:
    return Examiner(detector, conformal)
