"""Fictional worlds are measured against their oracle, and caught where they say too much."""

import time
from dataclasses import replace
from datetime import date

import pytest

from matchmaker.settings import ModelSettings
from models.channels.contract import Family
from models.channels.registry import all_channels
from pipelines import demo_evaluation
from pipelines.demo.null_worlds import NULL_WORLDS
from pipelines.demo_evaluation import QUESTIONS, DemoRun, null_findings, true_worlds
from pipelines.evaluation_report import share_of_oracle

RUN = DemoRun(20, 3, date(2026, 11, 24), ModelSettings(), time.perf_counter)
COMPANIES, TURNS = 200, 5


@pytest.fixture(scope="module")
def worlds():
    return list(true_worlds(RUN, 300))


def test_every_question_is_asked_and_no_row_beats_the_oracle(worlds):
    assert [world.kind for world in worlds] == [kind for kind, _ in QUESTIONS]
    for world in worlds:
        shares = {row.name: share_of_oracle(row, world.evaluation) for row in world.evaluation.rows}
        assert shares["oracle"] == 1
        assert max(share for name, share in shares.items() if name != "oracle") < 1


def test_both_sides_of_supply_ask(worlds):
    """The suppliers that ask for clients are sources of held-out pairs, the clients targets."""
    clients_sought, suppliers_sought = (world for world in worlds if world.kind == "supply")
    for world, column in ((clients_sought, 0), (suppliers_sought, 1)):
        asking = set(world.dataset.holdout[:, column].tolist())
        assert set(world.evaluation.trial.queries.tolist()) == asking


def test_families_of_rows_are_those_of_the_channels():
    """Channels that see texts and the registry alone, and those that see relations alone."""
    family = {channel.name: channel.family for channel in all_channels()}
    texts, relations = demo_evaluation.TEXTS, demo_evaluation.RELATIONS
    declared = {name for name, own in family.items() if own in (Family.DECLARED, Family.REGISTRY)}
    assert texts - {"size_fit"} == declared
    assert not texts & relations
    assert {family[name] for name in relations - {"popularity", "popularity_recent"}} == {
        Family.RELATIONS,
        Family.CONTEXT,
    }


@pytest.mark.parametrize("name", ["shuffled_links", "popularity_only"])
def test_a_null_world_is_at_chance(name):
    found = null_findings(RUN, NULL_WORLDS[name], COMPANIES, turns=TURNS)
    assert len(found.findings) > 20
    assert found.at_chance, [row for row in found.findings if not row.at_chance]


def test_a_world_that_says_something_is_not_at_chance():
    """Texts stay true when the relations are drawn again: needs go on finding offers."""
    world = replace(NULL_WORLDS["independent_graph"], at_chance="needs_offers", kinds=("supply",))
    found = null_findings(RUN, world, COMPANIES, turns=TURNS)
    assert [row.row for row in found.findings] == ["needs_offers_words", "needs_offers_meaning"]
    assert all(row.low > 0 for row in found.findings)
    assert not found.at_chance
