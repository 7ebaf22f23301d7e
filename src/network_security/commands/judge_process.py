"""The judge as a process of its own, beside one that receives.

What receives parses all the time, and a Python process computes in one thread at a time: a judge
within it would wait for its turn at each of its questions to the store.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from network_security.commands import child

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 0.2
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Before it is started again: longer each time, until one has run for longer than the longest."""
START_SECONDS: Final = 60.0
SPARE_SECONDS: Final = 10.0
"""How much longer than its draining its end may take."""
APART_SECONDS: Final = 0.5
"""Between two signals: the second is for what heard the first."""


class JudgeProcess:
    """``kedro watch --role judge``, started again when it dies; it ends when this process does.

    Attributes:
        at_once: Whether it is to end without judging what is left.
        drained: Whether it ended with everything judged; known once the block has ended.
    """

    def __init__(self, env: str | None, drain_seconds: float) -> None:
        """Say how; nothing is started yet.

        Args:
            env: The configuration environment.
            drain_seconds: How long it takes at most to judge what is left.
        """
        self._command = [
            *(sys.executable, "-m", child.__name__, "watch", "--role=judge"),
            *([f"--env={env}"] if env else []),
        ]
        self.at_once = False
        self.drained = False
        self._seconds = drain_seconds + SPARE_SECONDS
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper = threading.Thread(target=self._keep, name="judge process", daemon=True)

    def __enter__(self) -> Self:
        """Start it."""
        self._start()
        self._keeper.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Have it judge what is left, and wait for its end; at once after an error."""
        self._stopping.set()
        self._keeper.join(START_SECONDS)
        process = self._process
        if process is None:
            return
        try:
            process.terminate()
            if self.at_once or kind is not None:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(APART_SECONDS)
                process.terminate()
            self.drained = process.wait(self._seconds) == 0
        except subprocess.TimeoutExpired:
            log.warning("The judge did not end within %.0f s: it is killed", self._seconds)
        finally:
            process.kill()
            process.wait()

    def _start(self) -> None:
        # In a session of its own: Ctrl-C in the terminal is for this process, which has it judge
        # what is left once that is stored. The end of its standard input tells it that this
        # process is gone.
        self._process = subprocess.Popen(  # noqa: S603 - a command of our own
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )

    def _keep(self) -> None:
        pause = FIRST_PAUSE
        while self._process is not None:
            began, since = self._process, time.monotonic()
            # It says so once it can be told to stop: before that, a signal would kill it.
            if began.stdout is not None:
                began.stdout.readline()
            while began.poll() is None:
                if self._stopping.wait(LOOK_SECONDS):
                    return
            if time.monotonic() - since > LONGEST_PAUSE:
                pause = FIRST_PAUSE
            log.warning(
                "The judge ended with status %s: it is started again in %.0f s",
                began.returncode,
                pause,
            )
            if self._stopping.wait(pause):
                return
            pause = min(2 * pause, LONGEST_PAUSE)
            self._start()
