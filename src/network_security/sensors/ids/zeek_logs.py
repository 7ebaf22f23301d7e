"""What each of Zeek's logs says: how it is classified, and which of its fields ECS has a place for.

A log that is not listed is kept whole under the dataset's name. Source: the record types of the
scripts that come with Zeek (``Conn::Info``, ``HTTP::Info`` ...), version 3 to 8.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from network_security.sensors.ecs import Fields
from network_security.sensors.ids import zeek_finishers as finishers
from network_security.sensors.ids.zeek_values import (
    as_address,
    as_flag,
    as_interval,
    as_list,
    as_lower,
    as_number,
    as_text,
    as_time,
)
from network_security.sensors.times import Clock

Convert = Callable[[object, Clock], Any]
Finish = Callable[[Fields, dict[str, Any], Clock], None]

TRANSACTION = ("connection", "protocol", "info")
INFO = ("info",)


@dataclass(frozen=True)
class Log:
    """One log.

    Attributes:
        category: `event.category`.
        type: `event.type`.
        transport: `network.transport` of a protocol that has only one, where no `proto` is stated.
        protocol: `network.protocol`.
        fields: Zeek's field -> ECS field and converter.
        finish: Sets what takes more than one field, after the others.
        kind: `event.kind`.
    """

    category: tuple[str, ...] = ("network",)
    type: tuple[str, ...] = TRANSACTION
    transport: str | None = None
    protocol: str | None = None
    fields: Mapping[str, tuple[str, Convert]] = field(default_factory=dict)
    finish: Finish | None = None
    kind: str = "event"


OTHER = Log(type=INFO)
_LOGIN = ("network", "authentication")
_HASHES = {name: (f"file.hash.{name}", as_text) for name in ("md5", "sha1", "sha256")}
_CERTIFICATE: dict[str, tuple[str, Convert]] = {
    "certificate.version": ("file.x509.version_number", as_text),
    "certificate.serial": ("file.x509.serial_number", as_text),
    "certificate.subject": ("file.x509.subject.distinguished_name", as_text),
    "certificate.issuer": ("file.x509.issuer.distinguished_name", as_text),
    "certificate.not_valid_before": ("file.x509.not_before", as_time),
    "certificate.not_valid_after": ("file.x509.not_after", as_time),
    "certificate.key_alg": ("file.x509.public_key_algorithm", as_text),
    "certificate.key_length": ("file.x509.public_key_size", as_number),
    "certificate.exponent": ("file.x509.public_key_exponent", as_number),
    "certificate.curve": ("file.x509.public_key_curve", as_text),
    "certificate.sig_alg": ("file.x509.signature_algorithm", as_text),
    "san.dns": ("file.x509.alternative_names", as_list),
    "fingerprint": ("file.hash.sha256", as_text),
}

LOGS: dict[str, Log] = {
    # connections and protocols
    "conn": Log(
        fields={
            "service": ("network.protocol", as_lower),
            "orig_ip_bytes": ("source.bytes", as_number),
            "resp_ip_bytes": ("destination.bytes", as_number),
            "orig_pkts": ("source.packets", as_number),
            "resp_pkts": ("destination.packets", as_number),
        },
        finish=finishers.conn,
    ),
    "dce_rpc": Log(
        transport="tcp", protocol="dce_rpc", fields={"operation": ("event.action", as_text)}
    ),
    "dhcp": Log(
        transport="udp",
        protocol="dhcp",
        fields={
            "assigned_addr": ("client.ip", as_address),
            "host_name": ("client.domain", as_text),
        },
        finish=finishers.dhcp,
    ),
    "dnp3": Log(
        transport="tcp",
        protocol="dnp3",
        fields={
            "fc_reply": ("event.action", as_lower),
            "fc_request": ("event.action", as_lower),
        },
    ),
    "dns": Log(
        protocol="dns",
        fields={
            "trans_id": ("dns.id", as_text),
            "query": ("dns.question.name", as_text),
            "qtype_name": ("dns.question.type", as_text),
            "qclass_name": ("dns.question.class", as_text),
            "rcode_name": ("dns.response_code", as_text),
            "rtt": ("event.duration", as_interval),
        },
        finish=finishers.dns,
    ),
    "dpd": Log(type=("connection", "info"), fields={"failure_reason": ("event.reason", as_text)}),
    "analyzer": Log(
        type=("connection", "info"), fields={"failure_reason": ("event.reason", as_text)}
    ),
    "ftp": Log(
        transport="tcp",
        protocol="ftp",
        fields={
            "command": ("event.action", as_text),
            "user": ("user.name", as_text),
            "arg": ("file.path", as_text),
            "file_size": ("file.size", as_number),
            "mime_type": ("file.mime_type", as_text),
        },
        finish=finishers.ftp,
    ),
    "http": Log(
        category=("network", "web"),
        type=("access", *TRANSACTION),
        transport="tcp",
        protocol="http",
        fields={
            "method": ("http.request.method", as_text),
            "referrer": ("http.request.referrer", as_text),
            "request_body_len": ("http.request.body.bytes", as_number),
            "response_body_len": ("http.response.body.bytes", as_number),
            "status_code": ("http.response.status_code", as_number),
            "version": ("http.version", as_text),
            "user_agent": ("user_agent.original", as_text),
            "username": ("user.name", as_text),
        },
        finish=finishers.http,
    ),
    "irc": Log(
        transport="tcp",
        protocol="irc",
        fields={"command": ("event.action", as_text), "user": ("user.name", as_text)},
    ),
    "kerberos": Log(
        category=_LOGIN,
        type=("access", *TRANSACTION),
        transport="tcp",
        protocol="kerberos",
        fields={
            "request_type": ("event.action", as_text),
            "error_msg": ("event.reason", as_text),
        },
        finish=finishers.kerberos,
    ),
    "ldap": Log(
        protocol="ldap",
        transport="tcp",
        fields={"opcode": ("event.action", as_text), "object": ("user.name", as_text)},
        finish=finishers.result("result"),
    ),
    "ldap_search": Log(protocol="ldap", transport="tcp", finish=finishers.result("result")),
    "modbus": Log(
        transport="tcp",
        protocol="modbus",
        fields={"func": ("event.action", as_text), "exception": ("event.reason", as_text)},
        finish=finishers.modbus,
    ),
    "mqtt_connect": Log(transport="tcp", protocol="mqtt", finish=finishers.action("connect")),
    "mqtt_publish": Log(transport="tcp", protocol="mqtt", finish=finishers.action("publish")),
    "mqtt_subscribe": Log(
        transport="tcp", protocol="mqtt", fields={"action": ("event.action", as_lower)}
    ),
    "mysql": Log(
        category=("network", "database"),
        transport="tcp",
        protocol="mysql",
        fields={"cmd": ("event.action", as_text)},
        finish=finishers.result("success"),
    ),
    "ntlm": Log(
        category=_LOGIN,
        transport="tcp",
        protocol="ntlm",
        fields={
            "username": ("user.name", as_text),
            "domainname": ("user.domain", as_text),
            "hostname": ("source.domain", as_text),
        },
        finish=finishers.result("success"),
    ),
    "ntp": Log(transport="udp", protocol="ntp"),
    "postgresql": Log(
        category=("network", "database"),
        transport="tcp",
        protocol="postgresql",
        fields={"frontend": ("event.action", as_text), "user": ("user.name", as_text)},
        finish=finishers.result("success"),
    ),
    "quic": Log(
        transport="udp",
        protocol="quic",
        fields={"server_name": ("tls.client.server_name", as_text)},
        finish=finishers.server_name,
    ),
    "radius": Log(
        category=_LOGIN,
        transport="udp",
        protocol="radius",
        fields={"username": ("user.name", as_text), "framed_addr": ("client.ip", as_address)},
        finish=finishers.radius,
    ),
    "rdp": Log(
        transport="tcp",
        protocol="rdp",
        fields={"ssl": ("tls.established", as_flag), "cookie": ("user.name", as_text)},
    ),
    "redis": Log(
        category=("network", "database"),
        transport="tcp",
        protocol="redis",
        fields={"cmd.name": ("event.action", as_text)},
        finish=finishers.result("success"),
    ),
    "rfb": Log(transport="tcp", protocol="rfb", finish=finishers.result("auth")),
    "sip": Log(
        transport="udp",
        protocol="sip",
        fields={
            "method": ("event.action", as_text),
            "user_agent": ("user_agent.original", as_text),
        },
        finish=finishers.sip,
    ),
    "smb_cmd": Log(
        transport="tcp",
        protocol="smb",
        fields={"command": ("event.action", as_text), "username": ("user.name", as_text)},
        finish=finishers.result("status"),
    ),
    "smb_files": Log(
        category=("network", "file"),
        transport="tcp",
        protocol="smb",
        fields={
            "action": ("event.action", as_text),
            "name": ("file.name", as_text),
            "size": ("file.size", as_number),
            "times.modified": ("file.mtime", as_time),
            "times.accessed": ("file.accessed", as_time),
            "times.created": ("file.created", as_time),
            "times.changed": ("file.ctime", as_time),
        },
        finish=finishers.smb_files,
    ),
    "smb_mapping": Log(transport="tcp", protocol="smb"),
    "smtp": Log(
        category=("network", "email"),
        transport="tcp",
        protocol="smtp",
        fields={
            "subject": ("email.subject", as_text),
            "user_agent": ("email.x_mailer", as_text),
            "helo": ("source.domain", as_text),
            "date": ("email.origination_timestamp", as_time),
        },
        finish=finishers.smtp,
    ),
    "snmp": Log(transport="udp", protocol="snmp"),
    "socks": Log(transport="tcp", protocol="socks", finish=finishers.socks),
    "ssh": Log(
        category=_LOGIN,
        transport="tcp",
        protocol="ssh",
        fields={"client": ("user_agent.original", as_text)},
        finish=finishers.ssh,
    ),
    "ssl": Log(
        transport="tcp",
        protocol="tls",
        fields={
            "cipher": ("tls.cipher", as_text),
            "curve": ("tls.curve", as_text),
            "server_name": ("tls.client.server_name", as_text),
            "resumed": ("tls.resumed", as_flag),
            "established": ("tls.established", as_flag),
            "next_protocol": ("tls.next_protocol", as_text),
            "subject": ("tls.server.subject", as_text),
            "issuer": ("tls.server.issuer", as_text),
            "client_subject": ("tls.client.subject", as_text),
            "client_issuer": ("tls.client.issuer", as_text),
            "not_valid_before": ("tls.server.not_before", as_time),
            "not_valid_after": ("tls.server.not_after", as_time),
            "ja3": ("tls.client.ja3", as_text),
            "ja3s": ("tls.server.ja3s", as_text),
        },
        finish=finishers.ssl,
    ),
    "syslog": Log(
        protocol="syslog",
        fields={
            "facility": ("log.syslog.facility.name", as_lower),
            "message": ("message", as_text),
        },
        finish=finishers.syslog,
    ),
    "traceroute": Log(type=INFO),
    "tunnel": Log(
        type=("connection", "info"),
        fields={"action": ("event.action", as_text)},
    ),
    "websocket": Log(category=("network", "web"), transport="tcp", protocol="websocket"),
    # files and certificates
    "files": Log(
        category=("file",),
        type=INFO,
        fields={
            "mime_type": ("file.mime_type", as_text),
            "filename": ("file.name", as_text),
            "total_bytes": ("file.size", as_number),
            **_HASHES,
        },
        finish=finishers.files,
    ),
    "ocsp": Log(category=("file",), type=INFO),
    "pe": Log(category=("file",), type=INFO, fields={"compile_ts": ("file.created", as_time)}),
    "x509": Log(type=INFO, fields=_CERTIFICATE),
    # what Zeek found worth saying
    "intel": Log(
        category=("network", "intrusion_detection", "threat"),
        type=("indicator", "info"),
        kind="alert",
        fields={
            "seen.indicator": ("threat.indicator.name", as_text),
            "seen.indicator_type": ("threat.indicator.description", as_text),
            "sources": ("threat.indicator.provider", as_list),
        },
        finish=finishers.intel,
    ),
    "notice": Log(
        category=("network", "intrusion_detection"),
        type=INFO,
        kind="alert",
        fields={
            "note": ("rule.name", as_text),
            "msg": ("rule.description", as_text),
            "file_mime_type": ("file.mime_type", as_text),
        },
        finish=finishers.notice,
    ),
    "signatures": Log(
        category=("network", "intrusion_detection"),
        type=INFO,
        kind="alert",
        fields={
            "sig_id": ("rule.id", as_text),
            "note": ("rule.name", as_text),
            "event_msg": ("rule.description", as_text),
        },
    ),
    "weird": Log(type=INFO, fields={"name": ("event.action", as_text)}),
    # the network's inventory
    "known_certs": Log(category=("host",), type=INFO, finish=finishers.known),
    "known_devices": Log(category=("host",), type=INFO, finish=finishers.known),
    "known_hosts": Log(category=("host",), type=INFO, finish=finishers.known),
    "known_modbus": Log(category=("host",), type=INFO, finish=finishers.known),
    "known_services": Log(category=("host",), type=INFO, finish=finishers.known),
    "software": Log(
        category=("host", "package"),
        type=INFO,
        fields={
            "name": ("package.name", as_text),
            "unparsed_version": ("package.version", as_text),
            "software_type": ("package.type", as_lower),
        },
        finish=finishers.known,
    ),
    # Zeek itself
    "broker": Log(category=("host",), type=INFO, fields={"message": ("message", as_text)}),
    "capture_loss": Log(type=INFO, kind="metric"),
    "cluster": Log(category=("host",), type=INFO, fields={"message": ("message", as_text)}),
    "config": Log(category=("configuration",), type=("change",)),
    "loaded_scripts": Log(category=("configuration",), type=INFO),
    "packet_filter": Log(category=("configuration",), type=INFO),
    "reporter": Log(
        category=("host",),
        type=INFO,
        fields={"level": ("log.level", finishers.reporter_level), "message": ("message", as_text)},
    ),
    "stats": Log(type=INFO, kind="metric"),
    "telemetry": Log(type=INFO, kind="metric"),
}
