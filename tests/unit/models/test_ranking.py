"""Ranked lists: no rule is broken, the right partner stands in front, nothing depends on order."""

from dataclasses import replace

import numpy as np
import pytest
from builders import Mixture, checkerboard, company, fitted, mixture, profile, relation, rows_of
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.eligibility import PAIR_RULES
from matchmaker.intents import FLOW, INTENT_OF, ROLES, Intent, Role
from matchmaker.relations import KNOWS_EACH_OTHER, RelationKind
from matchmaker.settings import EligibilitySettings
from models.fusion import GRADED
from models.inputs import UNKNOWN
from models.lists import ALL_ROLES, NO_ROLE, RankedLists, Vetoes, joined_vetoes, merged, stacked
from models.partner_model import LEAST_SHARE
from models.prior import PRIOR, RANK_OFFSET
from models.ranking import BLOCK

ANYWHERE = EligibilitySettings().same_trade_anywhere
ELSEWHERE = tuple(intent for intent in Intent if intent not in ANYWHERE)
SMALL_KM, MEDIUM_KM, LARGE_KM = EligibilitySettings().catchment_km


def vetoed_by(one, other, *, intent=Intent.SUPPLY, profiles=(), relations=(), rules=None):
    """Name of the rule that keeps two companies apart, or nothing."""
    model = fitted([one, other], profiles, relations, rules=rules)
    rows = [model.row_of(firm.siret) for firm in (one, other)]
    found = model.ranker.vetoes(
        model.territory.view, np.array(rows[:1]), np.array([rows[1:]]), intent
    )[0, 0]
    return None if found == UNKNOWN else PAIR_RULES[found]


def ranked(model, intent, rows=None):
    rows = np.arange(len(model.sirets)) if rows is None else rows
    return model.rank(intent, rows, model.candidates(intent, rows))


A = company(1, "77", naf="25.62B")
B = company(2, "91", naf="10.71C")


