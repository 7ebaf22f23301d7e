"""Snort's fast alerts: one line an alert. Format: Snort 2.9 Users Manual, "alert_fast"."""

from network_security.simulator.actions import Alert
from network_security.simulator.writers import times
from network_security.simulator.writers.writer import Line, Lines, Writer


class Snort(Writer):
    """One line an alert."""

    path = "ids/snort.log"

    def alert(self, alert: Alert) -> Lines:
        """Write the alert."""
        signature, connection = alert.signature, alert.connection
        stamp = times.written("%m/%d-%H:%M:%S", int(alert.time))
        yield Line(
            alert.time,
            f"{stamp}.{times.fraction(alert.time, 6)}  [**] [1:{signature.number}:"
            f"{signature.revision}] {signature.message} [**] [Classification: "
            f"{signature.classification}] [Priority: {signature.priority}] "
            f"{{{connection.transport.upper()}}} {connection.source}:{connection.source_port} -> "
            f"{connection.destination}:{connection.destination_port}",
        )
