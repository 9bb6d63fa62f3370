"""Scores of an event: the night's own, for any pair, whatever list it stands in."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np
import pytest
from builders import PRODUCTS, checkerboard, company, fitted, mixture, profile, relation, said

import models.event_scores
from matchmaker.feedback import FeedbackKind, Override
from matchmaker.intents import FLOW, OPPOSITE, ROLES, Intent, Role
from matchmaker.relations import KNOWS_EACH_OTHER, RelationKind
from matchmaker.store import open_store
from models.event_scores import MEETINGS, event_scores, theme_scores
from models.matching import mutual_wishes
from models.prior import RANK_OFFSET
from models.published import Published

AT = datetime(2026, 3, 2, tzinfo=UTC)


@contextmanager
def stored(companies, profiles=()):
    """Open a new store that has these companies."""
    with TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/store.sqlite")
        try:
            with store.unit() as unit:
                unit.companies.upsert(companies)
                unit.profiles.upsert(profiles)
                yield unit
        finally:
            store.close()


def published(model):
    return Published("a", {"fictional": True}, model, {})


def scored(companies, profiles=(), relations=(), *, intents=MEETINGS, asked=None):
    """Scores of companies, or of some of them, in a territory that has no others."""
    model = fitted(companies, profiles, relations)
    with stored(companies, profiles) as unit:
        sirets = [firm.siret for firm in companies] if asked is None else asked
        return event_scores(published(model), unit, sirets, intents)


def mutual(scores, one, other):
    places = [scores.sirets.index(firm.siret) for firm in (one, other)]
    return scores.mutual[tuple(places)]


def assert_alike(found, expected):
    """Compare scores; the last bit of a channel may swap two ranks, here and there."""
    off = np.abs(found - expected)
    assert off.max() < 0.005
    assert (off > 2e-6).mean() < 0.01


A = company(1, "77", naf="25.62B")
B = company(2, "91", naf="10.71C")
NEEDS_OF_A = (
    profile(A.siret, needs="des viennoiseries pour séminaires"),
    profile(B.siret, offers="viennoiseries pour séminaires"),
)


class TestTheNight:
    """The arrays are those from which a night makes its lists."""

    @pytest.mark.parametrize("intent", list(Intent))
    def test_every_pair_has_the_mutual_wish_of_a_night(self, intent):
        """The night's way from everybody's pools to mutual wishes, with everybody in every pool."""
        world = mixture()
        model = fitted(world.companies, world.profiles, world.relations)
        model = replace(model, pair_rules=("same_siren", "already_met", "competitor"))
        n = len(model.sirets)
        rows = np.arange(n)
        others = np.array([[k for k in rows if k != row] for row in rows])
        # A night lets nobody ask who cannot fill the other role.
        able = {role: models.event_scores.may_fill(role, model.territory.view) for role in Role}
        candidates = {
            role: np.where(able[role][others] & able[OPPOSITE[role]][:, None], others, -1)
            for role in ROLES[intent]
        }
        pools, _ = model.ranker.pools(model.territory.view, rows, candidates, intent, n)
        expected, listed = np.zeros((n, n)), 0
        for role in ROLES[intent]:
            wishes = mutual_wishes(role, pools, n)
            back = [set(row.tolist()) for row in pools[OPPOSITE[role]].partners]
            for row, column in np.argwhere(pools[role].partners >= 0):
                partner = pools[role].partners[row, column]
                if row in back[partner]:
                    listed += 1
                    expected[row, partner] = max(expected[row, partner], wishes[row, column])
        found = scored(
            world.companies,
            world.profiles,
            world.relations,
            intents=[intent],
            asked=model.sirets.tolist(),
        )
        assert listed > 10
        assert_alike(found.mutual, np.minimum(expected, 1))

    def test_a_pair_alone_by_hand(self):
        """Each is the best of the other in every channel that sees something: rank 1."""
        model = fitted([A, B], NEEDS_OF_A)
        rows, view = np.array([0, 1]), model.territory.view
        partners = np.array([[1], [0]])
        best = 0.0
        for role in (Role.SUPPLIER, Role.CLIENT):
            fusion, sides = model.fusions[role], []
            for direction, side in ((role, 0), (OPPOSITE[role], 1)):
                total = 0.0
                for place, channel in enumerate(model.channels):
                    score = float(channel.score(view, rows, partners, FLOW[direction])[side, 0])
                    if score > 0 and fusion.active[place]:
                        total += fusion.by_rank[place] / (RANK_OFFSET + 1)
                        total += fusion.slope[place] * np.log(1 + score / fusion.scale[place])
                sides.append(min(total, 1))
            best = max(best, 2 * sides[0] * sides[1] / sum(sides))
        found = scored([A, B], NEEDS_OF_A, intents=[Intent.SUPPLY])
        assert best > 0.3
        assert mutual(found, A, B) == pytest.approx(best, abs=2e-6)

    def test_true_partners_come_first(self):
        """In the checkerboard suppliers and clients are known; also those of one's own side."""
        world = checkerboard()
        found = scored(world.companies, world.profiles, intents=[Intent.SUPPLY])
        product = {
            p.siret: PRODUCTS.index(p.offers[len("Nous proposons ") : -1]) for p in world.profiles
        }
        for row, siret in enumerate(found.sirets):
            best = np.argsort(-found.mutual[row], kind="stable")[:4]
            distance = {(product[found.sirets[k]] - product[siret]) % len(PRODUCTS) for k in best}
            assert distance == {1, len(PRODUCTS) - 1}


