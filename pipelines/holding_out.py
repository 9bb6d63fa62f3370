"""Holding relations out, so that a fusion can be learned and measured without seeing the answers.

The channels are fitted again on what remains: a graph channel that has seen a link would find it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse
from scipy.sparse import csgraph

from matchmaker.intents import FLOW, INTENT_OF, Flow, Role
from matchmaker.relations import KNOWS_EACH_OTHER, RelationKind
from models.channels.contract import sampled
from models.inputs import UNKNOWN, Flags, GroupRows, Rows, SparseRows
from models.learning import Examples, Learned, joined, learn
from models.links import KINDS
from models.partner_model import PartnerModel
from models.ranking import united

SLICE = 0.1
"""Share of the relations that are held out at a time."""
LATEST_LABELS = 0.25
"""Share of known outcomes, the latest, that decide."""
SLICES_LEARNED = 3
"""Slices that are learned from, beside the one that decides."""
LARGEST_ANSWER = 5
"""Larger groups are no answer to whom a company should meet, unless their kind is asked for and its
members know each other, as in a Plato group."""
FEWEST_CROSS = 100
"""Pairs across territories below which pairs within one are learned from as well."""
DATED = 0.9
"""Share of dated relations from which slices follow time."""
RANDOM_PARTNERS, HARD_PARTNERS = 20, 20
"""Examples of non-partners per seeker: drawn from everybody, and from its candidates."""
FALLING = frozenset({"bounded_popularity", "recent_popularity", "place", "size_fit"})
"""Channels whose score may also speak against a pair."""
_ROWS_AT_A_TIME = 256


@dataclass(frozen=True)
class Slice:
    """Relations held out, and those that remain.

    Parameters
    ----------
    seen
        What the channels may be fitted on.
    pairs
        Pairs held out, as `(source, target)`, shape (p, 2); none that `seen` makes acquainted.
    kind
        Position in `models.links.KINDS` of the relation of each pair, -1 where it is of none; (p,).
    refused
        Pairs known to have come to nothing, same form as `pairs`.
    follows
        Whether everything that is held out came after what is seen.
    """

    seen: GroupRows
    pairs: Rows
    kind: npt.NDArray[np.int8]
    refused: Rows
    follows: bool


@dataclass(frozen=True)
class Question:
    """Who asks for whom.

    Parameters
    ----------
    role
        What partners are to those who ask; its flow says whether a pair is an answer both ways.
    queries, answers
        Who may ask, and who may be an answer, shape (n,).
    cross
        Whether answers are of another territory.
    kind
        Relation that answers, where slices hold several kinds; none means every pair.
    """

    role: Role
    queries: Flags
    answers: Flags
    cross: bool
    kind: RelationKind | None = None

    def held(self, part: Slice) -> Rows:
        """Seekers and partners of the held-out pairs that answer this question."""
        if self.kind is None:
            return self.asked(part.pairs)
        return self.asked(part.pairs[part.kind == KINDS.index(self.kind)])

    def asked(self, pairs: Rows) -> Rows:
        """Turn `(source, target)` pairs into `(seeker, partner)`, both ways for a mutual role."""
        flow = FLOW[self.role]
        ways = [pairs] if flow is not Flow.INWARD else [pairs[:, ::-1]]
        if flow is Flow.MUTUAL:
            ways.append(pairs[:, ::-1])
        both = np.unique(np.concatenate(ways), axis=0)
        return both[self.queries[both[:, 0]] & self.answers[both[:, 1]]]


def slices_of(
    groups: GroupRows,
    kinds: Collection[RelationKind],
    generator: np.random.Generator,
    *,
    largest: int = LARGEST_ANSWER,
) -> list[Slice]:
    """Cut the latest relations of some kinds into slices, the one that decides last.

    With dates, a slice is seen by channels that know nothing of its time or later; without, slices
    are drawn at random, and everything else is known.

    Parameters
    ----------
    groups
        All relations.
    kinds
        Kinds that are answers; without any, those of every kind are. Where kinds are named, others
        answer another question, and teach the wrong thing.
    largest
        Members of the largest group that is an answer.
    """
    small = [place for place, own in enumerate(groups.members) if len(own) <= largest]
    chosen = [place for place in small if not kinds or groups.kinds[place] in kinds]
    dated = [place for place in chosen if groups.dates[place] is not None]
    width = round(SLICE * len(chosen))
    if width == 0:
        return []
    if len(dated) >= DATED * len(chosen):
        return _by_time(groups, dated, width)
    order = generator.permutation(np.array(chosen))
    parts = [order[k * width : (k + 1) * width] for k in range(SLICES_LEARNED + 1)]
    everything = np.arange(len(groups))
    return [_slice(groups, np.setdiff1d(everything, part), part, follows=False) for part in parts]


def slices_of_labels(
    groups: GroupRows,
    rows: Rows,
    outcome: Flags,
    day: npt.NDArray[np.int32],
    generator: np.random.Generator,
) -> list[Slice]:
    """Cut known outcomes into two slices, the one that decides last.

    With dates, the latest quarter decides, and each slice is seen by channels that know nothing of
    its time or later; without, the quarter is drawn at random. Relations of their pairs are not
    seen.

    Parameters
    ----------
    rows
        Source and target of each outcome, shape (l, 2).
    outcome
        Whether they became partners, shape (l,).
    day
        When, as an ordinal, 0 where it is not known, shape (l,).
    """
    told = {frozenset(pair) for pair in rows.tolist()}
    seen = [
        place
        for place, own in enumerate(groups.members)
        if len(own) != 2 or frozenset(own.tolist()) not in told
    ]
    dated = np.flatnonzero(day)
    follows = len(dated) >= DATED * len(day)
    order = (
        dated[np.argsort(day[dated], kind="stable")] if follows else generator.permutation(len(day))
    )
    cut = len(order) - max(1, round(LATEST_LABELS * len(order)))
    found = []
    for part in (order[:cut], order[cut:]):
        first = day[part].min(initial=date.max.toordinal()) if follows else date.max.toordinal()
        kept = groups.only(
            [place for place in seen if (groups.dates[place] or date.min).toordinal() < first]
        )
        pairs = rows[part][outcome[part]]
        pairs = pairs[_are_strangers(pairs, kept)]
        none = np.full(len(pairs), UNKNOWN, dtype=np.int8)
        found.append(Slice(kept, pairs, none, rows[part][~outcome[part]], follows))
    return found


def _by_time(groups: GroupRows, dated: list[int], width: int) -> list[Slice]:
    days = np.array([day.toordinal() if day else 0 for day in groups.dates])
    order = np.array(dated)[np.argsort(days[dated], kind="stable")]
    ends = [len(order) - k * width for k in range(SLICES_LEARNED + 1)][::-1]
    found = []
    for end in ends:
        part = order[max(0, end - width) : end]
        # A day is never cut in two: what happened on the first day of a slice is not seen by it.
        seen = np.flatnonzero(days < days[part].min())
        found.append(_slice(groups, seen, part, follows=True))
    return found


def _slice(groups: GroupRows, seen: Rows, held: Rows, *, follows: bool) -> Slice:
    kept = groups.only(int(place) for place in seen)
    told = [
        (*pair, KINDS.index(groups.kinds[place]))
        for place in held
        for pair in _pairs_of(groups.members[place])
    ]
    table = np.array(told, dtype=np.int64).reshape(-1, 3)
    table = table[_are_strangers(table[:, :2], kept)]
    return Slice(kept, table[:, :2], table[:, 2].astype(np.int8), table[:0, :2], follows)


def _are_strangers(pairs: Rows, seen: GroupRows) -> Flags:
    """Tell which pairs no relation seen has made acquainted: rules keep the others out of lists.

    They would be found by that relation alone, and teach that acquaintances become partners.
    """
    met = {
        frozenset(pair)
        for members, kind in zip(seen.members, seen.kinds, strict=True)
        if kind in KNOWS_EACH_OTHER
        for pair in _pairs_of(members)
    }
    return np.array([frozenset(pair) not in met for pair in pairs.tolist()], dtype=bool)


def _pairs_of(members: Rows) -> list[tuple[int, int]]:
    return [(int(a), int(b)) for place, a in enumerate(members) for b in members[place + 1 :]]


def learned_fusions(
    model: PartnerModel,
    slices: Sequence[Slice],
    questions: Sequence[Question],
    seed: int,
    weights: SparseRows | None = None,
) -> list[Learned]:
    """Learn the fusion of each question's role from slices, the last of which decides.

    Parameters
    ----------
    model
        Fitted on everything; it is fitted again for every slice, once for all questions.
    seed
        Of the examples of non-partners, the trees and the bootstrap.
    weights
        How much pairs of seeker and partner count, shape (n, n); 1 where nothing is stored.
    """
    side, generator = model.territory.view.department, np.random.default_rng(seed)
    asked = [[question.held(part) for part in slices] for question in questions]
    for number, question in enumerate(questions):
        across = [pairs[side[pairs[:, 0]] != side[pairs[:, 1]]] for pairs in asked[number]]
        if question.cross and sum(map(len, across)) >= FEWEST_CROSS:
            asked[number] = across
    parts: list[list[Examples]] = [[] for _ in questions]
    for place, part in enumerate(slices):
        fitted = model.refitted(part.seen)
        for number, question in enumerate(questions):
            if len(asked[number][place]):
                known = asked[number][place], question.asked(part.refused)
                own = _examples_by_side(fitted, question, known, generator, weights)
                parts[number].append(own)
    falling = np.array([name in FALLING for name in model.channel_names])
    by_time = all(part.follows for part in slices)
    return [
        learn(own, model.fusions[question.role], falling, by_time=by_time, seed=seed)
        for own, question in zip(parts, questions, strict=True)
    ]


def _examples_by_side(
    model: PartnerModel,
    question: Question,
    known: tuple[Rows, Rows],
    generator: np.random.Generator,
    weights: SparseRows | None = None,
) -> Examples:
    """Compare partners across territories with non-partners across, those within with those within.

    Otherwise the sides alone would tell them apart, and nearness would pass for a reason to meet.
    """
    if not question.cross:
        return examples(model, question, *known, generator, weights=weights)
    side = model.territory.view.department
    rules = tuple(rule for rule in model.pair_rules if rule != "same_department")
    # A contract may have firms of both sides: one cluster, whichever side its pairs are on.
    cluster = clusters_of(known[0], len(model.sirets))
    parts = []
    for asked in (model, replace(model, pair_rules=rules)):
        inside = asked is not model
        pairs, refused = (p[(side[p[:, 0]] == side[p[:, 1]]) == inside] for p in known)
        if len(pairs):
            parts.append(
                examples(
                    asked,
                    question,
                    pairs,
                    refused,
                    generator,
                    inside=inside,
                    cluster=cluster,
                    weights=weights,
                )
            )
    return joined(parts)


def examples(
    model: PartnerModel,
    question: Question,
    pairs: Rows,
    refused: Rows,
    generator: np.random.Generator,
    *,
    inside: bool = False,
    cluster: Rows | None = None,
    weights: SparseRows | None = None,
) -> Examples:
    """Score partners and non-partners of everybody who found one.

    Parameters
    ----------
    model
        Fitted without the pairs.
    pairs, refused
        Seekers and partners, shape (p, 2).
    inside
        Whether non-partners are of the seeker's own territory only.
    cluster
        Number of each company, the same for those whom pairs tie together, shape (n,); none where
        `pairs` tell.
    weights
        As in `learned_fusions`.
    """
    everyone = np.unique(pairs[:, 0])
    if cluster is None:
        cluster = clusters_of(pairs, len(model.sirets))
    return joined(
        [
            _examples_of(
                model,
                question,
                everyone[start : start + _ROWS_AT_A_TIME],
                (pairs, refused),
                generator,
                cluster,
                inside=inside,
                weights=weights,
            )
            for start in range(0, len(everyone), _ROWS_AT_A_TIME)
        ]
    )


def _examples_of(
    model: PartnerModel,
    question: Question,
    rows: Rows,
    known: tuple[Rows, Rows],
    generator: np.random.Generator,
    cluster: Rows,
    *,
    inside: bool,
    weights: SparseRows | None,
) -> Examples:
    view, role = model.territory.view, question.role
    ranker = replace(model.ranker, answers=question.answers)
    found = ranker.candidates(view, rows, role, model.settings.candidates, model.settings.search)
    answers = np.flatnonzero(question.answers)
    random = generator.choice(answers, size=(len(rows), RANDOM_PARTNERS))
    told = [padded(rows, pairs) for pairs in known]
    partners = united(np.concatenate([found, random, *told], axis=1))
    outcome = within(partners, told[0])
    allowed = question.answers[partners] & (
        ranker.vetoes(view, rows, partners, INTENT_OF[role]) < 0
    )
    if inside:
        allowed &= view.department[rows][:, None] == view.department[partners]
    # Non-partners whom a rule keeps out are no examples. If partners were, what the rule looks for
    # (one trade, say) would pass for a reason to meet.
    outcome &= allowed
    partners = np.where((partners >= 0) & allowed, partners, UNKNOWN)
    every = np.ones(len(model.channels), dtype=bool)
    scores, ranks = ranker.scored(view, rows, partners, role, every)
    kept = partners >= 0
    share = HARD_PARTNERS / np.maximum(kept.sum(axis=1, keepdims=True), 1)
    drawn = outcome | within(partners, random) | within(partners, told[1])
    drawn |= generator.random(partners.shape) < share
    seekers = np.repeat(np.arange(len(rows)), partners.shape[1]).reshape(partners.shape)
    own = np.broadcast_to(cluster[rows][:, None], kept.shape)
    counts = np.ones(kept.shape, dtype=np.float32)
    if weights is not None:
        stored = sampled(weights[rows], partners)
        counts = np.where(stored > 0, stored, counts)
    return Examples(
        scores=scores[kept],
        ranks=ranks[kept],
        outcome=outcome[kept],
        seeker=seekers[kept],
        drawn=drawn[kept],
        cluster=own[kept],
        weight=counts[kept],
    )


def clusters_of(pairs: Rows, n: int) -> Rows:
    """Give one number to companies whom pairs tie together, however far."""
    ties = sparse.coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    clusters: Rows = csgraph.connected_components(ties, directed=False)[1].astype(np.int64)
    return clusters


def padded(rows: Rows, pairs: Rows) -> Rows:
    """Partners of each row by `(seeker, partner)` pairs; shape (m, most), padded with -1."""
    mine = pairs[np.isin(pairs[:, 0], rows)]
    place = np.searchsorted(rows, mine[:, 0])
    order = np.argsort(place, kind="stable")
    place = place[order]
    column = np.arange(len(place)) - np.searchsorted(place, place)
    filled = np.full((len(rows), int(column.max(initial=-1)) + 1), UNKNOWN, dtype=np.int64)
    filled[place, column] = mine[order, 1]
    return filled


def within(partners: Rows, others: Rows) -> Flags:
    """Tell which partners are also among others of the same row; padding never is."""
    if others.shape[1] == 0:
        return np.zeros(partners.shape, dtype=bool)
    width = int(max(partners.max(initial=0), others.max(initial=0))) + 2
    base = np.arange(len(partners))[:, None] * width
    told = np.where(others < 0, UNKNOWN, base + others)
    return np.isin(base + partners, told) & (partners >= 0)
