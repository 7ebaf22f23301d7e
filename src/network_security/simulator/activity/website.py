"""Visitors of the company's own web site."""

from random import Random

from network_security.simulator import vocabulary
from network_security.simulator.actions import Action, Alert, WebRequest
from network_security.simulator.activity.session import Sessions
from network_security.simulator.network import DOMAIN, Network, Site
from network_security.simulator.randomness import size, skewed
from network_security.simulator.rhythm import Window
from network_security.simulator.signatures import CRAWLER
from network_security.simulator.traffic import connect, content_type_of, handshake

VISITS = 500
"""A day."""
SECURE = 0.8
"""Share of the visits that use TLS from the start."""
FOUND = 200
PAGES = ("/", "/products", "/contact", "/jobs", "/robots.txt", "/favicon.ico", "/img/team.jpg")


def serve(rng: Random, network: Network, window: Window) -> Sessions:
    """Yield requests from the internet to the web server, a fifth of them without TLS."""
    server = network.servers["web"]
    agents = (*vocabulary.USER_AGENTS["windows"], *vocabulary.USER_AGENTS["linux"])
    for time in window.machines(rng, VISITS):
        secure = rng.random() < SECURE
        site = Site(f"www.{DOMAIN}", server.address, "Business", 24, secure, 1)
        target, agent = rng.choice(PAGES), rng.choice(agents)
        status = rng.choices((200, 304, 404), (80, 12, 8))[0] if secure else 301
        answer = size(rng, site.kilobytes * 1000 if status == FOUND else 400, 0.9)
        connection = connect(
            rng, network, time, f"192.0.2.{rng.randrange(100, 160)}", server.address,
            443 if secure else 80, "https" if secure else "http",
            duration=skewed(rng, 4, 1.1), sent=size(rng, 900, 0.4), received=answer,
        )  # fmt: skip
        asked = WebRequest(
            time + min(0.05, connection.duration), connection, "GET", site.host, target, status,
            agent, "", content_type_of(target), site.category, connection.sent, answer, secure,
        )  # fmt: skip
        actions: list[Action] = [connection, asked]
        if secure:
            actions.append(handshake(rng, connection, site.host, agent))
        elif agent.startswith("curl"):
            actions.append(Alert(asked.time, connection, CRAWLER, asked))
        yield time, actions
