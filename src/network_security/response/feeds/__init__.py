"""The blocklist as firewalls read it; a format is one module, registered here."""

from network_security.response.feeds.feed import Feed, FeedFormat
from network_security.response.feeds.making import FEEDS, make_feed

__all__ = ["FEEDS", "Feed", "FeedFormat", "make_feed"]
