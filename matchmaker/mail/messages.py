"""From a letter of the outbox to the bytes that a mail server takes."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from matchmaker.errors import MailError
from matchmaker.mail.letters import Attachment, message_id
from matchmaker.mail.outbox import TakenLetter
from matchmaker.mail.recipients import is_deliverable
from matchmaker.mail.words import MAX_SUBJECT, one_line
from matchmaker.settings import MailSettings

_POLICY = SMTP.clone(cte_type="7bit", max_line_length=76)
"""Seven bits only: no server needs to know more."""


def message_of(taken: TakenLetter, settings: MailSettings) -> bytes:
    """Write a letter as a message: plain text and HTML beside each other, files after them.

    The same letter gives the same message each time it leaves, up to the marks between its parts.

    Parameters
    ----------
    taken
        The letter.
    settings
        Who sends it.

    Raises
    ------
    MailError
        If its address or one of its headers cannot stand in the head of a message.
    """
    letter = taken.letter
    if not is_deliverable(letter.recipient):
        raise MailError(f"letter {taken.id}: its address cannot be used; mend it where it is kept.")
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(one_line(settings.sender_name), addr_spec=settings.sender)
    message["To"] = Address(addr_spec=letter.recipient)
    message["Subject"] = one_line(letter.subject, MAX_SUBJECT)
    message["Date"] = format_datetime(taken.created_at)
    message["Message-ID"] = message_id(letter.key, settings.sender)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    for attachment in letter.attachments:
        _attach(message, attachment)
    # By hand: the library would encode a long address, and mail programs would not know it again.
    extra = [_header(taken.id, name, value) for name, value in letter.headers.items()]
    return "".join(extra).encode("ascii") + message.as_bytes()


def _header(letter_id: int, name: str, value: str) -> str:
    if not value.isprintable() or not value.isascii() or not name.replace("-", "").isalpha():
        raise MailError(f"letter {letter_id}: header {name!r} is not one line of ASCII; cancel it.")
    return f"{name}: {value}\r\n"


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    kind, *parameters = (part.strip() for part in attachment.kind.split(";"))
    maintype, _, subtype = kind.partition("/")
    message.add_attachment(
        attachment.text.encode(),
        maintype=maintype,
        subtype=subtype,
        cte="base64",
        filename=one_line(attachment.name),
        params={"charset": "utf-8", **dict(part.split("=", 1) for part in parameters)},
    )
