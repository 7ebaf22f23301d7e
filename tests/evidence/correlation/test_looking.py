from datetime import UTC, datetime

from network_security.evidence.correlation.facts import Request
from network_security.evidence.correlation.looking import Looking
from network_security.evidence.correlation.open_row import OpenRow

AT = datetime(2026, 3, 2, tzinfo=UTC)
DNS, NAME = ("dns", "example.com"), ("name", "example.com")


def row(path: str, *keys: tuple[str, ...]) -> OpenRow:
    url = f"http://example.com/{path}"
    request = Request(
        AT, AT.timestamp(), path, url, "example.com", url, None, None, False, None, None, None, ()
    )
    made = OpenRow(request, 0, 0, most_facts=9, most_clients=9)
    made.looks_for = dict.fromkeys(keys, ((0.0, 1.0),))
    return made


def test_rows_are_found_by_what_they_look_for_until_they_are_removed() -> None:
    looking = Looking()
    first, second = row("a", DNS, NAME), row("b", DNS)
    for each in (first, second, first):
        for key in each.looks_for:
            looking.add(key, each)

    assert list(looking.of(DNS)) == [first, second]
    assert list(looking.of(NAME)) == [first]
    assert list(looking.of(("dns", "example.org"))) == []
    assert len(looking) == 2

    looking.remove(first)
    assert list(looking.of(DNS)) == [second]
    assert list(looking.of(NAME)) == []

    looking.remove(second)
    assert len(looking) == 0
