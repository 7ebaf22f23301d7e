"""Makes feeds of what is enforced, unexpired and not protected at that moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from network_security.alerts.canonical import sha256
from network_security.response.entries import AllowEntry, BlockEntry
from network_security.response.errors import NotFoundError
from network_security.response.feeds.feed import Feed, FeedFormat
from network_security.response.feeds.fortigate import FORTIGATE
from network_security.response.feeds.nftables import NFTABLES
from network_security.response.feeds.panos import PANOS
from network_security.response.feeds.pfsense import PFSENSE
from network_security.response.protection import Protection

FEEDS: Final[dict[str, FeedFormat]] = {
    each.name: each for each in (*PANOS, *FORTIGATE, *PFSENSE, *NFTABLES)
}
"""All formats, by name."""
MEDIA_TYPE: Final = "text/plain; charset=us-ascii"
PROTECTED: Final = "protected since it was added"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def make_feed(
    name: str,
    blocklist: Iterable[BlockEntry],
    protection: Protection,
    allowlist: Sequence[AllowEntry],
    now: datetime,
) -> Feed:
    """Return a feed.

    Args:
        name: One of `FEEDS`.
        blocklist: All entries, whatever their state: those that went tell when the feed changed.
        protection: What is never blocked.
        allowlist: What `protection` was made with; its changes are changes of the feed, too.
        now: The time.

    Raises:
        NotFoundError: If there is no such feed.
    """
    if name not in FEEDS:
        raise NotFoundError(f"there is no feed {name!r}: one of {', '.join(FEEDS)}")
    format_ = FEEDS[name]
    of_kind = [entry for entry in blocklist if entry.kind in format_.kinds]
    in_force = [entry for entry in of_kind if entry.in_force(now)]
    wanted = [entry for entry in in_force if protection.reason(entry.indicator, now) is None]
    # By kind and value, so that the file is the same whenever the entries are.
    wanted.sort(key=lambda entry: (entry.kind, entry.value))
    written = format_.write(wanted, now)
    left_out = written.left_out + Counter({PROTECTED: len(in_force) - len(wanted)})
    state = [name, [[entry.id, entry.expires] for entry in wanted]]
    return Feed(
        name,
        written.text.encode("ascii"),
        MEDIA_TYPE,
        f'W/"{sha256(state)[:32]}"',
        _last_modified(of_kind, allowlist, now),
        written.entries,
        dict(left_out),
    )


def _last_modified(
    entries: Sequence[BlockEntry], allowlist: Sequence[AllowEntry], now: datetime
) -> datetime:
    moments = [entry.changed for entry in entries]
    moments += [entry.expires for entry in entries if entry.expired(now)]
    moments += [allowed.created for allowed in allowlist]
    moments += [one.expires for one in allowlist if one.expires and one.expires <= now]
    return max((each for each in moments if each <= now), default=_EPOCH).replace(microsecond=0)
