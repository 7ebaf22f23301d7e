"""What each Cisco ASA and FTD message id says: a table of id -> kind of event and pattern.

Source: "Cisco Secure Firewall ASA Series Syslog Messages" and "Cisco Secure Firewall Threat Defense
Syslog Messages". A pattern is a regular expression in which words in braces stand for the parts of
`PARTS`; it is matched from the start of the message, and may leave the rest of it unread. The
names of its groups are what `cisco_asa` maps to ECS; a name it does not know is kept under
`cisco.asa`.
"""

# ruff: noqa: E501

import re
from functools import lru_cache
from typing import NamedTuple


class Kind(NamedTuple):
    """How events of a kind are classified; see the conventions in `ecs`."""

    action: str | None
    category: list[str]
    type: list[str]
    outcome: str | None


_NETWORK = ["network"]
_LOGIN = ["authentication", "network"]
_START = ["connection", "start", "info"]
_END = ["connection", "end", "info"]

KINDS = {
    "denied": Kind("firewall-rule", _NETWORK, ["connection", "denied", "info"], "success"),
    "discarded": Kind("firewall-rule", _NETWORK, ["connection", "denied", "info"], "failure"),
    "permitted": Kind("firewall-rule", _NETWORK, ["connection", "allowed", "info"], "success"),
    "noted": Kind("firewall-rule", _NETWORK, ["connection", "info"], "success"),
    "started": Kind("flow-creation", _NETWORK, _START, "success"),
    "ended": Kind("flow-expiration", _NETWORK, _END, "success"),
    "terminated": Kind("flow-termination", _NETWORK, _END, "success"),
    "offloaded": Kind("flow-offload-started", _NETWORK, _START, "success"),
    "not offloaded": Kind("flow-offload-ended", _NETWORK, _END, "success"),
    "translated": Kind("nat-slot", ["network", "configuration"], ["creation", "info"], "success"),
    "untranslated": Kind("nat-slot", ["network", "configuration"], ["deletion", *_END], "success"),
    "not translated": Kind("firewall-rule", _NETWORK, ["connection", "denied", "info"], "failure"),
    "url": Kind("url-access", _NETWORK, ["connection", "access", "allowed", "info"], "success"),
    "ftp": Kind("ftp", ["network", "file"], ["access", "info"], "success"),
    "threat": Kind(
        "firewall-rule", ["network", "intrusion_detection"], ["connection", "info"], "success"
    ),
    "logged in": Kind("logged-in", _LOGIN, ["start", "allowed", "info"], "success"),
    "logged out": Kind("logged-out", _LOGIN, ["end", "info"], "success"),
    "login failed": Kind("logon-failed", _LOGIN, ["start", "denied", "info"], "failure"),
    "granted": Kind("url-access", _LOGIN, ["access", "allowed", "info"], "success"),
    "configured": Kind("configuration", ["configuration"], ["change", "info"], "success"),
    "command": Kind("configuration", ["configuration"], ["info"], "success"),
    "privileges": Kind("privilege-level-changed", ["iam"], ["user", "change", "info"], "success"),
    "vpn started": Kind("client-vpn-connected", ["network", "session"], _START, "success"),
    "vpn resumed": Kind("client-vpn-resumed", ["network", "session"], _START, "success"),
    "vpn ended": Kind("client-vpn-disconnected", ["network", "session"], _END, "success"),
    "vpn error": Kind("client-vpn-error", _NETWORK, ["connection", "error", "info"], "failure"),
    "vpn": Kind("client-vpn", _NETWORK, ["connection", "info"], "success"),
    "vpn failed": Kind("client-vpn", _NETWORK, ["connection", "info"], "failure"),
    "address": Kind("address-assigned", _NETWORK, ["connection", "info"], "success"),
    "tunnel requested": Kind("connection-started", _NETWORK, _START, "success"),
    "tunnel failed": Kind("connection-error", _NETWORK, ["connection", "error", "info"], "failure"),
    "tunnel started": Kind("sa-created", _NETWORK, _START, "success"),
    "tunnel ended": Kind("sa-deleted", _NETWORK, ["deletion", *_END], "success"),
    "tls started": Kind("tls-handshake", _NETWORK, _START, "success"),
    "tls": Kind("tls-handshake", _NETWORK, ["connection", "info"], "success"),
    "tls failed": Kind("tls-handshake", _NETWORK, ["connection", "error", "info"], "failure"),
    "tls ended": Kind("tls-session-ended", _NETWORK, _END, "success"),
    "ssh ended": Kind("ssh-session-ended", _NETWORK, _END, None),
    "bypassed": Kind("bypass", _NETWORK, ["connection", "change", "info"], "unknown"),
    "server down": Kind("server-failed", _NETWORK, ["connection", "info"], "failure"),
    "server up": Kind("server-active", _NETWORK, ["connection", "info"], "success"),
    "interface": Kind("interface-switchover", _NETWORK, ["change", "info"], None),
    "other": Kind(None, _NETWORK, ["info"], None),
}

