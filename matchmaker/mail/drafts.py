"""From the draft of a letter to the letter: footer, ways out, subject line, both forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from matchmaker.companies import Company
from matchmaker.explain import display_name
from matchmaker.mail.blocks import Action, Block, Page
from matchmaker.mail.letters import TOPIC_OF, Attachment, Letter, LetterKind, Topic
from matchmaker.mail.links import LinkPurpose
from matchmaker.mail.recipients import Recipient
from matchmaker.mail.setting import as_html, as_text
from matchmaker.mail.tokens import LinkMaker
from matchmaker.mail.words import MAX_SUBJECT, one_line
from matchmaker.store import Unit
from matchmaker.texts import Language, say

PRIVACY_PATH = "/confidentialite"


@dataclass(frozen=True, slots=True)
class Draft:
    """What one letter has to say.

    Parameters
    ----------
    kind
        Its occasion.
    occasion
        Names the occasion; with the recipient it makes the key of the letter.
    subject
        Also its heading.
    blocks
        What it says.
    attachments
        Files that go with it.
    introduction_id
        Introduction that it is about, if any.
    """

    kind: LetterKind
    occasion: str
    subject: str
    blocks: Sequence[Block]
    attachments: tuple[Attachment, ...] = ()
    introduction_id: str | None = None


def firm_name(company: Company, language: Language) -> str:
    """Name of a firm as letters write it."""
    return one_line(display_name(company, language))


def key_of(occasion: str, recipient: Recipient) -> str:
    """Key of the letter on an occasion to one recipient."""
    return f"{occasion}:{recipient.who}"


def finished(
    unit: Unit,
    links: LinkMaker,
    draft: Draft,
    recipient: Recipient,
    firm: Company | None,
    at: datetime,
    *,
    fictional: bool,
) -> Letter:
    """Make a letter of a draft.

    Parameters
    ----------
    unit
        Its ways out become links there.
    links
        Makes them.
    draft
        What it says.
    recipient
        Whom it goes to.
    firm
        Firm that they get it for; `None` for a letter about an account.
    at
        Now.
    fictional
        Whether any firm in it is invented.
    """
    language = recipient.language
    topic = TOPIC_OF[draft.kind]
    ways_out, headers = _ways_out(unit, links, topic, recipient, firm, at)
    page = Page(
        subject=one_line(draft.subject, MAX_SUBJECT),
        blocks=draft.blocks,
        footer=_footer(links, topic, firm, language),
        links=ways_out,
        fictional=fictional,
    )
    marked = say(language, "mail.fictional_subject", subject=page.subject)
    return Letter(
        key=key_of(draft.occasion, recipient),
        kind=draft.kind,
        recipient=recipient.address,
        subject=marked if fictional else page.subject,
        text=as_text(page, language),
        html=as_html(page, language),
        attachments=draft.attachments,
        headers=headers,
        siret=firm.siret if firm is not None else None,
        account_id=recipient.account_id,
        introduction_id=draft.introduction_id,
    )


def _footer(
    links: LinkMaker, topic: Topic | None, firm: Company | None, language: Language
) -> list[str]:
    mail = links.settings.mail
    lines = [
        say(language, "mail.footer.why_account", sender=mail.sender_name)
        if firm is None
        else say(
            language,
            "mail.footer.why",
            sender=mail.sender_name,
            firm=firm_name(firm, language),
        )
    ]
    if topic is None:
        lines.append(say(language, "mail.footer.once"))
    return [*lines, say(language, "mail.footer.links", days=mail.link_days)]


def _ways_out(
    unit: Unit,
    links: LinkMaker,
    topic: Topic | None,
    recipient: Recipient,
    firm: Company | None,
    at: datetime,
) -> tuple[list[Action], Mapping[str, str]]:
    """Links at the foot, and the headers by which mail programs unsubscribe (RFC 8058)."""
    language = recipient.language
    actions: list[Action] = []
    headers: dict[str, str] = {}
    if topic is not None:
        out = links.make(
            unit,
            LinkPurpose.UNSUBSCRIBE,
            at,
            siret=firm.siret if firm is not None else None,
            account_id=recipient.account_id,
            language=language,
            address=recipient.address,
            topic=topic.value,
        )
        actions.append(Action(say(language, f"mail.footer.unsubscribe.{topic}"), out))
        headers["List-Unsubscribe"] = f"<{out}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if firm is not None:
        out = links.make(
            unit,
            LinkPurpose.OPT_OUT,
            at,
            siret=firm.siret,
            account_id=recipient.account_id,
            language=language,
        )
        actions.append(Action(say(language, "mail.footer.opt_out"), out))
    privacy = links.settings.access.public_url + PRIVACY_PATH
    return [*actions, Action(say(language, "mail.footer.privacy"), privacy)], headers
