"""What a night makes of the answers to its suggestions, and of an adviser's word."""

import shutil
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from builders import mixture, said

from matchmaker.eligibility import PAIR_RULES
from matchmaker.errors import SnapshotError
from matchmaker.feedback import SEPARATING, FeedbackKind, Override
from matchmaker.intents import Intent
from matchmaker.settings import ParallelSettings, QualitySettings, Settings
from matchmaker.store import open_store
from models.places import place_in_lists
from models.published import open_published
from models.serving import suggestions_for
from pipelines.features import read_features
from pipelines.nightly import run_nightly, shares_of
from pipelines.publish import check_lists

AT = datetime(2026, 11, 25, tzinfo=UTC)


def night(settings, day=0):
    """Run a night, and open what it published."""
    store = open_store(settings.store_url)
    try:
        at = AT + timedelta(days=day)
        return open_published(
            run_nightly(store, settings, at=at, announce=lambda _: None).snapshot.folder
        )
    finally:
        store.close()


def change(settings, work):
    store = open_store(settings.store_url)
    with store.unit() as unit:
        found = work(unit)
    store.close()
    return found


def listed(published, reader, partner, *, in_reserve=True):
    """Intents in whose list a partner stands."""
    row, sought = published.model.row_of(reader), published.model.row_of(partner)
    width = None if in_reserve else published.model.settings.list_length
    return {
        intent
        for intent, lists in published.lists.items()
        if (lists.partners[row, :width] == sought).any()
    }


def ruled(published, a, b):
    """Rule about two peers as the first of them seeks, -1 where none applies."""
    model, view = published.model, published.model.territory.view
    rows = np.array([model.row_of(a)])
    found = model.ranker.vetoes(view, rows, np.array([[model.row_of(b)]]), Intent.PEER)
    return found[0, 0]


def digests(published):
    return {name: file["sha256"] for name, file in published.manifest["files"].items()}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Make a home with 48 firms of every kind, and one night."""
    root = tmp_path_factory.mktemp("answers") / "home"
    settings = Settings(home=root, quality=QualitySettings(deletion_sample=5))
    world = mixture(48)

    def fill(unit):
        unit.companies.upsert(world.companies)
        unit.profiles.upsert(world.profiles)
        unit.relations.replace("test", world.relations)

    change(settings, fill)
    night(settings)
    return settings


@pytest.fixture
def copy(home, tmp_path):
    shutil.copytree(home.home, tmp_path / "home")
    return home.model_copy(update={"home": tmp_path / "home"})


@pytest.fixture(scope="module")
def first(home):
    return open_published(next((home.home / "snapshots").glob("2*")))


@pytest.fixture(scope="module")
def pairs(first):
    """Four pairs of firms each of which stands in the other's list, no firm in two of them."""
    sirets, found, used = first.model.sirets, [], set()
    partners = first.lists[Intent.PEER].partners
    for row, own in enumerate(partners):
        for other in own[own >= 0]:
            if row in partners[other] and not {row, int(other)} & used:
                used |= {row, int(other)}
                found.append((str(sirets[row]), str(sirets[other])))
                break
    assert len(found) >= 4
    return found[:4]


@pytest.fixture(scope="module")
def spoken(home, pairs, tmp_path_factory):
    """Let the first firm of each pair say something else, and run the next night."""
    folder = tmp_path_factory.mktemp("spoken") / "home"
    shutil.copytree(home.home, folder)
    settings = home.model_copy(update={"home": folder})
    kinds = [*sorted(SEPARATING), FeedbackKind.SET_ASIDE]

    def speak(unit):
        for pair, kind in zip(pairs, kinds, strict=True):
            unit.feedback.note(said(*pair, kind))

    change(settings, speak)
    return settings, night(settings, 1), dict(zip(kinds, pairs, strict=True))


