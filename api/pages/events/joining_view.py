"""The groups for somebody who walks in to peer groups: the best one, why, and the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.pages.events.groups_view import GroupWords
from matchmaker.events.peer_groups.adjusting import groups_of
from matchmaker.events.peer_groups.changes import Changes
from matchmaker.events.peer_groups.joining import Offer, joined_problem, offers
from matchmaker.events.peer_groups.problem import Problem
from matchmaker.events.peer_groups.repair import without
from matchmaker.events.registrations import Registration
from matchmaker.events.services.mending import Material
from matchmaker.texts import Language, say, say_number


@dataclass(frozen=True)
class OfferView:
    """A group.

    Parameters
    ----------
    number
        Of the group.
    reasons
        What speaks for it, and what it costs; none where it is impossible.
    against
        Why it is impossible; none where it is not.
    """

    number: int
    reasons: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


@dataclass(frozen=True)
class JoiningView:
    """Who walks in, and every group.

    Parameters
    ----------
    name
        Of who walks in.
    chosen
        The group that the adviser has chosen, else the best one; nothing where it is impossible.
    best
        Whether that is the best one.
    others
        Further groups that are possible, the best first.
    refused
        Groups that are impossible.
    unknown
        What is not known of their firm, as sentences.
    """

    name: str
    chosen: OfferView | None
    best: bool
    others: tuple[OfferView, ...]
    refused: tuple[OfferView, ...]
    unknown: tuple[str, ...]


def joining_view(material: Material, language: Language) -> JoiningView | None:
    """View the groups for who walks in; nothing where nobody does, or to another kind of event."""
    if material.facts is None or material.joining is None:
        return None
    found, wider = _offers(material, material.facts.changes)
    words = _Words(material.joining, wider, material.day.registrations, language)
    possible = [each for each in found if each.fits]
    least = possible[0].standing.cost if possible else 0
    views = [words.offer(each, least) for each in possible]
    wanted = material.asked.group
    chosen = next((each for each in views if wanted in (None, each.number)), None)
    return JoiningView(
        material.joining.name,
        chosen,
        chosen is not None and chosen is views[0],
        tuple(each for each in views if each is not chosen),
        tuple(words.refused(each) for each in found if not each.fits),
        words.unknown(material.facts.guessed),
    )


def _offers(material: Material, came: Changes) -> tuple[Sequence[Offer], Problem]:
    """Try every group, once those are out who come no more."""
    absent = {each.id for each in material.news.absent}
    left = without(material.problem, material.plan, Changes(absent=tuple(absent)))
    person = came.walk_ins[0] if came.walk_ins else came.mentors[0]
    wider = joined_problem(left, person, came)
    before = groups_of(material.plan)
    group = {who: number for who, number in before.items() if who not in absent}
    return offers(left, wider, material.plan, group, person.id), wider


class _Words:
    """Sentences about groups for one person."""

    def __init__(
        self,
        joining: Registration,
        problem: Problem,
        people: Sequence[Registration],
        language: Language,
    ) -> None:
        self._joining, self._problem, self._language = joining, problem, language
        self._clashes = GroupWords(people, language)
        self._firms = {each.id: each.company or each.name for each in people}
        self._mentor = joining.id in {each.id for each in problem.mentors}

    def offer(self, offer: Offer, least: int) -> OfferView:
        """Say what speaks for a group, and what it costs more than the best one."""
        member, name, language = offer.member(self._joining.id), self._joining.name, self._language
        rivals = "no_rival" if self._joining.siret else "no_colleague"
        place = self._firms.get(offer.group.meets_at, offer.group.meets_at)
        said = [
            say(language, "day.join.helps", name=name) if offer.helps else "",
            self._room(offer),
            say(language, f"day.join.{rivals}", name=name),
            say_number(language, "day.join.way", member.minutes, place=place),
            say_number(language, "day.join.themes", member.theme_partners, name=name)
            if member.theme_partners
            else "",
            self._cost(offer.standing.cost - least),
        ]
        return OfferView(offer.number, tuple(filter(None, said)))

    def _room(self, offer: Offer) -> str:
        group, problem = offer.group, self._problem
        people, high = (
            (group.mentors, problem.mentors_max)
            if self._mentor
            else (group.leaders, problem.size_max)
        )
        key = "day.join.room_mentor" if self._mentor else "day.join.room"
        return say_number(self._language, key, len(people), name=self._joining.name, high=high)

    def _cost(self, more: int) -> str:
        if more > 0:
            return say_number(self._language, "day.join.more", more)
        return say(self._language, "day.join.best")

    def refused(self, offer: Offer) -> OfferView:
        """Say why a group is impossible."""
        said = (self._clashes.clash(each.code, each.values) for each in offer.clashes)
        return OfferView(offer.number, against=tuple(dict.fromkeys(said)))

    def unknown(self, guessed: Sequence[str]) -> tuple[str, ...]:
        """Say what was guessed."""
        codes = (*guessed, *(() if self._joining.siret else ("rivals",)))
        return tuple(say(self._language, f"day.join.unknown.{code}") for code in codes)
