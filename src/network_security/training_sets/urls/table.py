"""All labelled URLs in one table."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from network_security.training_sets.urls.domains import RegisteredDomain, registered_domain
from network_security.training_sets.urls.published import PUBLISHED, UrlList
from network_security.training_sets.urls.reading import read_url_list

logger = logging.getLogger(__name__)


class NoUrlListsError(FileNotFoundError):
    """No folder holds any list."""


@dataclass(frozen=True)
class UrlTable:
    """Labelled URLs, each once.

    Attributes:
        frame: columns ``url``, ``label`` (1 for phishing), ``source``, ``date`` (UTC, may be
            missing) and ``domain``, the registered one; sorted by source, date and URL.
        counts: lines read of each source, and how many were ``duplicates``, and ``contradictions``,
            which both labels name and which are left out.
        lists: those that were read.
    """

    frame: pd.DataFrame
    counts: Mapping[str, Any]
    lists: tuple[UrlList, ...]


def build_training_frame(
    folders: Sequence[Path],
    lists: Sequence[UrlList] = PUBLISHED,
    domain_of: RegisteredDomain = registered_domain,
) -> UrlTable:
    """Read every list that one of the folders holds.

    Args:
        folders: where the lists' files are looked for, the first that has one wins.
        lists: the published ones, or any others.
        domain_of: the registered domain of a URL.

    Raises:
        NoUrlListsError: none is there; says where each can be had.
        UrlListError: a file is there and is no such list.
    """
    parts, found = [], []
    for described in lists:
        paths = [path for folder in folders if (path := folder / described.file).is_file()]
        if paths:
            parts.append(read_url_list(paths[0], described))
            found.append(described)
        else:
            logger.info("No URL list %s: %s", described.file, described.home)
    if not parts:
        raise NoUrlListsError(_where_to_get(folders, lists))
    read = pd.concat(parts, ignore_index=True)
    both = read.groupby("url")["label"].transform("nunique") > 1
    once = read[~both].sort_values(["source", "date", "url"]).drop_duplicates("url")
    counts = {
        "read": read["source"].value_counts(sort=False).to_dict(),
        "contradictions": int(both.sum()),
        "duplicates": len(read) - int(both.sum()) - len(once),
        "kept": len(once),
    }
    logger.info("Labelled URLs: %s", counts)
    frame = once.assign(domain=once["url"].map(domain_of)).reset_index(drop=True)
    return UrlTable(frame, counts, tuple(found))


def _where_to_get(folders: Sequence[Path], lists: Sequence[UrlList]) -> str:
    places = "\n".join(
        f"  {described.file}: {described.home}"
        + (f"; licence {described.licence}" if described.licence else "")
        for described in lists
    )
    return (
        f"no labelled URLs in {', '.join(map(str, folders)) or 'any folder'}. Put at least one of "
        f"these files there, or name their folder in NETWORK_SECURITY_DATA:\n{places}"
    )