_INTERFACE = r"(?:NP Identity Ifc|[^\s:/(),]{1,64})"
_ADDRESS = r"[^\s/(),]{0,254}[^\s/(),:;.]"
_TRANSLATED = r"[^\s/(),\\@]{1,255}"
_USER = r"[^()]{0,255}"
PARTS = {
    # interface:address/port, as most messages write an end of a connection
    "from": rf"(?:(?P<ingress>{_INTERFACE}):)?(?P<source>{_ADDRESS})(?:/(?P<source_port>[\w-]+))?",
    "to": rf"(?:(?P<egress>{_INTERFACE}):)?(?P<destination>{_ADDRESS})(?:/(?P<destination_port>[\w-]+))?",
    # address/port without an interface
    "from_host": rf"(?P<source>{_ADDRESS})(?:/(?P<source_port>[\w-]+))?",
    "to_host": rf"(?P<destination>{_ADDRESS})(?:/(?P<destination_port>[\w-]+))?",
    # the translated address, and the user that the identity firewall knows
    "from_nat": rf"(?:\s{{0,4}}\((?P<source_nat>{_TRANSLATED})(?:[/(](?P<source_nat_port>\d+))?\)?)?",
    "to_nat": rf"(?:\s{{0,4}}\((?P<destination_nat>{_TRANSLATED})(?:[/(](?P<destination_nat_port>\d+))?\)?)?",
    "from_user": rf"(?:\s{{0,4}}\((?P<source_user>{_USER})\))?",
    "to_user": rf"(?:\s{{0,4}}\((?P<destination_user>{_USER})\))?",
    "user": rf"(?:\s{{1,4}}\((?P<user>{_USER})\))?",
    # access lists write interface/address(port)
    "acl_from": rf"(?P<ingress>[^\s/]+)/(?P<source>[^\s(]+)\((?P<source_port>[\w-]+)\){{0,1}}(?:\s{{0,4}}\((?P<source_user>{_USER})\))?",
    "acl_to": r"(?P<egress>[^\s/]+)/(?P<destination>[^\s(]+)\((?P<destination_port>[\w-]+)\)",
    "transport": r"(?P<transport>(?:protocol \d+|[\w-]+))",
    "direction": r"(?P<direction>[Ii]nbound|[Oo]utbound)",
    "interface": r"(?P<ingress>[^\s,]+)",
    "icmp": r"type[ =](?P<icmp_type>\d+),? code[ =](?P<icmp_code>\d+)",
    "id": r"(?P<connection_id>\d+)",
    "duration": r"(?P<duration>(?:\d{1,6}d )?[\dhms:]{1,32})",
    "bytes": r"(?P<bytes>\d+)",
    "acl": r'"?(?P<rule>[^"\s]+)"?',
    # the client of a VPN session, in its two spellings
    "client": r"(?:TunnelGroup <?(?P<tunnel_group>[^<>]{0,200}?)>? GroupPolicy|Group) <?(?P<group>[^<>]{0,200}?)>? User <?(?P<source_user>[^<>]{0,200}?)>? IP <?(?P<source>[^\s<>,]+)>?",
    "peer": r"(?:Group = (?P<group>[^,]*), )?(?:Username = (?P<user>[^,]*), )?(?:IP = (?P<source>[^\s,]+), )?",
    "tunnel": r"Local:(?P<source>.{1,200}?):(?P<source_port>\d+) Remote:(?P<destination>.{1,200}?):(?P<destination_port>\d+) Username:(?P<user>.{1,200}?) (?:IKEv2 )?",
    "url": r'"?(?P<url>[^\s"]+)"?',
    "tls": r"(?: for (?P<tls_version>\S+) session)?",
}  # fmt: skip

