"""Channels over fading ties: the last year counts, an old friendship hardly."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from builders import company, fitted, relation

from matchmaker.intents import Flow
from models.channels.recency import HALF_LIFE_DAYS

LATEST = date(2026, 3, 1)


def model_of(number, *dated):
    """Fit firms of which some pairs are tied, each so many half-lives ago (nothing: no date)."""
    firms = [company(k, ("77", "91")[k % 2]) for k in range(number)]
    links = [
        replace(
            relation(k, (firms[a].siret, firms[b].siret)),
            date=None if age is None else LATEST - timedelta(round(age * HALF_LIFE_DAYS)),
        )
        for k, (a, b, age) in enumerate(dated)
    ]
    model = fitted(firms, relations=links)
    return model, [model.row_of(firm.siret) for firm in firms]


def score(model, name, row, partner):
    channel = model.channels[model.channel_names.index(name)]
    pair = np.array([row]), np.array([[partner]])
    return float(channel.score(model.territory.view, *pair, Flow.MUTUAL)[0, 0])


def test_acquaintances_fade_by_hand():
    """Ties one and two half-lives old through an acquaintance of two: 1/2 x 1/4 / 2."""
    model, rows = model_of(5, (0, 1, 1), (1, 2, 2), (3, 4, 0))
    assert score(model, "recent_acquaintances", rows[0], rows[2]) == pytest.approx(1 / 16)
    assert score(model, "shared_acquaintances", rows[0], rows[2]) == pytest.approx(1 / 2)


def test_popularity_fades_by_hand():
    """Ties of 0 and 1 half-lives, and one without a date, which counts half: log(1 + 2)."""
    model, rows = model_of(6, (0, 1, 0), (0, 2, 1), (0, 3, None), (4, 5, 2))
    assert score(model, "recent_popularity", rows[5], rows[0]) == pytest.approx(np.log(3))
    assert score(model, "recent_popularity", rows[0], rows[4]) == pytest.approx(np.log(1.25))


def test_of_two_alike_the_one_met_lately_comes_first():
    model, rows = model_of(6, (0, 1, 0), (1, 2, 0), (0, 3, 5), (3, 4, 5))
    lately, long_ago = (score(model, "recent_acquaintances", rows[0], rows[k]) for k in (2, 4))
    assert lately > 100 * long_ago > 0
    assert score(model, "shared_acquaintances", rows[0], rows[2]) == pytest.approx(
        score(model, "shared_acquaintances", rows[0], rows[4])
    )


@pytest.mark.parametrize("name", ["recent_acquaintances", "recent_popularity"])
def test_without_any_date_nothing_is_recent(name):
    """Then these channels only would repeat those that do not fade."""
    model, rows = model_of(4, (0, 1, None), (1, 2, None), (2, 3, None))
    assert all(score(model, name, a, b) == 0 for a in rows for b in rows)
