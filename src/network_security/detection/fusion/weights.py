"""What the fused log-odds are a sum of, and how much each part counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from network_security.detection.verdicts.phrases import BEYOND_THE_SENDER

READINGS: Final = (-1, 1)
"""The codes that are worth anything, in the order of a feature's worths; 0 is in doubt."""


@dataclass(frozen=True)
class FusionWeights:
    """The parts of ``intercept + url_text x text + evidence``, in log-odds of phishing.

    The evidence of a row is ``features x (what the 30-feature detector says of it, minus what it
    says where nothing is known)`` plus the worth of each reading. Of that, what the sender controls
    takes at most `relief` away.

    Attributes:
        intercept: where nothing is known, not even the URL's text.
        url_text: of the URL text expert's log-odds; not negative.
        features: of the 30-feature detector's log-odds; not negative.
        readings: what a suspicious reading of a feature is worth (-1; not negative), and what a
            legitimate one (1; not positive). A reading of 0 is in doubt and worth nothing, as is
            every reading of a feature that is not named.
        set_aside: features that are read by nobody, for what they mean in operation is not what
            they meant where the detector learnt.
        relief: most that evidence in the sender's hands can lower the log-odds by.
    """

    intercept: float
    url_text: float
    features: float
    readings: Mapping[str, tuple[float, float]]
    set_aside: tuple[str, ...]
    relief: float

    def __post_init__(self) -> None:
        """Refuse weights under which suspicion would clear."""
        for name in ("url_text", "features", "relief"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} is {getattr(self, name)}, must not be negative")
        for name, worth in self.readings.items():
            if len(worth) != len(READINGS) or not worth[0] >= 0 >= worth[1]:
                raise ValueError(
                    f"the readings of {name} are worth {worth}: there must be two, the first not "
                    "negative and the second not positive"
                )

    def to_json(self) -> dict[str, Any]:
        """Plain values, as a manifest keeps them."""
        return {
            **vars(self),
            "readings": {name: list(worth) for name, worth in self.readings.items()},
            "set_aside": list(self.set_aside),
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """The weights from plain values.

        Raises:
            ValueError: a field is missing or unknown, or a weight is none.
        """
        try:
            readings = {name: tuple(map(float, own)) for name, own in plain["readings"].items()}
            set_aside = tuple(plain["set_aside"])
            return cls(**{**plain, "readings": readings, "set_aside": set_aside})
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"fusion weights do not fit this version: {error}") from error


def sender_columns(features: Sequence[str]) -> list[int]:
    """Columns of the features that a sender can set up for the next attempt."""
    return [column for column, name in enumerate(features) if name not in BEYOND_THE_SENDER]
