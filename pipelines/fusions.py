"""What a night learns about the channels from relations and answers, one intent at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from matchmaker.intents import ROLES, Intent, Role
from matchmaker.relations import RelationKind
from models.inputs import GroupRows
from models.learning import FEWEST_SEEKERS, Learned
from models.partner_model import PartnerModel
from pipelines.holding_out import (
    Question,
    Slice,
    learned_fusions,
    slices_of,
    slices_of_labels,
)
from pipelines.labels import Labels

ANSWERS: dict[Intent, RelationKind] = {
    Intent.SUPPLY: RelationKind.SUPPLY,
    Intent.CONSORTIUM: RelationKind.AWARD,
    Intent.PEER: RelationKind.PLATO,
}
"""Relation that a good suggestion of an intent becomes; the other intents have none yet."""

ASKED: dict[Intent, Role] = {Intent.SUPPLY: Role.CLIENT, Intent.CONSORTIUM: Role.CO_BIDDER}
"""Role whose fusion is learned: a supply relation is stored from the supplier to its client. The
opposite role sees the same pairs from the other side and takes the same fusion.

Nothing is learned from Plato groups: they tell whom a chamber brought together, not who found a
good peer. On the fictional territory of seed 1001 learning from them cost .04 of .10 nDCG@20."""

JUDGED: dict[Intent, Role] = {
    **ASKED,
    Intent.PEER: Role.PEER,
    Intent.EXPORT: Role.EXPORT_PARTNER,
}
"""Role whose fusion is learned from answers. Nothing is learned for mentoring and training, whose
two roles do not look for the same things."""

FEWEST_GROUPS = 40
"""Relations of a kind below which nothing is learned from it."""


@dataclass(frozen=True)
class Taught:
    """A model with learned fusions, and how each was chosen."""

    model: PartnerModel
    learned: Mapping[Intent, Learned]


def taught(
    model: PartnerModel, groups: GroupRows, seed: int, labels: Labels | None = None
) -> Taught:
    """Learn the fusion of every intent that known relations, or the answers of firms, tell about.

    Parameters
    ----------
    model
        Fitted on all relations, with the prior in every role.
    groups
        The same relations.
    seed
        Of everything drawn while learning.
    labels
        Answers of firms to their suggestions; none if not given.
    """
    learned = _by_relations(model, groups, seed)
    for intent, own in ({} if labels is None else _judged(labels)).items():
        found = _by_answers(model, groups, intent, own, seed)
        # Answers that are too few to decide anything leave the word to the relations.
        if found.gains or intent not in learned:
            learned[intent] = found
    fusions = dict(model.fusions)
    for intent, chosen in learned.items():
        fusions |= dict.fromkeys(ROLES[intent], chosen.fusion)
    return Taught(replace(model, fusions=fusions), learned)


def _by_relations(model: PartnerModel, groups: GroupRows, seed: int) -> dict[Intent, Learned]:
    everyone = np.ones(len(model.sirets), dtype=bool)
    questions = {
        intent: Question(ASKED[intent], everyone, everyone, cross=True, kind=kind)
        for intent, kind in ANSWERS.items()
        if intent in ASKED and groups.kinds.count(kind) >= FEWEST_GROUPS
    }
    if not questions:
        return {}
    kinds = {kind for intent, kind in ANSWERS.items() if intent in questions}
    slices = slices_of(groups, kinds, np.random.default_rng(seed))
    found = learned_fusions(model, slices, list(questions.values()), seed)
    return dict(zip(questions, found, strict=True))


def _by_answers(
    model: PartnerModel, groups: GroupRows, intent: Intent, labels: Labels, seed: int
) -> Learned:
    everyone = np.ones(len(model.sirets), dtype=bool)
    question = Question(JUDGED[intent], everyone, everyone, cross=True)
    slices = _slices_of_answers(groups, intent, labels, seed)
    weights = labels.weights(len(model.sirets))
    return learned_fusions(model, slices, [question], seed, weights)[0]


def _judged(labels: Labels) -> dict[Intent, Labels]:
    """Labels of the intents of which enough companies found a good partner."""
    own = {intent: labels.of_intent(intent) for intent in JUDGED}
    return {
        intent: some
        for intent, some in own.items()
        if len(np.unique(some.pairs[some.outcome][:, 0])) >= FEWEST_SEEKERS
    }


def _slices_of_answers(groups: GroupRows, intent: Intent, labels: Labels, seed: int) -> list[Slice]:
    """Relations of the intent to learn from, then the answers, the latest of which decide."""
    generator = np.random.default_rng(seed)
    kind = ANSWERS[intent] if intent in ASKED else None
    related = []
    if kind is not None and groups.kinds.count(kind) >= FEWEST_GROUPS:
        related = slices_of(groups, {kind}, generator)
    return related + slices_of_labels(groups, labels.pairs, labels.outcome, labels.day, generator)
