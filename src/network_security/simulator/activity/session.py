"""What an activity yields."""

from collections.abc import Iterator

from network_security.simulator.actions import Action

Session = tuple[float, list[Action]]
"""A time, and actions that belong together, none of them earlier."""

Sessions = Iterator[Session]
"""Sessions whose times do not decrease."""
