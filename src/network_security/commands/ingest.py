"""``kedro ingest`` and what became of what it read.

Each runs a pipeline with its arguments as runtime parameters, so that everything it does can be
done by ``kedro run`` and the settings in ``conf`` as well.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from network_security.commands.running import absolute, environment, open_catalog, run_pipeline

if TYPE_CHECKING:
    import pandas as pd


@click.command()
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


@click.command("replay-dead-letters")
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


@click.command("parser-health")
@environment
def parser_health(*, env: str | None) -> None:
    """Show what each source's parser made of what it was given, all runs together."""
    from network_security.streaming.health import health_of  # noqa: PLC0415
    from network_security.streaming.tables import show_health  # noqa: PLC0415

    with open_catalog(env) as catalog:
        show_health(health_of(catalog.load("ingestion.checkpoints")))


def _ingest(pipeline: str, parameters: dict[str, Any], env: str | None) -> pd.DataFrame:
    """Run a pipeline that stores events, show and return its summary."""
    from network_security.streaming.tables import show_summary  # noqa: PLC0415

    summary: pd.DataFrame = run_pipeline(pipeline, parameters, env)["ingestion.summary"].load()
    show_summary(summary)
    return summary
