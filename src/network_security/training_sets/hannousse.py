"""Reads the web pages of Hannousse and Yahiouche as rows of the 30 features.

An external set: other people chose the pages, six years later, and measured them with code of
their own. What its columns mean for the features stands in `hannousse_columns`.
"""

import gzip
import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import pandas as pd

from network_security.evidence.phishing import EVIDENCE_GROUPS, FEATURES, extract
from network_security.training_sets.hannousse_columns import CORRESPONDENCES
from network_security.training_sets.urls.domains import registered_domain
from network_security.training_sets.urls.published import LABELS

FILE: Final = "phishing_urls/hannousse_yahiouche_2021.csv.gz"
"""Path of the file, relative to a folder of data."""
HOME: Final = "https://data.mendeley.com/datasets/c2gw7fy2j4"
LICENCE: Final = "CC BY 4.0"
CITATION: Final = (
    'A. Hannousse, S. Yahiouche, "Web page phishing detection", 2021, doi:10.17632/c2gw7fy2j4.3'
)
COLUMNS: Final = ("url", "label", "domain", *FEATURES)

UrlFeatures = Literal["extracted", "published"]
_NEEDED: Final = frozenset(column for row in CORRESPONDENCES for column in row.columns)


class HannousseError(ValueError):
    """A file is not the set of Hannousse and Yahiouche."""


@dataclass(frozen=True, eq=False)
class ExternalSet:
    """Pages to judge a detector by that had no part in making it.

    Attributes:
        extracted: what `read_hannousse` gives, the URL features extracted.
        published: the same, the URL features as published.
        sha256: of the file, in hexadecimal.
    """

    extracted: pd.DataFrame
    published: pd.DataFrame
    sha256: str


def load_external_set(path: Path) -> ExternalSet:
    """The set with either kind of URL features.

    Raises:
        HannousseError: The file is not the set; says what is wrong.
        OSError: The file cannot be read.
    """
    return ExternalSet(
        read_hannousse(path, url_features="extracted"),
        read_hannousse(path, url_features="published"),
        hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def read_hannousse(path: Path, *, url_features: UrlFeatures = "extracted") -> pd.DataFrame:
    """The pages as rows of the 30 features.

    Args:
        path: The set as it is published, CSV, plain or gzip-compressed.
        url_features: Where those of the URL's text come from: ``extracted`` from the URL as in
            operation, or ``published``, as its authors' columns have them.

    Returns:
        Columns `COLUMNS`: the URL; its label, 1 for phishing and 0 for legitimate (int8); its
        registered domain; and the features, -1, 0 or 1 and NaN where no column says the same.

    Raises:
        HannousseError: The file is not the set; says what is wrong.
        OSError: The file cannot be read.
    """
    published = _read(path)
    features = pd.DataFrame(
        {
            row.feature: float("nan") if row.value is None else row.value(published)
            for row in CORRESPONDENCES
        },
        index=published.index,
        dtype="float64",
    )
    if url_features == "extracted":
        of_url = list(EVIDENCE_GROUPS["url"])
        extracted = pd.DataFrame(list(map(extract, published["url"])), index=published.index)
        features[of_url] = extracted[of_url].astype("float64")
    described = pd.DataFrame(
        {
            "url": published["url"],
            "label": published["status"].map(LABELS).astype("int8"),
            "domain": published["url"].map(registered_domain),
        }
    )
    return pd.concat([described, features], axis="columns")[list(COLUMNS)]


def _read(path: Path) -> pd.DataFrame:
    """The file's own columns, checked."""
    try:
        table = pd.read_csv(path, encoding="utf-8")
    except (EOFError, gzip.BadGzipFile, zlib.error, pd.errors.ParserError) as error:
        raise HannousseError(f"{path}: damaged ({error}); fetch it again from {HOME}") from error
    except (UnicodeDecodeError, pd.errors.EmptyDataError) as error:
        raise HannousseError(f"{path}: not a CSV file in UTF-8 ({error})") from error
    if missing := sorted({"url", "status", *_NEEDED} - set(table.columns)):
        raise HannousseError(f"{path}: no column {', '.join(missing)}; the set is had at {HOME}")
    if table["url"].isna().any():
        raise HannousseError(f"{path}: column url has empty cells")
    if unknown := sorted(set(table["status"].astype(str)) - set(LABELS)):
        raise HannousseError(
            f"{path}: column status holds {', '.join(unknown[:3])}; legitimate and phishing is "
            "what it may hold"
        )
    for column in sorted(_NEEDED):
        if not pd.api.types.is_numeric_dtype(table[column]) or table[column].isna().any():
            raise HannousseError(f"{path}: column {column} holds something else than numbers")
    return table
