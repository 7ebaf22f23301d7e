"""Which sensors see an action: where each of them stands in the network."""

from network_security.simulator.actions import (
    Action,
    Alert,
    Connection,
    DnsQuery,
    FileTransfer,
    Login,
    Mail,
    TlsSession,
    WebRequest,
)


def sees(kind: str, action: Action) -> bool:
    """Return whether a sensor of a kind sees an action.

    Args:
        kind: ``firewall`` stands between the zones and sees no further than it can read;
            ``ids`` listens inside the firewall, so that what this drops from outside stays hidden;
            ``email`` and ``auth`` see what happens on the hosts themselves.
        action: What happens.
    """
    if kind == "firewall":
        connection = _connection(action)
        return (
            connection is not None
            and not isinstance(action, Login | Mail)
            and (
                connection.source_zone != connection.destination_zone
                or connection.outcome == "denied"
            )
        )
    if kind == "ids":
        connection = _connection(action)
        return connection is not None and not (
            connection.outcome == "denied" and connection.source_zone == "wan"
        )
    return not isinstance(action, Connection)


def _connection(action: Action) -> Connection | None:
    if isinstance(action, Connection):
        return action
    carried = (DnsQuery, TlsSession, WebRequest, FileTransfer, Alert, Mail, Login)
    return action.connection if isinstance(action, carried) else None
