"""The phishing detector that serves: the URL's text and the evidence about its site as one sum.

``log-odds = intercept + slope x text(URL) + evidence``, where the evidence is what the detector of
30 features adds to a site of which nothing is known, weighed, and what each reading is worth on
real sites.
"""

from network_security.detection.fusion.detector import FusedDetector
from network_security.detection.fusion.manifest import FusionManifest

__all__ = ["FusedDetector", "FusionManifest"]
