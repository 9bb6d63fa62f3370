"""Facts become sentences: each in two languages, for both sides, in correct typography."""

import re
from string import Formatter

import pytest
from builders import company
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.activities import flow_matrix
from matchmaker.companies import SIZE_BANDS, size_rank
from matchmaker.explain import display_name, mirrored, sentence, size_text, trade_text
from matchmaker.intents import Intent, Role
from matchmaker.suggestions import Band, Evidence, Topic
from matchmaker.texts import LANGUAGES, catalogue, say, say_number

TERMS = {
    "company_terms": ["découpe laser"],
    "partner_terms": ["tôles", "inox"],
    "company_trade": "25.62B",
    "partner_trade": "10.71C",
}
SELLER, BUYER = flow_matrix().sectors[11], flow_matrix().sectors[17]
SECTORS = {"seller": SELLER, "buyer": BUYER, "share": 0.1234}
SIZES = {"company_size": size_rank("03"), "partner_size": size_rank("22")}

SHAPES = [
    (Topic.THEY_OFFER_WHAT_YOU_NEED, TERMS),
    (Topic.THEY_OFFER_WHAT_YOU_NEED, {"shared": ["tôles"]}),
    (Topic.THEY_OFFER_WHAT_YOU_NEED, {"shared": []}),
    (Topic.THEY_OFFER_WHAT_YOU_NEED, {**TERMS, "partner_terms": []}),
    (Topic.THEY_OFFER_WHAT_YOU_NEED, {**TERMS, "partner_terms": [], "partner_trade": None}),
    (Topic.THEY_NEED_WHAT_YOU_OFFER, TERMS),
    (Topic.THEY_NEED_WHAT_YOU_OFFER, {"shared": ["tôles", "inox", "acier"]}),
    (Topic.THEY_NEED_WHAT_YOU_OFFER, {**TERMS, "company_terms": []}),
    (Topic.THEY_NEED_WHAT_YOU_OFFER, {**TERMS, "company_terms": [], "company_trade": None}),
    (Topic.ACTIVITIES_ALIKE, TERMS),
    (Topic.ACTIVITIES_ALIKE, {**TERMS, "company_terms": []}),
    (Topic.NEEDS_ALIKE, TERMS),
    (Topic.NEEDS_ALIKE, {**TERMS, "partner_terms": []}),
    (Topic.THEMES_SHARED, {"themes": ["export"]}),
    (Topic.THEMES_SHARED, {"themes": ["export", "énergie"]}),
    (Topic.SECTOR_BUYS_FROM, SECTORS),
    (Topic.SECTOR_SELLS_TO, SECTORS),
    (Topic.SECTOR_BUYS_FROM, {**SECTORS, "buyer": SELLER}),
    (Topic.SECTOR_SELLS_TO, {**SECTORS, "buyer": SELLER}),
    (Topic.TRADES_COMPLEMENT, {"code": "25.62B"}),
    (Topic.TRADES_COMPLEMENT, {"code": "25.6"}),
    (Topic.TRADES_COMPLEMENT, {"code": "C"}),
    (Topic.SHARED_ACQUAINTANCE, {"count": 1, "groups": []}),
    (Topic.SHARED_ACQUAINTANCE, {"count": 3, "groups": ["Plato Sénart", "Techinnov 2025"]}),
    (Topic.SHARED_GROUP, {"count": 1, "groups": ["Plato Sénart"]}),
    (Topic.SHARED_GROUP, {"count": 2, "groups": []}),
    (Topic.ALIKE_FIRM_KNOWS, {"count": 1, "lookalike": 3, "kinds": ["supply"]}),
    (Topic.ALIKE_FIRM_KNOWS, {"count": 4, "lookalike": 3, "kinds": ["supply"]}),
    (Topic.YOU_KNOW_ALIKE_FIRM, {"count": 2, "lookalike": 3, "kinds": ["event"]}),
    (Topic.CIRCLE_SPEAKS_OF, {"of_company": True, "count": 2, "acquaintance": 1, "terms": []}),
    (Topic.CIRCLE_SPEAKS_OF, {"of_company": False, "count": 2, "acquaintance": 1, "terms": []}),
    (Topic.CHAIN_OF_RELATIONS, {"count": 0}),
    (Topic.CHAIN_OF_RELATIONS, {"count": 3}),
    (Topic.LEARNED_COMPLEMENT, TERMS),
    (Topic.LEARNED_COMPLEMENT, {**TERMS, "partner_terms": []}),
    (Topic.WELL_CONNECTED, {"count": 1}),
    (Topic.WELL_CONNECTED, {"count": 12}),
    (Topic.NEAR, {"km": 0.4, "located": True}),
    (Topic.NEAR, {"km": 1.0, "located": True}),
    (Topic.NEAR, {"km": 23.4, "located": True}),
    (Topic.NEAR, {"km": 188.2, "located": False}),
    (Topic.SIZE_ALIKE, SIZES),
    (Topic.LARGER_FIRM, SIZES),
    (Topic.SMALLER_FIRM, SIZES),
]
"""Evidence as the channels give it, after its terms were spelled."""

