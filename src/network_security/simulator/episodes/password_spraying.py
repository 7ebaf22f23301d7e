"""Password spraying: one workstation tries one password on every account, round after round."""

from random import Random

from network_security.simulator.actions import Action, Login
from network_security.simulator.episodes.episode import Episode
from network_security.simulator.network import Network
from network_security.simulator.randomness import skewed
from network_security.simulator.traffic import connect

TECHNIQUES = ("T1110.003", "T1078.002")
ROUNDS = 4
PAUSE = 1900.0
"""Seconds between rounds: longer than the time after which failures are forgotten."""


def attack(rng: Random, network: Network, start: float) -> Episode:
    """Return rounds of NTLM logons at the domain controller, of which the last finds a password."""
    controller = network.servers["domain controller"]
    source = rng.choice(network.present).workstation
    victim = rng.choice(network.users)
    actions: list[Action] = []
    time = start
    for number in range(ROUNDS):
        for user in rng.sample(network.users, len(network.users)):
            time += skewed(rng, 1.4, 0.5)
            success = number == ROUNDS - 1 and user is victim
            connection = connect(
                rng, network, time, source.address, controller.address, 445, "smb",
                duration=skewed(rng, 0.08, 0.4), sent=1420, received=1270,
            )  # fmt: skip
            login = Login(
                time + 0.03, "windows", controller, user.account, user, source.address,
                connection.source_port, success, "password", "", time + 40 if success else None,
                rng.getrandbits(62), connection, source.name,
            )  # fmt: skip
            actions += [connection, login]
        time += skewed(rng, PAUSE, 0.05)
    return Episode(
        "password_spraying",
        TECHNIQUES,
        tuple(actions),
        {
            "addresses": (source.address, controller.address),
            "users": tuple(user.account for user in network.users),
            "hosts": (source.name, controller.name),
        },
    )