class TestWordsOfFirms:
    def test_who_is_known_met_or_competing_is_in_no_list_of_the_other(self, spoken, first):
        _, second, said_of = spoken
        for kind in SEPARATING:
            one, other = said_of[kind]
            assert listed(first, one, other), "they were listed before"
            assert listed(first, other, one)
            assert not listed(second, one, other)
            assert not listed(second, other, one)

    def test_who_was_set_aside_leaves_the_lists_of_that_reader_only(self, spoken):
        _, second, said_of = spoken
        reader, partner = said_of[FeedbackKind.SET_ASIDE]
        assert not listed(second, reader, partner)
        assert PAIR_RULES[ruled(second, reader, partner)] == "set_aside"
        assert ruled(second, partner, reader) == -1

    def test_each_rule_is_logged_by_name(self, spoken):
        _, second, said_of = spoken
        counted = second.manifest["counts"]["vetoes"]
        assert list(counted) == list(PAIR_RULES)
        for rule in ("said_competitor", "already_known", "set_aside"):
            assert counted[rule] > 0

    def test_lists_of_before_are_not_published_any_more(self, spoken, first):
        """The check of the result knows the answers, however the lists were made."""
        _, second, _ = spoken
        check_lists(second.model, second.lists)
        with pytest.raises(SnapshotError, match=r"rule (said_competitor|already_known|set_aside)"):
            check_lists(second.model, first.lists)

    def test_several_processes_agree_with_one(self, spoken):
        settings, second, _ = spoken
        several = settings.model_copy(update={"parallel": ParallelSettings(jobs=2)})
        assert digests(night(several, 2)) == digests(second)

    def test_the_answers_count_as_input(self, spoken, first):
        _, second, _ = spoken
        assert second.manifest["input_digest"] != first.manifest["input_digest"]

    def test_what_is_taken_back_leaves_no_trace(self, spoken, first, tmp_path):
        settings, _, _ = spoken
        shutil.copytree(settings.home, tmp_path / "home")
        copy = settings.model_copy(update={"home": tmp_path / "home"})

        def take_all_back(unit):
            for each in unit.feedback.all_standing():
                unit.feedback.undo(each.id, at=AT, by="tests")

        change(copy, take_all_back)
        again = night(copy, 3)
        # What was published the night before is no input of the lists.
        for name in ("partners", "scores", "parts"):
            for intent in Intent:
                before = getattr(first.lists[intent], name)
                assert np.array_equal(getattr(again.lists[intent], name), before)
        assert again.manifest["input_digest"] == first.manifest["input_digest"]


def test_the_order_of_the_answers_changes_no_byte(copy, pairs, tmp_path):
    shutil.copytree(copy.home, tmp_path / "other")
    other = copy.model_copy(update={"home": tmp_path / "other"})
    answers = [said(*pair, kind) for pair in pairs for kind in FeedbackKind]

    def in_order(unit):
        for each in answers:
            unit.feedback.note(each)

    def backwards_and_twice(unit):
        for each in [*answers, *answers][::-1]:
            unit.feedback.note(each)

    change(copy, in_order)
    change(other, backwards_and_twice)
    assert digests(night(copy, 1)) == digests(night(other, 1))


@pytest.fixture(scope="module")
def rivals(first):
    """Find a pair of two departments that only the rule of competitors kept apart."""
    model, view = first.model, first.model.territory.view
    everyone = np.arange(len(view))
    rules = model.ranker.vetoes(view, everyone, np.tile(everyone, (len(view), 1)), Intent.PEER)
    for a, b in np.argwhere(rules == PAIR_RULES.index("competitor")):
        if view.siren[a] != view.siren[b]:
            return tuple(sorted((str(model.sirets[a]), str(model.sirets[b]))))
    raise AssertionError("no competitors in the territory")