class TestArrays:
    def test_any_order_and_repeats_give_the_same_scores(self):
        world = mixture()
        sirets = [firm.siret for firm in world.companies]
        order = np.random.default_rng(5).permutation(len(sirets))
        straight = scored(world.companies, world.profiles, world.relations)
        asked = [sirets[k] for k in order]
        mixed = scored(world.companies, world.profiles, world.relations, asked=asked + asked[:7])
        assert mixed.sirets == tuple(asked)
        assert_alike(mixed.mutual, straight.mutual[np.ix_(order, order)])
        assert np.array_equal(mixed.competitors, straight.competitors[np.ix_(order, order)])

    def test_blocks_do_not_matter(self):
        world = mixture()
        whole = scored(world.companies, world.profiles, world.relations)
        with patch.object(models.event_scores, "BLOCK", 7):
            parts = scored(world.companies, world.profiles, world.relations)
        assert_alike(parts.mutual, whole.mutual)
        assert np.array_equal(parts.competitors, whole.competitors)

    def test_channels_are_ranked_among_those_who_are_there(self):
        """With fewer others in front of it, no pair scores less."""
        world = mixture()
        everybody = scored(world.companies, world.profiles, world.relations)
        half = [firm.siret for firm in world.companies[::2]]
        fewer = scored(world.companies, world.profiles, world.relations, asked=half)
        places = [everybody.sirets.index(siret) for siret in half]
        among_all = everybody.mutual[np.ix_(places, places)]
        assert (fewer.mutual >= among_all - 0.005).all()
        assert (fewer.mutual > among_all + 0.05).mean() > 0.1

    def test_peers_are_no_reason_to_meet_unless_asked_for(self):
        world = mixture()
        given = (world.companies, world.profiles, world.relations)
        usual, peers, every = (
            scored(*given, intents=chosen) for chosen in (MEETINGS, [Intent.PEER], list(Intent))
        )
        assert Intent.PEER not in MEETINGS
        assert len(MEETINGS) == len(Intent) - 1
        assert np.array_equal(every.mutual, np.maximum(usual.mutual, peers.mutual))
        assert (every.mutual > usual.mutual).any()

    def test_nobody_at_all(self):
        found = scored([A, B], asked=[])
        assert found.sirets == ()
        assert found.mutual.shape == (0, 0)


class TestRules:
    def test_one_department_is_no_obstacle(self):
        neighbour = replace(B, department="77")
        assert mutual(scored([A, neighbour], NEEDS_OF_A), A, neighbour) > 0

    @pytest.mark.parametrize("kind", list(RelationKind))
    def test_who_knows_each_other_has_no_score(self, kind):
        found = scored([A, B], NEEDS_OF_A, [relation(0, (A.siret, B.siret), kind)])
        assert (mutual(found, A, B) == 0) == (kind in KNOWS_EACH_OTHER)

    def test_two_establishments_of_one_firm(self):
        branch = company(1, "91", siret=A.siret[:9] + "00025", naf=A.naf)
        found = scored([A, branch])
        assert not found.mutual.any()
        assert not found.competitors.any()

    def test_competitors_are_of_one_trade_in_one_catchment(self):
        rival = replace(B, naf=A.naf)
        far = replace(rival, latitude=43.3, longitude=5.4)
        near, away, other = (scored([A, firm]) for firm in (rival, far, B))
        assert near.competitors[0, 1]
        assert near.competitors[1, 0]
        assert not near.mutual.any()
        assert not away.competitors.any()
        assert not other.competitors.any()

    def test_one_trade_far_away_may_meet_but_not_to_trade(self):
        """A rule of some intents takes only these away."""
        far = replace(B, naf=A.naf, latitude=43.3, longitude=5.4)
        themes = tuple(profile(firm.siret, themes=("export",)) for firm in (A, far))
        assert not scored([A, far], themes, intents=[Intent.SUPPLY, Intent.CONSORTIUM]).mutual.any()
        assert mutual(scored([A, far], themes, intents=[Intent.EXPORT]), A, far) > 0

    def test_mentors_are_larger_than_those_they_guide(self):
        small = replace(B, size_band="02")
        themes = [profile(firm.siret, themes=("export",)) for firm in (A, small)]
        for band, guides in (("12", True), ("11", False)):
            large = replace(A, size_band=band)
            found = scored([large, small], themes, intents=[Intent.MENTORING])
            assert (mutual(found, large, small) > 0) == guides


