"""What a format's writer is: it renders each action that its sensor sees in the sensor's syntax."""

from collections.abc import Iterable
from random import Random
from typing import NamedTuple

from network_security.simulator.actions import (
    Alert,
    Click,
    CloudFile,
    Command,
    Connection,
    DaemonMessage,
    DnsQuery,
    FileTransfer,
    Login,
    Mail,
    MailRule,
    ProcessStart,
    TlsSession,
    WebRequest,
)
from network_security.simulator.network import Network


class Line(NamedTuple):
    """One raw event: when the sensor writes it, its text, and its file when not the usual one."""

    time: float
    text: str
    path: str = ""


Lines = Iterable[Line]


class Writer:
    """Base of all writers, which writes nothing: one method an action, and moment of an action.

    The methods are called in order of time. A line may be later than its action, never earlier.

    Attributes:
        path: File of the format's lines, relative to the folder of all.
        whole_files: Whether each event is a file of its own, named by `Line.path`.
    """

    path = ""
    whole_files = False

    def __init__(self, network: Network, rng: Random) -> None:
        self.network = network
        self.rng = rng

    def header(self, path: str) -> str:
        """Return the lines that a file begins with, without the last line feed."""
        return ""

    def opened(self, connection: Connection) -> Lines:
        """A connection was allowed and begins."""
        return ()

    def closed(self, connection: Connection) -> Lines:
        """An allowed connection ends, or was refused by its destination."""
        return ()

    def denied(self, connection: Connection) -> Lines:
        """The firewall denies a connection."""
        return ()

    def dns(self, query: DnsQuery) -> Lines:
        """A name is looked up."""
        return ()

    def tls(self, session: TlsSession) -> Lines:
        """A TLS session begins."""
        return ()

    def web(self, request: WebRequest) -> Lines:
        """A page is asked for."""
        return ()

    def file(self, file: FileTransfer) -> Lines:
        """A file was sent."""
        return ()

    def alert(self, alert: Alert) -> Lines:
        """A signature matches."""
        return ()

    def mail(self, mail: Mail) -> Lines:
        """A message reaches the gateway."""
        return ()

    def click(self, click: Click) -> Lines:
        """A link of a message is clicked."""
        return ()

    def login(self, login: Login) -> Lines:
        """Somebody tries to log in."""
        return ()

    def logout(self, login: Login) -> Lines:
        """A session ends."""
        return ()

    def command(self, command: Command) -> Lines:
        """A command is run as another user."""
        return ()

    def process(self, process: ProcessStart) -> Lines:
        """A program starts."""
        return ()

    def cloud_file(self, work: CloudFile) -> Lines:
        """A file in the cloud is worked on."""
        return ()

    def mail_rule(self, rule: MailRule) -> Lines:
        """A rule is made in a mailbox."""
        return ()

    def daemon(self, message: DaemonMessage) -> Lines:
        """A daemon reports something."""
        return ()
