"""Evidence that is taken away is gone everywhere the model reads it, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from builders import company, fitted, mixture, profile, relation, rows_of
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.intents import FLOW, Flow, Role
from matchmaker.relations import RelationKind
from matchmaker.suggestions import Evidence, Topic
from models.fusion import Stage, additive
from models.inputs import UNKNOWN
from models.narrowing import Narrowing
from models.removal import SPOKEN, without, without_words
from models.text_space import words_of

SILENCED = (
    "themes_shared",
    "sector_flows",
    "trades_alike",
    "shared_acquaintances",
    "adamic_adar",
    "recent_acquaintances",
    "shared_groups",
    "page_rank",
    "bounded_popularity",
    "recent_popularity",
    "place",
    "size_fit",
)
"""Channels of which nothing is left without their evidence; the others may see something else."""

TEXT = "Découpe laser, découpes d'acier : l'atelier usine des pièces en série pour l'aéronautique."


@pytest.fixture(scope="module")
def world():
    return mixture(48)


@pytest.fixture(scope="module")
def model(world):
    links = [replace(link, date=date(2026, 3, 1)) for link in world.relations]
    made = fitted(world.companies, world.profiles, links)
    everything = additive(Stage.PRIOR, np.ones(len(made.channels), np.float32))
    return replace(made, fusions=dict.fromkeys(Role, everything))


@pytest.fixture(scope="module")
def narrowing(model, world):
    return Narrowing(model, rows_of(world.companies, world.profiles))


def told(model, narrowing, name, role):
    """Take up to ten pairs of which a channel says something: (facts, facts without it, place)."""
    place, view, flow = model.channel_names.index(name), model.territory.view, FLOW[role]
    channel, everyone = model.channels[place], np.arange(len(view))
    scores = channel.score(view, everyone, np.tile(everyone, (len(view), 1)), flow)
    apart = view.department[:, None] != view.department[None, :]
    pairs = np.argwhere((scores > 1e-5) & apart).tolist()
    found = []
    for row, partner in pairs[:: max(1, len(pairs) // 10)]:
        evidence = channel.evidence(view, row, partner, flow)
        if evidence is not None:
            facts = narrowing.facts(row, partner)
            left = without(facts, evidence, channel, model.territory.links, flow)
            found.append((facts, left, place))
    return found


@pytest.mark.parametrize("name", SILENCED)
@pytest.mark.parametrize("role", [Role.SUPPLIER, Role.PEER])
def test_without_its_evidence_a_channel_says_nothing(model, narrowing, name, role):
    pairs = told(model, narrowing, name, role)
    assert pairs
    for facts, left, place in pairs:
        assert narrowing.scores(facts, role)[place] > 0
        assert narrowing.scores(left, role)[place] == 0


@pytest.mark.parametrize("name", ["needs_offers_words", "lookalikes_partners"])
def test_without_its_evidence_a_channel_says_less(model, narrowing, name):
    pairs = told(model, narrowing, name, Role.SUPPLIER)
    assert pairs
    for facts, left, place in pairs:
        before, after = (narrowing.scores(f, Role.SUPPLIER)[place] for f in (facts, left))
        assert after < before


words = st.sampled_from(sorted(set(words_of(TEXT))))


@given(gone=st.sets(words))
def test_words_go_in_every_form_and_the_others_stay_in_order(gone):
    left = without_words(TEXT, gone)
    assert words_of(left) == [word for word in words_of(TEXT) if word not in gone]


def test_a_text_that_loses_every_word_still_was_declared():
    """Else the label of the trade would stand in for it, and say the same again."""
    assert without_words("Découpe laser", {"decoupe", "laser"}) == SPOKEN
    assert without_words("laser", {"laser"}) == SPOKEN
    assert without_words("", {"laser"}) == ""


class TestTerms:
    @pytest.fixture(scope="class")
    @staticmethod
    def pair():
        """One firm needs what the other offers; the partner's trade is that word as well."""
        firms = [company(1, "77", naf="25.62B"), company(2, "91", naf="16.23Z")]
        declared = [
            profile(firms[0].siret, needs="Une charpente en bois", activity="Atelier de bois"),
            profile(firms[1].siret, offers="Charpente bois sur mesure"),
        ]
        rows = rows_of(firms, declared)
        made = fitted(firms, declared)
        return made, Narrowing(made, rows).facts(0, 1)

    def removed(self, pair, topic, **values):
        made, facts = pair
        evidence = Evidence(topic, values)
        channel = made.channels[0]
        return without(facts, evidence, channel, made.territory.links, Flow.INWARD).companies

    def test_a_shared_word_leaves_every_text_of_both(self, pair):
        left = self.removed(pair, Topic.THEY_OFFER_WHAT_YOU_NEED, shared=["charpente"])
        texts = [*left.activity, *left.offers, *left.needs, *left.trade_label]
        assert not any("charpente" in words_of(text) for text in texts)
        assert words_of(left.activity[0]) == words_of("Atelier de bois")
        assert "mesure" in words_of(left.offers[1])

    def test_a_side_without_words_stands_there_with_its_trade(self, pair):
        """The sentence names the partner's trade then, so its label goes."""
        left = self.removed(
            pair, Topic.THEY_OFFER_WHAT_YOU_NEED, company_terms=["charpente"], partner_terms=[]
        )
        assert left.trade_label[1] == SPOKEN
        assert left.trade_label[0] not in ("", SPOKEN)

    def test_where_no_word_is_said_the_texts_as_such_go(self, pair):
        left = self.removed(pair, Topic.ACTIVITIES_ALIKE, company_terms=[], partner_terms=[])
        for name in ("activity", "offers", "needs", "trade_label"):
            assert not any(words_of(text) for text in getattr(left, name))

    def test_a_line_of_work_without_words_is_the_trade(self, pair):
        left = self.removed(pair, Topic.LEARNED_COMPLEMENT, company_terms=[], partner_terms=[])
        assert (left.trade == UNKNOWN).all()
        assert (left.sector == UNKNOWN).all()
        assert left.trade_label == ["", ""]
        assert left.activity == pair[1].companies.activity


