"""What the evidence about a site adds to the log-odds of phishing, beyond the URL's text."""

import numpy as np

from network_security.detection.arrays import Codes, Floats
from network_security.detection.detector import Detector, distinct_rows
from network_security.detection.fusion.weights import READINGS, FusionWeights, sender_columns
from network_security.detection.verdicts.leaves import EVERY_CODE, Leaves, bit


class SiteEvidence:
    """Weighs rows of the 30 features.

    Attributes:
        features: their names, in the order of a row.
        trusted: shape (n_features,), whether a feature is read at all.
        senders: columns of the features that a sender can set up.
    """

    def __init__(self, detector: Detector, weights: FusionWeights) -> None:
        """Weigh with these weights what this detector says."""
        self.features = detector.manifest.features
        self.missing = detector.manifest.missing
        self.trusted = np.array([name not in weights.set_aside for name in self.features])
        self._detector = detector
        self._weights = weights
        self.senders = sender_columns(self.features)
        nothing = np.full((1, len(self.features)), self.missing, dtype=np.int8)
        self._nothing_known = float(detector.log_odds(nothing)[0])
        self._worth = [
            (self.features.index(name), dict(zip(READINGS, worth, strict=True)))
            for name, worth in weights.readings.items()
            if name not in weights.set_aside
        ]

    def log_odds(self, codes: Codes) -> Floats:
        """What each row adds, shape (n_rows,); each by itself, to the bit.

        Args:
            codes: shape (n_rows, n_features), as `Detector.codes` gives them.
        """
        beyond = self.beyond_the_sender(codes)
        ground = self.uncapped(beyond)
        by_sender = self.uncapped(codes) - ground
        return np.asarray(ground + np.maximum(by_sender, -self._weights.relief))

    def uncapped(self, codes: Codes) -> Floats:
        """The same, were there no bound to what a sender's own evidence can clear."""
        total = np.zeros(len(codes))
        if self._weights.features:
            total += self.detector_adds(codes) * self._weights.features
        for column, worth in self._worth:
            for code, log_odds in worth.items():
                total += np.where(codes[:, column] == code, log_odds, 0.0)
        return total

    def detector_adds(self, codes: Codes) -> Floats:
        """What the 30-feature detector adds to its log-odds where nothing is known."""
        read = np.where(self.trusted, codes, np.int8(self.missing))
        first, index = distinct_rows(read)
        log_odds = np.asarray(self._detector.log_odds(read[first]), dtype=np.float64)
        return (log_odds - self._nothing_known)[index]

    def beyond_the_sender(self, codes: Codes) -> Codes:
        """The rows with only that left which takes time or other people to change."""
        beyond = codes.copy()
        beyond[:, self.senders] = self.missing
        return beyond

    def leaves(self) -> Leaves:
        """The uncapped sum as leaves, nothing known being 0, for exact explanations."""
        every = np.full((len(self.features), 1), EVERY_CODE, dtype=np.uint8)
        allowed, weight, bias = [every], [np.zeros(1)], 0.0
        if scale := self._weights.features:
            nothing = np.full(len(self.features), self.missing, dtype=np.int8)
            possible = np.where(self.trusted, EVERY_CODE, bit(nothing)).astype(np.uint8)
            near = Leaves.read(self._detector.model).among(possible)
            near.allowed[~self.trusted] = EVERY_CODE
            allowed.append(near.allowed)
            weight.append(scale * near.weight)
            bias = scale * (near.bias - self._nothing_known)
        for column, worth in self._worth:
            for code, log_odds in worth.items():
                leaf = every.copy()
                leaf[column] = bit(np.array(code, dtype=np.int8))
                allowed.append(leaf)
                weight.append(np.array([log_odds]))
        return Leaves(np.concatenate(allowed, axis=1), np.concatenate(weight), bias)
