"""What users do at their computers: sign in, start programs, work on shared and cloud files."""

from random import Random

from network_security.simulator import vocabulary
from network_security.simulator.actions import Action, CloudFile, Connection, Login, ProcessStart
from network_security.simulator.activity.session import Sessions
from network_security.simulator.network import PUBLIC_ADDRESS, Host, Network, User
from network_security.simulator.randomness import digest, ephemeral_port, size, skewed
from network_security.simulator.rhythm import HOUR, Window
from network_security.simulator.traffic import connect

SIGN_INS = 7
PROGRAM_STARTS = 25
CLOUD_FILES = 8
SHARE_SESSIONS = 6
"""A user and day."""

MISTYPED = 0.06
"""Share of logins before which the password was mistyped."""


def windows_login(
    rng: Random, user: User, host: Host, connection: Connection, *, success: bool = True,
    until: float | None = None,
) -> Login:  # fmt: skip
    """Return a user's logon at a Windows host, by a connection from the own workstation."""
    return Login(
        connection.time + 0.01, "windows", host, user.account, user, connection.source,
        connection.source_port, success, "kerberos", "", until, rng.getrandbits(62), connection,
        user.workstation.name,
    )  # fmt: skip


def sign_in(rng: Random, network: Network, window: Window) -> Sessions:
    """Yield Kerberos logons at the domain controller, and cloud logins from office and home."""
    controller = network.servers["domain controller"]
    for time in window.staff(rng, SIGN_INS * len(network.users)):
        user = rng.choice(network.users)
        again = time + skewed(rng, 6, 0.4)
        failed = rng.random() < MISTYPED
        attempts = ((time, False), (again, True)) if failed else ((time, True),)
        actions: list[Action] = []
        for moment, success in attempts:
            if user.remote or rng.random() < 0.3:  # noqa: PLR2004
                actions.append(cloud_login(rng, user, office_address(user), moment, success))
            else:
                until = moment + skewed(rng, 2 * HOUR, 0.8) if success else None
                asked = connect(
                    rng, network, moment, user.workstation.address, controller.address, 88,
                    "kerberos", duration=skewed(rng, 0.02, 0.4), sent=size(rng, 1500, 0.2),
                    received=size(rng, 1600, 0.2), user=user.account,
                )  # fmt: skip
                login = windows_login(rng, user, controller, asked, success=success, until=until)
                actions += [asked, login]
        yield time, actions


def office_address(user: User) -> str:
    """Return the address from which the outside sees a user today."""
    return user.home if user.remote else PUBLIC_ADDRESS


def cloud_login(
    rng: Random, user: User, address: str, time: float, success: bool, user_agent: str = ""
) -> Login:
    """Return a login at the company's cloud service."""
    return Login(
        time, "cloud", user.workstation, user.account, user, address, ephemeral_port(rng), success,
        "password", user_agent or user.browser, None, rng.getrandbits(62),
    )  # fmt: skip


def start_programs(rng: Random, network: Network, window: Window) -> Sessions:
    """Yield programs that start on the workstations."""
    weights = [weight for *_, weight in vocabulary.PROGRAMS]
    for time in window.staff(rng, PROGRAM_STARTS * len(network.users)):
        user = rng.choice(network.users)
        image, command, parent, _ = rng.choices(vocabulary.PROGRAMS, weights)[0]
        line = command.format(image=image, user=user.account)
        yield time, [process(rng, time, user, image, line, parent)]


def process(
    rng: Random, time: float, user: User, image: str, command_line: str, parent: str
) -> ProcessStart:
    """Return the start of a program at a user's workstation; the file's digest is the image's."""
    numbers = (rng.randrange(1000, 16_000) * 4, rng.randrange(200, 4000) * 4)
    return ProcessStart(
        time, user.workstation, user, image, command_line, parent, *numbers,
        digest(Random(image), 64),  # noqa: S311 - the same program has the same digest
    )  # fmt: skip


def use_cloud(rng: Random, network: Network, window: Window) -> Sessions:
    """Yield work on files of the cloud storage."""
    for time in window.staff(rng, CLOUD_FILES * len(network.users)):
        user = rng.choice(network.users)
        operation = rng.choices(
            ("FileAccessed", "FileModified", "FileDownloaded", "FileUploaded"), (50, 25, 15, 10)
        )[0]
        yield time, [
            CloudFile(
                time, user, office_address(user), operation,
                rng.choice(("Shared Documents", "Shared Documents/2026", "Templates")),
                rng.choice(vocabulary.DOCUMENTS), size(rng, 60_000, 1.2), user.browser,
            )
        ]  # fmt: skip


def use_file_shares(rng: Random, network: Network, window: Window) -> Sessions:
    """Yield SMB sessions with the file server, each with its logon."""
    files = network.servers["files"]
    for time in window.staff(rng, SHARE_SESSIONS * len(network.present)):
        user = rng.choice(network.present)
        lasts = skewed(rng, 240, 1.0)
        session = connect(
            rng, network, time, user.workstation.address, files.address, 445, "smb",
            duration=lasts, sent=size(rng, 40_000, 1.3), received=size(rng, 400_000, 1.6),
            user=user.account,
        )  # fmt: skip
        until = max(session.end, time + 0.02)
        yield time, [session, windows_login(rng, user, files, session, until=until)]
