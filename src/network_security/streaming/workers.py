"""Parsing in this process or in several, always ahead of what is being stored."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from threading import Thread

from network_security.streaming.ahead import ahead
from network_security.streaming.batches import Batch
from network_security.streaming.following import Follower, Portion
from network_security.streaming.parsing import Parsed, parse_batch
from network_security.streaming.read_options import Skipped

AHEAD = 2
"""Batches that wait to be stored: the bound on memory when the store is slower."""

Raw = Batch | Skipped


def parse_all(batches: Iterable[Raw], workers: int) -> Iterator[Portion]:
    """Yield what is to be stored, in the order of the batches.

    Args:
        batches: Raw records.
        workers: Processes that parse; with 1 it is done in a thread of this one, while the last
            batch is being stored.
    """
    parsed = _here(batches) if workers == 1 else _in_processes(batches, workers)
    # Events are many objects, and the search for garbage among them would look again and again at
    # all that was imported: a third of the processor time.
    gc.collect()
    gc.freeze()
    try:
        yield from ahead(_followed(parsed), AHEAD)
    finally:
        gc.unfreeze()


def _followed(pairs: Iterable[tuple[Raw, Parsed | None]]) -> Iterator[Portion]:
    follower = Follower()
    for raw, parsed in pairs:
        if isinstance(raw, Skipped):
            yield Portion(source=raw.source, size=raw.size, problem=raw.reason, last=True)
        elif parsed is not None:
            yield follower.follow(raw, parsed)


def _here(batches: Iterable[Raw]) -> Iterator[tuple[Raw, Parsed | None]]:
    for raw in batches:
        yield raw, None if isinstance(raw, Skipped) else parse_batch(raw)


def _in_processes(batches: Iterable[Raw], workers: int) -> Iterator[tuple[Raw, Parsed | None]]:
    # Not forked: a fork would share the store's connections and the threads' locks.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin_worker) as pool:

        def submitted() -> Iterator[tuple[Raw, Future[Parsed] | None]]:
            for raw in batches:
                yield raw, None if isinstance(raw, Skipped) else pool.submit(parse_batch, raw)

        # Read in a thread: what is parsed goes on although a pipe is silent.
        for raw, future in ahead(submitted(), workers):
            yield raw, future.result() if future else None


def _begin_worker() -> None:
    """Spare what was imported the search for garbage, and end with the process that reads.

    A pool's processes would outlive one that is killed, and keep its output open.
    """
    gc.freeze()
    reader = multiprocessing.parent_process()
    if reader is None:
        return

    def end() -> None:
        reader.join()
        os._exit(1)

    Thread(target=end, name="end with reader", daemon=True).start()
