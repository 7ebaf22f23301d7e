"""What OpenSSH's server logs.

Source: the log statements of OpenSSH (auth.c, packet.c, session.c, sshd.c, kex.c), versions 5 to
10. A name typed by a stranger may imitate the rest of a message. Therefore the address is taken
from the end of the message, where sshd itself writes it; only where a name is known to be a real
account, and the end holds text of the client's key, the first address counts.
"""

# ruff: noqa: E501

import re

from network_security.sensors.auth.message_kinds import Reading, by_first_word, match

_PEER = r"\[?(?P<source>[^\s\]]{1,255}?)\]?(?:(?: port |(?<=\]):)(?P<port>\d{1,5}))?"
_FROM = rf"from {_PEER}"
_STATED = r"\[?(?P<source>[^\s\]]{1,255}?)\]? port (?P<port>\d{1,5})"
_WHO = r"(?:(?:(?:invalid|illegal|authenticating) )?user )(?:(?P<user>.*) )?"
_METHOD = r"(?P<method>\S{1,64})"
_INVALID = r"(?:(?:invalid|illegal) user )?"
_PROTOCOL = r"(?: (?P<protocol>ssh\d?))?(?:: (?P<key>.*))?"

_TABLE = by_first_word((
    # words, kind, program, the whole message
    ("Accepted", "logged in", "sshd", rf"Accepted {_METHOD} for (?P<user>\S{{1,255}}) {_FROM}{_PROTOCOL}"),
    ("Accepted", "key accepted", "sshd", r"Accepted (?:key|certificate) (?P<key>.*) found at (?P<file>.*)"),
    ("Accepted", "logged in", "sshd", rf"Accepted {_METHOD} for (?P<user>.*) {_FROM}{_PROTOCOL}"),
    ("Failed", "login refused", "sshd", rf"Failed {_METHOD} for (?:invalid|illegal) user {_FROM}{_PROTOCOL}"),
    ("Failed", "login refused", "sshd", rf"Failed {_METHOD} for {_INVALID}(?P<user>.*) {_FROM}{_PROTOCOL}"),
    ("Postponed|Partial", "login pending", "sshd", rf"\S+ {_METHOD} for {_INVALID}(?P<user>.*) {_FROM}{_PROTOCOL}"),
    ("Invalid|Illegal", "login refused", "sshd", rf"(?:Invalid|Illegal) user (?:(?P<user>.*) )?{_FROM}"),
    ("input_userauth_request:", "user refused", "sshd", r"input_userauth_request: (?:invalid|illegal) user (?P<user>.*)"),
    ("User", "user refused", "sshd", rf"User (?P<user>.*) {_FROM} not allowed because (?P<reason>.*)"),
    ("User", "user refused", "sshd", r"User (?P<user>.*) not allowed because (?P<reason>.*)"),
    ("ROOT", "user refused", "sshd", rf"ROOT LOGIN REFUSED FROM {_PEER}"),
    ("Login", "user refused", "sshd", r"Login restricted for (?P<user>.*): (?P<reason>.*)"),
    ("Authentication", "login refused", "sshd", r"Authentication tried for (?P<user>.*?) with (?P<reason>correct key but .*)"),
    ("Authentication", "login refused", "sshd", r"Authentication refused: (?P<reason>.*)"),
    ("PAM:", "login refused", "sshd", rf"PAM: (?P<reason>.{{1,200}}?) for {_INVALID}(?P<user>.*) {_FROM}"),
    ("maximum", "login given up", "sshd", rf"maximum authentication attempts exceeded for {_INVALID}(?P<user>.*) {_FROM}{_PROTOCOL}"),
    ("Too", "login given up", "sshd", r"Too many authentication failures for (?P<user>.*)"),
    ("Disconnecting", "login given up", "sshd", rf"Disconnecting {_WHO}{_STATED}: (?P<reason>.*)"),
    ("Disconnecting", "login given up", "sshd", rf"Disconnecting {_STATED}: (?P<reason>.*)"),
    ("Disconnecting:", "login given up", "sshd", rf"Disconnecting: (?P<reason>Too many authentication failures) for {_INVALID}(?P<user>.*)"),
    ("Disconnecting:", "connection closed", "sshd", r"Disconnecting: (?P<reason>.*)"),
    ("Timeout", "login given up", "sshd", rf"Timeout before authentication for (?:connection from )?{_PEER}(?: to (?P<destination>[^\s,]{{1,255}}))?(?:, .*)?"),
    ("Connection", "connection opened", "sshd", rf"Connection {_FROM} on (?P<destination>\S{{1,255}}) port (?P<destination_port>\d{{1,5}})(?: rdomain .*)?"),
    ("Connection", "connection opened", "sshd", rf"Connection {_FROM}"),
    ("Connection", "connection closed", "sshd", rf"Connection (?P<end>closed|reset) by {_WHO}{_STATED}"),
    ("Connection", "connection closed", "sshd", rf"Connection (?P<end>closed|reset) by {_PEER}"),
    ("Connection", "connection closed", "sshd", rf"Connection (?:to|with) {_PEER} (?P<reason>closed.*|timed out.*)"),
    ("Disconnected", "connection closed", "sshd", rf"Disconnected from {_WHO}{_STATED}"),
    ("Disconnected", "connection closed", "sshd", rf"Disconnected from {_PEER}"),
    ("Received", "connection closed", "sshd", r"Received disconnect from (?P<source>[^\s]{1,255}?)(?: port (?P<port>\d{1,5}))?: ?(?P<code>\d{1,6}): ?(?P<reason>.*)"),
    ("Received", "service", "sshd", r"Received (?:signal (?P<signal>\w{1,16})|SIGHUP); (?P<reason>.*)"),
    ("Closing", "connection closed", "sshd", rf"Closing connection to {_PEER}"),
    ("Transferred:", "connection closed", "sshd", r"Transferred: sent (?P<sent>\d{1,18}), received (?P<received>\d{1,18}) bytes"),
    ("Did", "handshake failed", "sshd", rf"Did not receive identification string {_FROM}"),
    ("Bad", "handshake failed", "sshd", rf"Bad (?:remote )?protocol version identification '?(?P<identification>.*?)'? {_FROM}"),
    ("banner", "handshake failed", "sshd", rf"banner exchange: Connection {_FROM}: (?P<reason>.*)"),
    ("Unable", "handshake failed", "sshd", rf"Unable to negotiate (?:with|a key exchange method with) {_PEER}: (?P<reason>.*)"),
    ("no", "handshake failed", "sshd", r"(?P<reason>no matching .{1,100}?) found(?:[:.] .*)?"),
    ("kex_exchange_identification:|kex_protocol_error:", "handshake failed", "sshd", r"\S+ (?P<reason>.*)"),
    ("kex|padding|Corrupted", "handshake failed", "sshd", r"(?P<reason>(?:kex protocol error|padding error|Corrupted MAC on input).*)"),
    ("ssh_dispatch_run_fatal:", "handshake failed", "sshd", rf"ssh_dispatch_run_fatal: Connection from (?:{_WHO})?{_STATED}: (?P<reason>.*)"),
    ("Protocol", "handshake failed", "sshd", rf"Protocol major versions differ for {_PEER}: (?P<reason>.*)"),
    ("Read|Write", "connection closed", "sshd", r"(?:Read from socket|Write) failed: (?P<reason>.*)"),
    ("Read|Write", "connection closed", "sshd", rf"(?:Read|Write) error from remote host {_PEER}: (?P<reason>.*)"),
    ("drop", "connection refused", "sshd", rf"drop connection #\S{{1,9}} {_FROM} on \[?(?P<destination>[^\s\]]{{1,255}})\]?:(?P<destination_port>\d{{1,5}}) (?P<reason>.*)"),
    ("beginning|exited", "connection refused", "sshd", r"(?P<reason>(?:beginning|exited) MaxStartups throttling.*)"),
    ("refused", "connection refused", "sshd", rf"refused connect {_FROM}.*"),
    ("srclimit_penalise:", "connection refused", "sshd", r"srclimit_penalise: (?:ipv[46]: )?(?:new )?(?P<source>[^\s/]{1,255})(?:/\d{1,3})? (?P<reason>.*)"),
    ("reverse", "suspicious", "sshd", r"reverse mapping checking getaddrinfo for (?P<claimed>\S{1,255}) \[(?P<source>[^\s\]]{1,255})\] failed.*"),
    ("Address", "suspicious", "sshd", r"Address (?P<source>\S{1,255}) maps to (?P<claimed>\S{1,255}), but (?P<reason>.*)"),
    ("Nasty", "suspicious", "sshd", r'Nasty PTR record "(?P<claimed>.{1,255}?)" is set up for (?P<source>[^\s,]{1,255}), .*'),
    ("Starting", "session started", "sshd", rf"Starting session: (?P<session>.{{1,200}}?) for (?P<user>.*) {_FROM}(?: id (?P<id>\d{{1,9}}))?"),
    ("Close", "connection closed", "sshd", rf"Close session: user (?P<user>.*) {_FROM}(?: id (?P<id>\d{{1,9}}))?"),
    ("subsystem", "session request", "sshd", r"subsystem request for (?P<subsystem>\S{1,64})(?: by user (?P<user>.*?))?(?:, failed.*)?"),
    ("User", "session started", "sshd", r"User child is on pid (?P<child>\d{1,10})"),
    ("session", "session started", "sshd", rf"session opened for local user (?P<user>.*) {_FROM}"),
    ("session", "session closed", "sshd", rf"session closed for local user (?P<user>.*) {_FROM}"),
    ("Found", "key accepted", "sshd", r"Found matching (?P<key>.*)"),
    ("userauth_pubkey:", "login refused", "sshd", r"userauth_pubkey: (?P<reason>.*)"),
    ("Server", "service", "sshd", r"Server listening on (?P<address>\S{1,255}) port (?P<listens>\d{1,5})\.?"),
    ("main:", "setting", "sshd", r"main: sshd: (?P<reason>.*)"),
))  # fmt: skip
_LEVEL = re.compile(r"(error|fatal|debug\d|warning|notice|info): ", re.IGNORECASE)


def read(text: str) -> Reading | None:
    """Return what a message of sshd says, or None for a message that it does not write."""
    level = None
    prefix = _LEVEL.match(text)
    if prefix:
        level, text = prefix[1].lower(), text[prefix.end() :]
    for stage in (" [preauth]", " [postauth]"):
        text = text.removesuffix(stage)
    reading = match(_TABLE, text.rstrip())
    if reading is not None:
        reading.level = level
    return reading
