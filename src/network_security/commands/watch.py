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
def watch(*, quiet: bool, env: str | None, **given: Any) -> None:
    """Receive events, store them, and make alerts of them, until Ctrl-C or SIGTERM.

    Options take the place of the settings in conf. What was received is stored and judged before it
    ends; a second Ctrl-C ends it at once, and the next start goes on where it stopped.
    """
    from network_security.alerts.couriers import Couriers  # noqa: PLC0415 - not for every command

    logging.getLogger("network_security").setLevel(logging.INFO)
    with open_catalog(env, _parameters(given)) as catalog:
        watcher = catalog.load("watching.watcher")
        delivering: AbstractContextManager[Any] = nullcontext()
        if watcher.settings.role != "receive":
            outbox = catalog.load("alerts.outbox")
            watcher, delivering = watcher.telling(outbox), Couriers(outbox)
        line = _StatusLine() if not quiet and sys.stderr.isatty() else None
        try:
            with delivering:
                drained = watcher.run(
                    ready=lambda: _say_ready(watcher), show=line.show if line else None
                )
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
    click.echo(f"Watching ({watcher.settings.role}); Ctrl-C ends it.", err=True)


class _StatusLine:
    """The last line of a terminal."""

    def show(self, text: str) -> None:
        """Write it anew."""
        width = 118
        click.echo(f"\r\x1b[K{text[:width]}", nl=False, err=True)

    def end(self) -> None:
        """Go on below it."""
        click.echo(err=True)
