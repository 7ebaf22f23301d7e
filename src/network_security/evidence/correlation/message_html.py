"""The HTML part of a stored message: the page that its reader sees."""

from network_security.evidence.correlation.reading import Document, text_at, value_at
from network_security.sensors.email import message_headers, message_parts


def html_part(document: Document, longest: int) -> str | None:
    """Return the HTML that a message shows, else its first HTML attachment, None without HTML.

    Args:
        document: An event of the format `email`, whose `event.original` is the message.
        longest: Characters that are returned.
    """
    raw = value_at(document, "event", "original")
    if text_at(document, "event", "module") != "email" or type(raw) is not str:
        return None
    text = raw.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff\n")
    if "html" not in text.lower():
        return None
    if text.startswith("From "):
        text = text.partition("\n")[2]
    parts = message_parts.parts(*message_headers.split(text))
    pages = [part for part in parts if part.is_html and part.text]
    shown = [part for part in pages if part.disposition != "attachment"]
    return next((part.text[:longest] for part in shown or pages), None)
