"""The one exception that leaves the sensors."""

EXCERPT = 80


class ParseError(ValueError):
    """Raw text that is not an event of the format it was given as.

    Attributes:
        code: Short reason that a dead letter is grouped by: ``empty``, ``too_large``, ``syntax``,
            ``unsupported``, ``unknown_format``, ``unknown_timezone``, or ``internal`` for a
            parser's own mistake.
        position: Character offset in the raw text at which reading stopped, None when unknown.
        excerpt: At most 80 characters of the raw text from that offset on.
    """

    def __init__(
        self, code: str, message: str, *, raw: str = "", position: int | None = None
    ) -> None:
        self.code = code
        self.position = position
        self.excerpt = raw[position or 0 : (position or 0) + EXCERPT]
        where = "" if position is None else f" at character {position}"
        found = f": {self.excerpt!r}" if self.excerpt else ""
        super().__init__(f"{message}{where}{found}")
