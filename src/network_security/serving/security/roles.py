"""Roles, each of which may do all that the ones before it may."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal


class Role(IntEnum):
    """What a user or an API key may do.

    A viewer reads and has things judged; an analyst handles alerts, suppressions and the blocklist;
    an admin manages users, keys and training.
    """

    VIEWER = 1
    ANALYST = 2
    ADMIN = 3

    @classmethod
    def named(cls, name: str) -> Role:
        """The role of that name.

        Raises:
            ValueError: there is none.
        """
        try:
            return cls[name.upper()]
        except KeyError:
            names = ", ".join(role.label for role in cls)
            raise ValueError(f"no role is called {name!r}: there are {names}") from None

    @property
    def label(self) -> str:
        """Its name as people read it."""
        return self.name.lower()


@dataclass(frozen=True)
class Caller:
    """Who asks.

    Attributes:
        name: user's name, or ``key:`` and the API key's id; what the audit log says.
        role: what the caller may do.
        by: whether a browser's session or an API key stands for the caller.
    """

    name: str
    role: Role
    by: Literal["session", "key", "demo"]

    def may(self, role: Role) -> bool:
        """Whether the caller may do what this role may."""
        return self.role >= role
