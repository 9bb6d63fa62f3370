"""Proposing an introduction, and the moves that people make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Reach, Right
from matchmaker.accounts.roles import Role as AccountRole
from matchmaker.errors import NotAllowedError
from matchmaker.feedback import FeedbackKind
from matchmaker.intents import INTENT_OF
from matchmaker.introductions.capacity import require_room
from matchmaker.introductions.desk import SERVICE, Actor, Desk
from matchmaker.introductions.letters import Letters
from matchmaker.introductions.life import Answer, DeclineReason, Move, Party, Proposer, State
from matchmaker.introductions.marks import mark, unmark
from matchmaker.introductions.pairs import NO_DISLIKE, check_pair
from matchmaker.introductions.parties import ADVISERS, check_move, require_party, require_version
from matchmaker.introductions.records import Introduction, Line, Proposal
from matchmaker.introductions.refusals import RequestRefusal, StateRefusal
from matchmaker.introductions.results import relate
from matchmaker.introductions.steps import (
    ask_if_room,
    give_up,
    introduce_if_room,
    needs_check,
    spoken_for,
    step,
)
from matchmaker.settings import Settings
from matchmaker.store import Unit

MAX_MESSAGE = 1_000
"""Longest message of a proposal, in characters."""
MAX_NOTE = 500
"""Longest note, in characters."""

_SAID_OF_THE_PAIR: Mapping[DeclineReason, FeedbackKind] = {
    DeclineReason.COMPETITOR: FeedbackKind.COMPETITOR,
    DeclineReason.ALREADY_KNOWN: FeedbackKind.ALREADY_KNOWN,
}
"""Reasons that keep the two from being suggested to each other again."""

_BY_REACH: Mapping[Reach, tuple[Proposer, Party]] = {
    Reach.OWN: (Proposer.ENTREPRENEUR, Party.COMPANY),
    Reach.CHAMBER: (Proposer.ADVISER, Party.COMPANY_ADVISER),
    Reach.ALL: (Proposer.ADVISER, Party.ADMINISTRATOR),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What comes with a move.

    Parameters
    ----------
    reason
        Why it is declined or refused.
    note
        In the words of whoever makes the move; an adviser who answers for a firm says here who
        agreed, and when.
    """

    reason: DeclineReason | None
    note: str


def propose(
    unit: Unit,
    rules: Settings,
    post: Letters,
    by: Principal,
    proposal: Proposal,
    *,
    at: datetime,
    drawn: str,
) -> Introduction:
    """Propose that two firms meet.

    Where no adviser has to check it, it is checked at once, and the other side is asked at once if
    both have room. Who asks for their own firm has accepted by asking.

    Parameters
    ----------
    unit, rules, post, at
        As in `Desk`.
    by
        Who proposes it.
    proposal
        The two firms, and for what.
    drawn
        Id of the introduction.

    Raises
    ------
    NotAllowedError
        If the caller's right does not reach the company.
    UnknownCompanyError
        If the store does not know the company.
    PairRefusedError
        If the two must not be introduced, or not now.
    NoCapacityError
        If the company has no room in this quarter.
    ProblemError
        If the message is too long, the role is of another intent, or the id is taken.
    """
    desk = Desk(unit, rules, post, at)
    company = unit.companies.get(proposal.company)
    department = company.department if company else None
    if not by.may(Right.INTRODUCTIONS, proposal.company, department):
        raise NotAllowedError(f"your right introductions does not reach {proposal.company}.")
    _check_proposal(proposal)
    unit.introductions.hold_sides(proposal.company, proposal.partner)
    check_pair(desk, proposal.company, proposal.partner)
    require_room(desk, proposal.company)
    proposer, actor = _proposer(by)
    proposed = _created(desk, proposal, proposer, actor, drawn)
    if proposer is Proposer.ENTREPRENEUR:
        mark(desk, proposed, proposal.company, FeedbackKind.INTERESTED, by.label)
    trusted = proposer is Proposer.ADVISER
    if needs_check(desk, department) and not trusted:
        return proposed
    return ask_if_room(desk, step(desk, proposed, Move.CHECK, actor if trusted else SERVICE))


