"""Examines one URL: a verdict that says what it knows, what it does not, and what would help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy.special import expit

from network_security.detection.arrays import Codes, Floats
from network_security.detection.verdicts.completions import (
    Extremes,
    SearchOptions,
    Unknown,
    extremes,
)
from network_security.detection.verdicts.contributions import shapley_values
from network_security.detection.verdicts.examiner import check_phrases, describe, examine_row
from network_security.detection.verdicts.leaves import EVERY_CODE, Leaves
from network_security.detection.verdicts.verdict import Contribution, TextPiece, Verdict

if TYPE_CHECKING:
    from network_security.detection.detector import Verdicts
    from network_security.detection.fusion.detector import FusedDetector

URL_TEXT: Final = "url_text"
RELIEF: Final = "relief"
SHOWN_PIECES: Final = 5
_ROUNDING: Final = 1e-6
"""Leaves are added up in another order than the served model adds them."""


class FusedExaminer:
    """Examines URLs with one fused detector, whose leaves are read once."""

    def __init__(self, detector: FusedDetector, search: SearchOptions | None = None) -> None:
        """Read the leaves.

        Raises:
            DetectorError: a feature has no phrases.
        """
        check_phrases(detector.features.manifest.features)
        self._detector = detector
        self._leaves = detector.evidence.leaves()
        self._search = search or SearchOptions()

    def examine(self, url: str, evidence: Mapping[str, int | None]) -> Verdict:
        """As `FusedDetector.examine`."""
        slope = self._detector.manifest.weights.url_text
        judge = _UrlJudge(self._detector, self._leaves, url)
        pieces = tuple(
            TextPiece(piece.text, piece.where, slope * piece.log_odds)
            for piece in self._detector.url_text.pieces(url, most=SHOWN_PIECES)
        )
        return replace(examine_row(judge, evidence, self._search), url=url, pieces=pieces)


class _UrlJudge:
    """The fused detector with the URL given, so that what remains is a row of evidence."""

    def __init__(self, detector: FusedDetector, leaves: Leaves, url: str) -> None:
        manifest = detector.features.manifest
        site = detector.evidence
        self.features = manifest.features
        self.missing = manifest.missing
        self.groups = {
            group: kept
            for group, names in manifest.groups.items()
            if (kept := tuple(n for n in names if site.trusted[self.features.index(n)]))
        }
        self.conformal = detector.manifest.conformal
        self._detector = detector
        self._leaves = leaves
        self._text = detector.text_log_odds([url])
        self.nothing_known = detector.ground

    def codes(self, evidence: pd.DataFrame) -> Codes:
        return self._detector.features.codes(evidence)

    def score(self, codes: Codes) -> Verdicts:
        return self._detector.verdicts(np.repeat(self._text, len(codes)), codes)

    def probability(self, codes: Codes) -> Floats:
        return np.asarray(expit(self._text + self._detector.evidence.log_odds(codes)))

    def extremes(self, row: Codes, unknown: Sequence[Unknown], options: SearchOptions) -> Extremes:
        """Those of the sum with its bound to what the sender's evidence can clear.

        The sum is ``max(all, beyond the sender - relief)``, so that its least value is no less than
        the greater of the two terms' least values, and its greatest no more than the greater of
        their greatest. Completions that attain these are extreme.
        """
        site = self._detector.evidence
        telling = (self._leaves.allowed != EVERY_CODE).any(axis=1)
        # What counts for nothing could be anything; it is known all the same, and so is its tier.
        row = row.copy()
        for idle in unknown:
            if not telling[idle.column]:
                row[idle.column] = idle.codes[0]
        unknown = [each for each in unknown if telling[each.column]]
        everything = extremes(self._leaves, row, unknown, options)
        beyond_row = site.beyond_the_sender(row[None])[0]
        beyond_unknown = [each for each in unknown if each.column not in site.senders]
        beyond = extremes(self._leaves, beyond_row, beyond_unknown, options)
        columns = [each.column for each in beyond_unknown]
        candidates = [everything.lowest, everything.highest]
        for own in (beyond.lowest, beyond.highest):
            for base in (everything.lowest, everything.highest):
                candidate = base.copy()
                candidate[columns] = own[columns]
                candidates.append(candidate)
        rows = np.stack(candidates)
        log_odds = site.log_odds(rows)
        lowest, highest = int(log_odds.argmin()), int(log_odds.argmax())
        uncapped = site.uncapped(
            np.stack([everything.lowest, everything.highest, beyond.lowest, beyond.highest])
        )
        relief = self._detector.manifest.weights.relief
        floor = max(uncapped[0], uncapped[2] - relief)
        ceiling = max(uncapped[1], uncapped[3] - relief)
        attained = (
            log_odds[lowest] <= floor + _ROUNDING and log_odds[highest] >= ceiling - _ROUNDING
        )
        return Extremes(
            rows[lowest], rows[highest], bool(everything.exact and beyond.exact and attained)
        )

    def contributions(self, row: Codes) -> tuple[Contribution, ...]:
        """The text's, each feature's, and what of the sender's is not believed."""
        site = self._detector.evidence
        nothing = np.full(len(row), self.missing, dtype=np.int8)
        told = describe(self, row, shapley_values(self._leaves, row, nothing))
        text = Contribution(
            URL_TEXT, "url", None, float(self._text[0]) - self.nothing_known, "the URL's text"
        )
        withheld = float((site.log_odds(row[None]) - site.uncapped(row[None]))[0])
        if withheld <= 0:
            return (text, *told)
        phrase = "held back: what the sender sets up clears only so far"
        return (text, *told, Contribution(RELIEF, "relief", None, withheld, phrase))
