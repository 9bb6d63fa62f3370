"""Terms are cited where they carry the closeness of two texts, and not where they do not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.channels import text
from models.channels.text import leading_terms, terms_of_both
from models.inputs import entries
from models.text_space import TextSpace

TEXTS = (
    "Usinage de précision, découpe laser d'acier",
    "Découpe laser, pliage de tôles",
    "Traiteur, buffets et cocktails",
    "Cuisine de collectivité, plateaux repas",
    "Logiciels de comptabilité",
)


@pytest.fixture(scope="module")
def space():
    return TextSpace.fit(TEXTS, dimensions=4, seed=7)


def cited(space, one, other):
    words, vectors = space.words([one, other]), space.meaning([one, other])
    return terms_of_both(space, (entries(words, 0), entries(words, 1)), (vectors[0], vectors[1]))


def test_the_words_that_two_texts_share_are_cited_of_both(space):
    told = cited(space, TEXTS[0], TEXTS[1])
    for side in ("company_terms", "partner_terms"):
        assert any("decoupe" in term or "laser" in term for term in told[side])


def test_both_sides_are_mirrored(space):
    ours, theirs = cited(space, TEXTS[0], TEXTS[1]), cited(space, TEXTS[1], TEXTS[0])
    assert ours["company_terms"] == theirs["partner_terms"]
    assert ours["partner_terms"] == theirs["company_terms"]


@given(st.sampled_from(TEXTS), st.sampled_from(TEXTS), st.floats(0, 3))
@settings(deadline=None)
def test_terms_are_cited_exactly_where_one_side_carries_its_share(space, one, other, share):
    words, vectors = space.words([one, other]), space.meaning([one, other])
    carried = [leading_terms(space, entries(words, side), vectors[1 - side])[1] for side in (0, 1)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "_TELLING_SHARE", share)
        told = cited(space, one, other)
    enough = max(carried) >= share * float(vectors[0] @ vectors[1])
    assert any(told.values()) == (enough and max(carried) > 0)


def test_what_the_leading_terms_add_is_the_sum_of_their_shares(space):
    """By hand: weight times the other vector along the axes, for each term that is named."""
    words, other = space.words([TEXTS[0]]), space.meaning([TEXTS[1]])[0]
    terms, carried = leading_terms(space, entries(words, 0), other)
    row = words.toarray()[0]
    places = [space.word_terms.index(term) for term in terms]
    assert carried == pytest.approx(sum(row[k] * float(space.axes[k] @ other) for k in places))
    assert len(terms) <= 3
    assert np.all(np.diff([row[k] * float(space.axes[k] @ other) for k in places]) <= 1e-9)
