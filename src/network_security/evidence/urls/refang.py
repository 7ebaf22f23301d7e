"""Undoes what analysts and ticket systems do to a URL so that nobody clicks on it.

`hxxps[:]//login[.]example[dot]org` is how reports, tickets and threat lists write
`https://login.example.org`.
"""

import re

# No word of the scheme is longer, so that nothing behind it is looked at.
_SCHEME = re.compile(r"(?:h(?:xx|tx|xt|\*\*|__)p(s?)|fxp(s?))(?=[\[({]?:)", re.IGNORECASE)
_BRACKETED = re.compile(
    r"[ \t]{0,3}[\[({][ \t]{0,3}(\.|dot|://|:|//|/|@|at)[ \t]{0,3}[\])}][ \t]{0,3}", re.IGNORECASE
)
_WORDS = {"dot": ".", "at": "@"}


def refang(text: str) -> str:
    """Return a defanged URL as it was; any other text as it is.

    >>> refang("hxxps[:]//login[.]example(dot)org/a{.}html")
    'https://login.example.org/a.html'
    >>> refang("http://[2001:db8::1]/")
    'http://[2001:db8::1]/'
    """
    if text[:1] in "hHfF":
        text = _SCHEME.sub(_scheme, text, count=1) if _SCHEME.match(text) else text
    if "[" in text or "(" in text or "{" in text:
        text = _BRACKETED.sub(lambda mark: _WORDS.get(mark[1].lower(), mark[1]), text)
    return text


def _scheme(written: re.Match[str]) -> str:
    name = "http" if written[0][0] in "hH" else "ftp"
    return name + (written[1] or written[2] or "").lower()
