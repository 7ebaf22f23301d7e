"""Which ECS field each key of Sophos Firewall becomes, in both of its formats.

Source: Sophos Firewall syslog guide, versions 17.5 to 21, its tables of fields by log type.
"""

from network_security.sensors import ecs
from network_security.sensors.ecs import number, port, text
from network_security.sensors.firewall import field_table
from network_security.sensors.firewall.field_table import lower, microseconds, seconds

FIELDS = field_table.table(
    (text, {
        "device_id": "observer.serial_number",
        "device_serial_id": "observer.serial_number",
        "in_interface": "observer.ingress.interface.name",
        "out_interface": "observer.egress.interface.name",
        "srczone": "observer.ingress.zone",
        "src_zone": "observer.ingress.zone",
        "dstzone": "observer.egress.zone",
        "dst_zone": "observer.egress.zone",
        "fw_rule_name": "rule.name",
        "rule_name": "rule.name",
        "signature_msg": "rule.name",
        "classification": "rule.category",
        "policy_type": "rule.ruleset",
        "reason": "event.reason",
        "message": "message",
        "usergroupname": "user.group.name",
        "user_gp": "user.group.name",
        "user_group": "user.group.name",
        "src_domainname": "source.domain",
        "dst_domainname": "destination.domain",
        "method": "http.request.method",
        "http_method": "http.request.method",
        "referer": "http.request.referrer",
        "useragent": "user_agent.original",
        "user_agent": "user_agent.original",
        "http_user_agent": "user_agent.original",
        "ws_protocol": "http.version",
        "querystring": "url.query",
        "contenttype": "http.response.mime_type",
        "content_type": "http.response.mime_type",
        "filename": "file.name",
        "file_name": "file.name",
        "filetype": "file.mime_type",
        "file_path": "file.path",
        "sha1sum": "file.hash.sha1",
        "virus": "threat.software.name",
        "threatname": "threat.software.name",
        "sni": "tls.client.server_name",
        "cipher_suite": "tls.cipher",
        "vlan_id": "network.vlan.id",
        "ssid": "network.name",
    }),
    (lower, {"log_subtype": "event.action"}),
    (seconds, {"duration": "event.duration"}),
    (microseconds, {"responsetime": "event.duration"}),
    (ecs.mac, {"src_mac": "source.mac", "dst_mac": "destination.mac"}),
    (ecs.ip, {
        "tran_src_ip": "source.nat.ip",
        "src_trans_ip": "source.nat.ip",
        "tran_dst_ip": "destination.nat.ip",
        "dst_trans_ip": "destination.nat.ip",
    }),
    (port, {
        "tran_src_port": "source.nat.port",
        "src_trans_port": "source.nat.port",
        "tran_dst_port": "destination.nat.port",
        "dst_trans_port": "destination.nat.port",
    }),
    (number, {
        "sent_bytes": "source.bytes",
        "bytes_sent": "source.bytes",
        "bytesrcv": "source.bytes",
        "recv_bytes": "destination.bytes",
        "bytes_received": "destination.bytes",
        "bytessent": "destination.bytes",
        "sent_pkts": "source.packets",
        "packets_sent": "source.packets",
        "recv_pkts": "destination.packets",
        "packets_received": "destination.packets",
        "httpstatus": "http.response.status_code",
        "http_status": "http.response.status_code",
        "status_code": "http.response.status_code",
        "filesize": "file.size",
        "file_size": "file.size",
    }),
)  # fmt: skip
ELSEWHERE = frozenset((
    "src_ip", "dst_ip", "src_port", "dst_port", "user_name", "protocol", "date", "time",
    "timestamp", "priority", "severity", "url", "email_subject", "from_email_address",
    "to_email_address", "mailid",
))  # fmt: skip
"""Keys that the parser maps itself."""
