"""What the ids of the Windows Security log mean: action, category, type and title.

Source: Microsoft, "Appendix L: Events to Monitor" and "Advanced security audit policy settings";
the title is the first line of an event's message in English, by which an event is told where only
its message was kept. The actions are the words that other ECS sources of these events use.
"""

# ruff: noqa: E501

from typing import NamedTuple


class Meaning(NamedTuple):
    """How one event is classified."""

    action: str
    category: tuple[str, ...]
    type: tuple[str, ...]
    title: str
    failed: bool = False


_LOGIN = ("authentication",)
_IAM = ("iam",)
_SETTING = ("iam", "configuration")
_USER, _GROUP, _ADMIN = "user", "group", "admin"
_NETWORK = ("network",)

# id: action, category, type, title; a fifth member marks what is a failure by itself.
MEANINGS: dict[str, Meaning] = {
    code: Meaning(*row)  # type: ignore[arg-type]
    for code, row in {
        "1100": ("logging-service-shutdown", ("process",), ("end",), "The event logging service has shut down."),
        "1102": ("audit-log-cleared", _IAM, (_ADMIN, "change"), "The audit log was cleared."),
        "1104": ("logging-full", _IAM, (_ADMIN,), "The security log is now full."),
        "1105": ("auditlog-archived", _IAM, (_ADMIN,), "Event log automatic backup."),
        "4608": ("system-started", ("host",), ("start",), "Windows is starting up."),
        "4610": ("authentication-package-loaded", ("configuration",), ("access",), "An authentication package has been loaded by the Local Security Authority."),
        "4611": ("trusted-logon-process-registered", ("configuration",), ("access",), "A trusted logon process has been registered with the Local Security Authority."),
        "4616": ("system-time-changed", ("host",), ("change",), "The system time was changed."),
        "4624": ("logged-in", _LOGIN, ("start",), "An account was successfully logged on."),
        "4625": ("logon-failed", _LOGIN, ("start", "info"), "An account failed to log on.", True),
        "4634": ("logged-out", _LOGIN, ("end",), "An account was logged off."),
        "4647": ("logged-out", _LOGIN, ("end",), "User initiated logoff:"),
        "4648": ("logged-in-explicit", _LOGIN, ("start",), "A logon was attempted using explicit credentials."),
        "4656": ("object-handle-requested", ("host",), ("access",), "A handle to an object was requested."),
        "4657": ("registry-value-modified", ("registry", "configuration"), ("change",), "A registry value was modified."),
        "4658": ("object-handle-closed", ("host",), ("info",), "The handle to an object was closed."),
        "4660": ("object-deleted", ("host",), ("deletion",), "An object was deleted."),
        "4661": ("object-handle-requested", ("host",), ("access",), "A handle to an object was requested."),
        "4662": ("object-operation-performed", ("host",), ("access",), "An operation was performed on an object."),
        "4663": ("object-accessed", ("host",), ("access",), "An attempt was made to access an object."),
        "4670": ("permissions-changed", _IAM, (_ADMIN, "change"), "Permissions on an object were changed."),
        "4672": ("logged-in-special", _IAM, (_ADMIN,), "Special privileges assigned to new logon."),
        "4673": ("privileged-service-called", _IAM, (_ADMIN,), "A privileged service was called."),
        "4674": ("privileged-operation", _IAM, (_ADMIN,), "An operation was attempted on a privileged object."),
        "4688": ("created-process", ("process",), ("start",), "A new process has been created."),
        "4689": ("exited-process", ("process",), ("end",), "A process has exited."),
        "4697": ("service-installed", _SETTING, (_ADMIN, "change"), "A service was installed in the system."),
        "4698": ("scheduled-task-created", _SETTING, (_ADMIN, "creation"), "A scheduled task was created."),
        "4699": ("scheduled-task-deleted", _SETTING, (_ADMIN, "deletion"), "A scheduled task was deleted."),
        "4700": ("scheduled-task-enabled", _SETTING, (_ADMIN, "change"), "A scheduled task was enabled."),
        "4701": ("scheduled-task-disabled", _SETTING, (_ADMIN, "change"), "A scheduled task was disabled."),
        "4702": ("scheduled-task-updated", _SETTING, (_ADMIN, "change"), "A scheduled task was updated."),
        "4704": ("user-right-assigned", _IAM, (_ADMIN, "change"), "A user right was assigned."),
        "4705": ("user-right-removed", _IAM, (_ADMIN, "change"), "A user right was removed."),
        "4706": ("domain-trust-added", ("configuration",), ("creation",), "A new trust was created to a domain."),
        "4707": ("domain-trust-removed", ("configuration",), ("deletion",), "A trust to a domain was removed."),
        "4713": ("kerberos-policy-changed", ("configuration",), ("change",), "Kerberos policy was changed."),
        "4716": ("trusted-domain-information-changed", ("configuration",), ("change",), "Trusted domain information was modified."),
        "4717": ("system-security-access-granted", _IAM, (_ADMIN, "change"), "System security access was granted to an account."),
        "4718": ("system-security-access-removed", _IAM, (_ADMIN, "deletion"), "System security access was removed from an account."),
        "4719": ("changed-audit-config", _SETTING, (_ADMIN, "change"), "System audit policy was changed."),
        "4720": ("added-user-account", _IAM, (_USER, "creation"), "A user account was created."),
        "4722": ("enabled-user-account", _IAM, (_USER, "change"), "A user account was enabled."),
        "4723": ("changed-password", _IAM, (_USER, "change"), "An attempt was made to change an account's password."),
        "4724": ("reset-password", _IAM, (_USER, "change"), "An attempt was made to reset an account's password."),
        "4725": ("disabled-user-account", _IAM, (_USER, "deletion"), "A user account was disabled."),
        "4726": ("deleted-user-account", _IAM, (_USER, "deletion"), "A user account was deleted."),
        "4727": ("added-group-account", _IAM, (_GROUP, "creation"), "A security-enabled global group was created."),
        "4728": ("added-member-to-group", _IAM, (_GROUP, "change"), "A member was added to a security-enabled global group."),
        "4729": ("removed-member-from-group", _IAM, (_GROUP, "change"), "A member was removed from a security-enabled global group."),
        "4730": ("deleted-group-account", _IAM, (_GROUP, "deletion"), "A security-enabled global group was deleted."),
        "4731": ("added-group-account", _IAM, (_GROUP, "creation"), "A security-enabled local group was created."),
        "4732": ("added-member-to-group", _IAM, (_GROUP, "change"), "A member was added to a security-enabled local group."),
        "4733": ("removed-member-from-group", _IAM, (_GROUP, "change"), "A member was removed from a security-enabled local group."),
        "4734": ("deleted-group-account", _IAM, (_GROUP, "deletion"), "A security-enabled local group was deleted."),
        "4735": ("modified-group-account", _IAM, (_GROUP, "change"), "A security-enabled local group was changed."),
        "4737": ("modified-group-account", _IAM, (_GROUP, "change"), "A security-enabled global group was changed."),
        "4738": ("modified-user-account", _IAM, (_USER, "change"), "A user account was changed."),
        "4739": ("domain-policy-changed", ("configuration",), ("change",), "Domain Policy was changed."),
        "4740": ("locked-out-user-account", _IAM, (_USER, "change"), "A user account was locked out."),
        "4741": ("added-computer-account", _IAM, ("creation", _ADMIN), "A computer account was created."),
        "4742": ("changed-computer-account", _IAM, ("change", _ADMIN), "A computer account was changed."),
        "4743": ("deleted-computer-account", _IAM, ("deletion", _ADMIN), "A computer account was deleted."),
        "4744": ("added-distribution-group-account", _IAM, (_GROUP, "creation"), "A security-disabled local group was created."),
        "4745": ("changed-distribution-group-account", _IAM, (_GROUP, "change"), "A security-disabled local group was changed."),
        "4746": ("added-member-to-distribution-group", _IAM, (_GROUP, "change"), "A member was added to a security-disabled local group."),
        "4747": ("removed-member-from-distribution-group", _IAM, (_GROUP, "change"), "A member was removed from a security-disabled local group."),
        "4748": ("deleted-distribution-group-account", _IAM, (_GROUP, "deletion"), "A security-disabled local group was deleted."),
        "4749": ("added-distribution-group-account", _IAM, (_GROUP, "creation"), "A security-disabled global group was created."),
        "4750": ("changed-distribution-group-account", _IAM, (_GROUP, "change"), "A security-disabled global group was changed."),
        "4751": ("added-member-to-distribution-group", _IAM, (_GROUP, "change"), "A member was added to a security-disabled global group."),
        "4752": ("removed-member-from-distribution-group", _IAM, (_GROUP, "change"), "A member was removed from a security-disabled global group."),
        "4753": ("deleted-distribution-group-account", _IAM, (_GROUP, "deletion"), "A security-disabled global group was deleted."),
        "4754": ("added-group-account", _IAM, (_GROUP, "creation"), "A security-enabled universal group was created."),
        "4755": ("modified-group-account", _IAM, (_GROUP, "change"), "A security-enabled universal group was changed."),
        "4756": ("added-member-to-group", _IAM, (_GROUP, "change"), "A member was added to a security-enabled universal group."),
        "4757": ("removed-member-from-group", _IAM, (_GROUP, "change"), "A member was removed from a security-enabled universal group."),
        "4758": ("deleted-group-account", _IAM, (_GROUP, "deletion"), "A security-enabled universal group was deleted."),
        "4759": ("added-distribution-group-account", _IAM, (_GROUP, "creation"), "A security-disabled universal group was created."),
        "4760": ("changed-distribution-group-account", _IAM, (_GROUP, "change"), "A security-disabled universal group was changed."),
        "4761": ("added-member-to-distribution-group", _IAM, (_GROUP, "change"), "A member was added to a security-disabled universal group."),
        "4762": ("removed-member-from-distribution-group", _IAM, (_GROUP, "change"), "A member was removed from a security-disabled universal group."),
        "4763": ("deleted-distribution-group-account", _IAM, (_GROUP, "deletion"), "A security-disabled universal group was deleted."),
        "4764": ("type-changed-group-account", _IAM, (_GROUP, "change"), "A group's type was changed."),
        "4765": ("sid-history-added", _IAM, (_USER, "change"), "SID History was added to an account."),
        "4766": ("sid-history-add-attempted", _IAM, (_USER, "change"), "An attempt to add SID History to an account failed.", True),
        "4767": ("unlocked-user-account", _IAM, (_USER, "change"), "A user account was unlocked."),
        "4768": ("kerberos-authentication-ticket-requested", _LOGIN, ("start",), "A Kerberos authentication ticket (TGT) was requested."),
        "4769": ("kerberos-service-ticket-requested", _LOGIN, ("start",), "A Kerberos service ticket was requested."),
        "4770": ("kerberos-service-ticket-renewed", _LOGIN, ("start",), "A Kerberos service ticket was renewed."),
        "4771": ("kerberos-preauth-failed", _LOGIN, ("start", "info"), "Kerberos pre-authentication failed.", True),
        "4776": ("credential-validated", _LOGIN, ("start",), "The computer attempted to validate the credentials for an account."),
        "4778": ("session-reconnected", ("authentication", "session"), ("start",), "A session was reconnected to a Window Station."),
        "4779": ("session-disconnected", ("authentication", "session"), ("end",), "A session was disconnected from a Window Station."),
        "4780": ("permissions-changed", _IAM, (_ADMIN, "change"), "The ACL was set on accounts which are members of administrators groups."),
        "4781": ("renamed-user-account", _IAM, (_USER, "change"), "The name of an account was changed:"),
        "4794": ("restore-mode-password-set", _IAM, (_ADMIN, "change"), "An attempt was made to set the Directory Services Restore Mode administrator password."),
        "4798": ("group-membership-enumerated", _IAM, (_USER, "info"), "A user's local group membership was enumerated."),
        "4799": ("user-member-enumerated", _IAM, (_GROUP, "info"), "A security-enabled local group membership was enumerated."),
        "4800": ("workstation-locked", ("session",), ("info",), "The workstation was locked."),
        "4801": ("workstation-unlocked", ("session",), ("info",), "The workstation was unlocked."),
        "4817": ("object-audit-changed", _SETTING, (_ADMIN, "change"), "Auditing settings on object were changed."),
        "4886": ("certificate-requested", _IAM, (_ADMIN, "info"), "Certificate Services received a certificate request."),
        "4887": ("certificate-issued", _IAM, (_ADMIN, "creation"), "Certificate Services approved a certificate request and issued a certificate."),
        "4888": ("certificate-denied", _IAM, (_ADMIN, "denied"), "Certificate Services denied a certificate request."),
        "4902": ("user-audit-policy-created", _SETTING, (_ADMIN, "creation"), "The Per-user audit policy table was created."),
        "4904": ("security-event-source-added", _SETTING, (_ADMIN, "change"), "An attempt was made to register a security event source."),
        "4905": ("security-event-source-removed", _SETTING, (_ADMIN, "deletion"), "An attempt was made to unregister a security event source."),
        "4907": ("audit-setting-changed", _SETTING, (_ADMIN, "change"), "Auditing settings on object were changed."),
        "4929": ("replica-source-removed", ("configuration",), ("deletion",), "An Active Directory replica source naming context was removed."),
        "4932": ("replica-synchronization-started", ("host",), ("start",), "Synchronization of a replica of an Active Directory naming context has begun."),
        "4933": ("replica-synchronization-ended", ("host",), ("end",), "Synchronization of a replica of an Active Directory naming context has ended."),
        "4946": ("firewall-rule-added", ("configuration",), ("creation",), "A change was made to the Windows Firewall exception list. A rule was added."),
        "4947": ("firewall-rule-changed", ("configuration",), ("change",), "A change was made to the Windows Firewall exception list. A rule was modified."),
        "4948": ("firewall-rule-deleted", ("configuration",), ("deletion",), "A change was made to the Windows Firewall exception list. A rule was deleted."),
        "4964": ("logged-in-special", _IAM, (_ADMIN, _GROUP), "Special groups have been assigned to a new logon."),
        "5024": ("windows-firewall-service-started", ("process",), ("start",), "The Windows Firewall Service has started successfully."),
        "5025": ("windows-firewall-service-stopped", ("process",), ("end",), "The Windows Firewall Service has been stopped."),
        "5136": ("directory-service-object-modified", _IAM, (_ADMIN, "change"), "A directory service object was modified."),
        "5137": ("directory-service-object-created", _IAM, (_ADMIN, "creation"), "A directory service object was created."),
        "5138": ("directory-service-object-undeleted", _IAM, (_ADMIN, "creation"), "A directory service object was undeleted."),
        "5139": ("directory-service-object-moved", _IAM, (_ADMIN, "change"), "A directory service object was moved."),
        "5140": ("network-share-object-accessed", ("network", "file"), ("info", "access"), "A network share object was accessed."),
        "5141": ("directory-service-object-deleted", _IAM, (_ADMIN, "deletion"), "A directory service object was deleted."),
        "5142": ("network-share-object-added", ("configuration", "file"), ("creation",), "A network share object was added."),
        "5143": ("network-share-object-modified", ("configuration", "file"), ("change",), "A network share object was modified."),
        "5144": ("network-share-object-deleted", ("configuration", "file"), ("deletion",), "A network share object was deleted."),
        "5145": ("network-share-object-access-checked", ("network", "file"), ("info", "access"), "A network share object was checked to see whether client can be granted desired access."),
        "5152": ("windows-firewall-packet-block", _NETWORK, ("connection", "denied"), "The Windows Filtering Platform blocked a packet."),
        "5154": ("windows-firewall-listen-permitted", _NETWORK, ("connection", "allowed"), "The Windows Filtering Platform has permitted an application or service to listen on a port for incoming connections."),
        "5155": ("windows-firewall-listen-blocked", _NETWORK, ("connection", "denied"), "The Windows Filtering Platform has blocked an application or service from listening on a port for incoming connections."),
        "5156": ("windows-firewall-connection", _NETWORK, ("connection", "start", "allowed"), "The Windows Filtering Platform has permitted a connection."),
        "5157": ("windows-firewall-connection", _NETWORK, ("connection", "denied"), "The Windows Filtering Platform has blocked a connection."),
        "5158": ("windows-firewall-bind-permitted", _NETWORK, ("connection", "allowed"), "The Windows Filtering Platform has permitted a bind to a local port."),
        "5159": ("windows-firewall-bind-blocked", _NETWORK, ("connection", "denied"), "The Windows Filtering Platform has blocked a bind to a local port."),
        "5379": ("credential-read", _IAM, (_USER, "access"), "Credential Manager credentials were read."),
        "6272": ("network-policy-granted", ("authentication", "network"), ("start", "allowed"), "Network Policy Server granted access to a user."),
        "6273": ("network-policy-denied", ("authentication", "network"), ("start", "denied"), "Network Policy Server denied access to a user.", True),
        "6278": ("network-policy-granted", ("authentication", "network"), ("start", "allowed"), "Network Policy Server granted full access to a user because the host met the defined health policy."),
        "6279": ("network-policy-locked", ("authentication", "network"), ("info",), "Network Policy Server locked the user account due to repeated failed authentication attempts.", True),
        "6416": ("external-device-recognized", ("host",), ("info",), "A new external device was recognized by the System"),
    }.items()
}  # fmt: skip

