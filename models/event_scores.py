"""Scores of an event from the published snapshot: every pair of its companies, seen by both sides.

A night ranks each company's candidates of the other department. An event asks of pairs that stand
in nobody's list: so the fitted model scores all of its companies for one another, as a night does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from matchmaker.events.preparing.scores import Scores
from matchmaker.feedback import HIDING, FeedbackKind
from matchmaker.intents import OPPOSITE, ROLES, Intent, Role
from matchmaker.store import Unit
from models.inputs import UNKNOWN, Flags, Floats, Rows
from models.lists import ALL_ROLES, NO_ROLE
from models.marks import no_marks
from models.matching import SMALLEST
from models.published import Published
from models.ranking import BLOCK, Ranker
from models.reciprocity import harmonic
from models.roles import may_fill
from models.view import View

COMPETITOR = ("competitor",)
STRANGERS = ("same_siren", "already_met")
"""Rules of a night that hold in an event whatever the intent: other firm, not met already. What
firms and advisers said of pairs is asked of the store, which knows what they said since."""

MEETINGS = tuple(intent for intent in Intent if intent is not Intent.PEER)
"""Intents that count in meetings if no others are given. Any two firms of one size are peers: they
would crowd out clients, suppliers and co-bidders. On a fictional territory (seed 1001), the ten
best partners of each of 400 firms have .33 of the trade and joint tenders that the best choice
would have; with peers among the intents .12, at random .09. Peers have groups of their own."""


@dataclass(frozen=True)
class EventFits:
    """Scores of an event's companies, and what they were made of.

    Parameters
    ----------
    scores
        Of every pair.
    rows
        Row of each company in the model, in the order of the scores.
    roles
        What the second of a pair is to the first in its best role, a place in `ALL_ROLES`;
        `NO_ROLE` where the score is 0. Shape (n, n).
    allowed
        Pairs that no rule keeps apart, by intent, shape (n, n): those that are ranked.
    """

    scores: Scores
    rows: Rows
    roles: npt.NDArray[np.int8]
    allowed: Mapping[Intent, Flags]


def event_scores(
    published: Published, unit: Unit, sirets: Sequence[str], intents: Sequence[Intent] = MEETINGS
) -> Scores:
    """Score every pair of an event's companies with the published model: see `event_fits`."""
    return event_fits(published, unit, sirets, intents).scores


def event_fits(
    published: Published, unit: Unit, sirets: Sequence[str], intents: Sequence[Intent] = MEETINGS
) -> EventFits:
    """Score every pair of an event's companies with the published model.

    The mutual score of a pair is that of its best intent and role: the harmonic mean of what the
    one gives the other and what it is given in return (`models.reciprocity.harmonic`, the night's
    own). What a company gives is the fused score of the model, whose best is about 1 for every
    role, and is cut to 1; channels are ranked among the companies of the event, so 1 says "the
    best of those who are there", not "a perfect partner". Pairs of one department are scored like
    all others. The score is 0 where a night would not suggest the pair: one SIREN, acquainted
    already, competitors for the intent, nothing that speaks for it, or set aside, called known, met
    or a competitor by one of them until now.

    Competitors are pairs that the night's rule keeps apart in every intent: the same NAF sub-class
    or near-equal offers, in overlapping catchments, if the settings are not other ones; less those
    whom an adviser takes for none, and those of whom one called the other a competitor. Two
    establishments of one firm are none.

    Parameters
    ----------
    published
        The open snapshot.
    unit
        The store now: whoever opted out or closed since the night has no scores.
    sirets
        Companies of the event, in any order; repeats count once.
    intents
        Why they may meet; all but `peer` if not given.

    Returns
    -------
    EventFits
        Of those companies, in the order given, that the model knows and that may be shown today.
    """
    model, known = published.model, _known_rows(published, unit, sirets)
    names, rows = tuple(known), np.array(list(known.values()), dtype=np.int64)
    view = model.territory.view
    met = _vetoed(replace(model.ranker, pair_rules=STRANGERS), view, rows, Intent.PEER)
    met |= _said(unit, names, *HIDING) | np.eye(len(rows), dtype=bool)
    mutual = np.zeros((len(rows), len(rows)))
    lifted = _flags(names, ((each.low, each.high) for each in unit.feedback.overrides()))
    rivals = {
        intent: pairs & ~lifted for intent, pairs in _rivals(model.ranker, view, rows).items()
    }
    roles = np.full(mutual.shape, NO_ROLE, dtype=np.int8)
    allowed = {intent: ~(rivals[intent] | met) for intent in intents}
    for intent, pairs in allowed.items():
        for role, fit in _of_intent(model.ranker, view, rows, intent, pairs).items():
            roles[fit > mutual] = ALL_ROLES.index(role)
            mutual = np.maximum(mutual, fit)
    # Rounded, because products of vectors differ in the last bits with the size of a block.
    mutual = np.round(mutual, 6)
    siren = view.siren[rows]
    competitors = np.logical_and.reduce(list(rivals.values()))
    competitors |= _said(unit, names, FeedbackKind.COMPETITOR)
    competitors &= siren[:, None] != siren
    return EventFits(Scores(names, np.minimum(mutual, mutual.T), competitors), rows, roles, allowed)


