import json

import pytest

from network_security.detection.url_text.expert import UrlTextExpert, serialise
from network_security.detection.url_text.export import expert_to_onnx
from network_security.detection.url_text.fitting import FittedExpert
from network_security.detection.url_text.manifest import ManifestError, UrlTextManifest


def manifest(digest: str) -> UrlTextManifest:
    return UrlTextManifest(
        digest=digest,
        features=("host_length",),
        ngrams={"shortest": 2, "longest": 4, "bits": 12},
        ensemble={"name": "linear", "weights": {"ngrams": 1.0}},
        thresholds={"0.01": 2.5},
        sources=[{"source": "mixed", "licence": "CC BY 4.0", "home": "", "phishing": 1}],
        training={"rows": 2},
        metrics={},
    )


def test_a_manifest_comes_back_from_json() -> None:
    plain = json.loads(json.dumps(manifest("0123").to_json()))

    assert UrlTextManifest.from_json(plain).to_json() == manifest("0123").to_json()


@pytest.mark.parametrize("plain", [{}, {**manifest("0123").to_json(), "colour": "blue"}])
def test_a_manifest_of_another_version_is_refused(plain: dict[str, object]) -> None:
    with pytest.raises(ManifestError, match="does not fit this version"):
        UrlTextManifest.from_json(plain)


def test_an_expert_knows_its_own_manifest_and_no_other(fitted: FittedExpert) -> None:
    model = serialise(expert_to_onnx(fitted, {}))
    digest = UrlTextExpert(model).digest

    own = UrlTextExpert(model, manifest(digest)).manifest
    assert own is not None
    assert own.thresholds == {"0.01": 2.5}
    with pytest.raises(ManifestError, match="its manifest says 4567: restore both"):
        UrlTextExpert(model, manifest("4567"))
