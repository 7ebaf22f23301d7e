"""How well known a site is, by the operator's rank lists."""

from __future__ import annotations

from collections.abc import Iterable

from network_security.enrichment.lists.options import RankListOptions
from network_security.enrichment.lists.rank_list import UNRANKED, read_rank_list
from network_security.evidence.urls import Host
from network_security.response.protection import Rank


def read_ranks(lists: Iterable[RankListOptions]) -> Rank | None:
    """Return what gives the best rank of a host in any list; None without lists.

    Raises:
        ListError: If a list cannot be read.
    """
    read = [read_rank_list(each) for each in lists]

    def rank(host: Host) -> int:
        return min((known for each in read if (known := each.rank(host))), default=UNRANKED)

    return rank if read else None
