"""Registered domains of URLs, by the public suffix list that tldextract brings along."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tldextract

RegisteredDomain = Callable[[str], str]
"""The domain that was registered for a URL's host; the host itself where there is none."""


def registered_domain(url: str) -> str:
    """The registered domain of a URL, lower case; of an address or a bare suffix, the host.

    Suffixes are the registries' own: all customers of one hosting service share a domain, so that
    splits by domain part no host of theirs from another.

    >>> registered_domain("https://login.example.co.uk/a")
    'example.co.uk'
    """
    parts = _extractor()(url)
    if not parts.suffix and parts.subdomain:
        # Of a suffix that is not listed, the list's own rule is that it has one label.
        return f"{parts.subdomain.rpartition('.')[2]}.{parts.domain}".lower()
    return (parts.top_domain_under_public_suffix or parts.domain or parts.suffix).lower()


@cache
def _extractor() -> "tldextract.TLDExtract":
    import tldextract  # noqa: PLC0415 - needed in training only

    # The list in the package; without this, one would be downloaded.
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
