"""One thing changes between two nights, and the newcomers in the lists are told by that cause."""

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from builders import TRADES, company, mixture, profile, relation, said, siret_of

from matchmaker.feedback import FeedbackKind, Override
from matchmaker.intents import Intent
from matchmaker.relations import RelationKind
from matchmaker.settings import ModelSettings, QualitySettings, Settings
from matchmaker.store import open_store
from matchmaker.suggestions import Band
from models.change_list import newcomers, told
from models.changes import Cause, compare, open_snapshot
from pipelines.nightly import run_nightly

AT = datetime(2026, 11, 25, tzinfo=UTC)
SHOWN = 3


def changed(settings, work):
    store = open_store(settings.store_url)
    with store.unit() as unit:
        found = work(unit)
    store.close()
    return found


def night(settings, day):
    store = open_store(settings.store_url)
    try:
        at = AT + timedelta(days=day)
        return run_nightly(store, settings, at=at, announce=lambda _: None).snapshot.folder
    finally:
        store.close()


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """Make a home with 48 firms of every kind, and the night before."""
    settings = Settings(
        home=tmp_path_factory.mktemp("causes") / "home",
        quality=QualitySettings(deletion_sample=5),
        model=ModelSettings(dimensions=16, list_length=SHOWN, reserve=4, learn_fusion=False),
    )
    world = mixture(48)

    def fill(unit):
        unit.companies.upsert(world.companies)
        unit.profiles.upsert(world.profiles)
        unit.relations.replace("test", world.relations)

    changed(settings, fill)
    return settings, night(settings, 0), world


@pytest.fixture
def another_night(first, tmp_path):
    """Change something in a copy of the home, run a night, and compare the two."""
    settings, before, _ = first

    def run(work=lambda _unit: None, **model):
        shutil.copytree(settings.home, tmp_path / "home")
        after = settings.model_copy(
            update={
                "home": tmp_path / "home",
                "model": settings.model.model_copy(update=model),
            }
        )
        changed(after, work)
        return compare(open_snapshot(before), open_snapshot(night(after, 1)))

    return run


def everyone(changes):
    return np.ones(len(changes.after), dtype=bool)


def shown(snapshot, intent):
    """Shown partners of each firm, as sets of SIRETs."""
    sirets, lists = snapshot.published.model.sirets, snapshot.lists(intent)
    return {
        str(sirets[row]): {str(sirets[p]) for p in listed if p >= 0}
        for row, listed in enumerate(lists.partners[:, :SHOWN])
    }


def all_told(changes):
    """Every newcomer with its details, of every intent, firms that are new themselves left out."""
    return [
        each
        for intent in Intent
        for each in told(changes, newcomers(changes).chosen(everyone(changes), [intent]))
    ]


def test_the_same_night_again_brings_nobody(another_night):
    changes = another_night()
    assert len(newcomers(changes).chosen(everyone(changes))) == 0
    assert all((codes == -1).all() for codes in changes.causes.values())


def test_newcomers_are_exactly_who_was_not_there(another_night, first):
    """Against sets of SIRETs, counted apart; several things change at once."""
    closing = first[2].companies[1]

    def work(unit):
        unit.companies.upsert([company(900, "91", naf=TRADES[0])])
        unit.companies.close([closing.siret], None)

    changes = another_night(work)
    new = siret_of(900)
    found = {(each.intent, each.siret, each.partner) for each in all_told(changes)}
    expected = {
        (intent, siret, partner)
        for intent in Intent
        for siret, partners in shown(changes.after, intent).items()
        for partner in partners - shown(changes.before, intent).get(siret, set())
        if siret != new
    }
    assert expected
    assert found == expected
    firm_new = {
        str(changes.after.published.model.sirets[row])
        for codes in changes.causes.values()
        for row in np.argwhere(codes == 0)[:, 0]
    }
    assert firm_new == {new}


