"""Style sheets, scripts and images: their links change with their content, so they last a year."""

from __future__ import annotations

import hashlib
from collections.abc import MutableMapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles

FOLDER: Final = Path(__file__).parent / "static"
PATH: Final = "/static"
_A_YEAR: Final = "public, max-age=31536000, immutable"
_A_WHILE: Final = "public, max-age=60"


@cache
def static(name: str) -> str:
    """The link to a file.

    Raises:
        FileNotFoundError: there is no such file.
    """
    digest = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()
    return f"{PATH}/{name}?v={digest[:12]}"


class Assets(StaticFiles):
    """The files, without asking who wants them."""

    def __init__(self) -> None:
        """Serve the folder."""
        super().__init__(directory=FOLDER)

    async def get_response(self, path: str, scope: MutableMapping[str, Any]) -> Response:
        """Answer; what names its content's hash never changes."""
        response = await super().get_response(path, scope)
        lasting = scope["query_string"].startswith(b"v=")
        response.headers["Cache-Control"] = _A_YEAR if lasting else _A_WHILE
        return response
