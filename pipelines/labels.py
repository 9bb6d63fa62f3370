"""What firms answered to their suggestions, as labels for the fusion of the next night."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse

from matchmaker.feedback import Feedback, FeedbackKind, SetAsideReason
from matchmaker.intents import FLOW, INTENT_OF, Flow, Intent
from models.inputs import Flags, Floats, Rows, SparseRows

INTENTS: tuple[Intent, ...] = tuple(Intent)

LARGEST_WEIGHT = 10.0
"""Weight to which a label is cut that was seen by chance: rarer ones would decide alone."""

_SPEAKS: Mapping[FeedbackKind, bool] = {
    FeedbackKind.INTERESTED: True,
    FeedbackKind.MET: True,
    FeedbackKind.WORTH_IT: True,
    FeedbackKind.COMPETITOR: False,
    FeedbackKind.NOT_WORTH_IT: False,
}
"""Kinds that speak for or against a pair. To know each other already does neither, and who is set
aside is no good partner only where the firm says so: no time or no room is no dislike."""


@dataclass(frozen=True)
class Labels:
    """Pairs that firms judged, each once per intent; sorted, whatever the order of the answers.

    Parameters
    ----------
    pairs
        Rows of source and target (supplier and client, mentor and mentee), shape (l, 2).
    intent
        Position in `INTENTS`, shape (l,).
    outcome
        Whether the firm found the partner good, shape (l,).
    day
        Of the answer, as an ordinal, shape (l,).
    weight
        One over the chance with which the partner came to its place, cut; shape (l,).
    """

    pairs: Rows
    intent: npt.NDArray[np.int8]
    outcome: Flags
    day: npt.NDArray[np.int32]
    weight: Floats

    def __len__(self) -> int:
        return len(self.pairs)

    def of_intent(self, intent: Intent) -> Labels:
        """Keep the labels of one intent."""
        own = self.intent == INTENTS.index(intent)
        return Labels(
            self.pairs[own], self.intent[own], self.outcome[own], self.day[own], self.weight[own]
        )

    def weights(self, n_companies: int) -> SparseRows:
        """How much each pair counts, both ways, as an array of shape (n, n)."""
        both = np.concatenate([self.pairs, self.pairs[:, ::-1]])
        values = np.concatenate([self.weight, self.weight])
        # A pair that both sides judged counts as the more telling of the two.
        order = np.lexsort((-values, both[:, 1], both[:, 0]))
        both, values = both[order], values[order]
        first = np.ones(len(both), dtype=bool)
        first[1:] = (both[1:] != both[:-1]).any(axis=1)
        shape = (n_companies, n_companies)
        matrix: SparseRows = sparse.coo_array(
            (values[first], (both[first, 0], both[first, 1])), shape=shape
        ).tocsr()
        return matrix


def labels_of(answers: Iterable[Feedback], sirets: npt.NDArray[np.str_]) -> Labels:
    """Turn answers into labels; the latest word of a firm on a partner counts.

    Parameters
    ----------
    answers
        Those that stand, the earliest first.
    sirets
        The rows; answers of or about a company that is none of them are left out, and so are those
        of which it is not known for what the partner was suggested.
    """
    row = {str(siret): number for number, siret in enumerate(sirets)}
    told: dict[tuple[int, int, int], tuple[bool, int, float]] = {}
    for answer in answers:
        good = _outcome(answer)
        known = answer.reader in row and answer.partner in row
        if good is None or answer.role is None or not known:
            continue
        pair = row[answer.reader], row[answer.partner]
        source, target = pair[::-1] if FLOW[answer.role] is Flow.INWARD else pair
        chance = answer.propensity or 1.0
        weight = min(1 / chance, LARGEST_WEIGHT)
        key = INTENTS.index(INTENT_OF[answer.role]), source, target
        told[key] = good, answer.at.date().toordinal(), weight
    entries = sorted(told.items())
    return Labels(
        np.array([key[1:] for key, _ in entries], dtype=np.int64).reshape(-1, 2),
        np.array([key[0] for key, _ in entries], dtype=np.int8),
        np.array([good for _, (good, _, _) in entries], dtype=bool),
        np.array([day for _, (_, day, _) in entries], dtype=np.int32),
        np.array([weight for _, (_, _, weight) in entries], dtype=np.float32),
    )


def _outcome(answer: Feedback) -> bool | None:
    if answer.kind is FeedbackKind.SET_ASIDE:
        return False if answer.reason is SetAsideReason.NOT_RELEVANT else None
    return _SPEAKS.get(answer.kind)
