"""``kedro correlate`` and ``kedro score``: judging what is stored, or whatever else is at hand."""

from __future__ import annotations

import json
import sys

import click

from network_security.commands.running import absolute, environment, run_pipeline

_since = click.option("--since", help="A day, or a time in ISO 8601; in UTC without a zone.")
_until = click.option("--until", help="Likewise, the end.")


@click.command()
@_since
@_until
@environment
def correlate(*, since: str | None, until: str | None, env: str | None) -> None:
    """Join stored events of all sensors to rows of evidence, a URL and day each.

    All days that events of the span may have a part in are made anew, by default all there are;
    what was made before stays the same. `kedro score --as evidence` judges the rows.
    """
    parameters = {"since": since, "until": until}
    summary = run_pipeline("correlation", parameters, env)["correlation.summary"].load()
    click.echo(json.dumps(summary, indent=2))


@click.command()
@click.argument("source", required=False)
@click.option(
    "--as",
    "kind",
    type=click.Choice(["features", "urls", "messages", "evidence"]),
    help="What SOURCE holds; else told from the content. evidence: what correlate stored.",
)
@click.option("--out", type=click.Path(dir_okay=False), help="Verdicts' file; else data/07_...")
@click.option("--id-column", help="The column that says what a row is about.")
@click.option("--drop-columns", is_flag=True, help="Leave out the source's other columns.")
@click.option("--no-store", is_flag=True, help="Write the file only, not into MongoDB.")
@click.option("--delimiter", help="Of a CSV file.  [,]")
@click.option("--workers", type=click.IntRange(1), help="Threads or processes that score.")
@click.option("--scheduler", help="Dask scheduler whose workers score: tcp://host:8786.")
@_since
@_until
@environment
def score(
    source: str | None,
    *,
    kind: str | None,
    out: str | None,
    id_column: str | None,
    drop_columns: bool,
    no_store: bool,
    delimiter: str | None,
    workers: int | None,
    scheduler: str | None,
    since: str | None,
    until: str | None,
    env: str | None,
) -> None:
    """Judge rows: a table of features or URLs, a list of URLs, messages, or stored evidence.

    SOURCE is a CSV or Parquet file, a text file with a URL a line, or a file, folder or pattern of
    .eml or mbox files. Verdicts go to MongoDB and to a file, Parquet or, by its name, CSV. Nothing
    is contacted. After an interruption, run it again: it goes on where it stopped.
    """
    if source is None and kind != "evidence":
        raise click.UsageError("name what to score: a file, a folder, a pattern; or --as evidence")
    if (since or until) and kind != "evidence":
        raise click.UsageError("--since and --until are for --as evidence")
    parameters = {
        "source": absolute(source) if source else None,
        "kind": kind,
        "out": absolute(out) if out else None,
        "versioned": False if out else None,
        "id_column": id_column,
        "keep_columns": False if drop_columns else None,
        "store": False if no_store else None,
        "delimiter": delimiter,
        "workers": workers,
        "scheduler": scheduler,
        "since": since,
        "until": until,
    }
    summary = run_pipeline("batch_prediction", parameters, env)["batch_prediction.summary"].load()
    click.echo(json.dumps(summary, indent=2))
    if summary["rejected"]:
        sys.exit(1)
