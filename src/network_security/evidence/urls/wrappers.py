"""Where a link leads that was wrapped into another one, layer by layer.

Two kinds of wrappers must be told apart. A gateway is the recipient's own: it replaces every link
of a message by one of its own, which says nothing of the sender. A redirector is the sender's
choice.
"""

from dataclasses import dataclass
from typing import Literal

from network_security.evidence.urls.gateways import GATEWAYS
from network_security.evidence.urls.redirectors import redirection
from network_security.evidence.urls.url import URL, parse

MOST_LAYERS = 5


@dataclass(frozen=True, slots=True)
class Layer:
    """One wrapper that was taken off.

    Attributes:
        kind: Whose wrapper it is: the recipient's gateway, or a redirector that the sender chose.
        wrapper: The product or service; `url=` for a site's own redirecting parameter.
        url: What was inside.
    """

    kind: Literal["gateway", "redirector"]
    wrapper: str
    url: URL


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """A link with all that was inside.

    Attributes:
        url: The link itself.
        layers: What was taken off, from the outside to the inside; empty for most links.
    """

    url: URL
    layers: tuple[Layer, ...]

    @property
    def sent(self) -> URL:
        """The link as its sender wrote it: the gateways before it undone, redirectors kept."""
        url = self.url
        for layer in self.layers:
            if layer.kind != "gateway":
                break
            url = layer.url
        return url

    @property
    def target(self) -> URL:
        """The innermost link."""
        return self.layers[-1].url if self.layers else self.url


def unwrap(url: URL) -> Unwrapped:
    """Take the wrappers off a link, at most five; never raises.

    >>> link = "https://eu1.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fa&d=1"
    >>> unwrap(parse(link)).target.text
    'https://example.org/a'
    """
    layers: list[Layer] = []
    inner = url
    while len(layers) < MOST_LAYERS:
        layer = _outermost(inner)
        if layer is None:
            break
        layers.append(layer)
        inner = layer.url
    return Unwrapped(url, tuple(layers))


def _outermost(url: URL) -> Layer | None:
    """The wrapper of a link; what holds no link with a host wraps nothing."""
    gateway = GATEWAYS.get(url.host.domain)
    if gateway is not None:
        wrapper, written = gateway(url)
        inside = parse(written or "")
        if inside.host.name:
            return Layer("gateway", wrapper, inside)
    wrapper, written = redirection(url)
    inside = parse(written or "")
    return Layer("redirector", wrapper, inside) if inside.host.name else None
