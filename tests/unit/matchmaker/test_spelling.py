"""Folding makes the spellings of one name equal and is stable."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.spelling import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Évry-Courcouronnes", "evry courcouronnes"),
        ("L’Haÿ-les-Roses", "l hay les roses"),
        ("L'HAŸ  LES\tROSES ", "l hay les roses"),
        ("Cœur d'Essonne", "coeur d essonne"),
        ("ŒUVRE, Æther", "oeuvre, aether"),
        ("Corbeil\u2013Essonnes", "corbeil essonnes"),  # an en dash, as word processors write it
        ("ﬁnance", "finance"),
        ("infor\u00admatique", "informatique"),  # a soft hyphen is no separator
        ("Straße", "strasse"),
        ("", ""),
        (" - ", ""),
    ],
)
def test_known_spellings(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="abcéèàçùïôœÉÀŒ '-’"))
def test_unicode_normal_form_and_case_do_not_matter(text):
    decomposed = unicodedata.normalize("NFD", text)
    assert fold(decomposed) == fold(text) == fold(text.upper())


@given(st.text())
def test_no_spaces_are_left_over(text):
    assert fold(text) == " ".join(fold(text).split())
