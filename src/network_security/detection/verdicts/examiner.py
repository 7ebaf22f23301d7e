"""Examines one row of evidence: everything that a verdict says, from the served model alone."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import pandas as pd

from network_security.detection.arrays import Codes, Floats
from network_security.detection.detector import Detector, DetectorError, Verdicts
from network_security.detection.verdicts.completions import (
    Extremes,
    SearchOptions,
    Unknown,
    extremes,
)
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


class Judge(Protocol):
    """What an examination asks of whatever judges rows.

    Rows are codes of shape (n_rows, n_features).
    """

    @property
    def features(self) -> tuple[str, ...]:
        """Names of a row's features, in order."""

    @property
    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """Those features that are read, by who supplies them."""

    @property
    def missing(self) -> int:
        """The code for absent evidence."""

    @property
    def nothing_known(self) -> float:
        """Log-odds before anything is known."""

    @property
    def conformal(self) -> Conformal | None:
        """When to answer "not sure"."""

    def codes(self, evidence: pd.DataFrame) -> Codes:
        """The rows of some evidence."""

    def score(self, codes: Codes) -> Verdicts:
        """The verdicts on rows."""

    def probability(self, codes: Codes) -> Floats:
        """Probabilities of phishing, shape (n_rows,)."""

    def extremes(self, row: Codes, unknown: Sequence[Unknown], options: SearchOptions) -> Extremes:
        """The completions of a row of least and greatest log-odds."""

    def contributions(self, row: Codes) -> tuple[Contribution, ...]:
        """What a row's log-odds add up from, `nothing_known` apart; in any order."""


class Examiner:
    """Examines rows of evidence with one detector.

    Its leaves are read once; a row then takes some tens of milliseconds, and up to a few hundred
    where much is missing or no small change turns the decision round.
    """

    def __init__(
        self,
        detector: Detector,
        conformal: Conformal | None = None,
        search: SearchOptions | None = None,
    ) -> None:
        """Read the model's leaves.

        Args:
            detector: scores rows.
            conformal: when to answer "not sure"; the detector's own by default. Without either, no
                three-way answer is given.
            search: how far to search for bounds.

        Raises:
            DetectorError: a feature has no phrases, or a tier has no conformal quantiles.
        """
        manifest = detector.manifest
        if conformal is None and manifest.conformal is not None:
            conformal = Conformal.from_json(manifest.conformal)
        if conformal and (unset := set(manifest.tiers) - set(conformal.tiers)):
            raise DetectorError(f"the conformal quantiles lack the tier {', '.join(sorted(unset))}")
        check_phrases(manifest.features)
        self._judge = _DetectorJudge(detector, conformal)
        self._search = search or SearchOptions()

    def examine(self, evidence: Mapping[str, int | None]) -> Verdict:
        """The verdict on one row.

        Args:
            evidence: -1, 0 or 1 by the feature's name; None, or no entry, where it is not known.
                Names of other features are ignored.

        Raises:
            DetectorError: a value is none of these.
        """
        return examine_row(self._judge, evidence, self._search)


def check_phrases(features: Sequence[str]) -> None:
    """Refuse features that cannot be put into words.

    Raises:
        DetectorError: there are no phrases for one.
    """
    if unnamed := [name for name in features if name not in PHRASES]:
        raise DetectorError(f"there are no phrases for the feature {unnamed[0]}")


def describe(judge: Judge, row: Codes, log_odds: Floats) -> tuple[Contribution, ...]:
    """The known features of a row in words, with what each adds.

    Args:
        judge: whose features they are.
        row: shape (n_features,).
        log_odds: shape (n_features,).
    """
    group = {name: group for group, names in judge.groups.items() for name in names}
    return tuple(
        Contribution(name, group[name], int(code), float(value), PHRASES[name].of(code))
        for name, code, value in zip(judge.features, row, log_odds, strict=True)
        if code != judge.missing and name in group
    )


def examine_row(judge: Judge, evidence: Mapping[str, int | None], search: SearchOptions) -> Verdict:
    """As `Examiner.examine`, with any judge."""
    return _Examination(judge, evidence, search).verdict()


