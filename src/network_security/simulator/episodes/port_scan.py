"""Port scans: of the company's public addresses from outside, of its servers from inside."""

from random import Random

from network_security.simulator.actions import Action, Alert
from network_security.simulator.episodes.episode import Episode
from network_security.simulator.network import PUBLIC_ADDRESSES, Network
from network_security.simulator.randomness import skewed
from network_security.simulator.signatures import DATABASE_SCAN, SYN_SCAN
from network_security.simulator.traffic import connect

PORTS = (
    21, 22, 23, 25, 53, 80, 81, 88, 110, 111, 113, 135, 139, 143, 199, 389, 443, 445, 465, 514, 548,
    554, 587, 631, 636, 873, 993, 995, 1025, 1433, 1521, 1720, 1723, 2049, 2375, 3128, 3306, 3389,
    4443, 5000, 5060, 5432, 5900, 5985, 6379, 8000, 8008, 8080, 8443, 8888, 9000, 9090, 9200, 10000,
    27017,
)  # fmt: skip
"""Those that the common scanners try first."""
OPEN = {"10.20.30.25": (25,), "10.20.30.80": (80, 443), "10.20.30.22": (22,),
        "10.20.20.10": (53, 88, 135, 139, 389, 445, 636, 3389), "10.20.20.20": (135, 139, 445),
        "10.20.20.30": (22, 80, 443), "10.20.20.53": (22, 53), "10.20.20.40": (22, 873),
        "10.20.20.25": (22, 25, 143, 993)}  # fmt: skip
SERVICES = {22: "ssh", 25: "smtp", 53: "dns", 80: "http", 443: "https", 445: "smb", 88: "kerberos"}
DATABASES = (1433, 1521, 3306, 5432)
FILTERED = 0.55
"""Share of closed ports of the servers that the firewall hides from workstations."""


def from_outside(rng: Random, network: Network, start: float) -> Episode:
    """Return a scan of all public addresses; the firewall drops what no server offers."""
    scanner = f"203.0.113.{rng.randrange(195, 209)}"
    published = {host.public: host for host in network.servers.values() if host.public}
    actions: list[Action] = []
    time = start
    source_port = rng.randrange(40_000, 60_000)
    for port in rng.sample(PORTS, len(PORTS)):
        for public in rng.sample(PUBLIC_ADDRESSES, len(PUBLIC_ADDRESSES)):
            time += skewed(rng, 0.08, 0.7)
            host = published.get(public)
            reached = host is not None and port in OPEN[host.address]
            probe = connect(
                rng, network, time, scanner, host.address if reached and host else public, port,
                SERVICES.get(port, "probe"), outcome="reset" if reached else "denied",
                duration=0.03, source_port=source_port,
            )  # fmt: skip
            actions.append(probe)
            if reached:
                actions.append(Alert(time + 0.01, probe, SYN_SCAN))
    return Episode("external_port_scan", ("T1595.001",), tuple(actions), {"addresses": (scanner,)})


def from_inside(rng: Random, network: Network, start: float) -> Episode:
    """Return a scan of the server network from a workstation."""
    user = rng.choice(network.present)
    servers = [host for host in network.servers.values() if host.address.startswith("10.20.20.")]
    actions: list[Action] = []
    time = start
    for host in rng.sample(servers, len(servers)):
        for port in rng.sample(PORTS, len(PORTS)):
            time += skewed(rng, 0.012, 0.6)
            if port in OPEN[host.address]:
                outcome = "reset"
            else:
                outcome = "denied" if rng.random() < FILTERED else "refused"
            probe = connect(
                rng, network, time, user.workstation.address, host.address, port,
                SERVICES.get(port, "probe"), outcome=outcome, duration=0.004, user=user.account,
            )  # fmt: skip
            actions.append(probe)
            if port in DATABASES:
                actions.append(Alert(time, probe, DATABASE_SCAN))
        time += skewed(rng, 1.5, 0.5)
    return Episode(
        "internal_port_scan",
        ("T1046",),
        tuple(actions),
        {
            "addresses": (user.workstation.address, *(host.address for host in servers)),
            "users": (user.account,),
            "hosts": (user.workstation.name,),
        },
    )