def _check_proposal(proposal: Proposal) -> None:
    if INTENT_OF[proposal.role] is not proposal.intent:
        raise RequestRefusal("role", role=proposal.role, intent=proposal.intent)
    if len(proposal.message) > MAX_MESSAGE:
        raise RequestRefusal("too_long", field="message", longest=str(MAX_MESSAGE))


def _proposer(by: Principal) -> tuple[Proposer, Actor]:
    proposer, party = _BY_REACH[by.reach(Right.INTRODUCTIONS)]
    if by.role is AccountRole.SERVICE and by.chamber is None:
        proposer, party = Proposer.SYSTEM, Party.SYSTEM
    return proposer, Actor(by.label, party)


def _created(
    desk: Desk, proposal: Proposal, proposer: Proposer, actor: Actor, drawn: str
) -> Introduction:
    accepted = proposer is Proposer.ENTREPRENEUR
    place = proposal.place
    introduction = Introduction(
        id=drawn,
        company=proposal.company,
        partner=proposal.partner,
        intent=proposal.intent,
        role=proposal.role,
        message=proposal.message,
        proposer=proposer,
        state=State.PROPOSED,
        version=1,
        company_answer=Answer.ACCEPTED if accepted else Answer.NOT_ASKED,
        partner_answer=Answer.NOT_ASKED,
        reason=None,
        note="",
        snapshot=place.snapshot if place else None,
        rank=place.rank if place else None,
        propensity=place.propensity if place else None,
        reminders=0,
        created_at=desk.at,
        created_by=actor.label,
        changed_at=desk.at,
        changed_by=actor.label,
        state_at=desk.at,
        introduced_at=None,
    )
    told = {"proposer": proposer.value, "from_list": place is not None}
    line = Line(desk.at, actor.label, actor.party, Move.PROPOSE, State.PROPOSED, told)
    return desk.unit.introductions.create(introduction, line)


def move(
    unit: Unit,
    rules: Settings,
    post: Letters,
    by: Principal,
    introduction_id: str,
    move: Move,
    *,
    version: int | None,
    at: datetime,
    siret: str | None = None,
    reason: DeclineReason | None = None,
    note: str = "",
) -> Introduction:
    """Make a move.

    What follows from it by itself is done at once: a checked proposal is asked, two that have both
    accepted are introduced, as far as there is room.

    Parameters
    ----------
    unit, rules, post, at
        As in `Desk`.
    by
        Who makes it.
    introduction_id
        The introduction.
    move
        One of `MADE_BY_PEOPLE`.
    version
        Version that was read; `None` where whoever moves has seen none (a link in a letter).
    siret
        Side that the caller speaks for, where they can speak for both.
    reason, note
        As in `Said`.

    Returns
    -------
    Introduction
        In its new version.

    Raises
    ------
    UnknownIntroductionError
        If there is none, or it is none of the caller's business.
    IntroductionConflictError
        If somebody else has changed it since it was read.
    IntroductionStateError
        If its state does not allow the move.
    NotAllowedError
        If the move is for others to make.
    ProblemError
        If a reason or a note is missing, or too much.
    """
    held = unit.introductions.hold(introduction_id)
    party = require_party(unit, by, held, siret)
    require_version(unit, held, version, party)
    check_move(held.state, move, party)
    said = Said(reason, note.strip())
    _check_said(move, party, said)
    make = _MAKE.get(move)
    if make is None:
        raise RequestRefusal("not_by_hand", move=move)
    return make(Desk(unit, rules, post, at), held, Actor(by.label, party), said)


