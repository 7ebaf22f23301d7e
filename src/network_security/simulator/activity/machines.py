"""What runs by itself: daemons' messages, time, updates and the nightly backup."""

from random import Random

from network_security.simulator.actions import Alert, DaemonMessage
from network_security.simulator.activity.session import Sessions
from network_security.simulator.network import TIME_SERVERS, Host, Network
from network_security.simulator.randomness import size, skewed
from network_security.simulator.rhythm import DAY, HOUR, Window
from network_security.simulator.signatures import PACKAGE_MANAGER
from network_security.simulator.traffic import connect, request

MESSAGES = 90
"""A Linux server and day; time requests and updates are a host and day."""
TIME_REQUESTS = 24
UPDATES = 2
BACKUP_HOUR = 2
CRON, DAEMON, KERNEL = 9, 3, 0
INFO, NOTICE, WARNING = 6, 5, 4

_MESSAGES = (
    # program, facility, severity, text, weight
    ("CRON", CRON, INFO, "(root) CMD (   cd / && run-parts --report /etc/cron.hourly)", 12),
    ("CRON", CRON, INFO, "(www-data) CMD (/usr/local/bin/rotate-cache --keep {n})", 8),
    ("systemd", DAEMON, INFO, "Started session-{n}.scope - Session {n} of User root.", 8),
    ("systemd", DAEMON, INFO, "logrotate.service: Deactivated successfully.", 4),
    ("systemd", DAEMON, INFO, "Finished apt-daily.service - Daily apt download activities.", 2),
    ("chronyd", DAEMON, INFO, "Selected source 192.0.2.123", 3),
    ("chronyd", DAEMON, INFO, "System clock wrong by 0.{n:06d} seconds", 2),
    ("named", DAEMON, INFO, "managed-keys-zone: Key {n} for zone . is now trusted", 1),
    (
        "named",
        DAEMON,
        NOTICE,
        "success resolving 'www.dailynews.example/A' after disabling EDNS",
        2,
    ),
    (
        "smartd",
        DAEMON,
        INFO,
        "Device: /dev/sda [SAT], Temperature_Celsius changed from 31 to 32",
        2,
    ),
    ("rsyslogd", 5, INFO, "-- MARK --", 3),
    ("kernel", KERNEL, WARNING, "TCP: request_sock_TCP: Possible SYN flooding on port 443.", 1),
    ("dhclient", DAEMON, INFO, "bound to {address} -- renewal in {n} seconds.", 3),
)


def daemons(rng: Random, network: Network, window: Window) -> Sessions:
    """Yield messages in the system logs of the Linux servers."""
    hosts = _linux(network)
    weights = [weight for *_, weight in _MESSAGES]
    for time in window.machines(rng, MESSAGES * len(hosts)):
        host = rng.choice(hosts)
        program, facility, severity, text, _ = rng.choices(_MESSAGES, weights)[0]
        message = text.format(n=rng.randrange(10, 30_000), address=host.address)
        number = 1 if program == "systemd" else rng.randrange(400, 60_000)
        yield time, [DaemonMessage(time, host, program, number, facility, severity, message)]


def keep_time(rng: Random, network: Network, window: Window) -> Sessions:
    """Yield NTP requests."""
    hosts = list(network.hosts.values())
    for time in window.machines(rng, TIME_REQUESTS * len(hosts)):
        host = rng.choice(hosts)
        yield time, [
            connect(
                rng, network, time, host.address, rng.choice(TIME_SERVERS), 123, "ntp",
                duration=skewed(rng, 0.02, 0.4), sent=48, received=48, transport="udp",
                source_port=123 if host.system == "linux" else None,
            )
        ]  # fmt: skip


def update(rng: Random, network: Network, window: Window) -> Sessions:
    """Yield downloads of updates over plain HTTP."""
    site = next(site for site in network.sites if site.host == "download.osupdate.example")
    hosts = list(network.hosts.values())
    for time in window.machines(rng, UPDATES * len(hosts)):
        host = rng.choice(hosts)
        windows = host.system == "windows"
        target = f"/c/msdownload/kb{rng.randrange(10**6, 10**7)}.cab" if windows else (
            f"/debian/pool/main/l/linux/linux-image-{rng.randrange(100)}_amd64.deb"
        )  # fmt: skip
        agent = "Microsoft-Delivery-Optimization/10.0" if windows else "Debian APT-HTTP/1.3 (3.0.3)"
        exchange = request(
            rng, network, time, host, site, target, user_agent=agent,
            content_type="application/octet-stream",
        )  # fmt: skip
        asked = exchange.request
        alerts = [] if windows else [Alert(asked.time, asked.connection, PACKAGE_MANAGER, asked)]
        yield time, [*exchange.actions, *alerts]


def back_up(rng: Random, network: Network, window: Window) -> Sessions:
    """Yield the nightly copies of the servers to the backup server, one after the other."""
    backup = network.servers["backup"]
    night = window.start // DAY * DAY
    while night < window.end:
        time = night + BACKUP_HOUR * HOUR
        for host in network.servers.values():
            time += skewed(rng, 60, 0.3)
            if host is backup or not window.start <= time < window.end:
                continue
            lasts = skewed(rng, 240, 0.5)
            copy = connect(
                rng, network, time, host.address, backup.address, 873, "rsync", duration=lasts,
                sent=size(rng, 900_000_000, 0.7, most=8_000_000_000), received=size(rng, 2_000_000),
            )  # fmt: skip
            text = f"nightly copy of {host.name} finished in {int(lasts)} s, {copy.sent} bytes"
            done = DaemonMessage(copy.end, backup, "backup", 812, DAEMON, INFO, text)
            yield time, [copy, done]
        night += DAY


def _linux(network: Network) -> list[Host]:
    return [host for host in network.servers.values() if host.system == "linux"]
