"""Connections of the Cisco Secure Email Gateway: what is known of an ICID or a DCID.

Few are open at a time. A connection is forgotten when it closes, and when too many are open the
one longest without a line is.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Self

from network_security.sensors.joins.message import Line, plain

MOST = 2000
"""Connections that are kept."""

_MOST_MESSAGES = 20
_REPUTATION = re.compile(r"\bSBRS (-?\d{1,2}(?:\.\d{1,2})?|[Nn]one|rfc1918|not enabled)\b")
_INTERFACE = re.compile(r"\binterface (\S{1,64})")

Connection = dict[str, Any]
"""`client` or `server` (the far end, as ECS), `tls`, `details` and `messages` (MIDs), all plain."""


class Connections:
    """The open connections of all hosts of a stream."""

    def __init__(self) -> None:
        self._open: OrderedDict[tuple[str, str], Connection] = OrderedDict()

    def read(self, line: Line, ids: Mapping[str, Any]) -> Connection | None:
        """Take a line about a connection.

        Returns:
            What is known of the connection now, None when the line is about none or closes one.
        """
        kind = "ICID" if "icid" in ids else "DCID"
        number = ids.get(kind.lower())
        if number is None:
            return None
        name = f"{kind} {number}"
        if line.text.startswith(f"{name} close"):
            self._open.pop((line.host, name), None)
            return None
        known = self._open.get((line.host, name))
        if known is not None and line.text.startswith("New ") and "interface" in known["details"]:
            del self._open[line.host, name]  # Its number is used again.
        connection = self._named(line, name)
        _describe(connection, line, ids, incoming=kind == "ICID")
        return connection

    def get(self, line: Line, name: str) -> Connection | None:
        """Return an open connection, None when its lines are not there."""
        return self._open.get((line.host, name))

    def carrying(self, line: Line, name: str, mid: str) -> Connection:
        """Return a connection that a message came in by, and note the message."""
        connection = self._named(line, name)
        if mid not in connection["messages"]:
            connection["messages"] = [*connection["messages"][-_MOST_MESSAGES + 1 :], mid]
        return connection

    def state(self) -> list[Any]:
        """Return what `restore` takes."""
        return [[host, name, plain(one)] for (host, name), one in self._open.items()]

    @classmethod
    def restore(cls, state: list[Any]) -> Self:
        """Return the connections that a state was taken of."""
        connections = cls()
        for host, name, connection in state:
            connections._open[host, name] = plain(connection)
        return connections

    def _named(self, line: Line, name: str) -> Connection:
        key = line.host, name
        connection = self._open.get(key)
        if connection is None:
            connection = self._open[key] = {
                "client": {}, "server": {}, "tls": {}, "details": {}, "messages": [],
            }  # fmt: skip
            if len(self._open) > MOST:
                self._open.popitem(last=False)
        else:
            self._open.move_to_end(key)
        return connection


def _describe(
    connection: Connection, line: Line, ids: Mapping[str, Any], *, incoming: bool
) -> None:
    """Take what a line says about a connection and its far end."""
    details = connection["details"]
    if line.text.startswith("New "):
        end = line.event.get("source" if incoming else "destination") or {}
        known = connection["client" if incoming else "server"]
        known.update((name, end[name]) for name in ("address", "ip", "domain") if name in end)
        interface = _INTERFACE.search(line.text, 0, 256)
        if interface:
            details["interface"] = interface[1]
        return
    for name in ("mail_flow_policy", "sender_group"):
        if name in ids:
            details[name] = ids[name]
    reputation = _REPUTATION.search(line.text, 0, 1024)
    if reputation:
        details["sbrs"] = reputation[1]
    tls = line.event.get("tls") or {}
    connection["tls"].update(
        (name, tls[name]) for name in ("version", "version_protocol", "cipher") if name in tls
    )
