"""Doing what a link of a letter is for, once its page is confirmed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from matchmaker.accounts.accounts import principal_of
from matchmaker.accounts.changes import store_password
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Role
from matchmaker.errors import LinkError
from matchmaker.feedback import Feedback, FeedbackKind, ListName
from matchmaker.feedback_rules import give_feedback
from matchmaker.intents import Intent
from matchmaker.introductions.life import DeclineReason, Move
from matchmaker.introductions.moves import move
from matchmaker.introductions.results import record_outcome
from matchmaker.mail.introduction_letters import OUTCOMES
from matchmaker.mail.letters import Topic
from matchmaker.mail.links import LinkPurpose, MailLink
from matchmaker.mail.post import Post
from matchmaker.mail.tokens import use_link
from matchmaker.privacy.opting_out import opt_out
from matchmaker.settings import Settings
from matchmaker.store import Unit
from matchmaker.suggestions import Place

PlaceOf = Callable[[str, str, Intent], Place | None]
"""Finds where a partner stands in a reader's published list of an intent."""

REASONS = tuple(reason for reason in DeclineReason if reason is not DeclineReason.OTHER)
"""Reasons to decline that the page offers: each says all there is to say."""


@dataclass(frozen=True, slots=True)
class Form:
    """What was filled in on the page of a link.

    Parameters
    ----------
    reason
        Why an introduction is declined.
    every_topic
        Whether no letters at all are wanted any more.
    password_hash
        Of the password that was chosen.
    """

    reason: DeclineReason = DeclineReason.NOT_RELEVANT
    every_topic: bool = False
    password_hash: str = ""


@dataclass(frozen=True)
class Following:
    """What following a link needs.

    Parameters
    ----------
    unit
        Everything happens in it, the link's being used up included, or nothing.
    rules
        Settings in force.
    post
        Writes the letters that follow.
    place_of
        Finds the place that an answer to a suggestion is stored with.
    at
        Now.
    """

    unit: Unit
    rules: Settings
    post: Post
    place_of: PlaceOf
    at: datetime


def follow(following: Following, link: MailLink, form: Form) -> None:
    """Use a link up, and do what it is for.

    Raises
    ------
    LinkError
        If somebody has used it meanwhile, or what it was for is gone.
    IntroductionStateError, UnknownIntroductionError
        If the introduction no longer waits for it.
    """
    use_link(following.unit, link, following.at)
    _DEEDS[link.purpose](following, link, form)


def actor_of(siret: str) -> Principal:
    """Name who follows a link of a firm: whoever reads its letters, and no other firm."""
    # By its number: erasing a firm takes that out of every log, and could not find its name.
    return Principal(
        id=f"link:{siret}",
        label=f"lien de courriel ({siret})",
        role=Role.ENTREPRENEUR,
        companies=frozenset({siret}),
    )


def _firm_of(following: Following, link: MailLink) -> str:
    """Firm that a link speaks for, while whoever got it still acts for the firm."""
    if link.siret is None:
        raise LinkError("this link names no firm; nothing was changed.")
    people = following.unit.accounts.of_company(link.siret)
    if link.account_id is not None and not any(
        person.id == link.account_id and person.active for person in people
    ):
        raise LinkError("whoever got this link acts no longer for the firm; nothing was changed.")
    return link.siret


def _introduction_of(link: MailLink) -> str:
    if link.introduction_id is None:
        raise LinkError("this link names no introduction; nothing was changed.")
    return link.introduction_id


def _answer(following: Following, link: MailLink, made: Move, reason: DeclineReason | None) -> None:
    siret = _firm_of(following, link)
    move(
        following.unit,
        following.rules,
        following.post,
        actor_of(siret),
        _introduction_of(link),
        made,
        version=None,
        at=following.at,
        siret=siret,
        reason=reason,
    )


def _accept(following: Following, link: MailLink, form: Form) -> None:
    _answer(following, link, Move.ACCEPT, None)


def _decline(following: Following, link: MailLink, form: Form) -> None:
    _answer(following, link, Move.DECLINE, form.reason)


def _no_capacity(following: Following, link: MailLink, form: Form) -> None:
    _answer(following, link, Move.DECLINE, DeclineReason.NO_CAPACITY)


def _outcome(following: Following, link: MailLink, form: Form) -> None:
    siret = _firm_of(following, link)
    result, worth = OUTCOMES[link.details["answer"]]
    record_outcome(
        following.unit,
        following.rules,
        following.post,
        actor_of(siret),
        _introduction_of(link),
        result,
        at=following.at,
        worth=worth,
        days=link.details["days"],
        siret=siret,
    )


def _feedback(following: Following, link: MailLink, form: Form) -> None:
    siret, partner = _firm_of(following, link), link.details["partner"]
    intent = Intent(link.details["intent"])
    given = Feedback(
        reader=siret,
        partner=partner,
        kind=FeedbackKind(link.details["kind"]),
        at=following.at,
        actor=actor_of(siret).label,
        intent=intent,
        shown_in=ListName.DIGEST,
    )
    give_feedback(following.unit, given.placed(following.place_of(siret, partner, intent)))


def _unsubscribe(following: Following, link: MailLink, form: Form) -> None:
    topics = tuple(Topic) if form.every_topic else (Topic(link.details["topic"]),)
    for topic in topics:
        following.unit.refusals.note(link.details["address"], topic, following.at)


def _opt_out(following: Following, link: MailLink, form: Form) -> None:
    siret = _firm_of(following, link)
    by = actor_of(siret)
    opt_out(following.unit, siret, by=by, at=following.at, reason=by.label)


def _password(following: Following, link: MailLink, form: Form) -> None:
    if link.account_id is None or not form.password_hash:
        raise LinkError("this link sets the password of no account; nothing was changed.")
    account = following.unit.accounts.get(link.account_id)
    if not account.active:
        raise LinkError("the account of this link is closed; nothing was changed.")
    by = replace(principal_of(account), label=f"lien de courriel ({account.id})")
    store_password(following.unit, account.id, form.password_hash, by=by, at=following.at)


_DEEDS: Mapping[LinkPurpose, Callable[[Following, MailLink, Form], None]] = {
    LinkPurpose.ACCEPT: _accept,
    LinkPurpose.DECLINE: _decline,
    LinkPurpose.NO_CAPACITY: _no_capacity,
    LinkPurpose.OUTCOME: _outcome,
    LinkPurpose.FEEDBACK: _feedback,
    LinkPurpose.UNSUBSCRIBE: _unsubscribe,
    LinkPurpose.OPT_OUT: _opt_out,
    LinkPurpose.PASSWORD: _password,
}
