"""Print the documents that a format's sample events parse to, one a line."""

import sys

import orjson

from network_security.sensors import parse_event
from network_security.sensors.samples import RECEIVED, comparable, raw_events


def main() -> None:
    """Print the documents of the format named on the command line."""
    name = sys.argv[1]
    for raw in raw_events(name):
        document = comparable(parse_event(raw, format=name, received=RECEIVED))
        sys.stdout.write(orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode() + "\n")


if __name__ == "__main__":
    main()
