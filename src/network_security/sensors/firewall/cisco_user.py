"""User names as Cisco firewalls write them."""

from network_security.sensors.ecs import Fields


def set_user(fields: Fields, path: str, written: str) -> None:
    r"""Set a user's name, and domain where stated, from ``DOMAIN\\name@domain, group tag``.

    ``LOCAL`` is the device's own user database; a security group tag follows a comma.

    >>> fields = {}
    >>> set_user(fields, "user", "LOCAL\\\\ann@example.org, 17:staff")
    >>> fields["user.name"], fields["user.domain"], fields["user.email"]
    ('ann', 'example.org', 'ann@example.org')
    """
    account, _, tag = written.partition(", ")
    if not tag and account.partition(":")[0].isdecimal() and ":" in account:
        return  # a tag alone: an end whose group is known, and no user
    realm, _, login = account.rpartition("\\")
    name, at, domain = login.partition("@")
    fields[f"{path}.name"] = name or login
    fields[f"{path}.domain"] = domain or realm
    if at and name and domain:
        fields[f"{path}.email"] = login
