"""One trial: who asks, whom they should find, and how well one way of ranking finds them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from matchmaker.intents import FLOW, INTENT_OF, Flow
from matchmaker.metrics import (
    Hits,
    average_precision,
    hit_at,
    hits_in,
    ndcg_at,
    recall_at,
    reciprocal_rank,
    roc_auc,
)
from models.fusion import Fusion, Stage, additive
from models.inputs import UNKNOWN, Flags, Floats, Rows, SparseRows
from models.partner_model import PartnerModel
from models.prior import ranks_of
from models.ranking import united
from models.view import mixed
from pipelines.holding_out import Question, padded, within

COLD_UP_TO = 1
"""Relations up to which a company counts as cold."""
RECENT_DAYS = 365.0
"""Age in days up to which a relation counts for recent popularity."""
_PAIRS_AT_A_TIME = 2_000_000
_ROWS_AT_A_TIME = 512

Values = npt.NDArray[np.float64]
Clock = Callable[[], float]


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Parameters
    ----------
    name
        A channel, `popularity`, `popularity_recent`, `prior`, `fusion` or `oracle`.
    recall, ndcg, reciprocal, hit
        Of each query within the first k places, shape (q,).
    auc, ap
        Of held-out pairs against as many random pairs that are not linked.
    candidate_recall
        Share of held-out partners among the proposals; none for a row that proposes nobody.
    seconds
        Time to score and rank; for the learned fusion also to learn.
    """

    name: str
    recall: Values
    ndcg: Values
    reciprocal: Values
    hit: Values
    auc: float
    ap: float
    candidate_recall: float | None
    seconds: float


@dataclass(frozen=True)
class Trial:
    """Who asks for whom.

    Parameters
    ----------
    question
        What is asked.
    k
        Length of the lists.
    queries
        Rows that ask and have a held-out partner, ascending, shape (q,).
    indptr, partners
        Held-out partners of query `i`: `partners[indptr[i]:indptr[i + 1]]`.
    cold
        Queries with at most one known relation, shape (q,).
    n_allowed
        Number of allowed answers of each query, shape (q,).
    linked, random
        Held-out pairs and as many random pairs, for AUC; both (p, 2).
    seed
        Seed of the order among equal scores.
    """

    question: Question
    k: int
    queries: Rows
    indptr: Rows
    partners: Rows
    cold: Flags
    n_allowed: Rows
    linked: Rows
    random: Rows
    seed: int

    def hits(self, lists: Rows) -> Hits:
        """Find the held-out partners in lists of the queries."""
        return hits_in(lists, self.indptr, self.partners)


def set_trial(model: PartnerModel, question: Question, holdout: Rows, k: int, seed: int) -> Trial:
    """Turn held-out pairs into queries with partners, and draw random pairs for AUC."""
    asked = question.asked(holdout)
    queries, counts = np.unique(asked[:, 0], return_counts=True)
    degree = model.territory.links.degree
    trial = Trial(
        question=question,
        k=k,
        queries=queries,
        indptr=np.append(0, np.cumsum(counts)),
        partners=asked[:, 1],
        cold=np.asarray(degree[queries] <= COLD_UP_TO),
        n_allowed=np.zeros(len(queries), dtype=np.int64),
        linked=holdout if FLOW[question.role] is not Flow.INWARD else holdout[:, ::-1],
        random=_random_pairs(model, question, holdout, seed),
        seed=seed,
    )
    counted = [allowed.sum(axis=1) for _, allowed, _ in _blocks(model, trial)]
    return replace(trial, n_allowed=np.concatenate(counted))


