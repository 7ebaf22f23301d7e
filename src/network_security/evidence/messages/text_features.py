"""Features of what a message says and how it is laid out for the eye.

Counts of phrases are of distinct ones, on a logarithmic scale: to repeat a word is no stronger
sign. None of these asks for headers, programs or formats, which tell the time and place of a
message and not its purpose.
"""

import re
from math import log1p

from network_security.evidence.messages.view import MessageView
from network_security.evidence.messages.wording import INVISIBLE, phrases
from network_security.evidence.urls.confusables import is_mixed

LONGEST_READ = 200_000
FEW_WORDS = 40
_STYLED = (0x1D400, 0x1D7FF)
"""Mathematical Alphanumeric Symbols, of Unicode: letters that look like letters and are others."""
_LINES_READ = 5_000
_MONEY = re.compile(
    r"(?:[$\u20ac\u00a3\u00a5]|r\$|\b(?:usd|eur|gbp|btc|chf))\s?\d[\d.,]{0,15}"
    r"|(?<!\d)\d[\d.,]{0,15}\s?(?:[$\u20ac\u00a3\u00a5]|(?:usd|eur|euro|gbp|btc|chf)\b)"
)


def urgency(view: MessageView) -> float | None:
    """Phrases that press for haste (R. Cialdini's scarcity)."""
    return _count("urgency", view)


def credentials(view: MessageView) -> float | None:
    """Phrases about passwords, wallets and the verification of an account."""
    return _count("credentials", view)


def suspension(view: MessageView) -> float | None:
    """Phrases about an account, a mailbox or a parcel that is withheld."""
    return _count("suspension", view)


def payment(view: MessageView) -> float | None:
    """Phrases about invoices, charges and refunds."""
    return _count("payment", view)


def lure(view: MessageView) -> float | None:
    """Phrases about prizes, gifts, loans, inheritances and quick money."""
    return _count("lure", view)


def extortion(view: MessageView) -> float | None:
    """Phrases that threaten with exposure or the law."""
    return _count("extortion", view)


def contact(view: MessageView) -> float | None:
    """Phrases that ask for an answer, a call or a look at a file: the ways without a link."""
    return _count("contact", view)


def sums_of_money(view: MessageView) -> float | None:
    """Logarithm of 1 + the distinct sums of money."""
    return log1p(len(set(_MONEY.findall(view.text))))


def generic_greeting(view: MessageView) -> float | None:
    """1 if the message greets whoever reads it (dear customer), else 0."""
    return float(bool(phrases("greeting", view.text)))


def unsubscribe(view: MessageView) -> float | None:
    """1 if the message offers a way out of a list, else 0."""
    return float(bool(phrases("unsubscribe", view.text)))


def lookalike_words(view: MessageView) -> float | None:
    """Logarithm of 1 + the words of mixed scripts, styled letters or invisible characters.

    They read as ordinary words to people only (Unicode Technical Standard 39).
    """
    written = f"{view.message.subject} {view.message.text}"[:LONGEST_READ]
    if written.isascii():
        return 0.0
    return log1p(sum(map(_disguised, written.split())))


def hidden_text_share(view: MessageView) -> float | None:
    """Share of the characters that the reader does not see; it is there for filters."""
    hidden = sum(map(len, view.message.hidden_text.split()))
    shown = sum(map(len, view.message.text.split()))
    return hidden / (hidden + shown) if hidden + shown else None


def image_only(view: MessageView) -> float | None:
    """1 if an image stands for the text: fewer than 40 words, and an image; else 0."""
    return float(view.message.images > 0 and len(view.words) < FEW_WORDS)


def words_per_link(view: MessageView) -> float | None:
    """Logarithm of 1 + the words for each distinct web link; None without any."""
    return log1p(len(view.words) / len(view.web)) if view.web else None


def length(view: MessageView) -> float | None:
    """Logarithm of 1 + the words."""
    return log1p(len(view.words))


def quoted_share(view: MessageView) -> float | None:
    """Share of the lines that quote another message: an answer in a conversation."""
    lines = [line for line in view.message.text.split("\n", _LINES_READ) if line.strip()]
    if not lines:
        return None
    return sum(line.lstrip()[:1] in (">", "|") for line in lines) / len(lines)


def forms(view: MessageView) -> float | None:
    """1 if the message or an attached page has a form with a password field, else 0."""
    return float(view.message.password_fields > 0)


def html_attachment(view: MessageView) -> float | None:
    """1 if an attached file opens as a page (MITRE ATT&CK T1566.001), else 0."""
    return float(any(file.is_html for file in view.message.files))


def _count(name: str, view: MessageView) -> float:
    return log1p(len(phrases(name, view.text)))


def _disguised(word: str) -> bool:
    if word.isascii():
        return False
    first, last = _STYLED
    if any(mark in INVISIBLE or first <= ord(mark) <= last for mark in word.strip("\ufeff")):
        return any(mark.isalpha() for mark in word)
    return is_mixed(word.lower())
