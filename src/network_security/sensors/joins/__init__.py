"""One event a message from e-mail logs that spread a message over many lines.

A mail server logs what it does, not what became of a message. A joiner is fed the parsed lines of
one stream in their order and gives back, beside them, one document for each message:

>>> from network_security.sensors import FORMATS, parse_event
>>> joiner = JOINERS["postfix"]()
>>> joiner.feed(parse_event(FORMATS["postfix"].sample, format="postfix"), position=0)
[]

Formats that write one line a message need no joiner.
"""

from network_security.sensors.joins.cisco_esa import CiscoEsaJoiner
from network_security.sensors.joins.message import INCOMPLETE, Limits
from network_security.sensors.joins.messages import Joiner
from network_security.sensors.joins.postfix import PostfixJoiner

JOINERS: dict[str, type[Joiner]] = {"postfix": PostfixJoiner, "cisco_esa": CiscoEsaJoiner}
"""Format -> its joiner."""

__all__ = ["INCOMPLETE", "JOINERS", "Joiner", "Limits"]
