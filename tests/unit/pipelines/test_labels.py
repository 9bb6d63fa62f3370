"""Answers of firms as labels: what speaks for a pair, what against, and how much."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import numpy as np
import pytest
from builders import fitted, groups, mixture, relation, rows_of, said, siret_of

from matchmaker.feedback import FeedbackKind, SetAsideReason
from matchmaker.intents import Intent, Role
from matchmaker.relations import RelationKind
from models.fusion import Stage
from pipelines.fusions import FEWEST_GROUPS, taught
from pipelines.labels import INTENTS, LARGEST_WEIGHT, labels_of

SIRETS = np.array([siret_of(number) for number in range(6)])
AT = datetime(2026, 11, 24, tzinfo=UTC)
GOOD = ("interested", "met", "worth_it")
BAD = ("competitor", "not_worth_it")


def answer(reader, partner, kind="interested", *, days=0, **changes):
    values = {"role": Role.PEER, "intent": Intent.PEER, **changes}
    at = AT + timedelta(days=days)
    return said(SIRETS[reader], SIRETS[partner], FeedbackKind(kind), at, **values)


@pytest.mark.parametrize("kind", FeedbackKind)
def test_what_speaks_for_a_pair_and_what_against(kind):
    found = labels_of([answer(0, 1, kind)], SIRETS)
    if kind in (*GOOD, *BAD):
        assert found.outcome.tolist() == [kind in GOOD]
        assert found.pairs.tolist() == [[0, 1]]
        assert found.day.tolist() == [AT.date().toordinal()]
    else:
        assert len(found) == 0


@pytest.mark.parametrize("reason", [None, *SetAsideReason])
def test_only_who_is_not_relevant_is_set_aside_for_the_pair(reason):
    """No capacity, not now, too far: no dislike."""
    found = labels_of([answer(0, 1, "set_aside", reason=reason)], SIRETS)
    assert found.outcome.tolist() == ([False] if reason == "not_relevant" else [])


@pytest.mark.parametrize(
    ("role", "intent", "pair"),
    [
        (Role.CLIENT, Intent.SUPPLY, [0, 1]),
        (Role.SUPPLIER, Intent.SUPPLY, [1, 0]),
        (Role.MENTEE, Intent.MENTORING, [0, 1]),
        (Role.MENTOR, Intent.MENTORING, [1, 0]),
        (Role.CO_BIDDER, Intent.CONSORTIUM, [0, 1]),
    ],
)
def test_pairs_go_the_way_of_the_good(role, intent, pair):
    """From who supplies to whom it supplies, as relations do; the role is the partner's."""
    found = labels_of([answer(0, 1, role=role, intent=intent)], SIRETS)
    assert found.pairs.tolist() == [pair]
    assert INTENTS[found.intent[0]] is intent
    assert len(found.of_intent(intent)) == 1
    assert len(found.of_intent(Intent.EXPORT)) == 0


def test_the_latest_word_counts():
    told = [answer(0, 1, "interested"), answer(0, 1, "not_worth_it", days=9)]
    found = labels_of(told, SIRETS)
    assert (found.outcome.tolist(), found.day.tolist()) == (
        [False],
        [AT.date().toordinal() + 9],
    )


def test_answers_without_a_role_or_a_company_are_left_out():
    unknown = replace(answer(0, 1), partner="73282932000074")
    assert len(labels_of([unknown, answer(0, 2, role=None, intent=None)], SIRETS)) == 0


@pytest.mark.parametrize(
    ("propensity", "weight"), [(None, 1), (1.0, 1), (0.25, 4), (0.05, LARGEST_WEIGHT)]
)
def test_what_was_seen_by_chance_counts_by_one_over_the_chance(propensity, weight):
    found = labels_of([answer(0, 1, propensity=propensity), answer(2, 3)], SIRETS)
    weights = found.weights(len(SIRETS)).toarray()
    expected = np.zeros((6, 6))
    expected[0, 1] = expected[1, 0] = weight
    expected[2, 3] = expected[3, 2] = 1
    assert weights.tolist() == expected.tolist()


