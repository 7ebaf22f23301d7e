"""Beaconing: malware asks its server for orders at nearly regular intervals.

It looks for the server under names that a domain generation algorithm makes, most of which do not
exist, then sends small requests for hours.
"""

from random import Random

from network_security.simulator.actions import Action, Alert
from network_security.simulator.episodes.episode import Episode
from network_security.simulator.network import Network, Site
from network_security.simulator.randomness import skewed
from network_security.simulator.rhythm import HOUR
from network_security.simulator.signatures import GENERATED_NAME
from network_security.simulator.traffic import lookup, request

TECHNIQUES = ("T1071.001", "T1568.002", "T1573.002")
SERVER = "198.51.100.41"
LASTS = 3 * HOUR
JITTER = 0.12
"""Standard deviation of an interval, as part of its mean."""
USER_AGENT = "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1)"
NAMES = 40


def generated_name(rng: Random) -> str:
    """Return a name as of a domain generation algorithm."""
    letters = "".join(rng.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(14))
    return f"{rng.choice('bcdfghjklmnpqrstvwxz')}{letters}.test"


def attack(rng: Random, network: Network, start: float) -> Episode:
    """Return the search for the server, and the beacons that follow."""
    user = rng.choice(network.present)
    host = user.workstation
    interval = rng.choice((45.0, 60.0, 90.0))
    names = [generated_name(rng) for _ in range(NAMES)]
    actions: list[Action] = []
    time = start
    for name in names[:-1]:
        time += skewed(rng, 0.8, 0.3)
        actions += lookup(rng, network, time, host, name, (), user=user.account)
    site = Site(names[-1], SERVER, "Unknown", 1, True, 1)
    actions += lookup(rng, network, time + 1, host, site.host, (SERVER,), user=user.account)
    time += 2
    alerted = False
    while time < start + LASTS:
        beacon = request(
            rng, network, time, host, site, "/api/v1/ping", user_agent=USER_AGENT,
            user=user.account, sent=rng.randrange(310, 330), received=rng.randrange(176, 192),
            duration=0.3 + 0.1 * rng.random(), content_type="application/json",
        )  # fmt: skip
        actions += beacon.actions
        if not alerted:
            actions.append(Alert(beacon.request.time, beacon.connection, GENERATED_NAME))
            alerted = True
        time += max(5.0, rng.gauss(interval, JITTER * interval))
    return Episode(
        "beaconing",
        TECHNIQUES,
        tuple(actions),
        {
            "addresses": (host.address, SERVER),
            "users": (user.account,),
            "hosts": (host.name,),
            "domains": tuple(names),
            "urls": (f"https://{site.host}/api/v1/ping",),
        },
    )
