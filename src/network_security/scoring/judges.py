"""Who judges rows: a detector of 30 features, or one that reads the URL as well.

A judge is a pure function of the rows that it is given: a row's verdict does not depend on those
beside it, or on those judged before, to the bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from network_security.detection.detector import Detector, Verdicts
from network_security.evidence.phishing import EVIDENCE_GROUPS, extract
from network_security.evidence.urls import URL, parse, unwrap
from network_security.scoring.evidence_keys import Keys, codes_of, encode, keys_of
from network_security.scoring.known_verdicts import KnownVerdicts
from network_security.scoring.rows import TableError

URL_COLUMN: Final = "url"
_SHOWN: Final = 100


@dataclass(frozen=True)
class Judge:
    """What a job says of the one who judges.

    Attributes:
        detector: the detector's name.
        digest: SHA-256 that changes with anything that it judges by.
        features: columns that it reads as evidence.
        missing: the code of evidence that is not there.
        facts: what a verdict says of the model besides.
        columns: what it adds to a verdict, beside the columns that all have.
        own_features: features that it reads off a row itself where none are supplied.
    """

    detector: str
    digest: str
    features: tuple[str, ...]
    missing: int
    facts: Mapping[str, Any]
    columns: pa.Schema = field(default_factory=lambda: pa.schema([]))
    own_features: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judged:
    """What a judge made of rows.

    Attributes:
        evidence: each row's key, of shape (n_rows,); means nothing where there is a problem.
        problems: rows that cannot be judged, by position, and why.
        verdicts: on the other rows, in their order.
        columns: the judge's own columns for the same rows.
    """

    evidence: Keys
    problems: Mapping[int, str]
    verdicts: Verdicts
    columns: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    @property
    def scored(self) -> NDArray[np.bool_]:
        """Which rows have a verdict, of shape (n_rows,)."""
        scored = np.ones(len(self.evidence), np.bool_)
        scored[list(self.problems)] = False
        return scored


class RowJudge(Protocol):
    """Judges rows."""

    @property
    def about(self) -> Judge: ...  # noqa: D102 - described above

    def check(self, columns: Sequence[str], source: str) -> None:
        """Refuse a source whose columns are not enough.

        Raises:
            TableError: says which are missing.
        """
        ...

    def judge(self, frame: pd.DataFrame) -> Judged:
        """Judge rows, of shape (n_rows, n_columns)."""
        ...


class FeatureJudge:
    """Judges rows of the 30 features."""

    def __init__(
        self, detector: Detector, *, workers: int = 1, unknown: Sequence[str] = ()
    ) -> None:
        """Judge with a detector, in so many threads.

        Args:
            detector: scores rows that were not seen before.
            workers: threads that it does so in.
            unknown: words that stand for unknown evidence.
        """
        manifest = detector.manifest
        self.about = Judge(
            manifest.detector,
            manifest.digest,
            manifest.features,
            manifest.missing,
            {
                "digest": manifest.digest,
                "ensemble": manifest.ensemble.get("name"),
                "false_positive_rate": manifest.false_positive_rate,
                "trained_on": manifest.training.get("name"),
                "trained_on_sha256": manifest.training.get("sha256"),
                "simulated": manifest.training.get("simulated"),
                "code_version": manifest.training.get("code_version"),
            },
        )
        self._known = KnownVerdicts(detector, workers=workers)
        self._unknown = unknown

    def check(self, columns: Sequence[str], source: str) -> None:
        """As `RowJudge`: at least one of the features must be there."""
        features = self.about.features
        if not set(features) & set(columns):
            raise TableError(
                f"{source}: none of the {len(features)} features is a column, the columns are "
                f"{', '.join(map(str, columns[:10]))}: name them as in "
                f"{', '.join(features[:3])}, ..., or the URLs' column {URL_COLUMN}"
            )

    def judge(self, frame: pd.DataFrame) -> Judged:
        """As `RowJudge`."""
        about = self.about
        keys, problems = encode(frame, about.features, missing=about.missing, unknown=self._unknown)
        scored = np.ones(len(keys), np.bool_)
        scored[list(problems)] = False
        return Judged(keys, problems, self._known.score(keys[scored]))


class UrlDetector(Protocol):
    """Judges URLs by their text and by the features of their sites; `FusedDetector` is one."""

    @property
    def features(self) -> Detector: ...  # noqa: D102
    @property
    def manifest(self) -> Any: ...  # noqa: D102
    def score(self, urls: Sequence[str], evidence: pd.DataFrame) -> Verdicts: ...  # noqa: D102


class UrlJudge:
    """Judges URLs as they stand in a log, a list or a message.

    A URL is judged as its sender wrote it, without defanging and a gateway's wrapping, and by the
    features that it shows itself; those that the row supplies beside it win.
    """

    def __init__(self, detector: UrlDetector, *, unknown: Sequence[str] = ()) -> None:
        """Judge with a detector.

        Args:
            detector: judges URLs and evidence.
            unknown: words that stand for unknown evidence.
        """
        manifest = detector.manifest
        self.about = Judge(
            manifest.detector,
            manifest.digest,
            detector.features.manifest.features,
            detector.features.manifest.missing,
            {
                "digest": manifest.digest,
                "features_digest": manifest.features_digest,
                "url_text_digest": manifest.url_text_digest,
                "false_positive_rate": manifest.false_positive_rate,
                "prior": manifest.prior,
            },
            pa.schema([("judged_url", pa.string())]),
            EVIDENCE_GROUPS["url"],
        )
        self._detector = detector
        self._unknown = unknown

    def check(self, columns: Sequence[str], source: str) -> None:
        """As `RowJudge`: there must be one column of URLs."""
        _url_column(columns, source)

    def judge(self, frame: pd.DataFrame) -> Judged:
        """As `RowJudge`."""
        about = self.about
        keys, problems = encode(frame, about.features, missing=about.missing, unknown=self._unknown)
        given = frame[_url_column(list(frame.columns), "the rows")].tolist()
        sent = {url: _sent(url) for url in set(given)}
        for row, url in enumerate(given):
            if sent[url] is None:
                problems.setdefault(row, f"{_shown(url)} has no host to judge")
        scored = np.array([row for row in range(len(given)) if row not in problems], np.int64)
        urls: list[URL] = [sent[given[row]] for row in scored]  # type: ignore[misc]
        evidence = self._evidence(urls, keys[scored])
        texts = [url.text for url in urls]
        keys[scored] = keys_of(evidence)
        codes = pd.DataFrame(evidence, columns=list(about.features))
        verdicts = self._detector.score(texts, codes)
        return Judged(keys, dict(sorted(problems.items())), verdicts, {"judged_url": texts})

    def _evidence(self, urls: Sequence[URL], supplied: Keys) -> NDArray[np.int8]:
        """The features' codes: what a row supplies, else what the URL itself shows."""
        features, missing = self.about.features, self.about.missing
        shown: dict[str, list[int]] = {}
        for url in urls:
            if url.text not in shown:
                found = extract(url)
                values = (found.get(name) for name in features)
                shown[url.text] = [missing if value is None else value for value in values]
        own = np.array([shown[url.text] for url in urls], np.int8).reshape(-1, len(features))
        given = codes_of(supplied, len(features), missing=missing)
        return np.where(given == missing, own, given).astype(np.int8)


def _url_column(columns: Sequence[str], source: str) -> str:
    """The column of URLs, however its name is written."""
    found = [name for name in columns if str(name).strip().lower() == URL_COLUMN]
    if len(found) != 1:
        raise TableError(
            f"{source}: {len(found)} columns are called {URL_COLUMN!r}, the columns are "
            f"{', '.join(map(str, columns[:10]))}: name the column of URLs so"
        )
    return found[0]


def _sent(given: Any) -> URL | None:
    """The URL as its sender wrote it; None for what has no host."""
    if not isinstance(given, str) or not given.strip():
        return None
    sent = unwrap(parse(given)).sent
    return sent if sent.leads_to_a_host else None


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
