"""What can go wrong with an action on the blocklist; each says what to do."""


class ResponseError(Exception):
    """An action that was not done."""


class RefusedError(ResponseError):
    """What must not be blocked, or not so."""


class NotFoundError(ResponseError):
    """There is no entry or action of that id."""


class ConflictError(ResponseError):
    """The entry was changed by somebody else in the meantime: read it again, then decide."""