def test_two_sides_that_judge_each_other_count_once():
    told = [answer(0, 1, propensity=0.5), answer(1, 0, propensity=0.25)]
    weights = labels_of(told, SIRETS).weights(len(SIRETS)).toarray()
    assert weights[0, 1] == weights[1, 0] == 4


def test_the_order_of_the_answers_does_not_matter():
    told = [answer(a, b, propensity=1 / (a + b)) for a, b in product(range(6), repeat=2) if a != b]
    one, other = labels_of(told, SIRETS), labels_of(told[::-1], SIRETS)
    for name in ("pairs", "intent", "outcome", "day", "weight"):
        assert np.array_equal(getattr(one, name), getattr(other, name))


WORLD = mixture(90, related=False)


def like_minded():
    """Pairs across departments that declare the same themes, and pairs that do not."""
    themes = {each.siret: sorted(each.themes) for each in WORLD.profiles}
    side = {firm.siret: firm.department for firm in WORLD.companies}
    across = [pair for pair in product(themes, themes) if side[pair[0]] != side[pair[1]]]
    alike = [pair for pair in across if themes[pair[0]] == themes[pair[1]]]
    strange = [pair for pair in across if themes[pair[0]] != themes[pair[1]]]
    order = np.random.default_rng(1).permutation
    return ([pairs[k] for k in order(len(pairs))] for pairs in (alike, strange))


def answered(good, bad, number):
    """Let firms want some partners and not others, day after day."""
    told = []
    for day in range(number):
        for pair, kind in ((good[day], "interested"), (bad[day], "not_worth_it")):
            at = AT + timedelta(days=day)
            told.append(said(*pair, FeedbackKind(kind), at, role=Role.CLIENT, intent=Intent.SUPPLY))
    return told


def taught_by(answers, relations=()):
    model = fitted(WORLD.companies, WORLD.profiles, relations)
    known = groups(rows_of(WORLD.companies, WORLD.profiles), relations)
    return model, taught(model, known, 7, labels_of(answers, model.sirets))


class TestLearning:
    def test_what_firms_answer_is_learned(self):
        """They want the like-minded as clients, whose themes the prior of supply leaves out."""
        alike, strange = like_minded()
        before, found = taught_by(answered(alike, strange, 150))
        assert list(found.learned) == [Intent.SUPPLY]
        own = found.learned[Intent.SUPPLY]
        assert own.fusion.stage is not Stage.PRIOR
        assert own.gains["logistic"][0] > 0
        place = before.channel_names.index("themes_shared")
        assert not before.fusions[Role.CLIENT].active[place]
        assert found.model.fusions[Role.CLIENT].active[place]
        assert found.model.fusions[Role.SUPPLIER] is found.model.fusions[Role.CLIENT]

    def test_answers_at_random_leave_the_prior(self):
        alike, strange = like_minded()
        pairs = np.random.default_rng(5).permutation([*alike[:60], *strange[:60]]).tolist()
        model, found = taught_by(answered(pairs[:60], pairs[60:], 60))
        assert found.learned[Intent.SUPPLY].fusion.stage is Stage.PRIOR
        assert found.model.fusions[Role.CLIENT] is model.fusions[Role.CLIENT]

    def test_nothing_is_learned_from_a_few(self):
        alike, strange = like_minded()
        model, found = taught_by(answered(alike, strange, 8))
        assert found.learned == {}
        assert found.model.fusions == model.fusions

    def test_too_few_answers_leave_the_word_to_relations(self):
        alike, strange = like_minded()
        known = [
            replace(
                relation(f"s{k}", pair, RelationKind.SUPPLY),
                date=date(2026, 1, 1) + timedelta(days=k),
            )
            for k, pair in enumerate(alike[200 : 200 + 3 * FEWEST_GROUPS])
        ]
        _, by_relations = taught_by([], known)
        # Of a dozen, the latest quarter has too few seekers to compare anything on.
        _, found = taught_by(answered(alike, strange, 12), known)
        own = found.learned[Intent.SUPPLY]
        assert own.gains == by_relations.learned[Intent.SUPPLY].gains
        assert own.gains
        assert own.fusion.stage is by_relations.learned[Intent.SUPPLY].fusion.stage
