"""What every channel promises, checked on every channel (`models.channels.contract`)."""

import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from builders import (
    PRODUCTS,
    Mixture,
    checkerboard,
    company,
    fitted,
    mixture,
    profile,
    rows_of,
)

from matchmaker.intents import Flow, Intent, Role
from matchmaker.suggestions import Topic
from models.channels.contract import Family, is_of_territory
from models.channels.registry import all_channels
from models.inputs import UNKNOWN
from models.partner_model import PartnerModel
from models.prior import GENERAL, PRIOR
from models.search import Pool
from models.serving import plain_values
from models.view import represent

NAMES = [channel.name for channel in all_channels()]
FLOWS = list(Flow)
OF_RELATIONS_ONLY = {
    "shared_acquaintances",
    "adamic_adar",
    "recent_acquaintances",
    "shared_groups",
    "page_rank",
}
"""Channels that can say nothing of a company without relations."""

CIRCLES_OF_ONE_KIND = {
    "plato_circle_text",
    "event_circle_text",
    "meeting_circle_text",
    "award_circle_text",
    "supply_circle_text",
    "introduction_circle_text",
}

ONLY_SCORING = {
    "bounded_popularity",
    "recent_popularity",
    "themes_shared",
    "size_fit",
} | CIRCLES_OF_ONE_KIND
"""Channels that propose nobody."""

ONLY_LEARNED = {
    "adamic_adar": "nearly the order of shared_acquaintances, which a prior would count twice",
    **dict.fromkeys(
        CIRCLES_OF_ONE_KIND, "which kind of relation speaks of partners only feedback can say"
    ),
}
"""Channels that need no weight in a prior, and why: a learned fusion can use them."""

MAY_NAME_NOTHING = {"circle_text", "circle_map", "learned_map"} | CIRCLES_OF_ONE_KIND
"""Channels that keep a circle to themselves without which the two would be about as close."""

every_channel = pytest.mark.parametrize("name", NAMES)
every_flow = pytest.mark.parametrize("flow", FLOWS)


def fit(world: Mixture) -> PartnerModel:
    return fitted(world.companies, world.profiles, [dated(link) for link in world.relations])


def dated(link):
    """Give a relation a day of its own; every fourth stays without."""
    number = int(link.key)
    if number % 4 == 3:
        return link
    return replace(link, date=date(2026, 3, 1) - timedelta(days=97 * number))


@pytest.fixture(scope="module")
def model():
    return fit(mixture())


@pytest.fixture(scope="module")
def poorer():
    """Territories that lack something."""
    alone = company(1)
    return {
        "texts": fit(mixture(24, texts=False)),
        "relations": fit(mixture(24, related=False)),
        "others": fitted([alone], [profile(alone.siret, offers="Usinage inox")]),
    }


@pytest.fixture(scope="module")
def shuffled():
    """Fit the same territory from files in another order."""
    rng = np.random.default_rng(8)
    world = mixture()
    parts = (world.companies, world.profiles, world.relations)
    return fit(Mixture(*(tuple(part[k] for k in rng.permutation(len(part))) for part in parts)))


@pytest.fixture(scope="module")
def reopened(model, tmp_path_factory):
    """Save the model and open it again."""
    folder = tmp_path_factory.mktemp("model")
    model.save(folder)
    return PartnerModel.load(folder)


@pytest.fixture(scope="module")
def board_model():
    board = checkerboard()
    return fitted(board.companies, board.profiles)


def channel_of(model, name):
    return model.channels[model.channel_names.index(name)]


def everyone(model):
    """All seekers, and for each of them all rows of the territory."""
    n = len(model.sirets)
    return np.arange(n), np.tile(np.arange(n), (n, 1))


def scores_of(model, name, flow):
    rows, partners = everyone(model)
    return channel_of(model, name).score(model.territory.view, rows, partners, flow)


def outsider(model, **changes):
    """View of a profile outside the territory, that declares what the mixture speaks of."""
    values = {"offers": f"Prestations de {PRODUCTS[0]}", "needs": f"Besoin de {PRODUCTS[1]}"}
    firm = company(900, "77", naf="18.12Z")
    one = profile(firm.siret, **{**values, **changes})
    rows = rows_of([firm], [one], model.departments)
    return represent(rows, model.territory.space, model.territory.theme_names)


