"""The rows that the expert is fitted on, weighed and altered.

Weighed so that no stratum speaks for a class by its size, altered so that what costs an attacker
nothing is no evidence.

Lists differ in more than their classes: one holds bare hosts of legitimate sites, another deep
links of phishing. A model of the lists would learn that, and call a bare host legitimate.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from network_security.detection.arrays import Floats
from network_security.detection.url_text.evasions import add_path, add_subdomain, pad, split_url
from network_security.detection.url_text.text import normalise
from network_security.training_sets.urls.published import LEGITIMATE, PHISHING


@dataclass(frozen=True)
class AlteringOptions:
    """How rows are weighed and altered.

    Attributes:
        balance: 1 weighs classes, and within them URLs with and without a path, alike; 0 leaves
            all rows equal.
        source_share: 1 weighs sources within such a stratum alike; 0 by their rows.
        domain_share: how far a domain's URLs together weigh as one of another; 0 not at all.
        altered_weight: weight of a row's altered copy; the row itself weighs 1. 0 makes none.
    """

    balance: float = 1.0
    source_share: float = 0.5
    domain_share: float = 0.0
    altered_weight: float = 0.35

    def __post_init__(self) -> None:
        """Refuse shares outside [0, 1] and negative weights."""
        for name in ("balance", "source_share", "domain_share"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}, must be in [0, 1]")
        if self.altered_weight < 0:
            raise ValueError(f"altered_weight is {self.altered_weight}, must not be negative")


def training_rows(
    frame: pd.DataFrame, options: AlteringOptions, rng: np.random.Generator
) -> pd.DataFrame:
    """The rows with their weights, and an altered copy of each.

    Args:
        frame: columns ``url``, ``label``, ``source`` and ``domain``.
        options: weights and alterations.
        rng: draws the alterations.

    Returns:
        The same columns and ``path`` (whether there is more than a host), ``altered`` and
        ``weight`` (mean 1); the rows as they are first, then the copies in the same order.

    Raises:
        ValueError: there are no rows of one class.
    """
    if frame["label"].nunique() < 2:  # noqa: PLR2004 - both classes
        raise ValueError("an expert is fitted on URLs of both classes, there is only one here")
    rows = frame[["url", "label", "source", "domain"]].reset_index(drop=True)
    rows = rows.assign(path=has_path(rows["url"]), altered=False)
    rows["weight"] = balanced_weights(rows, options)
    if options.altered_weight > 0:
        copies = rows.assign(url=_altered(rows, rng), altered=True)
        copies["path"] = has_path(copies["url"])
        copies["weight"] = balanced_weights(copies, options) * options.altered_weight
        rows = pd.concat([rows, copies], ignore_index=True)
    return rows.assign(weight=rows["weight"] / rows["weight"].mean())


def has_path(urls: pd.Series) -> pd.Series:
    """Whether each URL has a path, query or fragment."""
    return urls.map(lambda url: bool(normalise(url).rest))


def balanced_weights(rows: pd.DataFrame, options: AlteringOptions) -> Floats:
    """The weight of each row, mean 1.

    Args:
        rows: columns ``label``, ``path``, ``source`` and ``domain``.
        options: how far strata are balanced.
    """
    weight = _size(rows, ["source", "label", "domain"]) ** -options.domain_share
    strata = [["label", "path", "source"], ["label", "path"]]
    for stratum, share in zip(strata, (options.source_share, options.balance), strict=True):
        total = weight.groupby([rows[name] for name in stratum]).transform("sum")
        size = _size(rows, stratum)
        # At share 1 a stratum's total becomes the same for all, at 0 it stays as its rows are.
        weight = weight / total * size ** (1 - share)
    return np.asarray(weight / weight.mean(), dtype=np.float64)


def _size(rows: pd.DataFrame, stratum: list[str]) -> pd.Series:
    return rows.groupby(stratum)["label"].transform("size").astype(np.float64)


def _altered(rows: pd.DataFrame, rng: np.random.Generator) -> list[str]:
    """One altered copy of each URL, of the same label.

    A phishing URL with a path keeps it, for its host may be a legitimate one that was broken into.
    """
    legitimate = rows[(rows["label"] == LEGITIMATE) & rows["path"]]["url"]
    paths = [split_url(url)[2] for url in legitimate] or ["/"]
    altered = []
    for url, label, path in zip(rows["url"], rows["label"], rows["path"], strict=True):
        scheme, host, _ = split_url(url)
        borrowed = f"{scheme}{host}{paths[rng.integers(len(paths))]}"
        longer = (add_path, pad)[rng.integers(2)](url, rng)
        choices = {
            (PHISHING, False): (add_subdomain(url, rng), borrowed, longer),
            (PHISHING, True): (add_subdomain(url, rng), longer, longer),
            (LEGITIMATE, False): (add_subdomain(url, rng), borrowed, longer),
            (LEGITIMATE, True): (add_subdomain(url, rng), scheme + host, borrowed),
        }[int(label), bool(path)]
        altered.append(choices[rng.integers(len(choices))])
    return altered
