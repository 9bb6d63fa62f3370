"""What is written to the two sides of an introduction, on each occasion of its life."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from matchmaker.companies import Company, Contact, Profile
from matchmaker.explain import size_text, trade_text
from matchmaker.intents import OPPOSITE
from matchmaker.introductions.life import DeclineReason, Proposer, Result, State
from matchmaker.introductions.records import Introduction
from matchmaker.mail.blocks import Action, Actions, Block, Facts, Paragraph, Points, Quote
from matchmaker.mail.drafts import Draft, firm_name
from matchmaker.mail.letters import LetterKind
from matchmaker.mail.links import LinkPurpose
from matchmaker.mail.proposals import proposal, proposed_start
from matchmaker.mail.words import one_line, several_lines, without_contacts
from matchmaker.settings import MailSettings
from matchmaker.texts import Language, say
from matchmaker.texts.days import long_day

MAX_ADDRESS = 254
MAX_DECLARED = 300
"""Longest excerpt of what a firm declares."""
NO_DISLIKE = (DeclineReason.NO_CAPACITY, DeclineReason.NOT_NOW)

MakeLink = Callable[..., str]
"""Makes a link for the recipient at hand: purpose first, details by name."""


@dataclass(frozen=True)
class Sides:
    """The two firms as the letter to one of them names them.

    Parameters
    ----------
    own
        Firm that reads.
    other
        The other side.
    language
        Of the letter.
    """

    own: Company
    other: Company
    language: Language

    def say(self, key: str, **values: object) -> str:
        """Look a text up that may name both firms: `firm` reads, `name` is the other one."""
        return say(self.language, f"mail.{key}", firm=self.firm, name=self.name, **values)

    @property
    def firm(self) -> str:
        """Name of the firm that reads."""
        return firm_name(self.own, self.language)

    @property
    def name(self) -> str:
        """Name of the other firm."""
        return firm_name(self.other, self.language)


def question(
    sides: Sides,
    introduction: Introduction,
    declared: Profile | None,
    link: MakeLink,
    deadline: date,
) -> Draft:
    """Ask a side whether it wants to be introduced.

    Parameters
    ----------
    sides, introduction
        Who, and what for.
    declared
        Profile of the other side; only what it consents to show is shown.
    link
        Makes the links of the answers.
    deadline
        Last day for one.
    """
    asked = (
        introduction.proposer is Proposer.ENTREPRENEUR and sides.own.siret == introduction.partner
    )
    manner = "asked" if asked else "proposed"
    blocks = [
        Paragraph(sides.say(f"question.lead.{manner}")),
        *_about(sides, introduction, declared),
        *_message(sides, introduction),
        *_answers(sides, link, deadline),
    ]
    return Draft(
        kind=LetterKind.QUESTION,
        occasion=f"question:{introduction.id}:{sides.own.siret}",
        subject=sides.say(f"question.subject.{manner}"),
        blocks=blocks,
        introduction_id=introduction.id,
    )


def reminder(
    sides: Sides,
    introduction: Introduction,
    declared: Profile | None,
    link: MakeLink,
    deadline: date,
) -> Draft:
    """Ask again; parameters as those of `question`."""
    blocks = [
        Paragraph(sides.say("reminder.lead")),
        *_about(sides, introduction, declared),
        *_message(sides, introduction),
        *_answers(sides, link, deadline),
    ]
    return Draft(
        kind=LetterKind.REMINDER,
        occasion=f"reminder:{introduction.id}:{sides.own.siret}:{introduction.reminders}",
        subject=sides.say("reminder.subject"),
        blocks=blocks,
        introduction_id=introduction.id,
    )


def answer(sides: Sides, introduction: Introduction, page: str) -> Draft:
    """Tell a side that it comes to nothing; never in the words of the other one.

    Parameters
    ----------
    sides, introduction
        Who, and what became of it.
    page
        Address of the firm's suggestions.
    """
    what = introduction.state.value
    if introduction.state is State.DECLINED and introduction.reason in NO_DISLIKE:
        what = "no_room"
    blocks: list[Block] = [Paragraph(sides.say(f"answer.{what}"))]
    if introduction.state is not State.WITHDRAWN:
        blocks.append(Paragraph(sides.say("answer.next")))
        blocks.append(Actions([Action(sides.say("answer.suggestions"), page, first=True)]))
    return Draft(
        kind=LetterKind.ANSWER,
        occasion=f"answer:{introduction.id}:{sides.own.siret}:{introduction.state}",
        subject=sides.say("answer.subject"),
        blocks=blocks,
        introduction_id=introduction.id,
    )


def contacts(
    sides: Sides, introduction: Introduction, contact: Contact, mail: MailSettings, at: datetime
) -> Draft:
    """Give a side the contact of the other one: the only letter that ever holds one.

    Parameters
    ----------
    sides, introduction
        Who; both have accepted.
    contact
        Of the other side; empty where it has left none, or takes it back.
    mail
        Name and address of the sender.
    at
        Now.
    """
    start = proposed_start(at)
    day, hour = long_day(start.date(), sides.language), sides.say("introduction.hour")
    known = contact != Contact()
    reached = [
        (sides.say("firm"), sides.name),
        (sides.say("person"), one_line(contact.name or "")),
        (sides.say("email"), one_line(contact.email or "", MAX_ADDRESS)),
        (sides.say("phone"), one_line(contact.phone or "")),
    ]
    names = (sides.firm, sides.name)
    blocks: list[Block] = [
        Paragraph(sides.say("introduction.lead" if known else "introduction.lead_unknown")),
        Facts(sides.say("introduction.contact"), [row for row in reached if row[1]]),
        Paragraph(sides.say("introduction.date", day=day, hour=hour)),
        *([Paragraph(sides.say("introduction.purpose"))] if known else []),
        Paragraph(sides.say("introduction.later")),
    ]
    return Draft(
        kind=LetterKind.INTRODUCTION,
        occasion=f"introduction:{introduction.id}:{sides.own.siret}",
        subject=sides.say("introduction.subject"),
        blocks=blocks,
        attachments=(proposal(introduction.id, start, names, mail, at, sides.language),),
        introduction_id=introduction.id,
    )


OUTCOMES: dict[str, tuple[Result, bool | None]] = {
    "met_worth": (Result.MET, True),
    "working_together": (Result.WORKING_TOGETHER, True),
    "met_not_worth": (Result.MET, False),
    "not_met": (Result.NOT_MET, None),
}
"""Answers to the question what came of it: the result, and whether it was worth it."""


def outcome(sides: Sides, introduction: Introduction, days: int, link: MakeLink) -> Draft:
    """Ask a side what came of it.

    Parameters
    ----------
    sides, introduction
        Who.
    days
        How long ago they were introduced.
    link
        Makes the links of the answers.
    """
    actions = Actions(
        [
            Action(sides.say(f"outcome.{name}"), link(LinkPurpose.OUTCOME, days=days, answer=name))
            for name in OUTCOMES
        ]
    )
    lead = Paragraph(sides.say("outcome.lead", days=days))
    return Draft(
        kind=LetterKind.OUTCOME,
        occasion=f"outcome:{introduction.id}:{sides.own.siret}:{days}",
        subject=sides.say("outcome.subject"),
        blocks=[lead, actions, Paragraph(sides.say("outcome.use"))],
        introduction_id=introduction.id,
    )


def _about(sides: Sides, introduction: Introduction, declared: Profile | None) -> list[Block]:
    other = sides.other
    place = sides.say("place", commune=one_line(other.commune_name), department=other.department)
    facts = [
        (sides.say("firm"), sides.name),
        (sides.say("trade"), trade_text(other.naf, sides.language)),
        (sides.say("commune"), place),
        (sides.say("size"), size_text(other.size_band, sides.language)),
    ]
    reasons = Points(sides.say("for_you"), _reasons(sides, introduction, declared))
    return [Facts(sides.say("about"), facts), reasons]


def _reasons(sides: Sides, introduction: Introduction, declared: Profile | None) -> list[str]:
    """Say what the other side is to the reader, and what it says of itself if it consents."""
    reads = sides.own.siret == introduction.company
    role = introduction.role if reads else OPPOSITE[introduction.role]
    lines = [sides.say(f"why.{role}")]
    if declared is None or not declared.consent:
        return lines
    for name, text in (("offers", declared.offers), ("needs", declared.needs)):
        shown = one_line(without_contacts(text, sides.language), MAX_DECLARED)
        if shown:
            lines.append(sides.say(name, text=shown))
    return lines


def _message(sides: Sides, introduction: Introduction) -> list[Block]:
    words = several_lines(without_contacts(introduction.message, sides.language))
    if not words or sides.own.siret != introduction.partner:
        return []
    return [Quote(sides.say("message"), words)]


def _answers(sides: Sides, link: MakeLink, deadline: date) -> list[Block]:
    actions = [
        Action(sides.say("question.accept"), link(LinkPurpose.ACCEPT), first=True),
        Action(sides.say("question.decline"), link(LinkPurpose.DECLINE)),
        Action(sides.say("question.no_capacity"), link(LinkPurpose.NO_CAPACITY)),
    ]
    day = long_day(deadline, sides.language)
    last = Paragraph(sides.say("question.deadline", day=day))
    return [Actions(actions), last, Paragraph(sides.say("privacy_first"))]
