"""The quality table holds every figure that a gate may look at, and gates break where they must."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from builders import company, fitted, groups, mixture, rows_of
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.intents import Intent
from matchmaker.settings import QualitySettings
from pipelines.list_quality import PastLists
from pipelines.quality import Gate, broken_gates, quality_table

GATES = [name for name in QualitySettings.model_fields if name.startswith(("min_", "max_"))]


def measured(world, past=None, **changes):
    rows = rows_of(world.companies, world.profiles)
    model = fitted(world.companies, world.profiles, world.relations)
    everyone = np.arange(len(rows))
    lists = {
        intent: model.rank(intent, everyone, model.candidates(intent, everyone))[0]
        for intent in Intent
    }
    chosen = QualitySettings(**changes)
    table = quality_table(model, rows, groups(rows, world.relations), lists, past, chosen, seed=7)
    return table, PastLists(model.sirets, lists)


@pytest.fixture(scope="module")
def night():
    return measured(mixture(48), deletion_sample=120)


def test_every_gate_has_its_figure(night):
    table, _ = night
    assert {name[4:] for name in GATES} == set(table["overall"])


def test_the_table_is_json_without_nan(night):
    table, _ = night
    assert json.loads(json.dumps(table, allow_nan=False)) == table


def test_the_same_night_measures_the_same(night):
    table, lists = night
    again, _ = measured(mixture(48), deletion_sample=120)
    assert again == table
    later, _ = measured(mixture(48), past=lists, deletion_sample=120)
    assert (later["overall"]["overlap"], later["overall"]["drift"]) == (1, 0)


def test_the_share_of_silent_firms_is_counted(night):
    table, _ = night
    world = mixture(48)
    spoken = {p.siret for p in world.profiles if p.activity or p.offers or p.needs}
    assert table["overall"]["empty_text"] == pytest.approx(1 - len(spoken) / 48, abs=1e-4)


def test_a_small_sample_of_reasons_is_told_but_judges_nothing():
    table, _ = measured(mixture(48), deletion_sample=20)
    assert table["deletion"]["tested"] <= 20
    assert table["deletion"]["rate"] is not None
    assert table["overall"]["deletion_rate"] is None


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_smallest_territories_break_no_gate_that_is_on(number):
    class World:
        companies = [company(k, ("77", "91")[k % 2]) for k in range(number)]
        profiles = ()
        relations = ()

    table, _ = measured(World)
    assert broken_gates(table, QualitySettings()) == []


limits = st.floats(0, 1, allow_nan=False)


@given(name=st.sampled_from(GATES), value=limits, limit=limits)
def test_a_gate_breaks_beyond_its_limit_and_not_at_it(name, value, limit):
    settings = QualitySettings(**{**dict.fromkeys(GATES), name: limit})
    table = {"overall": {gate[4:]: None for gate in GATES} | {name[4:]: value}}
    expected = value < limit if name.startswith("min_") else value > limit
    broken = broken_gates(table, settings)
    assert broken == ([Gate(name, value, limit)] if expected else [])
    for gate in broken:
        assert f"quality.{name}" in str(gate)


def test_what_was_not_measured_breaks_no_gate():
    settings = QualitySettings(**dict.fromkeys(GATES, 0.5))
    assert broken_gates({"overall": {gate[4:]: None for gate in GATES}}, settings) == []


def test_only_defects_hold_a_night_back_unless_the_settings_say_more():
    on = {name for name in GATES if getattr(QualitySettings(), name) is not None}
    assert on == {"max_competitor_rate", "min_deletion_rate"}


def test_a_gate_says_what_broke_it():
    gate = Gate("min_mutual_lists", 0.1, 0.25)
    assert str(gate) == "mutual lists is 0.1, below the limit 0.25 (quality.min_mutual_lists)"
    assert "above the limit" in str(Gate("max_drift", math.pi, 1))
