"""Phishing: the evidence about a URL and its page, and its extraction.

The schema and the kinds of observations cost next to nothing to import; what reads URLs and pages
is imported when `extract` is first asked for.
"""

from typing import TYPE_CHECKING, Any

from network_security.evidence.phishing.observations import (
    Certificate,
    DnsAnswer,
    HttpExchange,
    Page,
    Registration,
    Reputation,
)
from network_security.evidence.phishing.rules import PUBLISHED, Rules
from network_security.evidence.phishing.schema import (
    EVIDENCE_GROUPS,
    EVIDENCE_TIERS,
    FEATURES,
    LABEL,
    LEGITIMATE,
    MISSING,
    PHISHING,
    SCHEMA,
)

if TYPE_CHECKING:
    from network_security.evidence.phishing.extraction import extract

__all__ = [
    "EVIDENCE_GROUPS",
    "EVIDENCE_TIERS",
    "FEATURES",
    "LABEL",
    "LEGITIMATE",
    "MISSING",
    "PHISHING",
    "PUBLISHED",
    "SCHEMA",
    "Certificate",
    "DnsAnswer",
    "HttpExchange",
    "Page",
    "Registration",
    "Reputation",
    "Rules",
    "extract",
]


def __getattr__(name: str) -> Any:
    """Import `extract` when it is asked for (PEP 562)."""
    if name != "extract":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from network_security.evidence.phishing.extraction import extract  # noqa: PLC0415

    return extract
