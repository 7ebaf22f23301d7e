"""Administrators at work: SSH through the bastion, sudo, a mistyped password now and then."""

from random import Random

from network_security.simulator.actions import Action, Command, Connection, Login
from network_security.simulator.activity.session import Sessions
from network_security.simulator.network import Host, Network, User
from network_security.simulator.randomness import ephemeral_port, size, skewed
from network_security.simulator.rhythm import Window
from network_security.simulator.traffic import connect

LOGINS = 25
"""An administrator and day."""

COMMANDS = (
    "/usr/bin/apt update", "/usr/bin/systemctl restart nginx",
    "/usr/bin/journalctl -u postfix -n 200",
    "/usr/sbin/postqueue -p", "/usr/bin/tail -n 100 /var/log/syslog", "/usr/bin/df -h",
    "/usr/bin/systemctl status chrony", "/usr/bin/vim /etc/nginx/sites-enabled/default",
    "/usr/bin/apt upgrade -y", "/usr/sbin/ufw status numbered",
)  # fmt: skip


def ssh_login(
    rng: Random,
    network: Network,
    time: float,
    host: Host,
    account: str,
    source: str,
    *,
    user: User | None,
    success: bool,
    method: str = "password",
    lasts: float = 2.5,
) -> tuple[Connection, Login]:
    """Return the connection of an SSH login, and the attempt."""
    decided = time + skewed(rng, 0.9, 0.3)
    port = ephemeral_port(rng)
    connection = connect(
        rng, network, time, source, host.address, 22, "ssh", duration=decided - time + lasts,
        sent=2200 + int(lasts * 30) if success else 1900, source_port=port,
        received=2900 + int(lasts * 90) if success else 2300,
    )  # fmt: skip
    login = Login(
        decided, "ssh", host, account, user, source, port, success, method, "",
        connection.end if success else None, rng.getrandbits(62), connection,
    )  # fmt: skip
    return connection, login


def administer(rng: Random, network: Network, window: Window) -> Sessions:
    """Yield SSH sessions of administrators with what they run as root."""
    targets = ("bastion", "web", "mail gateway", "names", "backup", "intranet")
    for time in window.staff(rng, LOGINS * len(network.administrators)):
        user = rng.choice(network.administrators)
        host = network.servers[rng.choice(targets)]
        source = user.workstation.address
        if user.remote:
            host, source = network.servers["bastion"], user.home
        method = rng.choices(("publickey", "password"), (85, 15))[0]
        actions: list[Action] = []
        start = time
        if method == "password" and rng.random() < 0.2:  # noqa: PLR2004
            actions += ssh_login(
                rng, network, time, host, user.account, source, user=user, success=False
            )
            start += skewed(rng, 7, 0.3)
        lasts = size(rng, 400, 1.1, most=20_000)
        actions += ssh_login(
            rng, network, start, host, user.account, source, user=user, success=True,
            method=method, lasts=lasts,
        )  # fmt: skip
        terminal = f"pts/{rng.randrange(4)}"
        for _ in range(rng.randrange(4)):
            moment = start + 3 + rng.random() * lasts
            folder = rng.choice((f"/home/{user.account}", "/etc", "/var/log"))
            actions.append(
                Command(moment, host, user, "root", terminal, folder, rng.choice(COMMANDS))
            )
        yield time, actions
