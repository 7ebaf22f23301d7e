"""The staff browses: a page, and what the page fetches from elsewhere."""

from random import Random

from network_security.simulator.activity.session import Sessions
from network_security.simulator.network import Network
from network_security.simulator.randomness import skewed
from network_security.simulator.rhythm import Window
from network_security.simulator.traffic import path, visit

PAGES = 40
"""A user and day."""


def browse(rng: Random, network: Network, window: Window) -> Sessions:
    """Yield visits of pages by users in the office."""
    for time in window.staff(rng, PAGES * len(network.present)):
        user = rng.choice(network.present)
        site = rng.choices(network.sites, network.site_weights)[0]
        actions = visit(rng, network, time, user, site, path(rng))
        page = f"{'https' if site.https else 'http'}://{site.host}/"
        later = time
        for _ in range(min(6, int(rng.expovariate(0.6)))):
            later += skewed(rng, 0.2, 0.9)
            other = rng.choices(network.sites, network.site_weights)[0]
            actions += visit(rng, network, later, user, other, path(rng), referrer=page)
        yield time, actions
