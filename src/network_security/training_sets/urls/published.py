"""The published URL lists that are read when a folder holds them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

PHISHING: Final = 1
LEGITIMATE: Final = 0

LABELS: Final[Mapping[str, int]] = {
    "phishing": PHISHING, "phish": PHISHING, "malicious": PHISHING, "1": PHISHING,
    "legitimate": LEGITIMATE, "benign": LEGITIMATE, "0": LEGITIMATE,
}  # fmt: skip
"""What a label may be called in a file; -1 is not among them, for lists differ over its sense."""


@dataclass(frozen=True)
class UrlList:
    """A file of URLs, and how to read it.

    A CSV file has a header; any other is one URL a line. Either may be compressed with gzip.

    Attributes:
        source: short name, kept with every URL.
        file: path of the file, relative to the folder of the data.
        label: of every URL, 1 for phishing and 0 for legitimate; None where a column tells.
        url_column, label_column, date_column, source_column: their names in a CSV file; the last
            two may be absent, and a cell of the last says more closely whom a URL comes from.
        home: where anyone gets the file.
        licence: terms of the list.
    """

    source: str
    file: str
    label: int | None = None
    url_column: str = "url"
    label_column: str = "label"
    date_column: str = "date"
    source_column: str = "source"
    home: str = ""
    licence: str = ""

    def __post_init__(self) -> None:
        """Refuse a list without a name, and a label that is none."""
        if not self.source or not self.file:
            raise ValueError(f"a URL list needs a source and a file: {self}")
        if self.label not in {None, PHISHING, LEGITIMATE}:
            raise ValueError(
                f"the label of {self.source} is {self.label!r}, must be 1 (phishing) or 0"
            )


PUBLISHED: Final = (
    UrlList(
        source="hannousse",
        file="phishing_urls/hannousse_yahiouche_2021.csv.gz",
        label_column="status",
        home="https://data.mendeley.com/datasets/c2gw7fy2j4 (A. Hannousse, S. Yahiouche, 2021)",
        licence="CC BY 4.0",
    ),
    UrlList(
        source="jpcert",
        file="phishing_urls/jpcert_phishing.csv.gz",
        label=PHISHING,
        home="https://github.com/JPCERTCC/phishurl-list (its CSV files, one after the other)",
        licence="as JPCERT/CC states there",
    ),
    UrlList(
        source="citizenlab",
        file="phishing_urls/citizenlab_legitimate.txt.gz",
        label=LEGITIMATE,
        home="https://github.com/citizenlab/test-lists (the URL column of its lists)",
        licence="CC BY-NC-SA 4.0: no commercial use",
    ),
)
