"""The two ways in which TLS connections are made."""

import ssl

import certifi


def verifying(trusted_roots: str | None) -> ssl.SSLContext:
    """Return how to connect to servers whose certificate and name must be good.

    Args:
        trusted_roots: file of root certificates (PEM); None for Mozilla's, which certifi has.
    """
    return ssl.create_default_context(cafile=trusted_roots or certifi.where())


def accepting() -> ssl.SSLContext:
    """Return how to connect to servers of whom nothing is expected, as those of suspects."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
