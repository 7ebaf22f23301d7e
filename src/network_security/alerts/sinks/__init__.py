"""Where alerts are sent: one small module a kind of receiver, registered in ``making``.

A sink delivers one announcement, or says why not. That it is tried again, and that a slow one holds
up no other, is the business of `network_security.alerts.outbox` and `alerts.couriers`.
"""

from network_security.alerts.sinks.announcement import Announcement
from network_security.alerts.sinks.making import SINKS, make_sinks
from network_security.alerts.sinks.sink import DeliveryError, Sink, SinkError, SinkOptions

__all__ = [
    "SINKS",
    "Announcement",
    "DeliveryError",
    "Sink",
    "SinkError",
    "SinkOptions",
    "make_sinks",
]
