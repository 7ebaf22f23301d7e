"""Raw firewall, IDS, e-mail gateway and authentication logs, as Elastic Common Schema documents.

>>> from network_security.sensors import FORMATS, parse_event
>>> event = parse_event(FORMATS["suricata"].sample, format="suricata")
>>> event["event"]["module"]
'suricata'
"""

from network_security.sensors.errors import ParseError
from network_security.sensors.parsing import MAX_CHARACTERS, parse_event
from network_security.sensors.registry import FORMATS, Format

__all__ = ["FORMATS", "MAX_CHARACTERS", "Format", "ParseError", "parse_event"]
