"""The four planners behind one face: documents, planner, checker, sentences of what blocks.

A planner is loaded when it is asked for: OR-tools takes a second, which a command that plans
nothing does not wait for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from matchmaker.events.details import EventKind
from matchmaker.events.documents import Document
from matchmaker.events.stopping import Stop
from matchmaker.texts import Language

AnyProblem: TypeAlias = Any
AnyPlan: TypeAlias = Any
"""Documents of one kind of event, known when its planner is: there are four of each."""


@dataclass(frozen=True)
class Planner:
    """One kind of event, as its documents and the functions over them.

    Parameters
    ----------
    problem, plan
        The documents that go in and come out.
    make
        `make(problem, stop, seed, language)` gives a plan that its checker has passed.
    check
        `check(problem, plan)` gives a sentence for each fault; none for a good plan.
    blocking
        `blocking(plan, language)` says what stands against a plan, or warns of; none where all
        is well.
    """

    problem: type[Document]
    plan: type[Document]
    make: Callable[[AnyProblem, Stop, int, Language], AnyPlan]
    check: Callable[[AnyProblem, AnyPlan], list[str]]
    blocking: Callable[[AnyPlan, Language], Sequence[str]]


def planner_of(kind: EventKind) -> Planner:
    """Load the planner of a kind of event."""
    return _LOADERS[kind]()


def _conventions() -> Planner:
    from matchmaker.events.conventions.checking import check
    from matchmaker.events.conventions.plan import Plan
    from matchmaker.events.conventions.planning import plan
    from matchmaker.events.conventions.problem import Problem

    def make(problem: Problem, stop: Stop, seed: int, language: Language) -> Plan:
        return plan(problem, stop, seed, language=language)

    def blocking(made: Plan, language: Language) -> list[str]:
        # The planner has written them, in the language that it was asked for.
        return [each.text or each.rule for each in made.blocking]

    return Planner(Problem, Plan, make, check, blocking)


def _round_tables() -> Planner:
    from matchmaker.events.round_tables.checking import check
    from matchmaker.events.round_tables.plan import Plan, sentence
    from matchmaker.events.round_tables.planning import plan
    from matchmaker.events.round_tables.problem import Problem

    def blocking(made: Plan, language: Language) -> list[str]:
        return [sentence(each, language) for each in made.blocking]

    return Planner(Problem, Plan, lambda p, stop, seed, _: plan(p, stop, seed), check, blocking)


def _peer_groups() -> Planner:
    from matchmaker.events.peer_groups import Plan, Problem, check, plan
    from matchmaker.events.peer_groups.wording import sentence

    def blocking(made: Plan, language: Language) -> list[str]:
        return [sentence(each, language) for each in made.blocking]

    return Planner(Problem, Plan, lambda p, stop, seed, _: plan(p, stop, seed), check, blocking)


def _invitations() -> Planner:
    from matchmaker.events.invitations import Plan, Problem, check, plan
    from matchmaker.events.invitations.wording import sentence

    def blocking(made: Plan, language: Language) -> list[str]:
        return [sentence(each, language) for each in (*made.blocking, *made.warnings)]

    return Planner(Problem, Plan, lambda p, stop, seed, _: plan(p, stop, seed), check, blocking)


_LOADERS: dict[EventKind, Callable[[], Planner]] = {
    EventKind.CONVENTION: _conventions,
    EventKind.ROUND_TABLES: _round_tables,
    EventKind.PEER_GROUPS: _peer_groups,
    EventKind.INVITATIONS: _invitations,
}
