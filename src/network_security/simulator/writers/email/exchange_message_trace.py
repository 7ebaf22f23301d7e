"""Exchange Online message trace: one JSON object a recipient.

Format: Microsoft Learn, "MessageTrace report" of the Office 365 reporting web service.
"""

from itertools import count
from random import Random

from network_security.simulator.actions import Mail
from network_security.simulator.network import Network
from network_security.simulator.randomness import uuid
from network_security.simulator.writers import text, times
from network_security.simulator.writers.writer import Line, Lines, Writer

STATUS = {"clean": "Delivered", "spam": "FilteredAsSpam", "phish": "Quarantined",
          "malware": "Failed"}  # fmt: skip
QUARTER = 900.0
"""Seconds between two queries of the report, whose span each object states."""


class ExchangeMessageTrace(Writer):
    """One object a recipient."""

    path = "email/exchange_message_trace.json"

    def __init__(self, network: Network, rng: Random) -> None:
        super().__init__(network, rng)
        self._index = count()

    def mail(self, mail: Mail) -> Lines:
        """Write what became of a message, for each recipient."""
        done = mail.time + 0.3 + mail.scan
        begin = done // QUARTER * QUARTER
        outbound = mail.direction == "outbound"
        for index, recipient in enumerate(mail.recipients):
            record = {
                "Organization": "example.onmicrosoft.com", "MessageId": mail.message_id,
                "Received": times.iso(done, 7, ""), "SenderAddress": mail.sender,
                "RecipientAddress": recipient, "Subject": mail.subject,
                "Status": "Delivered" if mail.delivered else STATUS[mail.verdict],
                "FromIP": mail.client_address, "Size": mail.size,
                "MessageTraceId": uuid(mail.key + index), "StartDate": times.iso(begin),
                "EndDate": times.iso(begin + QUARTER), "Index": next(self._index),
            }  # fmt: skip
            if outbound:
                record["ToIP"] = mail.relay_address
            yield Line(done, text.json(record))
