"""``kedro user``: who may sign in to the service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getuser
from typing import TYPE_CHECKING

import click

from network_security.commands.running import environment, plain_errors

if TYPE_CHECKING:
    from network_security.serving.services.accounts import Accounts

ROLES = click.Choice(["viewer", "analyst", "admin"])


@click.group()
def user() -> None:
    """Users of the service."""


@user.command()
@click.argument("name")
@click.option("--role", type=ROLES, default="analyst", show_default=True)
@click.password_option(help="Asked for when it is not given; better so, as others see commands.")
@environment
def add(name: str, *, role: str, password: str, env: str | None) -> None:
    """Add a user."""
    from network_security.serving.security.roles import Role  # noqa: PLC0415

    with accounts(env) as known:
        made = known.create_user(name, password, Role.named(role), by=operator())
    click.echo(f"{made.name} may sign in as {made.role}.")


@user.command("list")
@environment
def list_(*, env: str | None) -> None:
    """List all users."""
    with accounts(env) as known:
        for each in known.users():
            state = "  disabled" if each.disabled else ""
            click.echo(f"{each.name:<32} {each.role:<8} since {each.created:%Y-%m-%d}{state}")


@user.command()
@click.argument("name")
@environment
def disable(name: str, *, env: str | None) -> None:
    """Shut a user out, at once wherever they are signed in."""
    with accounts(env) as known:
        known.change_user(name, by=operator(), disabled=True)
    click.echo(f"{name} may not sign in any more.")


@contextmanager
def accounts(env: str | None) -> Iterator[Accounts]:
    """Users and keys of the store that a configuration environment names."""
    from network_security.serving.configuration import load_settings  # noqa: PLC0415
    from network_security.serving.problems import Problem  # noqa: PLC0415
    from network_security.serving.security.doorkeeper import Doorkeeper  # noqa: PLC0415
    from network_security.serving.services.accounts import Accounts  # noqa: PLC0415
    from network_security.serving.services.audit import Audit  # noqa: PLC0415
    from network_security.storage.times import utc_now  # noqa: PLC0415

    with plain_errors():
        settings = load_settings(env)
        database = settings.store.open()
        doorkeeper = Doorkeeper(database, session_hours=settings.session_hours)
        try:
            yield Accounts(doorkeeper, Audit(database, utc_now), utc_now)
        except Problem as problem:
            raise click.ClickException(problem.detail) from problem


def operator() -> str:
    """Who works at this terminal, for the audit log."""
    try:
        return f"terminal:{getuser()}"
    except (KeyError, OSError):
        return "terminal"
