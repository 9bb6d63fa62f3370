"""A new plan on the day, in which almost nobody has to move.

What has happened stays. Meetings that are still possible stay where they are. Then, in this order:
meetings that lost their slot or table, and new ones, are put where both sides are free, by an
integer program that is exact as long as nobody else moves; those without a place try chains of
exchanges, within the limit of meetings that may move; everybody affected is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from matchmaker.errors import BrokenPlanError, ProblemError
from matchmaker.events.conventions.board import FREE, Board
from matchmaker.events.conventions.changes import Changes, Repair
from matchmaker.events.conventions.checking import check
from matchmaker.events.conventions.plan import Plan
from matchmaker.events.conventions.problem import Id, Participant, Problem
from matchmaker.events.conventions.telling import messages
from matchmaker.events.conventions.timetable import Floats, Timetable, timetable_of
from matchmaker.events.conventions.writing import repaired_plan
from matchmaker.events.documents import document_of
from matchmaker.events.stopping import Stop
from matchmaker.texts import Language


@dataclass
class _Day:
    """The plan as it stands on the day."""

    timetable: Timetable
    board: Board
    first: int
    displaced: list[int]
    affected: set[int]
    must: set[int]


def repair(
    problem: Problem,
    plan: Plan,
    changes: Changes,
    stop: Stop,
    seed: int,
    *,
    move_limit: float = 0.05,
    language: Language = "fr",
) -> Repair:
    """Repair a plan.

    Parameters
    ----------
    problem, plan
        What was planned.
    changes
        What has happened.
    stop
        Time limit.
    seed
        Of the order in which chains are tried.
    move_limit
        Most of the meetings that nothing has happened to that may move, as a share in [0, 1].
    language
        Of the messages.

    Raises
    ------
    ProblemError
        If the changes do not fit the problem, or there is no plan to repair.
    BrokenPlanError
        If the checker refuses the repaired plan: a defect.
    """
    if plan.objective is None:
        raise ProblemError("the plan has no meetings to repair. Plan the event first.")
    if not 0 <= move_limit <= 1:
        raise ProblemError(
            f"the share of meetings that may move must be in [0, 1], got {move_limit}."
        )
    _check_fit(problem, plan)
    changed = _changed(problem, changes)
    must = {row for row, m in enumerate(problem.meetings) if problem.is_mandatory(m)}
    day = _day(changed, plan, changes, must)
    before = {meeting.id: meeting for meeting in plan.meetings}
    others = [m for m, slot in enumerate(day.board.slot) if slot >= day.first]
    _fill_free_places(changed, day, changes, stop)
    budget = int(move_limit * len(others))
    moved_others = _make_room(day, others, budget, np.random.default_rng(seed))
    settled = _settled(changed, day)
    after = repaired_plan(
        settled, timetable_of(settled), day.board.slots(), before, changes, stop, language
    )
    settled = _with_owners_seated(settled, after)
    broken = [*check(settled, after), *_broken_promises(plan, after, changes)]
    if broken:
        raise BrokenPlanError(f"the repaired plan breaks a rule and is kept back: {broken[0]}")
    ids = [meeting.id for meeting in settled.meetings]
    slots = {meeting.id: meeting.slot for meeting in after.meetings}
    return Repair(
        problem=settled,
        plan=after,
        moved=tuple(i for i in slots if i in before and before[i].slot != slots[i]),
        moved_others=tuple(ids[m] for m in sorted(moved_others)),
        below_minimum=_below(changed, settled),
        messages=messages(settled, plan, after, language),
        seconds=round(stop.elapsed, 3),
    )


def _check_fit(problem: Problem, plan: Plan) -> None:
    """Refuse a plan of another problem."""
    known = {meeting.id for meeting in problem.meetings}
    for meeting in plan.meetings:
        if meeting.id not in known:
            raise ProblemError(
                f"the plan holds meeting {meeting.id!r}, which is not in the problem."
            )
        if meeting.slot > problem.slots or meeting.table > problem.tables:
            raise ProblemError(
                f"the plan holds meeting {meeting.id!r} in slot {meeting.slot} at table "
                f"{meeting.table}, which the problem does not have."
            )


def _changed(problem: Problem, changes: Changes) -> Problem:
    """Write the absences and the newcomers into the problem."""
    people = {person.id for person in problem.participants}
    named = [*changes.absent, *(late.id for late in changes.late)]
    walk_ins = {person.id for person in changes.walk_ins}
    for name in [*named, *changes.standby]:
        if name not in people | walk_ins:
            raise ProblemError(f"the changes name participant {name!r}, who is not in the event.")
    if changes.from_slot > problem.slots:
        raise ProblemError(
            f"the changes begin at slot {changes.from_slot}; the event has {problem.slots} slots."
        )
    for table in changes.lost_tables:
        if not 1 <= table <= problem.tables:
            raise ProblemError(f"table {table} is lost; tables go from 1 to {problem.tables}.")
    gone = {name: problem.slots + 1 for name in changes.absent}
    gone = {late.id: late.from_slot for late in changes.late} | gone
    tree = problem.model_dump(mode="json")
    tree["participants"] = [
        _person(person, gone.get(person.id), changes).model_dump(mode="json")
        for person in [*problem.participants, *changes.walk_ins]
    ]
    tree["meetings"] += [meeting.model_dump(mode="json") for meeting in changes.meetings]
    tree["fairness"] = None
    for meeting in tree["meetings"]:
        meeting["mandatory"] = False
    tree["objective"] = list(problem.objective)
    return document_of(tree, Problem, "the changes")


def _person(person: Participant, until: int | None, changes: Changes) -> Participant:
    """Make somebody unavailable from the first open slot until they come; take a lost table."""
    away = {*person.unavailable, *range(changes.from_slot, until or changes.from_slot)}
    table = None if person.table in changes.lost_tables else person.table
    return person.model_copy(update={"unavailable": tuple(sorted(away)), "table": table})


def _day(problem: Problem, plan: Plan, changes: Changes, must: set[int]) -> _Day:
    """Put what stays on a board, and list the meetings that lost their place."""
    timetable = timetable_of(problem)
    first = changes.from_slot - 1
    rows = {meeting.id: row for row, meeting in enumerate(problem.meetings)}
    planned = {rows[meeting.id]: meeting.slot - 1 for meeting in plan.meetings}
    lost = {rows[m.id] for m in plan.meetings if m.table in changes.lost_tables}
    allowed = timetable.allowed.copy()
    allowed[:, :first] = False
    for row, slot in planned.items():
        if slot < first:
            allowed[row] = False
            allowed[row, slot] = True
    tables = problem.tables - len(set(changes.lost_tables))
    board = Board(replace(timetable, allowed=allowed, tables=tables))
    displaced, affected = [], set()
    rank = sorted(
        planned, key=lambda row: (row not in must, row in lost, -timetable.value[row], row)
    )
    for row in rank:
        slot = planned[row]
        past = slot < first
        if past or (allowed[row, slot] and board.load[slot] < tables):
            board.put(row, slot)
        else:
            displaced.append(row)
            affected |= set(board.ends_of(row))
    return _Day(
        replace(timetable, allowed=allowed, tables=tables), board, first, displaced, affected, must
    )


def _fill_free_places(problem: Problem, day: _Day, changes: Changes, stop: Stop) -> None:
    """Put displaced and missing meetings where both sides are free; nobody else moves."""
    board = day.board
    waiting = [m for m, slot in enumerate(board.slot) if slot == FREE and board.has_room(m)]
    places = [(m, slot) for m in waiting for slot in board.slots_of(m) if board.fits(m, slot)]
    if not places:
        return
    goals = _goals(problem, day, changes, places)
    for place in _best_places(day, places, goals, stop):
        meeting, slot = places[place]
        if board.fits(meeting, slot):  # an order between two of them may forbid the second
            board.put(meeting, slot)


def _goals(
    problem: Problem, day: _Day, changes: Changes, places: list[tuple[int, int]]
) -> list[Floats]:
    """Write what filling places is worth, the goal that matters most first; (n_places,) each.

    What must take place and lost its place, what else lost it, whoever lost a meeting, the standby
    list in its order, value, and early slots among equals.
    """
    rows = {person.id: row for row, person in enumerate(problem.participants)}
    rank = {rows[name]: len(changes.standby) - n for n, name in enumerate(changes.standby)}
    displaced = set(day.displaced)
    ends = [day.board.ends_of(meeting) for meeting, _ in places]
    levels: list[list[float]] = [
        [meeting in displaced and meeting in day.must for meeting, _ in places],
        [meeting in displaced for meeting, _ in places],
        [sum(person in day.affected for person in pair) for pair in ends],
        [sum(rank.get(person, 0) for person in pair) for pair in ends],
        [day.timetable.value[meeting] for meeting, _ in places],
        [1 - slot / (day.board.n_slots + 1) for _, slot in places],
    ]
    return [np.array(level, float) for level in levels if any(level)]


def _best_places(
    day: _Day, places: list[tuple[int, int]], goals: list[Floats], stop: Stop
) -> list[int]:
    """Choose places that clash with nothing, goal after goal; rows of `places`."""
    limits = _limits(day, places)
    columns = np.array([place for _, members in limits for place in members])
    rows = np.repeat(np.arange(len(limits)), [len(members) for _, members in limits])
    shape = (len(limits), len(places))
    matrix = coo_array((np.ones(len(columns)), (rows, columns)), shape=shape).tocsr()
    kept = [LinearConstraint(matrix, -np.inf, [most for most, _ in limits])]
    chosen = np.zeros(len(places))
    for goal in goals:
        answer = milp(
            -goal,
            integrality=np.ones(len(places), np.int64),
            bounds=Bounds(0, 1),
            constraints=kept,
            options={"time_limit": max(stop.remaining / 3, 0.02), "mip_rel_gap": 0.0},
        )
        if answer.x is None:
            break
        chosen = np.round(answer.x)
        kept.append(LinearConstraint(goal, goal @ chosen - 1e-6, np.inf))
    first = goals[0] if goals else chosen
    return sorted(np.flatnonzero(chosen > 0.5).tolist(), key=lambda place: (-first[place], place))


def _limits(day: _Day, places: list[tuple[int, int]]) -> list[tuple[int, list[int]]]:
    """List what can hold only so many of the places: the most, and the rows of `places`."""
    limits: dict[tuple[object, ...], tuple[int, list[int]]] = {}

    def limit(key: tuple[object, ...], most: int, place: int) -> None:
        limits.setdefault(key, (most, []))[1].append(place)

    board = day.board
    for place, (meeting, slot) in enumerate(places):
        limit(("meeting", meeting), 1, place)
        limit(("tables", slot), day.timetable.tables - board.load[slot], place)
        for person in board.ends_of(meeting):
            limit(("person", person, slot), 1, place)
            room = int(day.timetable.maximum[person]) - board.mask[person].bit_count()
            limit(("room", person), room, place)
    return list(limits.values())


def _make_room(day: _Day, others: list[int], budget: int, draw: np.random.Generator) -> set[int]:
    """Move others, within the budget, for the meetings that have lost their place."""
    moved: set[int] = set()
    origin = list(day.board.slot)
    value = day.timetable.value
    for meeting in sorted(day.displaced, key=lambda row: (row not in day.must, -value[row], row)):
        board = day.board
        if board.slot[meeting] != FREE or not board.has_room(meeting):
            continue
        slots = board.slots_of(meeting)
        for slot in draw.permutation(slots).tolist() if slots else []:
            if _room_by_chain(board, meeting, slot, budget - len(moved)):
                moved = {m for m in others if origin[m] != board.slot[m]}
                break
    return moved


def _room_by_chain(board: Board, meeting: int, slot: int, budget: int) -> bool:
    if board.fits(meeting, slot):
        board.put(meeting, slot)
        return True
    for blocked in board.ends_of(meeting):
        other = board.at[blocked][slot]
        if other == FREE:
            continue
        for there in range(board.n_slots):
            chain = board.chain(other, there) if there != slot else None
            if chain is None or len(chain.meetings) > budget:
                continue
            board.apply(chain)
            if board.fits(meeting, slot):
                board.put(meeting, slot)
                return True
            board.apply(chain)
    return False


def _settled(problem: Problem, day: _Day) -> Problem:
    """Lower the minimums that the day has broken, so that the plan answers its problem."""
    tree = problem.model_dump(mode="json")
    for row, person in enumerate(tree["participants"]):
        person["min"] = min(person["min"], day.board.mask[row].bit_count())
    for row in day.must:
        tree["meetings"][row]["mandatory"] = day.board.slot[row] != FREE
    return document_of(tree, Problem, "the changes")


def _with_owners_seated(problem: Problem, plan: Plan) -> Problem:
    """Take their own table from those who do not always sit at it: it was lost on the way."""
    owner = {person.id: person.table for person in problem.participants}
    ends = {meeting.id: (meeting.a, meeting.b) for meeting in problem.meetings}
    moved = set()
    for meeting in plan.meetings:
        a, b = ends[meeting.id]
        if (owner[a] or owner[b] or meeting.table) != meeting.table:
            moved |= {a, b}
    tree = problem.model_dump(mode="json")
    for person, entry in zip(problem.participants, tree["participants"], strict=True):
        if person.id in moved:
            entry["table"] = None
    return document_of(tree, Problem, "the changes")


def _below(before: Problem, after: Problem) -> tuple[Id, ...]:
    return tuple(
        old.id
        for old, new in zip(before.participants, after.participants, strict=True)
        if new.min < old.min
    )


def _broken_promises(before: Plan, after: Plan, changes: Changes) -> Iterable[str]:
    """Check what only a repair promises: the past stays, lost tables stay empty."""
    now = {meeting.id: meeting for meeting in after.meetings}
    for meeting in before.meetings:
        if meeting.slot < changes.from_slot and now.get(meeting.id) != meeting:
            yield f"meeting {meeting.id!r} has taken place and is changed"
    for meeting in after.meetings:
        if meeting.slot >= changes.from_slot and meeting.table in changes.lost_tables:
            yield f"meeting {meeting.id!r} is at lost table {meeting.table}"
