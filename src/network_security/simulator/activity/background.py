"""The noise of the internet: scanners at the firewall, and guesses at the bastion's passwords."""

from random import Random

from network_security.simulator import vocabulary
from network_security.simulator.actions import Action, Alert
from network_security.simulator.activity.administration import ssh_login
from network_security.simulator.activity.session import Sessions
from network_security.simulator.network import PUBLIC_ADDRESSES, Network
from network_security.simulator.randomness import ephemeral_port
from network_security.simulator.rhythm import Window
from network_security.simulator.signatures import SSH_SCAN
from network_security.simulator.traffic import connect

PROBES = 2500
GUESSES = 250
"""A day."""


def probe(rng: Random, network: Network, window: Window) -> Sessions:
    """Yield packets to the company's public addresses, which the firewall drops."""
    ports, weights = zip(*vocabulary.PROBED_PORTS, strict=True)
    for time in window.machines(rng, PROBES):
        port = rng.choices(ports, weights)[0]
        udp = port in (5060, 123, 53, 11211)
        yield time, [
            connect(
                rng, network, time, _stranger(rng), rng.choice(PUBLIC_ADDRESSES), port, "probe",
                sent=rng.choice((20, 48, 420)) if udp else 0, outcome="denied",
                transport="udp" if udp else "tcp", source_port=ephemeral_port(rng),
            )
        ]  # fmt: skip


def guess_passwords(rng: Random, network: Network, window: Window) -> Sessions:
    """Yield lone guesses of names and passwords over SSH, all wrong."""
    bastion = network.servers["bastion"]
    for time in window.machines(rng, GUESSES):
        account = rng.choice(vocabulary.GUESSED_ACCOUNTS)
        connection, login = ssh_login(
            rng, network, time, bastion, account, _stranger(rng), user=None, success=False
        )
        attempt: list[Action] = [connection, login]
        if rng.random() < 0.15:  # noqa: PLR2004
            attempt.append(Alert(time + 0.2, connection, SSH_SCAN))
        yield time, attempt


def _stranger(rng: Random) -> str:
    """Return an address of the internet: a few are seen again and again, most are not."""
    return f"203.0.113.{100 + min(150, int(rng.expovariate(1 / 45)))}"
