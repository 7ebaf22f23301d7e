"""What is known of one message while its lines come in, and how much of it is kept."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from network_security.sensors.ecs import Document

INCOMPLETE = "message_incomplete"
"""Tag of a message of which the log holds only a part, or only a part so far."""

LONGEST = 1000
"""Characters that are kept of one value."""

MOST_ITEMS = 50
"""Attachments, links and the like that are listed of one message."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
_DIGITS = 12
"""Hexadecimal digits that are kept of a line's digest, of which a message has `_RECENT`."""
_RECENT = 8
_WEIGHT = 600
"""Bytes that a message takes in a state beside its texts; `_ITEM_WEIGHT`: one of its recipients."""
_ITEM_WEIGHT = 130
_MOST_TAGS = 16
_CONTAINERS = (dict, list)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a joiner keeps.

    Attributes:
        messages: Messages that are open at a time.
        size: Bytes that they take in a state, about: a document of MongoDB holds 16 MiB.
        recipients: Recipients that are listed of one message. All are counted.
        patience: Seconds of event time after which a message without a further line is given up.
        settling: Seconds of event time in which a line may come late, after its message's end.

    Raises:
        ValueError: If one of them is not a whole number above zero.
    """

    messages: int = 10_000
    size: int = 12_000_000
    recipients: int = 200
    patience: int = 6 * 3600
    settling: int = 5

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if type(value) is not int or value < 1:
                raise ValueError(f"Limits.{name} must be a whole number above 0, not {value!r}")


@dataclass(slots=True)
class Line:
    """One parsed line: what a joiner needs of it.

    Attributes:
        event: The whole document.
        about: Its `event`.
        time: Its `@timestamp`.
        position: Byte offset of the line in its stream.
        host: Who wrote it; empty when the line does not say.
        text: What follows the syslog header.
        digest: The head of `event.hash`; empty when the document has none.
    """

    event: Document
    about: Document
    time: datetime
    position: int
    host: str
    text: str
    digest: str

    @classmethod
    def of(cls, event: Document, time: datetime, position: int) -> Self:
        """Return a parsed event as a line."""
        about = event["event"]
        host = event["host"].get("hostname", "") if "host" in event else ""
        digest = about.get("hash", "")[:_DIGITS]
        return cls(event, about, time, position, host, event.get("message", ""), digest)

    def value(self, group: str, name: str) -> Any:
        """Return one member of an object of the document, None when it is not there."""
        members = self.event.get(group)
        return members.get(name) if members else None

    def address(self, side: str) -> Any:
        """Return the first of the addresses in `email.from` or `email.to`."""
        listed = (self.value("email", side) or {}).get("address")
        return listed[0] if listed else None


@dataclass(slots=True)
class Message:
    """One message, as far as its lines have told.

    Attributes:
        host: The mail host.
        name: The host's own name for it: queue id, MID.
        position: Byte offset of its first line.
        start: Time of its earliest line; `end` of its latest.
        begun: Whether a line has said where it came from.
        over: Whether a line has said that it is done with.
        alert: Whether the host judged it bad; `malware` if for what it carries.
        announced: Recipients that the host said it has.
        email: Texts of `email`: ``from``, ``sender``, ``subject``, ``message_id``, ``direction``.
        source: `source` of ECS: the client that it came in from. `user` and `tls` likewise.
        details: What stands under the dataset's own name.
        recipients: Key of a recipient -> what became of it.
        unlisted: Result -> number of the recipients beyond those listed.
        attachments: `email.attachments`.
        digests: Of the latest lines, by which a repeated line is known.
        weight: Bytes that it takes in a state, about.
        counted: Those of them that its joiner has counted.
    """

    host: str
    name: str
    position: int
    start: datetime
    end: datetime
    ingested: datetime | None = None
    lines: int = 0
    begun: bool = False
    over: bool = False
    alert: bool = False
    malware: bool = False
    announced: int = 0
    email: dict[str, Any] = field(default_factory=dict)
    source: dict[str, Any] = field(default_factory=dict)
    user: dict[str, Any] = field(default_factory=dict)
    tls: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    recipients: dict[str, dict[str, Any]] = field(default_factory=dict)
    unlisted: dict[str, int] = field(default_factory=dict)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    weight: int = _WEIGHT
    counted: int = 0

    def repeats(self, line: Line) -> bool:
        """Whether a line is one that the message has, word for word."""
        return line.digest in self.digests and line.digest != ""

    def add(self, line: Line) -> None:
        """Count a line, and take from it what all lines have."""
        self.lines += 1
        if line.time > self.end:
            self.end = line.time
        elif line.time < self.start:
            self.start = line.time
        digests = self.digests
        digests.append(line.digest)
        if len(digests) > _RECENT:
            del digests[0]
        self.ingested = line.about.get("ingested")
        if line.about.get("kind") == "alert":
            self.alert = True
            self.malware = self.malware or "malware" in line.about["category"]
        tags = line.event.get("tags")
        if tags and tags != self.tags:
            new = [tag for tag in tags if tag not in self.tags]
            self.tags.extend(new[: _MOST_TAGS - len(self.tags)])

    def keep(self, values: dict[str, Any], name: str, text: object, most: int = LONGEST) -> None:
        """Set a text in one of the objects of the message; what is no text changes nothing."""
        if type(text) is str and text:
            kept = text[:most]
            self.weight += _bytes(kept)
            if name in values:
                self.weight -= _bytes(values[name])
            values[name] = kept

    def append(self, name: str, item: Any, weight: int) -> None:
        """Add an item to a list in `details`, unless the list has it or is full."""
        items = self.details.setdefault(name, [])
        if len(items) < MOST_ITEMS and item not in items:
            items.append(item)
            self.weight += _ITEM_WEIGHT + weight

    def recipient(self, key: str, most: int) -> dict[str, Any] | None:
        """Return what is kept of a recipient, None when it is new and as many are listed."""
        found = self.recipients.get(key)
        if found is None and len(self.recipients) < most:
            found = self.recipients[key] = {}
            self.weight += _ITEM_WEIGHT + _bytes(key)
        return found

    def attach(self, event: Document) -> None:
        """Add the file that a line is about to the attachments, or to what is known of it."""
        file: Document = event.get("file") or {}
        name = file.get("name")
        if not name:
            return
        known = next((one["file"] for one in self.attachments if one["file"]["name"] == name), None)
        if known is None:
            if len(self.attachments) >= MOST_ITEMS:
                return
            known = {"name": name[:LONGEST]}
            self.attachments.append({"file": known})
            self.weight += _ITEM_WEIGHT + _bytes(name)
        for member in ("size", "mime_type", "hash"):
            if member in file and member not in known:
                known[member] = plain(file[member])
                self.weight += _ITEM_WEIGHT

    def count(self, results: Mapping[str, str]) -> dict[str, int]:
        """Return the number of recipients of each result.

        Args:
            results: Status of a recipient -> the result that it counts as.
        """
        counts = dict(self.unlisted)
        for recipient in self.recipients.values():
            result = results.get(recipient.get("status", ""))
            if result:
                counts[result] = counts.get(result, 0) + 1
        return counts

    def state(self) -> dict[str, Any]:
        """Return everything as plain values: what `restore` takes."""
        ingested = None if self.ingested is None else microseconds(self.ingested)
        state = {name: plain(getattr(self, name)) for name in _PLAIN}
        state["times"] = [microseconds(self.start), microseconds(self.end), ingested]
        # As pairs: a recipient's key is the sender's text, and names in a document have no dots.
        state["recipients"] = [[key, dict(one)] for key, one in self.recipients.items()]
        return state

    @classmethod
    def restore(cls, state: Mapping[str, Any]) -> Self:
        """Return the message that a state was taken of."""
        start, end, ingested = state["times"]
        return cls(
            start=moment(start),
            end=moment(end),
            ingested=None if ingested is None else moment(ingested),
            recipients={key: dict(one) for key, one in state["recipients"]},
            **{name: plain(state[name]) for name in _PLAIN},
        )


_PLAIN = tuple(
    one.name
    for one in fields(Message)
    if one.name not in ("start", "end", "ingested", "recipients", "counted")
)
"""What a state has of a message as it is."""


def _bytes(text: str) -> int:
    """Return the most bytes that a text takes in UTF-8."""
    return len(text) if text.isascii() else 4 * len(text)


def microseconds(time: datetime) -> int:
    """Return an aware time as microseconds since 1970, exactly; BSON's own dates end at ms."""
    return (time - _EPOCH) // MICROSECOND


def moment(count: int) -> datetime:
    """Return the time, in UTC, that is so many microseconds after 1970."""
    return _EPOCH + count * MICROSECOND


def plain(value: Any) -> Any:
    """Return a copy of lists and objects of plain values."""
    if type(value) is dict:
        return {
            name: plain(member) if type(member) in _CONTAINERS else member
            for name, member in value.items()
        }
    if type(value) is list:
        return [plain(item) if type(item) in _CONTAINERS else item for item in value]
    return value


def keep_client(message: Message, client: Mapping[str, Any]) -> None:
    """Take over the address, name and port of the client that a message came in from."""
    for name in ("address", "ip", "domain"):
        message.keep(message.source, name, client.get(name), 255)
    if "port" in client:
        message.source["port"] = client["port"]
