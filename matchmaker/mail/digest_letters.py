"""What the weekly digest says: new suggestions, why, and one click for an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from matchmaker.companies import Company
from matchmaker.explain import sentence
from matchmaker.feedback import FeedbackKind
from matchmaker.mail.blocks import Action, Actions, Block, Paragraph, Points
from matchmaker.mail.drafts import Draft, firm_name
from matchmaker.mail.introduction_letters import MakeLink
from matchmaker.mail.letters import LetterKind
from matchmaker.mail.links import LinkPurpose
from matchmaker.mail.proposals import PARIS
from matchmaker.mail.words import one_line, without_contacts
from matchmaker.suggestions import Reason, Suggestion
from matchmaker.texts import Language, say, say_number

MAX_REASON = 300
REASONS = 3
"""Reasons per suggestion; the page has them all."""


def digest_letter(
    firm: Company,
    suggestions: Sequence[Suggestion],
    link: MakeLink,
    page: str,
    at: datetime,
    language: Language,
) -> Draft:
    """Write the digest of a firm; one per week of the calendar.

    Parameters
    ----------
    firm
        That reads.
    suggestions
        New to it; their sentences are in French already.
    link
        Makes the links of the answers.
    page
        Address of all its suggestions.
    at
        Now.
    language
        Of the letter.
    """
    name = firm_name(firm, language)
    blocks: list[Block] = [Paragraph(say(language, "mail.digest.lead", firm=name))]
    for suggestion in suggestions:
        blocks += _card(suggestion, link, language)
    blocks.append(Actions([Action(say(language, "mail.digest.all"), page, first=True)]))
    year, week, _ = at.astimezone(PARIS).isocalendar()
    return Draft(
        kind=LetterKind.DIGEST,
        occasion=f"digest:{firm.siret}:{year}-{week:02d}",
        subject=say_number(language, "mail.digest.subject", len(suggestions), firm=name),
        blocks=blocks,
    )


def _card(suggestion: Suggestion, link: MakeLink, language: Language) -> list[Block]:
    partner = suggestion.partner
    name = firm_name(partner, language)
    place = say(
        language,
        "mail.place",
        commune=one_line(partner.commune_name),
        department=partner.department,
    )
    what = say(
        language,
        "mail.digest.what",
        intent=say(language, f"intent.{suggestion.intent}"),
        role=say(language, f"role.{suggestion.role}"),
        band=say(language, f"band.{suggestion.band}"),
    )
    reasons = [
        one_line(without_contacts(_sentence(reason, language), language), MAX_REASON)
        for reason in suggestion.reasons_for_company[:REASONS]
    ]
    title = say(language, "mail.digest.title", name=name, commune=place)
    answers = [
        Action(
            say(language, f"mail.digest.{kind}", name=name),
            link(
                LinkPurpose.FEEDBACK,
                partner=partner.siret,
                kind=kind.value,
                intent=suggestion.intent.value,
            ),
        )
        for kind in (FeedbackKind.INTERESTED, FeedbackKind.SET_ASIDE)
    ]
    return [Points(title, [what, *reasons]), Actions(answers)]


def _sentence(reason: Reason, language: Language) -> str:
    return reason.text if language == "fr" else sentence(reason.evidence, language)
