"""What an event says of URLs, whatever sensor it is from."""

from network_security.evidence.correlation import web
from network_security.evidence.correlation.facts import Fact
from network_security.evidence.correlation.mail import is_mail, mail_facts
from network_security.evidence.correlation.options import CorrelationOptions
from network_security.evidence.correlation.reading import Document, event_id, time_at

PARTS = ("url", "tls", "dns", "email", "file")
"""An event without any of these says nothing of a URL."""


def facts(document: Document, options: CorrelationOptions) -> list[Fact]:
    """Return what an event says; nothing for one without time or identity. Never raises.

    Args:
        document: As `parse_event` returns it, stored or not.
        options: Limits of what is read.
    """
    if not any(part in document for part in PARTS):
        return []
    at, id_ = time_at(document, "@timestamp"), event_id(document)
    if at is None or id_ is None:
        return []
    if is_mail(document):
        return mail_facts(document, at, id_, options)
    found: list[Fact | None] = []
    if "url" in document:
        found += web.requests(document, at, id_)
    if "tls" in document:
        found.append(web.tls(document, at, id_))
    if "dns" in document:
        found.append(web.dns(document, at, id_))
    if "file" in document:
        found.append(web.x509(document, at, id_))
    return [fact for fact in found if fact is not None]
