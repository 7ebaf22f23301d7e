"""A message prepared for its features: what several of them ask for is made once."""

from functools import cached_property
from typing import Final

from network_security.evidence.messages.message import FOLLOWED, Link, Message
from network_security.evidence.messages.wording import phrases, plain

OPENING: Final = 400
"""Characters of the text in which a message says in whose name it speaks."""


class MessageView:
    """What is derived of a message.

    Attributes:
        message: The message.
    """

    def __init__(self, message: Message) -> None:
        """Prepare nothing yet."""
        self.message = message

    @cached_property
    def text(self) -> str:
        """Subject and text as they are searched for words."""
        return plain(f"{self.message.subject}\n{self.message.text}")

    @cached_property
    def words(self) -> list[str]:
        """The words of subject and text."""
        return self.text.split()

    @cached_property
    def followed(self) -> list[Link]:
        """Links that a reader follows, those to mailboxes and telephones included."""
        return [link for link in self.message.links if link.place in FOLLOWED]

    @cached_property
    def web(self) -> list[Link]:
        """Links to the web that a reader follows, one of each as the sender wrote it."""
        distinct = {link.sent.text: link for link in reversed(self.followed) if link.is_web}
        return list(distinct.values())[::-1]

    @cached_property
    def actions(self) -> list[Link]:
        """Followed links that call on the reader to act, by what they show or stand behind."""
        return [link for link in self.followed if calls_to_action(link)]

    @cached_property
    def speaks_as(self) -> str:
        """Where a sender names himself: subject, opening, and the texts of links."""
        shown = " \n".join(link.shown for link in self.followed)
        opening = " ".join(self.message.text[: 4 * OPENING].split())[:OPENING]
        return plain(f"{self.message.subject}\n{opening}\n{shown}")


def calls_to_action(link: Link) -> bool:
    """Whether a link's own short text, or the words right before it, ask the reader to act."""
    shown = plain(link.shown)
    if link.place == "anchor" and len(shown) <= _LONGEST_CALL and phrases("action", shown):
        return True
    if link.place != "text" and shown not in _POINTERS:
        return False
    before = link.context[-_LONGEST_CALL:]
    return bool(phrases("action", plain(before if link.place == "text" else f"{before} {shown}")))


_LONGEST_CALL: Final = 40
_POINTERS: Final = frozenset({"here", "hier", "ici", "aqui", "qui", "this link", "link", ""})
