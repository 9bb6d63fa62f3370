"""The post: writes the letter of an occasion into the outbox, in the unit of work of the occasion.

A letter exists if and only if what it tells of is written: both are in one transaction. Each method
returns whether a letter was written; none is where the firm has no address, refuses prospection,
has opted out, or its address wants no letters on the topic, nor for an occasion that had its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta

from matchmaker.accounts.accounts import Account
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Role
from matchmaker.accounts.signing import Signer
from matchmaker.companies import Company, Contact
from matchmaker.introductions.records import Introduction
from matchmaker.mail.account_letters import claim_code, password_letter
from matchmaker.mail.digest_letters import digest_letter
from matchmaker.mail.drafts import Draft, finished, key_of
from matchmaker.mail.introduction_letters import (
    MakeLink,
    Sides,
    answer,
    contacts,
    outcome,
    question,
    reminder,
)
from matchmaker.mail.letters import LetterKind, Topic
from matchmaker.mail.links import LinkPurpose
from matchmaker.mail.proposals import PARIS
from matchmaker.mail.recipients import Recipient, contact_of, is_deliverable, recipients_of
from matchmaker.mail.tokens import LinkMaker
from matchmaker.settings import Settings
from matchmaker.store import Unit
from matchmaker.suggestions import Suggestion

MORNING = time(8)
"""When a question leaves that would have been the second one of a day; on the clock of Paris."""

Write = Callable[[Sides, MakeLink], Draft]


class Post:
    """Writes letters.

    Parameters
    ----------
    settings
        With the sender, the public address and the life of links.
    signer
        Signs the links in letters.
    draw
        Gives a random text that nobody can guess.
    """

    def __init__(self, settings: Settings, signer: Signer, draw: Callable[[], str]) -> None:
        self._settings = settings
        self._links = LinkMaker(settings, signer, draw)

    def ask(self, unit: Unit, introduction: Introduction, siret: str, at: datetime) -> bool:
        """Ask a side whether it wants to be introduced.

        Where a letter about the same partner has left for it on the same day, because that request
        was withdrawn and made again, this one leaves the next morning.
        """
        due_at = _after_an_earlier_question(unit, introduction, siret, at)
        return self._put_question(question, unit, introduction, siret, at, due_at)

    def remind(self, unit: Unit, introduction: Introduction, siret: str, at: datetime) -> bool:
        """Ask a side again."""
        return self._put_question(reminder, unit, introduction, siret, at, at)

    def _put_question(
        self,
        write: Callable[..., Draft],
        unit: Unit,
        introduction: Introduction,
        siret: str,
        at: datetime,
        due_at: datetime,
    ) -> bool:
        declared = unit.profiles.get(introduction.other_than(siret))
        days = timedelta(days=self._settings.introductions.answer_days)
        deadline = (introduction.state_at + days).astimezone(PARIS).date()

        def draft(sides: Sides, link: MakeLink) -> Draft:
            return write(sides, introduction, declared, link, deadline)

        return self._to_side(unit, introduction, siret, Topic.INTRODUCTIONS, draft, at, due_at)

    def tell(self, unit: Unit, introduction: Introduction, siret: str, at: datetime) -> bool:
        """Tell a side that it comes to nothing: declined, refused, expired or withdrawn."""
        page = self._page_of(siret)
        return self._to_side(
            unit,
            introduction,
            siret,
            Topic.INTRODUCTIONS,
            lambda sides, link: answer(sides, introduction, page),
            at,
        )

    def introduce(self, unit: Unit, introduction: Introduction, at: datetime) -> int:
        """Give each side the contact of the other, and log it; return how many got it."""
        written = 0
        for siret in (introduction.company, introduction.partner):
            other = introduction.other_than(siret)
            contact = contact_of(unit, other)
            draft = self._contacts(introduction, contact, at)
            if not self._to_side(unit, introduction, siret, Topic.INTRODUCTIONS, draft, at):
                continue
            written += 1
            if contact != Contact():
                unit.contacts.note(
                    at=at,
                    by=_reader(siret),
                    siret=other,
                    purpose="letter",
                    introduction_id=introduction.id,
                )
        return written

    def _contacts(self, introduction: Introduction, contact: Contact, at: datetime) -> Write:
        mail = self._settings.mail
        return lambda sides, link: contacts(sides, introduction, contact, mail, at)

    def ask_outcome(
        self, unit: Unit, introduction: Introduction, siret: str, days: int, at: datetime
    ) -> bool:
        """Ask a side what came of it, so many days after the introduction."""
        return self._to_side(
            unit,
            introduction,
            siret,
            Topic.OUTCOMES,
            lambda sides, link: outcome(sides, introduction, days, link),
            at,
        )

    def digest(
        self, unit: Unit, siret: str, suggestions: Sequence[Suggestion], at: datetime
    ) -> bool:
        """Write the suggestions of the week, which are sentences in French already.

        Parameters
        ----------
        unit, siret, at
            Who, and when; one a week.
        suggestions
            What it holds.
        """
        firm = unit.companies.get(siret)
        if firm is None:
            return False
        partners = [suggestion.partner for suggestion in suggestions]
        fictional = any(each.fictional for each in (firm, *partners))
        written = False
        for recipient in recipients_of(unit, siret, Topic.DIGESTS):
            link = self._link_for(unit, recipient, siret, None, at)
            page = self._page_of(siret)
            language = recipient.language
            draft = digest_letter(firm, suggestions, link, page, at, language)
            written |= self._put(unit, draft, recipient, firm, at, fictional=fictional)
        return written

    def claim_code(
        self, unit: Unit, account: Account, siret: str, address: str, code: str, at: datetime
    ) -> bool:
        """Send the code of a claim to the address on file.

        Parameters
        ----------
        unit, at
            As ever.
        account, siret
            Who claims which firm.
        address
            On file for the firm: never one that the claimant names.
        code
            Of the claim.
        """
        firm = unit.companies.get(siret)
        if firm is None or not is_deliverable(address):
            return False
        recipient = Recipient(address)
        minutes = self._settings.access.claim_minutes
        draft = claim_code(account, firm, code, minutes, at, recipient.language)
        return self._put(unit, draft, recipient, firm, at, fictional=firm.fictional)

    def invite(self, unit: Unit, account: Account, at: datetime) -> bool:
        """Send the link by which a new account chooses its password."""
        return self._send_password_link(unit, account, LetterKind.INVITATION, at)

    def reset(self, unit: Unit, account: Account, at: datetime) -> bool:
        """Send the link by which an account chooses another password."""
        return self._send_password_link(unit, account, LetterKind.RESET, at)

    def _send_password_link(
        self, unit: Unit, account: Account, kind: LetterKind, at: datetime
    ) -> bool:
        if not is_deliverable(account.email):
            return False
        recipient = Recipient(account.email, account.language, account.id)
        url = self._links.make(
            unit, LinkPurpose.PASSWORD, at, account_id=account.id, language=account.language
        )
        draft = password_letter(account, kind, url, at)
        return self._put(unit, draft, recipient, None, at, fictional=account.demo)

    def _to_side(
        self,
        unit: Unit,
        introduction: Introduction,
        siret: str,
        topic: Topic,
        write: Write,
        at: datetime,
        due_at: datetime | None = None,
    ) -> bool:
        """Write a letter to everybody who is to read for a side; it leaves at once, or when due.

        None is written where the other side may be named to nobody: each letter names it.
        """
        partner = introduction.other_than(siret)
        firm, other = unit.companies.get(siret), unit.portfolio.shown([partner]).get(partner)
        if firm is None or other is None:
            return False
        written = False
        for recipient in recipients_of(unit, siret, topic):
            sides = Sides(firm, other, recipient.language)
            draft = write(sides, self._link_for(unit, recipient, siret, introduction.id, at))
            fictional = firm.fictional or other.fictional
            written |= self._put(
                unit, draft, recipient, firm, at, fictional=fictional, due_at=due_at
            )
        return written

    def _link_for(
        self,
        unit: Unit,
        recipient: Recipient,
        siret: str,
        introduction_id: str | None,
        at: datetime,
    ) -> MakeLink:
        def link(purpose: LinkPurpose, **details: object) -> str:
            return self._links.make(
                unit,
                purpose,
                at,
                siret=siret,
                account_id=recipient.account_id,
                introduction_id=introduction_id,
                language=recipient.language,
                **details,
            )

        return link

    def _put(
        self,
        unit: Unit,
        draft: Draft,
        recipient: Recipient,
        firm: Company | None,
        at: datetime,
        *,
        fictional: bool,
        due_at: datetime | None = None,
    ) -> bool:
        if unit.outbox.holds(key_of(draft.occasion, recipient)):
            return False
        letter = finished(unit, self._links, draft, recipient, firm, at, fictional=fictional)
        return unit.outbox.put(letter, at, due_at)

    def _page_of(self, siret: str) -> str:
        return f"{self._settings.access.public_url}/entreprises/{siret}"


def _after_an_earlier_question(
    unit: Unit, introduction: Introduction, siret: str, at: datetime
) -> datetime:
    """Moment from which a question may leave: now, or the morning after one about the same two."""
    between = unit.introductions.between(introduction.company, introduction.partner)
    ids = [each.id for each in between if each.id != introduction.id]
    today = at.astimezone(PARIS).replace(hour=0, minute=0, second=0, microsecond=0)
    if not unit.outbox.has_asked(siret, ids, since=today):
        return at
    return datetime.combine(today.date() + timedelta(days=1), MORNING, PARIS)


def _reader(siret: str) -> Principal:
    """Name the firm that a letter goes to, for the log of contact data."""
    return Principal(
        id=f"letter:{siret}",
        label=f"letter to {siret}",
        role=Role.ENTREPRENEUR,
        companies=frozenset({siret}),
    )
