"""What a Windows event says about processes, connections, files and queries.

The data of the Security log, of Sysmon and of other providers name these things differently; their
names do not overlap, so that one reading serves all. What only a message says is searched there.
"""

import re
from typing import Any

from network_security.sensors import ecs
from network_security.sensors.auth.windows_events import SECURITY
from network_security.sensors.auth.windows_records import elements
from network_security.sensors.ecs import Fields, number, text

LONGEST_MESSAGE = 16384
"""As far as messages are searched."""

_SEARCHED = re.compile(
    r"(?:Client IP|Client Address|Caller IP|Source Network Address):\s{0,8}"
    r"\[?([0-9A-Fa-f.:]{2,45}?)\]?(?::(\d{1,5}))?\.?(?=\s|$)"
)
_PROCESS_LINE = re.compile(r"(?:^|\n)(?:Source)?ProcessId: (\d{1,10})\b")
_RUN = re.compile(r"(%[A-Z0-9]{1,32}%\\\S.{0,1000}?) was (?:allowed|prevented|not allowed) ")
_PROGRAM = re.compile(r"([\w.-]{1,64}\.exe)\b", re.IGNORECASE)


def set_process(fields: Fields, system: dict[str, Any], data: dict[str, str], message: str) -> None:
    """Set `process.*`: the program that acts, or the one that was created, and its parent."""
    created = data.get("NewProcessName")
    path = created or data.get("ProcessName") or data.get("Image") or data.get("Application")
    path = path or data.get("SourceImage")
    if path is None:
        hosted = _PROGRAM.search(data.get("ContextInfo", ""), 0, LONGEST_MESSAGE)
        path = hosted[1] if hosted else None
    if path is not None:
        fields["process.executable"] = path
        fields["process.name"] = path.replace("/", "\\").rpartition("\\")[2]
    stated = data.get("NewProcessId") if created else data.get("ProcessId")
    pid = _pid(stated) if stated else None
    if pid is None:
        line = "UtcTime" in data and _PROCESS_LINE.search(message, 0, LONGEST_MESSAGE)
        pid = number(line[1]) if line else _pid(text(system.get("ProcessID")) or "")
    fields["process.pid"] = pid
    fields["process.command_line"] = data.get("CommandLine") or data.get("ProcessCommandLine")
    fields["process.working_directory"] = data.get("CurrentDirectory")
    fields["process.entity_id"] = data.get("ProcessGuid")
    parent = data.get("ParentProcessName") or data.get("ParentImage")
    if parent is not None:
        fields["process.parent.executable"] = parent
        fields["process.parent.name"] = parent.rpartition("\\")[2]
    fields["process.parent.command_line"] = data.get("ParentCommandLine")
    if created:
        fields["process.parent.pid"] = _pid(data.get("ProcessId", ""))
    for part in data.get("Hashes", "").split(",", 8):
        algorithm, equals, digest = part.partition("=")
        if equals and algorithm in _HASHES:
            fields[f"process.hash.{_HASHES[algorithm]}"] = digest.lower()


_HASHES = {"MD5": "md5", "SHA1": "sha1", "SHA256": "sha256", "IMPHASH": "imphash"}


def _pid(written: str) -> int | None:
    try:
        found = int(written, 16) if written[:2] == "0x" else int(written)
    except ValueError:
        return None
    return found if 0 <= found < 1 << 32 else None


_SOURCES = ("IpAddress", "SourceAddress", "SourceIp", "ClientAddress", "CallingStationID")
_SOURCE_PORTS = ("IpPort", "SourcePort", "ClientPort")
_TARGETS = ("DestAddress", "DestinationIp", "AuthenticationServer")
_TARGET_PORTS = ("DestPort", "DestinationPort")


def set_ends(fields: Fields, data: dict[str, str], message: str) -> None:
    """Set `source.*`, `destination.*` and `network.*`."""
    address = next((data[name] for name in _SOURCES if name in data), "")
    address = address.removeprefix("::ffff:")
    port = next((data[name] for name in _SOURCE_PORTS if name in data), None)
    source = None
    if ecs.ip(address):
        source = ecs.endpoint(fields, "source", address, port)
    elif fields["event.provider"] not in SECURITY:
        found = _SEARCHED.search(message, 0, LONGEST_MESSAGE)
        if found and ecs.ip(found[1]):
            source = ecs.endpoint(fields, "source", found[1], found[2])
    server = next((data[name] for name in _TARGETS if name in data), None)
    target_port = next((data[name] for name in _TARGET_PORTS if name in data), None)
    destination = ecs.endpoint(fields, "destination", server, target_port)
    fields["network.direction"] = ecs.direction(source, destination)
    fields["source.domain"] = data.get("SourceHostname") or data.get("WorkstationName")
    if "DestinationHostname" in data:
        fields["destination.domain"] = data["DestinationHostname"]
    ecs.transport(fields, data.get("Protocol"))
    if source and (destination or fields.get("network.transport")):
        fields["network.type"] = "ipv6" if ":" in source else "ipv4"


def set_files(fields: Fields, data: dict[str, str], message: str) -> None:
    """Set `file.*`, and `url.*` of a download by BITS."""
    path = data.get("TargetFilename") or data.get("ImageLoaded") or data.get("FilePath")
    if path is None and data.get("ObjectType") == "File":
        path = data.get("ObjectName") or data.get("RelativeTargetName")
    if path is None and message.startswith("%"):
        run = _RUN.match(message)
        path = run[1] if run else None
    if path is not None:
        fields["file.path"] = path
        fields["file.name"] = path.rpartition("\\")[2]
    address = data.get("url")
    if address is not None:
        ecs.url(fields, address)
        fields["destination.domain"] = fields["destination.address"] = fields.get("url.domain")
        fields["file.name"] = data.get("name")
        fields["file.size"] = number(data.get("fileLength"), 1 << 62)


def set_answers(fields: Fields, data: dict[str, str], provider: str | None) -> None:
    """Set what Sysmon says of a DNS query, and AD FS of a login, in XML inside its message."""
    if "QueryName" in data:
        fields["dns.question.name"] = data["QueryName"]
        fields["dns.response_code"] = data.get("QueryStatus")
        fields["dns.type"] = "answer"
        results = data.get("QueryResults", "").split(";", 64)
        found = (ecs.ip(result.strip().removeprefix("::ffff:")) for result in results)
        fields["dns.resolved_ip"] = [address for address in found if address]
    if provider == "AD FS Auditing":
        audit = {name: value for name, _, value in elements(fields["message"][:LONGEST_MESSAGE])}
        ecs.endpoint(fields, "source", audit.get("IpAddress"))
        ecs.url(fields, audit.get("RelyingParty"))
        fields["user_agent.original"] = audit.get("UserAgentString")
        fields["user.email"] = audit.get("UserId")
        fields["event.category"] = ["authentication"]
