"""What an adviser hands in to make peer groups: the people, the rules, what counts how much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import chain

from pydantic import Field, model_validator

from matchmaker.events.documents import Document

Id = str


class Located(Document):
    """Somebody or something at a place: in degrees, or in kilometres on a flat map."""

    id: Id = Field(min_length=1, description="Unique among leaders, mentors and places.")
    latitude: float | None = Field(None, ge=-90, le=90, description="WGS 84, degrees.")
    longitude: float | None = Field(None, ge=-180, le=180, description="WGS 84, degrees.")
    x_km: float | None = Field(None, description="East on a flat map, km; not with degrees.")
    y_km: float | None = Field(None, description="North on a flat map, km; not with degrees.")

    @model_validator(mode="after")
    def _one_kind_of_coordinates(self) -> Located:
        degrees, flat = (self.latitude, self.longitude), (self.x_km, self.y_km)
        given = tuple(None not in pair for pair in (degrees, flat))
        if sum(given) != 1 or any(value is not None for value in (flat if given[0] else degrees)):
            raise ValueError(
                f"{self.id!r} has no clear coordinates; "
                "give latitude and longitude, or x_km and y_km, and not both"
            )
        return self

    @property
    def flat(self) -> bool:
        """Whether the coordinates are kilometres on a flat map."""
        return self.x_km is not None


class Leader(Located):
    """The leader of a small firm who takes part."""

    department: str = Field(min_length=1, description="One of `departments`.")
    size: int = Field(ge=0, description="Headcount, or the rank of a band; see `size_steps`.")
    maturity: float = Field(ge=0, description="Years that the firm exists.")
    themes: tuple[str, ...] = Field((), description="What to talk about; none = no wish.")
    company: str | None = Field(
        None, min_length=1, description="SIREN or name; null = nobody else is of this company."
    )


class Mentor(Located):
    """A manager of a larger firm who guides a group."""

    department: str = Field(min_length=1, description="One of `departments`.")
    themes: tuple[str, ...] = Field((), description="What the mentor knows about.")
    company: str | None = Field(
        None, min_length=1, description="SIREN or name; null = nobody else is of this company."
    )


class Place(Located):
    """Where groups may meet."""

    groups: int = Field(1, ge=1, description="Groups that may meet here; default 1.")


class Pair(Document):
    """Two people, leaders or mentors."""

    a: Id
    b: Id
    why: str = Field("", description="For people, such as competitor or refused; not read.")


class Membership(Document):
    """A seat that is decided already."""

    member: Id = Field(description="A leader or a mentor.")
    group: int = Field(ge=1, description="Number of the group, from 1.")


class Weights(Document):
    """What counts how much, in minutes of travel."""

    travel: int = Field(1, ge=0, le=10_000, description="Each minute one way; default 1.")
    size_mix: int = Field(
        20, ge=0, le=10_000, description="Each leader too many or few of a size class; default 20."
    )
    maturity_mix: int = Field(
        15, ge=0, le=10_000, description="Each too many or few of a maturity class; default 15."
    )
    themes: int = Field(
        15, ge=0, le=10_000, description="Each missing person with a common theme; default 15."
    )
    reserve: int = Field(
        30, ge=0, le=10_000, description="Each mentor who guides no group; default 30."
    )
    left_out: int = Field(
        5_000, ge=0, le=100_000, description="Each leader without a group; default 5000."
    )


class Problem(Document):
    """Leaders and mentors to put in groups that meet every month."""

    leaders: tuple[Leader, ...] = Field(min_length=1)
    mentors: tuple[Mentor, ...] = ()
    places: tuple[Place, ...] = Field(
        (), description="Where groups may meet; none = each group meets at one of its members."
    )
    groups: int | None = Field(None, ge=1, description="How many groups; null = the best number.")
    departments: tuple[str, ...] = Field(
        ("77", "91"), min_length=1, description="All of them are in every group; default 77, 91."
    )
    size_min: int = Field(12, ge=1, description="Leaders of a group, at least; default 12.")
    size_max: int = Field(18, ge=1, description="Leaders of a group, at most; default 18.")
    mentors_min: int = Field(2, ge=0, description="Mentors of a group, at least; default 2.")
    mentors_max: int = Field(3, ge=0, description="Mentors of a group, at most; default 3.")
    department_min: int = Field(
        3, ge=0, description="Leaders of each department in a group, at least; default 3."
    )
    department_share_min: float = Field(
        0.0, ge=0, le=1, description="The same as a share, to three decimals; default 0."
    )
    apart: tuple[Pair, ...] = Field((), description="Competitors, refused: never in one group.")
    together: tuple[Pair, ...] = Field((), description="Always in one group.")
    fixed: tuple[Membership, ...] = Field((), description="Seats that are decided already.")
    may_leave_out: bool = Field(
        False, description="Whether a leader may stay without a group; default no."
    )
    travel_max_minutes: int | None = Field(
        None, ge=1, description="One way, for everybody; null = no limit."
    )
    detour: float = Field(
        1.3, ge=1, le=3, description="Road kilometres per kilometre of great circle; default 1.3."
    )
    speed_km_h: float = Field(45.0, gt=0, le=200, description="Mean speed of a way; default 45.")
    size_steps: tuple[int, ...] = Field(
        (10, 50), description="First size of every size class but the first; default 10, 50."
    )
    maturity_steps: tuple[float, ...] = Field(
        (5.0, 15.0), description="First years of every maturity class but the first; default 5, 15."
    )
    theme_partners: int = Field(
        3, ge=0, description="With how many of the group a leader shares a theme; default 3."
    )
    weights: Weights = Weights()

    @model_validator(mode="after")
    def _consistent(self) -> Problem:
        for check in (_check_ids, _check_people, _check_numbers, _check_pairs, _check_fixed):
            check(self)
        return self


def _check_ids(problem: Problem) -> None:
    everything: Iterable[Located] = chain(problem.leaders, problem.mentors, problem.places)
    seen = list(everything)
    name, count = Counter(one.id for one in seen).most_common(1)[0]
    if count > 1:
        raise ValueError(f"id {name!r} is used {count} times; give each person and place its own")
    odd = [one.id for one in seen if one.flat != seen[0].flat]
    if odd:
        raise ValueError(
            f"{odd[0]!r} and {seen[0].id!r} have different kinds of coordinates; "
            "use degrees for all, or x_km and y_km for all"
        )


def _check_people(problem: Problem) -> None:
    known = problem.departments
    if len(set(known)) < len(known):
        raise ValueError(f"departments {', '.join(known)} repeat one; name each once")
    people: list[Leader | Mentor] = [*problem.leaders, *problem.mentors]
    for one in people:
        if one.department not in known:
            raise ValueError(
                f"{one.id!r} has department {one.department!r}, but departments are "
                f"{', '.join(known)}; correct one or the other"
            )


def _check_numbers(problem: Problem) -> None:
    for low, high in (("size_min", "size_max"), ("mentors_min", "mentors_max")):
        if getattr(problem, low) > getattr(problem, high):
            raise ValueError(f"{low} is above {high}; swap or mend them")
    least = problem.department_min * len(problem.departments)
    if least > problem.size_max:
        raise ValueError(
            f"department_min asks for {least} leaders in a group, size_max allows "
            f"{problem.size_max}; lower department_min"
        )
    if problem.department_share_min * len(problem.departments) > 1:
        raise ValueError("department_share_min of every department is more than 1 in all; lower it")
    for steps in ("size_steps", "maturity_steps"):
        values = getattr(problem, steps)
        if list(values) != sorted(set(values)):
            raise ValueError(f"{steps} must rise, got {', '.join(map(str, values))}")


def _check_pairs(problem: Problem) -> None:
    people = {one.id for one in (*problem.leaders, *problem.mentors)}
    for field in ("apart", "together"):
        for number, pair in enumerate(getattr(problem, field), 1):
            unknown = [name for name in (pair.a, pair.b) if name not in people]
            if unknown:
                raise ValueError(
                    f"{field}[{number}] names {unknown[0]!r}, who is neither leader nor mentor; "
                    "correct the id or remove the pair"
                )
            if pair.a == pair.b:
                raise ValueError(f"{field}[{number}] names {pair.a!r} twice; remove the pair")


def _check_fixed(problem: Problem) -> None:
    people = {one.id for one in (*problem.leaders, *problem.mentors)}
    for number, seat in enumerate(problem.fixed, 1):
        if seat.member not in people:
            raise ValueError(
                f"fixed[{number}] names {seat.member!r}, who is neither leader nor mentor; "
                "correct the id or remove it"
            )
        if problem.groups is not None and seat.group > problem.groups:
            raise ValueError(
                f"fixed[{number}] names group {seat.group}, but groups is {problem.groups}; "
                "correct one or the other"
            )
    repeated = [who for who, n in Counter(s.member for s in problem.fixed).items() if n > 1]
    if repeated:
        raise ValueError(f"fixed names {repeated[0]!r} more than once; keep one seat")
