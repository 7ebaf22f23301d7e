"""``kedro serve``: the API and the pages."""

from __future__ import annotations

from typing import Any

import click

from network_security.commands.running import environment, plain_errors


@click.command()
@click.option("--host", help="Address to listen on.  [127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65_535), help="Port to listen on.  [8000]")
@click.option("--workers", type=click.IntRange(1), default=1, help="Processes that answer.  [1]")
@click.option("--demo", is_flag=True, help="Nobody signs in: all on this machine are analysts.")
@environment
def serve(*, host: str | None, port: int | None, workers: int, demo: bool, env: str | None) -> None:
    """Serve the API under /v1, and the pages, until Ctrl-C.

    The first time it prints a link, good once and for a day, where the first admin is created.
    """
    # Not for every command.
    from network_security.serving.configuration import load_settings  # noqa: PLC0415
    from network_security.serving.running import address_of, first_user_link, run  # noqa: PLC0415
    from network_security.serving.settings import SettingsError  # noqa: PLC0415

    given: dict[str, Any] = {"host": host, "port": port, "demo": demo or None}
    asked = {name: value for name, value in given.items() if value is not None}
    with plain_errors():
        try:
            settings = load_settings(env, asked)
        except SettingsError as error:
            raise click.UsageError(str(error)) from error
        link = first_user_link(settings)
        click.echo(f"Serving on {address_of(settings)} (Ctrl-C ends it)")
        if link is not None:
            click.echo(f"There is no user yet. Create the first admin here:\n  {link}")
        run(settings, env=env, asked=asked, workers=workers)
