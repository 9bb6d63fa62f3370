"""Letters about accounts: a code that proves whose a firm is, links that set a password."""

from __future__ import annotations

from datetime import datetime

from matchmaker.accounts.accounts import Account
from matchmaker.companies import Company
from matchmaker.mail.blocks import Action, Actions, Code, Paragraph
from matchmaker.mail.drafts import Draft, firm_name
from matchmaker.mail.letters import LetterKind
from matchmaker.mail.words import one_line, without_contacts
from matchmaker.texts import Language, say


def claim_code(
    account: Account, firm: Company, code: str, minutes: float, at: datetime, language: Language
) -> Draft:
    """Send the code to the address on file of a firm that somebody claims.

    Parameters
    ----------
    account
        Who claims it; the name is told, or else the address.
    firm
        What they claim.
    code
        To be typed in.
    minutes
        Its life.
    at
        Now; every claim has its own letter.
    language
        Of the letter.
    """
    name = firm_name(firm, language)
    person = _claimant(account, language)
    return Draft(
        kind=LetterKind.CLAIM_CODE,
        occasion=f"claim:{account.id}:{firm.siret}:{at.isoformat()}",
        subject=say(language, "mail.claim.subject", firm=name),
        blocks=[
            Paragraph(say(language, "mail.claim.lead", person=person, firm=name)),
            Code(one_line(code)),
            Paragraph(say(language, "mail.claim.life", minutes=round(minutes))),
        ],
    )


def _claimant(account: Account, language: Language) -> str:
    """Say who claims a firm; whoever chooses their own name advertises nothing with it."""
    if account.name in ("", account.email):
        return one_line(account.email)
    return one_line(without_contacts(account.name, language))


def password_letter(account: Account, kind: LetterKind, url: str, at: datetime) -> Draft:
    """Send the link that sets a password, for a new account or in place of a forgotten one.

    Parameters
    ----------
    account
        Whose.
    kind
        `INVITATION` or `RESET`.
    url
        The link.
    at
        Now; every request has its own letter.
    """
    person = one_line(account.name) or account.email
    language = account.language
    return Draft(
        kind=kind,
        occasion=f"{kind}:{account.id}:{at.isoformat()}",
        subject=say(language, f"mail.{kind}.subject"),
        blocks=[
            Paragraph(say(language, f"mail.{kind}.lead", person=person)),
            Actions([Action(say(language, f"mail.{kind}.button"), url, first=True)]),
        ],
    )
