"""Files that strangers send: kept under a name of ours, and only if they are what they may be.

A small file can stand for an endless one. What a compressed file holds is therefore counted before
anything reads it: gzip by unpacking it piece by piece, Parquet by what its footer declares, which
readers hold the file to.
"""

from __future__ import annotations

import gzip
import zlib
from http import HTTPStatus
from pathlib import Path
from typing import IO, BinaryIO, Final

import pyarrow as pa
import pyarrow.parquet

from network_security.serving.problems import Problem
from network_security.serving.settings import Limits

PIECE: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"
_PARQUET: Final = b"PAR1"
_TEXT_PROBE: Final = 4096
_MOST_COLUMNS: Final = 1000


def keep_upload(upload: BinaryIO, path: Path, limits: Limits) -> None:
    """Write an upload into a file.

    Raises:
        Problem: 413 where it is too large, or would be unpacked; 422 where it is empty or no table.
    """
    size = 0
    with path.open("xb") as file:
        while piece := upload.read(PIECE):
            size += len(piece)
            if size > limits.upload_bytes:
                raise _too_large("The file", limits.upload_bytes)
            file.write(piece)
    if size == 0:
        raise _refused("The file is empty: send a table with a heading, or a URL a line.")
    with path.open("rb") as file:
        head = file.read(_TEXT_PROBE)
        file.seek(0)
        if head.startswith(_PARQUET):
            _check_parquet(file, limits)
        elif head.startswith(_GZIP):
            _check_gzip(file, limits)
        elif b"\0" in head:
            raise _refused(
                "The file is neither text nor Parquet: send CSV, Parquet, or a URL a line."
            )


def _check_gzip(file: IO[bytes], limits: Limits) -> None:
    unpacked = 0
    try:
        with gzip.GzipFile(fileobj=file) as inside:
            while piece := inside.read(PIECE):
                unpacked += len(piece)
                if unpacked > limits.unpacked_bytes:
                    raise _too_large("What the file unpacks to", limits.unpacked_bytes)
                if b"\0" in piece[:_TEXT_PROBE]:
                    raise _refused("The gzip file holds no text: send CSV, or a URL a line.")
    except (OSError, EOFError, zlib.error) as error:
        raise _refused(f"The gzip file cannot be unpacked: {error}") from error


def _check_parquet(file: IO[bytes], limits: Limits) -> None:
    try:
        footer = pa.parquet.read_metadata(file)
    except (pa.ArrowException, OSError) as error:
        raise _refused("The Parquet file cannot be read: its footer is damaged.") from error
    groups = [footer.row_group(number) for number in range(footer.num_row_groups)]
    unpacked = sum(max(0, group.total_byte_size) for group in groups)
    if unpacked > limits.unpacked_bytes or footer.num_rows > limits.job_rows:
        raise _too_large("What the Parquet file unpacks to", limits.unpacked_bytes)
    if footer.num_columns > _MOST_COLUMNS:
        raise _refused(f"The file has {footer.num_columns:,} columns: at most {_MOST_COLUMNS:,}.")


def _too_large(what: str, limit: int) -> Problem:
    return Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"{what} has more than {limit:,} bytes, or too many rows: send it in parts.",
    )


def _refused(why: str) -> Problem:
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, why)
