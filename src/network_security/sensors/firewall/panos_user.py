"""User names as PAN-OS writes them."""

from network_security.sensors import ecs
from network_security.sensors.ecs import Fields

PROXIED = "x-fwd-for: "
"""Stands before the address of a client whose user is not known, in place of the user."""


def set_source_user(fields: Fields, written: str | None) -> None:
    """Set `source.user.*` and `user.*`, or the address that a proxy forwarded for."""
    if written and written.startswith(PROXIED):
        fields["network.forwarded_ip"] = ecs.ip(written.removeprefix(PROXIED).strip())
        return
    set_user(fields, "source.user", written)
    set_user(fields, "user", written)


def set_user(fields: Fields, path: str, written: str | None) -> None:
    r"""Set a user's name, and domain where stated, from ``DOMAIN\\name`` or ``name@domain``.

    >>> fields = {}
    >>> set_user(fields, "user", "EXAMPLE\\\\ann")
    >>> fields["user.name"], fields["user.domain"]
    ('ann', 'EXAMPLE')
    """
    realm, _, login = (written or "").rpartition("\\")
    name, at, domain = login.partition("@")
    fields[f"{path}.name"] = name or login
    fields[f"{path}.domain"] = domain or realm.rstrip("\\")
    if at and name and domain:
        fields[f"{path}.email"] = login
