"""The simulated company: its address plan, hosts, users and correspondents, drawn from a seed.

Inside are private addresses (RFC 1918), outside the documentation ranges (RFC 5737); MAC addresses
are those of RFC 7042 for documentation, domains those of RFC 2606.

| zone | addresses | holds |
|---|---|---|
| lan | 10.20.10.0/24 | workstations |
| servers | 10.20.20.0/24 | domain controller, name server, files, intranet, mailboxes, backup |
| dmz | 10.20.30.0/24 | mail gateway, web server, bastion; each with a public address |
| wan | 203.0.113.0/28 is the company's | everything else: the internet |
"""

from dataclasses import dataclass
from functools import cached_property
from random import Random

from network_security.simulator import vocabulary
from network_security.simulator.randomness import stream

DOMAIN = "example.com"
WINDOWS_DOMAIN = "EXAMPLE"
DOMAIN_SID = "S-1-5-21-2817364509-1094326581-3906154872"
FIREWALL_ADDRESS = "10.20.0.1"
FIREWALL_NAME = "fw-edge"
PUBLIC_ADDRESS = "203.0.113.2"
"""What the network's own connections to the internet come from."""
PUBLIC_ADDRESSES = tuple(f"203.0.113.{last}" for last in range(2, 15))
NAME_SERVERS = ("192.0.2.53", "198.51.100.53")
"""Resolvers of the internet provider."""
TIME_SERVERS = ("192.0.2.123", "198.51.100.123", "192.0.2.124")
FEWEST_USERS, MOST_USERS = 6, 120
COUNTRIES = {"192.0.2": "Norway", "198.51.100": "United States", "203.0.113": "Netherlands"}
"""Where a made-up geography puts the documentation ranges."""
ADMINISTRATORS = 3
REMOTE = 0.25
"""Share of the staff who work from home; the first user never does."""
ZONES = {"10.20.10.": "lan", "10.20.20.": "servers", "10.20.30.": "dmz"}


@dataclass(frozen=True)
class Host:
    """A computer of the company; `public` is its address outside, empty when it has none."""

    name: str
    address: str
    mac: str
    system: str
    public: str = ""

    @cached_property
    def fqdn(self) -> str:
        """Its full name."""
        return f"{self.name.lower()}.{DOMAIN}"


@dataclass(frozen=True)
class User:
    """A person who works for the company.

    Attributes:
        account: Login name; the local part of the mail address as well.
        number: POSIX user id, and the last part of the Windows security identifier.
        workstation: Where the user works.
        home: Address at home, from which remote users work.
        remote: Whether the user works from home today.
        administrator: Whether the user looks after servers.
    """

    account: str
    full_name: str
    number: int
    workstation: Host
    browser: str
    home: str
    remote: bool
    administrator: bool

    @cached_property
    def address(self) -> str:
        """Mail address."""
        return f"{self.account}@{DOMAIN}"

    @cached_property
    def sid(self) -> str:
        """Windows security identifier."""
        return f"{DOMAIN_SID}-{self.number}"


@dataclass(frozen=True)
class Site:
    """A web site of the outside."""

    host: str
    address: str
    category: str
    kilobytes: int
    https: bool
    weight: int


@dataclass(frozen=True)
class Correspondent:
    """A mail server of the outside and those who write from there."""

    server: str
    address: str
    domain: str
    people: tuple[str, ...]


@dataclass(frozen=True)
class Network:
    """The company and the part of the internet that it deals with."""

    seed: int
    users: tuple[User, ...]
    servers: dict[str, Host]
    sites: tuple[Site, ...]
    correspondents: tuple[Correspondent, ...]

    @cached_property
    def present(self) -> tuple[User, ...]:
        """Users who work in the office."""
        return tuple(user for user in self.users if not user.remote)

    @cached_property
    def administrators(self) -> tuple[User, ...]:
        """Users who look after servers."""
        return tuple(user for user in self.users if user.administrator)

    @cached_property
    def hosts(self) -> dict[str, Host]:
        """All hosts by address."""
        hosts = [*self.servers.values(), *(user.workstation for user in self.users)]
        return {host.address: host for host in hosts}

    @cached_property
    def site_names(self) -> frozenset[str]:
        """Names of `sites`."""
        return frozenset(site.host for site in self.sites)

    @cached_property
    def site_weights(self) -> list[int]:
        """How often each of `sites` is visited."""
        return [site.weight for site in self.sites]


