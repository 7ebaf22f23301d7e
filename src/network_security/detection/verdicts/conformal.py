"""The answer "not sure", given often enough that the other two are right as often as promised.

Split-conformal prediction for each class apart (V. Vovk, A. Gammerman, G. Shafer, "Algorithmic
Learning in a Random World", 2005, section 4.5, Mondrian predictors). Of phishing, at least the
promised share is not answered with "not phishing"; of what is legitimate, at least that share is
not answered with "phishing". This holds for rows that come as the calibration rows came, each with
just the evidence of its tier.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray

from network_security.detection.arrays import Floats, Ints

Answer = Literal["phishing", "not phishing", "not sure"]

PHISHING: Final = "phishing"
NOT_PHISHING: Final = "not phishing"
NOT_SURE: Final = "not sure"


@dataclass(frozen=True)
class Quantiles:
    """Between which probabilities a tier's rows are told apart.

    Attributes:
        phishing_from: the least probability at which phishing is plausible.
        legitimate_to: the greatest probability at which the opposite is plausible.
    """

    phishing_from: float
    legitimate_to: float

    def answer(self, probability: float) -> Answer:
        """The one class that is plausible; not sure where both are, and where neither is.

        Neither is plausible between two quantiles that leave a gap. To answer "not sure" there too
        can only make the answers right more often.
        """
        phishing = probability >= self.phishing_from
        legitimate = probability <= self.legitimate_to
        if phishing == legitimate:
            return NOT_SURE
        return PHISHING if phishing else NOT_PHISHING


@dataclass(frozen=True)
class Conformal:
    """What is needed to answer at one coverage.

    Attributes:
        coverage: the share of each class that is not answered with the other, in (0, 1).
        tiers: the quantiles of each evidence tier.
    """

    coverage: float
    tiers: Mapping[str, Quantiles]

    def to_json(self) -> dict[str, Any]:
        """Plain values, as a manifest keeps them."""
        tiers = {name: vars(quantiles) | {} for name, quantiles in self.tiers.items()}
        return {"coverage": self.coverage, "tiers": tiers}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """The reverse of `to_json`.

        Raises:
            ValueError: a field is missing, or unknown.
        """
        try:
            tiers = {name: Quantiles(**own) for name, own in plain["tiers"].items()}
            return cls(float(plain["coverage"]), tiers)
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"conformal quantiles do not fit this version: {error}") from error


def conformal_quantiles(
    probabilities: Floats, truth: Ints, tier: NDArray[np.str_], coverage: float
) -> Conformal:
    """The quantiles that keep the promise, from rows the detector was not fitted on.

    Out-of-fold probabilities are of models fitted on most of the rows, while the one that serves
    is fitted on all: the promise is then kept about, not exactly (cross-conformal prediction: V.
    Vovk, Ann. Math. Artif. Intell. 74, 2015).

    Args:
        probabilities: shape (n_rows,), out of fold.
        truth: shape (n_rows,), 1 for phishing.
        tier: shape (n_rows,), the evidence tier of each row.
        coverage: in (0, 1).

    Raises:
        ValueError: the coverage is no such share, or a probability is none.
    """
    if not 0 < coverage < 1:
        raise ValueError(f"the coverage is {coverage}, must be between 0 and 1")
    if not np.all((probabilities >= 0) & (probabilities <= 1)):
        raise ValueError("a probability is not between 0 and 1")
    tiers = {}
    for name in dict.fromkeys(tier.tolist()):
        own, phishing = tier == name, truth == 1
        tiers[name] = Quantiles(
            phishing_from=1 - _conformal(1 - probabilities[own & phishing], coverage),
            legitimate_to=_conformal(probabilities[own & ~phishing], coverage),
        )
    return Conformal(coverage, tiers)


def _conformal(strangeness: Floats, coverage: float) -> float:
    """The ceil((n + 1) * coverage)-th least strangeness; 1, that of anything, of too few rows."""
    # A share as 0.95 * 20 may come out a hair above the whole number that it is.
    rank = ceil(round((len(strangeness) + 1) * coverage, 9))
    return float(np.sort(strangeness)[rank - 1]) if rank <= len(strangeness) else 1.0