def test_a_firm_that_is_new_in_the_service(another_night):
    def work(unit):
        unit.companies.upsert([company(901, "91", naf=TRADES[3], size_band="12")])
        unit.profiles.upsert(
            [
                profile(
                    siret_of(901),
                    offers="Prestations de charpente bois, logiciel comptable, usinage inox",
                    needs="Un fournisseur de traiteur banquets",
                )
            ]
        )

    changes = another_night(work)
    arrived = [each for each in all_told(changes) if each.partner == siret_of(901)]
    assert arrived
    assert {each.cause for each in arrived} == {Cause.PARTNER_NEW}
    assert all(each.siret != siret_of(901) for each in all_told(changes))


def test_a_rule_that_an_adviser_lifts(another_night, first):
    """The two stand in each other's lists only because the rule of competitors was lifted."""
    before = open_snapshot(first[1])
    model, log = before.published.model, before.vetoes[Intent.PEER]
    rival = 3  # the place of `competitor` among the rules about pairs
    pairs = [
        (str(model.sirets[a]), str(model.sirets[b]))
        for a, b in zip(
            log.seekers[log.rules == rival], log.partners[log.rules == rival], strict=True
        )
    ]

    def work(unit):
        for a, b in pairs:
            unit.feedback.override(Override(min(a, b), max(a, b), "autre clientèle", AT, "tests"))

    changes = another_night(work)
    of_pairs = [
        each for each in all_told(changes) if (each.siret, each.partner) in set(pairs)
        and each.intent is Intent.PEER
    ]  # fmt: skip
    assert of_pairs
    assert {(each.cause, each.rule) for each in of_pairs} == {(Cause.RULE_LIFTED, "competitor")}


def test_a_profile_that_is_declared_anew(another_night, first):
    firm = next(each for each in first[2].profiles if each.siret[:2])
    new_words = replace(
        firm,
        offers="Prestations de transport frigorifique et imprimerie offset",
        needs="Un fournisseur de maraîchage biologique, de câblage électrique",
        themes=("export", "numérique", "énergie"),
    )
    changes = another_night(lambda unit: unit.profiles.upsert([new_words]))
    assert [str(s) for s in changes.after.published.model.sirets[changes.redeclared]] == [
        firm.siret
    ]
    declared = [each for each in all_told(changes) if each.cause is Cause.DECLARED]
    assert declared
    for each in declared:
        whose = "firm" if each.siret == firm.siret else "partner"
        assert (each.whose, firm.siret in (each.siret, each.partner)) == (whose, True)
    others = [each for each in all_told(changes) if firm.siret not in (each.siret, each.partner)]
    assert {each.cause for each in others} <= {Cause.SHARING, Cause.PLACE_FREE}


def test_a_new_relation(another_night, first):
    members = [first[2].companies[k].siret for k in (0, 1, 4, 40)]
    fair = replace(
        relation("fair", members, RelationKind.EVENT, "Salon de Sénart"), date=date(2026, 11, 24)
    )

    def work(unit):
        unit.relations.replace("test", [*first[2].relations, fair])

    changes = another_night(work)
    related = [each for each in all_told(changes) if each.cause is Cause.RELATION]
    assert related
    for each in related:
        sides = {"firm": [each.siret], "partner": [each.partner]}
        mine = sides.get(each.whose, [each.siret, each.partner])
        assert set(mine) <= set(members)
        assert (each.kind, each.label) == (RelationKind.EVENT, "Salon de Sénart")
        assert each.members == {
            siret: first[2].companies[k].department
            for siret, k in zip(members, (0, 1, 4, 40), strict=True)
        }
    membership = changes.after.published.model.territory.links.membership
    rows = np.repeat(np.arange(membership.shape[0]), np.diff(membership.indptr))
    joined = {str(changes.after.published.model.sirets[row]) for row in rows[changes.joined]}
    assert joined == set(members)


