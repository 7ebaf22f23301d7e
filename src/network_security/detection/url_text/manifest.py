"""What is known about a URL text model, kept beside it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self


class ManifestError(ValueError):
    """A manifest that is not one of this version, or not that of the model beside it."""


@dataclass(frozen=True)
class UrlTextManifest:
    """What is known about the model.

    Attributes:
        digest: SHA-256 of the model's bytes, in hexadecimal.
        features: names of the counts that it reads, in order.
        ngrams: which n-grams it reads: ``shortest``, ``longest``, ``bits``.
        ensemble: which candidate it is (``name``), and the ``weights`` of its members.
        thresholds: log-odds that a share of legitimate URLs reaches out of fold, by that share
            (``"0.01"``).
        sources: the lists that it was trained on, each with its ``source``, ``licence``, ``home``
            and the ``rows`` of either class.
        training: digest of the training rows, how many there are, and the code's version.
        metrics: its figures by protocol, each with mean and standard deviation over folds.
    """

    digest: str
    features: Sequence[str]
    ngrams: Mapping[str, int]
    ensemble: Mapping[str, Any]
    thresholds: Mapping[str, float]
    sources: Sequence[Mapping[str, Any]]
    training: Mapping[str, Any]
    metrics: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """The manifest as plain values."""
        return json.loads(json.dumps(asdict(self)))  # type: ignore[no-any-return]

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """The manifest from plain values.

        Raises:
            ManifestError: a field is missing or unknown.
        """
        try:
            return cls(**plain)
        except TypeError as error:
            raise ManifestError(
                f"the URL text model's manifest does not fit this version: {error}"
            ) from error

    def check(self, digest: str) -> None:
        """Refuse another model than the one described.

        Args:
            digest: of the model's bytes.

        Raises:
            ManifestError: it is another's.
        """
        if digest != self.digest:
            raise ManifestError(
                f"the URL text model has digest {digest[:12]}, its manifest says "
                f"{self.digest[:12]}: restore both from the same training run"
            )
