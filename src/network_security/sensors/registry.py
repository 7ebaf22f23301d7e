"""Every format that can be parsed: one line each.

A format's module stands in the folder of its kind and bears its name; it has one function,
``parse(text, clock) -> Fields``. It is imported when its first event comes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module

from network_security.sensors.ecs import Fields
from network_security.sensors.times import Clock

Parser = Callable[[str, Clock], Fields]

OBSERVER_TYPES = {"firewall": "firewall", "ids": "ids", "email": "email"}


@dataclass(frozen=True)
class Format:
    """One format of raw events.

    Attributes:
        name: Name that `parse_event` takes, and of the module.
        kind: Sensor kind, and folder of the module: ``firewall``, ``ids``, ``email`` or ``auth``.
        vendor: `observer.vendor`, None when only the event itself can say.
        product: `observer.product`, likewise.
        dataset: `event.dataset`; its first part is `event.module`, and what has no place in ECS is
            kept under it.
        limit: Most characters of an event, where that is not `parsing.MAX_CHARACTERS`.
    """

    name: str
    kind: str
    vendor: str | None
    product: str | None
    dataset: str
    limit: int | None = None

    @cached_property
    def parse(self) -> Parser:
        """The format's parser."""
        module = import_module(f"network_security.sensors.{self.kind}.{self.name}")
        parser: Parser = module.parse
        return parser

    @cached_property
    def observer(self) -> Fields:
        """What every event of the format has in `observer`, unless the parser sets it."""
        members = {
            "vendor": self.vendor,
            "product": self.product,
            "type": OBSERVER_TYPES.get(self.kind),
        }
        return {name: value for name, value in members.items() if value}

    @cached_property
    def module(self) -> str:
        """`event.module`: the first part of the dataset's name."""
        return self.dataset.partition(".")[0]

    @property
    def sample(self) -> str:
        """The first of the format's own sample events."""
        from network_security.sensors.samples import raw_events  # noqa: PLC0415

        return raw_events(self.name)[0]


FORMATS: dict[str, Format] = {
    entry.name: entry
    for entry in (
        Format("iptables", "firewall", "Linux", "netfilter", "linux.iptables"),
        Format("pfsense", "firewall", "netgate", "pfSense", "netgate.pfsense"),
        Format("cisco_asa", "firewall", "Cisco", "asa", "cisco.asa"),
        Format("panos", "firewall", "Palo Alto Networks", "PAN-OS", "paloalto.panos"),
        Format("fortigate", "firewall", "Fortinet", "Fortigate", "fortinet.fortigate"),
        Format("checkpoint", "firewall", "Checkpoint", None, "checkpoint.firewall"),
        Format("cef", "firewall", None, None, "cef.log"),
        Format("leef", "firewall", None, None, "leef.log"),
        Format("sophos_xg", "firewall", "Sophos", "XG", "sophos.xg"),
        Format("sonicwall", "firewall", "SonicWall", "SonicOS", "sonicwall.firewall"),
        Format("juniper_srx", "firewall", "Juniper", "SRX", "juniper.srx"),
        Format("suricata", "ids", "OISF", "Suricata", "suricata.eve"),
        Format("zeek", "ids", "Zeek", "Zeek", "zeek.log"),
        Format("snort", "ids", "snort", "ids", "snort.log"),
        Format("postfix", "email", "Postfix", "Postfix", "postfix.log"),
        Format(
            "proofpoint_tap", "email", "Proofpoint", "Targeted Attack Protection", "proofpoint.tap"
        ),
        Format("proofpoint_pod", "email", "Proofpoint", "Proofpoint On Demand", "proofpoint.pod"),
        Format("mimecast", "email", "Mimecast", "Mimecast", "mimecast.log"),
        Format("cisco_esa", "email", "Cisco", "Secure Email Gateway", "cisco.esa"),
        Format("fortimail", "email", "Fortinet", "FortiMail", "fortinet.fortimail"),
        Format("m365_defender", "email", "Microsoft", "Microsoft Defender XDR", "m365.defender"),
        Format("o365", "email", "Microsoft", "Office 365", "o365.audit"),
        Format("exchange_message_trace", "email", "Microsoft", "Exchange Online", "exchange.trace"),
        Format("email", "email", None, None, "email.message", limit=30_000_000),
        Format("sshd", "auth", "openbsd project", "openssh", "linux.auth"),
        Format("windows_security", "auth", "Microsoft", "Windows", "windows.security"),
        Format("syslog", "auth", None, None, "syslog.log"),
    )
}
