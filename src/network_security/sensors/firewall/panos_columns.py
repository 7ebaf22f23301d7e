"""Columns of PAN-OS log lines, by log type.

Source: Palo Alto Networks, "PAN-OS Administrator's Guide", chapter "Syslog Field Descriptions",
versions 7.1 to 11.2; the names are the variable names given there in brackets. A line has no
header, and each version adds columns at the end, so a shorter line is one of an older version.
Columns that the guide calls FUTURE_USE are written ``-`` here and kept by their position.
"""

_HEAD = "- receive_time serial type subtype - time_generated "
_HIERARCHY = (
    "dg_hier_level_1 dg_hier_level_2 dg_hier_level_3 dg_hier_level_4 vsys_name device_name "
)
_SESSION = (
    "src dst natsrc natdst rule srcuser dstuser app vsys from to inbound_if outbound_if logset - "
    "sessionid repeatcnt sport dport natsport natdport flags proto action "
)
_DEVICES = (
    "src_category src_profile src_model src_vendor src_osfamily src_osversion src_host src_mac "
    "dst_category dst_profile dst_model dst_vendor dst_osfamily dst_osversion dst_host dst_mac "
)
_CONTAINER = "container_id pod_namespace pod_name src_edl dst_edl "
_APPLICATION = (
    "subcategory_of_app category_of_app technology_of_app risk_of_app characteristic_of_app "
    "container_of_app tunneled_app is_saas_of_app sanctioned_state_of_app "
)
_TUNNEL_START = "tunnelid monitortag "

_TRAFFIC = (
    _HEAD
    + _SESSION
    + "bytes bytes_sent bytes_received packets start elapsed category - seqno actionflags srcloc "
    "dstloc - pkts_sent pkts_received session_end_reason "
    + _HIERARCHY
    + "action_source src_uuid dst_uuid "
    + _TUNNEL_START
    + "parent_session_id parent_start_time tunnel assoc_id chunks chunks_sent chunks_received "
    "rule_uuid http2_connection link_change_count policy_id link_switches sdwan_cluster "
    "sdwan_device_type sdwan_cluster_type sdwan_site dynusergroup_name xff_ip "
    + _DEVICES
    + _CONTAINER
    + "hostid serialnumber src_dag dst_dag session_owner high_res_timestamp nsdsai_sst nsdsai_sd "
    + _APPLICATION
    + "offloaded flow_type cluster_name"
)
_THREAT = (
    _HEAD
    + _SESSION
    + "misc threatid category severity direction seqno actionflags srcloc dstloc - contenttype "
    "pcap_id filedigest cloud url_idx user_agent filetype xff referer sender subject recipient "
    "reportid "
    + _HIERARCHY
    + "- src_uuid dst_uuid http_method "
    + _TUNNEL_START
    + "parent_session_id parent_start_time tunnel thr_category contentver sig_flags assoc_id ppid "
    "http_headers url_category_list rule_uuid http2_connection dynusergroup_name xff_ip "
    + _DEVICES
    + _CONTAINER
    + "hostid serialnumber domain_edl src_dag dst_dag partial_hash high_res_timestamp reason "
    "justification nssai_sst " + _APPLICATION + "cloud_reportid cluster_name flow_type"
)
_SYSTEM = (
    _HEAD
    + "vsys eventid object - - module severity opaque seqno actionflags "
    + _HIERARCHY
    + "- - high_res_timestamp"
)
_CONFIG_HEAD = _HEAD + "host vsys cmd admin client result path "
_CONFIG_TAIL = "seqno actionflags " + _HIERARCHY + "dg_id comment - high_res_timestamp"
_CONFIG = _CONFIG_HEAD + "before_change_detail after_change_detail " + _CONFIG_TAIL
_CONFIG_SHORT = _CONFIG_HEAD + _CONFIG_TAIL
_HIPMATCH = (
    _HEAD
    + "srcuser vsys machinename os src matchname repeatcnt matchtype - - seqno actionflags "
    + _HIERARCHY
    + "vsys_id srcipv6 hostid serialnumber mac high_res_timestamp cluster_name"
)
_GLOBALPROTECT = (
    _HEAD + "vsys eventid stage auth_method tunnel_type srcuser srcregion machinename public_ip "
    "public_ipv6 private_ip private_ipv6 hostid serialnumber client_ver client_os client_os_ver "
    "repeatcnt reason error opaque status location login_duration connect_method error_code portal "
    "seqno actionflags high_res_timestamp selection_type response_time priority attempted_gateways "
    "gateway " + _HIERARCHY + "vsys_id cluster_name"
)
_USERID = (
    _HEAD + "vsys ip user datasourcename eventid repeatcnt timeout beginport endport datasource "
    "datasourcetype seqno actionflags "
    + _HIERARCHY
    + "vsys_id factortype factorcompletiontime factorno ugflags userbysource tag_name "
    "high_res_timestamp origindatasource - cluster_name"
)
_IPTAG = (
    _HEAD + "vsys ip tag_name event_id repeatcnt timeout datasourcename datasource_type "
    "datasource_subtype seqno actionflags " + _HIERARCHY + "vsys_id high_res_timestamp cluster_name"
)
_AUTHENTICATION = (
    _HEAD
    + "vsys ip user normalize_user object authpolicy repeatcnt authid vendor logset serverprofile "
    "desc clienttype event factorno seqno actionflags "
    + _HIERARCHY
    + "vsys_id authproto rule_uuid high_res_timestamp src_category src_profile src_model "
    "src_vendor src_osfamily src_osversion src_host src_mac region - user_agent sessionid "
    "cluster_name"
)
_DECRYPTION = (
    _HEAD
    + _SESSION
    + "tunnel - - src_uuid dst_uuid rule_uuid hs_stage_c2f hs_stage_f2s tls_version tls_keyxchg "
    "tls_enc tls_auth policy_name ec_curve err_index root_status chain_status proxy_type "
    "cert_serial fingerprint notbefore notafter cert_ver cert_size cn_len issuer_len rootcn_len "
    "sni_len cert_flags cn issuer_cn root_cn sni error "
    + _CONTAINER
    + "src_dag dst_dag high_res_timestamp "
    + _DEVICES
    + "seqno actionflags "
    + _HIERARCHY
    + "vsys_id "
    + _APPLICATION
    + "cluster_name"
)
_TUNNEL = (
    _HEAD
    + _SESSION
    + "severity seqno actionflags srcloc dstloc "
    + _HIERARCHY
    + _TUNNEL_START
    + "parent_session_id parent_start_time tunnel bytes bytes_sent bytes_received packets "
    "pkts_sent pkts_received max_encap unknown_proto strict_check tunnel_fragment "
    "sessions_created sessions_closed session_end_reason action_source start elapsed "
    "tunnel_insp_rule remote_user_ip remote_user_id rule_uuid pcap_id dynusergroup_name src_edl "
    "dst_edl high_res_timestamp nsdsai_sd nsdsai_sst pdu_session_id " + _APPLICATION
)
_GTP = (
    _HEAD
    + _SESSION
    + "event_type msisdn apn rat msg_type end_ip_adr teid1 teid2 gtp_interface cause_code severity "
    "mcc mnc area_code cell_id event_code - - srcloc dstloc"
)
_SCTP = (
    _HEAD
    + "src dst - - rule - - - vsys from to inbound_if outbound_if logset - sessionid repeatcnt "
    "sport dport - - - - proto action "
    + _HIERARCHY
    + "seqno - assoc_id ppid severity sctp_chunk_type - verif_tag_1 verif_tag_2 sctp_cause_code "
    "diam_app_id diam_cmd_code diam_avp_code stream_id assoc_end_reason op_code sccp_calling_ssn "
    "sccp_calling_gt sctp_filter chunks chunks_sent chunks_received packets pkts_sent "
    "pkts_received rule_uuid high_res_timestamp"
)
_CORRELATION = (
    _HEAD
    + "src srcuser vsys category severity "
    + _HIERARCHY
    + "vsys_id object_name object_id evidence"
)
_AUDIT = "serial time_generated type - subtype admin cmd result"


