"""One error for everything that can go wrong with the store, safe to log and to show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bson.errors import BSONError
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    OperationFailure,
    PyMongoError,
)

_HOST = r"(?:\[[0-9A-Fa-f:.]+\]|[\w.%-]+)(?::\d{1,5})?"
_URI = re.compile(
    r"(?P<scheme>mongodb(?:\+srv)?://)"
    r"(?P<userinfo>(?:(?P<user>[^:@/]*):)?.*@)?"
    rf"(?P<hosts>{_HOST}(?:,{_HOST})*)"
    r"(?P<database>/[\w-]*)?(?:\?.*)?"
)

# Codes of MongoDB's error_codes.yml; 8000 is what Atlas answers in place of 18.
_REFUSED_CREDENTIALS = {18, 8000}
_NO_PERMISSION = 13
_DUPLICATE_KEY = 11000
_OUT_OF_SPACE = 14031
_EMBEDDED = "replica set named 'embedded-"
"""What the driver says of one whose port somebody else has."""
_DISK = re.compile(r"disk I/O error|disk is full|No space left", re.IGNORECASE)


class StoreError(Exception):
    """The store could not do what was asked.

    Attributes:
        what: What went wrong, a sentence without its full stop.
        where: The server, with no secret in it, or the directory of the embedded one.
        remedy: What to do about it, a sentence.
    """

    def __init__(self, what: str, where: str, remedy: str) -> None:
        # All three go to Exception, so that the error survives pickling between processes.
        super().__init__(what, where, remedy)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what} ({self.where}). {self.remedy}"


def redacted(uri: str) -> str:
    """Return a MongoDB URI that is safe to show: scheme, user, hosts and database only.

    Options are left out, since several of them hold secrets (session tokens, key file passwords).
    Of a malformed URI, in which any part may be a piece of the password, nothing is shown.

    >>> redacted("mongodb+srv://ana:s3cret@cluster0.example.net/security?retryWrites=true")
    'mongodb+srv://ana:***@cluster0.example.net/security'
    """
    parts = _URI.fullmatch(uri)
    if parts is None:
        return "mongodb://***"
    user = "" if parts["userinfo"] is None else f"{parts['user'] or '***'}:***@"
    return f"{parts['scheme']}{user}{parts['hosts']}{parts['database'] or ''}"


@contextmanager
def store_errors(where: str) -> Iterator[None]:
    """Turn the driver's errors into `StoreError`, so that callers need to know one only.

    Args:
        where: The server's name for the message, from `redacted`.

    Raises:
        StoreError: For every error of the driver raised in the block.
    """
    try:
        yield
    except PyMongoError as error:
        raise _explained(error, where) from error
    except (BSONError, OverflowError, UnicodeEncodeError) as error:
        raise StoreError(
            f"A document cannot be stored: {error}",
            where,
            "Keep to text, numbers of 64 bits, true or false, times, lists and nested documents.",
        ) from error


def _explained(error: PyMongoError, where: str) -> StoreError:
    if isinstance(error, BulkWriteError):
        return _explained_bulk_write(error.details or {}, where)
    if isinstance(error, OperationFailure):
        return _explained_refusal(error, where)
    if isinstance(error, ConnectionFailure):
        if _EMBEDDED in str(error):
            return StoreError(
                "The embedded server does not answer",
                where,
                "It is started again by whoever needs it next; if it stays so, see its server.log.",
            )
        reason = re.sub(r" \(configured timeouts:[^)]*\)|, Timeout:.*", "", str(error))
        return StoreError(
            f"The MongoDB server cannot be reached: {reason}",
            where,
            "Check the host and port, that the server runs, and the network between; for Atlas, "
            "that its access list holds this machine's address.",
        )
    if isinstance(error, ConfigurationError):
        return StoreError(
            f"The MongoDB server's address cannot be found: {error}",
            where,
            "Check the URI's host name and options, and that this machine can look names up.",
        )
    return StoreError(f"The store failed: {error}", where, "See the MongoDB driver's message.")


def _explained_refusal(error: OperationFailure, where: str) -> StoreError:
    message = (error.details or {}).get("errmsg", str(error))
    if error.code in _REFUSED_CREDENTIALS:
        return StoreError(
            f"The MongoDB server refused the credentials: {message}",
            where,
            "Check the user name and password (characters such as @ : / must be percent-encoded) "
            "and authSource, the database that holds the user.",
        )
    if error.code == _NO_PERMISSION:
        return StoreError(
            f"The user has no permission: {message}",
            where,
            "Give the user the readWrite role on the database, or use another user.",
        )
    if error.code == _DUPLICATE_KEY:
        return StoreError(
            f"A document with the same unique key exists: {message}",
            where,
            "Write by _id, so that writing again replaces.",
        )
    if error.code == _OUT_OF_SPACE or _DISK.search(message):
        return StoreError(
            f"The MongoDB server cannot write to its disk: {message}",
            where,
            "Make room on the disk that holds its data, and check the disk; then do it again.",
        )
    return StoreError(
        f"The MongoDB server refused the operation: {message} (code {error.code})",
        where,
        "Check the query and the documents against what this server supports.",
    )


def _explained_bulk_write(details: Mapping[str, Any], where: str) -> StoreError:
    """Summarise a failed bulk write; the driver's own message repeats every document in it."""
    errors = details.get("writeErrors") or details.get("writeConcernErrors") or [{}]
    written = sum(details.get(count, 0) for count in ("nInserted", "nUpserted", "nMatched"))
    return StoreError(
        f"{len(errors)} of the documents were not written, {written} were; "
        f"the first error: {errors[0].get('errmsg', 'unknown')} (code {errors[0].get('code')})",
        where,
        "Correct the cause and write again: writing by _id repeats nothing.",
    )
