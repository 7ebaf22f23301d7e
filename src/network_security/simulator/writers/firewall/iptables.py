"""Linux netfilter's LOG target, for rules that log new connections and drops.

Format: ip_log of the kernel's nf_log_syslog, behind the kernel's time since start.
"""

from network_security.simulator.actions import Connection
from network_security.simulator.network import FIREWALL_NAME, mac
from network_security.simulator.writers import text
from network_security.simulator.writers.firewall.firewall import Firewall, hops_left, translations
from network_security.simulator.writers.writer import Line, Lines

INTERFACES = {"lan": "eth1", "servers": "eth2", "dmz": "eth3", "wan": "eth0"}
UPTIME_AT = 1_760_000_000
"""When the gateway was started."""
FIREWALL_MAC = "00:00:5e:00:53:fe"


class Iptables(Firewall):
    """One line a new connection: [UFW ALLOW] or [UFW BLOCK]."""

    path = "firewall/iptables.log"

    def opened(self, connection: Connection) -> Lines:
        """Write the first packet of an allowed connection."""
        egress = INTERFACES[connection.destination_zone]
        return self._line(connection, "[UFW ALLOW]", egress, connection.destination)

    def denied(self, connection: Connection) -> Lines:
        """Write a dropped packet; one to the firewall's own addresses leaves by no interface."""
        inside = connection.destination_zone != "wan"
        egress = INTERFACES[connection.destination_zone] if inside else ""
        return self._line(connection, "[UFW BLOCK]", egress, translations(connection)[1][0])

    def _line(self, connection: Connection, prefix: str, egress: str, destination: str) -> Lines:
        rng = self.rng
        uptime = connection.time - UPTIME_AT
        payload = connection.sent if connection.transport == "udp" else 0
        header = text.bsd_header(connection.time, FIREWALL_NAME, "kernel")
        packet = (
            f"[{uptime:.6f}] {prefix} IN={INTERFACES[connection.source_zone]} OUT={egress} "
            f"MAC={FIREWALL_MAC}:{mac(connection.source)}:08:00 SRC={connection.source} "
            f"DST={destination} LEN={28 + payload if connection.transport == 'udp' else 60} "
            f"TOS=0x00 PREC=0x00 TTL={hops_left(connection)} ID={rng.getrandbits(16)} "
        )
        ports = f"SPT={connection.source_port} DPT={connection.destination_port}"
        if connection.transport == "udp":
            packet += f"PROTO=UDP {ports} LEN={8 + payload}"
        else:
            window = 1024 if connection.outcome == "denied" else 64240
            packet += f"DF PROTO=TCP {ports} WINDOW={window} RES=0x00 SYN URGP=0"
        yield Line(connection.time, f"{text.priority(0, 4)}{header}{packet}")
