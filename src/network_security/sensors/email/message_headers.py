"""Headers of a message: unfolded, decoded, and taken apart into mailboxes and parameters.

Everything here is the sender's text, so that each step takes time linear in its bounded input and
none raises: what cannot be decoded is kept as it stands.

Source: RFC 5322 (headers, mailboxes), RFC 2047 (encoded words), RFC 2231 (parameters).
"""

import base64
import binascii
import quopri
import re
from urllib.parse import unquote_to_bytes

MOST_HEADERS = 1000
LONGEST_HEADER = 16_384
MOST_MAILBOXES = 1000

NO_CHARSETS = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined"})
"""Codecs that are no charsets of mail; the first takes a time that grows with the square."""

Headers = dict[str, list[str]]
"""Name in lower case -> its values in their order."""

# A line of the head: name and value, or what continues the line before; neither in any other.
_LINE = re.compile(r"\n(?:([!-9;-~]{1,128})[ \t]{0,8}:[ \t]{0,8}(.*)|([ \t].*)|)")
_ENCODED_WORD = re.compile(
    r"=\?([\w.:-]{1,40})(?:\*[\w-]{1,20})?\?([BbQq])\?([^?]{0,1000})\?=(?:\s{1,8}(?==\?))?"
)
_PARAMETER = re.compile(
    r";\s{0,64}([\w!#$&+.^-]{1,64})(\*\d{1,2})?(\*)?\s{0,8}=\s{0,8}"
    r"(?:\"((?:[^\"\\]|\\.){0,2048})\"|([^\s;\"]{1,2048}))"
)
# The mailbox that most headers hold, and alone: quoted or bare words, then angle brackets.
_ONE_MAILBOX = re.compile(r'(?:\s*+"([^"\\]*+)"\s*+|([^",;:<>()]*+))(?:<([^<>]*+)>\s*+)?')
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>]*>|\([^()]*\)|[,;:]|[^",;:<>()]+|.', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def split(text: str) -> tuple[Headers, str]:
    """Return the headers of a message or part, unfolded, and its body.

    Args:
        text: With line feeds as line ends.
    """
    head, _, body = text.partition("\n\n")
    if text.startswith("\n"):
        head, body = "", text[1:]
    if head.count("\n") >= MOST_HEADERS:
        head = "\n".join(head.split("\n", MOST_HEADERS)[:MOST_HEADERS])
    headers: Headers = {}
    last: list[str] | None = None
    for name, value, folded in _LINE.findall(f"\n{head}"):
        if name:
            last = headers.setdefault(name.lower(), [])
            last.append(value.rstrip()[:LONGEST_HEADER])
        elif not folded:
            last = None
        elif last is not None and len(last[-1]) < LONGEST_HEADER:
            last[-1] = f"{last[-1]} {folded.strip()}"[:LONGEST_HEADER]
    return headers, body


def first(headers: Headers, name: str) -> str | None:
    """Return the first value of a header, decoded, or None."""
    values = headers.get(name)
    return decoded(values[0]) or None if values else None


def to_text(content: bytes, charset: str | None) -> str:
    """Return bytes as text; a charset that is unknown or wrong gives replacement characters."""
    name = (charset or "utf-8").lower().replace("-", "_")
    try:
        text = content.decode("utf-8" if name in NO_CHARSETS else name, "replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")
    return whole_characters(text)


def whole_characters(text: str) -> str:
    r"""Return text without halves of surrogate pairs, which UTF-7 can spell and no store keeps.

    >>> whole_characters("a\ud800") == "a\ufffd"
    True
    """
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def decoded(value: str) -> str:
    """Return a header's text with its encoded words decoded.

    >>> decoded("=?utf-8?q?Caf=C3=A9?= =?utf-8?b?IQ==?= menu")
    'Café! menu'
    """
    return _ENCODED_WORD.sub(_decode_word, value) if "=?" in value else value


def _decode_word(word: re.Match[str]) -> str:
    content = word[3].encode("ascii", "replace")
    if word[2] in "Bb":
        return to_text(base64_bytes(content), word[1])
    return to_text(quopri.decodestring(content, header=True), word[1])


def base64_bytes(content: bytes) -> bytes:
    """Return what base64 text stands for; padding that is missing is added, junk is left out."""
    try:
        return base64.b64decode(content + b"==")
    except (binascii.Error, ValueError):
        return b""


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """Return a structured header's value in lower case, and its parameters by name.

    >>> parameters('attachment; filename*0="a b"; filename*1=".txt"')
    ('attachment', {'filename': 'a b.txt'})
    """
    main, semicolon, _ = value.partition(";")
    if not semicolon:
        return main.strip().lower(), {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for name, section, extended, quoted, bare in _PARAMETER.findall(value):
        text = (_ESCAPE.sub(r"\1", quoted) if "\\" in quoted else quoted) or bare
        place = (int(section[1:]) if section else 0, extended != "", text)
        pieces.setdefault(name.lower(), []).append(place)
    return main.strip().lower(), {name: _joined(found) for name, found in pieces.items()}


def structured(headers: Headers, name: str) -> tuple[str, dict[str, str]]:
    """Return the first value of a structured header, and its parameters; empty when it is absent.

    >>> structured({"content-type": ["text/plain; charset=utf-8"]}, "content-type")
    ('text/plain', {'charset': 'utf-8'})
    """
    values = headers.get(name)
    return parameters(values[0]) if values else ("", {})


def _joined(pieces: list[tuple[int, bool, str]]) -> str:
    if len(pieces) == 1 and not pieces[0][1]:
        return decoded(pieces[0][2])
    pieces.sort(key=lambda piece: piece[0])
    if not pieces[0][1]:
        return decoded("".join(text for _, _, text in pieces))
    charset, quote, rest = pieces[0][2].partition("'")
    text = rest.partition("'")[2] if quote else pieces[0][2]
    content = unquote_to_bytes(text + "".join(text for _, _, text in pieces[1:]))
    return to_text(content, charset if quote else None)


def mailboxes(value: str) -> list[tuple[str, str]]:
    """Return display name and address of each mailbox of a header, names decoded.

    An address is what stands in angle brackets, or a bare word with an ``@``: an ``@`` in a
    display name makes no address.

    >>> mailboxes('"ceo@example.com" <x@example.net>, bob@example.org (Bob)')
    [('ceo@example.com', 'x@example.net'), ('Bob', 'bob@example.org')]
    """
    value = value[:LONGEST_HEADER]
    only = _ONE_MAILBOX.fullmatch(value)
    if only:
        quoted, bare, bracketed = only.groups("")
        box = _mailbox(quoted or bare, bracketed.strip(), "")
        return [] if box is None else [box]
    found: list[tuple[str, str]] = []
    words: list[str] = []
    bracketed = comment = ""
    for piece in [*_TOKEN.findall(value), ","]:
        if piece in (",", ";"):
            box = _mailbox("".join(words), bracketed, comment)
            if box is not None:
                found.append(box)
            words, bracketed, comment = [], "", ""
            if len(found) >= MOST_MAILBOXES:
                break
        elif piece == ":":
            words = []  # the name of a group
        elif piece.startswith("<") and len(piece) > 1:
            bracketed = piece[1:-1].strip()
        elif piece.startswith("(") and len(piece) > 1:
            comment = piece[1:-1]
        elif piece.startswith('"') and len(piece) > 1:
            words.append(_ESCAPE.sub(r"\1", piece[1:-1]) if "\\" in piece else piece[1:-1])
        else:
            words.append(piece)
    return found


def _mailbox(words: str, bracketed: str, comment: str) -> tuple[str, str] | None:
    name = decoded(words.strip())
    if bracketed:
        return name or decoded(comment), bracketed
    if "@" in words and " " not in words.strip():
        return decoded(comment), words.strip()
    return (name, "") if name else None