def pool_of(model, rows=None):
    department = model.territory.view.department
    chosen = np.arange(len(department)) if rows is None else np.asarray(rows)
    return Pool(chosen, department)


@every_channel
@every_flow
def test_scores_are_finite_and_never_negative(model, name, flow):
    scores = scores_of(model, name, flow)
    assert np.isfinite(scores).all()
    assert (scores >= 0).all()


@every_channel
def test_a_channel_sees_something(model, name):
    """On a territory with texts, relations, trades and places no channel is blind."""
    assert any(scores_of(model, name, flow).any() for flow in FLOWS)


@every_channel
@every_flow
def test_padding_is_tolerated_and_changes_no_other_score(model, name, flow):
    rows, partners = everyone(model)
    padded = partners.copy()
    padded[:, ::3] = UNKNOWN
    channel = channel_of(model, name)
    view = model.territory.view
    whole, some = (channel.score(view, rows, p, flow) for p in (partners, padded))
    assert some.shape == padded.shape
    assert some[padded >= 0] == pytest.approx(whole[padded >= 0], abs=1e-5)
    nothing = channel.score(view, rows, np.full((len(rows), 2), UNKNOWN), flow)
    assert nothing.shape == (len(rows), 2)
    assert channel.score(view, rows, np.zeros((len(rows), 0), np.int64), flow).shape[1] == 0
    assert channel.score(view, rows[:0], partners[:0], flow).shape == (0, len(rows))


@every_channel
@every_flow
def test_a_pair_scores_the_same_alone_and_among_others(model, name, flow):
    scores = scores_of(model, name, flow)
    channel = channel_of(model, name)
    for row, partner in [(0, 40), (5, 17), (31, 2), (47, 0)]:
        alone = channel.score(model.territory.view, np.array([row]), np.array([[partner]]), flow)
        assert alone[0, 0] == pytest.approx(scores[row, partner], abs=1e-5)


@every_channel
@every_flow
@pytest.mark.parametrize("method", ["exact", "approximate"])
def test_proposals_are_rows_of_the_pool_in_other_departments(model, name, flow, method):
    view = model.territory.view
    n, k = len(view), 12
    rows = np.arange(n)
    pool = pool_of(model, np.arange(0, n, 2))
    found = channel_of(model, name).top(view, rows, flow, pool, k, method)
    assert found.shape[0] == n
    assert np.issubdtype(found.dtype, np.integer)
    places, columns = np.nonzero(found != UNKNOWN)
    proposed = found[places, columns]
    assert set(proposed.tolist()) <= set(pool.rows.tolist())
    assert (view.department[proposed] != view.department[places]).all()


@every_channel
@every_flow
def test_the_best_partner_is_among_the_proposals(model, name, flow):
    """What a channel scores highest it proposes, where it proposes at all.

    Channels that grade into steps propose the nearest of a step: there the best score counts, not
    the firm.
    """
    view, channel = model.territory.view, channel_of(model, name)
    rows, partners = everyone(model)
    pool = pool_of(model)
    found = channel.top(view, rows, flow, pool, 12, "exact")
    assert (found.shape[1] == 0) == (name in ONLY_SCORING)
    if name in ONLY_SCORING:
        return
    scores = channel.score(view, rows, partners, flow)
    own = view.department[:, None] == view.department[None, :]
    excluded = own
    if name == "trades_alike":  # the competitor rule would take the same sub-class out
        excluded = own | (view.trade[:, None, 4] == view.trade[None, :, 4])
    best = np.where(excluded, 0, scores).max(axis=1)
    proposed = np.array(
        [max((scores[row, p] for p in found[row] if p >= 0), default=0) for row in rows]
    )
    assert proposed[best > 0] == pytest.approx(best[best > 0], abs=1e-4)


@pytest.mark.parametrize(
    ("name", "flow", "field"),
    [
        ("needs_alike", Flow.MUTUAL, "needs"),
        ("needs_offers_meaning", Flow.INWARD, "offers"),
        ("needs_offers_meaning", Flow.OUTWARD, "needs"),
        ("activity_alike", Flow.MUTUAL, "activity"),
    ],
)
def test_a_firm_without_the_text_is_not_proposed_for_it(model, name, flow, field):
    """However near it is: place only decides among firms that say something."""
    view = model.territory.view
    rows = np.arange(len(view))
    found = channel_of(model, name).top(view, rows, flow, pool_of(model), len(view), "exact")
    assert getattr(view, field)[found[found >= 0]].any(axis=1).all()
    if field == "needs":
        assert not view.needs.any(axis=1).all()


