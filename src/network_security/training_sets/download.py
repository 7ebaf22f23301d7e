"""Fetches the published phishing table from its official place and verifies its content.

The archive's bytes are not what is verified, but the table in it: the publisher may pack it anew,
and the same rows from another site or as CSV pass the same check.
"""

import logging
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from network_security.training_sets.formats import TableFormatError, read_table
from network_security.training_sets.training_set import table_digest

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PublishedTable:
    """What is known of a published table before it is fetched.

    Attributes:
        name: Its short name.
        url: Where its publisher offers it.
        file_name: What the file is called on disk.
        sha256: `table_digest` of the rows.
        rows: How many they are.
        licence: SPDX identifier.
        citation: How its authors ask to be cited.
    """

    name: str
    url: str
    file_name: str
    sha256: str
    rows: int
    licence: str
    citation: str


PHISHING_WEBSITES: Final = PublishedTable(
    name="phishing_websites",
    url="https://archive.ics.uci.edu/static/public/327/phishing+websites.zip",
    file_name="phishing_websites.zip",
    sha256="690c2cc79e50cb020b73766240caad2edf3ae729a8c29b42d015df8b7bcc9589",
    rows=11_055,
    licence="CC-BY-4.0",
    citation=(
        "Mohammad, R. & McCluskey, L. (2012). Phishing Websites [Dataset]. "
        "UCI Machine Learning Repository. https://doi.org/10.24432/C51W2X"
    ),
)

MAX_BYTES: Final = 16 * 1024**2
"""Largest file accepted; the published table takes 0.8 MB before it is compressed."""
TIMEOUT: Final = 5.0
"""Seconds to wait for a connection, and for each next part of the answer.

How long an unknown name is looked up is for the system's resolver to decide.
"""
DEADLINE: Final = 120.0
"""Seconds that the whole download may take."""
ATTEMPTS: Final = 3
"""How often a connection that is cut is made, the first time included."""
_CHUNK: Final = 64 * 1024


class DownloadError(RuntimeError):
    """The published table could not be had: out of reach, refused, cut, or not the table at all."""


class _PartialError(DownloadError):
    """Not there yet, and worth another try: what arrived is kept unless it has proved wrong."""


def download(
    folder: Path,
    published: PublishedTable = PHISHING_WEBSITES,
    *,
    timeout: float = TIMEOUT,
    deadline: float = DEADLINE,
) -> Path:
    """The verified file, fetched into a folder.

    A download that was cut is resumed, in this call or a later one, from the `.part` file that it
    left. The proxy that `HTTPS_PROXY` names is used. Progress shows on a terminal only.

    Args:
        folder: Where the file is to stand; made when missing.
        published: What to fetch, and the digest its rows must have.
        timeout: Seconds to wait for a connection and for each part of the answer.
        deadline: Seconds for the whole download.

    Raises:
        DownloadError: If the table cannot be had; says why. No file is left but a resumable part.
    """
    target = folder / published.file_name
    part = target.with_name(target.name + ".part")
    until = time.monotonic() + deadline
    logger.info("Fetching %s from %s", published.name, published.url)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                resumed = _fetch(published.url, part, timeout, until)
                _verify(part, published, resumed=resumed)
                return part.replace(target)
            except _PartialError as error:
                if attempt == ATTEMPTS or time.monotonic() > until:
                    raise
                logger.info("%s; trying again", error)
    except OSError as error:
        raise DownloadError(f"{target} cannot be written: {error}") from error
    raise AssertionError("the last attempt returns or raises")


def _fetch(url: str, part: Path, timeout: float, until: float) -> bool:
    """Add to `part` what it lacks of the file at `url`; whether it held a beginning before."""
    held = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={held}-"} if held else {}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - not a user's address
    try:
        # A new opener, since the one that urlopen keeps remembers the proxies of its first use.
        response = urllib.request.build_opener().open(request, timeout=timeout)
    except urllib.error.HTTPError as error:
        error.close()
        if held and error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return True
        raise DownloadError(f"{url} answered {error.code} {error.reason}") from error
    except urllib.error.URLError as error:
        raise DownloadError(f"{url} is out of reach: {error.reason}") from error
    except (OSError, HTTPException) as error:
        raise DownloadError(f"{url} did not answer: {error!r}") from error
    with response:
        resumed: bool = response.status == HTTPStatus.PARTIAL_CONTENT
        if not resumed:
            held = 0
        total = None if response.length is None else held + response.length
        if total is not None and total > MAX_BYTES:
            raise DownloadError(f"{url} offers {total:,} bytes, more than {MAX_BYTES:,}")
        with part.open("ab" if resumed else "wb") as stream:
            for chunk in _chunks(url, response, held, total, until):
                stream.write(chunk)
    return resumed


def _chunks(
    url: str, response: HTTPResponse, held: int, total: int | None, until: float
) -> Iterator[bytes]:
    """The parts of an answer's body as they arrive, with a progress bar on a terminal.

    No more than `MAX_BYTES` are read: what goes beyond is not the table, and found out to be so.
    """
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn()
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("Downloading", total=total, completed=held)
        received = held
        while received < MAX_BYTES:
            if time.monotonic() > until:
                raise _PartialError(f"{url} is too slow: {received:,} bytes when time was up")
            try:
                chunk = response.read1(_CHUNK)
            except (OSError, HTTPException) as error:
                raise _PartialError(f"{url} was cut off at {received:,} bytes") from error
            if not chunk:
                break
            received += len(chunk)
            progress.update(task, completed=received)
            yield chunk
    if total is not None and received < total:
        raise _PartialError(f"{url} was cut off at {received:,} of {total:,} bytes")


def _verify(part: Path, published: PublishedTable, *, resumed: bool) -> None:
    """Remove a complete file that is not the published table, and say so."""
    try:
        found = table_digest(read_table(part))
        problem = f"its rows have the digest {found}, not {published.sha256}"
    except TableFormatError as error:
        found, problem = None, str(error)
    if found != published.sha256:
        part.unlink()
        refusal = _PartialError if resumed else DownloadError
        raise refusal(f"{published.url} did not send the published table: {problem}")
