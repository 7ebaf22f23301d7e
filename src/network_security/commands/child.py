"""A command as a child process, which ends when whoever started it does, even by a kill.

    python -m network_security.commands.child serve --env=demo

Standard input is a pipe that nobody writes to. Its end means that the parent is gone; then the
command is asked to stop, as by ``kill``.
"""

from __future__ import annotations

import os
import signal
import sys
import threading


def end_with_parent() -> None:
    """Wait for the end of standard input, then ask this process to stop."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Run the command that the arguments name."""
    threading.Thread(target=end_with_parent, name="end with parent", daemon=True).start()
    from network_security.cli import cli  # noqa: PLC0415 - takes a while, and is watched already

    cli(prog_name="kedro")


if __name__ == "__main__":
    main()
