"""Proposing, answering, and what follows by itself."""

from datetime import UTC, datetime

import pytest
from builders import company, profile, siret_of
from introduction_worlds import ESSONNE, PEOPLE, SEINE, STRANGERS, World, settings_with

from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Right
from matchmaker.accounts.roles import Role as AccountRole
from matchmaker.companies import Diffusion
from matchmaker.errors import (
    IntroductionConflictError,
    IntroductionStateError,
    NoCapacityError,
    NotAllowedError,
    PairRefusedError,
    ProblemError,
    UnknownCompanyError,
)
from matchmaker.feedback import Feedback, FeedbackKind, ListName
from matchmaker.intents import Intent
from matchmaker.intents import Role as PartnerRole
from matchmaker.introductions.capacity import next_quarter, quarter_start
from matchmaker.introductions.daily import advance
from matchmaker.introductions.life import Answer, DeclineReason, Move, Party, Result, State
from matchmaker.introductions.moves import MAX_MESSAGE, MAX_NOTE
from matchmaker.introductions.views import line_view
from matchmaker.mail.letters import Letter, LetterKind
from matchmaker.mail.outbox import LetterState
from matchmaker.suggestions import Band, Place

PLACE = Place("night", Intent.SUPPLY, PartnerRole.SUPPLIER, 3, Band.GOOD, 0.5)


def with_capacity(world: World, siret: str, capacity: int) -> None:
    with world.store.unit() as unit:
        unit.profiles.upsert([profile(siret, capacity=capacity)])


def marks(world: World) -> list[tuple[str, str, FeedbackKind]]:
    with world.store.reading() as unit:
        return [(each.reader, each.partner, each.kind) for each in unit.feedback.all_standing()]


def test_an_entrepreneur_has_accepted_by_asking_and_the_other_side_is_asked_at_once(world):
    made = world.propose(place=PLACE, message="Bonjour")
    assert made.state is State.ASKED
    assert (made.company_answer, made.partner_answer) == (Answer.ACCEPTED, Answer.PENDING)
    assert (made.snapshot, made.rank, made.propensity) == ("night", 3, 0.5)
    assert world.moves(made) == [Move.PROPOSE, Move.CHECK, Move.ASK]
    assert world.post.written == [("ask", made.id, "partner")]


@pytest.mark.parametrize("by", [Party.COMPANY_ADVISER, Party.ADMINISTRATOR, Party.SYSTEM])
def test_where_somebody_else_proposes_both_sides_are_asked(world, by):
    made = world.propose(by)
    assert (made.company_answer, made.partner_answer) == (Answer.PENDING, Answer.PENDING)
    assert [side for _, _, side in world.post.written] == ["company", "partner"]
    once = world.accept(made)
    assert once.state is State.ASKED
    assert "introduce" not in world.post.kinds()
    both = world.accept(once, Party.COMPANY)
    assert both.state is State.INTRODUCED
    assert world.post.kinds()[-2:] == ["introduce", "introduce"]


def test_both_contacts_leave_at_once_when_the_second_side_accepts(world):
    made = world.accept(world.propose())
    assert made.state is State.INTRODUCED
    assert made.introduced_at == world.at
    assert world.moves(made)[-2:] == [Move.ACCEPT, Move.INTRODUCE]


def test_a_chamber_that_checks_is_waited_for(world):
    world.rules = settings_with(checked_by=("77",))
    made = world.propose()
    assert made.state is State.PROPOSED
    assert world.post.written == []
    checked = world.move(made, Move.CHECK, Party.COMPANY_ADVISER)
    assert checked.state is State.ASKED
    assert world.post.kinds() == ["ask"]
    own = world.propose(Party.COMPANY_ADVISER, siret_of(3), siret_of(4))
    assert own.state is State.ASKED  # an adviser's own proposal counts as checked
    other = world.propose(Party.PARTNER_ADVISER, siret_of(6), siret_of(5))
    assert other.state is State.ASKED  # the other chamber checks nothing


def test_a_refused_proposal_is_told_to_who_asked_and_never_reaches_the_other_side(world):
    world.rules = settings_with(checked_by=("77",))
    made = world.propose()
    refused = world.move(made, Move.REFUSE, Party.COMPANY_ADVISER, note="hors sujet")
    assert (refused.state, refused.note) == (State.REFUSED, "hors sujet")
    assert world.post.written == [("tell refused", made.id, "company")]
    assert refused.partner_answer is Answer.NOT_ASKED


