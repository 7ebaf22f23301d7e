"""Writers of all formats of `network_security.sensors`: actions in, raw events out.

One more format is one more file in the folder of its kind, and its class in `WRITERS`.
"""

from network_security.simulator.writers.auth import sshd, syslog, windows_security
from network_security.simulator.writers.email import (
    cisco_esa,
    email,
    exchange_message_trace,
    fortimail,
    m365_defender,
    mimecast,
    o365,
    postfix,
    proofpoint_pod,
    proofpoint_tap,
)
from network_security.simulator.writers.firewall import (
    cef,
    checkpoint,
    cisco_asa,
    fortigate,
    iptables,
    juniper_srx,
    leef,
    panos,
    pfsense,
    sonicwall,
    sophos_xg,
)
from network_security.simulator.writers.ids import snort, suricata, zeek
from network_security.simulator.writers.writer import Line, Writer

WRITERS: dict[str, type[Writer]] = {
    "iptables": iptables.Iptables,
    "pfsense": pfsense.Pfsense,
    "cisco_asa": cisco_asa.CiscoAsa,
    "panos": panos.Panos,
    "fortigate": fortigate.Fortigate,
    "checkpoint": checkpoint.Checkpoint,
    "cef": cef.Cef,
    "leef": leef.Leef,
    "sophos_xg": sophos_xg.SophosXg,
    "sonicwall": sonicwall.Sonicwall,
    "juniper_srx": juniper_srx.JuniperSrx,
    "suricata": suricata.Suricata,
    "zeek": zeek.Zeek,
    "snort": snort.Snort,
    "postfix": postfix.Postfix,
    "proofpoint_tap": proofpoint_tap.ProofpointTap,
    "proofpoint_pod": proofpoint_pod.ProofpointPod,
    "mimecast": mimecast.Mimecast,
    "cisco_esa": cisco_esa.CiscoEsa,
    "fortimail": fortimail.Fortimail,
    "m365_defender": m365_defender.M365Defender,
    "o365": o365.O365,
    "exchange_message_trace": exchange_message_trace.ExchangeMessageTrace,
    "email": email.Email,
    "sshd": sshd.Sshd,
    "windows_security": windows_security.WindowsSecurity,
    "syslog": syslog.Syslog,
}

__all__ = ["WRITERS", "Line", "Writer"]
