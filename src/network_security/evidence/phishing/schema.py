"""The 30 features of the UCI Phishing Websites data set, grouped by who can supply them.

Names keep the data set's own spelling. A feature is -1 (phishing), 0 (suspicious) or 1
(legitimate); `MISSING` stands for evidence that nobody supplied.

Source: R. Mohammad, F. Thabtah, L. McCluskey, "Phishing Websites Features", 2015, distributed with
the data set (UCI Machine Learning Repository, doi:10.24432/C51W2X, CC BY 4.0).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from network_security.evidence.schema import EvidenceSchema

LABEL: Final = "Result"
PHISHING: Final = -1
LEGITIMATE: Final = 1
MISSING: Final = -2
"""AdaBoost takes no NaN and an ONNX forest given one is silently wrong, so absence is a value."""

EVIDENCE_GROUPS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "url": (
            "having_IP_Address",
            "URL_Length",
            "Shortining_Service",
            "having_At_Symbol",
            "double_slash_redirecting",
            "Prefix_Suffix",
            "having_Sub_Domain",
            "port",
            "HTTPS_token",
        ),
        "tls": ("SSLfinal_State",),
        "dns": ("DNSRecord",),
        "http": ("Redirect",),
        "page": (
            "Favicon",
            "Request_URL",
            "URL_of_Anchor",
            "Links_in_tags",
            "SFH",
            "Submitting_to_email",
            "on_mouseover",
            "RightClick",
            "popUpWidnow",
            "Iframe",
        ),
        "registration": ("Domain_registeration_length", "age_of_domain", "Abnormal_URL"),
        "reputation": ("web_traffic", "Page_Rank", "Google_Index", "Links_pointing_to_page"),
        "threat_list": ("Statistical_report",),
    }
)
"""Features that arrive together, by the sensor or enrichment that supplies them."""

EVIDENCE_TIERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "url": ("url",),
        "url_tls": ("url", "tls", "dns"),
        "url_page": ("url", "http", "page"),
        "all": tuple(EVIDENCE_GROUPS),
    }
)
"""What a deployment has: a URL from any log, with IDS logs, with a message's HTML, or all."""

FEATURES: Final[tuple[str, ...]] = (
    "having_IP_Address",
    "URL_Length",
    "Shortining_Service",
    "having_At_Symbol",
    "double_slash_redirecting",
    "Prefix_Suffix",
    "having_Sub_Domain",
    "SSLfinal_State",
    "Domain_registeration_length",
    "Favicon",
    "port",
    "HTTPS_token",
    "Request_URL",
    "URL_of_Anchor",
    "Links_in_tags",
    "SFH",
    "Submitting_to_email",
    "Abnormal_URL",
    "Redirect",
    "on_mouseover",
    "RightClick",
    "popUpWidnow",
    "Iframe",
    "age_of_domain",
    "DNSRecord",
    "web_traffic",
    "Page_Rank",
    "Google_Index",
    "Links_pointing_to_page",
    "Statistical_report",
)
"""The features in the order of the data set's columns, which is the order of a model's input."""

SCHEMA: Final = EvidenceSchema(
    features=FEATURES,
    label=LABEL,
    positive=PHISHING,
    groups=EVIDENCE_GROUPS,
    tiers=EVIDENCE_TIERS,
    missing=MISSING,
)
