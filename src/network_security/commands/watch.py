"""``kedro watch``: from what arrives to alerts, until it is stopped."""

from __future__ import annotations

import logging
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final

import click

from network_security.commands.running import absolute, environment, open_catalog

UNFINISHED: Final = 3
"""Exit status when something that was received still waits in the journal or the store."""


@click.command()
@click.option(
    "--role",
    type=click.Choice(["all", "receive", "judge"]),
    help="receive listens and stores, judge makes alerts of what is stored.  [all]",
)
@click.option("--one-process", is_flag=True, help="Judge in the process that receives.")
@click.option("--syslog-udp", multiple=True, metavar="HOST:PORT", help="Syslog over UDP.")
@click.option("--syslog-tcp", multiple=True, metavar="HOST:PORT", help="Syslog over TCP.")
@click.option("--syslog-tls", multiple=True, metavar="HOST:PORT", help="Syslog over TLS.")
@click.option("--tls-certificate", type=click.Path(), help="PEM file, for --syslog-tls.")
@click.option("--tls-key", type=click.Path(), help="PEM file, likewise.")
@click.option("--tls-client-ca", type=click.Path(), help="PEM file; clients then need one of its.")
@click.option("--http", multiple=True, metavar="HOST:PORT", help="POST /v1/events.")
@click.option("--tail", multiple=True, metavar="PATH", help="Follow a file, folder or pattern.")
@click.option("--drop", multiple=True, metavar="FOLDER", help="Take the messages put into it.")
@click.option("--quiet", "-q", is_flag=True, help="No status line.")
@environment
def watch(*, one_process: bool, quiet: bool, env: str | None, **given: Any) -> None:
    """Receive events, store them, and make alerts of them, until Ctrl-C or SIGTERM.

    Options take the place of the settings in conf. What was received is stored and judged before it
    ends; a second Ctrl-C ends it at once, and the next start goes on where it stopped. There are
    two processes, one of which judges; with --one-process they are one, which takes 200 MB less
    and, where much arrives, seconds longer.
    """
    from network_security.alerts.couriers import Couriers  # noqa: PLC0415 - not for every command
    from network_security.commands.judge_process import JudgeProcess  # noqa: PLC0415
    from network_security.storage.housekeeping import Housekeeping  # noqa: PLC0415

    logging.getLogger("network_security").setLevel(logging.INFO)
    with open_catalog(env, _parameters(given)) as catalog:
        watcher = catalog.load("watching.watcher")
        beside: AbstractContextManager[Any] = nullcontext()
        housekeeping: AbstractContextManager[Any] = nullcontext()
        settings = watcher.settings
        if settings.role == "all" and settings.receives and not one_process:
            watcher = watcher.in_role("receive")
            beside = JudgeProcess(env, settings.pace.drain_seconds)
        elif settings.role != "receive":
            outbox = catalog.load("alerts.outbox")
            watcher, beside = watcher.telling(outbox), Couriers(outbox)
            housekeeping = Housekeeping(catalog.load("retention"))
        line = _StatusLine() if not quiet and sys.stderr.isatty() else None
        try:
            with beside, housekeeping:
                drained = watcher.run(
                    ready=lambda: _say_ready(watcher),
                    show=line.show if line else None,
                )
                if isinstance(beside, JudgeProcess):
                    beside.at_once = not drained
            if isinstance(beside, JudgeProcess):
                drained &= beside.drained
        except (OSError, ValueError) as error:
            raise click.ClickException(f"cannot watch: {error}") from error
        finally:
            if line:
                line.end()
    if not drained:
        click.echo("Stopped before everything was judged: the next start goes on.", err=True)
        sys.exit(UNFINISHED)


def _parameters(given: dict[str, Any]) -> dict[str, Any]:
    """The options that were given, as runtime parameters of the catalog."""
    listening = {
        name: list(given[name])
        for name in ("syslog_udp", "syslog_tcp", "syslog_tls", "http")
        if given[name]
    }
    paths = {name: [absolute(one) for one in given[name]] for name in ("tail", "drop")}
    tls = {
        name: absolute(given[f"tls_{name}"])
        for name in ("certificate", "key", "client_ca")
        if given[f"tls_{name}"]
    }
    found = listening | {name: value for name, value in paths.items() if value}
    if given["role"]:
        found["role"] = given["role"]
    return found | ({"tls": tls} if tls else {})


def _say_ready(watcher: Any) -> None:
    for name, addresses in watcher.addresses.items():
        for address in addresses:
            click.echo(f"{name} on {address}", err=True)
    does = "Watching" if watcher.settings.receives else "Judging what others store"
    click.echo(f"{does}; Ctrl-C ends it.")


class _StatusLine:
    """The last line of a terminal."""

    def show(self, text: str) -> None:
        """Write it anew."""
        width = 118
        click.echo(f"\r\x1b[K{text[:width]}", nl=False, err=True)

    def end(self) -> None:
        """Go on below it."""
        click.echo(err=True)
