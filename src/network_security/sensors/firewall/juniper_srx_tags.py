"""What the tags of Junos messages on an SRX mean, from Juniper's System Log Explorer.

Tags of logical systems end in ``_LS`` and mean the same. What a tag leaves open, its message's
``action`` decides.
"""

from network_security.sensors.firewall.classification import Kind

_NETWORK = ["network"]
_ATTACK = ["network", "intrusion_detection"]
_MALWARE = ["network", "malware"]
_WEB = ["network", "web"]
_OPEN = ["connection", "start", "allowed", "info"]
_CLOSE = ["connection", "end", "allowed", "info"]
_UPDATE = ["connection", "allowed", "info"]
_DENY = ["connection", "denied", "info"]
_JUDGED = ["connection", "denied", "info"]
_LOGIN = ["authentication"]

_OPENED = Kind("flow_started", _NETWORK, _OPEN, "success")
_CLOSED = Kind("flow_close", _NETWORK, _CLOSE, "success")
_DENIED = Kind("flow_deny", _NETWORK, _DENY, "success")
_UPDATED = Kind("flow_update", _NETWORK, _UPDATE, "success")
_MALWARE_FOUND = Kind("malware_detected", _MALWARE, _JUDGED, "success")
_CONFIGURED = Kind("config-change", ["configuration"], ["change"], "success")
_LOGIN_FAILED = Kind("logon-failed", _LOGIN, ["start", "info"], "failure")

TAGS: dict[str, Kind] = {
    "RT_FLOW_SESSION_CREATE": _OPENED,
    "APPTRACK_SESSION_CREATE": _OPENED,
    "RT_FLOW_SESSION_CLOSE": _CLOSED,
    "APPTRACK_SESSION_CLOSE": _CLOSED,
    "RT_FLOW_SESSION_DENY": _DENIED,
    "APPTRACK_SESSION_VOL_UPDATE": _UPDATED,
    "APPTRACK_SESSION_ROUTE_UPDATE": _UPDATED,
    "APPTRACK_SESSION_APP_UPDATE": _UPDATED,
    "RT_SCREEN": Kind("screen", _ATTACK, _JUDGED, "success"),
    "IDP_ATTACK_LOG_EVENT": Kind("security_threat", _ATTACK, _JUDGED, "success"),
    "IDP_APPDDOS_APP_ATTACK_EVENT": Kind("application_ddos", _ATTACK, _JUDGED, "success"),
    "IDP_APPDDOS_APP_STATE_EVENT": Kind("application_ddos", _ATTACK, _JUDGED, "success"),
    "AV_VIRUS_DETECTED_MT": Kind("virus_detected", _MALWARE, _JUDGED, "success"),
    "AV_FILE_NOT_SCANNED_DROPPED_MT": Kind("virus_scan", _NETWORK, _DENY, "failure"),
    "AV_FILE_NOT_SCANNED_PASSED_MT": Kind("virus_scan", _NETWORK, _UPDATE, "failure"),
    "AV_HUGE_FILE_DROPPED_MT": Kind("virus_scan", _NETWORK, _DENY, "failure"),
    "AV_HUGE_FILE_NOT_SCANNED_MT": Kind("virus_scan", _NETWORK, _UPDATE, "failure"),
    "AV_MANY_MSGS_DROPPED_MT": Kind("virus_scan", _NETWORK, _DENY, "failure"),
    "AV_MANY_MSGS_NOT_SCANNED_MT": Kind("virus_scan", _NETWORK, _UPDATE, "failure"),
    "AV_SCANNER_ERROR_SKIPPED_MT": Kind("virus_scan", _NETWORK, _UPDATE, "failure"),
    "AV_SCANNER_DROP_FILE_MT": Kind("virus_scan", _NETWORK, _DENY, "failure"),
    "WEBFILTER_URL_BLOCKED": Kind("web_filter", _WEB, _DENY, "success"),
    "WEBFILTER_URL_PERMITTED": Kind("web_filter", _WEB, _UPDATE, "success"),
    "WEBFILTER_URL_REDIRECTED": Kind("web_filter", _WEB, _DENY, "success"),
    "CONTENT_FILTERING_BLOCKED_MT": Kind("content_filter", _NETWORK, _DENY, "success"),
    "ANTISPAM_SPAM_DETECTED_MT": Kind("antispam_filter", ["network", "email"], _DENY, "success"),
    "SECINTEL_ACTION_LOG": _MALWARE_FOUND,
    "AAMW_ACTION_LOG": _MALWARE_FOUND,
    "AAMW_MALWARE_EVENT_LOG": _MALWARE_FOUND,
    "AAMW_HOST_INFECTED_EVENT_LOG": _MALWARE_FOUND,
    "AAMW_SMTP_ACTION_LOG": _MALWARE_FOUND,
    "AAMW_IMAP_ACTION_LOG": _MALWARE_FOUND,
    "UI_LOGIN_EVENT": Kind("UI_LOGIN_EVENT", _LOGIN, ["start"], "success"),
    "UI_LOGOUT_EVENT": Kind("UI_LOGOUT_EVENT", _LOGIN, ["end"], "success"),
    "UI_CHILD_START": Kind("UI_CHILD_START", ["process"], ["start"], "success"),
    "UI_CHILD_STATUS": Kind("UI_CHILD_STATUS", ["process"], ["info"], None),
    "UI_COMMIT": _CONFIGURED,
    "UI_COMMIT_COMPLETED": _CONFIGURED,
    "UI_CFG_AUDIT_SET": _CONFIGURED,
    "UI_CFG_AUDIT_OTHER": _CONFIGURED,
    "UI_CMDLINE_READ_LINE": Kind("UI_CMDLINE_READ_LINE", ["process"], ["info"], None),
    "SSHD_LOGIN_FAILED": _LOGIN_FAILED,
    "LOGIN_FAILED": _LOGIN_FAILED,
    "LOGIN_INFORMATION": Kind("logged-in", _LOGIN, ["start"], "success"),
    "LOGIN_ROOT": Kind("logged-in", _LOGIN, ["start"], "success"),
    "FWAUTH_FTP_USER_AUTH_FAIL": _LOGIN_FAILED,
    "FWAUTH_HTTP_USER_AUTH_FAIL": _LOGIN_FAILED,
    "FWAUTH_TELNET_USER_AUTH_FAIL": _LOGIN_FAILED,
    "FWAUTH_WEBAUTH_FAIL": _LOGIN_FAILED,
}

# Words in the names of screens -> action; the first that is found counts.
SCREENS = (
    ("sweep", "sweep_detected"),
    ("scan", "scan_detected"),
    ("flood", "flood_detected"),
    ("fragment", "fragment_detected"),
    ("tunnel", "tunneling_screen"),
    ("fin ", "illegal_tcp_flag_detected"),
    ("no flag", "illegal_tcp_flag_detected"),
    ("spoof", "spoofing_detected"),
    ("attack", "attack_detected"),
    ("option", "ip_option_detected"),
)