def zone(address: str) -> str:
    """Return the zone of an address: ``lan``, ``servers``, ``dmz`` or ``wan``."""
    return ZONES.get(address[: address.rfind(".") + 1], "wan")


def country(address: str) -> str:
    """Return the country of an address outside, ``Reserved`` for one inside."""
    return COUNTRIES.get(address.rpartition(".")[0], "Reserved")


def mac(address: str) -> str:
    """Return the MAC address that a sensor inside the network sees for an address."""
    if zone(address) == "wan":
        return "00:00:5e:00:53:01"
    return f"00:00:5e:00:53:{(int(address.rpartition('.')[2]) + 7 * len(zone(address))) % 256:02x}"


def draw_network(seed: int, *, n_users: int = 24) -> Network:
    """Return the company of a seed.

    Args:
        seed: Of names, addresses and habits.
        n_users: From 6 to 120.

    Raises:
        ValueError: If there are too few users to act, or too many for the address plan.
    """
    if not FEWEST_USERS <= n_users <= MOST_USERS:
        message = f"the address plan has room for {FEWEST_USERS} to {MOST_USERS}"
        raise ValueError(f"{n_users} users: {message}")
    rng = stream(seed, "network")
    return Network(
        seed=seed,
        users=_users(rng, n_users),
        servers=_servers(),
        sites=_sites(rng),
        correspondents=_correspondents(rng),
    )


def _host(name: str, address: str, system: str, public: str = "") -> Host:
    return Host(name, address, mac(address), system, public)


def _servers() -> dict[str, Host]:
    return {
        "domain controller": _host("DC1", "10.20.20.10", "windows"),
        "files": _host("FILES1", "10.20.20.20", "windows"),
        "mailboxes": _host("mbx1", "10.20.20.25", "linux"),
        "intranet": _host("app1", "10.20.20.30", "linux"),
        "backup": _host("backup1", "10.20.20.40", "linux"),
        "names": _host("ns1", "10.20.20.53", "linux"),
        "mail gateway": _host("mx1", "10.20.30.25", "linux", "203.0.113.5"),
        "web": _host("www1", "10.20.30.80", "linux", "203.0.113.6"),
        "bastion": _host("bastion", "10.20.30.22", "linux", "203.0.113.7"),
    }


def _users(rng: Random, n_users: int) -> tuple[User, ...]:
    names = [(first, last) for first in vocabulary.FIRST_NAMES for last in vocabulary.LAST_NAMES]
    full_names: dict[str, str] = {}
    for first, last in rng.sample(names, len(names)):
        full_names.setdefault(f"{first[0]}.{last}".lower(), f"{first} {last}")
    return tuple(
        User(
            account=account,
            full_name=full_name,
            number=1101 + index,
            workstation=_host(f"PC-{index + 1:03}", f"10.20.10.{20 + index}", "windows"),
            browser=rng.choice(vocabulary.USER_AGENTS["windows"]),
            home=f"192.0.2.{160 + index % 95}",
            remote=index > 0 and rng.random() < REMOTE,
            administrator=index < ADMINISTRATORS,
        )
        for index, (account, full_name) in enumerate(list(full_names.items())[:n_users])
    )


def _sites(rng: Random) -> tuple[Site, ...]:
    lasts = rng.sample(range(60, 250), len(vocabulary.SITES))
    return tuple(
        Site(host, f"198.51.100.{last}", category, kilobytes, https, weight)
        for last, (host, category, kilobytes, https, weight) in zip(
            lasts, vocabulary.SITES, strict=True
        )
    )


def _correspondents(rng: Random) -> tuple[Correspondent, ...]:
    found = []
    for index, (server, domain, people) in enumerate(vocabulary.CORRESPONDENTS):
        names = [
            f"{rng.choice(vocabulary.FIRST_NAMES)} {rng.choice(vocabulary.LAST_NAMES)}"
            for _ in range(people)
        ]
        found.append(Correspondent(server, f"192.0.2.{20 + index * 3}", domain, tuple(names)))
    return tuple(found)
