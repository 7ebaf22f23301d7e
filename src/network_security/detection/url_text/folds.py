"""Which URLs are held out: by registered domain, by time and by source."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from network_security.detection.arrays import Ints

Mask = NDArray[np.bool_]
"""Which rows, shape (n_rows,)."""

PROTOCOLS: Final = ("within_source", "all_sources", "left_out_source")
"""How the expert is measured.

``within_source``: trained and tested on one list that has both classes, on domains it never saw.
``all_sources``: trained on all lists but for their latest URLs, where they have dates, and tested
on unseen domains; every URL is tested in one fold. What is tested of a list with dates falls into
its ``later`` URLs, and those of the ``same_period`` as was trained on. ``left_out_source``: tested
on a list it was not trained on, whose missing class, if it has but one, comes from the other lists'
held-out URLs.
"""

LATER: Final = "later"
SAME_PERIOD: Final = "same_period"


@dataclass(frozen=True)
class UrlSplitOptions:
    """How URLs are dealt.

    Attributes:
        folds: number of folds, at least 2.
        later_share: share of a dated source's URLs, its latest, that are kept for testing.
        seed: of the shuffle.
    """

    folds: int = 5
    later_share: float = 0.12
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse numbers that leave nothing to train on or to test."""
        if self.folds < 2:  # noqa: PLR2004 - said below
            raise ValueError(f"folds is {self.folds}, must be at least 2")
        if not 0 < self.later_share < 1:
            raise ValueError(f"later_share is {self.later_share}, must be between 0 and 1")


@dataclass(frozen=True)
class UrlSplit:
    """One fit and its test.

    Attributes:
        protocol: one of `PROTOCOLS`.
        subject: the source that is trained within or left out; ``all`` for all.
        fold: fold whose domains are held out.
        train, test: positions of rows.
    """

    protocol: str
    subject: str
    fold: int
    train: Ints
    test: Ints


def deal_folds(frame: pd.DataFrame, options: UrlSplitOptions) -> pd.DataFrame:
    """The fold of each URL, and whether it is a late one.

    Args:
        frame: columns ``label``, ``source``, ``date`` and ``domain``.
        options: how many folds, and the seed.

    Returns:
        Columns ``fold`` (0 to folds - 1; no domain is in two) and ``later``, in the frame's order.

    Raises:
        ValueError: there are fewer domains than folds.
    """
    if (domains := frame["domain"].nunique()) < options.folds:
        raise ValueError(f"{domains} registered domains cannot be dealt to {options.folds} folds")
    stratum = frame["source"].astype(str) + frame["label"].astype(str)
    dealer = StratifiedGroupKFold(options.folds, shuffle=True, random_state=options.seed)
    fold = np.empty(len(frame), np.int64)
    for number, (_, dealt) in enumerate(dealer.split(frame, stratum, frame["domain"])):
        fold[dealt] = number
    order = frame.groupby("source")["date"].rank(pct=True, method="min")
    return pd.DataFrame({"fold": fold, "later": (order > 1 - options.later_share).to_numpy()})


def splits(frame: pd.DataFrame, folds: pd.DataFrame, protocol: str) -> Iterator[UrlSplit]:
    """Every fit and test of a protocol; no test row's domain is ever in training.

    Args:
        frame: columns ``label``, ``source``, ``date`` and ``domain``.
        folds: as `deal_folds` gives them.
        protocol: one of `PROTOCOLS`.

    Raises:
        ValueError: there is no such protocol.
    """
    if protocol not in PROTOCOLS:
        raise ValueError(f"no protocol is called {protocol!r}; there are {', '.join(PROTOCOLS)}")
    source, label = frame["source"].to_numpy(), frame["label"].to_numpy()
    dated = frame["date"].notna().groupby(frame["source"]).transform("any").to_numpy()
    later = folds["later"].to_numpy()
    both = frame.groupby("source")["label"].nunique() > 1
    for number in range(int(folds["fold"].max()) + 1):
        here = folds["fold"].to_numpy() == number
        held_out = np.where(dated, later, here)
        if protocol == "within_source":
            for name in both.index[both]:
                own = source == name
                yield _split(frame, protocol, name, number, own & ~here, own & here)
        elif protocol == "all_sources":
            yield _split(frame, protocol, "all", number, ~here & ~later, here)
        else:
            for name in both.index:
                own = source == name
                absent = (
                    np.zeros(len(frame), np.bool_)
                    if both[name]
                    else ~own & held_out & (label != label[own][0])
                )
                yield _split(frame, protocol, name, number, ~own & ~held_out, own | absent)


def subjects(frame: pd.DataFrame, folds: pd.DataFrame) -> dict[str, Mask]:
    """The parts that ``all_sources`` is measured on, by name.

    Each list that has both classes; and of the others together, `LATER` and `SAME_PERIOD`, each
    beside the lists without dates.

    Args:
        frame: columns ``label``, ``source`` and ``date``.
        folds: as `deal_folds` gives them.
    """
    source = frame["source"].to_numpy()
    both = frame.groupby("source")["label"].transform("nunique").to_numpy() > 1
    dated = frame["date"].notna().groupby(frame["source"]).transform("any").to_numpy()
    later = folds["later"].to_numpy()
    return {
        LATER: ~both & (later | ~dated),
        SAME_PERIOD: ~both & ~later,
        **{name: source == name for name in np.unique(source[both])},
    }


def _split(
    frame: pd.DataFrame, protocol: str, subject: str, fold: int, train: Mask, test: Mask
) -> UrlSplit:
    """The rows of a fit, and those of its test whose domain it does not see."""
    unseen = ~frame["domain"].isin(frame["domain"][train]).to_numpy()
    return UrlSplit(protocol, subject, fold, np.flatnonzero(train), np.flatnonzero(test & unseen))
