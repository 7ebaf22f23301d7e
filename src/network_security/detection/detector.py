"""The detector as it is served: one ONNX model and what is known about it, no pickle anywhere."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

import numpy as np
import onnxruntime
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from network_security.detection.arrays import Floats
from network_security.evidence.schema import EvidenceSchema

MAX_FEATURES: Final = 32
"""Two bits of a 64-bit number each, by which equal rows are found."""


class DetectorError(Exception):
    """A model that cannot be trusted, or evidence that it cannot read."""


@dataclass(frozen=True)
class Manifest:
    """What is known about a detector's model.

    Attributes:
        detector: its name, such as ``phishing``.
        digest: SHA-256 of the model's bytes, in hexadecimal.
        features: names of the model's input columns, in order.
        missing: the code for absent evidence.
        groups: features of each evidence group.
        tiers: groups of each evidence tier, poorest first.
        thresholds: probability at which each tier alerts.
        false_positive_rate: that the thresholds were chosen for, out of fold.
        ensemble: which ensemble the model is, and the weight of each member.
        training: what it was trained on: source, hash, rows, whether simulated, code version.
        metrics: its figures in short, by protocol and tier.
        conformal: when to answer "not sure", as `verdicts.conformal.Conformal.to_json` gives it;
            None in a manifest of before there was such an answer.
    """

    detector: str
    digest: str
    features: tuple[str, ...]
    missing: int
    groups: Mapping[str, tuple[str, ...]]
    tiers: Mapping[str, tuple[str, ...]]
    thresholds: Mapping[str, float]
    false_positive_rate: float
    ensemble: Mapping[str, Any]
    training: Mapping[str, Any]
    metrics: Mapping[str, Any]
    conformal: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, schema: EvidenceSchema, **known: Any) -> Self:
        """The manifest of a model that reads this schema's evidence; the other fields by name."""
        return cls(
            features=schema.features,
            missing=schema.missing,
            groups=schema.groups,
            tiers=schema.tiers,
            **known,
        )

    def to_json(self) -> dict[str, Any]:
        """The manifest as plain values."""
        return json.loads(json.dumps(vars(self), default=dict))  # type: ignore[no-any-return]

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """The manifest from plain values.

        Raises:
            DetectorError: a field is missing or unknown, or a tier has no threshold.
        """
        try:
            manifest = cls(**plain)
        except TypeError as error:
            raise DetectorError(f"the manifest does not fit this version: {error}") from error
        if unset := set(manifest.tiers) - set(manifest.thresholds):
            raise DetectorError(f"the manifest has no threshold for {', '.join(sorted(unset))}")
        nested = {
            name: {key: tuple(names) for key, names in getattr(manifest, name).items()}
            for name in ("groups", "tiers")
        }
        return cls(**{**plain, "features": tuple(manifest.features), **nested})


@dataclass(frozen=True)
class Verdicts:
    """What the detector says of each row of evidence; arrays are of shape (n_rows,).

    Attributes:
        probability: calibrated probability of phishing.
        decision: whether it reaches the operating point of the row's tier.
        tier: the richest evidence tier that the row can be said to hold.
        threshold: the operating point applied.
        detector: name of the detector.
        digest: SHA-256 of the model.
    """

    probability: Floats
    decision: NDArray[np.bool_]
    tier: NDArray[np.str_]
    threshold: Floats
    detector: str
    digest: str

    def to_frame(self) -> pd.DataFrame:
        """A row each: probability, decision, tier, threshold, detector, digest."""
        return pd.DataFrame(asdict(self))