@pytest.mark.parametrize("by", [Party.COMPANY_ADVISER, Party.ADMINISTRATOR])
def test_why_a_proposal_was_refused_is_the_matter_of_the_side_that_asked(world, by):
    world.rules = settings_with(checked_by=("77",))
    made = world.propose()
    world.move(made, Move.REFUSE, by, note="hors sujet")
    with world.store.reading() as unit:
        last = unit.introductions.history(made.id)[-1]
    told = {reader: line_view(last, reader).details.get("note") for reader in Party}
    assert told[Party.PARTNER] is told[Party.PARTNER_ADVISER] is None
    assert told[Party.COMPANY] == told[Party.COMPANY_ADVISER] == "hors sujet"
    assert told[Party.ADMINISTRATOR] == "hors sujet"


def test_a_decline_has_a_reason_and_is_told_to_the_side_that_had_accepted(world):
    made = world.propose()
    with pytest.raises(ProblemError, match="give a reason"):
        world.move(made, Move.DECLINE, Party.PARTNER)
    with pytest.raises(ProblemError, match="in a few words"):
        world.move(made, Move.DECLINE, Party.PARTNER, reason=DeclineReason.OTHER)
    with pytest.raises(ProblemError, match="a refusal only"):
        world.move(made, Move.ACCEPT, Party.PARTNER, reason=DeclineReason.OTHER)
    declined = world.decline(made, DeclineReason.NOT_RELEVANT)
    assert (declined.state, declined.reason) == (State.DECLINED, DeclineReason.NOT_RELEVANT)
    assert declined.partner_answer is Answer.DECLINED
    assert world.post.written[-1] == ("tell declined", made.id, "company")


@pytest.mark.parametrize("reason", DeclineReason)
def test_only_competitor_and_already_known_are_marks_on_the_pair(world, reason):
    world.decline(world.propose(), reason)
    kind = {
        DeclineReason.COMPETITOR: FeedbackKind.COMPETITOR,
        DeclineReason.ALREADY_KNOWN: FeedbackKind.ALREADY_KNOWN,
    }.get(reason)
    asked = (SEINE, ESSONNE, FeedbackKind.INTERESTED)
    assert marks(world) == [asked, *([] if kind is None else [(ESSONNE, SEINE, kind)])]


def test_an_adviser_answers_on_behalf_with_a_note_of_who_said_so(world):
    made = world.propose()
    with pytest.raises(ProblemError, match="on behalf"):
        world.move(made, Move.ACCEPT, Party.PARTNER_ADVISER)
    moved = world.move(made, Move.ACCEPT, Party.PARTNER_ADVISER, note="M. Petit, le 24 à 9 h")
    assert moved.state is State.INTRODUCED
    with world.store.reading() as unit:
        line = unit.introductions.history(made.id)[3]
    assert line.details == {"side": "partner", "note": "M. Petit, le 24 à 9 h"}


def test_nobody_accepts_twice_and_the_asking_side_does_not_accept_for_the_other(world):
    made = world.propose()
    with pytest.raises(IntroductionStateError, match="accepted already"):
        world.accept(made, Party.COMPANY)
    assert world.get(made).partner_answer is Answer.PENDING


def test_an_old_version_is_refused_with_who_and_when_but_no_name_of_the_other_firm(world):
    made = world.propose(Party.COMPANY_ADVISER)
    world.accept(made)
    with pytest.raises(IntroductionConflictError) as told:
        world.move(made, Move.WITHDRAW, Party.COMPANY, version=made.version)
    assert str(told.value).startswith("the other firm changed the introduction on 2026-11-24 10:00")
    assert "Bruno" not in str(told.value)
    with pytest.raises(IntroductionConflictError) as told:
        world.move(made, Move.WITHDRAW, Party.ADMINISTRATOR, version=made.version)
    assert "Bruno" in str(told.value)
    assert told.value.sentence("fr").startswith("Bruno a modifié")


def test_who_owns_both_sides_says_for_which_they_speak(world):
    both = Principal("b", "Both", AccountRole.ENTREPRENEUR, companies=frozenset({SEINE, ESSONNE}))
    made = world.propose(both)
    with pytest.raises(ProblemError, match="for which"):
        world.move(made, Move.ACCEPT, both)
    assert world.move(made, Move.ACCEPT, both, siret=ESSONNE).state is State.INTRODUCED


