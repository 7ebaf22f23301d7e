"""What an attack consists of, and who takes part."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from network_security.simulator.actions import Action


@dataclass(frozen=True)
class Episode:
    """One attack.

    Attributes:
        kind: Name in `EPISODES`.
        techniques: Identifiers of MITRE ATT&CK techniques.
        actions: What happens, in any order.
        entities: Who and what takes part, by sort: ``addresses``, ``users``, ``hosts``,
            ``domains``, ``urls``, ``message_ids``, ``hashes``.
    """

    kind: str
    techniques: tuple[str, ...]
    actions: tuple[Action, ...]
    entities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def start(self) -> float:
        """When the first of its actions happens."""
        return min(action.time for action in self.actions)
