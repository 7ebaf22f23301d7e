"""``kedro demo``: everything at once, with simulated traffic."""

from __future__ import annotations

import sys

import click


@click.command()
@click.option(
    "--port", type=click.IntRange(1, 65_535), default=8000, show_default=True,
    help="Port of the service; another one if it is taken.",
)  # fmt: skip
@click.option("--seed", type=int, default=7, show_default=True, help="Of the simulated network.")
def demo(*, port: int, seed: int) -> None:
    """Show it all: store, watcher, service, and a simulated company under attack.

    Nothing is contacted, and nothing of yours is read or changed: all of it happens on this machine
    and in data/demo, which each start empties. Ctrl-C ends it.
    """
    from network_security.demo.demonstration import (  # noqa: PLC0415 - not for every command
        Demonstration,
        DemonstrationError,
        Plan,
    )
    from network_security.demo.folder import FolderError  # noqa: PLC0415
    from network_security.storage import StoreError  # noqa: PLC0415

    plan = Plan.of_project(port=port, seed=seed)
    try:
        Demonstration(plan, _say).run()
    except (DemonstrationError, FolderError, StoreError) as error:
        raise click.ClickException(str(error)) from error


def _say(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()
