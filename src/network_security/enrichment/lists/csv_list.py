"""A threat list with columns."""

from collections.abc import Iterator
from pathlib import Path

from network_security.enrichment.lists.csv_rows import csv_rows
from network_security.enrichment.lists.entries import NO_ADDRESS, read_as, read_entry
from network_security.enrichment.lists.errors import EntryError, Skipped
from network_security.enrichment.lists.files import opened
from network_security.enrichment.lists.indicators import Entry, ThreatIndicator
from network_security.enrichment.lists.options import NameReading, ThreatListOptions
from network_security.enrichment.lists.values import kind_of, read_confidence, read_time


def read_csv(options: ThreatListOptions, skipped: Skipped) -> Iterator[ThreatIndicator]:
    """Yield the indicators of a file; rows that hold none are counted.

    Raises:
        ListError: If the file cannot be read, or lacks a column.
    """
    columns, path = options.columns, Path(options.path)
    wanted = (
        columns.indicator, columns.type, columns.date, columns.until, columns.confidence,
        columns.category, columns.reference,
    )  # fmt: skip
    with opened(path) as text:
        for line, cells in csv_rows(
            text, path, wanted, skipped, header=columns.header, delimiter=columns.delimiter
        ):
            indicator, type_, date, until, confidence, category, reference = cells
            try:
                yield ThreatIndicator(
                    _entry(indicator, type_, options.names),
                    options.name,
                    category,
                    read_confidence(confidence),
                    read_time(date),
                    read_time(until),
                    reference or f"line {line}",
                )
            except EntryError as error:
                skipped.add(str(error), f"line {line}", indicator)


def _entry(indicator: str, type_: str, names: NameReading) -> Entry:
    """The entry of a cell, of the kind that its type says, if it says one."""
    if not type_:
        return read_entry(indicator, names)
    kind = kind_of(type_)
    if kind not in ("ip", "network"):
        return read_as(indicator, kind)
    entry = read_entry(indicator, names)  # It may have a port.
    if entry.kind not in ("ip", "network"):
        raise EntryError(NO_ADDRESS)
    return entry
