"""What is known about an entity: the features of each detector, and where they come from."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from network_security.evidence import phishing
from network_security.evidence.schema import EvidenceSchema

SCHEMAS: Final[Mapping[str, EvidenceSchema]] = MappingProxyType({"phishing": phishing.SCHEMA})
"""Each detector's evidence, by the detector's name."""

__all__ = ["SCHEMAS", "EvidenceSchema"]
