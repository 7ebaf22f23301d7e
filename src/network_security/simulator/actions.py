"""What happens in the simulated network, as facts independent of any sensor's format.

Times are seconds since 1970 in UTC, sizes are bytes of payload, durations seconds. A writer renders
the actions that its sensor would see; identifiers that sensors share (addresses, ports, keys of
connections, message ids, digests) stand in the action, so that their lines can be joined.
"""

from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

from network_security.simulator.network import Host, User
from network_security.simulator.signatures import Signature

HEADERS = 40
"""Bytes of the IPv4 and TCP headers of a packet."""


@dataclass(frozen=True)
class Connection:
    """One connection between two addresses, of the network or of the outside.

    Attributes:
        time: When its first packet was sent.
        duration: Until it was closed; 0 for what was never established.
        source: Address of who opened it; likewise `source_port`, `source_zone`.
        destination: The address that answers, behind any translation.
        transport: ``tcp``, ``udp`` or ``icmp``.
        service: What is spoken: ``https``, ``dns``, ``smtp`` ...
        sent: Payload from source to destination; `received` is the other way.
        outcome: ``closed``, ``reset``, ``refused``, ``unanswered``, or ``denied`` by the firewall.
        user: Who is known to work at the source, empty when nobody is.
        translated: Address and port on the public side of the firewall, of the source when the
            connection leaves the network and of the destination when it enters it.
        key: A number that no other connection of the simulation has.
    """

    time: float
    duration: float
    source: str
    source_port: int
    source_zone: str
    destination: str
    destination_port: int
    destination_zone: str
    transport: str
    service: str
    sent: int
    received: int
    outcome: str
    user: str
    translated: tuple[str, int] | None
    key: int

    @property
    def end(self) -> float:
        """When it was closed."""
        return self.time + self.duration

    @property
    def established(self) -> bool:
        """Whether both sides took part."""
        return self.outcome in ("closed", "reset")

    @property
    def packets_sent(self) -> int:
        """Packets from source to destination."""
        handshake = 4 if self.transport == "tcp" and self.established else 1
        return handshake + self.sent // 1200 + self.received // 2800

    @property
    def packets_received(self) -> int:
        """Packets from destination to source."""
        if not self.established:
            return 1 if self.outcome == "refused" else 0
        handshake = 3 if self.transport == "tcp" else 1
        return handshake + self.received // 1400 + self.sent // 2800

    @property
    def bytes_sent(self) -> int:
        """Bytes from source to destination, with headers."""
        return self.sent + HEADERS * self.packets_sent

    @property
    def bytes_received(self) -> int:
        """Bytes from destination to source, with headers."""
        return self.received + HEADERS * self.packets_received


@dataclass(frozen=True)
class DnsQuery:
    """One question to a name server and its answer, `latency` seconds later."""

    time: float
    connection: Connection
    number: int
    name: str
    kind: str
    code: str
    answers: tuple[str, ...]
    ttl: int
    latency: float


@dataclass(frozen=True)
class TlsSession:
    """A TLS handshake."""

    time: float
    connection: Connection
    server_name: str
    version: str
    issuer: str
    serial: str
    valid_from: float
    valid_to: float
    client_fingerprint: str
    server_fingerprint: str


@dataclass(frozen=True)
class WebRequest:
    """One HTTP request; `encrypted` when it is hidden in a TLS session."""

    time: float
    connection: Connection
    method: str
    host: str
    path: str
    status: int
    user_agent: str
    referrer: str
    content_type: str
    category: str
    sent: int
    received: int
    encrypted: bool

    @property
    def url(self) -> str:
        """The full URL."""
        return f"{'https' if self.encrypted else 'http'}://{self.host}{self.path}"


@dataclass(frozen=True)
class FileTransfer:
    """A file that was sent over a connection."""

    time: float
    connection: Connection
    request: WebRequest
    name: str
    content_type: str
    size: int
    md5: str
    sha1: str
    sha256: str


@dataclass(frozen=True)
class Alert:
    """A signature of the intrusion detection that matched; the traffic was let through."""

    time: float
    connection: Connection
    signature: Signature
    request: WebRequest | None = None


@dataclass(frozen=True)
class Attachment:
    """A file of a message; its content is harmless."""

    name: str
    content_type: str
    content: bytes
    md5: str
    sha1: str
    sha256: str


