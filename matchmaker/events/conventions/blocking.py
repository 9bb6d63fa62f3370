"""Why there is no plan: a small set of rules that cannot all hold, in words to act on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from matchmaker.events.conventions.plan import Blocking, BlockingKind
from matchmaker.events.conventions.problem import Problem
from matchmaker.events.conventions.timetable import Timetable, allowed_slots
from matchmaker.events.stopping import Stop
from matchmaker.texts import Language, say

Impossible = Callable[[Timetable], bool]
"""Whether a timetable is proven to have no answer."""


@dataclass(frozen=True)
class Rule:
    """A rule that could be given up: its kind and the row that it is about, if any."""

    kind: BlockingKind
    row: int = -1


def rules_of(timetable: Timetable) -> list[Rule]:
    """List the rules that could stand in the way, those that an adviser likes to keep last."""
    rules = [Rule("apart", row) for row in sorted(timetable.barred)]
    there = timetable.present.all(axis=1)
    rules += [Rule("availability", p) for p in np.flatnonzero(~there).tolist()]
    limited = timetable.maximum < timetable.n_slots
    rules += [Rule("maximum", p) for p in np.flatnonzero(limited).tolist()]
    rules += [Rule("order", k) for k in range(len(timetable.order))]
    if timetable.fairness is not None:
        rules.append(Rule("fairness"))
    rules.append(Rule("tables"))
    rules += [Rule("mandatory", m) for m in np.flatnonzero(timetable.mandatory).tolist()]
    rules += [Rule("minimum", p) for p in np.flatnonzero(timetable.minimum > 0).tolist()]
    return rules


def under(timetable: Timetable, rules: list[Rule]) -> Timetable:
    """Write the problem with these rules alone."""
    kept = {kind: [rule.row for rule in rules if rule.kind == kind] for kind in _KINDS}
    present = np.ones_like(timetable.present)
    present[kept["availability"]] = timetable.present[kept["availability"]]
    barred = {row: timetable.barred[row] for row in kept["apart"]}
    minimum = np.zeros_like(timetable.minimum)
    minimum[kept["minimum"]] = timetable.minimum[kept["minimum"]]
    maximum = np.full_like(timetable.maximum, timetable.n_slots)
    maximum[kept["maximum"]] = timetable.maximum[kept["maximum"]]
    mandatory = np.zeros_like(timetable.mandatory)
    mandatory[kept["mandatory"]] = True
    return replace(
        timetable,
        allowed=allowed_slots(timetable.ends, timetable.wanted, present, barred),
        present=present,
        barred=barred,
        minimum=minimum,
        maximum=maximum,
        mandatory=mandatory,
        order=timetable.order[kept["order"]],
        tables=timetable.tables if kept["tables"] else max(timetable.n_meetings, 1),
        fairness=timetable.fairness if kept["fairness"] else None,
    )


_KINDS: tuple[BlockingKind, ...] = (
    "minimum",
    "mandatory",
    "tables",
    "availability",
    "apart",
    "order",
    "fairness",
    "maximum",
)


def smallest(
    timetable: Timetable, rules: list[Rule], impossible: Impossible, stop: Stop
) -> list[Rule]:
    """Take rules away as long as what is left has no answer.

    Halves and quarters first, single rules last (as in Junker, QuickXplain, AAAI 2004). What
    remains when the time is up still has no answer, though it may not be the smallest.

    Parameters
    ----------
    timetable
        The problem.
    rules
        Rules of the problem that are impossible together.
    impossible
        The proof; must say yes of all of them.
    stop
        Time limit.
    """
    size = max(1, len(rules) // 2)
    while True:
        place = 0
        while place < len(rules) and not stop.reached:
            fewer = rules[:place] + rules[place + size :]
            if impossible(under(timetable, fewer)):
                rules = fewer
            else:
                place += size
        if size == 1 or stop.reached:
            return rules
        size = max(1, size // 2)


def blocking(
    problem: Problem, timetable: Timetable, rules: list[Rule], language: Language
) -> list[Blocking]:
    """Say which rules block, and what could be given up; many of one kind in one sentence."""
    by_kind: dict[BlockingKind, list[Rule]] = {}
    for rule in rules:
        by_kind.setdefault(rule.kind, []).append(rule)
    groups: list[list[Rule]] = []
    for kind, members in by_kind.items():
        together = kind in _TOGETHER and len(members) > MOST_SINGLE
        groups += [members] if together else [[rule] for rule in members]
    return [_said(problem, timetable, group, language) for group in groups]


_TOGETHER = ("minimum", "maximum", "availability", "mandatory")
MOST_SINGLE = 3
"""More rules of one kind are said in one sentence."""

MOST_NAMES = 8
"""More names than this are counted instead of listed."""


def _said(
    problem: Problem, timetable: Timetable, rules: list[Rule], language: Language
) -> Blocking:
    kind = rules[0].kind
    rows = [rule.row for rule in rules if rule.row >= 0]
    people = [problem.participants[row] for row in rows] if kind in _OF_PEOPLE else []
    if kind == "order":
        rows = [int(row) for pair in rows for row in timetable.order[pair]]
    wished = [problem.meetings[row] for row in rows] if kind in _OF_MEETINGS else []
    names = {person.id: person.name or str(person.id) for person in problem.participants}
    limits = [
        (person.min, int(timetable.maximum[row])) for row, person in zip(rows, people, strict=False)
    ]
    text = say(
        language,
        f"event.convention.blocking.{kind}.{'one' if len(rules) == 1 else 'other'}"
        if kind in _TOGETHER
        else f"event.convention.blocking.{kind}",
        count=len(rules),
        who=_listed([names[person.id] for person in people], language),
        minimum=sum(low for low, _ in limits),
        maximum=sum(high for _, high in limits),
        meetings=_listed([f"{names[m.a]} – {names[m.b]}" for m in wished], language),
        tables=problem.tables,
        places=problem.tables * problem.slots,
        fairness=problem.fairness,
    )
    return Blocking(
        rule=kind,
        participants=tuple(person.id for person in people),
        meetings=tuple(meeting.id for meeting in wished),
        text=text,
    )


_OF_PEOPLE = ("minimum", "maximum", "availability")
_OF_MEETINGS = ("mandatory", "apart", "order")


def _listed(names: list[str], language: Language) -> str:
    if len(names) <= MOST_NAMES:
        return ", ".join(names)
    shown = ", ".join(names[:MOST_NAMES])
    return say(language, "event.convention.and_more", names=shown, count=len(names) - MOST_NAMES)
