"""What is said of one entity: the decision, how sure it is, why, and what would change it."""

from dataclasses import asdict, dataclass
from typing import Any

from network_security.detection.verdicts.conformal import Answer


@dataclass(frozen=True)
class Contribution:
    """What one known feature adds.

    Attributes:
        feature: its name.
        group: who supplies it.
        value: its code, -1, 0 or 1; None for what has none, as the URL's text.
        log_odds: its share of the log-odds of phishing; positive speaks for phishing.
        phrase: what was observed, in words.
    """

    feature: str
    group: str
    value: int | None
    log_odds: float
    phrase: str


@dataclass(frozen=True)
class TextPiece:
    """A piece of the URL's text, and what it does to the score.

    Attributes:
        text: as the expert reads it.
        where: the part of the URL that it stands in.
        log_odds: how much higher they are than without the piece.
    """

    text: str
    where: str
    log_odds: float


@dataclass(frozen=True)
class Bounds:
    """How far the probability could move if missing evidence were known.

    Both ends are probabilities of rows that can occur, or the one as it stands.

    Attributes:
        lowest, highest: probability of phishing.
        exact: whether no completion lies beyond; otherwise the bounds are at least this wide.
        can_change_decision: whether a completion within the bounds is decided otherwise, at the
            operating point of the tier that it then has. False is certain only where `exact`.
    """

    lowest: float
    highest: float
    exact: bool
    can_change_decision: bool


@dataclass(frozen=True)
class Prospect:
    """What looking up one evidence group could bring, all else staying as it is.

    Attributes:
        group: the evidence group.
        features: those of its features that are not known.
        bounds: how far the probability could move.
        change: the most that it could move by.
        tier: the evidence tier that the row would then have.
    """

    group: str
    features: tuple[str, ...]
    bounds: Bounds
    change: float
    tier: str


@dataclass(frozen=True)
class FeatureChange:
    """One feature that would have to be otherwise.

    Attributes:
        feature: its name.
        value: its code as it is.
        becomes: the code it would have.
        phrase: what would then be observed.
        by_sender: whether the sender can bring that about.
    """

    feature: str
    value: int
    becomes: int
    phrase: str
    by_sender: bool


@dataclass(frozen=True)
class Flip:
    """Changes after which the decision would be the opposite.

    Attributes:
        changes: one, two or three.
        probability: after them.
    """

    changes: tuple[FeatureChange, ...]
    probability: float


@dataclass(frozen=True)
class Verdict:
    """All that can be said of one row of evidence.

    Attributes:
        probability: calibrated probability of phishing.
        decision: whether it reaches the operating point of the row's tier.
        tier: the richest evidence tier that the row can be said to hold.
        threshold: the operating point applied.
        detector: name of the detector.
        digest: SHA-256 of the model.
        answer: phishing, not phishing, or not sure; None without conformal quantiles.
        coverage: the share of each class that is not answered with the other.
        bounds: if all missing evidence were known.
        next_evidence: groups whose unknown features can move the probability, the most informative
            first: those that can change the decision, then by how far it could move.
        nothing_known: the log-odds of a row of which nothing is known.
        contributions: of the known features, the strongest first. With `nothing_known` they add up
            to the row's log-odds.
        smallest_flip: the fewest changes of known features that turn the decision round; None if
            no three do.
        sender_flip: the same of features that the sender controls.
        url: the URL judged, where its text was read.
        pieces: of its text, those that change the score most, the strongest first. They do not add
            up to the contribution of the text.
    """

    probability: float
    decision: bool
    tier: str
    threshold: float
    detector: str
    digest: str
    answer: Answer | None
    coverage: float | None
    bounds: Bounds
    next_evidence: tuple[Prospect, ...]
    nothing_known: float
    contributions: tuple[Contribution, ...]
    smallest_flip: Flip | None
    sender_flip: Flip | None
    url: str | None = None
    pieces: tuple[TextPiece, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The verdict as plain values, nested as the classes are."""
        return asdict(self)
