"""Lines of Postfix that are prose about the peer: connections, TLS, failures, warnings.

Source: Postfix documentation, the daemons' manual pages.
"""

import re

from network_security.sensors import ecs
from network_security.sensors.ecs import Fields, number, port
from network_security.sensors.email import mailbox

PEER = (
    r"(?P<host>[^\s\[\]<>,;]{0,255})\[(?P<ip>[0-9A-Za-z.:/_-]{1,108}?)(?:/\d{1,3})?\]"
    r"(?::(?P<port>\d{1,5}))?"
)
"""``name[address]:port``, as all daemons write the other end."""

_PEER_ALONE = re.compile(PEER)
_TLS = re.compile(
    r"(?:(?P<trust>Anonymous|Untrusted|Trusted|Verified)(?: \w+)? )?TLS connection (?:established|"
    r"reused) (?P<way>from|to) " + PEER + r": (?P<protocol>TLS|SSL)v(?P<version>[\d.]{1,4}) with "
    r"cipher (?P<cipher>[\w-]{1,64})"
)

# How a line of prose begins -> the end that the peer is, the action, and type and outcome.
_PROSE = tuple(
    (re.compile(pattern + PEER), side, action, kind, outcome)
    for pattern, side, action, kind, outcome in (
        (r"connect from ", "source", "connect", ["connection", "start", "info"], "success"),
        (r"disconnect from ", "source", "disconnect", ["connection", "end", "info"], "success"),
        (r"lost connection after [\w ()-]{1,40} from ", "source", "lost-connection",
         ["connection", "end", "info"], None),
        (r"timeout after [\w ()-]{1,40} from ", "source", "timeout",
         ["connection", "end", "info"], "failure"),
        (r"too many errors after [\w ()-]{1,40} from ", "source", "too-many-errors",
         ["connection", "end", "info"], "failure"),
        (r"improper command pipelining after [\w ()-]{1,40} from ", "source",
         "improper-pipelining", ["info"], "failure"),
        (r"SSL_accept error from ", "source", "tls-error", ["info"], "failure"),
        (r"setting up TLS connection from ", "source", "tls-start", ["info"], None),
        (r"setting up TLS connection to ", "destination", "tls-start", ["info"], None),
        (r"connect to ", "destination", "connect-failed", ["connection", "info"], "failure"),
        (r"Used TLS for ", "destination", "tls-used", ["info"], "success"),
        (r"host ", "destination", "reply", ["info"], "failure"),
        (r"conversation with ", "destination", "timeout", ["connection", "end", "info"], "failure"),
        (r"lost connection with ", "destination", "lost-connection",
         ["connection", "end", "info"], "failure"),
        (r"(?:PASS (?:NEW|OLD)|(?:WHITE|ALLOW)(?:LISTED)?(?: VETO)?) ", "source", "pass",
         ["allowed", "info"], "success"),
        (r"(?:BLACKLISTED|DENYLISTED) ", "source", "denylisted", ["denied", "info"], "success"),
        (r"(?:DNSBL rank \d{1,5} for|PREGREET \d{1,5} after [\d.]{1,12} from"
         r"|HANGUP after [\d.]{1,12} from|CONNECT from) ", "source", "postscreen", ["info"], None),
        (r"(?:COMMAND PIPELINING|COMMAND (?:COUNT|LENGTH|TIME) LIMIT|NON-SMTP COMMAND|"
         r"BARE NEWLINE) from ", "source", "postscreen", ["info"], None),
        (r"DISCONNECT ", "source", "disconnect", ["connection", "end", "info"], None),
        (r"warning: (?=[^\s\[]{0,255}\[[^\]]{1,108}\]: SASL )", "source", "logon-failed",
         ["start", "info"], "failure"),
        (r"warning: (?=[^\s\[]{0,255}\[)", "source", "warning", ["info"], None),
        (r"warning: (?:[A-Za-z ]{1,64}) (?:from|to) (?=[^\s\[]{0,255}\[)", "source", "warning",
         ["info"], None),
    )
)  # fmt: skip
_HOSTNAME = re.compile(
    r"warning: hostname ([^\s:]{1,255}) (?:does not resolve to address|verification failed)"
    r"[ :]{1,2}([0-9A-Fa-f.:]{2,45}?)(?::\s|$)"
)
_TABLE = re.compile(
    r"warning: read [\w ]{1,32} reply from ([^\s:]{1,255}|\[[^\]]{1,64}\]):(\d{1,5})"
)
_STATISTICS = re.compile(
    r"statistics: (max [\w ]{3,32}) (\d{1,9})(?:/\d{1,6}s)? for \((\w{1,16}):([^)\s]{1,108})\)"
)
_LISTED = re.compile(r"addr ([0-9A-Fa-f.:]{2,45}) listed by domain (\S{1,255})")
_OWN_END = re.compile(r"to \[([0-9A-Fa-f.:]{2,45})\]:(\d{1,5})$")
_SASL_USER = re.compile(r"sasl_username=([^\s,]{1,254})")
_REASON = re.compile(r"SASL (\S{1,32}) authentication failed: ([^,]{0,255})")


