"""Phishing: a mail that imitates a bank to several users; one gives the password away.

The click is a name lookup, a TLS session with the look-alike site and a POST in clear text; then a
foreign address logs in to the cloud as the user and hides what is answered.
"""

from random import Random

from network_security.simulator.actions import Action, Alert, Click, MailRule
from network_security.simulator.activity.desktop import cloud_login
from network_security.simulator.episodes.episode import Episode
from network_security.simulator.messages import inbound
from network_security.simulator.network import Network, Site, User
from network_security.simulator.randomness import digest, skewed
from network_security.simulator.signatures import CLEAR_PASSWORD
from network_security.simulator.traffic import lookup, request

TECHNIQUES = ("T1566.002", "T1204.001", "T1056.003", "T1078.004", "T1564.008")
HOSTING = "198.51.100.37"
BRAND = "northbank"


def attack(rng: Random, network: Network, start: float) -> Episode:
    """Return one wave of mail and what comes of it."""
    domain = f"login.{BRAND}.example.account-{digest(rng, 5)}.test"
    sending = f"{BRAND}-service.test"
    sender, server = f"security@{sending}", f"vps{rng.randrange(10, 99)}.hosting.example"
    server_address = f"203.0.113.{rng.randrange(40, 60)}"
    victim = rng.choice(network.present)
    others = rng.sample([user for user in network.users if user is not victim], 4)
    targets = [victim, *others]
    actions: list[Action] = []
    urls, message_ids = [], []
    time = start
    for user in rng.sample(targets, len(targets)):
        time += skewed(rng, 4, 0.6)
        url = f"https://{domain}/secure/login?id={digest(rng, 12)}"
        mail = inbound(
            rng, network, time, server=server, server_address=server_address,
            sender=f"bounce@{sending}", sender_name="Northbank Security", header_from=sender,
            recipients=(user.address,), subject="Action required: your account has been limited",
            paragraphs=(
                "We noticed an unusual sign-in to your account and limited it for your safety.",
                "Please confirm your identity within 24 hours to restore full access.",
            ),
            links=((url, "https://www.northbank.example/login"),),
            verdict="phish" if user is others[0] else "clean", delivered=user is not others[0],
            authentication=("softfail", "none", "fail"), score=rng.randrange(38, 54),
        )  # fmt: skip
        actions += [mail.connection, mail]
        urls.append(url)
        message_ids.append(mail.message_id)
        if user is victim:
            read = time + skewed(rng, 420, 0.5)
            actions += _fall_for_it(rng, network, read, victim, domain, url)
            actions.append(
                Click(read, mail, victim, victim.workstation.address, url, victim.browser, True)
            )
    thief = f"203.0.113.{rng.randrange(210, 230)}"
    taken = max(action.time for action in actions) + skewed(rng, 1500, 0.4)
    agent = "python-requests/2.32.3"
    drop = f"collect-{digest(rng, 4)}@mailbox.test"
    actions += [
        cloud_login(rng, victim, thief, taken, success=True, user_agent=agent),
        MailRule(taken + skewed(rng, 90, 0.3), victim, thief, "..", drop),
    ]
    return Episode(
        "phishing", TECHNIQUES, tuple(actions),
        {
            "addresses": (server_address, HOSTING, thief, victim.workstation.address),
            "users": (victim.account, *(user.account for user in others)),
            "hosts": (victim.workstation.name,),
            "domains": (domain, sending),
            "urls": (*urls, f"http://{domain}/secure/post.php"),
            "message_ids": tuple(message_ids),
        },
    )  # fmt: skip


def _fall_for_it(
    rng: Random, network: Network, time: float, user: User, domain: str, url: str
) -> list[Action]:
    page = Site(domain, HOSTING, "Newly Registered Domain", 38, True, 1)
    collector = Site(domain, HOSTING, "Newly Registered Domain", 1, False, 1)
    actions = lookup(rng, network, time, user.workstation, domain, (HOSTING,), user=user.account)
    page_view = request(
        rng, network, time + 0.2, user.workstation, page, url[url.index("/secure") :],
        user_agent=user.browser, user=user.account, content_type="text/html",
    )  # fmt: skip
    typed = time + skewed(rng, 25, 0.3)
    post = request(
        rng, network, typed, user.workstation, collector, "/secure/post.php", method="POST",
        status=302, sent=1180, received=640, duration=0.4, referrer=url.partition("?")[0],
        user_agent=user.browser, user=user.account, content_type="text/html",
    )  # fmt: skip
    alert = Alert(post.request.time, post.connection, CLEAR_PASSWORD, post.request)
    return [*actions, *page_view.actions, *post.actions, alert]
