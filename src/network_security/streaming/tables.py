"""The tables that the commands end with."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import click
import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

MOST_ROWS = 40
WIDTH = 160
"""Of a table that is written into a file or a pipe."""

LEAST_WIDTH = 96

OPTIONAL = ("messages", "reasons")
"""Columns that are left out when no row has anything in them."""

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
    return f"{value:%Y-%m-%d %H:%M}"


SUMMARY: tuple[Column, ...] = (
    ("source", "source", _source),
    ("format", "format", _text),
    ("records", "records", _number),
    ("events", "events", _number),
    ("messages", "messages", _number),
    ("dead_letters", "dead letters", _number),
    ("reasons", "reasons", _text),
    ("events_per_second", "events/s", _number),
)
HEALTH: tuple[Column, ...] = (
    ("source", "source", _source),
    ("format", "format", _text),
    ("records", "records", _number),
    ("dead_letter_rate", "dead", _share),
    ("reasons", "reasons", _text),
    ("unknown_field_rate", "unknown", _share),
    ("latency_p50_seconds", "arrival p50", _seconds),
    ("latency_p95_seconds", "p95", _seconds),
    ("last_seen", "last seen", _moment),
)


def show_summary(summary: pd.DataFrame) -> None:
    """Print what a run read and stored, and below what was not read, or not to its end."""
    _show(summary, SUMMARY)
    if len(summary) > 1:
        total = summary[["records", "events", "messages", "dead_letters"]].sum()
        seconds = max(summary["seconds"].sum(), 1e-9)
        click.echo(
            f"{len(summary):,} sources: {total.records:,} records, {total.events:,} events, "
            f"{total.messages:,} messages, {total.dead_letters:,} dead letters, "
            f"{total.events / seconds:,.0f} events/s"
        )
    for row in summary.to_dict("records"):
        source, waiting = _source(row["source"]), row["waiting_bytes"]
        if isinstance(row["problem"], str):
            click.echo(f"{source}: {row['problem']}")
        elif waiting:
            click.echo(
                f"{source}: {waiting:,} bytes wait for the end of their line "
                "(--complete takes them)"
            )


def show_health(health: pd.DataFrame) -> None:
    """Print what each source's parser made of what it was given."""
    _show(health, HEALTH)


def _show(frame: pd.DataFrame, columns: Sequence[Column]) -> None:
    console = Console()
    console = Console(width=max(console.width, LEAST_WIDTH) if console.is_terminal else WIDTH)
    rows = frame.head(MOST_ROWS).to_dict("records")
    table = Table(box=None, header_style="bold", pad_edge=False)
    shown = []
    for name, heading, write in columns:
        cells = ["" if pd.isna(row[name]) else write(row[name]) for row in rows]
        if heading in OPTIONAL and not any(cell not in ("", "0") for cell in cells):
            continue
        shown.append(cells)
        words = write in (_text, _source)
        # Numbers keep their width; paths and remarks share what is left of the line.
        table.add_column(
            heading,
            justify="left" if words else "right",
            overflow="fold",
            no_wrap=not words,
            min_width=min(24, max(map(len, cells), default=0)) if write is _source else None,
        )
    for row in zip(*shown, strict=True):
        # As Text: paths and reasons may hold what rich would take for markup.
        table.add_row(*map(Text, row))
    console.print(table)
    if len(frame) > MOST_ROWS:
        console.print(f"and {len(frame) - MOST_ROWS:,} more, in the summary's file")
