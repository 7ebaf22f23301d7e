"""OpenSSH's server and its PAM session in a Linux host's auth.log.

Format: the log statements of OpenSSH 9.9's auth.c and of pam_unix.
"""

from base64 import b64encode
from hashlib import sha256

from network_security.simulator.actions import Command, Login
from network_security.simulator.writers import text
from network_security.simulator.writers.writer import Line, Lines, Writer


class Sshd(Writer):
    """Three lines a session or failure."""

    path = "auth/sshd.log"

    def login(self, login: Login) -> Lines:
        """Write an attempt and what it came to."""
        if login.service != "ssh":
            return
        time, process = login.time, _process(login)
        source = f"{login.source} port {login.source_port}"
        if login.success and login.user:
            proof = "password" if login.method == "password" else "publickey"
            key = f": ED25519 SHA256:{_fingerprint(login.account)}" if proof == "publickey" else ""
            yield _line(
                time,
                login,
                process,
                f"Accepted {proof} for {login.account} from {source} ssh2{key}",
            )
            session = f"session opened for user {login.account}(uid={login.user.number}) by (uid=0)"
            yield _line(time + 0.004, login, process, f"pam_unix(sshd:session): {session}")
            return
        known = "" if login.user else "invalid user "
        if login.user is None:
            yield _line(time, login, process, f"Invalid user {login.account} from {source}")
        else:
            yield _line(
                time, login, process,
                "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= "
                f"rhost={login.source}  user={login.account}",
            )  # fmt: skip
        yield _line(
            time + 0.9,
            login,
            process,
            f"Failed password for {known}{login.account} from {source} ssh2",
        )
        kind = "authenticating" if login.user else "invalid"
        closed = f"Connection closed by {kind} user {login.account} {source} [preauth]"
        yield _line(time + 1.4, login, process, closed)

    def logout(self, login: Login) -> Lines:
        """Write the end of a session."""
        if login.service != "ssh" or login.until is None:
            return
        process = _process(login)
        source = f"{login.source} port {login.source_port}"
        left = f"Received disconnect from {source}:11: disconnected by user"
        yield _line(login.until, login, process, left)
        closed = f"pam_unix(sshd:session): session closed for user {login.account}"
        yield _line(login.until + 0.002, login, process, closed)

    def command(self, command: Command) -> Lines:
        """Write what was run with sudo, which stands in the same file."""
        yield Line(command.time, sudo(command))


def sudo(command: Command) -> str:
    """Return the line that sudo writes of a command."""
    said = (
        f"{command.user.account} : TTY={command.terminal} ; PWD={command.folder} ; "
        f"USER={command.account} ; COMMAND={command.text}"
    )
    return text.bsd_header(command.time, command.host.name.lower(), "sudo") + said


def _process(login: Login) -> int:
    return 2000 + login.key % 60_000


def _fingerprint(account: str) -> str:
    return b64encode(sha256(account.encode()).digest()).decode().rstrip("=")


def _line(time: float, login: Login, process: int, message: str) -> Line:
    header = text.bsd_header(time, login.host.name.lower(), f"sshd[{process}]")
    return Line(time, header + message)
