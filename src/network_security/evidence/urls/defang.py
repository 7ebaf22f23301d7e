r"""Shows text that strangers wrote so that nothing of it can be clicked, or acts on a terminal.

Mail programs, chats and terminals make links of what looks like a URL, a host's name or an address
of mail. `defang` takes from each what it is known by, as threat reports do, and `refang` undoes it.
"""

import re

# Of a scheme that programs open, and of any other before two slashes.
_SCHEME = re.compile(r"(h)tt(ps?:)|(f)t(ps?:)", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"(?i:(?<!hxxp)(?<!hxxps)(?<!fxp)(?<!fxps)):(?=//)")
_BARE_SCHEME = re.compile(r"(mailto|localhost):(?=\S)", re.IGNORECASE)

# Besides the full stop the three that IDNA takes for one (RFC 3490, section 3.1).
_DOTS = ".\u3002\uff0e\uff61"
_RUN = re.compile(rf"[\w\-{_DOTS}]+")
_INNER_DOT = re.compile(rf"[{_DOTS}](?=[^{_DOTS}])")
# The last label of a name begins with a letter (RFC 3696, section 2); an address has four numbers.
_LIKE_A_HOST = re.compile(rf"[{_DOTS}][^\W\d_]|(?:[{_DOTS}][^{_DOTS}]*){{3}}")
_WEB_HOST = re.compile(rf"(?<![^\W_])www[{_DOTS}]", re.IGNORECASE)
_AT = re.compile(r"(?<!\[)@|@(?!\])")


def visible(text: str, *, keep: str = "") -> str:
    r"""Return a text whose every character can be seen: others are spelled out.

    Those are what a terminal would obey, and what hides or turns the direction of text, by which
    ``exe`` may be shown as ``txt`` (Unicode Technical Report 36, section 3.5).

    Args:
        text: Any.
        keep: Characters that stay, such as line breaks.

    >>> visible("a" + chr(0x202E) + "b" + chr(0x1B) + chr(10), keep=chr(10))
    'a\\u202eb\\x1b\n'
    """
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable() or character in keep
        else character.encode("unicode_escape").decode()
        for character in text
    )


def unlinked(text: str, *, keep: str = "") -> str:
    """Return a text as it came but for schemes, so that a record of a log stays readable.

    >>> unlinked("GET https://example.org/a.php by m.keller at 10.2.0.14")
    'GET hxxps://example.org/a.php by m.keller at 10.2.0.14'
    """
    text = _SCHEME.sub(_crossed_out, visible(text, keep=keep))
    return _BARE_SCHEME.sub(r"\1[:]", _OTHER_SCHEME.sub("[:]", text))


def defang(text: str, *, keep: str = "") -> str:
    """Return a text in which no program finds anything to click on.

    Paths keep the dots of their segments, which no program takes for a host; parameters do not.
    Done again it changes nothing.

    >>> defang("see https://login.shop.example/a.php?to=b.example, or ana@corp.example: 97.2 %")
    'see hxxps://login[.]shop[.]example/a.php?to=b[.]example, or ana[@]corp[.]example: 97.2 %'
    """
    return _AT.sub("[@]", _RUN.sub(_host, unlinked(text, keep=keep)))


def _crossed_out(scheme: re.Match[str]) -> str:
    return f"{scheme[1]}xx{scheme[2]}" if scheme[1] else f"{scheme[3]}x{scheme[4]}"


def _host(run: re.Match[str]) -> str:
    before = run.string[max(0, run.start() - 2) : run.start()]
    behind_scheme = before in ("//", ":/") or before.endswith("@")
    in_path = before.endswith("/") and not behind_scheme
    like_a_host = _LIKE_A_HOST.search(run[0]) and not in_path
    if behind_scheme or like_a_host or _WEB_HOST.search(run[0]):
        return _INNER_DOT.sub("[.]", run[0])
    return run[0]
