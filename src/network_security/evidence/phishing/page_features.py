"""The ten features of a page's source.

The numbers are those of the features in Mohammad, Thabtah, McCluskey, "Phishing Websites Features",
2015. A feature is -1 (phishing), 0 (suspicious) or 1 (legitimate). A page that has nothing of a
kind, no form or no image, has nothing wrong with it.
"""

import re
from collections.abc import Iterable

from network_security.evidence.phishing.page import PageParts
from network_security.evidence.phishing.rules import Rules
from network_security.evidence.urls.url import URL, parse

MOST_DISGUISED = 200
"""Other hosts of a page than plain names that are read; further ones count as other sites."""

_ABSOLUTE = ("http:", "https:", "ftp:", "//", "\\\\", "/\\", "\\/")
# Most links: nothing but a name and a port. Whatever else stands there is read with care.
_PLAIN = re.compile(
    r"(?:https?:|ftp:)?//([a-z0-9.-]+)(?::\d{1,5})?(?=[/?#]|\Z)", re.IGNORECASE | re.ASCII
)
_NOWHERE = ("#", "javascript:", "about:blank")
_HANDLER_LENGTH = 400
"""Characters behind an event's name in which its handler is looked for."""
_MOST_HANDLERS = 500

_STATUS = re.compile(r"\bstatus\s{0,4}=")
_RIGHT_BUTTON = re.compile(r"\b(?:button|which)\s{0,4}={2,3}\s{0,4}[23]\b")
_SUPPRESSED = re.compile(r"return\s{1,4}false|preventdefault")
# A search that begins with a plain word is many times as fast as one that looks behind itself.
_MAIL = re.compile(r"mail(?<![\w.$]mail)\s?\(")
_PROMPT = re.compile(r"prompt(?<![\w$]prompt)(?<!(?<!window)\.prompt)\s{0,4}\(")


class Links:
    """Tells which links of a page lead to another site.

    Args:
        page: the page's own URL.
        base: the page's base URL, "" without one.
    """

    def __init__(self, page: URL, base: str) -> None:
        self._site = page.host.site
        self._inside = f".{page.host.domain}" if page.host.domain else self._site
        self._disguised: dict[str, str] = {}
        self._relative_leave = False
        self._relative_leave = self.leave(base)

    def leave(self, link: str) -> bool:
        """Whether a link leads to another site: another registered domain."""
        if not link[:6].lower().startswith(_ABSOLUTE):
            return self._relative_leave and ":" not in link[:12] and not leads_nowhere(link)
        host = self._host(link)
        return bool(host) and host != self._site and not host.endswith(self._inside)

    def _host(self, link: str) -> str:
        plain = _PLAIN.match(link)
        if plain:
            return plain[1].lower().rstrip(".")
        end = link.find("/", len("https://"))
        origin = link[:end] if end > len("https://") else link
        if origin not in self._disguised and len(self._disguised) < MOST_DISGUISED:
            self._disguised[origin] = parse(origin).host.name
        return self._disguised.get(origin, origin)

    def share(self, links: list[str]) -> float:
        """Share of links that lead to another site; 0 where there is none."""
        return sum(map(self.leave, links)) / len(links) if links else 0.0


def page_features(parts: PageParts, page: URL, rules: Rules) -> dict[str, int | None]:
    """Return the features of a page; None for those that need its site, where that is unknown."""
    links = Links(page, parts.base)
    of_links = {
        "Favicon": favicon(parts, links),
        "Request_URL": request_url(parts, links, rules),
        "URL_of_Anchor": url_of_anchor(parts, links, rules),
        "Links_in_tags": links_in_tags(parts, links, rules),
        "SFH": sfh(parts, links),
    }
    known = of_links if page.host.name else dict.fromkeys(of_links)
    return {
        **known,
        "Submitting_to_email": submitting_to_email(parts),
        "on_mouseover": on_mouseover(parts),
        "RightClick": right_click(parts),
        "popUpWidnow": pop_up_widnow(parts),
        "Iframe": iframe(parts),
    }


def favicon(parts: PageParts, links: Links) -> int:
    """1.1.10: an icon of another site is phishing."""
    return -1 if any(map(links.leave, parts.icons)) else 1


def request_url(parts: PageParts, links: Links, rules: Rules) -> int:
    """1.2.1: below 22 % objects of other sites is legitimate, to 61 % suspicious, more phishing."""
    return _graded(links.share(parts.objects), rules.request_url)


def url_of_anchor(parts: PageParts, links: Links, rules: Rules) -> int:
    """1.2.2: anchors that lead to another site or nowhere: legitimate below 31 %, phishing over 67.

    `#`, `#top` and `javascript:` lead nowhere.
    """
    anchors = parts.anchors
    away = sum(leads_nowhere(link) or links.leave(link) for link in anchors)
    return _graded(away / len(anchors) if anchors else 0.0, rules.url_of_anchor)


def links_in_tags(parts: PageParts, links: Links, rules: Rules) -> int:
    """1.2.3: meta, script and link tags to other sites: legitimate below 17 %, phishing over 81."""
    return _graded(links.share(parts.tag_links), rules.links_in_tags)


def sfh(parts: PageParts, links: Links) -> int:
    """1.2.4: a form that is sent nowhere is phishing, one sent to another site suspicious."""
    if any(not action or leads_nowhere(action) for action in parts.actions):
        return -1
    return 0 if any(map(links.leave, parts.actions)) else 1


def submitting_to_email(parts: PageParts) -> int:
    """1.2.5: a form that is sent as mail, or a script that calls `mail()`, is phishing."""
    by_form = any(action[:7].lower() == "mailto:" for action in parts.actions)
    return -1 if by_form or any(map(_MAIL.search, parts.scripts)) else 1


def on_mouseover(parts: PageParts) -> int:
    """1.3.2: a link that writes another address into the status bar is phishing."""
    handlers = _behind("onmouseover", parts.source)
    return -1 if any(map(_STATUS.search, handlers)) else 1


def right_click(parts: PageParts) -> int:
    """1.3.3: a page that disables the right mouse button is phishing."""
    if any(map(_RIGHT_BUTTON.search, _behind("event.", parts.source))):
        return -1
    handlers = _behind("contextmenu", parts.source)
    return -1 if any(map(_SUPPRESSED.search, handlers)) else 1


def pop_up_widnow(parts: PageParts) -> int:
    """1.3.4: a pop-up window with a text field is phishing: a prompt, or one with an input tag."""
    for script in parts.scripts:
        if _PROMPT.search(script) or ("window.open" in script and "<input" in script):
            return -1
    return 1


def iframe(parts: PageParts) -> int:
    """1.3.5: a frame, which can be made invisible, is phishing."""
    return -1 if parts.frames else 1


def leads_nowhere(link: str) -> bool:
    """Whether a link stays where it is, or runs a script."""
    return link[:11].lower().startswith(_NOWHERE)


def _graded(share: float, limits: tuple[float, float]) -> int:
    low, high = limits
    if share < low:
        return 1
    return 0 if share <= high else -1


def _behind(event: str, source: str) -> Iterable[str]:
    """What stands behind each mention of an event, the first 500 of them."""
    position = source.find(event)
    for _ in range(_MOST_HANDLERS):
        if position < 0:
            return
        begin = position + len(event)
        yield source[begin : begin + _HANDLER_LENGTH]
        position = source.find(event, begin)
