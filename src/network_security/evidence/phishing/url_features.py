"""The nine features of the URL's text.

The numbers are those of the features in Mohammad, Thabtah, McCluskey, "Phishing Websites Features",
2015. A feature is -1 (phishing), 0 (suspicious) or 1 (legitimate); None where the URL has no host.
"""

import re

from network_security.evidence.phishing.rules import Rules
from network_security.evidence.urls.shorteners import SHORTENERS
from network_security.evidence.urls.url import URL

_BETWEEN_WORDS = re.compile(r"[.-]")


def url_features(url: URL, rules: Rules) -> dict[str, int | None]:
    """Return the features that any log with a URL supplies."""
    if not url.host.name:
        return dict.fromkeys(FEATURES)
    return {name: feature(url, rules) for name, feature in FEATURES.items()}


def having_ip_address(url: URL, _: Rules) -> int:
    """1.1.1: an address instead of a name, in any notation that browsers follow, is phishing."""
    return -1 if url.host.address else 1


def url_length(url: URL, rules: Rules) -> int:
    """1.1.2: below 54 characters is legitimate, 54 to 75 suspicious, more phishing."""
    length = len(url.text)
    if length < rules.suspicious_length:
        return 1
    return 0 if length <= rules.phishing_length else -1


def shortining_service(url: URL, _: Rules) -> int:
    """1.1.3: a short link that hides where it leads is phishing."""
    return -1 if url.host.name.removeprefix("www.") in SHORTENERS else 1


def having_at_symbol(url: URL, _: Rules) -> int:
    """1.1.4: an @ is phishing, for a browser ignores all that stands before it in a host."""
    return -1 if "@" in url.text else 1


def double_slash_redirecting(url: URL, rules: Rules) -> int:
    """1.1.5: a `//` after the one of the scheme is phishing: it may redirect."""
    return -1 if url.text.rfind("//") + 1 > rules.double_slash_position else 1


def prefix_suffix(url: URL, _: Rules) -> int:
    """1.1.6: a hyphen in the host is phishing; those of punycode nobody wrote."""
    return -1 if "-" in url.host.unicode else 1


def having_sub_domain(url: URL, _: Rules) -> int:
    """1.1.7: no sub-domain is legitimate, one suspicious, more phishing.

    A leading `www` is none. The rule takes away the country's top-level domain; here all of what a
    registry sells names under is, so that `example.co.uk` and `example.com` count alike. Private
    suffixes are not, for the rule is about dots: `bank.github.io` has one sub-domain. An address
    has none.
    """
    labels = url.host.icann_sub_domains
    count = len(labels) - (labels[:1] == ("www",))
    return (1, 0, -1)[min(count, 2)]


def port(url: URL, rules: Rules) -> int:
    """1.1.11: a port other than those of the web is phishing; which ports are open no URL tells."""
    return 1 if url.port is None or url.port in rules.preferred_ports else -1


def https_token(url: URL, _: Rules) -> int:
    """1.1.12: `https`, or the word `http`, in the host is phishing."""
    name = url.host.name
    if "http" not in name:
        return 1
    return -1 if "https" in name or "http" in _BETWEEN_WORDS.split(name) else 1


FEATURES = {
    "having_IP_Address": having_ip_address,
    "URL_Length": url_length,
    "Shortining_Service": shortining_service,
    "having_At_Symbol": having_at_symbol,
    "double_slash_redirecting": double_slash_redirecting,
    "Prefix_Suffix": prefix_suffix,
    "having_Sub_Domain": having_sub_domain,
    "port": port,
    "HTTPS_token": https_token,
}
