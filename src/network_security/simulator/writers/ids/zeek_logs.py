"""Fields of Zeek's logs and their types, in order. Source: the Zeek manual, "Log Files"."""

UNSET = "-"

_CONNECTION = {
    "ts": "time", "uid": "string", "id.orig_h": "addr", "id.orig_p": "port", "id.resp_h": "addr",
    "id.resp_p": "port",
}  # fmt: skip

LOGS: dict[str, dict[str, str]] = {
    "conn": _CONNECTION | {
        "proto": "enum", "service": "string", "duration": "interval", "orig_bytes": "count",
        "resp_bytes": "count", "conn_state": "string", "local_orig": "bool", "local_resp": "bool",
        "missed_bytes": "count", "history": "string", "orig_pkts": "count",
        "orig_ip_bytes": "count", "resp_pkts": "count", "resp_ip_bytes": "count",
        "tunnel_parents": "set[string]", "community_id": "string",
    },
    "dns": _CONNECTION | {
        "proto": "enum", "trans_id": "count", "rtt": "interval", "query": "string",
        "qclass": "count", "qclass_name": "string", "qtype": "count", "qtype_name": "string",
        "rcode": "count", "rcode_name": "string", "AA": "bool", "TC": "bool", "RD": "bool",
        "RA": "bool", "Z": "count", "answers": "vector[string]", "TTLs": "vector[interval]",
        "rejected": "bool",
    },
    "http": _CONNECTION | {
        "trans_depth": "count", "method": "string", "host": "string", "uri": "string",
        "referrer": "string", "version": "string", "user_agent": "string",
        "request_body_len": "count", "response_body_len": "count", "status_code": "count",
        "status_msg": "string", "tags": "set[enum]", "username": "string", "password": "string",
        "resp_fuids": "vector[string]", "resp_mime_types": "vector[string]",
    },
    "ssl": _CONNECTION | {
        "version": "string", "cipher": "string", "curve": "string", "server_name": "string",
        "resumed": "bool", "established": "bool", "subject": "string", "issuer": "string",
        "ja3": "string", "ja3s": "string", "validation_status": "string",
    },
    "files": {
        "ts": "time", "fuid": "string", "uid": "string", "id.orig_h": "addr", "id.orig_p": "port",
        "id.resp_h": "addr", "id.resp_p": "port", "source": "string", "depth": "count",
        "analyzers": "set[string]", "mime_type": "string", "filename": "string",
        "duration": "interval", "local_orig": "bool", "is_orig": "bool", "seen_bytes": "count",
        "total_bytes": "count", "missing_bytes": "count", "overflow_bytes": "count",
        "timedout": "bool", "md5": "string", "sha1": "string", "sha256": "string",
    },
    "smtp": _CONNECTION | {
        "trans_depth": "count", "helo": "string", "mailfrom": "string", "rcptto": "set[string]",
        "date": "string", "from": "string", "to": "set[string]", "msg_id": "string",
        "subject": "string", "last_reply": "string", "path": "vector[addr]",
        "user_agent": "string", "tls": "bool",
    },
    "ssh": _CONNECTION | {
        "version": "count", "auth_success": "bool", "auth_attempts": "count", "direction": "enum",
        "client": "string", "server": "string", "cipher_alg": "string", "kex_alg": "string",
    },
    "notice": _CONNECTION | {
        "proto": "enum", "note": "enum", "msg": "string", "sub": "string", "src": "addr",
        "dst": "addr", "p": "port", "n": "count", "actions": "set[enum]",
        "suppress_for": "interval",
    },
}  # fmt: skip
