"""Which lists the operator supplies, and how they are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self, TypeVar, get_args

ThreatFormat = Literal["plain", "csv", "stix", "misp"]
NameReading = Literal["registered", "domain", "host"]

HIGHEST_CONFIDENCE = 100
"""Of certainty (STIX 2.1, section 3.2, `confidence`)."""
LONGEST_DAYS = 36_500.0

_Options = TypeVar("_Options")


@dataclass(frozen=True, kw_only=True)
class RankListOptions:
    """A list of the most visited sites.

    Without columns a line is `rank,domain`, or a domain whose rank is its place; a header is
    skipped.

    Attributes:
        name: What the list is called in summaries.
        path: The file: text, or text in gzip or zip.
        domain_column: Header of the column that holds the domain or origin.
        rank_column: Header of the column that holds the rank; None for the order of the lines.
        max_age_days: Age of the file in days from which on it is not used; None for any.

    Raises:
        ValueError: If a value is not in its range.
    """

    name: str
    path: str
    domain_column: str | None = None
    rank_column: str | None = None
    max_age_days: float | None = None

    def __post_init__(self) -> None:
        """Refuse what could not work."""
        _check_source(self.name, self.path)
        _check_days(self.name, "max_age_days", self.max_age_days)
        if self.rank_column is not None and self.domain_column is None:
            raise ValueError(f"list {self.name!r}: rank_column needs domain_column beside it")


@dataclass(frozen=True, kw_only=True)
class CsvColumns:
    """Headers of a threat list's columns; None for one that the list lacks.

    Attributes:
        indicator: The URL, host, domain, address or network.
        type: What the indicator is, as `url` or `domain`; told from its text without it.
        date: From when on it holds.
        until: Until when it holds.
        confidence: 0 to 100, or low, medium, high.
        category: What kind of threat it is.
        reference: Where more is said of it.
        header: The names of all columns, for a file that has no header.
        delimiter: What stands between cells, one character.

    Raises:
        ValueError: If the delimiter is not one character.
    """

    indicator: str = "indicator"
    type: str | None = None
    date: str | None = None
    until: str | None = None
    confidence: str | None = None
    category: str | None = None
    reference: str | None = None
    header: tuple[str, ...] = ()
    delimiter: str = ","

    def __post_init__(self) -> None:
        """Refuse what could not work."""
        if len(self.delimiter) != 1:
            raise ValueError(f"delimiter is {self.delimiter!r}, not one character")


@dataclass(frozen=True, kw_only=True)
class ThreatListOptions:
    """A list of URLs, hosts, domains and addresses that are known to be bad.

    Attributes:
        name: What the list is called in matches.
        path: The file: text, or text in gzip or zip; for MISP also the folder of a feed.
        format: `plain` (an entry a line, or a hosts file), `csv`, `stix` or `misp`.
        category: Kind of threat of entries that name none.
        confidence: 0 to 100, of entries that name none; None for unknown.
        least_confidence: Entries of less confidence are left out; those of unknown stay.
        names: What a name without a scheme stands for: with `registered` a domain that somebody
            registered stands for all its hosts, and a longer name for that host alone; with
            `domain` every name stands for all hosts under it, with `host` for itself alone.
        any_query: Whether a URL without a query also matches its page with any query.
        max_age_days: Age of the file in days from which on it is not used; None for any.
        expires_after_days: Days after its date, or the file's, for which an entry holds that names
            no end; None for ever.
        columns: The columns of a CSV file.

    Raises:
        ValueError: If a value is not in its range.
    """

    name: str
    path: str
    format: ThreatFormat = "plain"
    category: str = ""
    confidence: int | None = None
    least_confidence: int = 0
    names: NameReading = "registered"
    any_query: bool = False
    max_age_days: float | None = None
    expires_after_days: float | None = None
    columns: CsvColumns = field(default_factory=CsvColumns)

    def __post_init__(self) -> None:
        """Refuse what could not work."""
        _check_source(self.name, self.path)
        _check_days(self.name, "max_age_days", self.max_age_days)
        _check_days(self.name, "expires_after_days", self.expires_after_days)
        for option, value, choices in (
            ("format", self.format, get_args(ThreatFormat)),
            ("names", self.names, get_args(NameReading)),
        ):
            if value not in choices:
                raise ValueError(
                    f"list {self.name!r}: {option} is {value!r}, not one of {', '.join(choices)}"
                )
        for option, number in (
            ("confidence", self.confidence),
            ("least_confidence", self.least_confidence),
        ):
            if number is not None and not 0 <= number <= HIGHEST_CONFIDENCE:
                raise ValueError(f"list {self.name!r}: {option} is {number}, not in 0 to 100")


@dataclass(frozen=True, kw_only=True)
class ListsOptions:
    """All lists; none by default.

    Attributes:
        ranks: The rank lists; a site's rank is its best one.
        threats: The threat lists.

    Raises:
        ValueError: If two lists have the same name.
    """

    ranks: tuple[RankListOptions, ...] = ()
    threats: tuple[ThreatListOptions, ...] = ()

    def __post_init__(self) -> None:
        """Refuse names that say nothing."""
        names = [one.name for one in self.ranks] + [one.name for one in self.threats]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two lists are called {repeated[0]!r}; each needs a name of its own")

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, Any]) -> Self:
        """Return the options that a configuration holds, as `{"ranks": [...], "threats": [...]}`.

        Raises:
            ValueError: If an option is unknown, missing, or not in its range.
        """
        if unknown := sorted(set(parameters) - {"ranks", "threats"}):
            raise ValueError(f"lists: {unknown[0]!r} is no option; there are ranks and threats")
        return cls(
            ranks=tuple(_made(RankListOptions, one) for one in parameters.get("ranks") or ()),
            threats=tuple(_threat_list(one) for one in parameters.get("threats") or ()),
        )


def _threat_list(parameters: Mapping[str, Any]) -> ThreatListOptions:
    values = dict(parameters)
    if "columns" in values:
        columns = dict(values["columns"])
        columns["header"] = tuple(columns.get("header", ()))
        values["columns"] = _made(CsvColumns, columns)
    return _made(ThreatListOptions, values)


def _made(kind: type[_Options], values: Mapping[str, Any]) -> _Options:
    try:
        return kind(**values)
    except TypeError as error:
        raise ValueError(f"list {values.get('name', '')!r}: {error}") from error


def _check_source(name: str, path: str) -> None:
    if not name or not path:
        raise ValueError(f"a list needs a name and a path; they are {name!r} and {path!r}")


def _check_days(name: str, option: str, days: float | None) -> None:
    if days is not None and not 0 < days <= LONGEST_DAYS:
        raise ValueError(f"list {name!r}: {option} is {days}, not above 0 and up to 36,500")