def _random_pairs(model: PartnerModel, question: Question, holdout: Rows, seed: int) -> Rows:
    """Draw pairs that may ask and answer and are linked neither visibly nor in the holdout."""
    generator = np.random.default_rng(seed)
    n, side = len(model.sirets), model.territory.view.department
    acquainted = model.territory.links.acquainted
    seekers, answers = np.flatnonzero(question.queries), np.flatnonzero(question.answers)
    gone = {frozenset(pair) for pair in holdout.tolist()}
    found: dict[tuple[int, int], None] = {}
    for _ in range(1000):
        drawn = np.stack(
            [generator.choice(seekers, len(holdout)), generator.choice(answers, len(holdout))],
            axis=1,
        )
        fit = drawn[:, 0] != drawn[:, 1]
        if question.cross:
            fit &= side[drawn[:, 0]] != side[drawn[:, 1]]
        fit &= np.asarray(acquainted[drawn[:, 0], drawn[:, 1]]).ravel() == 0
        for a, b in drawn[fit].tolist():
            if frozenset((a, b)) not in gone and len(found) < len(holdout):
                found[a, b] = None
        if len(found) == len(holdout):
            break
    # In a tiny dataset there may be fewer pairs without a link than held-out ones.
    return np.array(list(found), dtype=np.int64).reshape(-1, 2) if n else holdout[:0]


def popularity_rows(model: PartnerModel, trial: Trial, clock: Clock) -> list[Row]:
    """Rank by the number of relations, of all time and of the last year; the same for everybody."""
    links = model.territory.links
    rows = [_popular("popularity", links.degree, model, trial, clock)]
    if links.day.any():
        young = (links.day > links.day.max() - RECENT_DAYS).astype(np.float32)
        degree = np.diff(links.ties_through(young).indptr).astype(np.float32)
        rows.append(_popular("popularity_recent", degree, model, trial, clock))
    return rows


def _popular(name: str, degree: Floats, model: PartnerModel, trial: Trial, clock: Clock) -> Row:
    lists, taken = [], 0.0
    for _, allowed, chance in _blocks(model, trial):
        started = clock()
        lists.append(_best(np.where(allowed, degree, -np.inf), chance, trial.k))
        taken += clock() - started
    linked, random = (degree[p[:, 1]].astype(np.float64) for p in (trial.linked, trial.random))
    return _row(name, trial, np.concatenate(lists), linked, random, taken)


def true_row(model: PartnerModel, trial: Trial, worth: SparseRows, clock: Clock) -> Row:
    """Rank by the true worth of each pair, which only a fictional world knows."""
    lists, taken = [], 0.0
    for rows, allowed, chance in _blocks(model, trial):
        started = clock()
        lists.append(_best(np.where(allowed, worth[rows].toarray(), -np.inf), chance, trial.k))
        taken += clock() - started
    linked, random = (np.asarray(worth[p[:, 0], p[:, 1]]) for p in (trial.linked, trial.random))
    return _row("oracle", trial, np.concatenate(lists), linked, random, taken)


def channel_rows(model: PartnerModel, trial: Trial, clock: Clock) -> list[Row]:
    """Rank all allowed answers by each channel alone; a channel that sees nothing has no row."""
    view, flow = model.territory.view, FLOW[trial.question.role]
    lists: dict[str, list[Rows]] = {name: [] for name in model.channel_names}
    taken = dict.fromkeys(lists, 0.0)
    seen = dict.fromkeys(lists, False)
    everyone = np.arange(len(view))
    for rows, allowed, chance in _blocks(model, trial):
        partners = np.broadcast_to(everyone, allowed.shape)
        for channel in model.channels:
            started = clock()
            scores = np.where(allowed, channel.score(view, rows, partners, flow), -np.inf)
            seen[channel.name] |= bool((scores > 0).any())
            lists[channel.name].append(_best(scores, chance, trial.k))
            taken[channel.name] += clock() - started
    proposed = _proposals(model, trial)
    rows_of_table = []
    for place, channel in enumerate(model.channels):
        if seen[channel.name]:
            linked, random = (
                _mean_both_ways(model, trial, pairs, place)
                for pairs in (trial.linked, trial.random)
            )
            ranked = np.concatenate(lists[channel.name])
            row = _row(channel.name, trial, ranked, linked, random, taken[channel.name])
            rows_of_table.append(replace(row, candidate_recall=proposed.get(channel.name)))
    return rows_of_table


