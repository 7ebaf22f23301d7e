"""The tables that the commands end with."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

MOST_ROWS = 40
WIDTH = 160
"""Of a table that is written into a file or a pipe."""

Column = tuple[str, str, Callable[[object], str]]
"""Name in the frame, heading, and how a value is written."""


def _number(value: object) -> str:
    return f"{value:,.0f}" if value else "0"


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _source(value: object) -> str:
    """A path as one would type it."""
    written = str(value)
    if not Path(written).is_absolute():
        return written
    return min(written, os.path.relpath(written), key=len)


def _share(value: object) -> str:
    return f"{value:.2%}"


def _seconds(value: object) -> str:
    """Within which of a few round spans."""
    for span, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if float(value) >= span:  # type: ignore[arg-type]
            return f"< {float(value) / span:,.0f} {unit}"  # type: ignore[arg-type]
    return f"< {value:.0f} s"


def _moment(value: object) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S}"


SUMMARY: tuple[Column, ...] = (
    ("source", "source", _source),
    ("format", "format", _text),
    ("records", "records", _number),
    ("events", "events", _number),
    ("messages", "messages", _number),
    ("dead_letters", "dead letters", _number),
    ("reasons", "reasons", _text),
    ("events_per_second", "events/s", _number),
    ("problem", "remark", _text),
)
HEALTH: tuple[Column, ...] = (
    ("source", "source", _source),
    ("format", "format", _text),
    ("records", "records", _number),
    ("dead_letter_rate", "dead letters", _share),
    ("reasons", "reasons", _text),
    ("unknown_field_rate", "unknown fields", _share),
    ("latency_p50_seconds", "latency p50", _seconds),
    ("latency_p95_seconds", "p95", _seconds),
    ("last_seen", "last seen", _moment),
    ("last_read", "last read", _moment),
)


def show_summary(summary: pd.DataFrame) -> None:
    """Print what a run read and stored."""
    frame = summary.copy()
    waits = frame["waiting_bytes"].gt(0) & frame["problem"].isna()
    frame["problem"] = frame["problem"].astype(object)
    frame.loc[waits, "problem"] = frame["waiting_bytes"].map(
        lambda size: f"{size:,} bytes wait for the end of their line (--complete takes them)"
    )
    _show(frame, SUMMARY)
    if len(frame) > 1:
        total = frame[["records", "events", "messages", "dead_letters"]].sum()
        seconds = max(frame["seconds"].sum(), 1e-9)
        Console(width=WIDTH, highlight=False).print(
            f"{len(frame):,} sources: {total.records:,} records, {total.events:,} events, "
            f"{total.messages:,} messages, {total.dead_letters:,} dead letters, "
            f"{total.events / seconds:,.0f} events/s"
        )


def show_health(health: pd.DataFrame) -> None:
    """Print what each source's parser made of what it was given."""
    _show(health, HEALTH)


def _show(frame: pd.DataFrame, columns: Sequence[Column]) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for _, heading, write in columns:
        justify: Literal["left", "right"] = "left" if write in (_text, _source) else "right"
        table.add_column(heading, justify=justify, overflow="fold")
    for row in frame.head(MOST_ROWS).to_dict("records"):
        # As Text: paths and reasons may hold what rich would take for markup.
        cells = ["" if pd.isna(row[name]) else write(row[name]) for name, _, write in columns]
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)
    if len(frame) > MOST_ROWS:
        console.print(f"and {len(frame) - MOST_ROWS:,} more, in the summary's file")