def test_a_key_of_one_chamber_reaches_as_far_as_its_advisers(world):
    scopes = frozenset({Right.INTRODUCTIONS})
    key = Principal("k", "key crm", AccountRole.SERVICE, chamber="91", scopes=scopes)
    with pytest.raises(NotAllowedError):
        world.propose(key)
    made = world.propose()
    assert world.move(made, Move.ACCEPT, key, note="appel du 24").state is State.INTRODUCED
    without = Principal("n", "key", AccountRole.SERVICE, scopes=frozenset({Right.EVENTS}))
    with pytest.raises(NotAllowedError):
        world.propose(without, siret_of(3), siret_of(4))


@pytest.mark.parametrize("by", [*STRANGERS, PEOPLE[Party.PARTNER], PEOPLE[Party.PARTNER_ADVISER]])
def test_nobody_proposes_for_a_firm_that_is_none_of_theirs(world, by):
    with pytest.raises(NotAllowedError):
        world.propose(by)


def refusal(world: World, partner: str = ESSONNE) -> str:
    with pytest.raises(PairRefusedError) as refused:
        world.propose(partner=partner)
    assert refused.value.sentence("fr")
    return str(refused.value)


def test_pairs_that_are_not_introduced(world):
    same_firm = company(1, "91", siret=siret_of(1, establishment=2))
    partial = company(8, "91", diffusion=Diffusion.PARTIAL)
    closed = company(9, "91", active=False)
    with world.store.unit() as unit:
        unit.companies.upsert([same_firm, partial, closed])
    for siret in (closed.siret, partial.siret):
        assert f"company {siret} is not available" in refusal(world, siret)
    assert "one firm" in refusal(world, same_firm.siret)
    assert "one firm" in refusal(world, SEINE)
    assert "one department" in refusal(world, siret_of(3))
    assert "is not available" in refusal(world, siret_of(77))
    with pytest.raises(UnknownCompanyError):
        world.propose(Party.ADMINISTRATOR, siret_of(77))
    with world.store.unit() as unit:
        unit.exclusions.opt_out(SEINE, at=world.at, reason="")
    assert "takes no part" in refusal(world)


@pytest.mark.parametrize("kind", ["set_aside", "competitor", "already_known", "opt_out", "consent"])
def test_the_word_of_the_other_side_is_not_told_apart(world, kind):
    with world.store.unit() as unit:
        if kind == "opt_out":
            unit.exclusions.opt_out(ESSONNE, at=world.at, reason="")
        elif kind == "consent":
            unit.profiles.upsert([profile(ESSONNE, consent=False)])
        else:
            said = Feedback(ESSONNE, SEINE, FeedbackKind(kind), world.at, "Bruno")
            unit.feedback.note(said)
    assert refusal(world) == (
        f"company {ESSONNE} is not available for an introduction; choose another one."
    )


def test_a_pair_is_under_way_once_whichever_side_began(world):
    made = world.propose()
    assert "under way" in refusal(world)
    with pytest.raises(PairRefusedError, match="under way"):
        world.propose(Party.PARTNER, ESSONNE, SEINE)
    world.accept(made)
    assert "introduced already" in refusal(world)
    world.move(made, Move.END, Party.ADMINISTRATOR)
    world.later(days=4000)
    assert "introduced already" in refusal(world)


@pytest.mark.parametrize(
    ("reason", "closed_until"),
    [
        (DeclineReason.NOT_RELEVANT, datetime(2027, 5, 23, 9, tzinfo=UTC)),
        (DeclineReason.OTHER, datetime(2027, 5, 23, 9, tzinfo=UTC)),
        (DeclineReason.NO_CAPACITY, datetime(2026, 12, 31, 23, tzinfo=UTC)),
        (DeclineReason.NOT_NOW, datetime(2026, 12, 31, 23, tzinfo=UTC)),
    ],
)
def test_no_room_and_not_now_hold_to_the_end_of_the_quarter_a_refusal_longer(
    world, reason, closed_until
):
    """180 days from 24 November are 23 May; the quarter ends at midnight in Paris."""
    world.decline(world.propose(), reason)
    world.at = closed_until.replace(hour=closed_until.hour - 1)
    assert "not available for an introduction at the moment" in refusal(world)
    world.at = closed_until
    assert world.propose().state is State.ASKED


