"""Why two companies of an event fit: the night's own bands and reasons, in the pair's best role."""

import numpy as np
import pytest
from builders import company, fitted, mixture, profile
from test_event_scores import NEEDS_OF_A, A, B, published, stored

from matchmaker.intents import INTENT_OF, OPPOSITE, Intent, Role
from matchmaker.suggestions import Band
from models.bands import BANDS
from models.event_reasons import fit_reasons
from models.event_scores import MEETINGS, event_fits, event_scores
from models.lists import ALL_ROLES, NO_ROLE
from models.ranking import Ranker


def test_each_side_is_told_of_its_own_role_and_reason():
    model = fitted([A, B], NEEDS_OF_A)
    with stored([A, B], NEEDS_OF_A) as unit:
        night = published(model)
        fits = event_fits(night, unit, [A.siret, B.siret], [Intent.SUPPLY])
        of_a = fit_reasons(night, unit, fits, A.siret, [B.siret], "fr")[B.siret]
        of_b = fit_reasons(night, unit, fits, B.siret, [A.siret], "fr")[A.siret]
    assert (of_a.company.siret, of_a.role) == (B.siret, Role.SUPPLIER)
    assert (of_b.company.siret, of_b.role) == (A.siret, Role.CLIENT)
    assert "viennoiseries" in of_a.text
    assert "viennoiseries" in of_b.text
    assert of_a.text != of_b.text


def test_words_that_are_no_longer_declared_are_not_told():
    model = fitted([A, B], NEEDS_OF_A)
    edited = (profile(A.siret, needs="des outils"), profile(B.siret, offers="du conseil"))
    with stored([A, B], edited) as unit:
        night = published(model)
        fits = event_fits(night, unit, [A.siret, B.siret])
        told = fit_reasons(night, unit, fits, A.siret, [B.siret], "fr")[B.siret]
    assert "viennoiseries" not in told.text


def test_who_does_not_fit_has_no_reason():
    rival = company(3, "91", naf="25.62B")
    model = fitted([A, rival])
    with stored([A, rival]) as unit:
        night = published(model)
        fits = event_fits(night, unit, [A.siret, rival.siret])
        assert (fits.scores.mutual == 0).all()
        assert (fits.roles == NO_ROLE).all()
        assert fit_reasons(night, unit, fits, A.siret, [rival.siret], "fr") == {}


@pytest.fixture(scope="module")
def event():
    """Hold a whole small territory as one event: night, store, fits."""
    world = mixture()
    model = fitted(world.companies, world.profiles, world.relations)
    with stored(world.companies, world.profiles) as unit:
        night = published(model)
        yield night, unit, event_fits(night, unit, model.sirets.tolist())


def test_scores_are_those_of_the_event(event):
    night, unit, fits = event
    plain = event_scores(night, unit, night.model.sirets.tolist())
    assert np.array_equal(plain.mutual, fits.scores.mutual)
    assert np.array_equal(fits.roles != NO_ROLE, fits.scores.mutual > 0)
    # What one is to the other, the other is not to the one, unless both are the same.
    for i, j in np.argwhere(np.triu(fits.roles != NO_ROLE)):
        assert ALL_ROLES[fits.roles[j, i]] is OPPOSITE[ALL_ROLES[fits.roles[i, j]]]


def test_bands_are_those_of_a_night_among_the_same_companies(event):
    """The night's ranking, with everybody whom no rule keeps apart as a candidate."""
    night, unit, fits = event
    model, n, checked = night.model, len(fits.rows), 0
    ranker: Ranker = model.ranker
    for role in (Role.SUPPLIER, Role.CLIENT, Role.CO_BIDDER):
        allowed = fits.allowed[INTENT_OF[role]]
        others = np.where(allowed, fits.rows[None, :], -1)
        pool, _ = ranker.pools(
            model.territory.view, fits.rows, dict.fromkeys(ALL_ROLES, others), INTENT_OF[role], n
        )
        for i, j in np.argwhere(fits.roles == ALL_ROLES.index(role))[:40]:
            where = np.flatnonzero(pool[role].partners[i] == fits.rows[j])
            if len(where):
                names = fits.scores.sirets
                told = fit_reasons(night, unit, fits, names[i], [names[j]], "fr")[names[j]]
                assert told.role is role
                assert told.band is BANDS[pool[role].bands[i, where[0]]]
                checked += told.band is not Band.POSSIBLE
    assert checked > 5
    assert Intent.PEER not in MEETINGS
