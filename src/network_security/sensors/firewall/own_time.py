"""The time that an event states itself, before the one in the header that a relay put around it."""

from datetime import datetime, tzinfo

from network_security.sensors.times import ASSUMED_YEAR, ASSUMED_ZONE, Clock, parse_time

_HEADER_NOTES = (ASSUMED_YEAR, ASSUMED_ZONE)


def own_time(
    written: object, clock: Clock, header: datetime | None = None, zone: tzinfo | None = None
) -> datetime | None:
    """Return the event's own time in UTC, or the header's when it states none.

    What was assumed to read the header is forgotten when its time is not used.

    Args:
        written: The event's own time, as written; None when it has none.
        clock: Takes what is assumed.
        header: The header's time.
        zone: The zone that the event states apart from its time.
    """
    if written is None:
        return header
    own = Clock(clock.received, zone or clock.zone)
    moment = parse_time(written, own)
    if moment is None:
        return header
    if own.assumed or clock.assumed:
        noted = [tag for tag in own.assumed if zone is None or tag != ASSUMED_ZONE]
        clock.assumed[:] = [tag for tag in clock.assumed if tag not in _HEADER_NOTES] + noted
    return moment
