"""Texts become words and vectors, and back: what is shown is what the text says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import text_space
from models.arrays import load_array, load_strings, save_arrays, save_strings
from models.inputs import entries
from models.text_space import STOP_WORDS, TextSpace, surface_of, terms_of, word_axes, words_of

TEXTS = [
    "Usinage de pièces en inox pour l'aéronautique",
    "Découpe laser et pliage de tôles d'acier",
    "Nous cherchons un traiteur pour des banquets",
    "Traiteur, banquets et réceptions d'entreprise",
    "Logiciel comptable et paie pour artisans",
    "Maintenance de machines d'usinage",
]

PIECES = [
    *("l'usinage", "d’acier", "tôles", "de", "la", "des", "et", "Évry-Courcouronnes", "ISO"),
    *("9001", "aujourd'hui,", "proposons", "soudons", "ne", "m²", "pièces.", "(laser)", "œuvre"),
    *("R&D", "2019", "12", "n°4", "e-commerce"),
]


@pytest.fixture(scope="module")
def space():
    return TextSpace.fit(TEXTS, dimensions=4, seed=7)


class TestWords:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("L'usinage de pièces d'aéronautique", ["usinage", "piece", "aeronautique"]),
            ("l’énergie", ["energie"]),  # typographic apostrophe
            ("DÉCOUPE-LASER", ["decoupe", "laser"]),
            ("qu'il soude", ["soude"]),
            ("bâtiments, machines", ["batiment", "machine"]),
            ("œuvre", ["oeuvre"]),
            ("bus", ["bus"]),  # too short to have lost an ending
            ("process", ["process"]),  # a double s is no plural
            ("BTP/CVC", ["btp", "cvc"]),
            ("ISO 9001", ["iso", "9001"]),
            ("a b c", []),
            ("", []),
            ("...", []),
        ],
    )
    def test_words(self, text, words):
        assert words_of(text) == words

    @pytest.mark.parametrize(
        ("one", "many"), [("tôle", "tôles"), ("métal inox", "métaux inox"), ("réseau", "réseaux")]
    )
    def test_a_singular_meets_its_plural(self, one, many):
        """At least one word of the two spellings is the same."""
        assert set(words_of(one)) & set(words_of(many))

    def test_stop_words_are_folded_and_take_no_part(self):
        """The list is written as words are compared, else a stop word would never be met."""
        assert {"le", "de", "nous"} <= STOP_WORDS
        for word in STOP_WORDS:
            assert words_of(word) == []
            assert word == word.lower()
            assert word.isascii()

    def test_terms_are_words_and_neighbours(self):
        assert terms_of("Découpe au laser de tôles") == [
            "decoupe", "laser", "tole", "decoupe laser", "laser tole",
        ]  # fmt: skip

    @given(st.text(max_size=80))
    @settings(max_examples=200, deadline=None)
    def test_any_text_gives_plain_words(self, text):
        for word in words_of(text):
            assert word.isascii()
            assert word.isalnum()
            assert word == word.lower()
            assert word not in ("", *"abcdefghijklmnopqrstuvwxyz")


class TestSurface:
    @pytest.mark.parametrize(
        ("term", "text", "surface"),
        [
            ("tole", "Nous plions des TÔLES d'acier", "TÔLES"),
            ("usinage piece", "l'usinage de pièces", "usinage de pièces"),
            ("decoupe laser", "La découpe au laser, la découpe laser.", "découpe au laser"),
            ("acier", "d’acier", "acier"),
            ("tole", "du bois", None),
            ("usinage piece", "pièces, usinage", None),
            ("tole", "", None),
        ],
    )
    def test_hand_examples(self, term, text, surface):
        assert surface_of(term, text) == surface

    @given(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))
    @settings(max_examples=300, deadline=None)
    def test_every_term_of_a_text_is_found_in_it(self, text):
        """A reason quotes the text itself, so each term must have its place there."""
        for term in terms_of(text):
            surface = surface_of(term, text)
            assert surface is not None, term
            assert surface in text
            assert set(term.split(" ")) <= set(words_of(surface))

    def test_a_term_that_spans_what_we_do_is_found_as_well(self):
        """Words on both sides of "nous ...ons" are neighbours, so the text must be quoted there."""
        text = "Découpe laser : nous soudons l'acier"
        assert "laser acier" in terms_of(text)
        assert surface_of("laser acier", text) is not None


class TestSpace:
    def test_rows_have_length_one_or_zero(self, space):
        texts = [*TEXTS, "", "zzz qqq", "de la"]
        lengths = np.sqrt(space.words(texts).power(2).sum(axis=1))
        assert lengths == pytest.approx([1.0] * len(TEXTS) + [0.0] * 3, abs=1e-6)
        dense = np.linalg.norm(space.meaning(texts), axis=1)
        assert dense == pytest.approx([1.0] * len(TEXTS) + [0.0] * 3, abs=1e-6)

    def test_weights_are_those_of_the_textbook(self, space):
        """Inverse document frequency, smoothed: ln((1 + n) / (1 + df)) + 1."""
        for term, weight in zip(space.word_terms, space.word_weights, strict=True):
            count = sum(term in terms_of(text) for text in TEXTS)
            assert weight == pytest.approx(np.log((1 + len(TEXTS)) / (1 + count)) + 1, rel=1e-6)

    def test_word_rows_by_hand(self, space):
        """(1 + ln tf) idf, divided by the length of the row."""
        text = "usinage usinage laser"
        weight = dict(zip(space.word_terms, space.word_weights, strict=True))
        raw = {"usinage": (1 + np.log(2)) * weight["usinage"], "laser": weight["laser"]}
        length = np.sqrt(sum(value**2 for value in raw.values()))
        row = space.words([text])
        found = {space.word_terms[c]: v for c, v in zip(row.indices, row.data, strict=True)}
        assert found == pytest.approx({term: value / length for term, value in raw.items()})

    def test_alike_texts_are_closer_than_others(self, space):
        """The two caterers, and the two machine shops."""
        vectors = space.meaning(TEXTS)
        cosines = vectors @ vectors.T
        np.fill_diagonal(cosines, -1)
        assert cosines[2].argmax() == 3
        assert cosines[5].argmax() == 0

    def test_equal_texts_and_their_order_do_not_matter(self, space):
        again = TextSpace.fit([*reversed(TEXTS), *TEXTS, ""], dimensions=4, seed=7)
        assert again.word_terms == space.word_terms
        assert np.array_equal(again.axes, space.axes)

    def test_axes_are_the_best_ones(self, space):
        """The space keeps as much of the joined matrix as the exact decomposition does."""
        joined = space._joined(sorted(TEXTS)).toarray()
        exact = np.linalg.svd(joined, compute_uv=False)[:4]
        kept = np.linalg.norm(joined @ space.axes, axis=0)
        assert kept == pytest.approx(exact, rel=1e-3)
        assert space.axes.T @ space.axes == pytest.approx(np.eye(4), abs=1e-4)

    def test_shares_of_words_and_pieces_sum_to_the_cosine(self, space):
        """Shares of words, plus those of the character pieces, are norm times cosine, exactly."""
        text, other = "Usinage et découpe laser d'acier", space.meaning(["tôles pliées"])[0]
        joined = space._joined([text]).toarray()[0].astype(float)
        raw = joined @ space.axes
        n_words = len(space.word_terms)
        per_term = joined * (space.axes @ other)
        shares = space.word_shares(entries(space.words([text]), 0), other)
        positive = {k: v for k, v in enumerate(per_term[:n_words]) if v > 0}
        assert dict(shares) == pytest.approx(positive, rel=1e-4, abs=1e-7)
        assert [share for _, share in shares] == sorted((s for _, s in shares), reverse=True)
        cosine = float(space.meaning([text])[0] @ other)
        whole = per_term[:n_words].sum() + per_term[n_words:].sum()
        assert whole == pytest.approx(np.linalg.norm(raw) * cosine, rel=1e-4)

    def test_save_and_restore(self, space, tmp_path):
        """A space that was written and opened again gives equal vectors, bit for bit."""
        save_strings(tmp_path, "words", space.word_terms)
        save_strings(tmp_path, "pieces", space.character_terms)
        arrays = ("word_weights", "character_weights", "axes")
        save_arrays(tmp_path, {name: getattr(space, name) for name in arrays})
        words, characters, axes = (load_array(tmp_path, name) for name in arrays)
        opened = TextSpace(
            load_strings(tmp_path, "words"),
            words,
            load_strings(tmp_path, "pieces"),
            characters,
            axes,
        )
        texts = [*TEXTS, "tôles pliées", ""]
        assert (opened.words(texts) != space.words(texts)).nnz == 0
        assert np.array_equal(opened.meaning(texts), space.meaning(texts))

    @pytest.mark.parametrize("texts", [[], [""], ["", "de la", "a"]])
    def test_a_territory_without_any_text(self, texts):
        space = TextSpace.fit(texts, dimensions=5, seed=1)
        assert space.dimensions == 5
        assert space.words(["usinage", ""]).shape == (2, 0)
        assert not space.meaning(["usinage", ""]).any()
        assert space.meaning([]).shape == (0, 5)
        assert (
            space.word_shares(entries(space.words(["usinage"]), 0), np.zeros(5, np.float32)) == []
        )

    def test_one_text(self):
        """The axes beyond the first stay zero; the text is its own direction."""
        space = TextSpace.fit(["Usinage inox"], dimensions=3, seed=1)
        assert np.abs(space.meaning(["Usinage inox"])[0]) == pytest.approx([1, 0, 0], abs=1e-6)
        assert not space.axes[:, 1:].any()
        assert not space.meaning(["charpente"]).any() or space.words(["charpente"]).nnz == 0

    def test_another_seed_gives_the_same_closeness(self, space):
        """The seed decides how the axes are found, not what they say."""
        other = TextSpace.fit(TEXTS, dimensions=4, seed=99)
        one, two = space.meaning(TEXTS), other.meaning(TEXTS)
        assert one @ one.T == pytest.approx(two @ two.T, abs=1e-2)


class TestWordAxes:
    def test_they_are_the_best_ones(self, space):
        words = space.words(TEXTS)
        axes = word_axes(words, seed=1)
        assert axes.shape == (len(space.word_terms), len(TEXTS))
        assert axes.T @ axes == pytest.approx(np.eye(len(TEXTS)), abs=1e-4)
        exact = np.linalg.svd(words.toarray(), compute_uv=False)
        assert np.linalg.norm(words @ axes, axis=0) == pytest.approx(exact, rel=1e-3)

    def test_a_large_territory_has_fewer(self, space, monkeypatch):
        """What all companies hold together stays within its bound."""
        monkeypatch.setattr(text_space, "MOST_NUMBERS", 3 * len(TEXTS) + 1)
        assert word_axes(space.words(TEXTS), seed=1).shape[1] == 3

    def test_without_words_there_is_one_that_is_zero(self):
        space = TextSpace.fit([], dimensions=2, seed=1)
        assert word_axes(space.words(["", ""]), seed=1).shape == (0, 1)


def test_a_stop_word_in_the_plural_is_one_too():
    """It tells nothing, in whatever number it is written."""
    assert words_of("Installées, nous sommes de grands spécialistes") == ["specialiste"]