@every_channel
@every_flow
def test_an_empty_pool_and_no_seekers(model, name, flow):
    view, channel = model.territory.view, channel_of(model, name)
    found = channel.top(
        view, np.arange(5), flow, pool_of(model, np.zeros(0, np.int64)), 10, "exact"
    )
    assert (found == UNKNOWN).all()
    assert len(channel.top(view, np.zeros(0, np.int64), flow, pool_of(model), 10, "exact")) == 0


@every_channel
@every_flow
def test_a_score_has_its_evidence(model, name, flow):
    """Wherever a channel sees something it names the fact, and the fact can leave as JSON.

    Circles need not name every fact, but name some.
    """
    scores = scores_of(model, name, flow)
    view, channel = model.territory.view, channel_of(model, name)
    rows, partners = np.nonzero(scores > 1e-6)
    apart = view.department[rows] != view.department[partners]
    pairs = list(zip(rows[apart].tolist(), partners[apart].tolist(), strict=True))
    asked = pairs[:: max(1, len(pairs) // 60)]
    named = 0
    for row, partner in asked:
        evidence = channel.evidence(view, row, partner, flow)
        if evidence is None:
            assert name in MAY_NAME_NOTHING, (row, partner)
            continue
        named += 1
        assert isinstance(evidence.topic, Topic)
        plain = plain_values(evidence)
        assert json.loads(json.dumps(plain)) == plain
        assert {"acquaintance", "lookalike"}.isdisjoint(plain)
    assert named or not asked or name == "circle_map", "its circles are named by `circle_text`"


@every_channel
@every_flow
def test_a_company_that_the_territory_does_not_know(model, name, flow):
    """Relations say nothing of it; everything else is answered, by arrays of the right shape."""
    view, channel = outsider(model), channel_of(model, name)
    assert not is_of_territory(view, model.territory)
    row = np.zeros(1, np.int64)
    partners = np.arange(len(model.sirets))[None, :]
    scores = channel.score(view, row, partners, flow)
    assert scores.shape == partners.shape
    assert np.isfinite(scores).all()
    assert (scores >= 0).all()
    if name in OF_RELATIONS_ONLY:
        assert not scores.any()
    found = channel.top(view, row, flow, pool_of(model), 10, "exact")
    assert len(found) == 1
    proposed = found[found >= 0]
    assert (model.territory.view.department[proposed] != view.department[0]).all()
    for partner in np.flatnonzero(scores[0] > 1e-6)[:10]:
        evidence = channel.evidence(view, 0, int(partner), flow)
        assert evidence is not None or name in MAY_NAME_NOTHING
        if evidence is not None:
            json.dumps(plain_values(evidence))


@every_channel
@every_flow
def test_a_company_of_which_nothing_is_known(model, name, flow):
    """No text, trade, size, place or SIRET, and a department that is not of the territory."""
    bare = company(901, "987", siret="", naf=None, size_band=None)
    rows = rows_of([bare], [], model.departments)
    assert rows.department.tolist() == [UNKNOWN]
    view = represent(rows, model.territory.space, model.territory.theme_names)
    assert not view.position.any()
    channel = channel_of(model, name)
    partners = np.append(np.arange(len(model.sirets)), UNKNOWN)[None, :]
    scores = channel.score(view, np.zeros(1, np.int64), partners, flow)
    assert np.isfinite(scores).all()
    assert (scores >= 0).all()
    assert len(channel.top(view, np.zeros(1, np.int64), flow, pool_of(model), 10, "exact")) == 1


@every_channel
@every_flow
@pytest.mark.parametrize("missing", ["texts", "relations"])
def test_a_territory_without_texts_or_without_relations(poorer, name, flow, missing):
    poor = poorer[missing]
    rows, partners = everyone(poor)
    channel = channel_of(poor, name)
    scores = channel.score(poor.territory.view, rows, partners, flow)
    assert scores.shape == partners.shape
    assert np.isfinite(scores).all()
    if missing == "relations" and channel.family is Family.RELATIONS:
        assert not scores.any()
    found = channel.top(poor.territory.view, rows, flow, pool_of(poor), 10, "exact")
    assert len(found) == len(rows)
    assert found.max(initial=UNKNOWN) < len(rows)


@every_channel
@every_flow
def test_a_territory_of_one_company(poorer, name, flow):
    alone = poorer["others"]
    channel = channel_of(alone, name)
    row = np.zeros(1, np.int64)
    scores = channel.score(alone.territory.view, row, np.array([[0, UNKNOWN]]), flow)
    assert np.isfinite(scores[0, 0])
    found = channel.top(alone.territory.view, row, flow, pool_of(alone), 10, "exact")
    assert (found == UNKNOWN).all()


@every_channel
@every_flow
def test_the_order_of_the_input_does_not_matter(model, shuffled, name, flow):
    """Companies, profiles and relations in any order give the same score to the same pair."""
    place = {siret: row for row, siret in enumerate(shuffled.sirets)}
    order = np.array([place[siret] for siret in model.sirets])
    expected, found = (scores_of(one, name, flow) for one in (model, shuffled))
    assert found[np.ix_(order, order)] == pytest.approx(expected, abs=1e-5)
    proposals = [
        channel_of(one, name).top(
            one.territory.view, everyone(one)[0], flow, pool_of(one), 10, "exact"
        )
        for one in (model, shuffled)
    ]
    for row, siret in enumerate(model.sirets):
        ours = {str(model.sirets[p]) for p in proposals[0][row] if p >= 0}
        theirs = {str(shuffled.sirets[p]) for p in proposals[1][place[siret]] if p >= 0}
        assert ours == theirs


@every_channel
@every_flow
def test_saved_and_opened_again(model, reopened, name, flow):
    """The same scores, the same proposals, the same evidence, from memory maps."""
    rows, partners = everyone(model)
    seen = np.argwhere(scores_of(model, name, flow) > 0)[::40].tolist()
    answers = []
    for one in (model, reopened):
        channel, view = channel_of(one, name), one.territory.view
        answers.append(
            (
                channel.score(view, rows, partners, flow),
                channel.top(view, rows, flow, pool_of(one), 10, "exact"),
                [channel.evidence(view, row, partner, flow) for row, partner in seen],
            )
        )
    (scores, tops, facts), (again, tops_again, facts_again) = answers
    assert np.array_equal(scores, again)
    assert np.array_equal(tops, tops_again)
    assert facts == facts_again


@every_channel
def test_a_channel_is_named_once_and_weighs_in_some_role(name):
    """Names are unique, and no channel is fitted for nothing."""
    assert NAMES.count(name) == 1
    weighs = any(weights.get(name, 0) > 0 for weights in (*PRIOR.values(), GENERAL))
    assert weighs or name in ONLY_LEARNED


@pytest.mark.parametrize("weights", [*PRIOR.values(), GENERAL], ids=[*PRIOR, "general"])
def test_a_weight_names_a_channel(weights):
    """A misspelt channel in the table of weights would silently take no part."""
    assert set(weights) <= set(NAMES)
    assert all(weight > 0 for weight in weights.values())


@pytest.mark.parametrize("name", ["needs_offers_words", "needs_offers_meaning"])
def test_true_partners_come_first_on_a_checkerboard(board_model, name):
    """Channels that read needs and offers find the one true supplier and client of everybody."""
    board, view = checkerboard(), board_model.territory.view
    own = view.department[:, None] == view.department[None, :]
    for flow, truth in ((Flow.INWARD, board.suppliers), (Flow.OUTWARD, board.clients)):
        scores = np.where(own, 0, scores_of(board_model, name, flow))
        for row, siret in enumerate(board_model.sirets):
            assert board_model.sirets[scores[row].argmax()] == truth[siret]
            assert (scores[row] == scores[row].max()).sum() == 1


@pytest.mark.parametrize(
    ("role", "partners"), [(Role.SUPPLIER, "suppliers"), (Role.CLIENT, "clients")]
)
def test_the_true_partner_is_a_candidate_on_a_checkerboard(board_model, role, partners):
    """Retrieval is the ceiling of everything that follows."""
    truth = getattr(checkerboard(), partners)
    found = board_model.candidates(Intent.SUPPLY, everyone(board_model)[0])[role]
    for row, siret in enumerate(board_model.sirets):
        assert truth[siret] in {str(board_model.sirets[p]) for p in found[row] if p >= 0}
