r"""Cuts a stream of bytes into the records that `parse_event` takes, as the bytes come.

>>> from network_security.sensors.framing import framer_class
>>> framer = framer_class("sshd", b"first line")()
>>> [record.text for record in framer.feed(b"first line\nsecond ")]
['first line']
>>> framer.pending, [record.text for record in framer.feed(b"line\n")]
(7, ['second line'])
"""

from network_security.sensors.framing.base import (
    MESSAGE_LIMIT,
    RECORD_LIMIT,
    TOO_LONG,
    Framer,
    Record,
)
from network_security.sensors.framing.choice import HEAD, framer_class

__all__ = [
    "HEAD",
    "MESSAGE_LIMIT",
    "RECORD_LIMIT",
    "TOO_LONG",
    "Framer",
    "Record",
    "framer_class",
]
