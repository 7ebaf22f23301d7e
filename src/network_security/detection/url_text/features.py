"""What the expert's models read of URLs: n-grams for the linear one, counts for the trees."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from network_security.detection.url_text.lexical import lexical_counts
from network_security.detection.url_text.ngrams import NgramOptions, Ngrams, Zones, ngrams
from network_security.detection.url_text.text import UrlText, normalise

BATCH: Final = 1024
"""URLs whose n-grams stay in a processor's cache together."""


@dataclass(frozen=True)
class UrlFeatures:
    """What is read of a batch of URLs.

    Attributes:
        ngrams: hashed n-grams.
        counts: shape (n_urls, n_counts), float32, the columns `lexical.FEATURES`.
    """

    ngrams: Ngrams
    counts: NDArray[Any]


def url_features(urls: Sequence[str], options: NgramOptions) -> UrlFeatures:
    """The features of one small batch; see `BATCH`."""
    return text_features([normalise(url) for url in urls], options)


def text_features(texts: Sequence[UrlText], options: NgramOptions) -> UrlFeatures:
    """As `url_features`, of URLs that are read already."""
    zones = Zones.of(texts)
    return UrlFeatures(ngrams(zones, options), lexical_counts(texts, zones))


def batches(urls: Sequence[str]) -> Iterator[list[str]]:
    """The URLs in their order, `BATCH` at a time."""
    waiting = iter(urls)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def feature_table(
    urls: Sequence[str], options: NgramOptions
) -> tuple[scipy.sparse.csr_matrix, NDArray[Any]]:
    """The features of many URLs, as models are fitted on them.

    Returns:
        The n-grams' values summed by column, shape (n_urls, 2**bits), and the counts.
    """
    parts = [url_features(batch, options) for batch in batches(urls)]
    sums = [
        scipy.sparse.csr_matrix(
            (part.ngrams.value, (part.ngrams.row, part.ngrams.column)),
            shape=(len(part.counts), 2**options.bits),
        )
        for part in parts
    ]
    return scipy.sparse.vstack(sums, format="csr"), np.concatenate([part.counts for part in parts])
