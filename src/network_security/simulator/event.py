"""What the simulation yields."""

from typing import NamedTuple


class Event(NamedTuple):
    """One raw event.

    Attributes:
        time: When the sensor wrote it, seconds since 1970.
        format: Name in `network_security.sensors.FORMATS`.
        raw: The text, without line feed unless it is a whole message.
        episode: Identifier of the attack that it belongs to, None of everyday life.
        path: File that it stands in, relative to the folder of all.
        header: What that file begins with and `parse_event` needs; empty but for Zeek's logs.
    """

    time: float
    format: str
    raw: str
    episode: str | None
    path: str
    header: str

    @property
    def is_file(self) -> bool:
        """Whether it is the whole of its file, as a message is."""
        return self.path.endswith(".eml")
