"""``kedro forget``: deletes what the store has kept for long enough."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import click

from network_security.commands.running import STOPPED, environment, open_catalog

if TYPE_CHECKING:
    from network_security.storage.forgetting import Forgotten

COLLECTIONS: Final = ("events", "dead_letters", "evidence", "verdicts")


@click.command()
@click.option(
    "--older-than",
    type=click.IntRange(1, 36_500),
    metavar="DAYS",
    help="Whole days, in UTC, that are kept besides today.",
)
@click.option(
    "--collection",
    "collections",
    type=click.Choice(COLLECTIONS),
    multiple=True,
    help="Only this one; may be repeated.  [all four]",
)
@click.option("--alerted-too", is_flag=True, help="Also what alerts rest on, which is kept else.")
@click.option("--dry-run", is_flag=True, help="Delete nothing, and say how much it would be.")
@environment
def forget(
    *,
    older_than: int | None,
    collections: tuple[str, ...],
    alerted_too: bool,
    dry_run: bool,
    env: str | None,
) -> None:
    """Delete old events, dead letters, evidence and verdicts.

    Alerts, their findings, labels, the audit trail and what is blocked stay; so do the documents
    that alerts rest on. DAYS is by default the `days` of `retention` in conf. Others may use the
    store meanwhile. After an interruption, run it again.
    """
    from network_security.storage.forgetting import beginning_of  # noqa: PLC0415
    from network_security.storage.times import utc_now  # noqa: PLC0415

    with open_catalog(env) as catalog:
        retention = catalog.load("retention")
        days = older_than or retention.days
        if days is None:
            raise click.UsageError("say how many days to keep: --older-than 30")
        before = beginning_of(days, utc_now())
        counts: dict[str, Forgotten] = {}
        stopped = False
        try:
            for count in retention.forget(
                before, collections or COLLECTIONS, alerted_too=alerted_too, trial=dry_run
            ):
                counts[count.collection] = count
        except KeyboardInterrupt:
            stopped = True
    for count in counts.values():
        click.echo(_line(count, dry_run=dry_run))
    if stopped:
        click.echo("Stopped: what is left is deleted the next time.", err=True)
        sys.exit(STOPPED)


def _line(count: Forgotten, *, dry_run: bool) -> str:
    done = "would be deleted" if dry_run else "deleted"
    kept = f", {count.kept:,} kept for alerts" if count.kept else ""
    return f"{count.collection}: {count.deleted:,} from before {count.before:%Y-%m-%d} {done}{kept}"
