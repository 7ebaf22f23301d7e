"""Gives memory that is free back to the system, which the C library keeps by itself."""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """Have the C library return what is free; where it is not glibc, nothing happens.

    glibc returns the end of its heap only: what is freed before something that lasts is kept for
    later, and a process that goes on for weeks holds what it once needed at most (malloc_trim(3)).
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
