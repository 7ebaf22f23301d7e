"""The lookup of a server's certificate.

The handshake verifies the chain of the certificate, though not its host, which is compared apart.
When the chain fails, a second handshake without verification gets the certificate for its details.

Source: RFC 8446 (TLS 1.3), RFC 6066 (server name), RFC 5280 (certificates), RFC 9525 (names).
"""

import ssl
from contextlib import closing
from functools import cached_property
from ipaddress import ip_address

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from network_security.enrichment.addresses import check_host
from network_security.enrichment.connections import Connector
from network_security.enrichment.contacts import Contact
from network_security.enrichment.deadline import Deadline
from network_security.enrichment.findings import LookupFailed
from network_security.enrichment.lookups import Outcome
from network_security.enrichment.options import EnrichmentOptions
from network_security.enrichment.resolver import Resolver
from network_security.enrichment.tls_contexts import accepting, verifying
from network_security.evidence.correlation.entities import host_matches
from network_security.evidence.phishing.observations import Certificate
from network_security.evidence.urls import URL, Host

HTTPS_PORT = 443
LONGEST_ISSUER = 500


class CertificateFetch:
    """Shakes hands with the server of a URL, at port 443 where the URL itself is not of https."""

    name = "tls"
    gives = ("certificate",)

    def __init__(
        self,
        options: EnrichmentOptions,
        resolver: Resolver,
        allow: frozenset[str] = frozenset(),
    ) -> None:
        """Keep the options; arguments as of `PageFetch`."""
        self.options = options.tls
        self._ports = frozenset(options.ports)
        self._resolver = resolver
        self._allow = allow
        self._trusted_roots = options.trusted_roots

    @cached_property
    def _chain(self) -> ssl.SSLContext:
        """Made when it is used, since reading all roots takes a tenth of a second."""
        context = verifying(self._trusted_roots)
        context.check_hostname = False
        return context

    def subject(self, url: URL) -> str | None:
        """Return the host and the port."""
        return f"{url.host.name}:{_port(url)}" if url.host.name else None

    def contacts(self, url: URL) -> tuple[Contact, ...]:
        """Return the DNS servers and the site's."""
        try:
            self._check(url)
        except LookupFailed:
            return ()
        site = Contact(self.name, url.host.name, _port(url), "tls", "its certificate")
        if url.host.address is not None:
            return (site,)
        return (*self._resolver.contacts(self.name, f"addresses of {url.host.name}"), site)

    def run(self, url: URL, connector: Connector, deadline: Deadline) -> Outcome:
        """Get the certificate, and whether its chain is trusted.

        Raises:
            LookupFailed: if there is no handshake, or the certificate cannot be read.
        """
        self._check(url)
        try:
            der, trusted = self._certificate(url, self._chain, connector, deadline), True
        except ssl.SSLCertVerificationError:
            der, trusted = self._certificate(url, accepting(), connector, deadline), False
        return Outcome({"certificate": described(der, url.host, trusted)})

    def _check(self, url: URL) -> None:
        check_host(url.host, self._allow)
        if _port(url) not in self._ports:
            raise LookupFailed(f"not contacted: port {_port(url)} is not among ports", url.text)

    def _certificate(
        self, url: URL, context: ssl.SSLContext, connector: Connector, deadline: Deadline
    ) -> bytes:
        with closing(connector.connect_tls(url.host, _port(url), context, deadline)) as connection:
            der = connection.getpeercert(binary_form=True)
        if der is None:
            raise LookupFailed("the server shows no certificate", url.host.name)
        return der


def described(der: bytes, host: Host, trusted: bool) -> Certificate:
    """Return what a certificate says.

    Args:
        der: the certificate; it may be malformed.
        host: the host it was shown for.
        trusted: whether its chain was validated.

    Raises:
        LookupFailed: if it cannot be read.
    """
    try:
        certificate = x509.load_der_x509_certificate(der)
        issuer = certificate.issuer.rfc4514_string()
        return Certificate(
            issuer=issuer[:LONGEST_ISSUER].encode("utf-8", "replace").decode(),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            matches_host=_names(certificate, host),
            trusted=trusted,
        )
    # A duplicate extension and an unknown kind of name are errors of their own there.
    except (ValueError, TypeError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        raise LookupFailed("the certificate cannot be read", host.name) from None


def _names(certificate: x509.Certificate, host: Host) -> bool:
    """Whether the certificate is the host's; the subject's common name no longer counts."""
    try:
        found = certificate.extensions.get_extension_for_oid(
            ExtensionOID.SUBJECT_ALTERNATIVE_NAME
        ).value
    except x509.ExtensionNotFound:
        return False
    if not isinstance(found, x509.SubjectAlternativeName):
        return False
    if host.address is not None:
        return ip_address(host.address) in found.get_values_for_type(x509.IPAddress)
    names = found.get_values_for_type(x509.DNSName)
    return any(host_matches(name, host.name) for name in names)


def _port(url: URL) -> int:
    return url.port if url.scheme == "https" and url.port is not None else HTTPS_PORT
