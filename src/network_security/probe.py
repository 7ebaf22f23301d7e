"""Whether something answers by HTTP: the health check of containers, which have no curl.

    python -m network_security.probe http://127.0.0.1:8000/health/live

Any answer that is no server error will do: a host name that is not expected, or a method that is
not allowed, is refused by a program that is alive.
"""

from __future__ import annotations

import http.client
import sys
from urllib.parse import urlsplit

SECONDS = 4.0


def fault(url: str, *, seconds: float = SECONDS) -> str | None:
    """What is wrong with the answer to a GET request; None when nothing is.

    Args:
        url: ``http://host:port/path``.
        seconds: How long the answer may take.
    """
    asked = urlsplit(url)
    connection = http.client.HTTPConnection(asked.netloc, timeout=seconds)
    try:
        connection.request("GET", asked.path or "/")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"{url} does not answer: {error}"
    finally:
        connection.close()
    if status >= http.client.INTERNAL_SERVER_ERROR:
        return f"{url} answers with HTTP {status}"
    return None


if __name__ == "__main__":
    sys.exit(fault(sys.argv[1]))
