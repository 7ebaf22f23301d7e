"""Refuses labelled URLs that no expert can be trained on.

In the catalog:

    validator:
      class: network_security.training_sets.urls.checks.validate_urls
      "on": [save]
"""

from typing import Final

import pandas as pd
import pandera.pandas as pa
from kedro.validation import PanderaValidator

from network_security.training_sets.urls.published import LEGITIMATE, PHISHING

MIN_OF_A_CLASS: Final = 100
"""URLs of each class, below which no figure means anything."""


def _in_utc(dates: pd.Series) -> bool:
    """Whether the dates are times in UTC, of any resolution."""
    return isinstance(dates.dtype, pd.DatetimeTZDtype) and str(dates.dtype.tz) == "UTC"


URLS_SCHEMA: Final = pa.DataFrameSchema(
    {
        "url": pa.Column(str, pa.Check.str_length(min_value=1), unique=True),
        "label": pa.Column("int8", pa.Check.isin((LEGITIMATE, PHISHING))),
        "source": pa.Column(str, pa.Check.str_length(min_value=1)),
        "date": pa.Column(checks=pa.Check(_in_utc, error="times in UTC"), nullable=True),
        "domain": pa.Column(str, pa.Check.str_length(min_value=1)),
    },
    strict=True,
    ordered=True,
)
"""The columns of `table.UrlTable`'s frame; each URL stands there once."""


class OneClassError(ValueError):
    """There are too few URLs of one class."""


def validate_urls(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame, validated; for the catalog's `validator:`.

    Raises:
        kedro.validation.DataValidationError: it does not follow `URLS_SCHEMA`.
        OneClassError: one class has fewer than `MIN_OF_A_CLASS` URLs.
    """
    validated: pd.DataFrame = PanderaValidator(URLS_SCHEMA).validate(frame)
    counts = validated["label"].value_counts().reindex([LEGITIMATE, PHISHING], fill_value=0)
    if counts.min() < MIN_OF_A_CLASS:
        raise OneClassError(
            f"{counts[PHISHING]} phishing and {counts[LEGITIMATE]} legitimate URLs: at least "
            f"{MIN_OF_A_CLASS} of each are needed; add a list of the class that is short "
            "(training_sets/urls/published.py names some)"
        )
    return validated
