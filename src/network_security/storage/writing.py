"""Storing one document, whoever else does so at the same time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError


def put(collection: Collection[dict[str, Any]], document: Mapping[str, Any]) -> None:
    """Store a document in place of the one with its ``_id``, if there is one.

    Two that store the same one at the same time may both find none; the server then refuses the
    second, whose turn it simply is (MongoDB itself tries again, other servers do not).

    Raises:
        PyMongoError: As the driver has it.
    """
    same = {"_id": document["_id"]}
    try:
        collection.replace_one(same, document, upsert=True)
    except DuplicateKeyError:
        collection.replace_one(same, document, upsert=True)
