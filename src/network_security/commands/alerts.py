"""``kedro alerts`` and ``kedro replay-alert``: what is in the queue, and how it came there."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from network_security.alerts.severity import SEVERITIES
from network_security.alerts.triage import STATUSES
from network_security.commands.running import environment, open_catalog

if TYPE_CHECKING:
    from kedro.io import DataCatalog

    from network_security.alerts.alert import Alert
    from network_security.alerts.receipt import Scorer

SHOWN_ID: Final = 12
_TIME: Final = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])


@click.command("alerts")
@click.option("--status", type=click.Choice(STATUSES), help="Only those in this status.")
@click.option("--severity", type=click.Choice(SEVERITIES), help="Only those of this severity.")
@click.option("--detector", help="Only those of this detector.")
@click.option("--assignee", help="Only those of this person.")
@click.option("--entity", help="Only those whose URL, message or host begins so.")
@click.option("--since", type=_TIME, help="Only those seen then or later, UTC.")
@click.option("--until", type=_TIME, help="Only those last seen before, UTC.")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True)
@click.option("--after", help="What the page before ended with.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document a line.")
@environment
def alerts(
    *,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    after: str | None,
    as_json: bool,
    env: str | None,
    **wanted: Any,
) -> None:
    """List alerts, those last seen first; `kedro run --pipelines=alerts` makes them."""
    from network_security.alerts.queries import AlertFilter  # noqa: PLC0415
    from network_security.storage.queries import QueryError  # noqa: PLC0415

    for name, time in (("since", since), ("until", until)):
        wanted[name] = time and time.replace(tzinfo=UTC)
    with open_catalog(env) as catalog:
        store = catalog.load("alerts.store")
        try:
            page = store.page(AlertFilter(**wanted), after=after, size=limit)
        except QueryError as error:
            raise click.UsageError(str(error)) from error
        if as_json:
            for alert in page.alerts:
                click.echo(json.dumps(alert.to_document(), default=_iso))
            return
        for alert in page.alerts:
            click.echo(_line(alert))
        counted = {status: sum(each.values()) for status, each in store.counts().items()}
        click.echo(", ".join(f"{number:,} {status}" for status, number in counted.items()))
        if page.cursor:
            click.echo(f"more: --after {page.cursor}")


@click.command("replay-alert")
@click.argument("alert_id", metavar="ID")
@environment
def replay_alert(alert_id: str, *, env: str | None) -> None:
    """Judge what an alert is made of again, and say whether the same comes out, to the bit.

    ID may be the first characters, as `kedro alerts` shows them, of an alert among the last 500.
    """
    from network_security.alerts.replaying import replay_findings  # noqa: PLC0415
    from network_security.alerts.store import AlertNotFoundError  # noqa: PLC0415
    from network_security.evidence.urls.defang import defang  # noqa: PLC0415

    with open_catalog(env) as catalog:
        store = catalog.load("alerts.store")
        try:
            alert = _found(store, alert_id)
        except AlertNotFoundError as error:
            raise click.ClickException(str(error)) from error
        click.echo(_line(alert))
        made = replay_findings(store.findings(alert), _available(catalog))
    for each in made:
        click.echo(defang(str(each)))
    if not all(each.replay.equal for each in made):
        sys.exit(1)


def _found(store: Any, id_: str) -> Alert:
    """The alert of an id, or of the first characters of one."""
    known = [each for each in store.page(size=500).alerts if each.id.startswith(id_)]
    alert: Alert = known[0] if len(known) == 1 else store.get(id_)
    return alert


def _available(catalog: DataCatalog) -> dict[str, Scorer]:
    """Every model at hand that judges URLs or messages, by its digest."""
    from network_security.alerts.replaying import scorers  # noqa: PLC0415
    from network_security.pretrained import load_detector  # noqa: PLC0415
    from network_security.scoring.newest import (  # noqa: PLC0415
        newest_detector,
        newest_message_detector,
    )

    fused = catalog.load("phishing.fused_detector")
    models = catalog.load("batch_prediction.models")
    folder = Path(models.folder)
    return scorers(
        [load_detector(), newest_detector(folder, models.detector)],
        {fused.manifest.digest: fused},
        [newest_message_detector(folder, fused)],
    )


def _line(alert: Alert) -> str:
    from network_security.evidence.urls.defang import defang  # noqa: PLC0415

    techniques = " ".join(alert.techniques)
    return (
        f"{alert.id[:SHOWN_ID]}  {alert.last_seen:%Y-%m-%d %H:%M}  {alert.severity:13}  "
        f"{alert.triage.status:12}  {alert.count:>5}  {defang(alert.title)}  {techniques}"
    ).rstrip()


def _iso(value: datetime) -> str:
    return value.isoformat()
