"""From raw firewall, IDS and e-mail gateway logs to explained, calibrated security alerts."""

from network_security import privacy

__version__ = "0.1.0"

privacy.disable_telemetry()