_TABLE = (
    # Denied and permitted traffic
    ("106001", "denied", r"{direction} {transport} connection denied from {from_host} to {to_host} flags (?P<tcp_flags>.{{0,200}}?)\s+on interface {interface}"),
    ("106002", "denied", r"{transport} Connection denied by outbound list (?P<rule>\S+) src {from_host} dest {to_host}"),
    ("106006", "denied", r"Deny {direction} {transport} from {from_host}{from_user} to {to_host}{to_user} on interface {interface}"),
    ("106007", "denied", r"Deny {direction} {transport} from {from_host} to {to_host} due to (?P<protocol>\w+) (?P<reason>.+)"),
    ("106010 106014", "denied", r"Deny {direction} {transport} src {from}{from_user} dst {to}"),
    ("106011", "denied", r"Deny {direction} \(No xlate\) {transport} src {from} dst {to}"),
    ("106012", "denied", r"Deny IP from {from_host}{from_user} to {to_host}{to_user}, IP options:? (?P<reason>.+)"),
    ("106013", "denied", r"Dropping echo request from {from_host} to PAT address {to_host}"),
    ("106015", "denied", r"Deny {transport} \((?P<reason>no connection)\) from {from_host}{from_user} to {to_host}{to_user} flags (?P<tcp_flags>.{{0,200}}?)\s+on interface {interface}"),
    ("106016", "denied", r"Deny IP spoof from \((?P<source>[^)]+)\) to {to_host} on interface {interface}"),
    ("106017", "denied", r"Deny IP due to (?P<reason>Land Attack) from {from_host} to {to_host}"),
    ("106018", "denied", r"{transport} packet type (?P<icmp_type>\d+) denied by outbound list (?P<rule>\S+) src {from_host} dest {to_host}"),
    ("106020", "denied", r"Deny IP (?P<reason>teardrop fragment) \(.{{0,80}}?\) from {from_host} to {to_host}"),
    ("106021 106022", "denied", r"Deny {transport} (?P<reason>reverse path check|connection spoof) from {from_host} to {to_host} on interface {interface}"),
    ("106023", "denied", r'Deny {transport} src {from}{from_user} dst {to}{to_user}(?: \(?{icmp}\)?)?.{{0,80}}? by access-group {acl}'),
    ("106027", "denied", r"Deny src (?P<source_mac>[\w.:]+) dst (?P<destination_mac>[\w.:]+) by access-group {acl}"),
    ("106100 106102 106103", "permitted", r"access-list {acl} (?P<decision>permitted|denied|est-allowed) {transport} (?:for user (?P<user>\S+) )?{acl_from} -> {acl_to}"),
    ("108003", "denied", r"Terminating \S+ connection; (?P<reason>malicious pattern detected in the mail address) from {from} to {to}"),
    ("109024", "denied", r"Authorization denied from {from_host} to {to_host} \((?P<reason>[^)]{{1,200}})\) on interface {interface}(?: using (?P<transport>\w+))?"),
    ("109025", "denied", r"Authorization denied \(acl=(?P<rule>[^)]{{1,200}})\) for user '(?P<user>[^']*)' from {from_host} to {to_host} on interface {interface}(?: using (?P<transport>\w+))?"),
    ("107001", "denied", r"RIP auth failed from {from_host}"),
    ("110002 110003", "discarded", r"(?:Failed to locate egress interface|Routing failed to locate next hop) for {transport} from {from} to {to}"),
    ("113042", "denied", r"Non-HTTP connection from {from} to {to}.{{0,40}}? denied"),
    ("201002 201003 201009 201010 201011 201012 201013", "denied", r".{{0,120}}?from {from_host} to {to}"),
    ("209003 209004 209005", "denied", r".{{0,120}}?(?:src = |from ){from_host}.{{0,40}}?(?:dest = |to ){to_host}"),
    ("210007", "not translated", r"LU allocate xlate failed for (?P<translation>\S+) {transport} translation from {from}{from_nat} to {to}{to_nat}"),
    ("304001", "url", r"(?:[^\s@]*@)?{from_host}{from_user} [Aa]ccessed (?:JAVA )?URL (?:[^\s@:]*@)?(?P<destination>[^\s:]+):(?P<url>\S+)"),
    ("304002", "denied", r"Access denied URL {url} SRC {from_host}{from_user} DEST {to_host}(?: on interface {interface})?"),
    ("305005", "not translated", r"No translation group found for {transport} src {from}{from_user} dst {to}"),
    ("305006", "not translated", r"(?P<translation>[\w ]{{1,200}}?) translation creation failed for {transport} src {from}{from_user} dst {to}"),
    ("305009", "translated", r"Built (?P<translation>\S+) translation from {from}{from_user} to {to}"),
    ("305010", "untranslated", r"Teardown (?P<translation>\S+) translation from {from}{from_user} to {to} duration {duration}"),
    ("305011", "translated", r"Built (?P<translation>\S+) {transport} translation from {from}{from_user} to {to}"),
    ("305012", "untranslated", r"Teardown (?P<translation>\S+) {transport} translation from {from}{from_user} to {to} duration {duration}"),
    ("305013", "not translated", r"Asymmetric NAT rules matched for forward and reverse flows; Connection (?:for )?{transport} src {from}{from_user} dst {to}"),
    ("313001 313008", "denied", r"Denied {transport} {icmp} from {from_host} on interface {interface}"),
    ("313004", "denied", r"Denied {transport} type=(?P<icmp_type>\d+), from (?:laddr )?{from_host} on interface {interface} to {to_host}"),
    ("313005", "denied", r"No matching connection for {transport} error message: \S+ src (?P<ingress>[^\s:]+):(?P<error_source>[^\s(]+){from_user} dst (?P<egress>[^\s:]+):(?P<error_destination>[^\s(]+).{{0,80}}? on \S+ interface\.\s+Original IP payload: (?P<payload_transport>protocol \d+|[\w-]+) src {from_host} dst {to_host}"),
    ("313009", "denied", r"Denied invalid {transport} code (?P<icmp_code>\d+), for {from}{from_nat}{from_user} to {to}{to_nat}{to_user}"),
    ("322001", "denied", r"Deny MAC address (?P<source_mac>\S+), possible spoof attempt on interface {interface}"),
    ("322002 322003", "denied", r"ARP inspection check failed for arp \w+ received from host (?P<source_mac>[\w.:]+) on interface {interface}\. This host is advertising MAC Address \S+ for IP Address (?P<source>[^\s,]+)"),
    ("401004", "denied", r"Shunned packet: {from_host} ==> {to_host} on interface (?P<egress>\S+)"),
    ("405001", "noted", r"Received ARP .{{0,80}}? from {from_host}/(?P<source_mac>\S+) on interface {interface}"),
    ("405002", "denied", r"Received mismatch MAC collision from (?P<source>[^\s/]+)/(?P<source_mac>\S+)"),
    ("406001 406002", "denied", r"FTP port command .{{0,80}}?: {from_host} to {to_host} on interface {interface}"),
    ("407001", "denied", r"Deny traffic for local-host {from}"),
    ("410002 410003 410004", "denied", r".{{0,160}}? from {from} to {to}"),
    ("410001", "denied", r"Dropped {transport} DNS (?P<reason>.{{0,80}}?) from {from}\s*;? to {to}"),
    ("415001 415002 415003 415004 415005 415006 415007 415008 415009 415010 415011 415012 415013 415014 415015 415016 415017 415018 415019 415020", "denied", r".{{0,160}}? from {from} to {to}"),
    ("419001 419002", "noted", r"(?:Duplicate {transport} SYN|.{{0,120}}?) from {from} to {to}(?: |,|$)"),
    ("418001", "denied", r"Through-the-device packet to/from management-only network is denied: {transport} (?:src|from) (?P<ingress>[^\s:]+)[: ](?P<source>[^\s(/]+)(?: ?[(/](?P<source_port>\d+)\)?)?.{{0,120}}? (?:dst|to) (?P<egress>[^\s:]+)[: ](?P<destination>[^\s(/]+)(?: ?[(/](?P<destination_port>\d+))?"),
    ("419003", "noted", r"Cleared {transport} urgent flag from {from} to {to}"),
    ("421001", "denied", r"{transport} flow from {from} to {to} is dropped because (?P<reason>.*)"),
    ("431001 431002", "denied", r".{{0,160}}? from {from} to {to}"),
    ("420001 420002 420003 429001 429002 429003 434001 434002 434003", "denied", r".{{0,80}}?(?P<verdict>[Dd]rop|[Rr]eset)(?:ping)? {transport} (?:packets?|connection) (?:from )?{from} to {to}"),
    ("434004", "bypassed", r"SFR requested \S+ to bypass .{{0,60}}? process {transport} flow from {from} to {to}"),
    ("450001", "denied", r"Deny traffic for {transport} src {from} dst {to}, (?P<reason>licensed host limit of \d+ exceeded)"),
    ("500001 500002 500003 500004", "denied", r".{{0,120}}?(?:protocol=(?P<transport>\w+), )?(?:from|SRC|source) {from_host} (?:to|DEST|dest) {to_host}"),
    ("507001", "terminated", r"Terminating (?P<transport>TCP)-Proxy connection from {from} to {to}(?: - (?P<reason>.*))?"),
    ("507003", "terminated", r"{transport} flow from {from}{from_user} to {to}{to_user} terminated by inspection engine, reason - (?P<reason>.*)"),
    ("710001 710002", "permitted", r"{transport} access (?:requested|permitted) from {from_host} to {to}"),
    ("710003", "denied", r"{transport} access denied by ACL from {from_host} to {to}"),
    ("710004", "denied", r"{transport} connection limit exceeded from {from_host} to {to}"),
    ("710005 710006", "discarded", r"{transport} request discarded from {from_host} to {to}"),
    ("710007", "noted", r"NAT-T keepalive received from {from_host} to {to}"),
    # Connections
    ("302003", "started", r"Built H245 connection for faddr {to_host} laddr {from_host}"),
    ("302004", "started", r"Pre-allocate H323 {transport} backconnection for faddr {to_host} to laddr {from_host}"),
    ("302010", "other", r"(?P<connections_in_use>\d+) in use, (?P<connections_most_used>\d+) most used"),
    ("302013 302015 302017 302035 302303", "started", r"Built (?:{direction} )?(?:Probe )?{transport}(?: state-bypass)? connection {id} (?:for|from) {from}{from_nat}{from_user} to {to}{to_nat}{to_user}{user}"),
    ("302014 302016 302018 302036 302304", "ended", r"Teardown (?:Probe )?{transport}(?: state-bypass)? connection {id} (?:for|from) {from}{from_nat}{from_user}(?: (?!to )(?P<login_user>\S+))? to {to}{to_nat}{to_user}(?: (?!duration )(?P<destination_login>\S+))? duration {duration}(?: bytes {bytes})?(?: (?P<reason>[^()]{{1,80}}?))?(?: from (?P<initiator>\S{{1,64}}))?{user}\s{{0,4}}$"),
    ("302020", "started", r"Built (?:{direction} )?{transport} connection for faddr {to_host}{to_user} gaddr (?P<source_nat>[^\s/]+)(?:/\S+)? laddr {from_host}{from_user}(?:(?:\s+{icmp})?{user})"),
    ("302021", "ended", r"Teardown {transport} connection for faddr {to_host}{to_user} gaddr (?P<source_nat>[^\s/]+)(?:/\S+)? laddr {from_host}{from_user}(?:(?:\s+{icmp})?{user})"),
    ("302022 302024 302026", "started", r"Built (?P<role>\w+)\s+stub {transport} connection for {from}{from_nat} to {to}{to_nat}"),
    ("302023 302025 302027", "ended", r"Teardown (?:\w+\s+)?stub {transport} connection for {from}{from_nat} to {to}{to_nat} duration {duration} forwarded bytes {bytes} (?P<reason>.*)"),
    ("302033", "started", r"Pre-allocated H323 GUP Connection for faddr {to} to laddr {from_host}"),
    ("303002", "ftp", r"(?P<protocol>FTP) connection from {from} to {to}(?:\([^)]*\))?, user (?P<source_user>\S*) (?P<ftp_action>Stored|Retrieved) file (?P<file_path>.+)"),
    ("303004 303005", "denied", r".{{0,160}}? from {from} to {to}"),
    ("314001", "noted", r"Pre-allocated (?P<protocol>RTSP) {transport} backconnection for {from} to {to}"),
    ("607001", "noted", r"Pre-allocate (?P<protocol>SIP) (?P<channel>\S+) (?:(?P<transport>TCP|UDP) )?secondary channel for {to} to {from} from (?P<sip_message>\S+) message"),
    ("609001", "started", r"Built local-host {from}"),
    ("609002", "ended", r"Teardown local-host {from} duration {duration}"),
    ("805001", "offloaded", r"Offloaded {transport} Flow for connection {id} from {from}{from_nat} to {to}{to_nat}"),
    ("805002", "not offloaded", r"{transport} Flow is no longer offloaded for connection {id} from {from}{from_nat} to {to}{to_nat}"),
    ("852001 852002", "noted", r"Received (?P<event>[\w ]{{1,200}}?) event from application (?P<application>\S+) for {transport} flow {from_host} to {to_host}"),
    # Botnet traffic filter, threats
    ("338001 338002 338101 338102 338201 338202", "permitted", r"Dynamic [Ff]ilter (?P<verdict>permitted|monitored|action permitted) .{{0,30}}?listed {transport} traffic from {from}{from_nat} to {to}{to_nat}, (?P<listed>source|destination) \S+ resolved from \S+ list: (?P<listed_name>[^\s,]+)"),
    ("338003 338004 338103 338104 338203 338204", "threat", r"Dynamic [Ff]ilter (?P<verdict>\w+) .{{0,30}}?listed {transport} traffic from {from}{from_nat} to {to}{to_nat}, (?P<listed>source|destination) \S+ resolved from \S+ list: (?P<listed_name>[^\s,]+)(?:, threat-level: (?P<threat_level>[^,]+), category: (?P<threat_category>.+))?"),
    ("338005 338006 338007 338008", "discarded", r"Dynamic [Ff]ilter (?P<verdict>\w+) .{{0,30}}?listed {transport} traffic from {from}{from_nat} to {to}{to_nat}, (?P<listed>source|destination) \S+ resolved from \S+ list: (?P<listed_name>[^\s,]+)(?:, threat-level: (?P<threat_level>[^,]+), category: (?P<threat_category>.+))?"),
    ("338301", "noted", r"Intercepted DNS reply for (?:domain|name) (?P<question>\S{{1,255}}) from {from} to {to}, matched (?P<list>\S+)"),
    ("400000 400007 400010 400013 400014 400023 400024 400025 400026 400027 400028 400031 400032 400033 400036 400041 400050", "threat", r"IPS:(?P<signature>\d+) (?P<signature_name>.{{0,120}}?) from {from_host} to {to_host} on interface {interface}"),
    ("733100", "threat", r"\[\s*(?P<object>[^\]]+)\] drop (?P<rate>rate-\d+) exceeded\. (?P<reason>.*)"),
    ("733101 733102 733103 733104 733105", "threat", r".{{0,80}}?(?:[Hh]ost|object) (?P<source>[\d.:a-fA-F]+)"),
    # Administration
    ("111001 111003 111004 111005 111007", "configured", r"(?:Begin configuration: )?(?P<source>\S+) (?P<command>writing|reading|erase configuration|end configuration|Erase configuration|Write|[\w ]{{1,200}}?)(?:: (?P<result>OK|FAILED)| (?:to|from) (?P<configuration>.*))?$"),
    ("111008", "configured", r"User '(?P<user>[^']*)' executed the '(?P<command>.*)' command"),
    ("111009", "command", r"User '(?P<user>[^']*)' executed cmd: (?P<command>.*)"),
    ("111010", "configured", r"User '(?P<user>[^']*)', running '(?P<application_name>[^']*)' from IP (?P<source>[^\s,]+), executed '(?P<command>.*)'"),
    ("502101 502102", "configured", r"(?:New user added to|User deleted from) local dbase: Uname: (?P<user>\S+) Priv: (?P<privilege>\d+)"),
    ("502103", "privileges", r"User priv level changed: Uname: (?P<user>\S+) From: (?P<privilege_before>\d+) To: (?P<privilege>\d+)"),
    ("113022", "server down", r"AAA Marking (?P<protocol>\S+) server {to_host} in aaa-server group (?P<server_group>\S+) as FAILED"),
    ("113023", "server up", r"AAA Marking (?P<protocol>\S+) server {to_host} in aaa-server group (?P<server_group>\S+) as ACTIVE"),
    ("411001 411002", "interface", r"Line protocol on [Ii]nterface (?P<ingress>[^\s,]+), changed state to (?P<state>\w+)"),
    ("412001", "interface", r"MAC (?P<source_mac>[\w.:]+) moved from (?P<ingress>\S+) to (?P<egress>\S+)"),
    ("425005", "interface", r"Interface (?P<ingress>\S+) become active in redundant interface (?P<redundant_interface>\S+)"),
    ("711004", "other", r"Task ran for (?P<milliseconds>\d+) msec, Process = (?P<process>[^,]+)"),
    # Logins
    ("109001", "noted", r"Auth start for user '(?P<user>[^']*)' from {from_host} to {to_host}"),
    ("109002 109010", "login failed", r"Auth from {from_host} to {to_host} failed \((?P<reason>[^)]{{1,200}})\) on interface {interface}"),
    ("109005", "logged in", r"Authentication succeeded for user '(?P<user>[^']*)' from {from_host} to {to_host} on interface {interface}"),
    ("109006", "login failed", r"Authentication failed for user '(?P<user>[^']*)' from {from_host} to {to_host} on interface {interface}"),
    ("109007", "permitted", r"Authorization permitted for user '(?P<user>[^']*)' from {from_host} to {to_host} on interface {interface}"),
    ("109008", "denied", r"Authorization denied for user '(?P<user>[^']*)' from {from_host} to {to_host} on interface {interface}"),
    ("113004", "logged in", r"AAA user \w+ Successful ?: server =\s+(?P<destination>\S+)\s*[,:] [Uu]ser = (?P<source_user>.+)"),
    ("113005 113015 113016 113017", "login failed", r"AAA (?:user|credentials) (?:\w+ )?[Rr]ejected ?: reason = (?P<reason>[^:]{{1,200}}?) ?: (?:server =\s+(?P<destination>\S+)|local database) ?[:,] user = (?P<source_user>.{{0,200}}?)(?: ?[:,] user IP = (?P<source>\S+))?$"),
    ("113006", "login failed", r"User '?(?P<source_user>[^']{{1,200}}?)'? locked out"),
    ("113008 113009 113010 113011", "logged in", r"AAA (?:transaction status ACCEPT ?: user = |retrieved (?:default|user specific) group policy \(?(?P<group>[^)]{{0,200}}?)\)? for user =? ?|challenge received for user )(?P<source_user>\S+)"),
    ("113012", "logged in", r"AAA user authentication Successful ?: local database ?: user = (?P<source_user>.+)"),
    ("113014", "login failed", r"AAA authentication server not accessible ?: server = (?P<destination>\S+) ?: user = (?P<source_user>.+)"),
    ("113019", "vpn ended", r"Group = (?P<group>[^,]*), Username = (?P<source_user>[^,]*), IP = (?P<destination>[^,]+), Session disconnected\. Session Type: (?P<session_type>[^,]+), Duration: (?P<duration>[^,]+), Bytes xmt: (?P<sent>\d+), Bytes rcv: (?P<received>\d+), Reason: (?P<reason>.*)"),
    ("113021", "login failed", r"Attempted console login failed\. User (?P<source_user>\S+)"),
    ("113039", "vpn started", r"{client} AnyConnect parent session started"),
    ("308001", "login failed", r"Console enable password incorrect for (?P<attempts>\d+) tries \(from {from_host}\)"),
    ("315011", "ssh ended", r"SSH session from {from_host} on interface {interface} for user \"?(?P<source_user>[^\"]{{0,200}}?)\"? (?:disconnected by SSH server, reason: \"?(?P<reason>[^\"]*)\"?|terminated normally)"),
    ("605004", "login failed", r"Login denied from {from_host} to (?:(?P<egress>[^\s:]+):)?(?P<destination>[^\s/]+)/(?P<protocol>\S+) for user \"(?P<source_user>.*)\""),
    ("605005", "logged in", r"Login permitted from {from_host} to (?:(?P<egress>[^\s:]+):)?(?P<destination>[^\s/]+)/(?P<protocol>\S+) for user \"(?P<source_user>.*)\""),
    ("611101", "logged in", r"User authentication succeeded: (?:IP address: (?P<source>[^,]+), )?Uname: (?P<user>.+)"),
    ("611102", "login failed", r"User authentication failed: (?:IP address: (?P<source>[^,]+), )?Uname: (?P<user>.+)"),
    ("611103", "logged out", r"User logged out: Uname: (?P<user>.+)"),
    ("716039", "login failed", r"(?:Group <?(?P<group>[^<>]{{0,200}}?)>? User <(?P<source_user>[^<>]*)> IP <(?P<source>[^<>]+)> )?Authentication: rejected, ?(?:group = (?P<login_group>\S+) user = (?P<login_user>.{{0,200}}?) ?,)? Session Type: (?P<session_type>.{{0,200}}?)\.?$"),
    ("716038", "logged in", r"(?:Group <?(?P<group>[^<>]{{0,200}}?)>? User <?(?P<source_user>[^<>]{{0,200}}?)>? IP <?(?P<source>[^<>\s]+)>? )?Authentication: successful, ?(?:group = (?P<login_group>\S+) user = (?P<login_user>.{{0,200}}?) ?,)? Session Type: (?P<session_type>.{{0,200}}?)\.?$"),
    ("734001", "logged in", r"DAP: User (?P<email>[^,]+), Addr (?P<source>[^,]+), Connection (?P<session_type>[^:]+): The following DAP records were selected for this connection: (?P<dap_records>.*)"),
    # VPN sessions and tunnels
    ("402116 402117 402119 402120 402121 402123", "denied", r".{{0,240}}? from {from_host} .{{0,40}}?to {to_host}"),
    ("602101", "noted", r"PMTU-D packet .{{0,160}}?dest_addr=(?P<destination>[^,]+), src_addr=(?P<source>[^,]+), prot=(?P<transport>\w+)"),
    ("602303", "tunnel started", r"(?P<network_type>IPSEC): An {direction} (?P<tunnel_type>.{{0,40}}?) SA \(SPI= ?(?P<spi>\S+)\) between {from_host} and {to_host} \(user= ?(?P<user>[^)]*)\) has been created"),
    ("602304", "tunnel ended", r"(?P<network_type>IPSEC): An {direction} (?P<tunnel_type>.{{0,40}}?) SA \(SPI= ?(?P<spi>\S+)\) between {from_host} and {to_host} \(user= ?(?P<user>[^)]*)\) has been deleted"),
    ("713049", "tunnel started", r"{peer}Security negotiation complete for (?P<tunnel_type>.{{0,200}}?) \((?P<tunnel_name>[^)]*)\)"),
    ("713119 713120 713202 713228", "noted", r"{peer}(?P<reason>.*)"),
    ("713050", "vpn ended", r"{peer}Connection terminated for peer (?P<destination>[^\s.]\S{{0,200}}?)\.(?:\s+Reason: (?P<reason>.*))?$"),
    ("713901 713902", "vpn error", r"{peer}(?P<reason>.*)"),
    ("713903 713904 713905 713906", "other", r"{peer}(?P<reason>.*)"),
    ("713061 713123 713167 713172 713194 713198 713201 713259", "vpn", r"{peer}(?P<reason>.*)"),
    ("716001", "vpn started", r"{client} WebVPN session started"),
    ("716002", "vpn ended", r"{client} WebVPN session terminated: (?P<reason>.{{0,200}}?)\.?$"),
    ("113029 113030 113031 113032 113033 113034 113035 113036 113037 113038", "vpn error", r"{client} (?P<reason>(?:Session could not|Session terminated:|User ACL|AnyConnect (?:ipv6-)?vpn-filter|AnyConnect session not|AAA parameter|Unable to create).*)"),
    ("716003", "granted", r"{client} WebVPN access GRANTED: {url}"),
    ("716004", "denied", r"{client} WebVPN access DENIED to specified location: {url}"),
    ("716058", "vpn ended", r"{client} AnyConnect session lost connection"),
    ("716059", "vpn resumed", r"(?:TunnelGroup \S+ GroupPolicy|Group) <?(?P<group>[^<>]{{0,200}}?)>? User <?(?P<source_user>[^<>]{{0,200}}?)>? ?IP <?(?P<destination>[^\s<>,]+)>? AnyConnect session resumed\.? ?[Cc]onnection from (?:IP )?<?(?P<source>[^\s<>]{{1,200}}?)>?\.?$"),
    ("721016", "vpn started", r"\((?P<device>[^)]*)\) WebVPN session for client user (?P<source_user>[^,]+), IP(?:v\d)? (?P<destination>\S+) has been created"),
    ("721018", "vpn ended", r"\((?P<device>[^)]*)\) WebVPN session for client user (?P<source_user>[^,]+), IP(?:v\d)? (?P<destination>\S+) has been deleted"),
    ("722022", "vpn started", r"{client} (?P<transport>TCP|UDP) (?:SVC )?connection established"),
    ("722023 722028", "vpn ended", r"{client} (?:(?P<transport>TCP|UDP) SVC connection terminated|Stale SVC connection closed)"),
    ("722032", "vpn started", r"{client} New (?:(?P<transport>TCP|UDP) )?SVC connection replacing old connection"),
    ("722033 722034", "vpn started", r"{client} (?:First|New) (?P<transport>TCP|UDP) SVC connection established"),
    ("722030", "vpn", r"{client} SVC Session Termination: In: (?P<sent>\d+)"),
    ("722031", "vpn", r"{client} SVC Session Termination: Out: (?P<received>\d+)"),
    ("722036", "vpn", r"{client} Transmitting large packet (?P<packet_size>\d+) \(threshold (?P<threshold>\d+)\)"),
    ("722037", "vpn ended", r"{client} SVC closing connection: (?P<reason>.{{0,200}}?)\.?$"),
    ("722041", "vpn", r"{client} No IPv6 address available for SVC connection"),
    ("722011 722012 722010", "vpn", r"{client} SVC Message: (?P<reason>.*)"),
    ("722051", "address", r"{client} IPv4 Address <(?P<client_address>[^>]*)> IPv6 address <(?P<client_address_v6>[^>]*)> assigned to session"),
    ("722055", "vpn", r"{client} Client Type: (?P<user_agent>.*)"),
    ("725001", "tls started", r"Starting SSL handshake with (?:client|server|peer) {from}(?: to {to})?{tls}"),
    ("725002 725003", "tls", r"(?:Device completed SSL handshake with|SSL) client {from}(?: to {to})?{tls}"),
    ("725008", "tls", r"SSL (?:client|server|peer) {from}(?: to {to})? proposes the following (?P<ciphers>\d+) cipher"),
    ("725012", "tls", r"Device chooses cipher ?:? ?(?P<cipher>\S+) for the SSL session with (?:client|server|peer) {from}(?: to {to})?"),
    ("725013", "tls", r"SSL (?:client|server|peer) {from}(?: to {to})? chooses cipher ?:? ?(?P<cipher>\S+)"),
    ("725016", "tls", r"Device selects trust-point (?P<trust_point>\S+) for client {from}(?: to {to})?"),
    ("725006", "tls failed", r"Device failed SSL handshake with (?:client|server|peer) {from}(?: to {to})?"),
    ("725007", "tls ended", r"SSL session with (?:client|server|peer) {from}(?: to {to})?,? terminated"),
    ("737003 737034", "vpn failed", r"IPAA: (?:Session=(?P<session_id>\w+), )?(?P<reason>.*)"),
    ("737006 737015 737016 737026", "vpn", r"IPAA: (?:Session=(?P<session_id>\w+), )?(?P<reason>(?:(?:Freeing [\w ]{{1,40}}|Client assigned) (?P<source>[\d.:a-fA-F]{{2,45}}))?.*)"),
    ("746012 746013", "noted", r"user-identity: (?:Add|Delete) IP-User mapping (?P<source>\S+) - (?P<source_user>\S+) (?P<result>\w+) - (?P<reason>.*)"),
    ("750001 750002", "tunnel requested", r"{tunnel}Received (?P<reason>.*)"),
    ("751001 751002 751004 751005 751006 751009 751011 751017 751022 751027", "tunnel failed", r"{tunnel}(?P<reason>.*)"),
    ("751025", "address", r"{tunnel}Group:(?P<group>\S+) IPv4 Address=(?P<client_address>\S+) IPv6 address=(?P<client_address_v6>\S+) assigned to session"),
    ("750003", "tunnel failed", r"{tunnel}Negotiation aborted due to ERROR: (?P<reason>.*)"),
    ("750006", "tunnel started", r"{tunnel}SA UP\. Reason: (?P<reason>.*)"),
    ("750007", "tunnel ended", r"{tunnel}SA DOWN\. Reason: (?P<reason>.*)"),
)  # fmt: skip

_BY_ID = {code: (kind, pattern) for codes, kind, pattern in _TABLE for code in codes.split()}


class Message(NamedTuple):
    """A compiled row of the table."""

    kind: Kind
    pattern: re.Pattern[str]


@lru_cache(maxsize=1024)
def message(code: str) -> Message | None:
    """Return the row of a message id, None for an id that the table lacks."""
    row = _BY_ID.get(code)
    if row is None:
        return None
    kind, pattern = row
    return Message(KINDS[kind], re.compile(pattern.format_map(PARTS)))


def codes() -> list[str]:
    """Return the ids that the table has."""
    return list(_BY_ID)


def codes_starting(text: str) -> list[str]:
    """Return the ids whose messages may start with the first word of a text."""
    return _BY_FIRST_WORD.get(text.partition(" ")[0], [])


def _first_words() -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    for code, (_, pattern) in _BY_ID.items():
        start = "Group" if pattern.startswith("{client}") else pattern.partition(" ")[0]
        if start.isalpha():
            words.setdefault(start, []).append(code)
            if pattern.startswith("{client}"):
                words.setdefault("TunnelGroup", []).append(code)
    return words


_BY_FIRST_WORD = _first_words()