SYSMON: dict[str, Meaning] = {
    code: Meaning(*row)
    for code, row in {
        "1": ("process-created", ("process",), ("start",), "Process Create"),
        "2": ("file-creation-time-changed", ("file",), ("change",), "File creation time changed"),
        "3": ("network-connection", ("network",), ("connection", "start", "protocol"), "Network connection detected"),
        "5": ("process-terminated", ("process",), ("end",), "Process terminated"),
        "6": ("driver-loaded", ("driver",), ("start",), "Driver loaded"),
        "7": ("image-loaded", ("process",), ("change",), "Image loaded"),
        "8": ("remote-thread-created", ("process",), ("change",), "CreateRemoteThread detected"),
        "9": ("raw-access-read", ("process",), ("access",), "RawAccessRead detected"),
        "10": ("process-accessed", ("process",), ("access",), "Process accessed"),
        "11": ("file-created", ("file",), ("creation",), "File created"),
        "12": ("registry-object-changed", ("configuration", "registry"), ("change",), "Registry object added or deleted"),
        "13": ("registry-value-set", ("configuration", "registry"), ("change",), "Registry value set"),
        "14": ("registry-object-renamed", ("configuration", "registry"), ("change",), "Registry object renamed"),
        "15": ("file-stream-created", ("file",), ("access",), "File stream created"),
        "17": ("pipe-created", ("file",), ("creation",), "Pipe Created"),
        "18": ("pipe-connected", ("file",), ("access",), "Pipe Connected"),
        "22": ("dns-query", ("network",), ("connection", "protocol", "info"), "Dns query"),
        "23": ("file-deleted", ("file",), ("deletion",), "File Delete archived"),
        "25": ("process-tampered", ("process",), ("change",), "Process Tampering"),
        "26": ("file-deleted", ("file",), ("deletion",), "File Delete logged"),
    }.items()
}  # fmt: skip
"""What the ids of Sysmon mean. Source: Microsoft Sysinternals, "Sysmon", Events."""

SECURITY = frozenset((
    "Microsoft-Windows-Security-Auditing", "Microsoft Windows security auditing.",
    "Microsoft-Windows-Eventlog",
))  # fmt: skip
"""Providers whose ids are those of the Security log; the second is the first one's title."""

CODES: dict[str, str] = {meaning.title: code for code, meaning in reversed(MEANINGS.items())}
"""First line of a message -> event id."""

TARGET_IS_USER = frozenset(
    ("4624", "4625", "4634", "4647", "4768", "4769", "4770", "4771", "4772", "4776", "4778", "4779")
)
"""Events about the account that logs in or out: the target is who acts, not the subject."""

TARGET_IS_GROUP = frozenset(
    code for code, meaning in MEANINGS.items() if _GROUP in meaning.type and code != "4964"
)

LOGON_TYPES = {
    "0": "System", "2": "Interactive", "3": "Network", "4": "Batch", "5": "Service", "7": "Unlock",
    "8": "NetworkCleartext", "9": "NewCredentials", "10": "RemoteInteractive",
    "11": "CachedInteractive", "12": "CachedRemoteInteractive", "13": "CachedUnlock",
}  # fmt: skip
"""`LogonType` -> its name."""
