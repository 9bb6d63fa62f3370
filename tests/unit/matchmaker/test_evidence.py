"""What a reason rests on: every topic has its facts, words are marked, nothing private is said."""

from __future__ import annotations

import pytest
from builders import company, siret_of

from matchmaker.companies import Profile
from matchmaker.evidence import LONGEST_EXCERPT, facts_of, marked
from matchmaker.explain import mirrored
from matchmaker.suggestions import Evidence, Topic
from matchmaker.texts import LANGUAGES

VALUES: dict[Topic, dict[str, object]] = {
    Topic.THEY_OFFER_WHAT_YOU_NEED: {"shared": ["soudure inox"]},
    Topic.THEY_NEED_WHAT_YOU_OFFER: {"company_terms": ["usinage"], "partner_terms": ["pièces"]},
    Topic.ACTIVITIES_ALIKE: {"company_terms": ["usinage"], "partner_terms": ["chaudronnerie"]},
    Topic.NEEDS_ALIKE: {"company_terms": ["soudure"], "partner_terms": ["pièces"]},
    Topic.THEMES_SHARED: {"themes": ["industrie", "export"]},
    Topic.SECTOR_BUYS_FROM: {"seller": "c12", "buyer": "c13", "share": 0.1234},
    Topic.SECTOR_SELLS_TO: {"seller": "c12", "buyer": "c12", "share": 0.02},
    Topic.TRADES_COMPLEMENT: {"code": "25"},
    Topic.SHARED_ACQUAINTANCE: {"count": 2, "groups": ["Plato 2024"]},
    Topic.SHARED_GROUP: {"count": 1, "groups": []},
    Topic.ALIKE_FIRM_KNOWS: {"count": 1},
    Topic.YOU_KNOW_ALIKE_FIRM: {"count": 3},
    Topic.CHAIN_OF_RELATIONS: {"count": 0},
    Topic.LEARNED_COMPLEMENT: {"company_terms": [], "partner_terms": []},
    Topic.CIRCLE_SPEAKS_OF: {"of_company": True, "count": 2},
    Topic.WELL_CONNECTED: {"count": 5},
    Topic.NEAR: {"km": 12.4, "located": True},
    Topic.SIZE_ALIKE: {"company_size": 3, "partner_size": 4},
    Topic.LARGER_FIRM: {"company_size": 3, "partner_size": 6},
    Topic.SMALLER_FIRM: {"company_size": 6, "partner_size": 3},
}

OWN_PROFILE = Profile(
    siret_of(1),
    True,
    activity="Atelier d'usinage.",
    offers="Nous proposons l'usinage de précision.",
    needs="Nous cherchons une soudure inox. Et du papier.",
)
PARTNER_PROFILE = Profile(
    siret_of(2),
    True,
    activity="Chaudronnerie.",
    offers="Soudure inox et alu, écrire à leo@example.org.",
    needs="Des pièces usinées.",
)
OWN = (company(1), OWN_PROFILE)
PARTNER = (company(2, "91", naf="25.11Z"), PARTNER_PROFILE)


def said(facts) -> str:
    return "\n".join(f"{each.label} {''.join(text for text, _ in each.pieces)}" for each in facts)


def facts(topic: Topic, language="fr", own=OWN, partner=PARTNER):
    return facts_of(Evidence(topic, VALUES[topic]), own, partner, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", Topic)
def test_every_topic_has_facts_in_every_language(topic, language):
    found = facts(topic, language)
    assert found
    assert all(each.label and "".join(text for text, _ in each.pieces) for each in found)
    assert "{" not in said(found)
    assert "_" not in said(found)


@pytest.mark.parametrize("topic", [topic for topic in Topic if topic is not Topic.WELL_CONNECTED])
def test_what_is_said_to_the_partner_rests_on_the_same_facts(topic):
    evidence = Evidence(topic, VALUES[topic])
    there = mirrored(evidence)
    assert facts_of(mirrored(there), OWN, PARTNER, "fr") == facts_of(evidence, OWN, PARTNER, "fr")


def test_the_words_of_both_texts_are_marked():
    needs, offers = facts(Topic.THEY_OFFER_WHAT_YOU_NEED)
    assert needs.label == "Vous recherchez"
    assert needs.pieces == (
        ("Nous cherchons une ", False),
        ("soudure inox", True),
        (".", False),
    )
    assert offers.label == "Elle propose"
    assert offers.pieces[0] == ("Soudure inox", True), "case does not matter"


def test_no_contact_is_quoted():
    assert "example.org" not in said(facts(Topic.THEY_OFFER_WHAT_YOU_NEED))


def test_a_word_is_found_in_whichever_text_holds_it():
    profile = Profile(OWN[0].siret, True, activity="Soudure inox à façon.")
    label = facts(Topic.THEY_OFFER_WHAT_YOU_NEED, own=(OWN[0], profile))[0].label
    assert label == "Votre activité"


@pytest.mark.parametrize("profile", [None, Profile(PARTNER[0].siret, False, offers="soudure inox")])
def test_without_a_text_or_consent_the_trade_stands_in(profile):
    _, theirs = facts(Topic.THEY_OFFER_WHAT_YOU_NEED, partner=(PARTNER[0], profile))
    assert theirs.label == "Son métier"
    assert "inox" not in said([theirs])


def test_a_group_without_a_public_name_has_none():
    assert "dont le nom n'est pas public" in said(facts(Topic.SHARED_GROUP))


def test_shares_and_distances_are_written_as_the_language_does():
    assert "12,3" in said(facts(Topic.SECTOR_BUYS_FROM))
    assert "12.3%" in said(facts(Topic.SECTOR_BUYS_FROM, "en"))
    assert "12,4" in said(facts(Topic.NEAR))


def test_only_whole_words_are_marked():
    assert marked("Les bois et la boiserie.", ["bois"]) == (
        ("Les ", False),
        ("bois", True),
        (" et la boiserie.", False),
    )
    assert marked("La boiserie.", ["bois"]) == ()
    assert marked("Rien.", []) == ()


def test_marks_are_text_and_never_a_pattern():
    assert marked("C++ (et plus) ici.", ["(et plus)"])[1] == ("(et plus)", True)


def test_sentences_without_a_find_are_left_out():
    pieces = marked("Du bois. Du fer ! Du cuir, du bois.", ["bois"])
    assert "".join(text for text, _ in pieces) == "Du bois. … Du cuir, du bois."


def test_a_long_text_is_cut_around_its_first_find():
    text = "mot " * 500 + "soudure " + "mot " * 500
    pieces = marked(text, ["soudure"])
    whole = "".join(piece for piece, _ in pieces)
    assert ("soudure", True) in pieces
    assert len(whole) <= LONGEST_EXCERPT + 2
    assert whole.startswith("… ")
    assert whole.endswith("…")
