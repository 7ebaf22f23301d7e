"""What each piece of phishing evidence says, in an analyst's words.

A phrase states what was observed, not what it means: that, its contribution says. A code without a
phrase is one that the rules of `network_security.evidence.phishing` never give.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Phrases:
    """One feature in words.

    Attributes:
        subject: what the feature is about.
        minus: what the code -1 says, None if it is never given.
        zero: what 0 says.
        plus: what 1 says.
    """

    subject: str
    minus: str | None
    zero: str | None
    plus: str | None

    @property
    def codes(self) -> tuple[int, ...]:
        """The codes that the rules give."""
        phrases = {-1: self.minus, 0: self.zero, 1: self.plus}
        return tuple(code for code, phrase in phrases.items() if phrase is not None)

    def of(self, code: int | None) -> str:
        """What a code says; of None, that it is not known.

        >>> PHRASES["port"].of(-1), PHRASES["port"].of(0), PHRASES["port"].of(None)
        ('the port is unusual for a web site', 'the port: in doubt', 'the port: not known')
        """
        if code is None:
            return f"{self.subject}: not known"
        phrase = {-1: self.minus, 0: self.zero, 1: self.plus}[code]
        doubt = {-1: "speaks for phishing", 0: "in doubt", 1: "legitimate"}[code]
        return phrase or f"{self.subject}: {doubt}"


PHRASES: Final[Mapping[str, Phrases]] = MappingProxyType({
    # The URL.
    "having_IP_Address": Phrases(
        "the host", "the link's host is an IP address", None, "the link's host is a name"
    ),
    "URL_Length": Phrases(
        "the URL's length", "the URL is very long", "the URL is rather long", "the URL is short"
    ),
    "Shortining_Service": Phrases(
        "link shortening", "a shortening service hides where the link leads", None,
        "the link is not shortened",
    ),
    "having_At_Symbol": Phrases(
        "an @ in the URL", "the URL contains an @", None, "the URL contains no @"
    ),
    "double_slash_redirecting": Phrases(
        "a further //", "the URL contains a further //", None, "the URL contains no further //"
    ),
    "Prefix_Suffix": Phrases(
        "hyphens in the host", "the host has a hyphen", None, "the host has no hyphen"
    ),
    "having_Sub_Domain": Phrases(
        "sub-domains", "the host has several sub-domains", "the host has one sub-domain",
        "the host has no sub-domain",
    ),
    "port": Phrases(
        "the port", "the port is unusual for a web site", None, "the port is a usual one"
    ),
    "HTTPS_token": Phrases(
        "the word https in the host", "the host's name pretends to be HTTPS", None,
        "the host's name does not pretend to be HTTPS",
    ),
    # Certificate, DNS, redirections.
    "SSLfinal_State": Phrases(
        "the certificate", "there is no HTTPS, or its certificate is short-lived",
        "the certificate is from an unknown issuer, out of date or another host's",
        "the certificate is from a known issuer and long-lived",
    ),
    "DNSRecord": Phrases(
        "the DNS record", "the host has no DNS record", None, "the host has a DNS record"
    ),
    "Redirect": Phrases(
        "redirections", None, "the request is redirected at most once",
        "the request is redirected several times",
    ),
    # The page.
    "Favicon": Phrases(
        "the page's icon", "the page's icon is another site's", None,
        "the page's icon is not another site's",
    ),
    "Request_URL": Phrases(
        "images and media", "most images and media are loaded from other sites",
        "many images and media are loaded from other sites",
        "images and media are loaded from the site itself",
    ),
    "URL_of_Anchor": Phrases(
        "the page's links", "most links of the page lead elsewhere or nowhere",
        "many links of the page lead elsewhere or nowhere",
        "the page's links stay within the site",
    ),
    "Links_in_tags": Phrases(
        "the page's scripts and styles", "nearly all scripts and styles are from other sites",
        "many scripts and styles are from other sites", "scripts and styles are the site's own",
    ),
    "SFH": Phrases(
        "where forms are sent", "a form is sent nowhere", "a form is sent to another site",
        "no form is sent elsewhere",
    ),
    "Submitting_to_email": Phrases(
        "forms sent by mail", "what is typed in is sent by mail", None, "nothing is sent by mail"
    ),
    "on_mouseover": Phrases(
        "the status bar", "the status bar is made to show another address", None,
        "the status bar is left alone",
    ),
    "RightClick": Phrases(
        "the right mouse button", "the right mouse button is disabled", None,
        "the right mouse button works",
    ),
    "popUpWidnow": Phrases(
        "pop-up windows", "a pop-up window asks for text", None, "no pop-up window asks for text"
    ),
    "Iframe": Phrases("frames", "the page embeds a frame", None, "the page embeds no frame"),
    # The registration.
    "Domain_registeration_length": Phrases(
        "how long the domain is paid for", "the domain is paid for no more than a year", None,
        "the domain is paid for more than a year",
    ),
    "age_of_domain": Phrases(
        "the domain's age", "the domain is younger than six months", None,
        "the domain is six months old or older",
    ),
    "Abnormal_URL": Phrases(
        "the registered name", "the registration does not name this host", None,
        "the registration names this host",
    ),
    # Reputation and threat lists.
    "web_traffic": Phrases(
        "how much the site is visited", "the site is on no list of visited sites",
        "the site is seldom visited", "the site is visited much",
    ),
    "Page_Rank": Phrases(
        "the page rank", "the page rank is low", None, "the page rank is not low"
    ),
    "Google_Index": Phrases(
        "search engines", "no search engine knows the page", None, "search engines know the page"
    ),
    "Links_pointing_to_page": Phrases(
        "links from other sites", "no other site links to the page",
        "one or two links of other sites lead to the page",
        "links of other sites lead to the page",
    ),
    "Statistical_report": Phrases(
        "threat lists", "the host is on a threat list", None, "the host is on no threat list"
    ),
})  # fmt: skip
"""Each feature in words, grouped as the evidence is."""

BEYOND_THE_SENDER: Final = frozenset({
    "age_of_domain", "web_traffic", "Page_Rank", "Google_Index", "Links_pointing_to_page",
    "Statistical_report",
})  # fmt: skip
"""What takes time or other people to change; all else a sender can set up for the next attempt."""
