"""One record of comma-separated values a line (RFC 4180)."""

import csv

from network_security.sensors.errors import ParseError


def split(line: str, delimiter: str = ",") -> list[str]:
    """Return the values of a line; quoted ones may hold the delimiter, two quotes are one.

    Raises:
        ParseError: With code ``syntax`` for a value longer than 131,072 characters, or a line break
            outside quotes.

    >>> split('1,"a, b",')
    ['1', 'a, b', '']
    """
    if '"' not in line:
        return line.split(delimiter)
    try:
        rows = list(csv.reader([line], delimiter=delimiter))
    except csv.Error as error:
        raise ParseError("syntax", str(error), raw=line, position=0) from error
    return rows[0] if rows else []