def test_a_place_that_a_closed_firm_leaves(another_night, first):
    before = open_snapshot(first[1])
    listed = [p for partners in shown(before, Intent.SUPPLY).values() for p in partners]
    closing = max(set(listed), key=lambda siret: (listed.count(siret), siret))
    changes = another_night(lambda unit: unit.companies.close([closing], None))
    freed = [each for each in all_told(changes) if each.cause is Cause.PLACE_FREE]
    assert freed
    assert {(each.left, each.rule) for each in freed} == {(closing, None)}
    for each in freed:
        assert closing in shown(before, each.intent)[each.siret]
    # One place each: nobody else may claim it.
    assert len({(each.intent, each.siret) for each in freed}) == len(freed)


def test_a_place_that_somebody_set_aside_leaves(another_night, first):
    before = open_snapshot(first[1])
    reader, partner = next(
        (siret, min(partners))
        for siret, partners in shown(before, Intent.PEER).items()
        if len(partners) == SHOWN
    )
    work = lambda unit: unit.feedback.note(said(reader, partner, FeedbackKind.SET_ASIDE))  # noqa: E731
    changes = another_night(work)
    freed = [each for each in all_told(changes) if each.cause is Cause.PLACE_FREE]
    assert (reader, partner, "set_aside") in {(each.siret, each.left, each.rule) for each in freed}
    assert {each.siret for each in freed} == {reader}


def test_everything_else_is_the_sharing_out(another_night):
    """Nothing but the settings of the night changes; the channel is the one that grew most."""
    changes = another_night(exposure=1.0, capacity=1, temperature=0.5)
    found = all_told(changes)
    assert found
    assert {each.cause for each in found} == {Cause.SHARING}
    model = changes.after.published.model
    for each in found:
        lists, was = changes.after.lists(each.intent), changes.before.lists(each.intent)
        row, partner = model.row_of(each.siret), model.row_of(each.partner)
        place = [k for k, p in enumerate(was.partners[row]) if p == partner]
        if not place:
            assert each.channel is None
            continue
        growth = lists.parts[row, each.rank - 1].astype(float) - was.parts[row, place[0]]
        best = model.channel_names[int(growth.argmax())]
        assert each.channel == (best if growth.max() > 1e-3 else None)


def test_the_most_useful_come_first(another_night):
    changes = another_night(exposure=1.0, capacity=1, temperature=0.5)
    chosen = told(changes, newcomers(changes).chosen(everyone(changes)))
    strength = [(Band.STRONG, Band.GOOD, Band.POSSIBLE).index(each.band) for each in chosen]
    assert strength == sorted(strength)
    pairs = [(each.siret, each.partner) for each in chosen]
    assert len(set(pairs)) == len(pairs)
    assert set(pairs) == {(each.siret, each.partner) for each in all_told(changes)}
    declares = {
        str(siret): bool(digest)
        for siret, digest in zip(
            changes.after.published.model.sirets, changes.after.declared, strict=True
        )
    }
    order = [(strong, not declares[e.siret]) for strong, e in zip(strength, chosen, strict=True)]
    assert order == sorted(order)
    whole = newcomers(changes).chosen(everyone(changes))
    assert len(whole.of_cause(Cause.RELATION)) == 0
    assert len(whole.of_cause(Cause.SHARING)) == len(whole)
    one = [each for each in chosen if each.band is Band.GOOD]
    only = newcomers(changes).chosen(everyone(changes), bands=[Band.GOOD])
    assert {(e.siret, e.partner) for e in told(changes, only)} >= {
        (e.siret, e.partner) for e in one
    }


def test_only_the_firms_that_were_asked_for(another_night):
    changes = another_night(exposure=1.0, capacity=1, temperature=0.5)
    rows = np.zeros(len(changes.after), dtype=bool)
    rows[:10] = True
    chosen = newcomers(changes).chosen(rows)
    assert len(chosen) > 0
    assert chosen.rows.max() < 10