@dataclass(frozen=True)
class Mail:
    """One message, from when it reaches the mail gateway.

    Attributes:
        time: When the client connected to the gateway.
        connection: From the client to the gateway, or from the gateway to the next server.
        key: A number that no other message has; queue ids are made of it.
        message_id: With angle brackets, as in the header.
        direction: ``inbound``, ``outbound`` or ``internal``.
        client: Name of the sending server, with its `client_address`.
        relay: Name of the server that it is handed to, with its `relay_address`.
        sender: Envelope sender; `sender_name` and `header_from` are what the message shows.
        recipients: Envelope recipients.
        verdict: ``clean``, ``spam``, ``phish`` or ``malware``, as the gateway judged.
        delivered: Whether it reached the mailbox; otherwise it was quarantined.
        authentication: Results of SPF, DKIM and DMARC.
        score: Of the spam filter, 0 to 100.
        scan: Seconds that the filters took.
        encrypted: Whether it comes by TLS, so that nobody on the way can read it.
    """

    time: float
    connection: Connection
    key: int
    message_id: str
    direction: str
    client: str
    client_address: str
    relay: str
    relay_address: str
    sender: str
    sender_name: str
    header_from: str
    recipients: tuple[str, ...]
    subject: str
    paragraphs: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    attachments: tuple[Attachment, ...]
    mailer: str
    verdict: str
    delivered: bool
    authentication: tuple[str, str, str]
    score: int
    scan: float
    encrypted: bool

    @property
    def encryption(self) -> tuple[str, str]:
        """TLS version and cipher that the client speaks; a quarter of them knows no TLS 1.3.

        Raises:
            ValueError: If the message comes without TLS.
        """
        if not self.encrypted:
            raise ValueError(f"{self.message_id} comes without TLS")
        if crc32(self.client.encode()) % 4 == 0:
            return "TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384"
        return "TLSv1.3", "TLS_AES_256_GCM_SHA384"

    @cached_property
    def size(self) -> int:
        """About the bytes of the message."""
        text = sum(len(part) for part in self.paragraphs) + 120 * len(self.links)
        return 1900 + 2 * text + sum(len(file.content) * 137 // 100 for file in self.attachments)


@dataclass(frozen=True)
class Click:
    """A click on a link of a message, through the gateway's rewritten address."""

    time: float
    mail: Mail
    user: User
    address: str
    url: str
    user_agent: str
    permitted: bool


@dataclass(frozen=True)
class Login:
    """An attempt to log in.

    Attributes:
        time: When the server decided.
        service: ``ssh``, ``windows`` (at `host`) or ``cloud`` (no host of the network).
        account: The name that was tried, known or not.
        user: The user of that name, None for a name that does not exist.
        method: ``password``, ``publickey`` or ``kerberos``.
        until: When the session ended, None for a failure or when it is left open.
        connection: By which it came, None at a cloud service.
        workstation: The name that the client gives itself, of a Windows logon.
    """

    time: float
    service: str
    host: Host
    account: str
    user: User | None
    source: str
    source_port: int
    success: bool
    method: str
    user_agent: str
    until: float | None
    key: int
    connection: Connection | None = None
    workstation: str = ""


@dataclass(frozen=True)
class Command:
    """A command run with sudo."""

    time: float
    host: Host
    user: User
    account: str
    terminal: str
    folder: str
    text: str


@dataclass(frozen=True)
class ProcessStart:
    """A program that was started on a Windows host."""

    time: float
    host: Host
    user: User
    image: str
    command_line: str
    parent: str
    number: int
    parent_number: int
    sha256: str


@dataclass(frozen=True)
class CloudFile:
    """A user's work on a file of the company's cloud storage."""

    time: float
    user: User
    address: str
    operation: str
    folder: str
    name: str
    size: int
    user_agent: str


@dataclass(frozen=True)
class MailRule:
    """A rule that a user, or who holds the account, made in a mailbox."""

    time: float
    user: User
    address: str
    name: str
    forward_to: str


@dataclass(frozen=True)
class DaemonMessage:
    """What a daemon wrote to the system log: facility and severity are those of RFC 5424."""

    time: float
    host: Host
    program: str
    number: int
    facility: int
    severity: int
    text: str


Action = (
    Connection
    | DnsQuery
    | TlsSession
    | WebRequest
    | FileTransfer
    | Alert
    | Mail
    | Click
    | Login
    | Command
    | ProcessStart
    | CloudFile
    | MailRule
    | DaemonMessage
)