class TestVetoes:
    def test_two_strangers_may_meet(self):
        assert vetoed_by(A, B) is None

    def test_same_siren(self):
        """Two establishments of one firm, however far apart."""
        branch = replace(B, siret=A.siret[:9] + "00025")
        assert vetoed_by(A, branch) == "same_siren"

    def test_same_department(self):
        assert vetoed_by(A, replace(B, department="77")) == "same_department"

    @pytest.mark.parametrize("kind", list(RelationKind))
    def test_already_met(self, kind):
        met = [relation(0, (A.siret, B.siret), kind)]
        expected = "already_met" if kind in KNOWS_EACH_OTHER else None
        assert vetoed_by(A, B, relations=met) == expected
        assert vetoed_by(B, A, relations=met) == expected

    def test_the_first_rule_that_applies_is_named(self):
        """In the order of `PAIR_RULES`, whatever else applies as well."""
        twin = replace(A, siret=A.siret[:9] + "00025")
        assert vetoed_by(A, twin) == "same_siren"
        rival = replace(B, naf=A.naf)
        met = [relation(0, (A.siret, B.siret), RelationKind.MEETING)]
        assert vetoed_by(A, rival, relations=met) == "already_met"
        assert vetoed_by(A, replace(rival, department="77"), relations=met) == "same_department"

    @pytest.mark.parametrize("intent", ANYWHERE)
    def test_one_trade_is_a_competitor_anywhere(self, intent):
        """For supply and joint tenders distance is no excuse."""
        far = replace(B, naf=A.naf, latitude=43.3, longitude=5.4)
        assert vetoed_by(A, far, intent=intent) == "competitor"

    @pytest.mark.parametrize("intent", ELSEWHERE)
    @pytest.mark.parametrize(
        ("band", "reach"), [("03", SMALL_KM), ("12", MEDIUM_KM), ("21", LARGE_KM)]
    )
    def test_one_trade_is_a_competitor_where_catchments_overlap(self, intent, band, reach):
        """Just inside and just outside the sum of the two radii, on one meridian."""
        one = replace(A, size_band=band, latitude=45.0, longitude=3.0)
        for km, expected in ((2 * reach - 0.5, "competitor"), (2 * reach + 0.5, None)):
            degrees = km / 6371.0088 * 180 / np.pi
            other = replace(B, naf=A.naf, size_band=band, latitude=45.0 + degrees, longitude=3.0)
            assert vetoed_by(one, other, intent=intent) == expected

    def test_a_place_that_is_not_known_counts_as_near(self):
        """An overseas firm without coordinates cannot be said to be far."""
        lost = company(2, "91", naf=A.naf)
        model = fitted([A, lost])
        view = model.territory.view
        view.position[model.row_of(lost.siret)] = 0
        found = model.ranker.vetoes(view, np.array([0]), np.array([[1]]), Intent.PEER)
        assert PAIR_RULES[found[0, 0]] == "competitor"

    def test_two_unknown_trades_are_not_the_same_trade(self):
        one, other = (replace(firm, naf=None) for firm in (A, B))
        assert vetoed_by(one, other) is None

    def test_the_same_class_is_not_the_same_sub_class(self):
        assert vetoed_by(A, replace(B, naf="25.62A")) is None

    @pytest.mark.parametrize(
        ("offers", "expected"),
        [
            ("Découpe laser de tôles fines", "competitor"),
            ("Traiteur pour banquets", None),
            ("", None),
        ],
    )
    def test_near_equal_offers_are_one_trade(self, offers, expected):
        texts = [
            profile(A.siret, offers="Découpe laser de tôles fines"),
            profile(B.siret, offers=offers),
        ]
        assert vetoed_by(A, B, profiles=texts) == expected

    def test_offers_that_nobody_declared_are_not_compared(self):
        """Two trade labels may be alike; that is a matter of NAF, not of offers."""
        one, other = replace(A, naf="25.62A"), replace(B, naf="25.62B")
        assert vetoed_by(one, other) is None

    def test_settings_decide_where_one_trade_competes(self):
        far = replace(B, naf=A.naf, latitude=43.3, longitude=5.4)
        rules = EligibilitySettings(same_trade_anywhere=())
        assert vetoed_by(A, far, rules=rules) is None

    def test_padding_is_never_vetoed(self):
        model = fitted([A, B])
        found = model.ranker.vetoes(
            model.territory.view, np.array([0, 1]), np.full((2, 3), UNKNOWN), Intent.SUPPLY
        )
        assert (found == UNKNOWN).all()


RIVALS = (
    A,
    replace(B, naf=A.naf),
    replace(A, siret=company(3).siret),
    replace(A, siret=A.siret[:9] + "00025"),
)
"""A workshop; a rival across the border; a rival beside it; its own second workshop."""


