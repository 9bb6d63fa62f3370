"""Making, reading and using up the links of letters: signed, expiring, good for one use.

Opening one changes nothing: it is the confirmation on its page that uses it up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from matchmaker.accounts.signing import Signer
from matchmaker.errors import LinkError
from matchmaker.mail.links import REPEATABLE, LinkPurpose, MailLink
from matchmaker.settings import Settings
from matchmaker.store import Unit
from matchmaker.texts import Language

TOKEN_PURPOSE = "link"
"""Purpose of the signed token of a link: no cookie passes for one."""
PATH = "/liens/"
"""Where links live, below the public address."""


@dataclass(frozen=True)
class LinkMaker:
    """Makes the links of letters.

    Parameters
    ----------
    settings
        With the public address and the life of links.
    signer
        Signs their tokens.
    draw
        Gives a random text that nobody can guess.
    """

    settings: Settings
    signer: Signer
    draw: Callable[[], str]

    def make(
        self,
        unit: Unit,
        purpose: LinkPurpose,
        at: datetime,
        *,
        siret: str | None = None,
        account_id: str | None = None,
        introduction_id: str | None = None,
        language: Language = "fr",
        **details: object,
    ) -> str:
        """Note a link in the store, and give its address.

        Parameters
        ----------
        unit
            The letter is written in the same one.
        purpose, at, siret, account_id, introduction_id, details
            As those of `MailLink`.
        language
            That its page is in.
        """
        drawn = self.draw()
        life = timedelta(days=self.settings.mail.link_days)
        unit.links.put(
            MailLink(
                digest=self.signer.digest(TOKEN_PURPOSE, drawn),
                purpose=purpose,
                siret=siret,
                account_id=account_id,
                introduction_id=introduction_id,
                details=details,
                created_at=at,
                expires_at=at + life,
            )
        )
        token = self.signer.sign(TOKEN_PURPOSE, drawn)
        query = "" if language == "fr" else f"?lang={language}"
        return f"{self.settings.access.public_url}{PATH}{token}{query}"


def read_link(unit: Unit, signer: Signer, token: str, at: datetime) -> MailLink:
    """Look a link up by its token.

    Raises
    ------
    LinkError
        If the token was not signed here, or its link is gone, past its time or used up.
    """
    link = unit.links.get(signer.digest(TOKEN_PURPOSE, signer.read(TOKEN_PURPOSE, token)))
    if link is None:
        raise LinkError("this link is not known any more; nothing was changed.")
    if link.expires_at <= at:
        raise LinkError("this link is past its time; nothing was changed.")
    if link.used_at is not None and link.purpose not in REPEATABLE:
        raise _used()
    return link


def use_link(unit: Unit, link: MailLink, at: datetime) -> None:
    """Use a link up, in the unit of work that does what it is for.

    Raises
    ------
    LinkError
        If somebody else has used it meanwhile.
    """
    if not unit.links.use(link.digest, at) and link.purpose not in REPEATABLE:
        raise _used()


def _used() -> LinkError:
    return LinkError("this link has been used already; nothing was changed.")