def _names(columns: str) -> tuple[str, ...]:
    return tuple(
        f"future_use_{position}" if name == "-" else name
        for position, name in enumerate(columns.split(), start=1)
    )


COLUMNS: dict[str, tuple[str, ...]] = {
    "TRAFFIC": _names(_TRAFFIC),
    "THREAT": _names(_THREAT),
    "SYSTEM": _names(_SYSTEM),
    "CONFIG": _names(_CONFIG),
    "HIPMATCH": _names(_HIPMATCH),
    "HIP-MATCH": _names(_HIPMATCH),
    "GLOBALPROTECT": _names(_GLOBALPROTECT),
    "USERID": _names(_USERID),
    "IPTAG": _names(_IPTAG),
    "AUTH": _names(_AUTHENTICATION),
    "AUTHENTICATION": _names(_AUTHENTICATION),
    "DECRYPTION": _names(_DECRYPTION),
    "TUNNEL": _names(_TUNNEL),
    "START": _names(_TUNNEL),
    "END": _names(_TUNNEL),
    "GTP": _names(_GTP),
    "SCTP": _names(_SCTP),
    "CORRELATION": _names(_CORRELATION),
}
"""Log type as it stands in the fourth column -> names of the columns."""

CONFIG_SHORT = _names(_CONFIG_SHORT)
"""Configuration logs without the two columns of change details, which are optional."""

AUDIT = _names(_AUDIT)
"""Audit logs of administrators' activity, which start with the serial number."""

HEAD = _names(_HEAD)
"""What lines of all types but `AUDIT` start with."""
