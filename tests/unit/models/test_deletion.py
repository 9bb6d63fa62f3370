"""The deletion test finds reasons that do not hold, and lets those pass that do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from builders import fitted, mixture, rows_of

from matchmaker.intents import Intent, Role
from matchmaker.suggestions import Evidence, Topic
from models.channels.place import Place
from models.deletion import Deletion, deletion_test, shown, summary
from models.fusion import Stage, additive
from models.serving import REASONS_SHOWN


class LyingPlace(Place):
    """Scores by distance, and says that it is the size."""

    def evidence(self, seekers, row, partner, flow):
        return Evidence(Topic.SIZE_ALIKE, {"company_size": 3, "partner_size": 3})


@pytest.fixture(scope="module")
def world():
    return mixture(60)


@pytest.fixture(scope="module")
def rows(world):
    return rows_of(world.companies, world.profiles)


@pytest.fixture(scope="module")
def model(world):
    return fitted(world.companies, world.profiles, world.relations)


def lists_of(model):
    everyone = np.arange(len(model.sirets))
    return {
        intent: model.rank(intent, everyone, model.candidates(intent, everyone))[0]
        for intent in Intent
    }


@pytest.fixture(scope="module")
def lists(model):
    return lists_of(model)


def by_place_alone(model, channel):
    """Rank by one channel in the place of `place`."""
    channel.fit(model.territory)
    channels = [channel if each.name == "place" else each for each in model.channels]
    weights = np.array([name == "place" for name in model.channel_names], np.float32)
    fusions = dict.fromkeys(Role, additive(Stage.PRIOR, weights))
    return replace(model, channels=channels, fusions=fusions)


def test_true_reasons_pass(model, rows):
    honest = by_place_alone(model, Place())
    tested = deletion_test(honest, rows, lists_of(honest), number=80, seed=1)
    assert len(tested) > 50
    assert all(one.lowers for one in tested)
    assert {one.after for one in tested} == {0.0}, "nothing else speaks for these pairs"


def test_a_channel_that_gives_another_reason_than_its_own_is_found_out(model, rows):
    lying = by_place_alone(model, LyingPlace())
    tested = deletion_test(lying, rows, lists_of(lying), number=80, seed=1)
    assert len(tested) > 50
    assert not any(one.lowers for one in tested)
    assert summary(tested) == {
        "tested": len(tested), "rate": 0.0, "failed": {"place": len(tested)}
    }  # fmt: skip


def test_the_score_before_is_that_of_the_list(model, rows, lists):
    """The pair is scored alone and ranked among the other candidates: nothing has changed yet."""
    tested = deletion_test(model, rows, lists, number=150, seed=2)
    for one in tested:
        scores = [
            float(ranked.scores[one.seeker, place])
            for ranked in lists.values()
            for place in np.flatnonzero(ranked.partners[one.seeker] == one.partner)
        ]
        assert any(one.before == pytest.approx(score, abs=1e-5) for score in scores)
    assert len(tested) > 100


def test_an_attribute_takes_its_own_part_and_no_other(model, rows, lists):
    """Where place alone is taken away, the score falls by what place had added."""
    tested = deletion_test(model, rows, lists, number=300, seed=3)
    place = model.channel_names.index("place")
    seen = 0
    for one in (one for one in tested if one.channel == "place"):
        parts = [
            float(ranked.parts[one.seeker, column, place])
            for ranked in lists.values()
            for column in np.flatnonzero(ranked.partners[one.seeker] == one.partner)
        ]
        assert any(one.before - one.after == pytest.approx(part, abs=1e-3) for part in parts)
        seen += 1
    assert seen > 10


def test_the_draw_follows_from_the_seed(model, rows, lists):
    once, again, other = (
        deletion_test(model, rows, lists, number=40, seed=seed) for seed in (5, 5, 6)
    )
    assert once == again
    assert [(o.seeker, o.partner) for o in once] != [(o.seeker, o.partner) for o in other]


def test_each_suggestion_is_drawn_once_and_no_more_than_there_are(model, rows, lists):
    total = sum(
        int((ranked.partners[:, : model.settings.list_length] >= 0).sum())
        for ranked in lists.values()
    )
    few = {Intent.PEER: lists[Intent.PEER].taken_first(1)}
    tested = deletion_test(model, rows, few, number=10_000, seed=1)
    assert 0 < len(tested) <= int((few[Intent.PEER].partners >= 0).sum()) < total
    assert len({one.seeker for one in tested}) == len(tested)


def test_nothing_drawn_has_no_rate(model, rows, lists):
    assert summary(deletion_test(model, rows, lists, number=0, seed=1)) == {
        "tested": 0, "rate": None, "failed": {}
    }  # fmt: skip


def cited(*topics):
    return [(f"channel {k}", 1.0 - k / 10, Evidence(topic, {})) for k, topic in enumerate(topics)]


class TestShown:
    """By hand: what `models.serving` says to the two sides."""

    def test_one_reason_per_topic(self):
        found = cited(Topic.NEAR, Topic.SIZE_ALIKE, Topic.NEAR, Topic.TRADES_COMPLEMENT)
        assert [name for name, _, _ in shown(found)] == ["channel 0", "channel 1", "channel 3"]

    def test_no_more_than_a_reader_sees(self):
        topics = [topic for topic in Topic if topic is not Topic.WELL_CONNECTED]
        assert len(shown(cited(*topics))) == REASONS_SHOWN

    def test_the_partner_sees_one_more_where_a_reason_is_the_companys_alone(self):
        """That the partner is well connected is told to the company only."""
        others = [Topic.NEAR, Topic.SIZE_ALIKE, Topic.TRADES_COMPLEMENT, Topic.THEMES_SHARED]
        assert len(shown(cited(Topic.WELL_CONNECTED, *others))) == REASONS_SHOWN + 1


def test_rounding_is_no_loss():
    one = Deletion(Role.PEER, 0, 1, "place", Topic.NEAR, before=0.5, after=0.5 - 1e-8)
    assert not one.lowers
    assert replace(one, after=0.49).lowers
