"""One URL judged at once: what it says, what can be found out about its site, and the verdict."""

from network_security.judging.judgement import UrlJudgement
from network_security.judging.lookups import SiteLookups
from network_security.judging.url import NotAUrlError, judge_url, read_url

__all__ = ["NotAUrlError", "SiteLookups", "UrlJudgement", "judge_url", "read_url"]
