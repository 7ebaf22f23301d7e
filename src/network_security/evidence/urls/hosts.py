"""The host of a URL: a name or an address, however it is written."""

from dataclasses import dataclass
from functools import lru_cache

from network_security.evidence.urls.addresses import address_of
from network_security.evidence.urls.confusables import is_mixed, skeleton
from network_security.evidence.urls.idna import LONGEST_NAME, to_ascii, to_unicode
from network_security.evidence.urls.percent import decoded
from network_security.evidence.urls.suffixes import registered

LONGEST_HOST = 1024
"""Characters of a host that are read: four times what the DNS can hold."""
MOST_HOSTS = 8_192
"""Hosts that are remembered; of the URLs of a network few hosts make up most."""


@dataclass(frozen=True, slots=True)
class Host:
    """A host.

    Attributes:
        written: As it stands in the URL, at most 1,024 characters.
        name: Lower case, percent-decoded, in punycode, without the last dot; an address in its
            usual form; "" for a URL without a host.
        address: The IPv4 or IPv6 address that the host is, None for a name.
        suffix: What the domain was registered under, private suffixes such as `github.io` included.
        domain: The name that somebody registered, "" for an address, a suffix and a bare label.
        sub_domains: The labels before the domain, as `("www", "shop")`.
        icann_sub_domains: The labels before what a registry sold: for `www.alice.github.io` `www`
            and `alice`.
    """

    written: str
    name: str
    address: str | None
    suffix: str
    domain: str
    sub_domains: tuple[str, ...]
    icann_sub_domains: tuple[str, ...]

    @property
    def site(self) -> str:
        """What makes two hosts one site: the domain, or the whole host where there is none."""
        return self.domain or self.name

    @property
    def unicode(self) -> str:
        """The name as people see it."""
        return to_unicode(self.name)

    @property
    def skeleton(self) -> str:
        """What the name looks like; equal for names that look alike."""
        return skeleton(self.unicode)

    @property
    def mixed_script(self) -> bool:
        """Whether a label has letters of scripts that nobody writes together."""
        return any(map(is_mixed, self.unicode.split(".")))


def host_of(written: str) -> Host:
    """Return the host that is written so: with or without brackets, encoding, upper case, dots.

    >>> host_of("WWW.Example.co.uk.").domain, host_of("0x7f000001").address
    ('example.co.uk', '127.0.0.1')
    """
    return _remembered(written) if len(written) <= LONGEST_NAME else _read(written[:LONGEST_HOST])


def _read(written: str) -> Host:
    plain = to_ascii(decoded(written)[0])
    name = plain.removesuffix(".")
    address = address_of(plain if ":" in plain else name)
    if address is not None or not name:
        return Host(written, address or "", address, "", "", (), ())
    labels = name.split(".")
    if len(labels) == 1:
        return Host(written, name, None, "", "", (), ())
    found = registered(labels)
    own = found.domain.count(".") + 1 if found.domain else len(labels)
    return Host(
        written,
        name,
        None,
        found.suffix,
        found.domain,
        tuple(labels[:-own]),
        tuple(labels[: -found.icann_labels - 1]),
    )


_remembered = lru_cache(maxsize=MOST_HOSTS)(_read)