@pytest.fixture(scope="module")
def lifted(home, rivals, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lifted") / "home"
    shutil.copytree(home.home, folder)
    settings = home.model_copy(update={"home": folder})
    given = Override(*rivals, "l'une sous-traite à l'autre", AT, "Zoé")
    change(settings, lambda unit: unit.feedback.override(given))
    return settings, night(settings, 1)


class TestOverrides:
    def test_the_rule_is_lifted_for_the_pair_both_ways(self, first, lifted, rivals):
        _, second = lifted
        for a, b in (rivals, rivals[::-1]):
            assert PAIR_RULES[ruled(first, a, b)] == "competitor"
            assert ruled(second, a, b) == -1

    def test_no_other_pair_is_touched(self, first, lifted, rivals):
        _, second = lifted
        view = first.model.territory.view
        everyone = np.arange(len(view))
        square = np.tile(everyone, (len(view), 1))
        rows = [first.model.row_of(siret) for siret in rivals]
        for intent in Intent:
            before = first.model.ranker.vetoes(view, everyone, square, intent)
            after = second.model.ranker.vetoes(
                second.model.territory.view, everyone, square, intent
            )
            changed = {tuple(sorted(map(int, pair))) for pair in np.argwhere(before != after)}
            assert changed <= {tuple(sorted(rows))}

    def test_what_the_firm_says_still_counts(self, lifted, rivals, tmp_path):
        settings, _ = lifted
        shutil.copytree(settings.home, tmp_path / "home")
        copy = settings.model_copy(update={"home": tmp_path / "home"})
        word = said(*rivals, FeedbackKind.COMPETITOR)
        change(copy, lambda unit: unit.feedback.note(word))
        assert PAIR_RULES[ruled(night(copy, 2), *rivals)] == "said_competitor"

    def test_the_pair_enters_lists_and_leaves_them_at_once_when_the_rule_holds_again(
        self, lifted, rivals, tmp_path
    ):
        settings, second = lifted
        shutil.copytree(settings.home, tmp_path / "home")
        copy = settings.model_copy(update={"home": tmp_path / "home"})
        check_lists(second.model, second.lists)
        readers = [
            (a, b) for a, b in (rivals, rivals[::-1]) if listed(second, a, b, in_reserve=False)
        ]
        assert readers, "firms of one trade and one size are peers"

        def served(reader, partner):
            def read(unit):
                found = suggestions_for(
                    second, unit, reader, intents=tuple(Intent), limit=200, language="fr",
                    rules=copy.eligibility,
                )  # fmt: skip
                return partner in {each.partner.siret for each in found}

            return change(copy, read)

        assert all(served(*pair) for pair in readers)
        assert change(copy, lambda unit: unit.feedback.withdraw_override(*rivals))
        assert not any(served(*pair) for pair in readers)
        with pytest.raises(SnapshotError, match="rule competitor"):
            check_lists(night(copy, 2).model, second.lists)


class TestPlaces:
    def test_every_place_of_a_list_is_found(self, first):
        sirets = first.model.sirets
        for intent, lists in first.lists.items():
            row = int(np.argmax((lists.partners >= 0).sum(axis=1)))
            for column, partner in enumerate(lists.partners[row]):
                if partner >= 0:
                    place = place_in_lists(first, sirets[row], sirets[partner], intent)
                    assert (place.rank, place.intent) == (column + 1, intent)
                    assert place.propensity == 1
                    assert place.snapshot == first.name

    def test_without_an_intent_the_best_place_counts(self, first):
        sirets = [str(siret) for siret in first.model.sirets]
        told = 0
        for reader in sirets[:10]:
            for partner in sirets:
                places = [place_in_lists(first, reader, partner, each) for each in Intent]
                ranks = [place.rank for place in places if place]
                best = place_in_lists(first, reader, partner)
                assert (best.rank if best else None) == min(ranks, default=None)
                told += len(ranks) > 1
        assert told, "some partner stands in two lists"

    def test_who_is_in_no_list_or_unknown_has_no_place(self, first):
        siret = str(first.model.sirets[0])
        assert place_in_lists(first, siret, siret) is None
        assert place_in_lists(first, siret, "73282932000074") is None
        assert place_in_lists(first, "73282932000074", siret) is None


class TestExploration:
    def test_places_are_drawn_from_the_answer_that_makes_enough(self, copy, pairs):
        enough = copy.model.explore_from

        def count(unit):
            return read_features(unit, copy.eligibility).feedback

        def add(unit):
            while unit.feedback.count() < enough - 1:
                unit.feedback.note(said(*pairs[0], FeedbackKind.INTERESTED))

        change(copy, add)
        assert shares_of(copy, change(copy, count)).explored_places == 0
        last = change(
            copy, lambda unit: unit.feedback.note(said(*pairs[1], FeedbackKind.INTERESTED))
        )
        drawn = shares_of(copy, change(copy, count)).explored_places
        assert drawn == copy.model.explored_places > 0
        change(copy, lambda unit: unit.feedback.undo(last, at=AT, by="tests"))
        assert shares_of(copy, change(copy, count)).explored_places == 0