class Detector:
    """Scores evidence with an ONNX model whose digest has been checked.

    Attributes:
        manifest: what is known about the model.
        model: its bytes.
    """

    def __init__(self, model: bytes, manifest: Manifest) -> None:
        """Check the model against its manifest and make it ready.

        Args:
            model: the ONNX model's bytes.
            manifest: what is known about it.

        Raises:
            DetectorError: the bytes are not those that the manifest describes, or the features are
                more than this class can tell apart.
        """
        digest = hashlib.sha256(model).hexdigest()
        if digest != manifest.digest:
            raise DetectorError(
                f"the {manifest.detector} model has digest {digest[:12]}, its manifest says "
                f"{manifest.digest[:12]}: restore both from the same training run"
            )
        if len(manifest.features) > MAX_FEATURES:
            raise DetectorError(
                f"the {manifest.detector} model has {len(manifest.features)} features, "
                f"more than {MAX_FEATURES}"
            )
        options = onnxruntime.SessionOptions()
        # Several threads would add up a row's trees in an order that depends on the batch.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self.manifest = manifest
        self.model = model
        position = {name: column for column, name in enumerate(manifest.features)}
        self._group_columns = {
            group: [position[name] for name in names] for group, names in manifest.groups.items()
        }
        self._tier_names = np.array(list(manifest.tiers))
        self._thresholds = np.array([manifest.thresholds[name] for name in manifest.tiers])
        self._session = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"]
        )

    def score(self, evidence: pd.DataFrame) -> Verdicts:
        """Judge rows of evidence; the same call in training, batch, stream and service.

        Equal rows are scored once. Each row's result is independent of the rows beside it, to the
        bit.

        Args:
            evidence: shape (n_rows, any); the model's features by name, others are ignored. A
                feature without a column, or with a null, is absent evidence.

        Raises:
            DetectorError: a value is not one of -1, 0 and 1, or a column stands there twice.
        """
        codes = self.codes(evidence)
        first, index = distinct_rows(codes)
        probability = self.probability(codes[first])[index]
        tier = self.tiers(codes[first])[index]
        return Verdicts(
            probability=probability,
            decision=probability >= self._thresholds[tier],
            tier=self._tier_names[tier],
            threshold=self._thresholds[tier],
            detector=self.manifest.detector,
            digest=self.manifest.digest,
        )

    def probability(self, codes: NDArray[np.int8]) -> Floats:
        """Probability of phishing for feature codes of shape (n_rows, n_features)."""
        # The model's own sigmoid rounds a row by its place in the batch.
        return np.asarray(expit(self.log_odds(codes)))

    def log_odds(self, codes: NDArray[np.int8]) -> Floats:
        """Log-odds of phishing for feature codes of shape (n_rows, n_features)."""
        (log_odds,) = self._session.run(["log_odds"], {"features": codes.astype(np.float32)})
        return np.asarray(log_odds[:, 0])

    def codes(self, evidence: pd.DataFrame) -> NDArray[np.int8]:
        """The rows as the model reads them, shape (n_rows, n_features), absent evidence coded.

        Raises:
            DetectorError: as `score`.
        """
        if not evidence.columns.is_unique:
            twice = evidence.columns[evidence.columns.duplicated()]
            raise DetectorError(f"the evidence has the column {twice[0]} more than once")
        known = evidence.reindex(columns=list(self.manifest.features))
        try:
            values = known.fillna(self.manifest.missing).to_numpy(dtype=np.float64)
        except (TypeError, ValueError):
            values = self._numbers(known)
        bad = ~np.isin(values, (self.manifest.missing, -1, 0, 1))
        if bad.any():
            row, column = np.argwhere(bad)[0]
            raise DetectorError(
                f"row {evidence.index[row]}, {self.manifest.features[column]}: "
                f"{known.iloc[row, column]!r} is not -1, 0 or 1; leave unknown evidence empty"
            )
        return values.astype(np.int8)

    def _numbers(self, known: pd.DataFrame) -> Floats:
        """Evidence that holds more than numbers; absent evidence coded, NaN for what is none."""
        numbers = known.astype(object).apply(pd.to_numeric, errors="coerce")
        coded = numbers.mask(known.isna(), self.manifest.missing)
        return np.asarray(coded, dtype=np.float64)

    def tiers(self, codes: NDArray[np.int8]) -> NDArray[np.int64]:
        """Position of the richest tier of which every evidence group has something known."""
        known = codes != self.manifest.missing
        supplied = {
            group: known[:, columns].any(axis=1) for group, columns in self._group_columns.items()
        }
        richest = np.zeros(len(codes), dtype=np.int64)
        for number, groups in enumerate(self.manifest.tiers.values()):
            richest[np.all([supplied[group] for group in groups], axis=0)] = number
        return richest


def distinct_rows(codes: NDArray[np.int8]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Positions of the distinct rows, and of each row among these."""
    # One number a row, equal exactly where rows are: two bits a feature.
    shifts = 2 * np.arange(codes.shape[1], dtype=np.uint64)
    packed: NDArray[np.uint64] = ((codes + 2).astype(np.uint64) << shifts).sum(axis=1)
    _, first, index = np.unique(packed, return_index=True, return_inverse=True)
    return first, index
