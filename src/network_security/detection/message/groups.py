"""Which messages are of one campaign: in cross-validation they stay on one side.

Two messages belong together when half of the sites that they link to are the same, or half of what
they say word for word. Hosts that many senders share (shorteners, free hosting) join nobody.
"""

from collections.abc import Sequence

import numpy as np
import scipy.sparse
from scipy.sparse.csgraph import connected_components

from network_security.detection.arrays import Ints
from network_security.evidence.messages.link_features import is_free_hosting
from network_security.evidence.messages.message import Message
from network_security.evidence.messages.view import MessageView
from network_security.evidence.urls.shorteners import SHORTENERS

SHINGLE = 4
"""Words in a row that are compared (A. Broder, "On the Resemblance and Containment of Documents",
1997)."""
ALIKE = 0.5
"""Jaccard similarity of shingles, or of sites, from which two messages are one campaign."""


def campaigns(messages: Sequence[Message]) -> Ints:
    """The campaign of each message, shape (n_messages,), numbered from 0."""
    if not messages:
        return np.empty(0, dtype=np.int64)
    views = [MessageView(message) for message in messages]
    by_site = _incidence([_sites(view) for view in views])
    by_text = _incidence([_shingles(view.words) for view in views])
    joined = _alike(by_site) + _alike(by_text)
    _, found = connected_components(joined, directed=False)
    return np.asarray(found, dtype=np.int64)


def _sites(view: MessageView) -> set[str]:
    return {
        link.sent.host.site
        for link in view.web
        if not is_free_hosting(link) and link.sent.host.domain not in SHORTENERS
    }


def _shingles(words: list[str]) -> set[str]:
    if len(words) < SHINGLE:
        return {" ".join(words)}
    return {" ".join(words[start : start + SHINGLE]) for start in range(len(words) - SHINGLE + 1)}


def _incidence(sets: Sequence[set[str]]) -> scipy.sparse.csr_matrix:
    """Which message has which element, shape (n_messages, n_elements)."""
    number = {element: place for place, element in enumerate(sorted(set().union(*sets)))}
    rows = [row for row, own in enumerate(sets) for _ in own]
    columns = [number[element] for own in sets for element in own]
    return scipy.sparse.csr_matrix(
        (np.ones(len(rows)), (rows, columns)), shape=(len(sets), max(len(number), 1))
    )


def _alike(incidence: scipy.sparse.csr_matrix) -> scipy.sparse.csr_matrix:
    """1 where the Jaccard similarity of two rows reaches `ALIKE`."""
    common = (incidence @ incidence.T).tocoo()
    size = np.asarray(incidence.sum(axis=1)).ravel()
    union = size[common.row] + size[common.col] - common.data
    near = common.data >= ALIKE * union
    return scipy.sparse.csr_matrix(
        (np.ones(int(near.sum())), (common.row[near], common.col[near])), shape=common.shape
    )
