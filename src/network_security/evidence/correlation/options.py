"""How far apart in time pieces of evidence may be, and how much of them is kept."""

from dataclasses import dataclass, fields
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class CorrelationOptions:
    """The windows, in event time, and the limits of memory.

    Attributes:
        period: What a URL has one row for; periods begin at multiples of it since 1970 in UTC.
        before: How long before a request its names were looked up and its server was met.
        after: How long after a request what belongs to it is still logged.
        click_window: How long after its delivery a link of a message is followed.
        redirect_window: How long after a redirection the next request is sent.
        certificate_window: How long before a connection its certificate may have been logged: Zeek
            writes a certificate once a day, and then names only its digest.
        lateness: How much later than its successors an event may come. What is later is counted and
            left out.
        most_entities: Rows that are open at a time. Those longest without a request or a message
            are closed first.
        most_entities_of_host: Likewise of one host: what a host's event costs grows with them.
        most_facts: Pieces of each kind that a row holds; the earliest are kept.
        most_facts_waiting: Pieces that are held for what may come, of one host, address, message or
            URL; the latest are kept.
        most_waiting: Pieces that are held in all, counted once for each of these; those of what is
            longest without a piece go first.
        most_links: Links of a message that are read.
        most_clients: Clients of a row that are listed; likewise recipients.
        longest_page: Characters of a message's HTML that are read.
        most_page_characters: Characters of HTML that all open rows hold; rows are closed to hold
            no more.

    Raises:
        ValueError: If a number or a time is negative, or the period is not above 0.
    """

    period: timedelta = timedelta(days=1)
    before: timedelta = timedelta(hours=1)
    after: timedelta = timedelta(minutes=5)
    click_window: timedelta = timedelta(hours=12)
    redirect_window: timedelta = timedelta(seconds=30)
    certificate_window: timedelta = timedelta(days=1)
    lateness: timedelta = timedelta(minutes=30)
    most_entities: int = 50_000
    most_entities_of_host: int = 100
    most_facts: int = 16
    most_facts_waiting: int = 64
    most_waiting: int = 100_000
    most_links: int = 50
    most_clients: int = 200
    longest_page: int = 200_000
    most_page_characters: int = 200_000_000

    def __post_init__(self) -> None:
        """Refuse windows and limits that make no sense."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, timedelta):
                if value < timedelta(0) or (field.name == "period" and not value):
                    raise ValueError(f"{field.name} is {value}: a window is not negative")
            elif value < 1:
                raise ValueError(f"{field.name} is {value}: at least 1 must be kept")