def _mean_both_ways(model: PartnerModel, trial: Trial, pairs: Rows, place: int) -> Values:
    """Score pairs by one channel; where a link has no direction, by the mean of both."""
    flow = FLOW[trial.question.role]
    ways = [pairs, pairs[:, ::-1]] if flow is Flow.MUTUAL else [pairs]
    channel, view = model.channels[place], model.territory.view
    scores = []
    for way in ways:
        rows = np.unique(way[:, 0])
        partners = padded(rows, way)
        found = channel.score(view, rows, partners, flow)
        scores.append(_values_of(way, rows, partners, found))
    mean: Values = np.mean(scores, axis=0)
    return mean


def _values_of(pairs: Rows, rows: Rows, partners: Rows, values: Floats) -> Values:
    """Read the value of each pair; `rows` (m,) ascending, `partners` and `values` (m, c)."""
    if not len(pairs):  # nobody without a link is left to compare with
        return np.zeros(0)
    place = np.searchsorted(rows, pairs[:, 0])
    column = (partners[place] == pairs[:, 1:]).argmax(axis=1)
    read: Values = values[place, column].astype(np.float64)
    return read


def _proposals(model: PartnerModel, trial: Trial) -> dict[str, float]:
    """Share of held-out partners that each channel proposes."""
    role, settings = trial.question.role, model.settings
    weights = np.ones(len(model.channels), np.float32)
    ranker = replace(
        model.ranker,
        fusions={role: additive(Stage.PRIOR, weights)},
        answers=trial.question.answers,
    )
    found = ranker.proposals(
        model.territory.view, trial.queries, role, settings.candidates, settings.search
    )
    return {name: _share_found(trial, rows) for name, rows in found.items() if rows.shape[1]}


def _share_found(trial: Trial, proposals: Rows) -> float:
    query = np.repeat(np.arange(len(trial.queries)), np.diff(trial.indptr))
    return float((proposals[query] == trial.partners[:, None]).any(axis=1).mean())


def fusion_row(
    name: str, model: PartnerModel, trial: Trial, fusion: Fusion, clock: Clock
) -> tuple[Row, Rows, Floats]:
    """Rank the candidates as they are served.

    Returns
    -------
    (Row, ndarray, ndarray)
        The line, and the lists with their scores, both (q, k), padded with -1 and 0.
    """
    started = clock()
    role, mutual = trial.question.role, FLOW[trial.question.role] is Flow.MUTUAL
    ranker = replace(model.ranker, fusions={role: fusion}, answers=trial.question.answers)
    pairs = np.concatenate([trial.linked, trial.random])
    both = np.concatenate([pairs, pairs[:, ::-1]]) if mutual else pairs
    everyone = np.union1d(trial.queries, both[:, 0])
    lists = np.full((len(everyone), trial.k), UNKNOWN, dtype=np.int64)
    scores = np.zeros((len(everyone), trial.k), dtype=np.float32)
    value, found = np.zeros(len(both)), 0
    for start in range(0, len(everyone), _ROWS_AT_A_TIME):
        rows = everyone[start : start + _ROWS_AT_A_TIME]
        block = slice(start, start + len(rows))
        asked = np.isin(both[:, 0], rows)
        candidates = ranker.candidates(
            model.territory.view, rows, role, model.settings.candidates, model.settings.search
        )
        own = padded(rows, both[asked])
        partners = united(np.concatenate([candidates, own], axis=1))
        seen = ranker.scored(model.territory.view, rows, partners, role, fusion.active)[0]
        allowed = _allowed(model, trial, rows, partners)
        served = within(partners, candidates) & allowed
        fused = _fused(fusion, seen, served)
        asked_for = served | within(partners, own)
        value[asked] = _values_of(both[asked], rows, partners, _fused(fusion, seen, asked_for))
        chance = _chance(model, trial, rows, partners)
        best = _best(np.where(served, fused, -np.inf), chance, trial.k)
        lists[block] = np.where(best < 0, UNKNOWN, np.take_along_axis(partners, best, axis=1))
        scores[block] = np.where(best < 0, 0, np.take_along_axis(fused, best, axis=1))
        found += _found_among(trial, rows, candidates)
    if mutual:
        value = (value[: len(pairs)] + value[len(pairs) :]) / 2
    taken = clock() - started
    place = np.searchsorted(everyone, trial.queries)
    cut = len(trial.linked)
    row = _row(name, trial, lists[place], value[:cut], value[cut:], taken)
    return (
        replace(row, candidate_recall=found / len(trial.partners)),
        lists[place],
        scores[place],
    )


