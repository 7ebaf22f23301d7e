"""All that the service holds while it runs, made once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from pymongo.database import Database

from network_security.alerts.outbox import Outbox
from network_security.alerts.store import AlertStore
from network_security.judging import SiteLookups
from network_security.response.store import BlocklistStore
from network_security.serving.limits import RateLimit
from network_security.serving.security.doorkeeper import Doorkeeper
from network_security.serving.services.accounts import Accounts
from network_security.serving.services.audit import Audit
from network_security.serving.services.bounded_store import BoundedStore
from network_security.serving.services.events import Events
from network_security.serving.services.idempotency import Idempotency
from network_security.serving.services.jobs import Jobs
from network_security.serving.services.labels import Labels
from network_security.serving.services.model_watch import ModelWatch
from network_security.serving.services.signing_in import SigningIn
from network_security.serving.services.sources import Sources
from network_security.serving.services.watchers import Watchers
from network_security.serving.services.workshop import Workshop
from network_security.serving.settings import ServingSettings
from network_security.storage import ensure_indexes
from network_security.storage.times import utc_now


@dataclass(frozen=True)
class Services:
    """What requests use.

    Attributes:
        settings: how the service runs.
        database: the store.
        clock: tells the time, in milliseconds and UTC.
        doorkeeper: who asks.
        rate_limit: how often.
        signing_in: sign-ins, sign-outs, the first user.
        accounts: users and API keys.
        audit: who did what.
        alerts: the alerts, and what analysts do with them.
        outbox: what is sent of alerts to whom; read here, sent by who watches.
        blocklist: what is to be blocked, and what never is.
        events: the events.
        sources: parser health and dead letters.
        labels: what analysts said.
        models: the models that serve.
        lookups: what finds out about sites; None for nothing.
        jobs: long work that was asked for.
        workshop: does it.
        idempotency: answers to requests that may be sent again.
    """

    settings: ServingSettings
    database: Database[dict[str, Any]]
    clock: Callable[[], datetime]
    doorkeeper: Doorkeeper
    rate_limit: RateLimit
    signing_in: SigningIn
    accounts: Accounts
    audit: Audit
    alerts: AlertStore
    outbox: Outbox
    blocklist: BlocklistStore
    events: Events
    sources: Sources
    watchers: Watchers
    labels: Labels
    models: ModelWatch
    lookups: SiteLookups | None
    jobs: Jobs
    workshop: Workshop
    idempotency: Idempotency

    def start(self) -> None:
        """Begin what goes on beside requests: newer models are looked for, jobs worked on."""
        self.models.start()
        self.workshop.start()

    def stop(self) -> None:
        """End that; a job that runs is interrupted and can be resumed."""
        self.models.stop()
        self.workshop.stop()
        self.doorkeeper.close()


def make_services(
    settings: ServingSettings, *, clock: Callable[[], datetime] = utc_now
) -> Services:
    """Connect to the store, load the models, and put everything together.

    Raises:
        StoreError: the store cannot be used.
        DatasetError: the models cannot be loaded.
    """
    # An index of many documents takes its time.
    ensure_indexes(settings.store.open())
    store = BoundedStore(settings.store, settings.store_seconds)
    database, server = store.open(), settings.store.server()
    blocklist = settings.blocklist or BlocklistStore(store.open, name=server, clock=clock)
    doorkeeper = Doorkeeper(
        database,
        session_hours=settings.session_hours,
        store_seconds=settings.store_seconds,
        clock=clock,
    )
    audit = Audit(database, clock)
    limits = settings.limits
    jobs = Jobs(database, settings, audit, clock)
    idempotency = Idempotency(database, clock)

    def tidy() -> None:
        idempotency.purge()
        doorkeeper.sessions.purge(now=clock())

    return Services(
        settings=settings,
        database=database,
        clock=clock,
        doorkeeper=doorkeeper,
        rate_limit=RateLimit(limits.requests_per_second, limits.burst),
        signing_in=SigningIn(database, doorkeeper, audit, clock),
        accounts=Accounts(doorkeeper, audit, clock),
        audit=audit,
        alerts=AlertStore(store.open, name=server, clock=clock),
        outbox=Outbox(store.open, (), name=server, clock=clock),
        blocklist=blocklist.through(store.open),
        events=Events(database, clock),
        sources=Sources(database),
        watchers=Watchers(database),
        labels=Labels(database, clock),
        models=ModelWatch(settings.models, seconds=settings.reload_seconds),
        lookups=settings.lookups,
        jobs=jobs,
        workshop=Workshop(jobs, settings, tidy=tidy),
        idempotency=idempotency,
    )


def services_of(request: Request) -> Services:
    """The services of a request's application."""
    services: Services = request.app.state.services
    return services


Held = Annotated[Services, Depends(services_of)]
"""The services, as a route's argument."""
