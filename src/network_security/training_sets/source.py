"""Finds a training set: a local file, else the official download, else a simulated sample."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pandas as pd
from kedro.validation import DataValidationError

from network_security.training_sets.checks import LabelCanaryError, validate_table
from network_security.training_sets.download import (
    PHISHING_WEBSITES,
    DownloadError,
    PublishedTable,
    download,
)
from network_security.training_sets.formats import read_table
from network_security.training_sets.simulation import DEFAULT_SEED, simulate
from network_security.training_sets.training_set import (
    Provenance,
    SourceKind,
    TrainingSet,
    table_digest,
)

logger = logging.getLogger(__name__)

LOCAL_NAMES: Final = (
    "phishing_websites.csv",
    "phishing_websites.csv.gz",
    "phishing_websites.arff",
    "phishing_websites.arff.gz",
    "Training Dataset.arff",
    "phishing+websites.zip",
    PHISHING_WEBSITES.file_name,
)
"""What the file may be called, the UCI archive's own names included; the first one there wins."""

SIMULATED_NAME: Final = f"{PHISHING_WEBSITES.name}_simulated"
UNPUBLISHED_NAME: Final = f"{PHISHING_WEBSITES.name}_unpublished"
"""A table of the same form and other rows."""


class TrainingSetError(ValueError):
    """A file holds a readable table that must not be trained on."""


def find_training_set(
    folders: Sequence[Path],
    *,
    download_to: Path | None,
    offline: bool,
    published: PublishedTable = PHISHING_WEBSITES,
) -> TrainingSet:
    """The training set from the best source there is; which one is logged.

    Args:
        folders: Where a local file is looked for, in this order.
        download_to: Folder for the download; None for no download.
        offline: Whether the network must be left alone.
        published: The table that is published.

    Raises:
        TableFormatError: If a local file is there and cannot be read as the table.
        TrainingSetError: If a local file is there and its table is refused.
    """
    found = find_real(folders, download_to=download_to, offline=offline, published=published)
    return found or simulated_training_set()


def find_real(
    folders: Sequence[Path],
    *,
    download_to: Path | None,
    offline: bool,
    published: PublishedTable = PHISHING_WEBSITES,
) -> TrainingSet | None:
    """As `find_training_set`, but None when only a simulated sample could be had."""
    found = _find_local(folders, published)
    if found is None and download_to is not None and not offline:
        try:
            found = _training_set(download(download_to, published), "download", published)
        except DownloadError as error:
            logger.warning("The published training set was not downloaded: %s", error)
    if found is not None:
        log_source(found.provenance)
    return found


def simulated_training_set() -> TrainingSet:
    """The simulated sample, marked as such."""
    table = simulate()
    provenance = Provenance(
        name=SIMULATED_NAME,
        kind="simulated",
        location=f"drawn from a model fitted to {PHISHING_WEBSITES.name}, seed {DEFAULT_SEED}",
        sha256=table_digest(table),
        rows=len(table),
        licence=PHISHING_WEBSITES.licence,
        citation=PHISHING_WEBSITES.citation,
        url=PHISHING_WEBSITES.url,
        simulated=True,
    )
    log_source(provenance)
    return TrainingSet(table, provenance)


def log_source(provenance: Provenance) -> None:
    """Log which source is used; a simulated one with what to do about it."""
    if provenance.simulated:
        logger.warning(
            "Training set: %s. Its results are NOT those of real pages. For the real set put %s "
            "into data/01_raw, or name its folder in NETWORK_SECURITY_DATA, or let this machine "
            "reach %s; then run again.",
            provenance,
            LOCAL_NAMES[0],
            provenance.url,
        )
    else:
        logger.info("Training set: %s", provenance)


def _find_local(folders: Sequence[Path], published: PublishedTable) -> TrainingSet | None:
    for folder in folders:
        if not folder.is_dir():
            logger.warning("No folder %s to look for a training set in", folder)
        for name in LOCAL_NAMES:
            if (path := folder / name).exists():
                return _training_set(path, "local", published)
    return None


def _training_set(path: Path, kind: SourceKind, published: PublishedTable) -> TrainingSet:
    """The validated table of a file. Licence and citation are those of the table that it is."""
    table = _validated(path, read_table(path))
    digest = table_digest(table)
    is_published = digest == published.sha256
    if not is_published:
        logger.warning(
            "%s is not the published table %s (%s rows, sha256 %s): its figures do not compare",
            path,
            published.name,
            f"{len(table):,}",
            digest[:12],
        )
    provenance = Provenance(
        name=published.name if is_published else UNPUBLISHED_NAME,
        kind=kind,
        location=str(path.resolve()),
        sha256=digest,
        rows=len(table),
        licence=published.licence if is_published else "",
        citation=published.citation if is_published else "",
        url=published.url if is_published else "",
        simulated=False,
    )
    return TrainingSet(table, provenance)


def _validated(path: Path, table: pd.DataFrame) -> pd.DataFrame:
    try:
        return validate_table(table)
    except (DataValidationError, LabelCanaryError) as error:
        raise TrainingSetError(f"{path} is refused: {error}") from error
