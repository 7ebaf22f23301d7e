"""Junos messages in sentences, with the fields of the structured form of the same messages.

Source: Juniper, "Junos OS System Log Explorer", which gives the sentence of each tag. Read are
those of sessions, packet filters, key exchange, the management daemon and remote commands.
"""

import re

LONGEST = 4096

# The part of a session's sentence up to the rules of address translation; older versions have no
# connection tags (0x0), and write names of those rules without their types.
_ENDS = (
    r"(?P<source>[\w.:]{1,64})/(?P<source_port>\d{1,5})->"
    r"(?P<destination>[\w.:]{1,64})/(?P<destination_port>\d{1,5})(?: 0x\w{1,16})? "
    r"(?P<service>\S{1,64}) "
)
_TRANSLATED = (
    r"(?P<nat_source>[\w.:]{1,64})/(?P<nat_source_port>\d{1,5})->"
    r"(?P<nat_destination>[\w.:]{1,64})/(?P<nat_destination_port>\d{1,5})(?: 0x\w{1,16})? "
    r".{0,256}? "
)
_POLICY = (
    r"(?P<protocol>\d{1,3})(?:\(\d{1,3}\))? (?P<policy>\S{1,128}) "
    r"(?P<source_zone>\S{1,64}) (?P<destination_zone>\S{1,64})"
)
_USER = r"(?: (?P<user>\S{1,128})\([^)\s]{1,128}\) (?P<interface>[\w./-]{1,64}))?"
SENTENCES = (
    re.compile(rf"session created {_ENDS}{_TRANSLATED}{_POLICY} (?P<session>\d{{1,20}}){_USER}"),
    re.compile(
        rf"session closed (?P<reason>[^:]{{1,128}}): {_ENDS}{_TRANSLATED}{_POLICY} "
        r"(?P<session>\d{1,20}) (?P<sent_packets>\d{1,20})\((?P<sent>\d{1,20})\) "
        r"(?P<received_packets>\d{1,20})\((?P<received>\d{1,20})\) (?P<elapsed>\d{1,10})"
        rf"(?: (?P<application>\S{{1,64}}) \S{{1,64}})?{_USER}"
    ),
    re.compile(rf"session denied {_ENDS}{_POLICY}(?: \S{{1,64}}){{0,2}}{_USER}"),
    re.compile(
        r"FW: (?P<interface>[\w./-]{1,64}) +(?P<letter>[ADR]) +(?P<protocol>\w{1,16}) +"
        r"(?P<source>[\w.:]{1,64}) +(?P<destination>[\w.:]{1,64}) +(?P<source_port>\d{1,5}) +"
        r"(?P<destination_port>\d{1,5})(?: +\((?P<sent_packets>\d{1,10}) packets?\))?"
    ),
    re.compile(
        r"User '(?P<user>[^']{1,255})' log(?:in|out)(?:, class '[^']{0,64}' \[\d{1,10}\], "
        r"ssh-connection '(?:(?P<source>[\w.:]{1,64}) (?P<source_port>\d{1,5}) "
        r"(?P<destination>[\w.:]{1,64}) (?P<destination_port>\d{1,5}))?')?"
    ),
    re.compile(
        r"(?:Starting|Cleanup) child '(?P<process>[^']{1,255})'(?:, PID (?P<pid>\d{1,10}))?"
    ),
    re.compile(
        r"(?P<user>[\w.-]{1,64})@(?P<source>[\w.:]{1,64}) as [\w.-]{1,64}: "
        r"cmd='(?P<command>[^']{1,1024})'"
    ),
    re.compile(
        r"Local: (?P<source>[\w.:]{1,64})/(?P<source_port>\d{1,5}), "
        r"Remote: (?P<destination>[\w.:]{1,64})/(?P<destination_port>\d{1,5})"
    ),
    re.compile(r"(?:interface|ifd) (?P<interface>[a-z]{2}-?[\w./:]{1,32})"),
)  # fmt: skip
NAMES = {
    "source": "source-address", "source_port": "source-port",
    "destination": "destination-address", "destination_port": "destination-port",
    "nat_source": "nat-source-address", "nat_source_port": "nat-source-port",
    "nat_destination": "nat-destination-address",
    "nat_destination_port": "nat-destination-port", "service": "service-name",
    "protocol": "protocol-id", "policy": "policy-name", "source_zone": "source-zone-name",
    "destination_zone": "destination-zone-name", "session": "session-id", "user": "username",
    "interface": "packet-incoming-interface", "reason": "reason",
    "sent": "bytes-from-client", "sent_packets": "packets-from-client",
    "received": "bytes-from-server", "received_packets": "packets-from-server",
    "elapsed": "elapsed-time", "application": "application", "process": "process-name",
    "pid": "process-id", "command": "command", "letter": "filter-action",
}  # fmt: skip


def read(message: str) -> dict[str, str]:
    """Return the fields of the first sentence that a message holds, by their structured names.

    >>> read("FW: ge-0/0/1.0 D udp 192.0.2.1 192.0.2.2 53 53")["destination-address"]
    '192.0.2.2'
    """
    for sentence in SENTENCES:
        found = sentence.search(message, 0, LONGEST)
        if found is not None:
            return {NAMES[name]: part for name, part in found.groupdict().items() if part}
    return {}
