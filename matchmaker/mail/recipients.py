"""Whom a letter to a firm goes to, if it may go to anybody."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker.companies import Company, Contact, Diffusion
from matchmaker.mail.letters import TOPIC_OF, Letter, Topic
from matchmaker.store import Unit
from matchmaker.texts import Language

CONTACT = "contact"
"""Stands for the address on file where no account does."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One address.

    Parameters
    ----------
    address
        Where the letter goes.
    language
        That it is in.
    account_id
        Of the account whose address it is; `None` for the address on file of the firm.
    """

    address: str
    language: Language = "fr"
    account_id: str | None = None

    @property
    def who(self) -> str:
        """Part of a letter's key: two people of one firm get a letter each."""
        return self.account_id or CONTACT


def recipients_of(unit: Unit, siret: str, topic: Topic) -> tuple[Recipient, ...]:
    """Find out whom a letter to a firm goes to.

    To the people who act for it here; where nobody does, to the address that it has declared, if it
    consents. To nobody where the firm has opted out or refuses prospection, and to no address that
    has refused the topic.

    Parameters
    ----------
    unit
        To read.
    siret
        The firm.
    topic
        What the letter is about.
    """
    company = unit.companies.get(siret)
    if company is None or not _may_be_written_to(unit, company):
        return ()
    found = _people_of(unit, siret) or _on_file(unit, siret)
    return tuple(each for each in found if _takes(unit, each, topic))


def address_now(unit: Unit, letter: Letter) -> str | None:
    """Address that a letter goes to, which may have waited for long: that of its reader today.

    Parameters
    ----------
    unit
        To read.
    letter
        As it was written.

    Returns
    -------
    str or None
        Nothing where it must not leave any more: its reader acts no longer for the firm, wants no
        such letters, or the firm has withdrawn its consent.
    """
    topic, siret = TOPIC_OF[letter.kind], letter.siret
    company = unit.companies.get(siret) if siret is not None else None
    if topic is None or siret is None or company is None:
        return letter.recipient
    if not _may_be_written_to(unit, company):
        return None
    for each in (*_people_of(unit, siret), *_on_file(unit, siret)):
        if each.account_id == letter.account_id and _takes(unit, each, topic):
            return each.address
    return None


def _takes(unit: Unit, reader: Recipient, topic: Topic) -> bool:
    return is_deliverable(reader.address) and not unit.refusals.holds(reader.address, topic)


def _may_be_written_to(unit: Unit, company: Company) -> bool:
    """Article A123-96 of the commercial code, and the word of the firm itself."""
    if unit.exclusions.has_opted_out(company.siret) or company.diffusion is Diffusion.NONE:
        return False
    profile = unit.profiles.get(company.siret)
    consents = profile is not None and profile.consent
    return consents or company.diffusion is Diffusion.FULL


def _people_of(unit: Unit, siret: str) -> tuple[Recipient, ...]:
    return tuple(
        Recipient(account.email, account.language, account.id)
        for account in unit.accounts.of_company(siret)
        if account.active
    )


def _on_file(unit: Unit, siret: str) -> tuple[Recipient, ...]:
    profile = unit.profiles.get(siret)
    if profile is None or not profile.consent or not profile.contact.email:
        return ()
    return (Recipient(profile.contact.email),)


def is_deliverable(address: str) -> bool:
    """Whether an address can go into the head of a letter: one, in ASCII, without a trick.

    Everything else is nobody's address here: a line break in it would write headers of its own.
    """
    local, _, domain = address.partition("@")
    plain = address.isascii() and address.isprintable() and len(address) <= 254
    return (
        plain
        and bool(local)
        and "." in domain.strip(".")
        and not any(character in ' @:,;<>()[]"\\' for character in local + domain)
    )


def contact_of(unit: Unit, siret: str) -> Contact:
    """Contact that the other side of an introduction gets: the one on file, else the account's."""
    profile = unit.profiles.get(siret)
    if profile is not None and profile.consent and (profile.contact.email or profile.contact.phone):
        return profile.contact
    for account in unit.accounts.of_company(siret):
        if account.active:
            return Contact(name=account.name, email=account.email)
    return Contact()