@pytest.mark.parametrize(
    ("moment", "start", "following"),
    [
        ("2026-11-24T09:00+00:00", "2026-10-01", "2027-01-01"),
        ("2026-12-31T22:59+00:00", "2026-10-01", "2027-01-01"),
        ("2026-12-31T23:00+00:00", "2027-01-01", "2027-04-01"),
        ("2027-06-30T21:59+00:00", "2027-04-01", "2027-07-01"),
        ("2027-06-30T22:00+00:00", "2027-07-01", "2027-10-01"),
    ],
)
def test_quarters_begin_at_midnight_in_paris(moment, start, following):
    at = datetime.fromisoformat(moment)
    assert quarter_start(at).isoformat().startswith(f"{start}T00:00:00")
    assert next_quarter(at).isoformat() == following


def test_a_full_firm_proposes_nothing_and_learns_when_it_may_again(world):
    with_capacity(world, SEINE, 1)
    world.propose()
    with pytest.raises(NoCapacityError, match="from 2027-01-01 on"):
        world.propose(partner=siret_of(4))
    with_capacity(world, SEINE, 0)
    with pytest.raises(NoCapacityError, match="takes no introductions"):
        world.propose(partner=siret_of(4))


def test_questions_wait_for_room_on_the_other_side_in_the_order_of_proposal(world):
    with_capacity(world, ESSONNE, 1)
    first = world.propose()
    world.later(minutes=1)
    second = world.propose(Party.ADMINISTRATOR, siret_of(3))
    world.later(minutes=1)
    third = world.propose(Party.ADMINISTRATOR, siret_of(5))
    assert [world.get(each).state for each in (second, third)] == [State.CHECKED] * 2
    assert advance(world.store, world.rules, world.post, world.at).moves == {}
    world.decline(first, DeclineReason.NOT_RELEVANT)
    advance(world.store, world.rules, world.post, world.at)
    assert world.get(second).state is State.ASKED
    assert world.get(third).state is State.CHECKED


def test_two_that_have_accepted_wait_where_room_was_taken_away_meanwhile(world):
    made = world.propose()
    with_capacity(world, ESSONNE, 0)
    waiting = world.accept(made)
    assert waiting.state is State.ACCEPTED
    assert "introduce" not in world.post.kinds()
    with_capacity(world, ESSONNE, 1)
    advance(world.store, world.rules, world.post, world.at)
    assert world.get(made).state is State.INTRODUCED


def test_a_firm_that_left_is_neither_asked_nor_introduced(world):
    made = world.propose()
    with world.store.unit() as unit:
        unit.exclusions.opt_out(SEINE, at=world.at, reason="")
    assert world.accept(made).state is State.ACCEPTED
    advance(world.store, world.rules, world.post, world.at)
    assert world.get(made).state is State.ACCEPTED


def test_texts_have_a_longest_length(world):
    with pytest.raises(ProblemError, match="message is too long"):
        world.propose(message="x" * (MAX_MESSAGE + 1))
    made = world.propose(message="x" * MAX_MESSAGE)
    with pytest.raises(ProblemError, match="note is too long"):
        world.move(made, Move.WITHDRAW, Party.COMPANY, note="x" * (MAX_NOTE + 1))


def test_a_role_of_another_intent_is_refused(world):
    with pytest.raises(ProblemError, match="role mentor"):
        world.propose(role=PartnerRole.MENTOR)


def test_outcomes_are_labels_with_the_place_in_the_list_of_who_read_it(world):
    made = world.accept(world.propose(place=PLACE))
    world.later(days=31)
    assert world.record(made, Party.COMPANY, Result.MET, worth=True).state is State.MET
    world.record(made, Party.PARTNER, Result.MET, worth=False)
    with world.store.reading() as unit:
        said = unit.feedback.all_standing()
    assert [(each.reader, each.kind) for each in said] == [
        (SEINE, FeedbackKind.INTERESTED),
        (ESSONNE, FeedbackKind.INTERESTED),
        (SEINE, FeedbackKind.MET),
        (SEINE, FeedbackKind.WORTH_IT),
        (ESSONNE, FeedbackKind.MET),
        (ESSONNE, FeedbackKind.NOT_WORTH_IT),
    ]
    places = {
        (each.reader, each.snapshot, each.rank, each.propensity, each.shown_in) for each in said
    }
    assert places == {
        (SEINE, "night", 3, 0.5, ListName.SUGGESTIONS),
        (ESSONNE, None, None, None, None),
    }


