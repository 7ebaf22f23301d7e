"""The rules of the simulated intrusion detection, numbered from 10^6 on as a site's own are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Signature:
    """One rule; a priority of 1 is the most urgent.

    `name` is how a firewall with intrusion prevention calls the same attack.
    """

    number: int
    revision: int
    message: str
    name: str
    classification: str
    keyword: str
    priority: int


_LEAK = ("Attempted Information Leak", "attempted-recon", 2)
_POLICY = ("Potential Corporate Privacy Violation", "policy-violation", 1)
_TROJAN = ("A Network Trojan was detected", "trojan-activity", 1)

SSH_SCAN = Signature(
    1000101, 20, "SCAN SSH connections in quick succession", "SSH.Connection.Brute.Force", *_LEAK
)
SYN_SCAN = Signature(1000102, 3, "SCAN half-open connection, window 1024", "TCP.SYN.Scan", *_LEAK)
DATABASE_SCAN = Signature(
    1000103, 4, "SCAN database port from a workstation", "Database.Port.Scan",
    "Potentially Bad Traffic", "bad-unknown", 2,
)  # fmt: skip
CLEAR_PASSWORD = Signature(
    1000201,
    5,
    "POLICY password in clear text in an HTTP form",
    "HTTP.Clear.Text.Password",
    *_POLICY,
)
PACKAGE_MANAGER = Signature(
    1000202, 2, "INFO package manager over HTTP", "HTTP.Package.Manager",
    "Not Suspicious Traffic", "not-suspicious", 3,
)  # fmt: skip
CRAWLER = Signature(
    1000203, 1, "INFO command line client asks the web server", "HTTP.Command.Line.Client",
    "Misc activity", "misc-activity", 3,
)  # fmt: skip
GENERATED_NAME = Signature(
    1000301, 2, "MALWARE generated name in a TLS handshake", "Generated.Domain.C2",
    "Domain Observed Used for C2 Detected", "domain-c2", 1,
)  # fmt: skip
EXECUTABLE = Signature(
    1000302, 4, "MALWARE Windows program fetched by a script host", "HTTP.Executable.Download",
    *_TROJAN,
)  # fmt: skip
