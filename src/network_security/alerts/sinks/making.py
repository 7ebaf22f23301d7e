"""The kinds of sinks, and those that a configuration names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from network_security.alerts.sinks.mail import Mail, MailOptions
from network_security.alerts.sinks.ndjson import NdjsonFile, NdjsonOptions
from network_security.alerts.sinks.sink import Sink, SinkError, SinkOptions
from network_security.alerts.sinks.slack import Slack, SlackOptions
from network_security.alerts.sinks.stix_files import StixFiles, StixOptions
from network_security.alerts.sinks.syslog import Syslog, SyslogOptions
from network_security.alerts.sinks.webhook import Webhook, WebhookOptions
from network_security.storage.times import utc_now


class SinkType(NamedTuple):
    """A kind of sink.

    Attributes:
        options: What it is told.
        make: It, of its options, credentials and a clock.
    """

    options: type[SinkOptions]
    make: Callable[..., Sink]


SINKS: Final[dict[str, SinkType]] = {
    "webhook": SinkType(WebhookOptions, Webhook),
    "slack": SinkType(SlackOptions, Slack),
    "mail": SinkType(MailOptions, Mail),
    "syslog": SinkType(SyslogOptions, Syslog),
    "ndjson": SinkType(NdjsonOptions, NdjsonFile),
    "stix": SinkType(StixOptions, StixFiles),
}
"""All kinds, by their ``type`` in a configuration."""


def make_sinks(
    parameters: Iterable[Mapping[str, Any]],
    credentials: Mapping[str, Mapping[str, str]] | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> tuple[Sink, ...]:
    """Return the sinks that a configuration names; nothing is contacted.

    Args:
        parameters: Of each sink: ``type``, ``name``, and its options.
        credentials: The secrets of each, by its name.
        clock: Tells the time.

    Raises:
        SinkError: If one could not work, or two have the same name.

    >>> [sink.options.name for sink in make_sinks([{"type": "ndjson", "name": "file",
    ...                                             "path": "data/alerts.ndjson"}])]
    ['file']
    """
    secrets = credentials or {}
    sinks: dict[str, Sink] = {}
    for given in parameters:
        values = dict(given)
        name, type_ = values.get("name", ""), values.pop("type", None)
        if type_ not in SINKS:
            raise SinkError(f"sink {name!r}: type is {type_!r}: one of {', '.join(SINKS)}")
        kind = SINKS[type_]
        try:
            options = kind.options(**values)
        except TypeError as error:
            wrong = str(error).partition("__init__() ")[2]
            raise SinkError(f"sink {name!r} of type {type_}: {wrong}") from None
        if options.name in sinks:
            raise SinkError(f"two sinks are called {options.name!r}: give each a name of its own")
        sinks[options.name] = kind.make(options, secrets.get(options.name) or {}, clock)
    return tuple(sinks.values())