def _check_said(move: Move, party: Party, said: Said) -> None:
    if len(said.note) > MAX_NOTE:
        raise RequestRefusal("too_long", field="note", longest=str(MAX_NOTE))
    if said.reason is not None and move not in (Move.DECLINE, Move.REFUSE):
        raise RequestRefusal("no_reason_here")
    if move is Move.DECLINE and said.reason is None:
        raise RequestRefusal("reason_missing", reasons=", ".join(DeclineReason))
    if said.reason is DeclineReason.OTHER and not said.note:
        raise RequestRefusal("note_missing")
    if move in (Move.ACCEPT, Move.DECLINE) and party in ADVISERS and not said.note:
        raise RequestRefusal("on_behalf")


def _told(said: Said, **more: object) -> dict[str, object]:
    told: dict[str, object] = dict(more)
    if said.reason is not None:
        told["reason"] = said.reason.value
    if said.note:
        told["note"] = said.note
    return told


def _check(desk: Desk, held: Introduction, actor: Actor, said: Said) -> Introduction:
    return ask_if_room(desk, step(desk, held, Move.CHECK, actor, _told(said)))


def _refuse(desk: Desk, held: Introduction, actor: Actor, said: Said) -> Introduction:
    columns = {"reason": said.reason, "note": said.note}
    return give_up(desk, held, Move.REFUSE, actor, _told(said), **columns)


def _accept(desk: Desk, held: Introduction, actor: Actor, said: Said) -> Introduction:
    siret = _own_side(held, actor)
    side = held.side_of(siret)
    if held.answer_of(siret) is Answer.ACCEPTED:
        raise StateRefusal("accepted_before")
    columns = {f"{side}_answer": Answer.ACCEPTED}
    accepted = step(desk, held, Move.ACCEPT, actor, _told(said, side=side), **columns)
    # A question that waits for the morning would ask what has just been answered.
    desk.unit.outbox.cancel_of(desk.at, siret=siret, introduction_id=held.id)
    # Also takes back that the other was set aside before: the later word counts.
    mark(desk, accepted, siret, FeedbackKind.INTERESTED, actor.label)
    if accepted.state is not State.ACCEPTED:
        return accepted
    return introduce_if_room(desk, accepted)


def _decline(desk: Desk, held: Introduction, actor: Actor, said: Said) -> Introduction:
    assert said.reason is not None
    siret = _own_side(held, actor)
    side = held.side_of(siret)
    columns = {
        f"{side}_answer": Answer.DECLINED,
        "reason": said.reason,
        "note": said.note,
    }
    declined = give_up(desk, held, Move.DECLINE, actor, _told(said, side=side), **columns)
    if said.reason not in NO_DISLIKE:
        unmark(desk, declined, siret, actor.label, FeedbackKind.INTERESTED)
    if said.reason in _SAID_OF_THE_PAIR:
        mark(desk, declined, siret, _SAID_OF_THE_PAIR[said.reason], actor.label)
    return declined


def _own_side(held: Introduction, actor: Actor) -> str:
    siret = spoken_for(held, actor)
    assert siret is not None, "MOVES lets nobody answer who speaks for no side"
    return siret


def _meet(desk: Desk, held: Introduction, actor: Actor, said: Said) -> Introduction:
    met = step(desk, held, Move.MEET, actor, _told(said))
    relate(desk, met)
    siret = spoken_for(met, actor)
    if siret is not None:
        mark(desk, met, siret, FeedbackKind.MET, actor.label)
    return met


def _end(desk: Desk, held: Introduction, actor: Actor, said: Said) -> Introduction:
    return step(desk, held, Move.END, actor, _told(said))


def _withdraw(desk: Desk, held: Introduction, actor: Actor, said: Said) -> Introduction:
    return give_up(desk, held, Move.WITHDRAW, actor, _told(said))


_MAKE: Mapping[Move, Callable[[Desk, Introduction, Actor, Said], Introduction]] = {
    Move.CHECK: _check,
    Move.REFUSE: _refuse,
    Move.ACCEPT: _accept,
    Move.DECLINE: _decline,
    Move.MEET: _meet,
    Move.END: _end,
    Move.WITHDRAW: _withdraw,
}
MADE_BY_PEOPLE = tuple(_MAKE)
"""Moves that somebody makes; the others follow by themselves, and `RECORD` is an outcome."""
