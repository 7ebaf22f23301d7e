"""The store: MongoDB or Atlas when a URI names it, else an embedded server beside the project.

Both are spoken to through the driver alone, and every server keeps to its own corner of MongoDB's
language. What all of them do alike, and hence what this project uses (the contract tests in
tests/storage hold each of them to it):

- Documents are written by ``_id``, a text, which a replacement document repeats. Updates use
  ``$set``, ``$unset`` and, with one writer at a time, ``$inc``; a list is replaced as a whole, and
  a time goes in by replacing the document: to the embedded server, one that is set by its name or
  path is text. Many writers replace a document as found by its version; that needs MongoDB or the
  embedded server.
- No NaN, no infinite number; times have a zone and milliseconds; field names have no ``.`` and no
  leading ``$``; database, collection and index names are letters, digits and ``_``.
- Filters: equality, also by dotted path, ``$in``, ``$exists``, ``$or``, ``$gt``, ``$gte``, ``$lt``
  and ``$lte``. Bounds of times are whole seconds, by ``$gte`` and ``$lt`` only, and never beside
  ``$or``: the embedded server cuts off what is finer, and forgets the bounds. Text with a NUL
  character is kept, but not found by its value.
- What grows is looked for by ``_id``, or by equality or ``$in`` with texts in a field that an index
  begins with. A field that has an index holds no lists: the embedded server does not look into
  them.
- Projections name top-level fields. Sorting and limiting work on any.
- Aggregation: ``$match`` by anything but times, ``$group`` by one field with one ``$sum``,
  ``$sort``, ``$limit``, ``$project`` of top-level fields, and ``$count``, whose answer for nothing
  may be empty or 0. The embedded server matches times as text. ``count_documents`` does not.
- Indexes, plain, compound or unique, are created one at a time. None expires documents.
"""

from network_security.storage.client import disconnect, open_database, server_uri
from network_security.storage.collection_dataset import MongoCollectionDataset
from network_security.storage.collections import ensure_indexes
from network_security.storage.documents import document_id
from network_security.storage.errors import StoreError

__all__ = [
    "MongoCollectionDataset",
    "StoreError",
    "disconnect",
    "document_id",
    "ensure_indexes",
    "open_database",
    "server_uri",
]
