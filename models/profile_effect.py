"""What an edited profile changes in the suggestions of its firm, before anything is stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from matchmaker.companies import Company, Profile
from matchmaker.eligibility import Standing, company_rule
from matchmaker.intents import Intent
from matchmaker.settings import EligibilitySettings
from matchmaker.store import Unit
from matchmaker.suggestions import Suggestion
from matchmaker.texts import Language
from models.company_features import company_rows
from models.inputs import entries
from models.published import Published
from models.serving import suggestions_for_profile


@dataclass(frozen=True)
class Place:
    """A partner in the list of the edited profile.

    Parameters
    ----------
    suggestion
        As it would be shown.
    rank
        Place in the new list, counted from 1.
    before
        Place in the list of the stored profile; `None` for one that comes in.
    """

    suggestion: Suggestion
    rank: int
    before: int | None


@dataclass(frozen=True)
class Effect:
    """What an edit does to a list.

    Parameters
    ----------
    places
        The new list.
    leaving
        Who was in the list of the stored profile and is in it no more, in its order.
    takes_part
        Whether the firm, as edited, is suggested partners at all.
    """

    places: tuple[Place, ...]
    leaving: tuple[Suggestion, ...]
    takes_part: bool

    @property
    def entering(self) -> tuple[Place, ...]:
        """Partners that come in."""
        return tuple(place for place in self.places if place.before is None)

    @property
    def rising(self) -> tuple[Place, ...]:
        """Partners that stand higher than before."""
        return tuple(p for p in self.places if p.before is not None and p.rank < p.before)

    @property
    def staying(self) -> int:
        """How many stay where they were, or lower."""
        return len(self.places) - len(self.entering) - len(self.rising)


def effect_of(
    published: Published,
    unit: Unit,
    company: Company,
    stored: Profile | None,
    edited: Profile,
    *,
    intent: Intent,
    language: Language,
    rules: EligibilitySettings,
) -> Effect:
    """Rank the stored and the edited profile in the same way, and compare.

    Both are ranked as a newcomer's, by what is declared and by the trade and the place of the firm:
    so only the edit makes a difference. Its relations come in with the night.

    Parameters
    ----------
    published
        The snapshot.
    unit
        The store now.
    company
        The firm.
    stored, edited
        What it declares (`None` for nothing yet), and what it would declare.
    intent
        The list to compare.
    language
        Of the reasons.
    rules
        Who takes part.
    """
    ranking = _Ranking(published, unit, company, intent, language, rules)
    before = ranking.of(stored)
    after = ranking.of(edited)
    ranks = {each.partner.siret: rank for rank, each in enumerate(before, start=1)}
    kept = {each.partner.siret for each in after}
    return Effect(
        places=tuple(
            Place(each, rank, ranks.get(each.partner.siret))
            for rank, each in enumerate(after, start=1)
        ),
        leaving=tuple(each for each in before if each.partner.siret not in kept),
        takes_part=ranking.takes_part(edited),
    )


@dataclass(frozen=True)
class _Ranking:
    """One way to rank any profile of one firm."""

    published: Published
    unit: Unit
    company: Company
    intent: Intent
    language: Language
    rules: EligibilitySettings

    def takes_part(self, profile: Profile | None) -> bool:
        consent = None if profile is None else profile.consent
        standing = Standing(opted_out=False, consent=consent)
        return company_rule(self.company, standing, self.rules) is None

    def of(self, profile: Profile | None) -> list[Suggestion]:
        if not self.takes_part(profile):
            return []
        siret, model = self.company.siret, self.published.model
        declared = profile or Profile(siret, consent=False)
        found = suggestions_for_profile(
            self.published,
            self.unit,
            company_rows([self.company], {siret: declared}, model.departments),
            self.company,
            declared,
            intents=(self.intent,),
            limit=model.list_length,
            language=self.language,
        )
        known = self._known()
        return [each for each in found if each.partner.siret not in known][
            : model.settings.list_length
        ]

    def _known(self) -> set[str]:
        """Firms that the night keeps from this one: a ranked newcomer has no such history."""
        model = self.published.model
        row = model.row_of(self.company.siret)
        if row is None:
            return set()
        told = (model.territory.links.acquainted, model.marks.known, model.marks.competitor)
        others: Iterable[int] = (int(each) for said in told for each in entries(said, row)[0])
        return {str(model.sirets[each]) for each in others}