class TestPairRulesInForce:
    """A dataset of one territory, or one in which rivals deal with each other, leaves rules out."""

    def vetoed(self, rules):
        """Rule that keeps the first of the rivals from each of the others."""
        model = fitted(RIVALS)
        rows = [model.row_of(firm.siret) for firm in RIVALS]
        ranker = replace(model, pair_rules=tuple(rules)).ranker
        view = model.territory.view
        found = ranker.vetoes(view, np.array(rows[:1]), np.array([rows[1:]]), Intent.SUPPLY)[0]
        return [None if rule == UNKNOWN else PAIR_RULES[rule] for rule in found]

    def test_all_rules(self):
        assert self.vetoed(PAIR_RULES) == ["competitor", "same_department", "same_siren"]

    def test_without_competitor_rivals_may_meet(self):
        rules = set(PAIR_RULES) - {"competitor"}
        assert self.vetoed(rules) == [None, "same_department", "same_siren"]

    def test_without_same_department_neighbours_may_meet_unless_another_rule_applies(self):
        rules = set(PAIR_RULES) - {"same_department"}
        assert self.vetoed(rules) == ["competitor", "competitor", "same_siren"]
        assert self.vetoed(rules - {"competitor"}) == [None, None, "same_siren"]

    @pytest.mark.parametrize("left_out", PAIR_RULES)
    def test_lists_obey_the_rules_in_force_and_no_other(self, left_out):
        """What one rule kept out is proposed and listed; the other rules still hold."""
        world = mixture(60)
        whole = fitted(world.companies, world.profiles, world.relations)
        freed = replace(whole, pair_rules=tuple(rule for rule in PAIR_RULES if rule != left_out))
        view, met = whole.territory.view, whole.territory.links.acquainted.toarray() > 0
        broken = 0
        for intent in (Intent.SUPPLY, Intent.PEER):
            found, vetoes = ranked(freed, intent)
            assert PAIR_RULES.index(left_out) not in vetoes.rules
            for row, place in np.argwhere(found.partners >= 0):
                partner = found.partners[row, place]
                breaks = {
                    "same_siren": view.siren[row] == view.siren[partner],
                    "same_department": view.department[row] == view.department[partner],
                    "already_met": met[row, partner],
                }
                assert not any(holds for rule, holds in breaks.items() if rule != left_out)
                broken += breaks.get(left_out, view.trade[row, 4] == view.trade[partner, 4] >= 0)
        # Nobody has a second establishment across the border here.
        assert (broken > 0) == (left_out != "same_siren")

    @pytest.mark.parametrize("role", [Role.SUPPLIER, Role.PEER])
    def test_without_same_department_every_channel_proposes_neighbours_too(self, role):
        """And with it none does."""
        world = mixture(60)
        whole = fitted(world.companies, world.profiles, world.relations)
        freed = replace(whole, pair_rules=("same_siren", "already_met", "competitor"))
        view, rows = whole.territory.view, np.arange(60)
        for model, across in ((whole, True), (freed, False)):
            proposals = model.ranker.proposals(view, rows, role, 30, "exact")
            assert set(proposals) <= set(PRIOR[role])
            for found in proposals.values():
                seekers, places = np.nonzero(found >= 0)
                partners = found[seekers, places]
                near = view.department[seekers] == view.department[partners]
                assert near.any() != across or not found.size


class TestScored:
    def test_only_the_channels_asked_see_something(self):
        """Scores are the channels' own, ranks those of each seeker's candidates, padding zero."""
        world = mixture(30)
        model = fitted(world.companies, world.profiles, world.relations)
        view, rows = model.territory.view, np.arange(5)
        partners = np.tile(np.arange(30), (5, 1))
        partners[:, ::4] = UNKNOWN
        which = np.arange(len(model.channels)) % 2 == 0
        scores, ranks = model.ranker.scored(view, rows, partners, Role.SUPPLIER, which)
        assert scores.shape == ranks.shape == (5, 30, len(model.channels))
        assert not scores[:, :, ~which].any()
        assert not ranks[:, :, ~which].any()
        assert not scores[:, ::4].any()
        assert not ranks[:, ::4].any()
        for place in np.flatnonzero(which):
            alone = model.channels[place].score(view, rows, partners, FLOW[Role.SUPPLIER])
            told = partners >= 0
            assert scores[:, :, place][told] == pytest.approx(alone[told])
            assert np.array_equal(ranks[:, :, place] > 0, scores[:, :, place].round(5) > 0)


@pytest.fixture(scope="module")
def model():
    world = mixture(60)
    return fitted(world.companies, world.profiles, world.relations)


@pytest.fixture(scope="module", params=list(Intent))
def lists(request, model):
    """Every intent's lists and vetoes."""
    return request.param, *ranked(model, request.param)


