"""The latest relations are hidden, then looked for: by brute force, and where they mean nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from builders import PRODUCTS, TRADES, company, fitted, groups, profile, relation, rows_of

from matchmaker.intents import Intent, Role
from matchmaker.relations import RelationKind
from pipelines.datasets.counts import FEWEST_QUERIES
from pipelines.held_out_quality import Found, found_by, held_out_figures, joined
from pipelines.holding_out import slices_of

FIRMS = 96
DAY = date(2026, 1, 1)


def world(kind, *, meant, seed=0, links=160):
    """Firms with a product each; related across departments, for their products or by lot.

    Those meant to go together are the makers of neighbouring products.
    """
    generator = np.random.default_rng(seed)
    firms = [company(k, ("77", "91")[k % 2], naf=TRADES[(k // 2) % 8]) for k in range(FIRMS)]
    declared = [
        profile(
            firm.siret,
            activity=f"Atelier de {PRODUCTS[(k // 2) % 8]}",
            offers=f"Prestations de {PRODUCTS[(k // 2) % 8]}",
            needs=f"Un fournisseur de {PRODUCTS[(k // 2 + 1) % 8]}",
        )
        for k, firm in enumerate(firms)
    ]
    pairs = [
        (a, b)
        for a in range(FIRMS)
        for b in range(FIRMS)
        if a % 2 != b % 2 and (not meant or (a // 2 + 1) % 8 == (b // 2) % 8)
    ]
    chosen = generator.permutation(len(pairs))[:links]
    made = [
        replace(
            relation(place, (firms[pairs[k][1]].siret, firms[pairs[k][0]].siret), kind),
            date=DAY + timedelta(days=place),
        )
        for place, k in enumerate(chosen)
    ]
    model = fitted(firms, declared, made)
    return model, groups(rows_of(firms, declared), made)


def test_the_figures_are_those_of_ranking_without_the_slice():
    """The lists that the refitted model would publish, looked through pair by pair."""
    model, known = world(RelationKind.AWARD, meant=True)
    found = found_by(model, known, queries=500, seed=3)[Intent.CONSORTIUM]
    latest = slices_of(known, {RelationKind.AWARD}, np.random.default_rng(3))[-1]
    fitted_again = model.refitted(latest.seen)
    partners: dict[int, set[int]] = {}
    for a, b in latest.pairs.tolist():
        partners.setdefault(a, set()).add(b)
        partners.setdefault(b, set()).add(a)
    rows = np.array(sorted(partners))
    candidates = fitted_again.candidates(Intent.CONSORTIUM, rows)
    lists, _ = fitted_again.rank(Intent.CONSORTIUM, rows, candidates)
    assert lists.partners.shape[1] == 20
    recall = [
        len(partners[row] & set(listed)) / len(partners[row])
        for row, listed in zip(rows.tolist(), lists.partners.tolist(), strict=True)
    ]
    proposed = sum(
        len(partners[row] & set(own))
        for row, own in zip(rows.tolist(), candidates[Role.CO_BIDDER].tolist(), strict=True)
    )
    # Where scores are equal, chance orders them, and not in the same way.
    assert found.recall.mean() == pytest.approx(np.mean(recall), abs=0.08)
    assert (found.partners, found.candidates) == (sum(map(len, partners.values())), proposed)


def test_relations_that_follow_from_what_is_declared_are_found():
    """And popularity finds them no better than chance."""
    model, known = world(RelationKind.SUPPLY, meant=True)
    figures = held_out_figures(found_by(model, known, queries=500, seed=1)[Intent.SUPPLY], 1)
    assert figures["ndcg_over_popularity"][0] > 0.1


def test_relations_by_lot_are_not_found():
    """No leak: what was hidden is in no channel, so the gain over popularity is about nothing."""
    gains = []
    for seed in range(4):
        model, known = world(RelationKind.SUPPLY, meant=False, seed=seed)
        found = found_by(model, known, queries=500, seed=seed)[Intent.SUPPLY]
        gains.append(found.ndcg.mean() - found.popular.mean())
    assert abs(np.mean(gains)) < 0.06


def test_a_kind_without_relations_is_not_measured():
    model, known = world(RelationKind.SUPPLY, meant=True)
    assert set(found_by(model, known, queries=500, seed=1)) == {Intent.SUPPLY}
    nothing = known.only([])
    assert found_by(model, nothing, queries=500, seed=1) == {}


def test_relations_within_one_department_are_not_asked_for():
    model, known = world(RelationKind.AWARD, meant=True)
    side = model.territory.view.department
    inside = np.flatnonzero(side == side[0])[:2]
    known.members[-16:] = [inside] * 16
    assert found_by(model, known, queries=500, seed=1) == {}


def test_a_plato_group_is_an_answer_whatever_its_size():
    """Of twelve members, six on each side, each has six partners it had not met across the border.

    Groups of that size answer no other intent.
    """
    model, known = world(RelationKind.PLATO, meant=True, links=20)
    side = model.territory.view.department
    members = np.concatenate([np.flatnonzero(side == number)[:6] for number in (0, 1)])
    known.members[-1] = known.members[-2] = members
    met = sum(set(pair.tolist()) <= set(members.tolist()) for pair in known.members[:-2])
    found = found_by(model, known, queries=500, seed=1)[Intent.PEER]
    assert (len(found.ndcg), found.partners) == (12, 72 - 2 * met)
    known.kinds[:] = [RelationKind.AWARD] * len(known)
    assert Intent.PEER not in found_by(model, known, queries=500, seed=1)


def test_no_more_are_asked_than_the_settings_say():
    model, known = world(RelationKind.SUPPLY, meant=True)
    found = found_by(model, known, queries=5, seed=1)[Intent.SUPPLY]
    assert len(found.ndcg) == 10, "five suppliers and five clients"


def found_of(n):
    ones, zeros = np.ones(n), np.zeros(n)
    return Found(ones, ones / 2, ones, ones / 4, zeros, partners=2 * n, candidates=n)


@pytest.mark.parametrize("number", [1, FEWEST_QUERIES - 1, FEWEST_QUERIES])
def test_figures_are_means_and_say_whether_they_are_enough_to_judge_by(number):
    assert held_out_figures(found_of(number), 1) == {
        "queries": number,
        "enough": number == FEWEST_QUERIES,
        "recall": 1,
        "ndcg": 0.5,
        "hit": 1,
        "mrr": 0.25,
        "candidate_recall": 0.5,
        "popularity_ndcg": 0,
        "ndcg_over_popularity": [0.5, 0.5, 0.5],
    }


def test_queries_of_several_roles_are_put_together():
    both = joined([found_of(2), found_of(3)])
    assert (len(both.ndcg), both.partners, both.candidates) == (5, 10, 5)
