"""What happens in the network on any day, attacks apart: one file a kind of behaviour.

An activity is a generator ``(rng, network, window) -> Sessions``: times that do not decrease, each
with actions that are not earlier. One more is one more file and a line in `ACTIVITIES`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from network_security.simulator.activity import (
    administration,
    background,
    desktop,
    machines,
    mail,
    web,
    website,
)
from network_security.simulator.activity.session import Session, Sessions
from network_security.simulator.network import Network
from network_security.simulator.rhythm import Window


@dataclass(frozen=True)
class Activity:
    """One kind of behaviour.

    Attributes:
        sessions: Makes it happen.
        seen_by: Kinds of sensors that see anything of it; without them it need not happen.
    """

    sessions: Callable[[Random, Network, Window], Sessions]
    seen_by: tuple[str, ...]


_WIRE = ("firewall", "ids")

ACTIVITIES: dict[str, Activity] = {
    "web": Activity(web.browse, _WIRE),
    "mail in": Activity(mail.receive, (*_WIRE, "email")),
    "mail out": Activity(mail.send, (*_WIRE, "email")),
    "spam": Activity(mail.receive_spam, (*_WIRE, "email")),
    "sign-in": Activity(desktop.sign_in, (*_WIRE, "email", "auth")),
    "programs": Activity(desktop.start_programs, ("email", "auth")),
    "cloud": Activity(desktop.use_cloud, ("email",)),
    "file shares": Activity(desktop.use_file_shares, (*_WIRE, "email", "auth")),
    "ssh": Activity(administration.administer, (*_WIRE, "auth")),
    "daemons": Activity(machines.daemons, ("auth",)),
    "time": Activity(machines.keep_time, _WIRE),
    "updates": Activity(machines.update, _WIRE),
    "backup": Activity(machines.back_up, (*_WIRE, "auth")),
    "website": Activity(website.serve, _WIRE),
    "scanners": Activity(background.probe, ("firewall",)),
    "password guessers": Activity(background.guess_passwords, (*_WIRE, "auth")),
}

__all__ = ["ACTIVITIES", "Activity", "Session", "Sessions"]