def _fused(fusion: Fusion, seen: Floats, ranked: Flags) -> Floats:
    """Fuse scores, shape (m, c, n_channels), where only some pairs of a row have ranks."""
    counted = np.where(ranked[:, :, None], seen, np.float32(0))
    ranks = np.stack([ranks_of(counted[:, :, place]) for place in range(seen.shape[2])], axis=2)
    fused: Floats = fusion.contributions(counted, ranks).sum(axis=-1)
    return fused


def _found_among(trial: Trial, rows: Rows, candidates: Rows) -> int:
    """Count the held-out partners among the candidates of a block."""
    query = np.repeat(trial.queries, np.diff(trial.indptr))
    mine = np.isin(query, rows)
    place = np.searchsorted(rows, query[mine])
    return int((candidates[place] == trial.partners[mine][:, None]).any(axis=1).sum())


def _allowed(model: PartnerModel, trial: Trial, rows: Rows, partners: Rows) -> Flags:
    """Tell who may be an answer: of the right side, asked for, and not known already."""
    intent = INTENT_OF[trial.question.role]
    vetoes = model.ranker.vetoes(model.territory.view, rows, partners, intent)
    return (partners >= 0) & trial.question.answers[partners] & (vetoes < 0)


def _chance(model: PartnerModel, trial: Trial, rows: Rows, partners: Rows) -> Values:
    """Order among equal scores, in [0, 1), another one for every query; shape of `partners`."""
    key = model.territory.view.key
    salted = mixed(key[partners] + np.uint64(trial.seed))
    return mixed(key[rows][:, None] ^ salted) / 2.0**64


def _blocks(model: PartnerModel, trial: Trial) -> Iterator[tuple[Rows, Flags, Values]]:
    """Go through the queries with, for each row of the dataset, whether it may be an answer."""
    n = len(model.sirets)
    width = max(1, _PAIRS_AT_A_TIME // n)
    for start in range(0, len(trial.queries), width):
        rows = trial.queries[start : start + width]
        everyone = np.broadcast_to(np.arange(n), (len(rows), n))
        yield (
            rows,
            _allowed(model, trial, rows, everyone),
            _chance(model, trial, rows, everyone),
        )


def _best(scores: npt.NDArray[np.floating], chance: Values, k: int) -> Rows:
    """Columns of the k best scores, -1 where there are fewer; equal scores in the given order."""
    # Rounded, because products of vectors differ in the last bits with the size of a block.
    keys = np.round(scores.astype(np.float64), 6) + 1e-7 * chance
    wanted = min(k, keys.shape[1])
    found = np.full((len(keys), k), UNKNOWN, dtype=np.int64)
    if wanted == 0 or not len(keys):
        return found
    best = np.argpartition(-keys, wanted - 1, axis=1)[:, :wanted]
    values = np.take_along_axis(keys, best, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    best = np.take_along_axis(best, order, axis=1)
    values = np.take_along_axis(values, order, axis=1)
    found[:, :wanted] = np.where(np.isneginf(values), UNKNOWN, best)
    return found


def _row(
    name: str, trial: Trial, lists: Rows, linked: Values, random: Values, seconds: float
) -> Row:
    hits = trial.hits(lists)
    enough = len(linked) > 0 and len(random) > 0
    return Row(
        name=name,
        recall=recall_at(hits, trial.k),
        ndcg=ndcg_at(hits, trial.k),
        reciprocal=reciprocal_rank(hits, trial.k),
        hit=hit_at(hits, trial.k),
        auc=roc_auc(linked, random) if enough else float("nan"),
        ap=average_precision(linked, random) if enough else float("nan"),
        candidate_recall=None,
        seconds=seconds,
    )