class TestTies:
    @pytest.fixture(scope="class")
    @staticmethod
    def star():
        """Firms 0 and 1 both know firm 2; firm 0 knows 3 as well, and 4 knows 1."""
        firms = [company(k, ("77", "91")[k % 2]) for k in range(5)]
        links = [
            relation(place, (firms[a].siret, firms[b].siret), RelationKind.MEETING)
            for place, (a, b) in enumerate([(0, 2), (1, 2), (0, 3), (4, 1)])
        ]
        made = fitted(firms, relations=links)
        rows = [made.row_of(firm.siret) for firm in firms]
        facts = Narrowing(made, rows_of(firms)).facts(rows[0], rows[1])
        return made, rows, facts

    def cut(self, star, topic, name="shared_acquaintances", **values):
        made, rows, facts = star
        channel = made.channels[made.channel_names.index(name)]
        evidence = Evidence(topic, values)
        left = without(facts, evidence, channel, made.territory.links, Flow.MUTUAL)
        firm = {row: number for number, row in enumerate(rows)}
        return {frozenset((firm[a], firm[b])) for a, b in left.cut.tolist()}

    def test_a_shared_acquaintance_is_not_the_readers_any_more(self, star):
        assert self.cut(star, Topic.SHARED_ACQUAINTANCE, count=1, groups=[]) == {frozenset((0, 2))}

    def test_a_shared_group_ties_the_two_no_more(self, star):
        assert self.cut(star, Topic.SHARED_GROUP, groups=[]) == {frozenset((0, 1))}

    def test_a_chain_begins_with_the_reader(self, star):
        everything = {frozenset((0, 2)), frozenset((0, 3))}
        assert self.cut(star, Topic.CHAIN_OF_RELATIONS, count=1) == everything

    @pytest.mark.parametrize(
        ("own", "circle"), [(True, [(0, 2), (0, 3)]), (False, [(1, 2), (1, 4)])]
    )
    def test_a_circle_is_that_of_the_company_named(self, star, own, circle):
        found = self.cut(star, Topic.CIRCLE_SPEAKS_OF, "circle_text", of_company=own, count=2)
        assert found == {frozenset(pair) for pair in circle}
