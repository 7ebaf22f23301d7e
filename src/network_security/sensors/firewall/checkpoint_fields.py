"""Which ECS field each of Check Point's log fields becomes.

Source: Check Point sk144192, "Log fields description".
"""

from network_security.sensors import ecs
from network_security.sensors.ecs import number, text
from network_security.sensors.firewall import field_table
from network_security.sensors.firewall.field_table import lower

FIELDS = field_table.table(
    (text, {
        "action": "event.action",
        "loguid": "event.id",
        "operation_number": "event.code",
        "reason": "event.reason",
        "action_reason": "event.reason",
        "origin": "observer.name",
        "product": "observer.product",
        "inzone": "observer.ingress.zone",
        "outzone": "observer.egress.zone",
        "security_inzone": "observer.ingress.zone",
        "security_outzone": "observer.egress.zone",
        "ifdir": "network.direction",
        "rule": "rule.id",
        "rule_uid": "rule.uuid",
        "rule_name": "rule.name",
        "malware_rule_name": "rule.name",
        "smartdefense_profile": "rule.ruleset",
        "layer_name": "rule.ruleset",
        "protection_type": "rule.category",
        "src_user_name": "source.user.name",
        "dst_user_name": "destination.user.name",
        "src_user_dn": "source.user.full_name",
        "machine": "source.domain",
        "src_machine_name": "source.domain",
        "dst_machine_name": "destination.domain",
        "dst_domain_name": "destination.domain",
        "dns_query": "dns.question.name",
        "domain_name": "dns.question.name",
        "dns_type": "dns.question.type",
        "tid": "dns.id",
        "method": "http.request.method",
        "referrer": "http.request.referrer",
        "user_agent": "user_agent.original",
        "web_client_type": "user_agent.name",
        "file_name": "file.name",
        "file_type": "file.type",
        "file_md5": "file.hash.md5",
        "file_sha1": "file.hash.sha1",
        "file_sha256": "file.hash.sha256",
        "process_name": "process.name",
        "parent_process_name": "process.parent.name",
        "email_subject": "email.subject",
        "email_message_id": "email.message_id",
        "email_id": "email.local_id",
        "protection_name": "threat.indicator.name",
        "malware_family": "threat.software.name",
        "sys_message": "message",
        "description": "message",
        "fieldschanges": "message",
    }),
    (lower, {"service_id": "network.application", "appi_name": "network.application"}),
    (ecs.mac, {
        "mac_address": "host.mac",
        "src_mac": "source.mac",
        "mac_source_address": "source.mac",
        "mac_destination_address": "destination.mac",
    }),
    (number, {
        # Inbound is what the gateway takes in from either end, as a lone SYN-ACK of a server that
        # never got further shows: its 52 bytes are counted in server_inbound_bytes.
        "client_inbound_bytes": "source.bytes",
        "client_inbound_packets": "source.packets",
        "server_inbound_bytes": "destination.bytes",
        "server_inbound_packets": "destination.packets",
        "sent_bytes": "source.bytes",
        "received_bytes": "destination.bytes",
        "bytes": "network.bytes",
        "packets": "network.packets",
        "file_size": "file.size",
        "severity": "event.severity",
        "process_id": "process.pid",
    }),
    (field_table.seconds, {"elapsed": "event.duration", "duration": "event.duration"}),
)  # fmt: skip
ELSEWHERE = frozenset((
    "src", "dst", "proto", "time", "ifname", "xlatesrc", "xlatesport",
    "xlatedst", "xlatedport", "date", "clock",
))  # fmt: skip
