"""The part that the joiners of all formats share: which messages are open, and their documents.

What holds for all of them:

- Only what is fed decides: the time is that of the events. Feeding a stream in two parts, with the
  state kept and restored in between, gives what feeding it whole gives.
- A message is known by the host that wrote its lines and the host's own name for it, so that
  hosts in one stream may use the same names. `event.id` is that name and the position of the
  message's first line, so that a name which is used again makes another id.
- `@timestamp` is the time of the message's last line, as is `event.end`: only then is known what
  became of it, and a reader that asks for what is new since a time must not miss it.
  `event.start` is the time of its first line, and `event.duration` what lies between (ns).
- A line that comes within a few seconds after its message's end (`Limits.settling`) gives the
  document again, with the same `event.id`: it takes the place of the first. Relays reorder lines.
- A message that is given up is returned as it stands, tagged `message_incomplete`: when no line of
  it has come for hours (`Limits.patience`), when too many are open, or when its name is used for
  another one. So is a message whose beginning the log does not hold. A later line, of a deferred
  message for one, begins another event with the same queue id.
- A line that a message has already, word for word, counts once.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol, Self

from network_security.sensors.ecs import Document
from network_security.sensors.joins.document import message_details, message_document
from network_security.sensors.joins.message import (
    INCOMPLETE,
    Limits,
    Line,
    Message,
    microseconds,
    moment,
)
from network_security.sensors.registry import FORMATS

VERSION = 1
"""Of the state. One of another version is refused."""

_MOST_SETTLING = 256


class Joiner(Protocol):
    """Makes one event a message from the events of a message's lines."""

    def __init__(self, limits: Limits = ...) -> None: ...

    def feed(self, event: Document, position: int) -> list[Document]:
        """Take the next line of the stream.

        Args:
            event: The line as `parse_event` gives it.
            position: Its byte offset in the stream.

        Returns:
            The events of the messages that it completes.
        """
        ...

    def open_messages(self) -> list[Document]:
        """Return the events of the messages that are not complete, as they stand."""
        ...

    def state(self) -> dict[str, Any]:
        """Return what has to be kept to go on later: plain values that JSON and BSON can hold."""
        ...

    @classmethod
    def restore(cls, state: Mapping[str, Any]) -> Self:
        """Return a joiner that goes on where a state was taken.

        Raises:
            ValueError: If the state is of another version.
        """
        ...


