"""Which part of a host's name somebody registered, by the Public Suffix List.

The list is the one that tldextract brings along; nothing is fetched. Its private part counts:
`alice.github.io` and `bob.github.io` belong to different people, and a verdict on one says nothing
of the other. `icann_labels` tells the suffixes of registries from those of such hosting services.

Source: https://publicsuffix.org/list/, section "Algorithm".
"""

from functools import cache
from typing import NamedTuple

from network_security.evidence.urls.idna import to_ascii

DEEPEST_RULE = 8
"""Labels of a name that are looked at; the list's longest rules have seven."""


class Registered(NamedTuple):
    """A name taken apart.

    Attributes:
        domain: The name that somebody registered, "" when the name is itself a suffix.
        suffix: What it was registered under, private suffixes included.
        icann_labels: Number of labels of the suffix without the private suffixes.
    """

    domain: str
    suffix: str
    icann_labels: int


def registered(labels: list[str]) -> Registered:
    """Take a name apart.

    Args:
        labels: the name's labels, lower case, in punycode.

    >>> registered(["www", "example", "co", "uk"])
    Registered(domain='example.co.uk', suffix='co.uk', icann_labels=2)
    >>> registered(["alice", "github", "io"])
    Registered(domain='alice.github.io', suffix='github.io', icann_labels=1)
    """
    icann, every = _rules()
    icann_labels = _suffix_labels(labels, icann)
    length = _suffix_labels(labels, every)
    domain = ".".join(labels[-length - 1 :]) if len(labels) > length else ""
    return Registered(domain, ".".join(labels[len(labels) - length :]), icann_labels)


def _suffix_labels(labels: list[str], rules: frozenset[str]) -> int:
    """Number of labels of the longest rule that fits; 1 for an unknown top-level domain."""
    name, parent, longest = "", "", 1
    for length in range(1, min(len(labels), DEEPEST_RULE) + 1):
        name = f"{labels[-length]}.{parent}" if parent else labels[-length]
        if f"!{name}" in rules:
            return length - 1
        if name in rules or (parent and f"*.{parent}" in rules):
            longest = length
        parent = name
    return min(longest, len(labels))


@cache
def _rules() -> tuple[frozenset[str], frozenset[str]]:
    """The list's rules without and with the private ones, in punycode."""
    # Takes 0.4 s, which nobody pays who never reads a URL.
    from tldextract import TLDExtract  # noqa: PLC0415

    lists = (
        TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=private).tlds
        for private in (False, True)
    )
    icann, every = (frozenset(map(to_ascii, rules)) for rules in lists)
    return icann, every