class TestToday:
    """What changed since the night counts at once."""

    def scores_after(self, change, companies=(A, B)):
        model = fitted([A, B], NEEDS_OF_A)
        with stored(companies, NEEDS_OF_A) as unit:
            change(unit)
            return event_scores(published(model), unit, [A.siret, B.siret])

    def test_nothing_changed(self):
        found = self.scores_after(lambda unit: None)
        assert found.sirets == (A.siret, B.siret)
        assert found.mutual[0, 1] > 0

    def test_whoever_opted_out_has_no_scores(self):
        found = self.scores_after(lambda unit: unit.exclusions.opt_out(B.siret, at=AT, reason=""))
        assert found.sirets == (A.siret,)

    def test_whoever_closed_has_no_scores(self):
        found = self.scores_after(lambda unit: None, (A, replace(B, active=False)))
        assert found.sirets == (A.siret,)

    def test_whoever_takes_consent_back_has_no_scores(self):
        refusal = replace(NEEDS_OF_A[1], consent=False)
        found = self.scores_after(lambda unit: unit.profiles.upsert([refusal]))
        assert found.sirets == (A.siret,)

    def test_whoever_came_after_the_night_has_no_scores(self):
        newcomer = company(3, "91")
        model = fitted([A, B], NEEDS_OF_A)
        with stored([A, B, newcomer]) as unit:
            asked = [newcomer.siret, A.siret]
            assert event_scores(published(model), unit, asked).sirets == (A.siret,)

    @pytest.mark.parametrize(("reader", "partner"), [(A, B), (B, A)])
    def test_a_partner_set_aside_by_either_side_has_no_score(self, reader, partner):
        found = self.scores_after(
            lambda unit: unit.feedback.note(said(reader.siret, partner.siret))
        )
        assert found.sirets == (A.siret, B.siret)
        assert not found.mutual.any()
        assert not found.competitors.any()

    @pytest.mark.parametrize(("reader", "partner"), [(A, B), (B, A)])
    @pytest.mark.parametrize(
        ("kind", "apart", "competing"),
        [("competitor", True, True), ("already_known", True, False), ("met", True, False),
         ("interested", False, False), ("not_worth_it", False, False)],
    )  # fmt: skip
    def test_the_word_of_either_side_counts(self, reader, partner, kind, apart, competing):
        word = said(reader.siret, partner.siret, FeedbackKind(kind))
        found = self.scores_after(lambda unit: unit.feedback.note(word))
        assert (found.mutual[0, 1] == 0) == apart
        assert found.competitors[0, 1] == found.competitors[1, 0] == competing

    def test_a_word_taken_back_counts_no_more(self):
        def change(unit):
            number = unit.feedback.note(said(A.siret, B.siret, FeedbackKind.COMPETITOR))
            unit.feedback.undo(number, at=AT, by="tests")

        assert self.scores_after(change).mutual[0, 1] > 0

    def test_an_adviser_lifts_the_rule_for_one_pair_only(self):
        """Three workshops of one trade, in one place: competitors by the rule."""
        workshops = [A, replace(B, naf=A.naf), company(3, "91")]
        texts = [profile(firm.siret, needs="usinage inox", offers="usinage inox")
                 for firm in workshops]  # fmt: skip
        model = fitted(workshops, texts)
        low, high = sorted(firm.siret for firm in workshops[:2])
        with stored(workshops, texts) as unit:
            asked = [firm.siret for firm in workshops]
            before = event_scores(published(model), unit, asked)
            unit.feedback.override(Override(low, high, "l'une sous-traite", AT, "tests"))
            after = event_scores(published(model), unit, asked)
        assert before.competitors[np.triu_indices(3, 1)].all()
        assert not before.mutual.any()
        assert after.mutual[0, 1] > 0
        assert not after.competitors[0, 1]
        assert after.competitors[0, 2]
        assert after.mutual[0, 2] == after.mutual[1, 2] == 0


class TestThemes:
    def found(self, theme, departments=("77", "91"), each=2, opted_out=()):
        world = checkerboard()
        model = fitted(world.companies, world.profiles)
        with stored(world.companies, world.profiles) as unit:
            for siret in opted_out:
                unit.exclusions.opt_out(siret, at=AT, reason="")
            return theme_scores(published(model), unit, theme, departments, each)

    def about(self, product, department):
        """Name the firm that offers a product, and the one that needs it."""
        number = PRODUCTS.index(product)
        world = checkerboard()
        side = [firm for firm in world.companies if firm.department == department]
        return {side[number].siret, side[number - 1].siret}

    @pytest.mark.parametrize("product", PRODUCTS[1:])
    def test_the_firms_that_offer_or_need_it_come_first(self, product):
        found = self.found(product)
        assert set(found) == self.about(product, "77") | self.about(product, "91")
        assert all(0 < fit <= 1 for fit in found.values())

    def test_only_the_departments_asked_for(self):
        assert set(self.found("usinage inox", ["91", "13"])) == self.about("usinage inox", "91")

    def test_whoever_opted_out_makes_room(self):
        before = self.found("usinage inox", ["77"])
        first = max(before, key=before.__getitem__)
        after = self.found("usinage inox", ["77"], opted_out=[first])
        assert first not in after
        assert len(after) == 2
        assert set(before) - {first} < set(after)

    def test_a_theme_without_a_known_word_finds_nobody(self):
        assert self.found("") == {}
