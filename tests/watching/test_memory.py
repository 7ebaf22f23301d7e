"""What is free is given back to the system."""

import ctypes

import psutil
import pytest

from network_security.watching.memory import give_back

MEGABYTE = 1_000_000


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="not glibc")
def test_what_is_free_before_something_that_lasts_is_given_back() -> None:
    process = psutil.Process()
    blocks = [b"x" * 100_000 for _ in range(2000)]
    lasts = b"y" * 1000
    full = process.memory_info().rss
    blocks.clear()
    give_back()
    assert full - process.memory_info().rss > 150 * MEGABYTE
    assert lasts
