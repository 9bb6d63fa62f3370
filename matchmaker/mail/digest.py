"""The weekly digest: what is new to each firm since its last one; nothing new, no letter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from matchmaker.feedback import FeedbackKind
from matchmaker.mail.letters import Topic
from matchmaker.mail.post import Post
from matchmaker.mail.recipients import recipients_of
from matchmaker.settings import Settings
from matchmaker.store import Store, Unit
from matchmaker.suggestions import Suggestion

Find = Callable[[Unit, str], Sequence[Suggestion]]
"""Suggestions of a firm, the best first; none for one that takes no part."""


def write_digests(store: Store, post: Post, settings: Settings, find: Find, at: datetime) -> int:
    """Write the digest of every firm that has somebody to read it; return how many were written.

    Each firm has its own unit of work: a second run in the same week writes nothing again.

    Parameters
    ----------
    store
        Of firms, digests and letters.
    post
        Writes the letters.
    settings
        With the length of a digest.
    find
        Reads the suggestions of a firm from the new snapshot.
    at
        Now.
    """
    with store.reading() as unit:
        sirets = readers(unit)
    return sum(_write_one(store, post, settings, find, siret, at) for siret in sirets)


def readers(unit: Unit) -> tuple[str, ...]:
    """SIRETs of firms that somebody acts for, or that have left a consenting address, sorted."""
    tied = {
        ownership.siret
        for account in unit.accounts.list()
        if account.active
        for ownership in account.companies
    }
    return tuple(sorted(tied.union(unit.profiles.with_address())))


def _write_one(
    store: Store, post: Post, settings: Settings, find: Find, siret: str, at: datetime
) -> bool:
    with store.reading() as unit:
        if not recipients_of(unit, siret, Topic.DIGESTS):
            return False
        chosen = new_to(unit, siret, find(unit, siret), settings.mail.digest_length)
    if not chosen:
        return False
    # Reading a list takes a while; nobody else waits for the store meanwhile.
    with store.unit() as unit:
        shown = unit.companies.servable([each.partner.siret for each in chosen], reader=siret)
        chosen = [each for each in chosen if each.partner.siret in shown]
        if not chosen:
            return False
        written = post.digest(unit, siret, chosen, at)
        if written:
            unit.digests.note(siret, [each.partner.siret for each in chosen], at)
        return written


def new_to(
    unit: Unit, siret: str, suggestions: Sequence[Suggestion], length: int
) -> list[Suggestion]:
    """Keep the first suggestions of partners that are news to a firm, one each.

    A partner is none that a digest has held, that the firm has said it is interested in, or with
    which there is or was an introduction.

    Parameters
    ----------
    unit
        To read.
    siret
        The firm.
    suggestions
        The best first; a partner may be there for more than one intent.
    length
        Most of them.
    """
    held = {*unit.digests.partners(siret), *_dealt_with(unit, siret)}
    chosen: dict[str, Suggestion] = {}
    for suggestion in suggestions:
        if suggestion.partner.siret not in held:
            chosen.setdefault(suggestion.partner.siret, suggestion)
    return list(chosen.values())[:length]


def _dealt_with(unit: Unit, siret: str) -> Iterator[str]:
    for introduction in unit.introductions.list(siret=siret):
        yield introduction.other_than(siret)
    for answer in unit.feedback.standing(siret):
        if answer.reader == siret and answer.kind is FeedbackKind.INTERESTED:
            yield answer.partner
