"""The tags of a page, read in one pass whose time is linear in its length.

Browsers build a tree. Nothing here needs one, and building it takes a time that grows with the
square of the depth, and of a tag's attributes, of a hostile page: minutes for a megabyte, on Lexbor
as well. So the page is cut into tags by the rules of the HTML tokenizer, and no further.

Source: WHATWG HTML Standard, section 13.2.5 (tokenization).
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final, NamedTuple

LONGEST_PAGE: Final = 1_000_000
"""Characters of a page that are read."""

# The tags that a feature asks for; all others are passed over by the pattern itself.
_WANTED = (
    "a|area|audio|base|button|embed|form|frame|iframe|img|input|link|meta|object|script|source"
    "|track|video"
)
# What stands in these is text or not shown; in a script it is what runs.
_RAW: Final = frozenset({
    "iframe", "noembed", "noframes", "noscript", "script", "style", "template", "textarea",
    "title", "xmp",
})  # fmt: skip
_UNSHOWN = "noembed|noframes|noscript|style|template|textarea|title|xmp"

# Every repetition is possessive and every alternative begins with another character, so that no
# character is looked at more than a few times.
_BLANK = r"[\t\n\f\r ]"
_NAME = r"[^\t\n\f\r />][^\t\n\f\r />=]*+"
_BARE = r"[^\t\n\f\r >\"'][^\t\n\f\r >]*+"
_ATTRIBUTE = rf"{_NAME}(?:{_BLANK}*+={_BLANK}*+(?:\"[^\"]*+\"|'[^']*+'|{_BARE})?+)?+"
_ATTRIBUTES = rf"(?:[\t\n\f\r /]++|{_ATTRIBUTE})*+"
_NAMED = rf"({_WANTED}|{_UNSHOWN})(?=[\t\n\f\r />])"
_OTHER = rf"<(?!(?:{_WANTED}|{_UNSHOWN})[\t\n\f\r />]|!--)"
_OTHER_TAG = rf"{_OTHER}(?:/?[a-z][^\t\n\f\r />]*+{_ATTRIBUTES}>?|[/!?][^>]*+>?)?+"
_PASSED_OVER = rf"(?:[^<]++|(?:<(?![a-z/!?]))++|{_OTHER_TAG})*+"
_FLAGS = re.IGNORECASE | re.ASCII
_NEXT: Final = re.compile(rf"{_PASSED_OVER}<(?:!--|{_NAMED}({_ATTRIBUTES})>)", _FLAGS)
_VALUES: Final = re.compile(
    rf"({_NAME})(?:{_BLANK}*+={_BLANK}*+(?:\"([^\"]*+)\"|'([^']*+)'|({_BARE}))?+)?+"
)
_END_OF_COMMENT: Final = re.compile(r"(?<=<!-)-?>|(?<=<!--)>|--!?>")
_END_OF_TEXT: Final = {name: re.compile(rf"</{name}(?=[\t\n\f\r />])", _FLAGS) for name in _RAW}


class Tag(NamedTuple):
    """A start tag: its name in lower case, its attributes as written, and a script's text."""

    name: str
    written: str
    text: str

    def attributes(self) -> dict[str, str]:
        """The attributes by their names in lower case; of two with one name the first counts.

        >>> Tag("a", ' HREF="/?a&amp;b" href=x target', "").attributes()
        {'href': '/?a&b', 'target': ''}
        """
        found: dict[str, str] = {}
        for name, double, single, bare in _VALUES.findall(self.written):
            value = double or single or bare
            found.setdefault(name.lower(), unescape(value) if "&" in value else value)
        return found


def tags(html: str) -> Iterator[Tag]:
    """Yield the tags that features ask for, but none of comments and of what is not shown.

    Only the first 1,000,000 characters are read.

    >>> [tag.name for tag in tags("<p title='<img>'><a href=/><!-- <a> --><style><a></style>")]
    ['a']
    """
    html = html[:LONGEST_PAGE]
    position = 0
    while found := _NEXT.match(html, position):
        position = found.end()
        if found[1] is None:
            end = _END_OF_COMMENT.search(html, position - 1)
            position = end.end() if end else len(html)
            continue
        name = found[1].lower()
        text = ""
        if name in _RAW:
            end = _END_OF_TEXT[name].search(html, position)
            begin, position = position, end.start() if end else len(html)
            text = html[begin:position] if name == "script" else ""
        if name not in _UNSHOWN_NAMES:
            yield Tag(name, found[2], text)


_UNSHOWN_NAMES: Final = frozenset(_UNSHOWN.split("|"))
