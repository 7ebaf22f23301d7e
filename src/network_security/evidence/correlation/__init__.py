"""From stored events of all sensors to one row of evidence a URL.

- `events` takes an event apart into `facts`, with `web` for requests, TLS and DNS, and `mail`.
- `joins` says which facts belong together: by which keys, and within which time.
- `correlator` files facts (`waiting`) and gives them to the rows under way (`open_row`) that look
  for them (`looking`). Rows that nothing happens to are kept small (`resting`).
- `judging` and `observing` make of a row's facts the result, `row`, which `frame` puts in a table.
"""

from network_security.evidence.correlation.correlator import Correlator, correlate
from network_security.evidence.correlation.frame import to_frame
from network_security.evidence.correlation.options import CorrelationOptions
from network_security.evidence.correlation.row import (
    Client,
    EvidenceRow,
    MessageFacts,
    Observations,
)

__all__ = [
    "Client",
    "CorrelationOptions",
    "Correlator",
    "EvidenceRow",
    "MessageFacts",
    "Observations",
    "correlate",
    "to_frame",
]
