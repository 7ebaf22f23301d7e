"""The fused detector as it is served."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit

from network_security.detection.arrays import Codes, Floats
from network_security.detection.detector import Detector, DetectorError, Verdicts, distinct_rows
from network_security.detection.fusion.evidence import SiteEvidence
from network_security.detection.fusion.examining import FusedExaminer
from network_security.detection.fusion.manifest import REPAIR, FusionManifest
from network_security.detection.url_text.expert import UrlTextExpert
from network_security.detection.verdicts.verdict import Verdict


class FusedDetector:
    """Judges URLs by their text and by what is known about their sites.

    Attributes:
        features: the detector of 30 features.
        url_text: the expert for the URL's text.
        manifest: how they are added up, and what is known about the sum.
        evidence: what weighs the sites.
        ground: log-odds before anything is known, at the manifest's prior.
    """

    def __init__(
        self, features: Detector, url_text: UrlTextExpert, manifest: FusionManifest
    ) -> None:
        """Put the three together.

        Raises:
            DetectorError: a model is not the one that the manifest names, or the manifest lacks a
                threshold or names a feature that there is not.
        """
        for what, found, expected in (
            ("30-feature model", features.manifest.digest, manifest.features_digest),
            ("URL text model", url_text.digest, manifest.url_text_digest),
        ):
            if found != expected:
                raise DetectorError(
                    f"the fusion was fitted for the {what} {expected[:12]}, this one is "
                    f"{found[:12]}: {REPAIR}"
                )
        if unset := set(features.manifest.tiers) - set(manifest.thresholds):
            raise DetectorError(
                f"the fusion has no threshold for {', '.join(sorted(unset))}: {REPAIR}"
            )
        weights = manifest.weights
        named = {*weights.readings, *weights.set_aside}
        if unknown := named - set(features.manifest.features):
            raise DetectorError(
                f"the fusion weighs {', '.join(sorted(unknown))}, which the detector does not "
                f"know: {REPAIR}"
            )
        self.features = features
        self.url_text = url_text
        self.manifest = manifest
        self._tier_names = np.array(list(features.manifest.tiers))
        self._thresholds = np.array([manifest.thresholds[name] for name in self._tier_names])
        self.evidence = SiteEvidence(features, weights)
        self.ground = float(logit(manifest.prior)) + weights.intercept
        self._examiner: FusedExaminer | None = None

    def score(self, urls: Sequence[str], evidence: pd.DataFrame) -> Verdicts:
        """Judge URLs; the same call in batch, stream and service.

        Each row's result is independent of the rows beside it, to the bit.

        Args:
            urls: as they stand in a log or a message; any text is judged.
            evidence: a row each, in the same order; the 30 features by name, others are ignored. A
                feature without a column, or with a null, is absent evidence; a frame of no columns
                leaves the URLs' text alone.

        Raises:
            DetectorError: there are not as many rows as URLs, a URL is no text, a value is not one
                of -1, 0 and 1, or a column stands there twice.
        """
        if len(urls) != len(evidence):
            raise DetectorError(
                f"there are {len(urls)} URLs and {len(evidence)} rows of evidence: each URL needs "
                "its own row, an empty one where nothing is known"
            )
        text_log_odds = self.text_log_odds(urls)
        return self.verdicts(text_log_odds, self.features.codes(evidence))

    def text_log_odds(self, urls: Sequence[str]) -> Floats:
        """The part of each URL's log-odds that its text alone makes, prior and intercept included.

        Raises:
            DetectorError: one is no text.
        """
        for place, url in enumerate(urls):
            if not isinstance(url, str):
                raise DetectorError(f"URL {place} is {url!r}, must be text")
        distinct = {url: place for place, url in enumerate(dict.fromkeys(urls))}
        position = np.array([distinct[url] for url in urls], dtype=np.int64)
        scores = np.asarray(self.url_text.score(list(distinct)), dtype=np.float64)
        return np.asarray(self.ground + self.manifest.weights.url_text * scores)[position]

    def verdicts(self, text_log_odds: Floats, codes: Codes) -> Verdicts:
        """The verdicts on rows whose text has been judged.

        Args:
            text_log_odds: shape (n_rows,), as `text_log_odds` gives them.
            codes: shape (n_rows, n_features), as `Detector.codes` gives them.
        """
        first, index = distinct_rows(codes)
        distinct = codes[first]
        log_odds = text_log_odds + self.evidence.log_odds(distinct)[index]
        tier = self._tiers(distinct)[index]
        probability = np.asarray(expit(log_odds))
        return Verdicts(
            probability=probability,
            decision=probability >= self._thresholds[tier],
            tier=self._tier_names[tier],
            threshold=self._thresholds[tier],
            detector=self.manifest.detector,
            digest=self.manifest.digest,
        )

    def examine(self, url: str, evidence: Mapping[str, int | None]) -> Verdict:
        """The verdict on one URL, with its reasons; its figures are those of `score`, to the bit.

        The first call reads the models' leaves, which takes about a second.

        Args:
            url: any text.
            evidence: -1, 0 or 1 by the feature's name; None, or no entry, where it is not known.
                Names of other features are ignored.

        Raises:
            DetectorError: a value is none of these.
        """
        if self._examiner is None:
            self._examiner = FusedExaminer(self)
        return self._examiner.examine(url, evidence)

    def _tiers(self, codes: Codes) -> NDArray[np.int64]:
        """The tier of each row; a URL's text is always there, so its group always is."""
        known = codes.copy()
        url_group = self.features.manifest.groups[next(iter(self.features.manifest.groups))]
        column = self.features.manifest.features.index(url_group[0])
        known[known[:, column] == self.features.manifest.missing, column] = 0
        return self.features.tiers(known)
