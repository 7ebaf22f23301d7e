"""``kedro api-key``: keys for programs that ask the service."""

from __future__ import annotations

import click

from network_security.commands.running import environment
from network_security.commands.users import ROLES, accounts, operator


@click.group("api-key")
def api_key() -> None:
    """Keys for programs that ask the service."""


@api_key.command()
@click.argument("name")
@click.option("--role", type=ROLES, default="viewer", show_default=True)
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True)
@environment
def create(name: str, *, role: str, days: int, env: str | None) -> None:
    """Make a key, NAME saying what it is for; it is shown this once."""
    from network_security.serving.security.roles import Role  # noqa: PLC0415

    with accounts(env) as known:
        key, text = known.create_key(name, Role.named(role), by=operator(), days=days)
    click.echo(f"Key {key.id} ({role}) for {key.name}; it will not be shown again:", err=True)
    click.echo(text)


@api_key.command("list")
@environment
def list_(*, env: str | None) -> None:
    """List all keys, without their secrets."""
    with accounts(env) as known:
        found = known.keys()
    for key in found:
        until = "for good" if key.expires is None else f"until {key.expires:%Y-%m-%d}"
        state = "revoked" if key.revoked else until
        click.echo(f"{key.id}  {key.role:<8} {state:<17} {key.name}")


@api_key.command()
@click.argument("id_", metavar="ID")
@environment
def revoke(id_: str, *, env: str | None) -> None:
    """Take a key back; a service that runs knows within some seconds."""
    with accounts(env) as known:
        known.revoke_key(id_, by=operator())
    click.echo(f"Key {id_} is not good any more.")
