"""A verdict's receipt: all that it was made of, hashed, so that it can be made again.

It holds the input itself and names the models by digest. `verify` says whether a receipt is as it
was written, `replay` whether the same input and models give the same verdict today.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol, Self

import pandas as pd

from network_security.alerts.canonical import canonical_json, sha256
from network_security.detection.detector import Detector, Verdicts
from network_security.detection.message import MessageDetector

OUTCOME = ("probability", "decision", "tier", "threshold")
"""What of a verdict has to come out again."""
OPEN = ("features", "models", "configuration")
"""The parts that are stored as JSON."""


class Scorer(Protocol):
    """What judges URLs with evidence; each row's result is independent of its neighbours."""

    def score(self, urls: Sequence[str], evidence: pd.DataFrame) -> Verdicts:
        """Return a verdict a URL."""


@dataclass(frozen=True)
class FeatureScorer:
    """A detector that reads the evidence only."""

    detector: Detector

    def score(self, urls: Sequence[str], evidence: pd.DataFrame) -> Verdicts:
        """Return a verdict a row of evidence."""
        return self.detector.score(evidence)


@dataclass(frozen=True)
class MessageScorer:
    """The detector of messages, whose evidence is what it read of one and of its links."""

    detector: MessageDetector

    def score(self, urls: Sequence[str], evidence: pd.DataFrame) -> Verdicts:
        """Return a verdict a row of evidence, of the columns `MessageDetector.rows` gives."""
        rows = [
            {str(name): None if pd.isna(value) else float(value) for name, value in row.items()}
            for row in evidence.to_dict("records")
        ]
        return self.detector.score_rows(rows).verdicts()


@dataclass(frozen=True)
class Receipt:
    """What a verdict was made of.

    Attributes:
        subject: The URL, message or host that was judged.
        features: The evidence, None for what was not known; None where it was not kept.
        models: SHA-256 of each model by name; ``""`` is the name of the one that answers.
        configuration: The options that it was made with.
        probability, decision, tier, threshold: What came out.
        hashes: Of ``input``, ``features``, ``models``, ``configuration`` and ``outcome``.
    """

    subject: str
    features: Mapping[str, float | None] | None
    models: Mapping[str, str]
    configuration: Mapping[str, Any]
    probability: float
    decision: bool
    tier: str
    threshold: float
    hashes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Hash the parts, unless the hashes came with them."""
        if not self.hashes:
            object.__setattr__(self, "hashes", hashes_of(self))

    def to_document(self) -> dict[str, Any]:
        """Return the receipt as every store keeps it."""
        document = asdict(self)
        # Names in these may be any text; those of a document's fields may not.
        for name in OPEN:
            document[name] = canonical_json(document[name]).decode()
        return document

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Return the receipt that a document holds."""
        return cls(**{**document, **{name: json.loads(document[name]) for name in OPEN}})


@dataclass(frozen=True)
class Difference:
    """One thing that is not as the receipt says.

    Attributes:
        what: Its name.
        was: By the receipt.
        is_: Now.
    """

    what: str
    was: Any
    is_: Any

    def __str__(self) -> str:
        return f"{self.what} was {self.was!r}, is {self.is_!r}"


@dataclass(frozen=True)
class Replay:
    """What came of making a verdict again.

    Attributes:
        differences: Empty where all is equal, to the bit.
        recomputed: Whether the models were there to make it again.
    """

    differences: tuple[Difference, ...]
    recomputed: bool

    @property
    def equal(self) -> bool:
        """Whether the same verdict came out."""
        return self.recomputed and not self.differences


def hashes_of(receipt: Receipt) -> dict[str, str]:
    """Return the SHA-256 of each part of a receipt."""
    return {
        "input": sha256(receipt.subject),
        "features": sha256(receipt.features),
        "models": sha256(receipt.models),
        "configuration": sha256(receipt.configuration),
        "outcome": sha256({name: getattr(receipt, name) for name in OUTCOME}),
    }


def verify(receipt: Receipt) -> tuple[Difference, ...]:
    """Return the parts of a receipt that were changed after it was written."""
    now = hashes_of(receipt)
    return tuple(
        Difference(f"SHA-256 of the {part}", receipt.hashes.get(part), now[part])
        for part in now
        if receipt.hashes.get(part) != now[part]
    )


def replay(receipt: Receipt, scorer: Scorer) -> Replay:
    """Judge a receipt's input again, and compare.

    With another model nothing is judged: that its answer differs would say nothing.

    Args:
        receipt: What was judged.
        scorer: Judges; should be of the models that the receipt names.
    """
    changed = verify(receipt)
    if receipt.features is None:
        return Replay((*changed, Difference("input", "not kept", None)), recomputed=False)
    evidence = pd.DataFrame([dict(receipt.features)])
    verdicts = scorer.score([receipt.subject], evidence)
    if verdicts.digest != receipt.models[""]:
        other = Difference("SHA-256 of the model", receipt.models[""], verdicts.digest)
        return Replay((*changed, other), recomputed=False)
    now = verdicts.to_frame().iloc[0]
    outcome = {
        "probability": float(now["probability"]),
        "decision": bool(now["decision"]),
        "tier": str(now["tier"]),
        "threshold": float(now["threshold"]),
    }
    differs = tuple(
        Difference(name, getattr(receipt, name), outcome[name])
        for name in OUTCOME
        if getattr(receipt, name) != outcome[name]
    )
    return Replay(changed + differs, recomputed=True)
