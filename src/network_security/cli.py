"""Commands beside ``kedro run``: reading logs, and what became of them.

Each runs a pipeline with its arguments as runtime parameters, so that everything it does can be
done by ``kedro run`` and the settings in ``conf`` as well.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from network_security.config import project_folder

if TYPE_CHECKING:
    import pandas as pd

STOPPED = 130
"""Exit status after Ctrl-C, as shells have it."""

_environment = click.option("--env", "-e", help="Configuration environment, as for kedro run.")


@click.group(name="network_security")
def cli() -> None:
    """Commands of network-security."""


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
@_environment
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
        "sources": [source | {"path": _absolute(path)} for path in paths],
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
@_environment
def replay_dead_letters(
    *, format_: str | None, source: str | None, reason: str | None, env: str | None
) -> None:
    """Parse what could not be parsed again, after a parser was mended."""
    wanted = {"sensor": format_, "source": source, "reason.code": reason}
    query = {name: value for name, value in wanted.items() if value is not None}
    _ingest("replay_dead_letters", {"dead_letters": query}, env)


@cli.command("parser-health")
@_environment
def parser_health(*, env: str | None) -> None:
    """Show what each source's parser made of what it was given, all runs together."""
    from kedro.framework.session import KedroSession  # noqa: PLC0415

    from network_security.streaming.health import health_of  # noqa: PLC0415
    from network_security.streaming.tables import show_health  # noqa: PLC0415

    with _plain_errors(), KedroSession.create(project_path=project_folder(), env=env) as session:
        checkpoints = session.load_context().catalog.load("ingestion.checkpoints")  # type: ignore[attr-defined]
        show_health(health_of(checkpoints))


@cli.command()
@click.argument("table", type=click.Path(exists=True, dir_okay=False))
@click.option("--out", type=click.Path(dir_okay=False), help="Verdicts' file; else data/07_...")
@click.option("--id-column", help="The column that says what a row is about.")
@click.option("--drop-columns", is_flag=True, help="Leave out columns that are no features.")
@click.option("--no-store", is_flag=True, help="Write the file only, not into MongoDB.")
@click.option("--delimiter", help="Of a CSV file.  [,]")
@click.option("--workers", type=click.IntRange(1), help="Threads that score.")
@_environment
def score(
    table: str,
    *,
    out: str | None,
    id_column: str | None,
    drop_columns: bool,
    no_store: bool,
    delimiter: str | None,
    workers: int | None,
    env: str | None,
) -> None:
    """Judge a table of feature rows, CSV or Parquet; empty cells are unknown evidence.

    After an interruption, run it again: it goes on where it stopped.
    """
    parameters = {
        "table": _absolute(table),
        "out": _absolute(out) if out else None,
        "versioned": False if out else None,
        "id_column": id_column,
        "keep_columns": False if drop_columns else None,
        "store": False if no_store else None,
        "delimiter": delimiter,
        "workers": workers,
    }
    summary = _run("batch_prediction", parameters, env)["batch_prediction.summary"].load()
    click.echo(json.dumps(summary, indent=2))
    if summary["rejected"]:
        sys.exit(1)


def _ingest(pipeline: str, parameters: dict[str, Any], env: str | None) -> pd.DataFrame:
    """Run a pipeline that stores events, show and return its summary."""
    from network_security.streaming.tables import show_summary  # noqa: PLC0415

    summary: pd.DataFrame = _run(pipeline, parameters, env)["ingestion.summary"].load()
    show_summary(summary)
    return summary


def _run(pipeline: str, parameters: dict[str, Any], env: str | None) -> dict[str, Any]:
    """Run a pipeline with those parameters that are given; returns its outputs."""
    from kedro.framework.session import KedroSession  # noqa: PLC0415
    from kedro.runner import SequentialRunner  # noqa: PLC0415

    # Of interest in a training, not in three nodes around a progress bar.
    logging.getLogger("network_security.hooks").setLevel(logging.WARNING)
    given = {name: value for name, value in parameters.items() if value is not None}
    with (
        _plain_errors(),
        KedroSession.create(
            project_path=project_folder(), env=env, runtime_params=given
        ) as session,
    ):
        # Named, as kedro-viz takes a run without one for one that it cannot follow.
        runner = SequentialRunner()
        return session.run(pipeline_names=[pipeline], runner=runner)  # type: ignore[call-arg]


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Say what went wrong in one line, without the way through the code."""
    from kedro.io import DatasetError  # noqa: PLC0415

    from network_security.storage import StoreError  # noqa: PLC0415

    try:
        yield
    except KeyboardInterrupt:
        click.echo("Stopped. What was read so far is stored: run it again to go on.", err=True)
        sys.exit(STOPPED)
    except (DatasetError, StoreError) as error:
        raise click.ClickException(str(error)) from error


def _absolute(path: str) -> str:
    return path if path == "-" else os.path.abspath(path)  # noqa: PTH100 - of a pattern