class TestLists:
    def test_no_listed_pair_breaks_a_rule(self, model, lists):
        """Looked at pair by pair, from the companies and relations themselves."""
        intent, found, _ = lists
        world = mixture(60)
        firms = {firm.siret: firm for firm in world.companies}
        met = {
            frozenset((a, b))
            for link in world.relations
            if link.kind in KNOWS_EACH_OTHER
            for a in link.members
            for b in link.members
        }
        assert (found.partners >= 0).any()
        for row, place in np.argwhere(found.partners >= 0):
            one = firms[str(model.sirets[row])]
            other = firms[str(model.sirets[found.partners[row, place]])]
            assert one.department != other.department
            assert one.siren != other.siren
            assert frozenset((one.siret, other.siret)) not in met
            if intent in ANYWHERE and one.naf:
                assert one.naf != other.naf

    def test_vetoed_pairs_are_logged_and_not_listed(self, model, lists):
        intent, found, vetoes = lists
        listed = {(int(r), int(found.partners[r, p])) for r, p in np.argwhere(found.partners >= 0)}
        logged = set(zip(vetoes.seekers.tolist(), vetoes.partners.tolist(), strict=True))
        assert listed.isdisjoint(logged)
        again = model.ranker.vetoes(
            model.territory.view, vetoes.seekers, vetoes.partners[:, None], intent
        )
        assert np.array_equal(again[:, 0], vetoes.rules)

    def test_lists_are_in_order_and_name_everybody_once(self, lists):
        _, found, _ = lists
        for partners, scores, roles in zip(found.partners, found.scores, found.roles, strict=True):
            n = int((partners >= 0).sum())
            assert (partners[:n] >= 0).all(), "padding stands behind"
            assert len(set(partners[:n].tolist())) == n
            assert (np.diff(scores[:n].astype(float)) <= 1e-6).all()
            assert (scores[:n] > 0).all()
            assert not scores[n:].any()
            assert (roles[n:] == NO_ROLE).all()
            assert (partners[n:] == UNKNOWN).all()

    def test_a_score_is_the_sum_of_its_contributions(self, model, lists):
        """To the three digits that contributions are kept with; padding adds nothing."""
        _, found, _ = lists
        assert found.parts.dtype == np.float16
        assert found.parts.shape == (*found.partners.shape, len(model.channel_names))
        total = found.parts.astype(float).sum(axis=-1)
        assert total == pytest.approx(found.scores, rel=1e-3, abs=1e-4)
        assert not found.parts[found.partners < 0].any()

    @pytest.mark.parametrize("role", list(Role))
    def test_contributions_follow_from_the_ranks_among_the_candidates(self, model, role):
        """Published weights, ranks counted by hand and scores, one seeker and channel at a time."""
        view, flow, intent = model.territory.view, FLOW[role], INTENT_OF[role]
        total = sum(PRIOR[role].values())
        everyone = np.arange(len(model.sirets))
        candidates = model.candidates(intent, everyone)[role]
        allowed = (candidates >= 0) & (
            model.ranker.vetoes(view, everyone, candidates, intent) == UNKNOWN
        )
        found, _ = ranked(model, intent)
        listed = np.argwhere(found.roles == ALL_ROLES.index(role))
        assert len(listed)
        for row, place in listed[:: max(1, len(listed) // 12)]:
            partners = candidates[row][allowed[row]]
            for channel, part in zip(model.channels, found.parts[row, place], strict=True):
                seen = channel.score(view, np.array([row]), partners[None, :], flow)[0].round(5)
                own = seen[partners == found.partners[row, place]][0]
                rank = 1 + (seen > own).sum()
                share = PRIOR[role].get(channel.name, 0) / total
                by_rank = (RANK_OFFSET + 1) / (RANK_OFFSET + rank) if own > 0 else 0
                expected = share * (by_rank + GRADED * np.log1p(own))
                assert part == pytest.approx(expected, rel=2e-3, abs=1e-4)

    def test_evidence_sums_to_no_more_than_the_score_and_comes_largest_first(self, model, lists):
        _, found, _ = lists
        for row, place in np.argwhere(found.partners >= 0)[::23]:
            role = ALL_ROLES[found.roles[row, place]]
            parts = model.evidence(
                model.territory.view, row, found.partners[row, place], role, found.parts[row, place]
            )
            shares = [share for _, share, _ in parts]
            assert shares == sorted(shares, reverse=True)
            assert all(share > 0 for share in shares)
            assert sum(shares) <= found.scores[row, place] * (1 + 1e-3)
            assert parts, "a suggestion without any reason"

    def test_a_small_contribution_is_no_reason_beside_larger_ones(self, model, lists):
        """Nothing else keeps a channel with evidence from being a reason."""
        _, found, _ = lists
        view = model.territory.view
        for row, place in np.argwhere(found.partners >= 0)[::23]:
            role, partner = ALL_ROLES[found.roles[row, place]], found.partners[row, place]
            parts = found.parts[row, place]
            least = LEAST_SHARE * parts.astype(np.float32).sum()
            told = {name for name, _, _ in model.evidence(view, row, partner, role, parts)}
            can_tell = {
                channel.name: part
                for channel, part in zip(model.channels, parts, strict=True)
                if part > 0 and channel.evidence(view, row, partner, FLOW[role]) is not None
            }
            large = {name for name, part in can_tell.items() if part >= least}
            assert told == (large or {max(can_tell, key=can_tell.get)})

    def test_partners_may_fill_their_role(self, model, lists):
        """A mentor is large enough, a trainer trains, an export partner deals abroad."""
        intent, found, _ = lists
        view = model.territory.view
        assert set(np.unique(found.roles).tolist()) <= {
            NO_ROLE, *(ALL_ROLES.index(role) for role in ROLES[intent]),
        }  # fmt: skip
        for row, place in np.argwhere(found.partners >= 0):
            partner = found.partners[row, place]
            role = ALL_ROLES[found.roles[row, place]]
            if role is Role.TRAINER:
                assert view.training_body[partner]
                assert not view.training_body[row]
            if role is Role.EXPORT_PARTNER:
                assert view.exports[partner]
                assert view.exports[row]
            if role is Role.MENTOR:
                assert view.size[partner] > view.size[row] >= 0

    def test_true_partners_stand_in_front_on_a_checkerboard(self):
        """Whoever needs what one firm alone offers sees that firm first, as its supplier."""
        board = checkerboard()
        model = fitted(board.companies, board.profiles)
        found, _ = ranked(model, Intent.SUPPLY)
        for row, siret in enumerate(model.sirets):
            first = {
                ALL_ROLES[found.roles[row, place]]: str(model.sirets[found.partners[row, place]])
                for place in reversed(range(found.partners.shape[1]))
                if found.partners[row, place] >= 0
            }
            assert first[Role.SUPPLIER] == board.suppliers[siret]
            assert first[Role.CLIENT] == board.clients[siret]
            assert {str(model.sirets[p]) for p in found.partners[row, :2]} == {
                board.suppliers[siret], board.clients[siret],
            }  # fmt: skip

    def test_companies_with_nothing_but_a_trade_and_a_commune_get_suggestions(self):
        world = mixture(30, texts=False, related=False)
        bare = [replace(firm, size_band=None, latitude=None, longitude=None) for firm in
                world.companies[:27]]  # fmt: skip
        model = fitted(bare)
        found, _ = ranked(model, Intent.SUPPLY)
        assert (found.partners[:, 0] >= 0).all()


class TestOrder:
    def test_the_same_seed_gives_the_same_lists(self, model):
        world = mixture(60)
        again = fitted(world.companies, world.profiles, world.relations)
        for intent in Intent:
            one, _ = ranked(model, intent)
            two, _ = ranked(again, intent)
            for name in ("partners", "roles", "scores", "bands", "parts"):
                assert np.array_equal(getattr(one, name), getattr(two, name))

    def test_a_list_does_not_depend_on_who_else_asks(self, model):
        """One at a time, in blocks, or backwards: the same list for the same company."""
        everyone = np.arange(len(model.sirets))
        assert len(everyone) < BLOCK
        whole, _ = ranked(model, Intent.SUPPLY)
        backwards, _ = ranked(model, Intent.SUPPLY, everyone[::-1].copy())
        assert np.array_equal(backwards.partners[::-1], whole.partners)
        for row in (0, 17, 59):
            alone, _ = ranked(model, Intent.SUPPLY, np.array([row]))
            assert np.array_equal(alone.partners[0], whole.partners[row])
            assert alone.scores[0] == pytest.approx(whole.scores[row], abs=1e-6)

    def test_blocks_make_no_difference(self, model, monkeypatch):
        whole, vetoes = ranked(model, Intent.MENTORING)
        monkeypatch.setattr("models.ranking.BLOCK", 7)
        pieces, more = ranked(model, Intent.MENTORING)
        assert np.array_equal(pieces.partners, whole.partners)
        pairs = [sorted(zip(v.seekers, v.partners, v.rules, strict=True)) for v in (vetoes, more)]
        assert pairs[0] == pairs[1]

    @pytest.fixture
    def crowd(self):
        """Fifteen readers before fifteen firms that nothing tells apart."""
        readers = [company(k, "77", naf="10.71C") for k in range(15)]
        alike = [company(100 + k, "91", naf="25.62B") for k in range(15)]
        return Mixture(tuple(readers + alike), (), ())

    def test_equal_partners_stand_in_another_order_before_each_reader(self, crowd):
        """No firm is first in every list by its number."""
        model = fitted(crowd.companies)
        found, _ = ranked(model, Intent.SUPPLY, np.arange(15))
        assert len(np.unique(found.scores[:, 0])) == 1, "the partners are equal"
        assert len(set(found.partners[:, 0].tolist())) >= 5
        assert (found.partners[:, 0] >= 15).all()

    def test_another_seed_gives_another_order_among_equals(self, crowd):
        one, _ = ranked(fitted(crowd.companies, seed=1), Intent.SUPPLY)
        two, _ = ranked(fitted(crowd.companies, seed=2), Intent.SUPPLY)
        assert not np.array_equal(one.partners, two.partners)
        assert one.scores == pytest.approx(two.scores)


N_CHANNELS = 2


@st.composite
def role_lists(draw, length=6):
    """Draw lists of one role as ranking makes them: distinct partners, best first, padded."""
    seekers = 3
    role = draw(st.integers(0, len(ALL_ROLES) - 1))
    lists = RankedLists(
        np.full((seekers, length), UNKNOWN, np.int32),
        np.full((seekers, length), NO_ROLE, np.int8),
        np.zeros((seekers, length), np.float32),
        np.zeros((seekers, length), np.int8),
        np.zeros((seekers, length, N_CHANNELS), np.float16),
        np.ones((seekers, length), np.float32),
    )
    for row in range(seekers):
        partners = draw(st.lists(st.integers(0, 9), max_size=length, unique=True))
        steps = st.lists(st.integers(1, 12), min_size=len(partners), max_size=len(partners))
        n = len(partners)
        lists.partners[row, :n] = partners
        lists.roles[row, :n] = role
        lists.scores[row, :n] = sorted((s / 16 for s in draw(steps)), reverse=True)
        lists.bands[row, :n] = draw(st.integers(0, 2))
        lists.parts[row, :n] = np.array(partners)[:, None] / 16 + [1 / 16, role + 1]
    return lists


class TestMerging:
    @given(role_lists(), role_lists(), st.integers(1, 12))
    @settings(max_examples=200, deadline=None)
    def test_each_partner_stands_once_in_its_better_role(self, one, two, length):
        """Against a loop over dictionaries; among equal scores the first role goes first."""
        found = merged([one, two], length, np.arange(1000))
        for row in range(len(one.partners)):
            best = {}
            for lists in (one, two):
                for place, partner in enumerate(lists.partners[row].tolist()):
                    if partner >= 0 and (
                        partner not in best or lists.scores[row, place] > best[partner][0]
                    ):
                        best[partner] = (
                            float(lists.scores[row, place]),
                            int(lists.roles[row, place]),
                            int(lists.bands[row, place]),
                            lists.parts[row, place].tolist(),
                        )
            wanted = sorted((scored for scored, *_ in best.values()), reverse=True)[:length]
            listed = [p for p in found.partners[row].tolist() if p >= 0]
            assert len(listed) == len(set(listed)) == min(length, len(best))
            assert found.scores[row, : len(listed)].tolist() == wanted
            for place, partner in enumerate(listed):
                assert best[partner] == (
                    float(found.scores[row, place]),
                    int(found.roles[row, place]),
                    int(found.bands[row, place]),
                    found.parts[row, place].tolist(),
                )
            n = len(listed)
            assert (found.partners[row, n:] == UNKNOWN).all()
            assert (found.roles[row, n:] == NO_ROLE).all()
            assert not found.scores[row, n:].any()
            assert not found.parts[row, n:].any()

    @given(role_lists())
    @settings(max_examples=20, deadline=None)
    def test_one_role_stays_as_it_is(self, one):
        found = merged([one], one.partners.shape[1], np.arange(1000))
        assert np.array_equal(found.partners, one.partners)

    @given(st.lists(role_lists(), max_size=3), st.integers(6, 9))
    @settings(max_examples=60, deadline=None)
    def test_blocks_are_put_below_each_other_and_widened(self, parts, length):
        found = stacked(parts, length, N_CHANNELS)
        seekers = sum(len(part.partners) for part in parts)
        assert found.partners.shape == found.scores.shape == (seekers, length)
        assert found.parts.shape == (seekers, length, N_CHANNELS)
        expected = [
            [*row.tolist(), *[UNKNOWN] * (length - len(row))]
            for part in parts
            for row in part.partners
        ]
        assert found.partners.tolist() == expected
        assert (found.roles[found.partners < 0] == NO_ROLE).all()

    def test_logs_are_joined(self):
        one = Vetoes(np.array([1]), np.array([2]), np.array([0], np.int8))
        joined = joined_vetoes([one, one])
        assert (joined.seekers.tolist(), joined.partners.tolist()) == ([1, 1], [2, 2])
        assert len(joined_vetoes([]).rules) == 0


class TestProfiles:
    def test_a_profile_is_ranked_like_the_company_it_copies(self):
        """Without relations, what is declared is all there is: the same partners come out."""
        board = checkerboard()
        model = fitted(board.companies, board.profiles)
        firm, declared = board.companies[0], board.profiles[0]
        row = model.row_of(firm.siret)
        stored, _ = ranked(model, Intent.SUPPLY, np.array([row]))
        rows = rows_of([firm], [declared], model.departments)
        _, preview = model.rank_profile(rows, Intent.SUPPLY)
        assert preview.partners[0].tolist() == stored.partners[0].tolist()
        assert preview.scores[0] == pytest.approx(stored.scores[0], abs=1e-5)

    def test_rows_are_found_by_siret(self, model):
        for row, siret in enumerate(model.sirets):
            assert model.row_of(str(siret)) == row
        assert model.row_of("00000000000000") is None
        assert model.row_of("99999999999999") is None
        assert model.row_of("") is None


def test_a_firm_is_listed_once_with_its_best_establishment():
    """Two shops of one firm are one lead, whatever the role that each is found in."""
    firm = np.array([10, 11, 11, 12])
    one, two = (
        RankedLists(
            partners=np.array([partners], np.int32),
            roles=np.full((1, 2), role, np.int8),
            scores=np.array([scores], np.float32),
            bands=np.zeros((1, 2), np.int8),
            parts=np.ones((1, 2, 1), np.float16),
            propensity=np.ones((1, 2), np.float32),
        )
        for role, partners, scores in ((0, [1, 3], [0.9, 0.2]), (1, [2, 0], [0.8, 0.5]))
    )
    found = merged([one, two], 4, firm)
    assert found.partners.tolist() == [[1, 0, 3, -1]]
    assert found.roles.tolist() == [[0, 1, 0, -1]]
