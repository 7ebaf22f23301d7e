"""Times of Microsoft's services: UTC, mostly without saying so, and epochs in OData's dress."""

import re
from datetime import datetime

from network_security.sensors.times import Clock, parse_time

_ODATA = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/")


def parse_utc(value: object, clock: Clock) -> datetime | None:
    """Return the instant of a time that is in UTC when it names no zone, or None.

    Args:
        value: ``2026-01-14T08:00:00``, the same with a zone, or ``/Date(1768377600000)/``.
        clock: Reads what else a time may leave out.
    """
    if type(value) is not str or not value:
        return None
    odata = _ODATA.match(value)
    if odata:
        return parse_time(int(odata[1]), clock)
    zoned = value[-1] in "Zz" or "+" in value or "-" in value[10:]
    return parse_time(value if zoned else f"{value}Z", clock)
