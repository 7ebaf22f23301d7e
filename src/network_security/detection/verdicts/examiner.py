"""Examines one row of evidence: everything that a verdict says, from the served model alone."""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from network_security.detection.arrays import Codes
from network_security.detection.detector import Detector, DetectorError
from network_security.detection.verdicts.completions import SearchOptions, Unknown, extremes
from network_security.detection.verdicts.conformal import Conformal
from network_security.detection.verdicts.contributions import shapley_values
from network_security.detection.verdicts.flips import Change, smallest_flips
from network_security.detection.verdicts.leaves import Leaves
from network_security.detection.verdicts.phrases import BEYOND_THE_SENDER, PHRASES
from network_security.detection.verdicts.verdict import (
    Bounds,
    Contribution,
    FeatureChange,
    Flip,
    Prospect,
    Verdict,
)


class Examiner:
    """Examines rows of evidence with one detector.

    Its leaves are read once; a row then takes some tens of milliseconds, and up to a few hundred
    where much is missing or no small change turns the decision round.
    """

    def __init__(
        self,
        detector: Detector,
        model: bytes,
        conformal: Conformal | None = None,
        search: SearchOptions | None = None,
    ) -> None:
        """Read the model's leaves.

        Args:
            detector: scores rows.
            model: the bytes that the detector was made of.
            conformal: when to answer "not sure"; without it, no three-way answer is given.
            search: how far to search for bounds.

        Raises:
            DetectorError: the model is not the detector's, a feature has no phrases, or a tier has
                no conformal quantiles.
        """
        manifest = detector.manifest
        if hashlib.sha256(model).hexdigest() != manifest.digest:
            raise DetectorError(
                f"the model is not the one of the {manifest.detector} detector: its digest differs"
            )
        if unnamed := [name for name in manifest.features if name not in PHRASES]:
            raise DetectorError(f"there are no phrases for the feature {unnamed[0]}")
        if conformal and (unset := set(manifest.tiers) - set(conformal.tiers)):
            raise DetectorError(f"the conformal quantiles lack the tier {', '.join(sorted(unset))}")
        self._detector = detector
        self._leaves = Leaves.read(model)
        self._conformal = conformal
        self._search = search or SearchOptions()
        self._features = manifest.features
        self._group = {name: group for group, names in manifest.groups.items() for name in names}
        self._nothing_known = np.full(len(self._features), manifest.missing, dtype=np.int8)

    def examine(self, evidence: Mapping[str, int | None]) -> Verdict:
        """The verdict on one row.

        Args:
            evidence: -1, 0 or 1 by the feature's name; None, or no entry, where it is not known.
                Names of other features are ignored.

        Raises:
            DetectorError: a value is none of these.
        """
        frame = pd.DataFrame([dict(evidence)])
        scored = self._detector.score(frame).to_frame().iloc[0]
        known = frame.reindex(columns=list(self._features)).apply(pd.to_numeric).iloc[0]
        row = known.fillna(self._detector.manifest.missing).to_numpy(dtype=np.int8)
        probability, decision = float(scored["probability"]), bool(scored["decision"])
        threshold, tier = float(scored["threshold"]), str(scored["tier"])
        unknown = self._unknown(row, self._features_by_group())
        bounds, _ = self._bounds(row, unknown, probability, decision)
        smallest, by_sender = self._flips(row, threshold)
        return Verdict(
            probability=probability,
            decision=decision,
            tier=tier,
            threshold=threshold,
            detector=str(scored["detector"]),
            digest=str(scored["digest"]),
            answer=self._conformal.tiers[tier].answer(probability) if self._conformal else None,
            coverage=self._conformal.coverage if self._conformal else None,
            bounds=bounds,
            next_evidence=self._prospects(row, probability, decision),
            nothing_known=self._leaves.log_odds(self._nothing_known),
            contributions=self._contributions(row),
            smallest_flip=smallest,
            sender_flip=by_sender,
        )

    def _features_by_group(self) -> list[str]:
        return [name for names in self._detector.manifest.groups.values() for name in names]

    def _unknown(self, row: Codes, names: Sequence[str]) -> list[Unknown]:
        """Those of the features that the row lacks."""
        columns = [(self._features.index(name), name) for name in names]
        return [
            Unknown(column, PHRASES[name].codes)
            for column, name in columns
            if row[column] == self._detector.manifest.missing
        ]

    def _bounds(
        self, row: Codes, unknown: Sequence[Unknown], probability: float, decision: bool
    ) -> tuple[Bounds, str]:
        """How far completing these features can move the row, and to which tier it brings it."""
        found = extremes(self._leaves, row, unknown, self._search)
        ends = pd.DataFrame([found.lowest, found.highest], columns=list(self._features))
        scored = self._detector.score(ends)
        bounds = Bounds(
            lowest=min(probability, float(scored.probability[0])),
            highest=max(probability, float(scored.probability[1])),
            exact=found.exact,
            can_change_decision=bool((scored.decision != decision).any()),
        )
        return bounds, str(scored.tier[0])

    def _prospects(self, row: Codes, probability: float, decision: bool) -> tuple[Prospect, ...]:
        """What each group with unknown features could bring, the most informative first."""
        prospects = []
        for group, names in self._detector.manifest.groups.items():
            unknown = self._unknown(row, names)
            if not unknown:
                continue
            bounds, tier = self._bounds(row, unknown, probability, decision)
            change = max(probability - bounds.lowest, bounds.highest - probability)
            features = tuple(self._features[column] for column, _ in unknown)
            prospects.append(Prospect(group, features, bounds, change, tier))
        prospects.sort(key=lambda each: (not each.bounds.can_change_decision, -each.change))
        return tuple(prospects)

    def _contributions(self, row: Codes) -> tuple[Contribution, ...]:
        values = shapley_values(self._leaves, row, self._nothing_known)
        contributions = [
            Contribution(name, self._group[name], int(code), float(value), PHRASES[name].of(code))
            for name, code, value in zip(self._features, row, values, strict=True)
            if code != self._detector.manifest.missing
        ]
        contributions.sort(key=lambda each: -abs(each.log_odds))
        return tuple(contributions)

    def _flips(self, row: Codes, threshold: float) -> tuple[Flip | None, Flip | None]:
        changes = [
            Change(column, code, name not in BEYOND_THE_SENDER)
            for column, name in enumerate(self._features)
            if row[column] != self._detector.manifest.missing
            for code in PHRASES[name].codes
            if code != row[column]
        ]
        found = smallest_flips(self._detector.probability, row, threshold, changes)
        return self._flip(row, found.smallest), self._flip(row, found.by_sender)

    def _flip(self, row: Codes, changes: Sequence[Change] | None) -> Flip | None:
        if changes is None:
            return None
        changed = row.copy()
        changed[[change.column for change in changes]] = [change.code for change in changes]
        named = [(self._features[change.column], change) for change in changes]
        return Flip(
            tuple(
                FeatureChange(
                    name, int(row[to.column]), to.code, PHRASES[name].of(to.code), to.by_sender
                )
                for name, to in named
            ),
            float(self._detector.probability(changed[None])[0]),
        )
