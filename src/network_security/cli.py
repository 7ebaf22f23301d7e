"""The commands that ``kedro`` has in this project beside its own; each is in `commands`."""

import click

from network_security.commands.alerts import alerts, replay_alert
from network_security.commands.api_keys import api_key
from network_security.commands.check import check_mail, check_url
from network_security.commands.demo import demo
from network_security.commands.forget import forget
from network_security.commands.history import correlate, score
from network_security.commands.ingest import ingest, parser_health, replay_dead_letters
from network_security.commands.serve import serve
from network_security.commands.users import user
from network_security.commands.watch import watch


@click.group(name="network_security")
def cli() -> None:
    """Commands of network-security."""


for command in (
    alerts,
    api_key,
    check_mail,
    check_url,
    correlate,
    demo,
    forget,
    ingest,
    parser_health,
    replay_alert,
    replay_dead_letters,
    score,
    serve,
    user,
    watch,
):
    cli.add_command(command)
