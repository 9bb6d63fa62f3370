"""Handing messages to a mail server, step by step, so that it is known how far each one came.

A message is the server's once it has answered to the end of the data (RFC 5321, 4.1.1.4 and 6.1).
Whatever fails before the last dot is sent may be tried again; after it, only an answer tells.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl

from matchmaker.errors import MailError
from matchmaker.mail.fates import Fate, Receipt
from matchmaker.settings import MailSettings

_OK = 250
_GO_ON = 354
_CLOSING = 421
_LOST = (smtplib.SMTPException, OSError)


class SmtpTransport:
    """One connection to a mail server, which many messages use.

    Parameters
    ----------
    settings
        Where the server is, and how to speak to it.
    """

    repeatable = False

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._server: smtplib.SMTP | None = None

    def connect(self) -> None:
        """Connect and sign in, unless that is done and the server still answers.

        Raises
        ------
        MailError
            If the server cannot be reached, has no valid certificate, or refuses the sign-in.
        """
        if self._server is not None:
            return
        try:
            self._server = self._opened()
        except _LOST as error:
            raise MailError(
                f"mail server {self._settings.host}:{self._settings.port}: {_said(error)}. Check "
                "that it runs, and settings mail.host, port, security, user and password."
            ) from None

    def _opened(self) -> smtplib.SMTP:
        chosen = self._settings
        context = ssl.create_default_context()
        where, timeout = (chosen.host, chosen.port), chosen.timeout_seconds
        server = (
            smtplib.SMTP_SSL(*where, timeout=timeout, context=context)
            if chosen.security == "tls"
            else smtplib.SMTP(*where, timeout=timeout)
        )
        try:
            if chosen.security == "starttls":
                server.starttls(context=context)
            if chosen.user and chosen.password:
                server.login(chosen.user, chosen.password.get_secret_value())
            server.ehlo_or_helo_if_needed()
            if server.sock is not None:  # the last dot must not wait for an acknowledgement
                server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except BaseException:
            server.close()
            raise
        return server

    def send(self, letter_id: int, recipient: str, message: bytes) -> Receipt:
        """Hand one message over, on the connection that `connect` has opened."""
        server = self._server
        if server is None:
            return Receipt(Fate.LATER, "there is no connection.")
        try:
            refusal = self._envelope(server, recipient)
            if refusal is not None:
                return refusal
            server.send(_stuffed(message))
        except _LOST as error:
            self._drop()
            return Receipt(Fate.LATER, _said(error))
        return self._finish(server)

    def _envelope(self, server: smtplib.SMTP, recipient: str) -> Receipt | None:
        """Say from whom and to whom; nothing to report once the server waits for the message."""
        for command, expected in (
            (f"MAIL FROM:<{self._settings.sender}>", (_OK,)),
            (f"RCPT TO:<{recipient}>", (_OK, 251)),
            ("DATA", (_GO_ON,)),
        ):
            code, words = server.docmd(command)
            if code not in expected:
                return self._refused(server, code, words)
        return None

    def _finish(self, server: smtplib.SMTP) -> Receipt:
        """Send the last dot; from here on only an answer tells what became of the message."""
        try:
            server.send(b".\r\n")
            code, words = server.getreply()
        except _LOST as error:
            self._drop()
            return Receipt(Fate.UNCERTAIN, f"no answer after the message was sent: {_said(error)}")
        if code == _OK:
            return Receipt(Fate.SENT)
        return self._refused(server, code, words)

    def _refused(self, server: smtplib.SMTP, code: int, words: bytes) -> Receipt:
        said = f"{code} {words.decode('utf-8', 'replace')}".strip()
        try:
            if code == _CLOSING or server.rset()[0] != _OK:
                self._drop()
        except _LOST:
            self._drop()
        # A server that goes away in the middle answers -1 here, before it had the message.
        return Receipt(Fate.REFUSED if 500 <= code < 600 else Fate.LATER, said)

    def close(self) -> None:
        """Take leave of the server."""
        if self._server is None:
            return
        try:
            self._server.quit()
        except _LOST:
            self._server.close()
        self._server = None

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server = None


def _stuffed(message: bytes) -> bytes:
    """Write line ends and leading dots as the protocol wants them (RFC 5321, 4.5.2)."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", message)
    dotted = re.sub(rb"(?m)^\.", b"..", lines)
    return dotted if dotted.endswith(b"\r\n") else dotted + b"\r\n"


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
        return f"{error.smtp_code} {text}"
    return str(error) or type(error).__name__