class _DetectorJudge:
    """A detector by itself."""

    def __init__(self, detector: Detector, conformal: Conformal | None) -> None:
        self._detector = detector
        self._leaves = Leaves.read(detector.model)
        self._nothing = np.full(
            len(detector.manifest.features), detector.manifest.missing, dtype=np.int8
        )
        self.features = detector.manifest.features
        self.groups = detector.manifest.groups
        self.missing = detector.manifest.missing
        self.nothing_known = self._leaves.log_odds(self._nothing)
        self.conformal = conformal

    def codes(self, evidence: pd.DataFrame) -> Codes:
        return self._detector.codes(evidence)

    def score(self, codes: Codes) -> Verdicts:
        return self._detector.score(pd.DataFrame(codes, columns=list(self.features)))

    def probability(self, codes: Codes) -> Floats:
        return self._detector.probability(codes)

    def extremes(self, row: Codes, unknown: Sequence[Unknown], options: SearchOptions) -> Extremes:
        return extremes(self._leaves, row, unknown, options)

    def contributions(self, row: Codes) -> tuple[Contribution, ...]:
        return describe(self, row, shapley_values(self._leaves, row, self._nothing))


class _Examination:
    """One row, and the questions asked about it."""

    def __init__(
        self, judge: Judge, evidence: Mapping[str, int | None], search: SearchOptions
    ) -> None:
        self._judge = judge
        self._search = search
        self._read = [name for names in judge.groups.values() for name in names]
        self._row = judge.codes(pd.DataFrame([dict(evidence)]))[0]
        scored = judge.score(self._row[None])
        self._detector, self._digest = scored.detector, scored.digest
        self._probability = float(scored.probability[0])
        self._decision = bool(scored.decision[0])
        self._threshold = float(scored.threshold[0])
        self._tier = str(scored.tier[0])

    def verdict(self) -> Verdict:
        conformal = self._judge.conformal
        bounds, _ = self._bounds(self._unknown(self._read))
        smallest, by_sender = self._flips()
        contributions = self._judge.contributions(self._row)
        return Verdict(
            probability=self._probability,
            decision=self._decision,
            tier=self._tier,
            threshold=self._threshold,
            detector=self._detector,
            digest=self._digest,
            answer=conformal.tiers[self._tier].answer(self._probability) if conformal else None,
            coverage=conformal.coverage if conformal else None,
            bounds=bounds,
            next_evidence=self._prospects(),
            nothing_known=self._judge.nothing_known,
            contributions=tuple(sorted(contributions, key=lambda each: -abs(each.log_odds))),
            smallest_flip=smallest,
            sender_flip=by_sender,
        )

    def _unknown(self, names: Sequence[str]) -> list[Unknown]:
        """Those of the features that the row lacks."""
        columns = [(self._judge.features.index(name), name) for name in names]
        return [
            Unknown(column, PHRASES[name].codes)
            for column, name in columns
            if self._row[column] == self._judge.missing
        ]

    def _bounds(self, unknown: Sequence[Unknown]) -> tuple[Bounds, str]:
        """How far completing these features can move the row, and to which tier it brings it."""
        found = self._judge.extremes(self._row, unknown, self._search)
        scored = self._judge.score(np.stack([found.lowest, found.highest]))
        bounds = Bounds(
            lowest=min(self._probability, float(scored.probability[0])),
            highest=max(self._probability, float(scored.probability[1])),
            exact=found.exact,
            can_change_decision=bool((scored.decision != self._decision).any()),
        )
        return bounds, str(scored.tier[0])

    def _prospects(self) -> tuple[Prospect, ...]:
        """What each group with unknown features could bring, the most informative first."""
        prospects = []
        for group, names in self._judge.groups.items():
            unknown = self._unknown(names)
            if not unknown:
                continue
            bounds, tier = self._bounds(unknown)
            change = max(self._probability - bounds.lowest, bounds.highest - self._probability)
            if not change and not bounds.can_change_decision:
                continue
            features = tuple(self._judge.features[column] for column, _ in unknown)
            prospects.append(Prospect(group, features, bounds, change, tier))
        prospects.sort(key=lambda each: (not each.bounds.can_change_decision, -each.change))
        return tuple(prospects)

    def _flips(self) -> tuple[Flip | None, Flip | None]:
        changes = [
            Change(column, code, name not in BEYOND_THE_SENDER)
            for column, name in enumerate(self._judge.features)
            if name in self._read and self._row[column] != self._judge.missing
            for code in PHRASES[name].codes
            if code != self._row[column]
        ]
        found = smallest_flips(self._judge.probability, self._row, self._threshold, changes)
        return self._flip(found.smallest), self._flip(found.by_sender)

    def _flip(self, changes: Sequence[Change] | None) -> Flip | None:
        if changes is None:
            return None
        changed = self._row.copy()
        changed[[change.column for change in changes]] = [change.code for change in changes]
        named = [(self._judge.features[change.column], change) for change in changes]
        return Flip(
            tuple(
                FeatureChange(
                    name,
                    int(self._row[to.column]),
                    to.code,
                    PHRASES[name].of(to.code),
                    to.by_sender,
                )
                for name, to in named
            ),
            float(self._judge.probability(changed[None])[0]),
        )
