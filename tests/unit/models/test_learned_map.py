"""A map from portraits to partners' portraits, against dense ridge regressions and known worlds."""

import numpy as np
import pytest
from builders import PRODUCTS, TRADES, company, fitted, mixture, profile, relation, rows_of

from matchmaker.activities import codes_of_level
from matchmaker.intents import Flow
from matchmaker.relations import RelationKind
from models.channels.learned_map import FEWEST_TIES, RIDGE, TRADE_WEIGHT
from models.search import Pool
from models.view import represent

SIDES = ("77", "91")


def channel_of(model):
    return model.channels[model.channel_names.index("learned_map")]


def all_scores(model, flow):
    rows = np.arange(len(model.sirets))
    every = np.tile(rows, (len(rows), 1))
    return channel_of(model).score(model.territory.view, rows, every, flow)


def portraits(model, companies):
    """Build what a company says and is, from the companies and the text vectors."""
    view = model.territory.view
    divisions = {code: place for place, code in enumerate(codes_of_level("division"))}
    trade = np.zeros((len(view), len(divisions)))
    for one in companies:
        if one.naf:
            trade[model.row_of(one.siret), divisions[one.naf[:2]]] = TRADE_WEIGHT
    return np.hstack([view.activity, view.offers, view.needs, trade]).astype(float)


def ties_by_hand(model, flow):
    """Ties of a flow: a supply counts the way the flow asks for, other ties both ways."""
    links = model.territory.links
    ties, supplies = links.ties.toarray().astype(float), links.supplies.toarray()
    ties[(supplies + supplies.T) > 0] = 0
    return ties + {Flow.INWARD: supplies.T, Flow.OUTWARD: supplies, Flow.MUTUAL: 0}[flow]


@pytest.fixture(scope="module")
def world():
    return mixture()


@pytest.fixture(scope="module")
def model(world):
    return fitted(world.companies, world.profiles, world.relations)


@pytest.mark.parametrize("flow", list(Flow))
def test_equals_a_dense_ridge_regression(model, world, flow):
    """Least squares on portraits with one more row per dimension, which is what the penalty is.

    `|A - X W X'|^2` plus penalties is `|A+ - X+ W X+'|^2` with `X+` the portraits above
    `sqrt(r) I`, and `A+` the ties beside zeros.
    """
    portrait, ties = portraits(model, world.companies), ties_by_hand(model, flow)
    n, width = portrait.shape
    longer = np.vstack([portrait, np.sqrt(RIDGE) * np.eye(width)])
    wider = np.zeros((n + width, n + width))
    wider[:n, :n] = ties
    inverse = np.linalg.pinv(longer)
    learned = inverse @ wider @ inverse.T
    expected = np.maximum(portrait @ learned @ portrait.T, 0)
    assert expected.max() > 0.05
    assert all_scores(model, flow) == pytest.approx(expected, abs=1e-4)


def test_the_map_of_one_way_is_that_of_the_other_turned_round(model):
    """What j is to i inward, i is to j outward."""
    inward, outward = (all_scores(model, flow) for flow in (Flow.INWARD, Flow.OUTWARD))
    assert inward == pytest.approx(outward.T, abs=1e-5)
    mutual = all_scores(model, Flow.MUTUAL)
    assert mutual == pytest.approx(mutual.T, abs=1e-5)


CARPENTERS, HAULIERS, PRINTERS, GROWERS = (TRADES[k] for k in (0, 4, 5, 6))
EACH = 12


