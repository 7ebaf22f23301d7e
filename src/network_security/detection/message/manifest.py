"""What is known about the message model; its weights are a few numbers and stand here as well."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from network_security.detection.detector import DetectorError
from network_security.detection.message.terms import TERMS
from network_security.detection.verdicts import Conformal

TIER = "message"
"""The one evidence tier of messages, by which conformal quantiles are kept."""


@dataclass(frozen=True)
class MessageManifest:
    """The model and what is known about it.

    Attributes:
        detector: its name.
        intercept: log-odds of a message that gives no reason, at equal prior.
        weights: log-odds by term, none negative.
        threshold: probability from which a message alerts.
        false_positive_rate: that the threshold was chosen for, out of fold.
        conformal: when to answer "not sure".
        links: name and digest of the URL detector whose log-odds the model was fitted with.
        training: what it was fitted on: sources with licence and home, number of messages.
        metrics: its figures, by what was left out.
        digest: SHA-256 of intercept, weights and threshold.
    """

    detector: str
    intercept: float
    weights: Mapping[str, float]
    threshold: float
    false_positive_rate: float
    conformal: Conformal
    links: Mapping[str, str]
    training: Mapping[str, Any]
    metrics: Mapping[str, Any]
    digest: str = ""

    def __post_init__(self) -> None:
        """Refuse weights that speak against phishing, or of terms that there are none.

        Raises:
            DetectorError: names the first.
        """
        for name, weight in self.weights.items():
            if name not in TERMS:
                raise DetectorError(f"the message model weighs {name!r}, which is no term of this "
                                    f"version: run the pipeline `message` again")  # fmt: skip
            if not weight >= 0:
                raise DetectorError(f"the weight of {name} is {weight}, must not be negative")
        if TIER not in self.conformal.tiers:
            raise DetectorError(f"the conformal quantiles lack the tier {TIER}")
        own = self.model_digest()
        if self.digest and self.digest != own:
            raise DetectorError(
                f"the message model has digest {own[:12]}, its manifest says {self.digest[:12]}: "
                "restore the manifest as the pipeline `message` wrote it"
            )
        object.__setattr__(self, "digest", own)

    def model_digest(self) -> str:
        """SHA-256 of what decides, in hexadecimal."""
        plain = [self.intercept, sorted(self.weights.items()), self.threshold]
        return hashlib.sha256(json.dumps(plain).encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """The manifest as plain values."""
        own = vars(self) | {"conformal": self.conformal.to_json()}
        return json.loads(json.dumps(own, default=dict))  # type: ignore[no-any-return]

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """The manifest from plain values.

        Raises:
            DetectorError: a field is missing or unknown, or its digest is not that of its weights.
        """
        try:
            return cls(**{**plain, "conformal": Conformal.from_json(plain["conformal"])})
        except (KeyError, TypeError, ValueError) as error:
            raise DetectorError(f"the manifest does not fit this version: {error}") from error
