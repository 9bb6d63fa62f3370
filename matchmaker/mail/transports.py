"""The two ways out: a folder of files, which is the default, and a mail server."""

from __future__ import annotations

import os
from pathlib import Path

from matchmaker.errors import MailError
from matchmaker.mail.fates import Fate, Receipt, Transport
from matchmaker.mail.folder import file_of
from matchmaker.mail.smtp import SmtpTransport
from matchmaker.settings import Settings


class FileTransport:
    """Writes each message into a file of its own, and sends nothing.

    Parameters
    ----------
    folder
        Made where it is missing; a file is called after the number of the letter, so that writing
        one again changes nothing.
    """

    repeatable = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def connect(self) -> None:
        """Make the folder.

        Raises
        ------
        MailError
            If it cannot be made.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MailError(
                f"{self._folder}: {error.strerror or error}. Check its permissions and the space."
            ) from None

    def send(self, letter_id: int, recipient: str, message: bytes) -> Receipt:
        """Write one message; whoever lists the folder sees it whole, or not yet."""
        whole = file_of(self._folder, letter_id)
        beside = whole.with_suffix(f".{os.getpid()}.part")
        try:
            beside.write_bytes(message)
            beside.replace(whole)
        except OSError as error:
            return Receipt(Fate.LATER, f"{whole}: {error.strerror or error}")
        return Receipt(Fate.SENT)

    def close(self) -> None:
        """Leave the folder as it is."""


def transport_of(settings: Settings) -> Transport:
    """Choose the way out that the settings name."""
    if settings.mail.transport == "smtp":
        return SmtpTransport(settings.mail)
    return FileTransport(settings.mail_folder)
