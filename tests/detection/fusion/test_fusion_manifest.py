import json
from dataclasses import replace

import pytest

from network_security.detection.detector import DetectorError
from network_security.detection.fusion import FusionManifest
from network_security.detection.fusion.weights import FusionWeights


def test_a_manifest_is_the_same_after_it_was_kept(manifest: FusionManifest) -> None:
    kept = FusionManifest.from_json(json.loads(json.dumps(manifest.to_json())))

    assert kept.to_json() == manifest.to_json()
    assert kept.digest == manifest.digest


@pytest.mark.parametrize(
    "change",
    [
        {"features_digest": "0" * 64},
        {"url_text_digest": "0" * 64},
        {"prior": 0.1},
        {"thresholds": {"url": 0.1, "url_tls": 0.1, "url_page": 0.1, "all": 0.1}},
    ],
)
def test_its_digest_changes_with_all_that_changes_a_verdict(
    manifest: FusionManifest, change: dict[str, object]
) -> None:
    assert replace(manifest, **change).digest != manifest.digest  # type: ignore[arg-type]


@pytest.mark.parametrize("field", ["weights", "conformal", "sources", "prior"])
def test_a_manifest_that_lacks_something_is_refused(manifest: FusionManifest, field: str) -> None:
    plain = manifest.to_json()
    del plain[field]

    with pytest.raises(DetectorError, match="does not fit this version"):
        FusionManifest.from_json(plain)


def test_a_prior_that_is_no_share_is_refused(manifest: FusionManifest) -> None:
    with pytest.raises(DetectorError, match=r"prior is 1\.0, must be between 0 and 1"):
        replace(manifest, prior=1.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"url_text": -1.0}, "url_text is -1.0, must not be negative"),
        ({"relief": -1.0}, "relief is -1.0, must not be negative"),
        ({"readings": {"SFH": (-0.1, 0.0)}}, "readings of SFH"),
        ({"readings": {"SFH": (0.1, 0.1)}}, "readings of SFH"),
    ],
)
def test_weights_under_which_suspicion_clears_are_refused(
    manifest: FusionManifest, change: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        FusionWeights.from_json({**manifest.weights.to_json(), **change})