def test_what_a_side_says_again_takes_the_place_of_what_it_said(world):
    made = world.accept(world.propose(place=PLACE))
    world.later(days=31)
    for _ in range(2):
        world.record(made, Party.COMPANY, Result.MET, worth=True)
    world.record(made, Party.COMPANY, Result.MET, worth=False)
    kinds = [kind for _, _, kind in marks(world) if kind is not FeedbackKind.INTERESTED]
    assert kinds == [FeedbackKind.MET, FeedbackKind.NOT_WORTH_IT]
    world.record(made, Party.COMPANY, Result.NOT_MET)
    assert {kind for _, _, kind in marks(world)} == {FeedbackKind.INTERESTED}


def test_an_outcome_answers_a_question_that_exists(world):
    made = world.accept(world.propose())
    with pytest.raises(ProblemError, match="no question after 31 days"):
        world.record(made, Party.COMPANY, Result.MET, days=31)
    with pytest.raises(ProblemError, match="without a meeting"):
        world.record(made, Party.COMPANY, Result.NOT_MET, worth=True)
    with pytest.raises(NotAllowedError):
        world.record(made, Party.ADMINISTRATOR, Result.MET)
    world.later(days=95)
    world.record(made, Party.COMPANY, Result.MET)
    with world.store.reading() as unit:
        assert [each.days for each in unit.introductions.outcomes.all(made.id)] == [90]


@pytest.mark.parametrize("by", [Party.COMPANY_ADVISER, Party.ADMINISTRATOR, Party.SYSTEM])
def test_only_who_asks_for_their_own_firm_is_interested_by_asking(world, by):
    world.propose(by)
    assert marks(world) == []


@pytest.mark.parametrize("speaker", [SEINE, ESSONNE])
@pytest.mark.parametrize("kind", ["competitor", "already_known"])
def test_no_contact_leaves_once_a_side_has_called_the_other_off(world, speaker, kind):
    """The word of a side after the question counts as much as before it."""
    made = world.propose()
    other = ESSONNE if speaker == SEINE else SEINE
    with world.store.unit() as unit:
        number = unit.feedback.note(Feedback(speaker, other, FeedbackKind(kind), world.at, "x"))
    assert world.accept(made).state is State.ACCEPTED
    advance(world.store, world.rules, world.post, world.at)
    assert "introduce" not in world.post.kinds()
    with world.store.unit() as unit:
        unit.feedback.undo(number, at=world.at, by="x")
    advance(world.store, world.rules, world.post, world.at)
    assert world.get(made).state is State.INTRODUCED


def test_who_accepts_after_setting_aside_is_introduced(world):
    made = world.propose()
    with world.store.unit() as unit:
        unit.feedback.note(Feedback(ESSONNE, SEINE, FeedbackKind.SET_ASIDE, world.at, "Bruno"))
    assert world.accept(made).state is State.INTRODUCED


@pytest.mark.parametrize("end", [Move.WITHDRAW, Move.DECLINE, Move.EXPIRE, Move.INTRODUCE])
def test_a_question_that_has_not_left_stays_when_it_is_settled(world, end):
    """A server that was down for a while must not ask what nobody asks any more."""
    made = world.propose()
    with world.store.unit() as unit:
        letter = Letter(
            key="q",
            kind=LetterKind.QUESTION,
            recipient="bruno@example.org",
            subject="Question",
            text="?",
            html="?",
            siret=ESSONNE,
            introduction_id=made.id,
        )
        unit.outbox.put(letter, world.at)
    if end is Move.WITHDRAW:
        world.move(made, end, Party.COMPANY)
    elif end is Move.DECLINE:
        world.decline(made, DeclineReason.NOT_NOW)
    elif end is Move.INTRODUCE:
        world.accept(made)
    else:
        world.later(days=22)
        advance(world.store, world.rules, world.post, world.at)
    with world.store.reading() as unit:
        assert [line.state for line in unit.outbox.list()] == [LetterState.CANCELLED]


@pytest.mark.parametrize("reason", DeclineReason)
def test_who_declines_after_accepting_is_interested_only_where_it_lacks_the_time(world, reason):
    made = world.propose(Party.COMPANY_ADVISER)
    world.accept(made)
    assert marks(world) == [(ESSONNE, SEINE, FeedbackKind.INTERESTED)]
    world.decline(made, reason)
    gently = reason in (DeclineReason.NO_CAPACITY, DeclineReason.NOT_NOW)
    assert ((ESSONNE, SEINE, FeedbackKind.INTERESTED) in marks(world)) is gently
