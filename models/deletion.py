"""The deletion test: a reason is true if the score is lower without its evidence.

For some of the reasons that readers see, the evidence is taken away (`models.removal`), the pair is
scored again (`models.narrowing`), and its new scores are ranked among those of the other
candidates, which stay as they were.

References
----------
DeYoung et al., ERASER: a benchmark to evaluate rationalized NLP models, ACL 2020
(comprehensiveness: what a model loses without the rationale).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matchmaker.explain import mirrored
from matchmaker.intents import FLOW, INTENT_OF, Intent, Role
from matchmaker.suggestions import Evidence, Topic
from models.inputs import UNKNOWN, CompanyRows, Floats, Rows
from models.lists import ALL_ROLES, RankedLists
from models.narrowing import Narrowing
from models.partner_model import PartnerModel
from models.prior import ranks_of
from models.removal import without
from models.serving import REASONS_SHOWN

SMALLEST_LOSS = 1e-6
"""Below, a difference of two scores is rounding."""
CLOSE = 1e-3
"""Below, a loss is looked at again with both scores worked out the same way, to the last digits."""

Cited = tuple[str, float, Evidence]


@dataclass(frozen=True)
class Deletion:
    """What one reason was worth.

    Parameters
    ----------
    role, seeker, partner
        Whose suggestion it was; rows of the territory.
    channel, topic
        Who gave the reason, and what it was about.
    before, after
        Fused score with and without the evidence.
    """

    role: Role
    seeker: int
    partner: int
    channel: str
    topic: Topic
    before: float
    after: float

    @property
    def lowers(self) -> bool:
        """Whether the score is lower without the evidence."""
        return self.after < self.before - SMALLEST_LOSS


def deletion_test(
    model: PartnerModel,
    companies: CompanyRows,
    lists: Mapping[Intent, RankedLists],
    *,
    number: int,
    seed: int,
) -> list[Deletion]:
    """Test one reason of each of some suggestions.

    Parameters
    ----------
    model
        Fitted on `companies`.
    lists
        What was made with it; only the first `list_length` places count.
    number
        Suggestions that are drawn; fewer where there are fewer, or where one has no reason.
    seed
        Of the draw.
    """
    generator = np.random.default_rng(seed)
    narrowing = Narrowing(model, companies)
    tested = []
    for role, places in _drawn(lists, model.settings.list_length, number, generator).items():
        ranked = lists[INTENT_OF[role]]
        rows = np.unique(places[:, 0])
        partners, scores = _candidates(model, role, rows)
        for row, place in places.tolist():
            partner, here = int(ranked.partners[row, place]), int(np.searchsorted(rows, row))
            cited = shown(
                model.evidence(model.territory.view, row, partner, role, ranked.parts[row, place])
            )
            if cited:
                others = scores[here][(partners[here] != partner) & (partners[here] >= 0)]
                reason = cited[generator.integers(len(cited))]
                pair = row, partner
                tested.append(_tested(narrowing, pair, role, reason, others))
    return tested


def _drawn(
    lists: Mapping[Intent, RankedLists], shown: int, number: int, generator: np.random.Generator
) -> dict[Role, Rows]:
    """Draw suggestions; places (row, rank) of each role, shape (p, 2)."""
    listed = [
        (intent, np.argwhere(ranked.partners[:, :shown] >= 0)) for intent, ranked in lists.items()
    ]
    total = sum(len(places) for _, places in listed)
    chosen = np.sort(generator.choice(total, size=min(number, total), replace=False))
    by_role: defaultdict[Role, list[Rows]] = defaultdict(list)
    start = 0
    for intent, places in listed:
        for place in places[chosen[(chosen >= start) & (chosen < start + len(places))] - start]:
            by_role[ALL_ROLES[lists[intent].roles[tuple(place)]]].append(place)
        start += len(places)
    return {role: np.array(found, dtype=np.int64) for role, found in by_role.items()}


def _candidates(model: PartnerModel, role: Role, rows: Rows) -> tuple[Rows, Floats]:
    """Candidates that no rule keeps out, padded with -1, and their scores by every channel."""
    view, ranker = model.territory.view, model.ranker
    found = ranker.candidates(view, rows, role, model.settings.candidates, model.settings.search)
    found = np.where(ranker.vetoes(view, rows, found, INTENT_OF[role]) >= 0, UNKNOWN, found)
    return found, ranker.scored(view, rows, found, role, model.fusions[role].active)[0]


def shown(found: Sequence[Cited]) -> list[Cited]:
    """Keep the reasons that a reader of either side sees: one per topic, the largest first."""
    ours: set[Topic] = set()
    theirs: set[Topic] = set()
    kept = []
    for cited in found:
        if min(len(ours), len(theirs)) == REASONS_SHOWN:
            break
        topic, told = cited[2].topic, mirrored(cited[2]) is not None
        news = [
            side
            for side, tells in ((ours, True), (theirs, told))
            if tells and topic not in side and len(side) < REASONS_SHOWN
        ]
        for side in news:
            side.add(topic)
        if news:
            kept.append(cited)
    return kept


def _tested(
    narrowing: Narrowing,
    pair: tuple[int, int],
    role: Role,
    reason: Cited,
    others: Floats,
) -> Deletion:
    model, (name, _, evidence) = narrowing.model, reason
    channel = model.channels[model.channel_names.index(name)]
    known = narrowing.facts(*pair)
    left = without(known, evidence, channel, model.territory.links, FLOW[role])
    after = _fused(model, role, narrowing.scores(left, role), others)
    before = _fused(model, role, _as_fitted(model, pair, role), others)
    if after > before - CLOSE:
        before = _fused(model, role, narrowing.scores(known, role), others)
    return Deletion(role, *pair, name, evidence.topic, before, after)


def _as_fitted(model: PartnerModel, pair: tuple[int, int], role: Role) -> Floats:
    """Scores of a pair by the channels as they are, shape (n_channels,)."""
    row, partner = np.array([pair[0]]), np.array([[pair[1]]])
    active = model.fusions[role].active
    scores: Floats = model.ranker.scored(model.territory.view, row, partner, role, active)[0][0, 0]
    return scores


def _fused(model: PartnerModel, role: Role, own: Floats, others: Floats) -> float:
    """Fuse the scores of a pair, shape (n_channels,), ranked among others', (c, n_channels)."""
    ranks = ranks_of(np.vstack([own, others]).T)[:, 0]
    return float(model.fusions[role].contributions(own, ranks).sum())


def summary(tested: Sequence[Deletion]) -> dict[str, object]:
    """Count what was tested: numbers for a manifest.

    Returns
    -------
    dict
        `tested`; `rate` of those whose removal lowers the score, none where nothing was tested;
        `failed` per channel.
    """
    failed: defaultdict[str, int] = defaultdict(int)
    for one in tested:
        if not one.lowers:
            failed[one.channel] += 1
    rate = 1 - sum(failed.values()) / len(tested) if tested else None
    return {"tested": len(tested), "rate": rate, "failed": dict(sorted(failed.items()))}