every_shape = pytest.mark.parametrize(
    ("topic", "values"), SHAPES, ids=[f"{n}-{topic}" for n, (topic, _) in enumerate(SHAPES)]
)
every_language = pytest.mark.parametrize("language", LANGUAGES)
PLURALS = sorted({key.removesuffix(".one") for key in catalogue("fr") if key.endswith(".one")})

NO_BREAK = "\u00a0\u202f"
SPACES = f" {NO_BREAK}"


class TestSentences:
    @every_language
    @every_shape
    def test_every_fact_has_its_sentence(self, topic, values, language):
        """It begins with a capital or a number, ends with a full stop, and has no gap left."""
        text = sentence(Evidence(topic, values), language)
        assert text[0].isupper() or text[0].isdigit()
        assert text.endswith(".")
        assert not re.search(r"[{}]|None|\[|\]|  |\bnan\b", text)

    def test_every_topic_is_tried_here(self):
        assert {topic for topic, _ in SHAPES} == set(Topic)

    @every_language
    @every_shape
    def test_the_other_side_has_its_sentence_as_well(self, topic, values, language):
        """But that somebody is well connected is no reason for that somebody."""
        other = mirrored(Evidence(topic, values))
        assert (other is None) == (topic is Topic.WELL_CONNECTED)
        if other is not None:
            assert sentence(other, language).endswith(".")

    @every_shape
    def test_mirrored_twice_is_the_same_fact(self, topic, values):
        before = dict(values)
        once = mirrored(Evidence(topic, values))
        assert values == before, "the fact itself must not be changed"
        if once is not None:
            assert mirrored(once) == Evidence(topic, values)

    def test_the_other_side_is_told_the_same_fact_the_other_way_round(self):
        """Who offers, who needs, whose terms, whose circle, who is larger."""
        told = mirrored(Evidence(Topic.THEY_OFFER_WHAT_YOU_NEED, TERMS))
        assert told.topic is Topic.THEY_NEED_WHAT_YOU_OFFER
        assert told.values["company_terms"] == TERMS["partner_terms"]
        assert told.values["partner_trade"] == TERMS["company_trade"]
        circle = mirrored(Evidence(Topic.CIRCLE_SPEAKS_OF, {"of_company": True, "count": 2}))
        assert circle == Evidence(Topic.CIRCLE_SPEAKS_OF, {"of_company": False, "count": 2})
        larger = mirrored(Evidence(Topic.LARGER_FIRM, SIZES))
        assert larger.topic is Topic.SMALLER_FIRM
        assert larger.values["company_size"] == SIZES["partner_size"]
        sector = mirrored(Evidence(Topic.SECTOR_BUYS_FROM, SECTORS))
        assert sector == Evidence(Topic.SECTOR_SELLS_TO, SECTORS)

    @pytest.mark.parametrize(
        ("topic", "values", "french", "english"),
        [
            (
                Topic.THEY_OFFER_WHAT_YOU_NEED,
                {"shared": ["tôles", "inox"]},
                "Vous cherchez « tôles » et « inox », et c'est ce que propose cette entreprise.",
                "You look for “tôles” and “inox”, and that is what this company offers.",
            ),
            (
                Topic.THEY_NEED_WHAT_YOU_OFFER,
                {"company_terms": ["inox"], "partner_terms": ["tôles"]},
                "Cette entreprise cherche « tôles » ; vous proposez « inox ».",
                "This company looks for “tôles”; you offer “inox”.",
            ),
            (
                Topic.SHARED_ACQUAINTANCE,
                {"count": 2, "groups": ["Plato Sénart"]},
                "2 entreprises vous relient déjà. Rencontres communes : « Plato Sénart ».",
                "2 companies already link you. Shared meetings: “Plato Sénart”.",
            ),
            (
                Topic.NEAR,
                {"km": 12.6, "located": True},
                "Elle est à 13 km de chez vous.",
                "They are 13 km from you.",
            ),
            (
                Topic.NEAR,
                {"km": 0.94, "located": True},
                "Elle est à moins d'un kilomètre de chez vous.",
                "They are less than a kilometre from you.",
            ),
            (
                Topic.LARGER_FIRM,
                SIZES,
                "Plus grande que la vôtre (100 à 199 salariés), elle peut partager son expérience.",
                "Larger than yours (100 to 199 employees), they can share their experience.",
            ),
        ],
    )
    def test_word_by_word(self, topic, values, french, english):
        """What people read; the kind of space is another test's matter."""
        evidence = Evidence(topic, values)
        said = sentence(evidence, "fr")
        assert re.sub(f"[{NO_BREAK}]", " ", said) == french
        assert sentence(evidence, "en") == english

    def test_shares_have_the_decimal_mark_of_their_language(self):
        values = {**SECTORS, "share": 0.1234}
        assert re.search(
            rf"12,3[{SPACES}]%", sentence(Evidence(Topic.SECTOR_BUYS_FROM, values), "fr")
        )
        assert "12.3%" in sentence(Evidence(Topic.SECTOR_BUYS_FROM, values), "en")

    def test_a_need_that_no_text_answers_is_answered_by_the_trade(self):
        """The label of the trade stands in, of whoever offers."""
        values = {**TERMS, "partner_terms": []}
        offered = sentence(Evidence(Topic.THEY_OFFER_WHAT_YOU_NEED, values), "fr")
        assert "découpe laser" in offered
        assert trade_text("10.71C", "fr") in offered
        values = {**TERMS, "company_terms": []}
        needed = sentence(Evidence(Topic.THEY_NEED_WHAT_YOU_OFFER, values), "fr")
        assert "tôles" in needed
        assert trade_text("25.62B", "fr") in needed

    @given(st.text(min_size=1, max_size=20))
    def test_a_text_with_braces_is_shown_as_it_is(self, term):
        """What a company writes is never taken for a placeholder."""
        said = sentence(Evidence(Topic.THEMES_SHARED, {"themes": [term + "{themes}"]}), "fr")
        assert term + "{themes}" in said


