"""A small labelled list of made-up URLs, and an expert fitted to it."""

import numpy as np
import pandas as pd
import pytest

from network_security.detection.url_text.fitting import (
    LINEAR,
    FittedExpert,
    UrlCandidateOptions,
    fit,
)
from network_security.detection.url_text.ngrams import NgramOptions
from network_security.detection.url_text.training_table import UrlFitOptions

TINY_MEMBERS = {
    LINEAR: {"c": 10.0},
    "random_forest": {"n_estimators": 5, "max_leaf_nodes": 20},
    "ada_boost": {"n_estimators": 5, "tree.max_leaf_nodes": 8},
    "extra_trees": {"n_estimators": 5, "max_leaf_nodes": 20},
    "gradient_boosting": {"max_iter": 8, "max_leaf_nodes": 6},
}

_PLAIN = ("garden", "river", "bread", "museum", "library", "harbour", "choir", "bakery", "meadow")
_BAIT = ("secure", "verify", "account", "signin", "update", "wallet", "billing")


def made_up_urls(count: int, seed: int) -> pd.DataFrame:
    """Phishing of bait words and random letters, legitimate URLs of plain words.

    Source ``mixed`` has both classes, ``reported`` only phishing, which is dated, and ``known``
    only legitimate URLs.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        label = number % 2
        source = "mixed" if number % 4 < 2 else ("known", "reported")[label]
        random = "".join(rng.choice(list("bcdfghjkxz123456789"), 7))
        words = rng.choice(_PLAIN, 3)
        if label:
            host = f"{rng.choice(_BAIT)}-{random}.test"
            path = f"/{rng.choice(_BAIT)}/{random}.php" if rng.random() < 0.6 else ""
        else:
            host = f"{words[0]}{words[1]}{number % 97}.example"
            path = f"/{words[2]}/{words[0]}.html" if rng.random() < 0.4 else "/"
        # One in ten tells nothing.
        if rng.random() < 0.1:
            host, path = f"{words[0]}{random}.test", ""
        day = pd.Timestamp("2024-01-01", tz="UTC") + pd.Timedelta(days=number)
        date = day if source == "reported" else pd.NaT
        rows.append((f"http://{host}{path}", label, source, date, host))
    return pd.DataFrame(rows, columns=["url", "label", "source", "date", "domain"])


@pytest.fixture(scope="session")
def urls() -> pd.DataFrame:
    """600 labelled URLs."""
    return made_up_urls(600, seed=0)


@pytest.fixture(scope="session")
def unseen() -> pd.DataFrame:
    """300 others."""
    return made_up_urls(300, seed=1)


@pytest.fixture(scope="session")
def members() -> dict[str, dict[str, float]]:
    """Small settings of every member."""
    return TINY_MEMBERS


@pytest.fixture(scope="session")
def fitting() -> UrlFitOptions:
    return UrlFitOptions(ngrams=NgramOptions(2, 4, 12))


@pytest.fixture(scope="session")
def fitted(urls: pd.DataFrame, fitting: UrlFitOptions) -> FittedExpert:
    """An expert of all members."""
    candidate = UrlCandidateOptions(tuple(TINY_MEMBERS), "vote")
    return fit(urls, candidate, TINY_MEMBERS, fitting)
