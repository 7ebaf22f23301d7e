"""Alerts of Palo Alto Networks Cortex XDR, and the endpoint events that they are made of.

Source: Palo Alto Networks, "Cortex XDR REST API", "Get Alerts Multi-Events".
"""

from typing import Any

from network_security.sensors import ecs
from network_security.sensors.ecs import Fields, text
from network_security.sensors.times import Clock, parse_time

Record = dict[str, Any]

_KINDS = {
    "Process Execution": (["process"], ["start", "info"]),
    "RPC Call": (["process"], ["info"]),
    "Injection": (["process"], ["info"]),
    "Load Image": (["library"], ["start", "info"]),
    "Registry Event": (["registry"], ["change"]),
    "File Event": (["file"], ["info"]),
    "Network Event": (["network"], ["connection", "info"]),
    "Network Connections": (["network"], ["connection", "info"]),
}
_TEXT_FIELDS = {
    "actor_process_image_name": "process.name",
    "actor_process_image_path": "process.executable",
    "actor_process_command_line": "process.command_line",
    "actor_process_image_sha256": "process.hash.sha256",
    "actor_process_image_md5": "process.hash.md5",
    "action_file_name": "file.name",
    "action_file_path": "file.path",
    "action_file_sha256": "file.hash.sha256",
    "action_file_md5": "file.hash.md5",
    "action_registry_key_name": "registry.key",
    "action_registry_value_name": "registry.value",
    "action_external_hostname": "destination.domain",
    "user_name": "user.name",
}


def is_xdr(decoded: Record) -> bool:
    """Whether a JSON object is an alert of Cortex XDR, or one event of an alert."""
    return "detection_timestamp" in decoded or "actor_process_image_name" in decoded


def fields(decoded: Record, clock: Clock) -> Fields:
    """Return the ECS fields of an alert, or of an event that stands alone."""
    found: Fields = {"observer.product": "Cortex XDR", "observer.type": "edr"}
    events = decoded.get("events")
    first = events[0] if type(events) is list and events else None
    event = first if type(first) is dict else decoded
    _add_event(found, event, clock)
    if "detection_timestamp" in decoded:
        _add_alert(found, decoded, clock)
    found["paloalto.panos"] = ecs.without_empty(decoded)
    return found


def _add_event(found: Fields, event: Record, clock: Clock) -> None:
    for name, field in _TEXT_FIELDS.items():
        found[field] = text(event.get(name))
    found["@timestamp"] = parse_time(event.get("event_timestamp"), clock)
    found["process.pid"] = ecs.number(event.get("actor_process_os_pid"))
    kind = text(event.get("event_type")) or ""
    found["event.category"], found["event.type"] = _KINDS.get(kind, (["host"], ["info"]))
    found["event.action"] = kind
    ecs.endpoint(found, "source", event.get("action_local_ip"), event.get("action_local_port"))
    ecs.endpoint(
        found, "destination", event.get("action_remote_ip"), event.get("action_remote_port")
    )


def _add_alert(found: Fields, alert: Record, clock: Clock) -> None:
    found["@timestamp"] = parse_time(alert["detection_timestamp"], clock)
    found["event.kind"] = "alert"
    found["event.category"] = ["intrusion_detection"]
    found["event.type"] = ["info"]
    found["event.action"] = text(alert.get("action"))
    found["event.id"] = text(alert.get("alert_id"))
    found["log.level"] = (text(alert.get("severity")) or "").lower()
    found["rule.name"] = text(alert.get("name"))
    found["rule.category"] = text(alert.get("category"))
    found["message"] = text(alert.get("description"))
    found["host.name"] = text(alert.get("host_name"))
    addresses = alert.get("host_ip")
    if type(addresses) is list:
        found["host.ip"] = [address for address in map(ecs.ip, addresses) if address is not None]
    for level in ("technique", "tactic"):
        named = alert.get(f"mitre_{level}_id_and_name")
        if type(named) is list:
            pairs = [item.partition(" - ") for item in named if type(item) is str]
            found[f"threat.{level}.id"] = [pair[0] for pair in pairs]
            found[f"threat.{level}.name"] = [pair[2] for pair in pairs]
