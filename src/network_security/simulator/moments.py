"""When the writers are told of an action, and by which of their methods."""

from network_security.simulator.actions import (
    Action,
    Alert,
    Click,
    CloudFile,
    Command,
    Connection,
    DaemonMessage,
    DnsQuery,
    FileTransfer,
    Login,
    Mail,
    MailRule,
    ProcessStart,
    TlsSession,
    WebRequest,
)

Moment = tuple[float, str]
"""A time, and the name of a method of `Writer`."""

METHODS: dict[type, str] = {
    DnsQuery: "dns", TlsSession: "tls", WebRequest: "web", FileTransfer: "file", Alert: "alert",
    Mail: "mail", Click: "click", Login: "login", Command: "command", ProcessStart: "process",
    CloudFile: "cloud_file", MailRule: "mail_rule", DaemonMessage: "daemon",
}  # fmt: skip
"""What happens once -> the method for it."""


def moments(action: Action) -> list[Moment]:
    """Return the moments of an action: of a connection and a session, its end as well."""
    if isinstance(action, Connection):
        if action.outcome == "denied":
            return [(action.time, "denied")]
        return [(action.time, "opened"), (action.end, "closed")]
    if isinstance(action, Login) and action.until is not None:
        return [(action.time, "login"), (action.until, "logout")]
    return [(action.time, METHODS[type(action)])]
