"""The text of a page, whatever its bytes are.

Source: WHATWG Encoding Standard, section 4.2 (names), of which the common ones are here; HTML
Standard, section 13.2.3.2 (where a page says how it is encoded). As in browsers, UTF-7 is not among
them, and Latin-1 is read as windows-1252.
"""

import codecs
import re

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"),
          (codecs.BOM_UTF16_BE, "utf-16-be"))  # fmt: skip
_CODECS = {
    "utf-8": "utf-8", "utf8": "utf-8", "utf-16": "utf-16-le", "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-1": "cp1252", "latin1": "cp1252",
    "cp1252": "cp1252",
    **{f"windows-{number}": f"cp{number}" for number in range(1250, 1259)},
    **{f"iso-8859-{part}": f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    "iso-8859-9": "cp1254", "windows-874": "cp874", "tis-620": "cp874",
    "koi8-r": "koi8-r", "koi8-u": "koi8-u", "ibm866": "cp866", "macintosh": "mac-roman",
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5hkscs",
    "euc-jp": "euc_jp", "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932",
    "iso-2022-jp": "iso2022_jp", "euc-kr": "cp949", "ks_c_5601-1987": "cp949",
}  # fmt: skip
"""Name in a page or an answer -> Python's codec."""
_META = re.compile(rb"<meta[^>]{0,300}?charset\s{0,20}=\s{0,20}[\"']?\s{0,20}([\w.:-]{1,40})", re.I)
BEGINNING = 1024
"""Bytes in which a page says how it is encoded."""


def decoded(body: bytes, charset: str | None = None) -> str:
    r"""Return the text; never raises.

    Args:
        body: the bytes; they may end within a character.
        charset: what the answer says of them.

    >>> decoded(b"<meta charset=windows-1251>\xcf", None)[-1:]
    'П'
    """
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace")
    written = _META.search(body, 0, BEGINNING)
    meta = written[1].decode("ascii", "replace") if written else None
    # A page whose beginning can be read as ASCII is not in UTF-16, whatever it says there.
    if meta is not None and meta.lower().startswith("utf-16"):
        meta = "utf-8"
    for name in (charset, meta):
        found = _CODECS.get(name.strip().strip("\"'").lower()) if name else None
        if found is not None:
            return body.decode(found, "replace")
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(body)
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")
