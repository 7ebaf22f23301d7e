"""Postfix: the lines of its daemons, several a message, that a queue id holds together.

Format: the log statements of Postfix 3.9's smtpd, cleanup, qmgr and smtp.
"""

from network_security.simulator.actions import Mail
from network_security.simulator.writers import text
from network_security.simulator.writers.writer import Line, Lines, Writer

HOST = "mx1"


class Postfix(Writer):
    """About eight lines a message."""

    path = "email/postfix.log"

    def mail(self, mail: Mail) -> Lines:
        """Write a message from connection to removal, or its rejection by the filter."""
        rng = self.rng
        listener, cleaner, sender = (rng.randrange(2000, 60_000) for _ in range(3))
        client = f"{mail.client}[{mail.client_address}]"
        queue = f"{mail.key & 0xFFFFFFFFFF:010X}"
        smtpd, cleanup = f"smtpd[{listener}]", f"cleanup[{cleaner}]"
        start = mail.time
        yield _line(start, smtpd, f"connect from {client}")
        if mail.encrypted:
            version, cipher = mail.encryption
            yield _line(
                start + 0.11, smtpd,
                f"Anonymous TLS connection established from {client}: {version} with cipher "
                f"{cipher} (256/256 bits)",
            )  # fmt: skip
        yield _line(start + 0.24, smtpd, f"{queue}: client={client}")
        yield _line(start + 0.36, cleanup, f"{queue}: message-id={mail.message_id}")
        done = start + 0.4 + mail.scan
        greeting, before = ("ehlo=2 starttls=1", 3) if mail.encrypted else ("ehlo=1", 1)
        ends = f"from=<{mail.sender}> to=<{mail.recipients[0]}> proto=ESMTP helo=<{mail.client}>"
        if not mail.delivered:
            reply = "Spam message rejected" if mail.verdict == "spam" else "Message quarantined"
            yield _line(
                done, cleanup, f"{queue}: milter-reject: END-OF-MESSAGE from {client}: "
                f"5.7.1 {reply}; {ends}",
            )  # fmt: skip
            counts = f"{greeting} mail=1 rcpt=1 data=0/1 quit=1 commands={before + 3}/{before + 4}"
        else:
            size, many = mail.size, len(mail.recipients)
            yield _line(
                done, "qmgr[1187]",
                f"{queue}: from=<{mail.sender}>, size={size}, nrcpt={many} (queue active)",
            )  # fmt: skip
            waited, took = done - start, 0.08 + rng.random()
            for recipient in mail.recipients:
                yield _line(
                    done + took, f"smtp[{sender}]",
                    f"{queue}: to=<{recipient}>, relay={mail.relay}[{mail.relay_address}]:25, "
                    f"delay={waited + took:.2f}, delays={waited:.2f}/0.01/0.03/{took:.2f}, "
                    f"dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as {rng.getrandbits(40):010X})",
                )  # fmt: skip
            yield _line(done + took + 0.01, "qmgr[1187]", f"{queue}: removed")
            counts = f"{greeting} mail=1 rcpt={many} data=1 quit=1 commands={before + 3 + many}"
        yield _line(done + 0.05, smtpd, f"disconnect from {client} {counts}")


def _line(time: float, process: str, message: str) -> Line:
    header = text.priority(text.MAIL, 6) + text.bsd_header(time, HOST, f"postfix/{process}")
    return Line(time, header + message)
