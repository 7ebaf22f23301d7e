"""How a fusion is fitted, and where it alerts."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class FusionOptions:
    """Everything about a fusion that is chosen and not fitted.

    Attributes:
        set_aside: features that are read by nobody.
        stated: what readings of a feature are worth, -1 and 1, where that is said and not fitted.
        relief: most log-odds that evidence in the sender's hands can take away.
        prior: share of phishing at which probabilities are given, in (0, 1).
        false_positive_rate: of legitimate URLs, at which each tier alerts, in (0, 1).
        coverage: share of each class that is not to be answered with the other, in (0, 1).
        ridge: penalty on the square of each reading's worth, in units of one row's log-loss.
        least_rows: rows of each reading without which it is worth nothing.
        copies: randomly masked copies of each row with evidence.
        seed: of the masks.
    """

    set_aside: tuple[str, ...]
    stated: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    relief: float = 2.0
    prior: float = 0.5
    false_positive_rate: float = 0.01
    coverage: float = 0.95
    ridge: float = 5.0
    least_rows: int = 30
    copies: int = 2
    seed: int = 0

    def __post_init__(self) -> None:
        """Take lists as well; refuse shares outside (0, 1) and negative amounts."""
        object.__setattr__(self, "set_aside", tuple(self.set_aside))
        stated = {name: tuple(map(float, worth)) for name, worth in self.stated.items()}
        object.__setattr__(self, "stated", stated)
        for name in ("prior", "false_positive_rate", "coverage"):
            if not 0 < getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}, must be between 0 and 1")
        for name in ("relief", "ridge", "least_rows", "copies"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}, must not be negative")
