"""Answers to suggestions and what they hide, on both databases."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from builders import company, said, siret_of

from matchmaker.accounts.principals import system
from matchmaker.errors import UnknownFeedbackError
from matchmaker.feedback import (
    HIDING,
    MAX_NOTE,
    Feedback,
    FeedbackKind,
    ListName,
    Override,
    SetAsideReason,
)
from matchmaker.feedback_rules import (
    OVERRIDDEN,
    RESTORED,
    give_feedback,
    lift_competitor_rule,
    restore_competitor_rule,
    take_back,
    take_back_set_aside,
)
from matchmaker.intents import Intent, Role
from matchmaker.store import open_store
from matchmaker.store.database import build_engine, parse_address
from matchmaker.store.schema import MIGRATIONS
from matchmaker.suggestions import Band, Place

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
A, B, C = (siret_of(number) for number in (1, 2, 3))
BY = system("tests")
WHOLE = Feedback(
    A,
    B,
    FeedbackKind.SET_ASIDE,
    NOON,
    "Zoé Martin (CCI 77)",
    reason=SetAsideReason.TOO_FAR,
    note="À l'autre bout « du monde »",
    intent=Intent.SUPPLY,
    role=Role.CLIENT,
    shown_in=ListName.DIGEST,
    rank=7,
    propensity=0.1 + 0.2,
    snapshot="20261124T030000Z-0",
)


@pytest.fixture
def unit(store):
    with store.unit() as unit:
        unit.companies.upsert([company(1), company(2, "91"), company(3, "91")])
        yield unit


def shown(unit, reader):
    return {A, B, C} & set(unit.companies.servable([A, B, C], reader=reader)) - {reader}


def test_an_answer_comes_back_as_it_was_given(unit):
    number = unit.feedback.note(WHOLE)
    assert unit.feedback.get(number) == replace(WHOLE, id=number)
    bare = unit.feedback.note(said(B, A, FeedbackKind.MET, NOON))
    assert unit.feedback.get(bare) == replace(said(B, A, FeedbackKind.MET, NOON), id=bare)
    assert unit.feedback.get(bare + 1) is None


def test_lines_are_added_and_marked_never_changed(unit):
    first, second = unit.feedback.note(WHOLE), unit.feedback.note(WHOLE)
    assert first < second
    assert unit.feedback.undo(first, at=LATER, by="Max")
    assert not unit.feedback.undo(first, at=LATER, by="Eve")
    undone = replace(WHOLE, id=first, undone_at=LATER, undone_by="Max")
    assert unit.feedback.of_reader(A) == (replace(WHOLE, id=second), undone)
    assert unit.feedback.of_reader(B) == ()
    assert unit.feedback.count() == 1


def test_what_stands_is_found_from_both_sides(unit):
    ours = unit.feedback.note(said(A, B))
    theirs = unit.feedback.note(said(B, A, FeedbackKind.MET))
    other = unit.feedback.note(said(C, A, FeedbackKind.COMPETITOR))
    gone = unit.feedback.note(said(A, C))
    unit.feedback.undo(gone, at=LATER, by="Max")
    assert [each.id for each in unit.feedback.between(B, A)] == [ours, theirs]
    assert [each.id for each in unit.feedback.standing(A)] == [ours, theirs, other]
    assert [each.id for each in unit.feedback.standing(B)] == [ours, theirs]
    assert [each.id for each in unit.feedback.all_standing()] == [ours, theirs, other]
    assert unit.feedback.pairs(FeedbackKind.COMPETITOR, FeedbackKind.MET) == [(B, A), (C, A)]
    assert unit.feedback.pairs(FeedbackKind.SET_ASIDE) == [(A, B)]
    assert unit.feedback.hidden_from(A) == {B, C}
    assert unit.feedback.hidden_from(C) == {A}


@pytest.mark.parametrize("kind", FeedbackKind)
def test_what_an_answer_hides(unit, kind):
    """Set aside: the partner from the reader. Competitor, known, met: each from the other."""
    hides = kind.value in ("set_aside", "competitor", "already_known", "met")
    both = hides and kind is not FeedbackKind.SET_ASIDE
    number = unit.feedback.note(said(A, B, kind))
    assert shown(unit, A) == ({C} if hides else {B, C})
    assert shown(unit, B) == ({C} if both else {A, C})
    assert shown(unit, C) == {A, B}
    assert unit.feedback.hidden_from(A) == ({B} if hides else set())
    assert unit.feedback.hidden_from(B) == ({A} if both else set())
    unit.feedback.undo(number, at=LATER, by="Max")
    assert shown(unit, A) == {B, C}
    assert shown(unit, B) == {A, C}


@pytest.mark.parametrize("kind", sorted(HIDING))
def test_another_answer_goes_on_hiding(unit, kind):
    numbers = [unit.feedback.note(said(A, B, kind)) for _ in range(2)]
    unit.feedback.undo(numbers[0], at=LATER, by="Max")
    assert shown(unit, A) == {C}


class TestGiving:
    def test_the_same_answer_twice_is_one_line(self, unit):
        first = give_feedback(unit, WHOLE)
        again = give_feedback(unit, replace(WHOLE, at=LATER, actor="another", rank=1))
        assert again == first == replace(WHOLE, id=first.id)
        assert unit.feedback.of_reader(A) == (first,)

    def test_another_reason_takes_the_place_of_the_first(self, unit):
        first = give_feedback(unit, WHOLE)
        second = give_feedback(unit, replace(WHOLE, at=LATER, reason=SetAsideReason.NOT_NOW))
        assert unit.feedback.of_reader(A) == (
            second,
            replace(first, undone_at=LATER, undone_by=WHOLE.actor),
        )

    @pytest.mark.parametrize(
        ("before", "after", "remains"),
        [
            ("set_aside", "interested", False),
            ("interested", "set_aside", False),
            ("worth_it", "not_worth_it", False),
            ("not_worth_it", "worth_it", False),
            ("competitor", "interested", True),
            ("met", "worth_it", True),
            ("already_known", "competitor", True),
        ],
    )
    def test_an_answer_takes_back_what_it_contradicts(self, unit, before, after, remains):
        give_feedback(unit, said(A, B, FeedbackKind(before)))
        untouched = [
            give_feedback(unit, said(A, C, FeedbackKind(before))),
            give_feedback(unit, said(B, A, FeedbackKind(before))),
        ]
        give_feedback(unit, said(A, B, FeedbackKind(after)))
        stands = {each.kind.value for each in unit.feedback.between(A, B) if each.reader == A}
        assert stands == ({before, after} if remains else {after})
        assert all(unit.feedback.get(each.id).stands for each in untouched)

    def test_a_place_comes_with_it(self, unit):
        place = Place("night", Intent.PEER, Role.PEER, 4, Band.GOOD, 0.25)
        given = give_feedback(unit, said(A, B, intent=Intent.SUPPLY).placed(place))
        written = unit.feedback.get(given.id)
        found = (written.intent, written.role, written.rank, written.propensity, written.snapshot)
        assert found == (Intent.PEER, Role.PEER, 4, 0.25, "night")
        assert said(A, B).placed(None) == said(A, B)

    def test_an_answer_is_taken_back_by_its_firm_only(self, unit):
        given = give_feedback(unit, WHOLE)
        for reader, number in ((B, given.id), (C, given.id), (A, given.id + 1)):
            with pytest.raises(UnknownFeedbackError, match=f"{reader} gave no answer"):
                take_back(unit, reader, number, by=BY, at=LATER)
        assert unit.feedback.get(given.id).stands
        assert take_back(unit, A, given.id, by=BY, at=LATER)
        assert not take_back(unit, A, given.id, by=BY, at=LATER)
        undone = unit.feedback.get(given.id)
        assert (undone.undone_at, undone.undone_by) == (LATER, "tests")

    def test_what_was_set_aside_is_shown_again(self, unit):
        for kind in (FeedbackKind.SET_ASIDE, FeedbackKind.WORTH_IT):
            give_feedback(unit, said(A, B, kind))
        assert take_back_set_aside(unit, A, B, by=BY, at=LATER) == 1
        assert take_back_set_aside(unit, A, B, by=BY, at=LATER) == 0
        assert [each.kind for each in unit.feedback.standing(A)] == [FeedbackKind.WORTH_IT]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"partner": A}, "about another firm"),
        ({"kind": FeedbackKind.MET}, "only set_aside has a reason"),
        ({"note": "x" * (MAX_NOTE + 1)}, f"at most {MAX_NOTE} characters, got {MAX_NOTE + 1}"),
    ],
)
def test_answers_that_make_no_sense_are_refused(changes, problem):
    with pytest.raises(ValueError, match=problem):
        replace(WHOLE, **changes)


@pytest.mark.parametrize(
    ("low", "high", "reason", "problem"),
    [(B, A, "why", "the smaller SIRET comes first"), (A, A, "why", "smaller"), (A, B, " ", "none")],
)
def test_overrides_that_make_no_sense_are_refused(low, high, reason, problem):
    with pytest.raises(ValueError, match=problem):
        Override(low, high, reason, NOON, "Zoé")


class TestOverrides:
    def test_a_pair_has_one_whatever_the_order(self, unit):
        lift_competitor_rule(unit, B, A, " trop vite dit ", by=BY, at=NOON)
        lift_competitor_rule(unit, A, B, "l'une sous-traite à l'autre", by=BY, at=LATER)
        lift_competitor_rule(unit, C, B, "autre clientèle", by=BY, at=NOON)
        pair = Override(A, B, "l'une sous-traite à l'autre", LATER, "tests")
        other = Override(B, C, "autre clientèle", NOON, "tests")
        assert unit.feedback.overrides() == (pair, other)
        assert unit.feedback.overrides(A) == (pair,)
        assert unit.feedback.overrides(B) == (pair, other)

    def test_the_rule_holds_again(self, unit):
        lift_competitor_rule(unit, A, B, "trop vite dit", by=BY, at=NOON)
        assert restore_competitor_rule(unit, B, A, by=BY, at=LATER)
        assert not restore_competitor_rule(unit, B, A, by=BY, at=LATER)
        assert unit.feedback.overrides() == ()

    def test_both_are_in_the_audit_log(self, unit):
        lift_competitor_rule(unit, B, A, " trop vite dit ", by=BY, at=NOON)
        restore_competitor_rule(unit, A, B, by=BY, at=LATER)
        restore_competitor_rule(unit, A, B, by=BY, at=LATER)
        lines = [(line.action, line.subject, line.at) for line in unit.audit.list()][::-1]
        assert lines == [(OVERRIDDEN, f"{A} {B}", NOON), (RESTORED, f"{A} {B}", LATER)]
        assert unit.audit.list()[-1].details == {"reason": "trop vite dit"}


def test_erasing_a_firm_leaves_no_line_of_it(unit):
    unit.feedback.note(said(A, B))
    unit.feedback.note(said(B, A, FeedbackKind.MET))
    kept = unit.feedback.note(said(B, C))
    unit.feedback.override(Override(A, C, "why", NOON, "Zoé"))
    unit.feedback.override(Override(B, C, "why", NOON, "Zoé"))
    assert unit.feedback.erase(A) == 3
    assert unit.feedback.all_standing() == (replace(said(B, C), id=kept),)
    assert [(each.low, each.high) for each in unit.feedback.overrides()] == [(B, C)]
    assert unit.feedback.erase(A) == 0


def test_one_of_many_takes_an_answer_back(store):
    with store.unit() as unit:
        number = unit.feedback.note(said(A, B))
    start = threading.Barrier(8)

    def undo(who: int) -> bool:
        start.wait()
        with store.unit() as unit:
            return unit.feedback.undo(number, at=NOON, by=f"{who}")

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(undo, range(8)))
    assert sum(won) == 1
    with store.reading() as unit:
        assert unit.feedback.get(number).undone_by == f"{won.index(True)}"


class TestMigration:
    """Dismissals of before become answers, and go back where the code goes back."""

    def taken_back(self, url):
        """Bring a database to what it was before this migration, and open it."""
        engine = build_engine(parse_address(url))
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        known = ScriptDirectory.from_config(config)
        later = [known.get_revision(number) for number in ("0005", "0004", "0003")]
        with engine.begin() as connection:
            with Operations.context(MigrationContext.configure(connection)):
                for revision in later:
                    revision.module.downgrade()
            connection.execute(sa.text("UPDATE alembic_version SET version_num = '0002'"))
        return engine

    def test_dismissals_become_set_aside_and_back(self, new_url):
        url = new_url()
        open_store(url).close()
        engine = self.taken_back(url)
        insert = sa.text(
            "INSERT INTO dismissals (reader, partner, at, reason) VALUES (:r, :p, :at, :why)"
        )
        with engine.begin() as connection:
            for reader, partner, why in ((A, B, "déjà client"), (C, B, "")):
                row = {"r": reader, "p": partner, "why": why, "at": "2026-11-24 12:00:00"}
                connection.execute(insert, row)
        engine.dispose()
        store = open_store(url)
        with store.unit() as unit:
            found = unit.feedback.all_standing()
            unit.feedback.note(said(C, A, FeedbackKind.MET))
            unit.feedback.undo(unit.feedback.note(said(B, A)), at=LATER, by="Max")
        store.close()
        assert found == (
            said(A, B, at=NOON, id=found[0].id, actor="before accounts", note="déjà client"),
            said(C, B, at=NOON, id=found[1].id, actor="before accounts"),
        )
        engine = self.taken_back(url)
        with engine.connect() as connection:
            rows = connection.execute(
                sa.text("SELECT reader, partner, reason FROM dismissals ORDER BY reader")
            ).all()
        engine.dispose()
        assert [tuple(row) for row in rows] == [(A, B, "déjà client"), (C, B, "")]