def faulty(language: str, wrong: str) -> dict[str, str]:
    """Texts of a language in which a pattern is found, whatever their placeholders hold."""
    texts = {key: re.sub(r"\{[^}]*\}", "x", text) for key, text in catalogue(language).items()}
    return {key: text for key, text in texts.items() if re.search(wrong, text)}


class TestCatalogues:
    def test_both_languages_have_the_same_keys(self):
        assert list(catalogue("fr")) == list(catalogue("en"))

    def test_both_languages_have_the_same_placeholders(self):
        """The French singular may say "une" instead of the number; both languages do."""
        french, english = (
            {
                key: {name for _, name, _, _ in Formatter().parse(text) if name}
                for key, text in catalogue(language).items()
            }
            for language in LANGUAGES
        )
        assert french == english

    def test_french_marks_stand_apart_from_their_words(self):
        """A space before the high marks and inside the quotation marks, none before others."""
        wrong = rf"[^{SPACES}][;:?!»]|«[^{SPACES}]|[{SPACES}][,.)]|\([{SPACES}]|\"|“|”"
        assert faulty("fr", wrong) == {}

    def test_french_marks_never_begin_a_line(self):
        """The space before them, after a number and between thousands must not break."""
        said = [sentence(Evidence(topic, values), "fr") for topic, values in SHAPES]
        said += [size_text(band, "fr") for band in SIZE_BANDS]
        breakable = r" [;:?!»%]|« |\d \d{3}\b|\d km"
        assert [text for text in said if re.search(breakable, text)] == []

    def test_english_marks_touch_their_words(self):
        assert faulty("en", rf"[{SPACES}][;:?!,.)”]|[«»]") == {}

    @every_language
    def test_everything_that_is_named_has_its_words(self, language):
        texts = catalogue(language)
        named = [f"intent.{i}" for i in Intent] + [f"role.{r}" for r in Role]
        named += [f"band.{b}" for b in Band] + [f"size.{b}" for b in SIZE_BANDS]
        assert set(named) <= set(texts)
        assert {key.split(".")[1] for key in texts if key.startswith("reason.")} == set(Topic)

    @pytest.mark.parametrize("key", PLURALS)
    def test_a_singular_has_its_plural(self, key):
        for language in LANGUAGES:
            assert {f"{key}.one", f"{key}.other"} <= set(catalogue(language))

    @pytest.mark.parametrize(
        ("language", "count", "form"),
        [("fr", 0, "one"), ("fr", 1, "one"), ("fr", 2, "other")]
        + [("en", 0, "other"), ("en", 1, "one"), ("en", 2, "other")],
    )
    def test_which_numbers_are_plural(self, language, count, form):
        """Zero is singular in French, plural in English."""
        key = "reason.well_connected"
        assert say_number(language, key, count) == say(language, f"{key}.{form}", count=count)

    def test_there_are_two_languages(self):
        with pytest.raises(ValueError, match="'de'"):
            catalogue("de")
        with pytest.raises(KeyError):
            say("fr", "no.such.key")


class TestNames:
    def test_names_to_show(self):
        assert display_name(company(1), "fr") == "Firme 1"
        hidden = company(1, name=None)
        assert display_name(hidden, "fr") == "Entreprise sans nom publié"
        assert display_name(company(1, name=None, sole_trader=True), "en") == "Sole trader"

    def test_sizes_and_trades(self):
        assert size_text("03", "fr") == "6 à 9 salariés"
        assert size_text(None, "en") == "staff not known"
        assert trade_text(None, "fr") == "activité non codée"
        assert trade_text("10.71C", "fr") == "Boulangerie et boulangerie-pâtisserie"
