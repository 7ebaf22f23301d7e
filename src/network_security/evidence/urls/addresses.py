"""IP addresses in all the forms that browsers follow.

Source: WHATWG URL Standard, sections 3.5 (IPv4 parser, which is `inet_aton` of BSD) and 3.5.2 (IPv6
parser); RFC 6874 for zones.
"""

from ipaddress import IPv4Address, IPv6Address

MOST_PARTS = 4
_LONGEST_PART = 40
"""A number of more digits may be one in octal with zeros before it, which no browser needs."""
_DIGITS = {8: set("01234567"), 10: set("0123456789"), 16: set("0123456789abcdef")}


def address_of(host: str) -> str | None:
    """Return a host's IP address in its usual form, None when the host is a name.

    Args:
        host: lower case, without percent-encoding; IPv6 with or without brackets and zone.

    >>> address_of("0x7f.1"), address_of("3232235777"), address_of("0300.0250.1.1")
    ('127.0.0.1', '192.168.1.1', '192.168.1.1')
    >>> address_of("[fe80::1%25eth0]"), address_of("1.2.3.4.example.org")
    ('fe80::1', None)
    """
    if ":" in host:
        return _ipv6(host)
    parts = host.removesuffix(".").split(".")
    # Most hosts are names, and a name's last label begins with a letter.
    if len(parts) > MOST_PARTS or not parts[-1] or not parts[-1][0].isdigit():
        return None
    numbers = [_number(part) for part in parts]
    value = 0
    for number in numbers[:-1]:
        if number is None or number > 255:  # noqa: PLR2004
            return None
        value = value << 8 | number
    last, bits = numbers[-1], 8 * (MOST_PARTS + 1 - len(parts))
    if last is None or last >= 1 << bits:
        return None
    return str(IPv4Address(value << bits | last))


def _number(part: str) -> int | None:
    """A part of an IPv4 address: hexadecimal after 0x, octal after 0, else decimal."""
    if part.startswith("0x"):
        digits, base = part[2:] or "0", 16
    elif len(part) > 1 and part[0] == "0":
        digits, base = part[1:], 8
    else:
        digits, base = part, 10
    if not digits or len(digits) > _LONGEST_PART or not set(digits) <= _DIGITS[base]:
        return None
    return int(digits, base)


def _ipv6(host: str) -> str | None:
    """The address without brackets and zone; one that stands for an IPv4 address is that one."""
    written = host.removeprefix("[").removesuffix("]").partition("%")[0]
    try:
        address = IPv6Address(written)
    except ValueError:
        return None
    return str(address.ipv4_mapped or address)
