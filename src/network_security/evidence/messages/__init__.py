"""Messages as evidence: what a mail shows its reader, where it leads, and how it persuades."""

from network_security.evidence.messages.extraction import FEATURES, extract_message
from network_security.evidence.messages.message import File, Link, Message
from network_security.evidence.messages.reading import read_message

__all__ = ["FEATURES", "File", "Link", "Message", "extract_message", "read_message"]