class MessageJoiner:
    """A joiner but for what its format's lines mean, which `_read` and `_result` say.

    Attributes:
        format: Name of the format in the registry.
        dataset: `event.dataset`, under which stands what has no place in ECS.
        name: What the format calls a message's name.
        results: Status of a recipient -> ``delivered``, ``deferred``, ``bounced``, ``rejected``.
    """

    format: ClassVar[str]
    dataset: ClassVar[str]
    name: ClassVar[str]
    results: ClassVar[Mapping[str, str]]

    def __init__(self, limits: Limits = Limits()) -> None:  # noqa: B008  it is frozen
        self.limits = limits
        registered = FORMATS[self.format]
        self._module, self._observer = registered.module, registered.observer
        self._patience = timedelta(seconds=limits.patience)
        self._settling_time = timedelta(seconds=limits.settling)
        # Both in the order of their last lines.
        self._open: OrderedDict[tuple[str, str], Message] = OrderedDict()
        self._settling: OrderedDict[tuple[str, str], Message] = OrderedDict()
        self._now: datetime | None = None
        self._size = 0
        self._touched: list[Message] = []
        self._finished: list[Document] = []

    def feed(self, event: Document, position: int) -> list[Document]:
        """Take the next line of the stream; see `Joiner`."""
        time = event.get("@timestamp")
        if type(time) is not datetime:
            return []
        self._finished = []
        if time != self._now:
            self._now = time
            self._pass_time(time)
        self._read(Line.of(event, time, position))
        if self._touched:
            self._settle()
        return self._finished

    def open_messages(self) -> list[Document]:
        """Return the events of the messages that are not complete, as they stand."""
        return [self._document(message) for message in self._open.values()]

    def state(self) -> dict[str, Any]:
        """Return what `restore` takes."""
        return {
            "version": VERSION,
            "limits": asdict(self.limits),
            "now": None if self._now is None else microseconds(self._now),
            "open": [message.state() for message in self._open.values()],
            "settling": [message.state() for message in self._settling.values()],
        }

    @classmethod
    def restore(cls, state: Mapping[str, Any]) -> Self:
        """Return a joiner that goes on where a state was taken.

        Raises:
            ValueError: If the state is of another version.
        """
        if state.get("version") != VERSION:
            raise ValueError(
                f"a joiner's state of version {state.get('version')!r} cannot be read by this"
                f" release, which has version {VERSION}: read the stream from its start"
            )
        joiner = cls(Limits(**state["limits"]))
        joiner._now = None if state["now"] is None else moment(state["now"])
        for messages, kept in ((joiner._open, "open"), (joiner._settling, "settling")):
            for one in state[kept]:
                message = Message.restore(one)
                message.counted = message.weight
                joiner._size += message.weight
                messages[message.host, message.name] = message
        return joiner

    def _read(self, line: Line) -> None:
        """Take from a line what it says about messages."""
        raise NotImplementedError

    def _result(self, message: Message, counts: Mapping[str, int]) -> tuple[str, str | None]:
        """Return `event.action` and `event.outcome` of a message."""
        raise NotImplementedError

    def _find(self, line: Line, name: str) -> Message | None:
        """Return the message of that name on the line's host."""
        key = line.host, name
        return self._open.get(key) or self._settling.get(key)

    def _extend(self, line: Line, name: str, message: Message | None) -> Message:
        """Add a line to a message, or begin one with it."""
        key = line.host, name
        if message is None:
            message = self._open[key] = Message(
                line.host, name, line.position, line.time, line.time
            )
        elif not message.over:
            self._open.move_to_end(key)
        message.add(line)
        self._touched.append(message)
        return message

    def _give_up(self, message: Message) -> None:
        """Close a message as it stands."""
        key = message.host, message.name
        if self._open.pop(key, None) is not None:
            self._finished.append(self._document(message))
        else:
            del self._settling[key]
        self._size -= message.counted

    def _pass_time(self, now: datetime) -> None:
        """Give up what has been without a line for too long.

        A clock that was set back counts as well as one that went on: a single line with a wrong
        time must neither keep messages open for ever nor close all that follow it.
        """
        while self._open:
            oldest = next(iter(self._open.values()))
            if abs(now - oldest.end) <= self._patience:
                break
            self._give_up(oldest)
        while self._settling:
            oldest = next(iter(self._settling.values()))
            if abs(now - oldest.end) <= self._settling_time:
                break
            self._give_up(oldest)

    def _settle(self) -> None:
        """Return what the line completed, and keep within the limits."""
        for message in self._touched:
            self._size += message.weight - message.counted
            message.counted = message.weight
            if message.over:
                key = message.host, message.name
                if self._open.pop(key, None) is not None:
                    self._settling[key] = message
                self._finished.append(self._document(message))
        self._touched.clear()
        limits = self.limits
        while len(self._settling) > _MOST_SETTLING:
            self._give_up(next(iter(self._settling.values())))
        while len(self._open) > limits.messages or self._size > limits.size:
            self._give_up(next(iter((self._settling or self._open).values())))

    def _document(self, message: Message) -> Document:
        counts = message.count(self.results)
        action, outcome = self._result(message, counts)
        reason = message.details.get("reason")
        if reason is None and (outcome == "failure" or action == "rejected"):
            reason = self._first_failure(message)
        about = {"action": action, "outcome": outcome, "reason": reason}
        own = {self.name: message.name, **message_details(message, counts)}
        document = message_document(message, about, delivered="delivered" in counts)
        document["event"] |= {"module": self._module, "dataset": self.dataset}
        document["observer"] = dict(self._observer)
        document[self._module] = {self.dataset.partition(".")[2]: own}
        if not (message.begun and message.over):
            document["tags"] = [*message.tags, INCOMPLETE]
        return document

    def _first_failure(self, message: Message) -> str | None:
        """Return what the host said of the first recipient that the message did not reach."""
        for one in message.recipients.values():
            if self.results.get(one.get("status", ""), "delivered") != "delivered":
                response: str | None = one.get("response")
                return response
        return None


def fate(counts: Mapping[str, int]) -> tuple[str, str] | None:
    """Return the action and outcome that the results of a message's recipients make.

    A message that reached anyone is ``delivered``, and a success when it reached all.
    """
    for result in ("delivered", "deferred", "bounced"):
        if counts.get(result):
            failed = counts.get("deferred") or counts.get("bounced")
            return result, "failure" if failed else "success"
    return None
