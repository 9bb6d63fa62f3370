"""A pair seen alone scores as it does in the whole territory, whatever is not known of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from builders import fitted, mixture, rows_of
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.intents import FLOW, Role
from matchmaker.relations import RelationKind
from models.channels.learned_map import portraits_of
from models.fusion import Stage, additive
from models.inputs import GroupRows
from models.narrowing import Narrowing
from models.partner_model import fitted_channels
from models.view import represent

ROLES = (Role.SUPPLIER, Role.CLIENT, Role.PEER)
"""One of each flow."""
LEARNED = {"learned_map", "circle_map"}
"""Channels whose weights a fit on other facts would change; narrowing holds them."""


def dated(links):
    """Give relations days of two years, the last one today's."""
    return [
        replace(link, date=date(2025 + place % 2, 1 + place % 12, 3))
        for place, link in enumerate(links)
    ]


@pytest.fixture(scope="module")
def world():
    return mixture(48)


@pytest.fixture(scope="module")
def model(world):
    """Let every channel count in every role."""
    made = fitted(world.companies, world.profiles, dated(world.relations))
    everything = additive(Stage.PRIOR, np.ones(len(made.channels), np.float32))
    return replace(made, fusions=dict.fromkeys(Role, everything))


@pytest.fixture(scope="module")
def rows(world):
    return rows_of(world.companies, world.profiles)


@pytest.fixture(scope="module")
def narrowing(model, rows):
    return Narrowing(model, rows)


def whole(model, seeker, partner, role):
    """Score a pair by the channels as they were fitted."""
    view, ranker = model.territory.view, model.ranker
    every = np.ones(len(model.channels), dtype=bool)
    return ranker.scored(view, np.array([seeker]), np.array([[partner]]), role, every)[0][0, 0]


pairs = st.tuples(st.integers(0, 47), st.integers(0, 47)).filter(lambda pair: pair[0] != pair[1])


@settings(max_examples=60, deadline=None)
@given(pair=pairs, role=st.sampled_from(ROLES))
def test_with_all_facts_known_every_channel_scores_as_in_the_territory(narrowing, pair, role):
    found = narrowing.scores(narrowing.facts(*pair), role)
    np.testing.assert_allclose(found, whole(narrowing.model, *pair, role), atol=1e-5)


@settings(max_examples=25, deadline=None)
@given(pair=pairs, role=st.sampled_from(ROLES), seed=st.integers(0, 9))
def test_with_ties_cut_it_scores_as_a_model_that_never_knew_them(model, rows, pair, role, seed):
    """All relations are pairs here, so that cutting a tie is forgetting a relation.

    How many relations a company has stays known.
    """
    generator = np.random.default_rng(seed)
    known = pair_relations(generator, len(rows))
    of_pairs = model.refitted(known)
    gone = np.sort(generator.choice(len(known), 12, replace=False))
    cut = np.array([known.members[place] for place in gone])
    narrowing = Narrowing(of_pairs, rows)
    facts = replace(narrowing.facts(*pair), cut=cut)
    left = of_pairs.refitted(known.only(np.setdiff1d(np.arange(len(known)), gone)))
    expected, counted = whole(left, *pair, role), whole(of_pairs, *pair, role)
    found = narrowing.scores(facts, role)
    for place, name in enumerate(model.channel_names):
        if name not in LEARNED:
            known = counted if name.endswith("popularity") else expected
            assert found[place] == pytest.approx(known[place], abs=1e-5), name


def pair_relations(generator, n):
    """Draw 40 different pairs, kinds in turn; the latest day belongs to one that is never cut."""
    drawn = {tuple(sorted(generator.choice(n, 2, replace=False).tolist())) for _ in range(60)}
    made = GroupRows()
    for place, members in enumerate(sorted(drawn)[:40]):
        made.members.append(np.array(members, dtype=np.int64))
        made.kinds.append(list(RelationKind)[place % len(RelationKind)])
        made.labels.append("")
        made.dates.append(date(2026, 3, 1))
        made.weights.append(1.0)
    return made


@settings(max_examples=25, deadline=None)
@given(pair=pairs, role=st.sampled_from(ROLES))
def test_with_other_texts_it_scores_as_a_territory_of_such_texts(model, rows, pair, role):
    """In the same text space; the learned maps too, since their weights stay as they are."""
    told = {name: list(getattr(rows, name)) for name in ("activity", "offers", "needs")}
    for row in pair:
        told["offers"][row], told["needs"][row] = "Traiteur de banquets", "Une charpente en bois"
    changed = replace(rows, **told)
    territory = model.territory
    view = represent(changed, territory.space, territory.theme_names)
    channels = fitted_channels(replace(territory, view=view), model.channel_names)
    elsewhere = replace(model, territory=replace(territory, view=view), channels=channels)
    expected = whole(elsewhere, *pair, role)
    narrowing = Narrowing(model, rows)
    told_now = Narrowing(model, changed).facts(*pair).companies
    facts = replace(narrowing.facts(*pair), companies=told_now)
    found = dict(zip(model.channel_names, narrowing.scores(facts, role), strict=True))
    for name, score in zip(model.channel_names, expected, strict=True):
        if name not in LEARNED:
            assert found[name] == pytest.approx(score, abs=1e-5), name
    learned = model.channels[model.channel_names.index("learned_map")]
    own, other = portraits_of(view)[list(pair)]
    by_hand = max(0.0, float(own @ learned.maps_[FLOW[role]] @ other))
    assert found["learned_map"] == pytest.approx(by_hand, abs=1e-5)


def test_who_is_popular_may_be_unknown(narrowing, model):
    """Then popularity says nothing, and every other channel what it said before."""
    popular = int(model.territory.links.degree.argmax())
    facts = narrowing.facts(0, popular)
    known = narrowing.scores(facts, Role.PEER)
    unknown = narrowing.scores(replace(facts, popular=False), Role.PEER)
    for name, before, after in zip(model.channel_names, known, unknown, strict=True):
        if name.endswith("popularity"):
            assert before > 0
            assert after == 0
        else:
            assert after == before


def test_a_territory_without_relations_can_be_narrowed(world, rows):
    made = fitted(world.companies, world.profiles)
    everything = additive(Stage.PRIOR, np.ones(len(made.channels), np.float32))
    bare = replace(made, fusions=dict.fromkeys(Role, everything))
    narrowing = Narrowing(bare, rows)
    found = narrowing.scores(narrowing.facts(3, 20), Role.SUPPLIER)
    np.testing.assert_allclose(found, whole(bare, 3, 20, Role.SUPPLIER), atol=1e-5)
