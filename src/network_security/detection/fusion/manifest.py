"""What is known about a fused detector, kept beside the two models that it adds up."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self

from network_security.detection.detector import DetectorError
from network_security.detection.fusion.weights import FusionWeights
from network_security.detection.verdicts.conformal import Conformal

REPAIR: Final = "restore the files of one release, or run `kedro run --pipelines=fusion`"


@dataclass(frozen=True)
class FusionManifest:
    """What is known about a fused detector.

    Attributes:
        detector: its name, such as ``phishing``.
        features_digest: SHA-256 of the 30-feature model that was fused, in hexadecimal.
        url_text_digest: the same of the URL text model.
        weights: how much each part counts.
        prior: share of phishing at which probabilities are given, in (0, 1).
        thresholds: probability at which each evidence tier alerts.
        false_positive_rate: of legitimate URLs, that the thresholds were chosen for, out of fold.
        conformal: when to answer "not sure", by tier.
        sources: what the weights were fitted on: name, licence, home and rows of each.
        metrics: its figures by tier, beside those of the 30-feature detector.
    """

    detector: str
    features_digest: str
    url_text_digest: str
    weights: FusionWeights
    prior: float
    thresholds: Mapping[str, float]
    false_positive_rate: float
    conformal: Conformal
    sources: tuple[Mapping[str, Any], ...]
    metrics: Mapping[str, Any]

    def __post_init__(self) -> None:
        """Refuse a prior that is none, and tiers that are decided on but not answered for.

        Raises:
            DetectorError: the manifest is one of these.
        """
        if not 0 < self.prior < 1:
            raise DetectorError(f"the fusion's prior is {self.prior}, must be between 0 and 1")
        if missing := set(self.thresholds) - set(self.conformal.tiers):
            raise DetectorError(
                f"the fusion's manifest has no conformal quantiles for "
                f"{', '.join(sorted(missing))}: {REPAIR}"
            )

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the manifest's canonical JSON: it changes with either model and any weight."""
        canonical = json.dumps(
            self.to_json(), sort_keys=True, separators=(",", ":"), allow_nan=False
        )
        return hashlib.sha256(canonical.encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """The manifest as plain values."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        plain |= {"weights": self.weights.to_json(), "conformal": self.conformal.to_json()}
        return json.loads(json.dumps(plain, default=dict))  # type: ignore[no-any-return]

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """The manifest from plain values.

        Raises:
            DetectorError: a field is missing, unknown or none of its kind.
        """
        try:
            return cls(
                **{
                    **plain,
                    "weights": FusionWeights.from_json(plain["weights"]),
                    "conformal": Conformal.from_json(plain["conformal"]),
                    "sources": tuple(plain["sources"]),
                }
            )
        except (KeyError, TypeError, ValueError) as error:
            raise DetectorError(
                f"the fusion's manifest does not fit this version ({error}): {REPAIR}"
            ) from error
