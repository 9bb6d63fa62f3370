"""A problem as matrices: everything that the planner reads, with rows instead of ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from matchmaker.events.peer_groups.problem import Leader, Located, Mentor, Problem
from matchmaker.territory import great_circle_km

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
RowPair = tuple[int, int]

NOWHERE = -1
"""Hub of somebody without a group."""


@dataclass(frozen=True)
class Rules:
    """The numbers of a problem; weights in minutes of travel."""

    size: tuple[int, int]
    mentors: tuple[int, int]
    department_min: int
    department_permille: int
    theme_partners: int
    travel: int
    size_mix: int
    maturity_mix: int
    themes: int
    reserve: int
    left_out: int


@dataclass(frozen=True)
class Cohort:
    """Leaders in the first rows, mentors behind them; a hub is where a group may meet.

    Parameters
    ----------
    n_leaders
        Rows that are leaders.
    minutes, near
        Ways of all people to all hubs, and which of them are allowed; shape (people, hubs).
    host
        Row of the member at whose firm a hub is, -1 where it is a place; shape (hubs,).
    department, size_class, maturity_class
        Class of each leader, from 0; shape (n_leaders,).
    n_departments, n_sizes, n_maturities
        Number of classes.
    alike
        Who shares a theme with whom; shape (people, people), nobody with himself.
    has_themes
        Leaders who name a theme; shape (n_leaders,).
    apart, companies, fixed_apart, together
        Pairs of rows that must not, or must, be in one group.
    must
        People who must have a group; shape (people,).
    groups
        Fewest and most groups; none are possible where the first is larger.
    rules
        The numbers.
    """

    n_leaders: int
    minutes: Integers
    near: Flags
    host: Integers
    department: Integers
    size_class: Integers
    maturity_class: Integers
    n_departments: int
    n_sizes: int
    n_maturities: int
    alike: Flags
    has_themes: Flags
    apart: tuple[RowPair, ...]
    companies: tuple[RowPair, ...]
    fixed_apart: tuple[RowPair, ...]
    together: tuple[RowPair, ...]
    must: Flags
    groups: tuple[int, int]
    rules: Rules

    @property
    def n_people(self) -> int:
        """Leaders and mentors."""
        return len(self.minutes)

    @property
    def n_mentors(self) -> int:
        """Mentors."""
        return self.n_people - self.n_leaders

    @property
    def never(self) -> tuple[RowPair, ...]:
        """All pairs that must not be in one group."""
        return tuple(sorted({*self.apart, *self.companies, *self.fixed_apart}))


def cohort_of(problem: Problem) -> Cohort:
    """Turn a problem into matrices."""
    people: list[Leader | Mentor] = [*problem.leaders, *problem.mentors]
    row = {one.id: at for at, one in enumerate(people)}
    places: list[Located] = [place for place in problem.places for _ in range(place.groups)]
    hubs = places or list[Located](people)
    minutes = travel_minutes(people, hubs, problem.detour, problem.speed_km_h)
    limit = problem.travel_max_minutes
    fixed = [(row[seat.member], seat.group) for seat in problem.fixed]
    leaders = problem.leaders
    return Cohort(
        n_leaders=len(leaders),
        minutes=minutes,
        near=minutes <= limit if limit is not None else np.ones_like(minutes, dtype=bool),
        host=np.full(len(hubs), -1) if problem.places else np.arange(len(people)),
        department=np.array([problem.departments.index(one.department) for one in leaders]),
        size_class=np.digitize([one.size for one in leaders], problem.size_steps),
        maturity_class=np.digitize([one.maturity for one in leaders], problem.maturity_steps),
        n_departments=len(problem.departments),
        n_sizes=len(problem.size_steps) + 1,
        n_maturities=len(problem.maturity_steps) + 1,
        alike=_shared([one.themes for one in people]),
        has_themes=np.array([bool(one.themes) for one in leaders]),
        apart=_pairs((row[pair.a], row[pair.b]) for pair in problem.apart),
        companies=_same_company([one.company for one in people]),
        fixed_apart=_pairs((a, b) for (a, g), (b, other) in combinations(fixed, 2) if g != other),
        together=_pairs(
            [(row[pair.a], row[pair.b]) for pair in problem.together]
            + [(a, b) for (a, g), (b, other) in combinations(fixed, 2) if g == other]
        ),
        must=_must(problem),
        groups=_numbers_of_groups(problem),
        rules=_rules(problem),
    )


def _rules(problem: Problem) -> Rules:
    return Rules(
        size=(problem.size_min, problem.size_max),
        mentors=(problem.mentors_min, problem.mentors_max),
        department_min=problem.department_min,
        department_permille=round(1000 * problem.department_share_min),
        theme_partners=problem.theme_partners,
        **problem.weights.model_dump(),
    )


def _numbers_of_groups(problem: Problem) -> tuple[int, int]:
    """First and last number of groups that the counts allow; none where the first is larger."""
    if problem.groups is not None:
        return problem.groups, problem.groups
    n = len(problem.leaders)
    limits = [n // problem.size_min]
    if problem.mentors_min:
        limits.append(len(problem.mentors) // problem.mentors_min)
    if problem.department_min:
        counts = [sum(one.department == d for one in problem.leaders) for d in problem.departments]
        limits.append(min(counts) // problem.department_min)
    if problem.places:
        limits.append(sum(place.groups for place in problem.places))
    least = 1 if problem.may_leave_out else -(-n // problem.size_max)
    return max(least, *(seat.group for seat in problem.fixed), 1), min(limits)


def _must(problem: Problem) -> Flags:
    seated = {seat.member for seat in problem.fixed}
    if not problem.may_leave_out:
        seated |= {one.id for one in problem.leaders}
    return np.array([one.id in seated for one in (*problem.leaders, *problem.mentors)])


def travel_minutes(
    people: Sequence[Located], hubs: Sequence[Located], detour: float, speed_km_h: float
) -> Integers:
    """Minutes from everybody to every hub, rounded up; shape (people, hubs).

    Great-circle distance (or the straight line on a flat map) times `detour`, at `speed_km_h`.
    """
    if people[0].flat:
        here, there = ([[one.x_km, one.y_km] for one in ones] for ones in (people, hubs))
        step = np.array(here, dtype=float)[:, None, :] - np.array(there, dtype=float)[None, :, :]
        km = np.hypot(step[..., 0], step[..., 1])
    else:
        here, there = ([[one.latitude, one.longitude] for one in ones] for ones in (people, hubs))
        a, b = np.array(here, dtype=float), np.array(there, dtype=float)
        km = great_circle_km(a[:, :1], a[:, 1:], b[:, 0], b[:, 1])
    # The last digits of a float must not make a minute.
    minutes: Integers = np.ceil(km * detour / speed_km_h * 60 - 1e-9).astype(np.int64)
    return minutes


def _shared(themes: Sequence[Iterable[str]]) -> Flags:
    names = {name: at for at, name in enumerate(sorted({t for own in themes for t in own}))}
    named = np.zeros((len(themes), len(names)), dtype=np.int64)
    for at, own in enumerate(themes):
        named[at, [names[t] for t in own]] = 1
    alike: Flags = named @ named.T > 0
    np.fill_diagonal(alike, val=False)
    return alike


def _same_company(companies: Sequence[str | None]) -> tuple[RowPair, ...]:
    rows = defaultdict(list)
    for at, company in enumerate(companies):
        if company is not None:
            rows[company].append(at)
    return _pairs(pair for own in rows.values() for pair in combinations(own, 2))


def _pairs(pairs: Iterable[RowPair]) -> tuple[RowPair, ...]:
    return tuple(sorted({(min(pair), max(pair)) for pair in pairs}))