def theme_scores(
    published: Published, unit: Unit, theme: str, departments: Sequence[str], each: int
) -> dict[str, float]:
    """Find the companies that fit a theme best.

    Parameters
    ----------
    theme
        What an event is about, as a text.
    departments
        Where to look; one that the model does not know has no companies.
    each
        Companies of each department, at most.

    Returns
    -------
    dict
        By SIRET, the largest cosine of the theme with the company's activity, offers and needs, in
        (0, 1]; the best of each department, of those that may be shown today.
    """
    model = published.model
    view, meaning = model.territory.view, model.territory.space.meaning([theme])[0]
    seen = [texts @ meaning for texts in (view.activity, view.offers, view.needs)]
    fit = np.round(np.clip(np.maximum.reduce(seen), 0, 1).astype(np.float64), 6)
    found: dict[str, float] = {}
    for code in dict.fromkeys(departments):
        if code not in model.departments:
            continue
        side = np.flatnonzero((view.department == model.departments.index(code)) & (fit > 0))
        ordered = side[np.lexsort((view.key[side], -fit[side]))]
        found |= _best_shown(unit, model.sirets[ordered].tolist(), fit[ordered], each)
    return found


def _best_shown(
    unit: Unit, ordered: Sequence[str], fit: npt.NDArray[np.floating], each: int
) -> dict[str, float]:
    """Take the first that may be shown, looking at no more of the store than it needs."""
    found: dict[str, float] = {}
    for start in range(0, len(ordered), each):
        some = ordered[start : start + each]
        shown = unit.companies.servable(some)
        for siret, value in zip(some, fit[start : start + each].tolist(), strict=True):
            if siret in shown and len(found) < each:
                found[siret] = value
        if len(found) == each:
            break
    return found


def _known_rows(published: Published, unit: Unit, sirets: Sequence[str]) -> dict[str, int]:
    asked = list(dict.fromkeys(sirets))
    shown = unit.companies.servable(asked)
    rows = {siret: published.model.row_of(siret) for siret in asked if siret in shown}
    return {siret: row for siret, row in rows.items() if row is not None}


def _said(unit: Unit, sirets: Sequence[str], *kinds: FeedbackKind) -> Flags:
    """Tell of which pairs one said something of some kinds about the other, shape (n, n)."""
    return _flags(sirets, unit.feedback.pairs(*kinds))


def _flags(sirets: Sequence[str], pairs: Iterable[tuple[str, str]]) -> Flags:
    place = {siret: number for number, siret in enumerate(sirets)}
    flags = np.zeros((len(sirets), len(sirets)), dtype=bool)
    for one, other in pairs:
        if one in place and other in place:
            flags[place[one], place[other]] = True
    return flags | flags.T


def _rivals(ranker: Ranker, view: View, rows: Rows) -> dict[Intent, Flags]:
    """Tell which pairs are competitors for each intent; intents under one rule share the answer."""
    anywhere, unsaid = ranker.rules.same_trade_anywhere, no_marks(len(view))
    competing = replace(ranker, pair_rules=COMPETITOR, marks=unsaid)
    found: dict[bool, Flags] = {}
    for intent in Intent:
        if (intent in anywhere) not in found:
            found[intent in anywhere] = _vetoed(competing, view, rows, intent)
    return {intent: found[intent in anywhere] for intent in Intent}


def _vetoed(ranker: Ranker, view: View, rows: Rows, intent: Intent) -> Flags:
    """Tell which pairs the rules of a ranker keep out; shape (n, n), the diagonal false."""
    vetoed = np.zeros((len(rows), len(rows)), dtype=bool)
    for some in _blocks(np.arange(len(rows))):
        partners = np.broadcast_to(rows, (len(some), len(rows)))
        vetoed[some] = ranker.vetoes(view, rows[some], partners, intent) != UNKNOWN
    # Nobody is a partner of theirs; and the last bit of a cosine may differ with the direction.
    return (vetoed | vetoed.T) & ~np.eye(len(rows), dtype=bool)


def _of_intent(
    ranker: Ranker, view: View, rows: Rows, intent: Intent, allowed: Flags
) -> dict[Role, npt.NDArray[np.float64]]:
    """Mutual score of each pair by what the second is to the first; each of shape (n, n)."""
    given = {role: _given(ranker, view, rows, role, allowed) for role in ROLES[intent]}
    return {
        role: np.asarray(harmonic(given[role], given[OPPOSITE[role]].T), dtype=np.float64)
        for role in ROLES[intent]
    }


def _given(ranker: Ranker, view: View, rows: Rows, role: Role, allowed: Flags) -> Floats:
    """Score what each gives each other in a role, 0 where nothing speaks for it; shape (n, n)."""
    fusion = ranker.fusions[role]
    asking = np.flatnonzero(may_fill(OPPOSITE[role], view)[rows])
    asked = np.flatnonzero(may_fill(role, view)[rows])
    given = np.zeros(allowed.shape, dtype=np.float32)
    for some in _blocks(asking):
        partners = np.where(allowed[np.ix_(some, asked)], rows[asked], UNKNOWN)
        seen, ranks = ranker.scored(view, rows[some], partners, role, fusion.active)
        parts = fusion.contributions(seen, ranks)
        spoken = (parts > 0).any(axis=-1) & (partners != UNKNOWN)
        given[np.ix_(some, asked)] = np.where(spoken, np.clip(parts.sum(axis=-1), SMALLEST, 1), 0)
    return given


def _blocks(places: Rows) -> Iterator[Rows]:
    for start in range(0, len(places), BLOCK):
        yield places[start : start + BLOCK]
