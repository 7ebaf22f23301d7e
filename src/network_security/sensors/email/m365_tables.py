"""How rows of the advanced hunting tables are classified, by table and by what happened.

Source: Microsoft, "Data tables in the advanced hunting schema".
"""

Classes = tuple[list[str], list[str]]

PREFIX = "AdvancedHunting-"
TABLES: dict[str, Classes] = {
    "AlertEvidence": (["threat"], ["indicator"]),
    "AlertInfo": (["threat"], ["info"]),
    "BehaviorEntities": (["threat"], ["indicator"]),
    "BehaviorInfo": (["threat"], ["info"]),
    "CloudAppEvents": (["network", "web"], ["info"]),
    "CloudAuditEvents": (["network", "web"], ["info"]),
    "CloudProcessEvents": (["process"], ["info"]),
    "DeviceEvents": (["host"], ["info"]),
    "DeviceFileCertificateInfo": (["file"], ["info"]),
    "DeviceFileEvents": (["file"], ["info"]),
    "DeviceImageLoadEvents": (["library", "process"], ["start", "info"]),
    "DeviceInfo": (["host"], ["info"]),
    "DeviceLogonEvents": (["authentication"], ["start", "info"]),
    "DeviceNetworkEvents": (["network"], ["info"]),
    "DeviceNetworkInfo": (["host", "network"], ["info"]),
    "DeviceProcessEvents": (["process"], ["start", "info"]),
    "DeviceRegistryEvents": (["registry"], ["info"]),
    "EmailAttachmentInfo": (["email", "file"], ["info"]),
    "EmailEvents": (["email"], ["info"]),
    "EmailPostDeliveryEvents": (["email"], ["info"]),
    "EmailUrlInfo": (["email"], ["info"]),
    "IdentityDirectoryEvents": (["iam"], ["info"]),
    "IdentityInfo": (["iam"], ["user", "info"]),
    "IdentityLogonEvents": (["authentication"], ["start", "info"]),
    "IdentityQueryEvents": (["iam"], ["info"]),
    "MessageEvents": (["email"], ["info"]),
    "MessagePostDeliveryEvents": (["email"], ["info"]),
    "MessageUrlInfo": (["email"], ["info"]),
    "UrlClickEvents": (["email", "web"], ["info"]),
}
"""Table -> `event.category` and `event.type` of its rows."""

ENRICHING = frozenset(("AlertEvidence", "BehaviorEntities"))
CREATES_PROCESS = frozenset(("DeviceProcessEvents", "CloudProcessEvents"))
JUDGED = frozenset((
    "EmailEvents", "EmailPostDeliveryEvents", "UrlClickEvents", "MessageEvents",
    "MessagePostDeliveryEvents",
))  # fmt: skip

# What an ActionType adds to the type of its row.
ACTION_TYPES = {
    "ConnectionSuccess": ["connection", "start", "info"],
    "ConnectionAttempt": ["connection", "start", "info"],
    "ConnectionRequest": ["connection", "start", "info"],
    "ConnectionAcknowledged": ["connection", "start", "info"],
    "InboundConnectionAccepted": ["connection", "start", "info"],
    "InboundConnectionAttempt": ["connection", "start", "info"],
    "InboundConnectionAcknowledged": ["connection", "start", "info"],
    "ConnectionFailed": ["connection", "denied", "info"],
    "FirewallInboundConnectionBlocked": ["connection", "denied", "info"],
    "FirewallOutboundConnectionBlocked": ["connection", "denied", "info"],
    "FileCreated": ["creation", "info"], "FileModified": ["change", "info"],
    "FileRenamed": ["change", "info"], "FileDeleted": ["deletion", "info"],
    "RegistryKeyCreated": ["creation", "info"], "RegistryKeyDeleted": ["deletion", "info"],
    "RegistryKeyRenamed": ["change", "info"], "RegistryValueSet": ["change", "info"],
    "RegistryValueDeleted": ["deletion", "info"], "OpenProcessApiCall": ["access", "info"],
    "DriverLoad": ["start", "info"], "ClickAllowed": ["allowed", "info"],
    "ClickBlocked": ["denied", "info"], "UrlErrorPage": ["denied", "info"],
}  # fmt: skip
OUTCOMES = {
    "LogonSuccess": "success", "LogonFailed": "failure", "LogonAttempted": "unknown",
    "ConnectionFailed": "failure",
}  # fmt: skip
