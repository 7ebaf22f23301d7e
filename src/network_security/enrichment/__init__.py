"""What others know of a URL's site: DNS, registry, the server itself, and the operator's lists.

Every lookup is off unless the operator switches it on. `Enrichment.plan` says who would be
contacted, and contacts nobody.
"""

from network_security.enrichment.cache import Cache, MemoryCache, MongoCache
from network_security.enrichment.contacts import Contact
from network_security.enrichment.enrichment import Enrichment
from network_security.enrichment.findings import Findings, Problem
from network_security.enrichment.options import EnrichmentOptions, LookupOptions

__all__ = [
    "Cache",
    "Contact",
    "Enrichment",
    "EnrichmentOptions",
    "Findings",
    "LookupOptions",
    "MemoryCache",
    "MongoCache",
    "Problem",
]
