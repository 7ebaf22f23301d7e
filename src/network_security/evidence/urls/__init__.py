"""Reading URLs as attackers write them: defanged, disguised, encoded, wrapped in other links."""

from network_security.evidence.urls.hosts import Host, host_of
from network_security.evidence.urls.url import URL, parse
from network_security.evidence.urls.wrappers import Layer, Unwrapped, unwrap

__all__ = ["URL", "Host", "Layer", "Unwrapped", "host_of", "parse", "unwrap"]