@pytest.fixture(scope="module")
def chain():
    """Carpenters supply hauliers, hauliers supply printers; the last three of each know nobody."""
    firms = {
        (trade, k): company(100 * place + k, SIDES[k % 2], naf=trade)
        for place, trade in enumerate((CARPENTERS, HAULIERS, PRINTERS, GROWERS))
        for k in range(EACH)
    }
    links = [
        relation(
            f"{seller}{k}",
            (firms[seller, k].siret, firms[buyer, k + 1].siret),
            RelationKind.SUPPLY,
        )
        for seller, buyer in ((CARPENTERS, HAULIERS), (HAULIERS, PRINTERS))
        for k in range(EACH - 4)
    ]
    model = fitted(firms.values(), relations=links)
    rows = {
        trade: [model.row_of(firms[trade, k].siret) for k in range(EACH)]
        for trade in (CARPENTERS, HAULIERS, PRINTERS, GROWERS)
    }
    return model, rows


@pytest.mark.parametrize(
    ("trade", "flow", "wanted"),
    [
        (CARPENTERS, Flow.OUTWARD, HAULIERS),
        (HAULIERS, Flow.INWARD, CARPENTERS),
        (HAULIERS, Flow.OUTWARD, PRINTERS),
        (PRINTERS, Flow.INWARD, HAULIERS),
    ],
)
def test_it_learns_which_trade_supplies_which(chain, trade, flow, wanted):
    """For a firm that knows nobody, all of the right trade stand before all others."""
    model, rows = chain
    seeker = rows[trade][-1]
    scores = all_scores(model, flow)[seeker]
    best = set(np.argsort(-scores)[:EACH].tolist())
    assert best == set(rows[wanted])
    others = np.setdiff1d(np.arange(len(scores)), rows[wanted])
    assert scores[rows[wanted]].min() > 3 * scores[others].max()


@pytest.mark.parametrize(
    ("trade", "flow", "client"),
    [(CARPENTERS, Flow.INWARD, HAULIERS), (HAULIERS, Flow.INWARD, PRINTERS)],
)
def test_who_buys_is_not_taken_for_who_supplies(chain, trade, flow, client):
    """In the reversed flow the same pair of trades says next to nothing."""
    model, rows = chain
    right = all_scores(model, Flow.OUTWARD)[rows[trade][-1]][rows[client]]
    wrong = all_scores(model, flow)[rows[trade][-1]][rows[client]]
    assert wrong.max() < 0.1 * right.min()


def test_what_was_learned_is_proposed(chain):
    """A carpenter that knows nobody is proposed the hauliers of the other department."""
    model, rows = chain
    view = model.territory.view
    seeker = np.array(rows[CARPENTERS][-1:])
    pool = Pool(np.arange(len(view)), view.department)
    found = channel_of(model).top(view, seeker, Flow.OUTWARD, pool, EACH // 2, "exact")
    across = [row for row in rows[HAULIERS] if view.department[row] != view.department[seeker[0]]]
    assert set(found[0].tolist()) == set(across)


def test_a_new_profile_is_mapped_by_what_it_says(chain):
    model, rows = chain
    newcomer = rows_of([company(990, "77", naf=CARPENTERS)], [], model.departments)
    view = represent(newcomer, model.territory.space, model.territory.theme_names)
    every = np.arange(len(model.sirets))[None, :]
    scores = channel_of(model).score(view, np.zeros(1, np.int64), every, Flow.OUTWARD)[0]
    alike = all_scores(model, Flow.OUTWARD)[rows[CARPENTERS][-1]]
    assert scores == pytest.approx(alike, abs=1e-5)


def test_from_few_ties_nothing_is_learned():
    """One tie fewer than needed is nothing; as many are something."""
    firms = [company(k, SIDES[k % 2], naf=TRADES[k % 8]) for k in range(2 * FEWEST_TIES)]
    texts = [profile(one.siret, offers=PRODUCTS[k % 8]) for k, one in enumerate(firms)]
    seen = []
    for number in (FEWEST_TIES - 1, FEWEST_TIES):
        links = [
            relation(k, (firms[2 * k].siret, firms[2 * k + 1].siret), RelationKind.SUPPLY)
            for k in range(number)
        ]
        seen.append(bool(all_scores(fitted(firms, texts, links), Flow.INWARD).any()))
    assert seen == [False, True]
