"""Brute force on SSH: one address tries names and passwords at the bastion until one works."""

from random import Random

from network_security.simulator import vocabulary
from network_security.simulator.actions import Action, Alert, Command
from network_security.simulator.activity.administration import ssh_login
from network_security.simulator.episodes.episode import Episode
from network_security.simulator.network import Network
from network_security.simulator.randomness import skewed
from network_security.simulator.signatures import SSH_SCAN

TECHNIQUES = ("T1110.001", "T1078.003", "T1021.004", "T1548.003")


def attack(rng: Random, network: Network, start: float) -> Episode:
    """Return a few hundred failures, a success, and a look around as root."""
    attacker = f"203.0.113.{rng.randrange(231, 250)}"
    bastion = network.servers["bastion"]
    victim = rng.choice(network.administrators)
    actions: list[Action] = []
    time = start
    attempts = rng.randrange(180, 320)
    for number in range(attempts):
        time += skewed(rng, 2.2, 0.4)
        user = victim if number % 3 == 0 else None
        account = victim.account if user else rng.choice(vocabulary.GUESSED_ACCOUNTS)
        connection, login = ssh_login(
            rng, network, time, bastion, account, attacker, user=user, success=False
        )
        actions += [connection, login]
        if number % 40 == 5:  # noqa: PLR2004 - a threshold of the signature
            actions.append(Alert(login.time, connection, SSH_SCAN))
    time += skewed(rng, 2.2, 0.4)
    actions += ssh_login(
        rng, network, time, bastion, victim.account, attacker, user=victim, success=True, lasts=640
    )
    for number, text in enumerate(("/usr/bin/id", "/usr/bin/cat /etc/shadow", "/usr/bin/ss -tlnp")):
        moment = time + 20 + 35 * number + rng.random() * 20
        actions.append(
            Command(moment, bastion, victim, "root", "pts/3", f"/home/{victim.account}", text)
        )
    return Episode(
        "ssh_brute_force",
        TECHNIQUES,
        tuple(actions),
        {
            "addresses": (attacker, bastion.address),
            "users": (victim.account,),
            "hosts": (bastion.name,),
        },
    )
