"""What SonicOS event ids mean, from the log events reference guide of SonicOS 6.5 and 7."""

from network_security.sensors.firewall.classification import Kind

_NETWORK = ["network"]
_ATTACK = ["network", "intrusion_detection"]
_MALWARE = ["network", "malware"]
_LOGIN = ["authentication"]
_SESSION = ["session"]

_OPENED = Kind("connection-start", _NETWORK, ["connection", "start", "info"], "success")
_CLOSED = Kind("connection-end", _NETWORK, ["connection", "end", "info"], "success")
_INFO = Kind("connection-info", _NETWORK, ["connection", "info"], "success")
_ALLOWED = Kind("connection-allowed", _NETWORK, ["connection", "allowed", "info"], "success")
_DENIED = Kind("connection-denied", _NETWORK, ["connection", "denied", "info"], "success")
_DROPPED = Kind("packet-dropped", _NETWORK, ["connection", "denied", "info"], "success")
_DETECTED = Kind("attack-detected", _ATTACK, ["info"], "success")
_BLOCKED = Kind("attack-blocked", _ATTACK, ["denied", "info"], "success")
_VIRUS_FOUND = Kind("malware-detected", _MALWARE, ["info"], "success")
_VIRUS_BLOCKED = Kind("malware-blocked", _MALWARE, ["denied", "info"], "success")
_SITE_DENIED = Kind("site-denied", ["network", "web"], ["access", "denied", "info"], "success")
_SITE_ALLOWED = Kind("site-accessed", ["network", "web"], ["access", "allowed", "info"], "success")
_LOGGED_IN = Kind("logged-in", _LOGIN, ["start", "info"], "success")
_LOGIN_FAILED = Kind("logon-failed", _LOGIN, ["start", "info"], "failure")
_LOGGED_OUT = Kind("logged-out", _LOGIN, ["end", "info"], "success")
_SESSION_START = Kind("session-start", _SESSION, ["start"], "success")
_SESSION_END = Kind("session-end", _SESSION, ["end"], "success")
_CHANGED = Kind("config-change", ["configuration"], ["change"], "success")
_CHANGE_FAILED = Kind("config-change", ["configuration"], ["change"], "failure")
_LOG_FAILED = Kind("internal-log-failure", ["host"], ["info"], "failure")
_STARTED = Kind("device-start", ["host"], ["start"], "success")

_IDS: tuple[tuple[Kind, tuple[int, ...]], ...] = (
    (_OPENED, (98,)),
    (_CLOSED, (537,)),
    (_INFO, (1197,)),
    (_ALLOWED, (597, 598, 602, 651)),
    (_DENIED, (173, 174, 175, 524, 712, 713, 1198, 1199)),
    (_DROPPED, (
        36, 37, 38, 39, 40, 41, 45, 63, 172, 522, 523, 533, 534, 535, 536, 599, 600, 601, 653,
        654, 1257, 1301, 1302, 1303, 1304, 1433, 1447,
    )),
    (_DETECTED, (
        25, 82, 83, 177, 178, 179, 574, 608, 789, 860, 864, 866, 904, 1154, 1213, 1214, 1369,
    )),
    (_BLOCKED, (
        22, 23, 27, 81, 267, 428, 446, 527, 528, 606, 609, 790, 897, 898, 1155, 1200, 1201, 1387,
    )),
    (_VIRUS_FOUND, (795,)),
    (_VIRUS_BLOCKED, (123, 124, 125, 126, 159, 794, 809)),
    (_SITE_DENIED, (14, 15, 17, 18, 19, 20, 701, 1599)),
    (_SITE_ALLOWED, (16, 97)),
    (_LOGGED_IN, (29, 31, 199, 235, 236, 237, 238, 1080)),
    (_LOGIN_FAILED, (
        30, 32, 33, 34, 35, 200, 329, 486, 506, 549, 550, 551, 557, 558, 559, 583, 733, 734, 735,
        737, 745, 746, 750, 751, 757, 759, 986, 987, 988, 1033, 1034, 1035, 1075, 1117, 1118,
        1119, 1120, 1121, 1122, 1123, 1124,
    )),
    (_LOGGED_OUT, (24, 261, 262, 263, 264, 265, 266, 438, 439, 440, 520, 564, 1005, 1006, 1008)),
    (_SESSION_START, (994, 996, 1079)),
    (_SESSION_END, (995, 997, 998)),
    (_CHANGED, (328, 340, 341, 1049, 1065, 1382)),
    (_CHANGE_FAILED, (1383,)),
    (_LOG_FAILED, (53,)),
    (_STARTED, (4,)),
)  # fmt: skip

EVENTS = {number: kind for kind, numbers in _IDS for number in numbers}
"""Event id -> what it means; ids that are not listed are told by what the record says."""
