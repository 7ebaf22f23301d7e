"""Commands beside ``kedro run``: reading logs, and what became of them.

Each runs a pipeline with its arguments as runtime parameters, so that everything it does can be
done by ``kedro run`` and the settings in ``conf`` as well.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from network_security.commands.alerts import alerts, replay_alert
from network_security.commands.check import check_mail, check_url
from network_security.commands.running import absolute, environment, open_catalog, run_pipeline

if TYPE_CHECKING:
    import pandas as pd


@click.group(name="network_security")
def cli() -> None:
    """Commands of network-security."""


for command in (check_url, check_mail, alerts, replay_alert):
    cli.add_command(command)


@cli.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--format", "-f", "format_", help="Format of all of them; else told from the content."
)
@click.option("--name", help="What the source is called in tables; else each file's path.")
@click.option("--timezone", help="Zone of times that name none.  [UTC]")
@click.option("--complete", is_flag=True, help="Take a last line without its end as well.")
@click.option("--workers", type=click.IntRange(1), help="Processes that parse.")
@click.option("--line-limit", type=click.IntRange(1), help="Longest line in bytes.")
@environment
def ingest(
    paths: tuple[str, ...],
    *,
    format_: str | None,
    name: str | None,
    timezone: str | None,
    complete: bool,
    workers: int | None,
    line_limit: int | None,
    env: str | None,
) -> None:
    """Read logs into the store: files, folders, patterns, - for standard input.

    What was read before is not read again. After an interruption, or when there is more, run it
    again: it goes on where it stopped.
    """
    from network_security.sensors import FORMATS  # noqa: PLC0415 - not for every kedro command
    from network_security.sensors.times import zone  # noqa: PLC0415
    from network_security.streaming.read_options import EMPTY  # noqa: PLC0415

    if format_ is not None and format_ not in FORMATS:
        raise click.BadParameter(f"no format {format_!r}: one of {', '.join(FORMATS)}")
    source: dict[str, Any] = {"format": format_, "name": name, "complete": complete}
    if timezone is not None:
        try:
            zone(timezone)
        except ValueError as error:
            raise click.BadParameter(str(error)) from error
        source["timezone"] = timezone
    parameters = {
        "sources": [source | {"path": absolute(path)} for path in paths],
        "workers": workers,
        "line_limit": line_limit,
    }
    summary = _ingest("ingestion", parameters, env)
    if (summary["problem"].notna() & summary["problem"].ne(EMPTY)).any():
        sys.exit(1)


@cli.command("replay-dead-letters")
@click.option("--format", "-f", "format_", help="Only those of one format.")
@click.option("--source", help="Only those of one source.")
@click.option("--reason", help="Only those of one reason, such as syntax.")
@environment
def replay_dead_letters(
    *, format_: str | None, source: str | None, reason: str | None, env: str | None
) -> None:
    """Parse what could not be parsed again, after a parser was mended."""
    wanted = {"sensor": format_, "source": source, "reason.code": reason}
    query = {name: value for name, value in wanted.items() if value is not None}
    _ingest("replay_dead_letters", {"dead_letters": query}, env)


@cli.command("parser-health")
@environment
def parser_health(*, env: str | None) -> None:
    """Show what each source's parser made of what it was given, all runs together."""
    from network_security.streaming.health import health_of  # noqa: PLC0415
    from network_security.streaming.tables import show_health  # noqa: PLC0415

    with open_catalog(env) as catalog:
        show_health(health_of(catalog.load("ingestion.checkpoints")))


_since = click.option("--since", help="A day, or a time in ISO 8601; in UTC without a zone.")
_until = click.option("--until", help="Likewise, the end.")


@cli.command()
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


@cli.command()
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


def _ingest(pipeline: str, parameters: dict[str, Any], env: str | None) -> pd.DataFrame:
    """Run a pipeline that stores events, show and return its summary."""
    from network_security.streaming.tables import show_summary  # noqa: PLC0415

    summary: pd.DataFrame = run_pipeline(pipeline, parameters, env)["ingestion.summary"].load()
    show_summary(summary)
    return summary
