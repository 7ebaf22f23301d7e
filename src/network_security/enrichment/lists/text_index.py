"""Finds texts among millions, exactly, in a third of the memory of a set.

The hashes of the texts are sorted, eight bytes each; the texts themselves lie end to end in one
string of bytes, and are compared when a hash is found. Python's hash of a text is keyed with a
secret of the process, so that nobody can write a list whose hashes collide.
"""

from array import array
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

MOST_BYTES = 2**32 - 1
"""Bytes of all texts together, so that four bytes tell where one ends."""


class Texts:
    """Texts end to end, added one after the other.

    Raises:
        OverflowError: When they get longer than 4 GiB together.
    """

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("I")

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, row: int) -> str:
        begin = self._ends[row - 1] if row else 0
        return self._bytes[begin : self._ends[row]].decode("utf-8", "surrogatepass")

    def add(self, text: str) -> None:
        """Add a text behind the others."""
        self._bytes += text.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._bytes))

    @property
    def size(self) -> int:
        """Bytes that they take."""
        return len(self._bytes) + self._ends.itemsize * len(self._ends)


class TextIndex:
    """Rows by their texts; a text may have several rows.

    Args:
        texts: a text for each row.
        hashes: Python's hash of each.
    """

    def __init__(self, texts: Texts, hashes: "array[int]") -> None:
        unsorted = np.frombuffer(hashes, dtype=np.int64) if hashes else np.empty(0, dtype=np.int64)
        # Stable, so that rows of the same text keep their order.
        self._rows = np.argsort(unsorted, kind="stable").astype(np.uint32)
        self._hashes: NDArray[np.int64] = unsorted[self._rows]
        self._texts = texts

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def size(self) -> int:
        """Bytes that the index takes, its texts included."""
        return self._hashes.nbytes + self._rows.nbytes + self._texts.size

    def find(self, keys: Sequence[str]) -> Iterable[tuple[int, int]]:
        """Yield (place of the key, row) for every row that has one of the texts, in their order."""
        if not len(self._hashes):
            return
        wanted = np.fromiter(map(hash, keys), np.int64, len(keys))
        places = self._hashes.searchsorted(wanted)
        for key in (self._hashes.take(places, mode="clip") == wanted).nonzero()[0].tolist():
            place = int(places[key])
            while place < len(self._hashes) and self._hashes[place] == wanted[key]:
                row = int(self._rows[place])
                if self._texts[row] == keys[key]:
                    yield key, row
                place += 1
