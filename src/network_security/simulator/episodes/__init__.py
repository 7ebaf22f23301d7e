"""Attacks with a known beginning, end and cast: one file a kind.

A kind is a function ``(rng, network, start) -> Episode``. One more is one more file and its name in
`EPISODES`.
"""

from collections.abc import Callable
from random import Random

from network_security.simulator.episodes import (
    beaconing,
    malware_download,
    password_spraying,
    phishing,
    port_scan,
    ssh_brute_force,
)
from network_security.simulator.episodes.episode import Episode
from network_security.simulator.network import Network

Attack = Callable[[Random, Network, float], Episode]

EPISODES: dict[str, Attack] = {
    "phishing": phishing.attack,
    "ssh_brute_force": ssh_brute_force.attack,
    "external_port_scan": port_scan.from_outside,
    "internal_port_scan": port_scan.from_inside,
    "beaconing": beaconing.attack,
    "malware_download": malware_download.attack,
    "password_spraying": password_spraying.attack,
}

__all__ = ["EPISODES", "Attack", "Episode"]
