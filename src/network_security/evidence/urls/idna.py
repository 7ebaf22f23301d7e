"""Names in Unicode and in punycode, as browsers convert them.

Browsers map a name (UTS 46, non-transitional) and encode it, and follow it even where IDNA 2008
would refuse it, as with emoji. So nothing is refused here.

Source: Unicode Technical Standard 46, section 4 (mapping: normalisation form KC and lower case,
without the code points that are ignored); RFC 3492 (punycode).
"""

import unicodedata

PREFIX = "xn--"
LONGEST_NAME = 253
"""Characters of a name in the DNS (RFC 1035); longer ones, which resolve nowhere, stay as they are,
for punycode takes a time that grows with the square of a label."""

_IGNORED = [
    0x00AD, 0x034F, *range(0x180B, 0x1810), 0x200B, 0x2060, 0x2064, *range(0xFE00, 0xFE10), 0xFEFF,
    *range(0xE0100, 0xE01F0),
]  # fmt: skip
# The capital sigma would become a final one at the end of a word.
_MAPPED = dict.fromkeys(_IGNORED, "") | {0x3002: ".", 0x03A3: "\u03c3"}


def to_ascii(name: str) -> str:
    r"""Return a name in lower case and punycode.

    >>> to_ascii("B\u00fccher.example"), to_ascii("\uff45xample\u3002org")
    ('xn--bcher-kva.example', 'example.org')
    """
    if name.isascii() or len(name) > LONGEST_NAME:
        return name.lower()
    composed = unicodedata.normalize("NFKC", name).translate(_MAPPED).lower()
    return ".".join(map(_encoded, unicodedata.normalize("NFKC", composed).split(".")))


def to_unicode(name: str) -> str:
    """Return a name in punycode as people see it; labels that are no punycode stay as they are.

    >>> to_unicode("xn--bcher-kva.example")
    'bücher.example'
    """
    if PREFIX not in name or len(name) > LONGEST_NAME:
        return name
    return ".".join(map(_decoded, name.split(".")))


def _encoded(label: str) -> str:
    return label if label.isascii() else PREFIX + label.encode("punycode").decode("ascii")


def _decoded(label: str) -> str:
    if not label.startswith(PREFIX):
        return label
    try:
        shown = label.removeprefix(PREFIX).encode("ascii").decode("punycode").lower()
        shown.encode()  # Half a surrogate pair is no character.
    except (ValueError, OverflowError):
        return label
    # Nobody encodes what needs no encoding, but a forger may.
    return label if shown.isascii() else shown