_BY_START = (
    ("statistics:", "postfix/anvil"), ("connect to", "postfix/smtp"), ("host ", "postfix/smtp"),
    ("connect from", "postfix/smtpd"), ("disconnect from", "postfix/smtpd"),
    ("lost connection after", "postfix/smtpd"), ("timeout after", "postfix/smtpd"),
    ("warning: header", "postfix/cleanup"), ("replace: header", "postfix/cleanup"),
    ("prepend: header", "postfix/cleanup"), ("warning: hostname", "postfix/smtpd"),
    ("filter:", "postfix/smtpd"), ("reject:", "postfix/smtpd"), ("PASS ", "postfix/postscreen"),
)  # fmt: skip


def by_start(text: str) -> str | None:
    """Return the daemon whose lines begin so, or None."""
    return next((program for start, program in _BY_START if text.startswith(start)), None)


def peer(text: str) -> re.Match[str] | None:
    """Match ``name[address]:port`` at the beginning of a text."""
    return _PEER_ALONE.match(text)


def set_end(fields: Fields, side: str, peer: re.Match[str]) -> None:
    """Set one end from ``name[address]:port``.

    The name is ``unknown`` when it is not verified. ``localhost`` is a filter on the same host, and
    what the envelope names stays.
    """
    host, written = peer["host"], peer["ip"]
    found = ecs.ip(written.removeprefix("IPv6:"))
    named = host if host not in ("", "unknown") else None
    if found is None and named is None:
        return
    fields[f"{side}.ip"] = found
    if host != "localhost" or not fields.get(f"{side}.domain"):
        fields[f"{side}.domain"] = named
        # Clients go by their name, servers by the address that was connected to.
        fields[f"{side}.address"] = (named or found) if side == "source" else (found or named)
    if peer["port"]:
        fields[f"{side}.port"] = port(peer["port"])


def prose(fields: Fields, details: dict[str, object], text: str) -> str | None:
    """Map a line of prose; return the daemon that writes such, None if none does."""
    tls = _TLS.match(text)
    if tls:
        side = "source" if tls["way"] == "from" else "destination"
        set_end(fields, side, tls)
        fields["event.action"] = "tls-established"
        fields["event.outcome"] = "success"
        fields["tls.established"] = True
        fields["tls.version_protocol"] = tls["protocol"].lower()
        version = tls["version"]
        fields["tls.version"] = version if "." in version else f"{version}.0"
        fields["tls.cipher"] = tls["cipher"]
        details["trust"] = tls["trust"]
        return "postfix/smtpd" if side == "source" else "postfix/smtp"
    for pattern, side, action, kind, outcome in _PROSE:
        found = pattern.match(text)
        if found:
            set_end(fields, side, found)
            fields["event.action"] = action
            fields["event.type"] = kind
            fields["event.outcome"] = outcome
            details["detail"] = text[found.end() :].strip(" :")
            if action == "logon-failed":
                _login(fields, text)
            elif action == "postscreen":
                own = _OWN_END.match(text, found.end() + 1)
                if own:
                    ecs.endpoint(fields, "destination", own[1], own[2])
            return by_start(text) or ("postfix/smtpd" if side == "source" else "postfix/smtp")
    return _warning(fields, text)


def _login(fields: Fields, text: str) -> None:
    fields["event.category"] = ["email", "authentication"]
    reason, user = _REASON.search(text), _SASL_USER.search(text)
    fields["event.reason"] = reason[2] if reason else None
    mailbox.set_user(fields, user[1] if user else None)


def _warning(fields: Fields, text: str) -> str | None:
    hostname = _HOSTNAME.match(text)
    if hostname:
        fields["source.ip"] = ecs.ip(hostname[2])
        fields["source.domain"] = fields["source.address"] = hostname[1]
        return "postfix/smtpd"
    listed = _LISTED.match(text)
    if listed:
        ecs.endpoint(fields, "source", listed[1])
        fields["event.action"], fields["event.reason"] = "dnsbl-listed", listed[2]
        return "postfix/dnsblog"
    table = _TABLE.match(text)
    if table:
        ecs.endpoint(fields, "destination", table[1].strip("[]"), table[2])
        return "postfix"
    statistics = _STATISTICS.match(text)
    if statistics:
        fields["event.kind"] = "metric"
        fields["postfix.log"]["statistic"] = statistics[1]
        fields["postfix.log"]["value"] = number(statistics[2])
        ecs.endpoint(fields, "source", statistics[4])
        return "postfix/anvil"
    if text.startswith(("warning: ", "error: ", "fatal: ", "panic: ", "statistics: ")):
        fields["log.level"] = text.partition(":")[0]
        return by_start(text) or "postfix"
    return "postfix/qmgr" if text == "removed" else None
