"""The message of a Windows event in English: sections of labels and values.

The same label means another thing in another section: ``Account Name`` of the subject and of the
target. Values get the names that the event's data would have.
"""

_ACCOUNTS = {
    "Security ID": "UserSid",
    "Account Name": "UserName",
    "Account Domain": "DomainName",
    "Logon ID": "LogonId",
    "Old Account Name": "OldTargetUserName",
    "New Account Name": "NewTargetUserName",
}
_SECTIONS = {
    "Subject": "Subject",
    "Creator Subject": "Subject",
    "New Logon": "Target",
    "Target Account": "Target",
    "Target Subject": "Target",
    "New Account": "Target",
    "New Computer Account": "Target",
    "Computer Account That Was Changed": "Target",
    "Account For Which Logon Failed": "Target",
    "Account Whose Credentials Were Used": "Target",
    "Account That Was Locked Out": "Target",
    "Account Information": "Target",
    "Group": "Target",
    "New Group": "Target",
    "Deleted Group": "Target",
    "Member": "Member",
    "User": "Subject",
}
_LABELS = {
    "Process ID": "ProcessId",
    "Caller Process ID": "ProcessId",
    "Creator Process ID": "ProcessId",
    "Process Name": "ProcessName",
    "Caller Process Name": "ProcessName",
    "New Process ID": "NewProcessId",
    "New Process Name": "NewProcessName",
    "Creator Process Name": "ParentProcessName",
    "Process Command Line": "CommandLine",
    "Source Network Address": "IpAddress",
    "Client Address": "IpAddress",
    "Source Address": "SourceAddress",
    "Source Port": "SourcePort",
    "Client Port": "IpPort",
    "Destination Address": "DestAddress",
    "Destination Port": "DestPort",
    "Application Name": "Application",
    "Logon Account": "TargetUserName",
    "Source Workstation": "Workstation",
    "Group Name": "TargetUserName",
    "Group Domain": "TargetDomainName",
    "Error Code": "Status",
    "Failure Code": "Status",
    "Result Code": "Status",
    "Privileges": "PrivilegeList",
    "Authentication Package": "AuthenticationPackageName",
    "Logon Process": "LogonProcessName",
}
_LONGEST_LABEL = 64


def read_message(message: str) -> dict[str, str]:
    r"""Return the values of a message by their names in the event's data.

    >>> read_message("Title.\n\nSubject:\n\tAccount Name:\t\tann\n\nObject:\n\tObject Type:\tFile")
    {'SubjectUserName': 'ann', 'ObjectType': 'File'}
    """
    found: dict[str, list[str]] = {}
    prefix, name = "", ""
    for line in message.split("\n"):
        text = line.strip()
        label, colon, value = text.partition(":")
        value = value.strip()
        if not text:
            name = ""
        elif colon and len(label) <= _LONGEST_LABEL:
            label = label.rstrip()
            if not value and line[:1] not in ("\t", " "):
                prefix, name = _SECTIONS.get(label, ""), ""
                continue
            name = _name(prefix, label)
            if value:
                found.setdefault(name, [value])
        elif name:
            # A value of several lines: privileges, accesses.
            found.setdefault(name, []).append(text)
    return {name: "\n".join(values) for name, values in found.items()}


def _name(prefix: str, label: str) -> str:
    account = _ACCOUNTS.get(label)
    if account is not None and prefix:
        return prefix + account
    return _LABELS.get(label) or label.replace(" ", "").replace(".", "_")
