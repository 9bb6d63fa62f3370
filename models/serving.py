"""From a published list to suggestions: today's exclusions, reasons for both sides.

The command line and the API both answer from here, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import cast

import numpy as np

from matchmaker.companies import Company, Profile
from matchmaker.eligibility import Standing, company_rule
from matchmaker.errors import NotServedError, UnknownCompanyError
from matchmaker.explain import mirrored, sentence
from matchmaker.intents import Intent
from matchmaker.settings import EligibilitySettings
from matchmaker.spelling import fold
from matchmaker.store import Unit
from matchmaker.suggestions import Evidence, Reason, Suggestion
from matchmaker.texts import Language
from models.bands import BANDS
from models.inputs import CompanyRows, entries
from models.lists import ALL_ROLES, RankedLists
from models.published import Published
from models.text_space import surface_of
from models.view import View

CHOSEN = frozenset({"opted_out", "consent_refused", "partial_diffusion", "not_diffusible"})
"""Rules whose name would tell a reader what a company or a person decided."""

REASONS_SHOWN = 4
"""Reasons per side: more would not be read."""


def suggestions_for(
    published: Published,
    unit: Unit,
    siret: str,
    *,
    intents: Sequence[Intent],
    limit: int,
    language: Language,
    rules: EligibilitySettings,
) -> list[Suggestion]:
    """Read a company's suggestions and apply what changed since the night.

    Parameters
    ----------
    published
        The snapshot.
    unit
        The store now: opt-outs, answers, closures and names of this moment.
    siret
        The company that reads.
    intents
        One intent gives its list; several take turns, each partner once.
    limit
        Longest list.

    Raises
    ------
    UnknownCompanyError
        If the store has no such company.
    NotServedError
        If it takes no part in suggestions, or came after the last night.
    """
    company = unit.companies.get(siret)
    if company is None:
        raise UnknownCompanyError(
            f"company {siret} is not in the store. Check the number, or import its department."
        )
    profile = unit.profiles.get(siret)
    row = _row_served(published, unit, company, profile, rules)
    chosen = {intent: _row_of(published.lists[intent], row) for intent in intents}
    view = published.model.territory.view
    return _served(published, unit, view, row, chosen, (company, profile), limit, language)


def suggestions_for_profile(
    published: Published,
    unit: Unit,
    rows: CompanyRows,
    company: Company,
    profile: Profile,
    *,
    intents: Sequence[Intent],
    limit: int,
    language: Language,
) -> list[Suggestion]:
    """Suggest partners for a profile that is not in the store, with the published model.

    Parameters
    ----------
    rows
        The profile as the one row of the model's input.
    company, profile
        The same, for the sentences.
    """
    view, chosen = None, {}
    for intent in intents:
        view, chosen[intent] = published.model.rank_profile(rows, intent)
    assert view is not None
    return _served(published, unit, view, 0, chosen, (company, profile), limit, language)


def _row_served(
    published: Published,
    unit: Unit,
    company: Company,
    profile: Profile | None,
    rules: EligibilitySettings,
) -> int:
    """Row of a company that takes part; says why where it does not."""
    standing = Standing(
        opted_out=unit.exclusions.has_opted_out(company.siret),
        consent=None if profile is None else profile.consent,
    )
    rule = company_rule(company, standing, rules)
    if rule is not None:
        # What a company chose is its own affair; what the registry says of it is public.
        why = "" if rule in CHOSEN else f" (rule {rule})"
        raise NotServedError(f"company {company.siret} takes no part in suggestions{why}.")
    row = published.model.row_of(company.siret)
    if row is None:
        raise NotServedError(
            f"company {company.siret} came after the last nightly run. Its suggestions follow "
            "with the next one (`matchmaker nightly`)."
        )
    return row


def _row_of(lists: RankedLists, row: int) -> RankedLists:
    return RankedLists(
        **{f.name: getattr(lists, f.name)[row : row + 1] for f in fields(RankedLists)}
    )


def _served(
    published: Published,
    unit: Unit,
    seekers: View,
    row: int,
    chosen: Mapping[Intent, RankedLists],
    reader: tuple[Company, Profile | None],
    limit: int,
    language: Language,
) -> list[Suggestion]:
    """Take out what may not be shown today, cut to length, explain."""
    sirets = published.model.sirets
    listed = [
        (intent, place, int(partner), float(lists.scores[0, place]))
        for intent, lists in chosen.items()
        for place, partner in enumerate(lists.partners[0])
        if partner >= 0
    ]
    # A list keeps the order that allocation gave it; several take turns, better scores first.
    listed.sort(key=lambda entry: (entry[1], -entry[3]))
    asked = list(dict.fromkeys(str(sirets[partner]) for _, _, partner, _ in listed))
    shown = unit.companies.servable_sirets(asked, reader=reader[0].siret)
    if seekers is published.model.territory.view:
        shown -= rivals_again(published, unit, reader[0].siret, row)
    kept: dict[str, tuple[Intent, int, int, float]] = {}
    firms: set[str] = set()
    for entry in listed:
        siret = str(sirets[entry[2]])
        if siret in shown and siret[:9] not in firms and len(kept) < limit:
            kept[siret] = entry
            firms.add(siret[:9])
    # Many more are listed than shown: only these are read whole.
    companies, profiles = unit.companies.many(list(kept)), unit.profiles.many(list(kept))
    answer = []
    for rank, (siret, (intent, place, partner, score)) in enumerate(kept.items(), start=1):
        lists = chosen[intent]
        role = ALL_ROLES[lists.roles[0, place]]
        parts = published.model.evidence(seekers, row, partner, role, lists.parts[0, place])
        sides = (reader, (companies[siret], profiles.get(siret)))
        ours, theirs = _reasons(parts, sides, language)
        answer.append(
            Suggestion(
                rank=rank,
                intent=intent,
                role=role,
                band=BANDS[lists.bands[0, place]],
                score=score,
                partner=companies[siret],
                reasons_for_company=ours,
                reasons_for_partner=theirs,
            )
        )
    return answer


def rivals_again(published: Published, unit: Unit, reader: str, row: int) -> set[str]:
    """Partners of whom the night was told that they are no competitors, and who are again since.

    Parameters
    ----------
    published
        The snapshot.
    unit
        The store now.
    reader, row
        SIRET of who reads, and its row.
    """
    lifted, _ = entries(published.model.marks.lifted, row)
    if not len(lifted):
        return set()
    standing = {
        siret for each in unit.feedback.overrides(reader) for siret in (each.low, each.high)
    }
    return {str(published.model.sirets[other]) for other in lifted} - standing


def _reasons(
    parts: Sequence[tuple[str, float, Evidence]],
    sides: tuple[tuple[Company, Profile | None], tuple[Company, Profile | None]],
    language: Language,
) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """Say the largest contributions to each side; one sentence per topic."""
    ours: dict[str, Reason] = {}
    theirs: dict[str, Reason] = {}
    for channel, contribution, raw in parts:
        if min(len(ours), len(theirs)) == REASONS_SHOWN:
            break
        evidence = spelled(raw, sides[0], sides[1])
        if evidence.values.get("themes") == []:
            continue  # nothing of it is declared any more
        for side, reasons in ((evidence, ours), (mirrored(evidence), theirs)):
            if side is not None and side.topic not in reasons and len(reasons) < REASONS_SHOWN:
                text = sentence(side, language)
                reasons[side.topic] = Reason(channel, contribution, side, text)
    return tuple(ours.values()), tuple(theirs.values())


def spelled(
    evidence: Evidence,
    company: tuple[Company, Profile | None],
    partner: tuple[Company, Profile | None],
) -> Evidence:
    """Show terms as the texts spell them, and add the trades of both sides.

    A term that is in neither text, or a theme that one side no longer declares (they were edited
    since the night), is left out.
    """
    values = dict(evidence.values)
    own, other = _texts_of(company[1]), _texts_of(partner[1])
    sources = {"company_terms": own, "partner_terms": other, "shared": other + own}
    for name, texts in sources.items():
        if name in values:
            terms = cast("list[str]", values[name])
            shown = [_spelling(term, texts) for term in terms]
            values[name] = list(dict.fromkeys(text for text in shown if text))
    if "themes" in values:
        own_themes, other_themes = (
            {fold(theme): theme for theme in _themes_of(side[1])} for side in (company, partner)
        )
        themes = cast("list[str]", values["themes"])
        shared = [theme for theme in themes if theme in own_themes and theme in other_themes]
        values["themes"] = [own_themes[theme] for theme in shared]
    if "company_terms" in values:
        values |= {"company_trade": company[0].naf, "partner_trade": partner[0].naf}
    return replace(evidence, values=values)


def _texts_of(profile: Profile | None) -> tuple[str, ...]:
    if profile is None or not profile.consent:
        return ()
    return (profile.offers, profile.needs, profile.activity)


def _themes_of(profile: Profile | None) -> tuple[str, ...]:
    return profile.themes if profile is not None and profile.consent else ()


def _spelling(term: str, texts: Sequence[str]) -> str | None:
    found = (surface_of(term, text) for text in texts)
    return next((surface for surface in found if surface), None)


def plain_values(evidence: Evidence) -> dict[str, object]:
    """Values of a piece of evidence as JSON knows them."""
    return {
        name: value.item() if isinstance(value, np.generic) else value
        for name, value in evidence.values.items()
    }
