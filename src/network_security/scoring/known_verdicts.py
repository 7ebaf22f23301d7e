"""Verdicts on evidence seen before, so that equal rows of a whole table are scored once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from network_security.detection.detector import Detector, Verdicts
from network_security.scoring.evidence_keys import Keys, decode

CAPACITY: Final = 500_000
"""Most verdicts remembered, about 60 bytes each; then it begins anew."""


class KnownVerdicts:
    """What a detector says of evidence, by key.

    The detector's verdict on a row does not depend on the rows beside it, to the bit: neither does
    it here, whatever was seen before and in however many threads it is scored.
    """

    def __init__(self, detector: Detector, *, workers: int = 1, capacity: int = CAPACITY) -> None:
        """Nothing is known yet.

        Args:
            detector: scores what is not known.
            workers: threads that it does so in.
            capacity: most verdicts remembered.
        """
        self.detector = detector
        self._workers = workers
        self._capacity = capacity
        self._forget()

    def score(self, keys: Keys) -> Verdicts:
        """The verdicts on evidence, in the order of its keys."""
        distinct, position = np.unique(keys, return_inverse=True)
        new = distinct[~self._knows(distinct)]
        if len(self._keys) + len(new) > self._capacity:
            self._forget()
            new = distinct
        if len(new):
            self._learn(new)
        return _taken(self._verdicts, np.searchsorted(self._keys, distinct)[position])

    def _knows(self, keys: Keys) -> NDArray[np.bool_]:
        places = np.searchsorted(self._keys, keys)
        known = places < len(self._keys)
        known[known] = self._keys[places[known]] == keys[known]
        return known

    def _forget(self) -> None:
        self._keys: Keys = np.empty(0, np.uint64)
        self._verdicts = self._score(self._keys)

    def _learn(self, new: Keys) -> None:
        keys = np.concatenate([self._keys, new])
        with ThreadPoolExecutor(self._workers) as threads:
            scored = threads.map(self._score, np.array_split(new, self._workers))
            verdicts = _joined([self._verdicts, *scored])
        order = np.argsort(keys)
        self._keys, self._verdicts = keys[order], _taken(verdicts, order)

    def _score(self, keys: Keys) -> Verdicts:
        manifest = self.detector.manifest
        return self.detector.score(decode(keys, manifest.features, missing=manifest.missing))


def _arrays(verdicts: Verdicts) -> dict[str, Any]:
    values = {each.name: getattr(verdicts, each.name) for each in fields(verdicts)}
    return {name: value for name, value in values.items() if isinstance(value, np.ndarray)}


def _taken(verdicts: Verdicts, positions: NDArray[np.intp]) -> Verdicts:
    return replace(verdicts, **{name: each[positions] for name, each in _arrays(verdicts).items()})


def _joined(several: list[Verdicts]) -> Verdicts:
    arrays = [_arrays(verdicts) for verdicts in several]
    joined: dict[str, Any] = {
        name: np.concatenate([each[name] for each in arrays]) for name in arrays[0]
    }
    return replace(several[0], **joined)
