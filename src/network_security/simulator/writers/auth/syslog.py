"""The system log that the Linux servers send: daemons, cron, kernel and sudo (RFC 3164)."""

from network_security.simulator.actions import Command, DaemonMessage
from network_security.simulator.writers import text
from network_security.simulator.writers.auth.sshd import sudo
from network_security.simulator.writers.writer import Line, Lines, Writer


class Syslog(Writer):
    """One line a message."""

    path = "auth/syslog.log"

    def daemon(self, message: DaemonMessage) -> Lines:
        """Write what a daemon reports; the kernel has no process number."""
        kernel = message.program == "kernel"
        tag = message.program if kernel else f"{message.program}[{message.number}]"
        header = text.bsd_header(message.time, message.host.name.lower(), tag)
        head = text.priority(message.facility, message.severity)
        yield Line(message.time, f"{head}{header}{message.text}")

    def command(self, command: Command) -> Lines:
        """Write what was run with sudo."""
        yield Line(command.time, text.priority(text.AUTHPRIV, text.NOTICE) + sudo(command))
