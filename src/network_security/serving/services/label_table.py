"""Labels as CSV, a row for each URL, host or message that one is about."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from network_security.scoring.verdict_file import neutral
from network_security.serving.services.labels import Label

COLUMNS: Final = (
    "time", "author", "verdict", "holds", "reason", "entity", "alert", "detector", "models",
)  # fmt: skip


def as_csv(labels: Iterable[Label]) -> Iterator[str]:
    """Lines of CSV (RFC 4180), the heading first; texts that spreadsheets run are neutralised.

    Columns: ``time`` (ISO 8601, UTC), ``author``, ``verdict``, ``holds`` (``true`` unless something
    newer was said of the alert), ``reason``, ``entity``, ``alert`` (its id), ``detector``, and
    ``models`` (SHA-256, a blank between).
    """
    yield _line(COLUMNS)
    for label in labels:
        for entity in label.entities:
            yield _line(
                (
                    label.at.isoformat(timespec="milliseconds"),
                    label.who,
                    label.verdict,
                    str(label.holds).lower(),
                    label.why,
                    entity,
                    label.alert,
                    label.detector,
                    " ".join(label.models),
                )
            )


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    # A lone surrogate is no text that UTF-8 has.
    texts = (str(neutral(cell)).encode("utf-8", "replace").decode() for cell in cells)
    csv.writer(line).writerow(texts)
    return line.getvalue()
