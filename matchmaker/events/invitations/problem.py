"""What an adviser hands in to choose invitations: the firms, who fits whom, and the rules."""

from __future__ import annotations

from collections import Counter

from pydantic import Field, model_validator

from matchmaker.events.documents import Document


class Candidate(Document):
    """A firm that may be invited."""

    id: str = Field(min_length=1, description="Unique.")
    department: str = Field(min_length=1, description="One of `departments`.")
    theme_score: float = Field(ge=0, le=1, description="How well the firm fits the theme.")
    acceptance: float | None = Field(
        None, gt=0, le=1, description="Probability that it comes; null = `acceptance_rates`."
    )
    relation: str | None = Field(None, description="To the chamber, for `acceptance_rates`.")
    size_band: str | None = Field(None, description="For `size_share_max`; null counts nowhere.")
    trade: str | None = Field(None, description="For `trade_share_max`; null counts nowhere.")


class Partners(Document):
    """Two firms that are good partners; the caller chose above which score."""

    a: str
    b: str
    value: float = Field(gt=0, le=1, description="Mutual score.")


class Apart(Document):
    """Two firms that do not count as partners, such as competitors or firms that have met."""

    a: str
    b: str
    why: str = Field("", description="For people; not read.")


class Rate(Document):
    """Probability that a firm of some kind comes; the rate that names most goes first."""

    rate: float = Field(gt=0, le=1)
    department: str | None = Field(None, description="null = any.")
    relation: str | None = Field(None, description="null = any.")


class Weights(Document):
    """What the value of an invitation is made of."""

    theme: float = Field(1.0, ge=0, le=100, description="Expected theme score; default 1.")
    partners: float = Field(
        1.0, ge=0, le=100, description="Expected value of the best k partners, over k; default 1."
    )


class Problem(Document):
    """Candidates of both departments, of whom some are to be invited."""

    candidates: tuple[Candidate, ...] = Field(min_length=1)
    pairs: tuple[Partners, ...] = ()
    apart: tuple[Apart, ...] = ()
    size: int = Field(ge=1, description="Expected attendance that is wanted.")
    size_over: float = Field(
        0.1, ge=0, le=1, description="Share by which it may be exceeded; default 0.1."
    )
    budget: int = Field(ge=1, description="Invitations in all, those already sent included.")
    k: int = Field(ge=1, le=20, description="Good partners that everybody who comes should meet.")
    confidence: float = Field(
        0.8,
        ge=0.5,
        lt=1,
        description="Probability of k present partners, for everybody invited; default 0.8.",
    )
    departments: tuple[str, ...] = Field(("77", "91"), min_length=1, description="Default 77, 91.")
    department_share_min: float = Field(
        0.4, ge=0, le=1, description="Of the expected attendance, for each one; default 0.4."
    )
    size_share_max: float | None = Field(
        None, gt=0, le=1, description="Of the expected attendance, for each size band; null = any."
    )
    trade_share_max: float | None = Field(
        None, gt=0, le=1, description="Of the expected attendance, for each trade; null = any."
    )
    acceptance_rates: tuple[Rate, ...] = Field(
        (), description="For candidates without `acceptance`; a rate that names nothing is for all."
    )
    waves: int = Field(1, ge=1, le=10, description="Mailings in all; default 1.")
    waves_sent: int = Field(0, ge=0, description="Mailings that are out; default 0.")
    invited: tuple[str, ...] = Field((), description="Asked in an earlier wave, no answer yet.")
    accepted: tuple[str, ...] = Field((), description="Have said yes; taken as certain.")
    declined: tuple[str, ...] = Field((), description="Have said no; never asked again.")
    weights: Weights = Weights()

    @model_validator(mode="after")
    def _consistent(self) -> Problem:
        for check in (_check_candidates, _check_pairs, _check_rates, _check_answers):
            check(self)
        return self


def _check_candidates(problem: Problem) -> None:
    name, count = Counter(one.id for one in problem.candidates).most_common(1)[0]
    if count > 1:
        raise ValueError(f"candidate {name!r} is listed {count} times; keep one")
    known = problem.departments
    if len(set(known)) < len(known):
        raise ValueError(f"departments {', '.join(known)} repeat one; name each once")
    for one in problem.candidates:
        if one.department not in known:
            raise ValueError(
                f"candidate {one.id!r} has department {one.department!r}, but departments are "
                f"{', '.join(known)}; correct one or the other"
            )
    if problem.department_share_min * len(known) > 1:
        raise ValueError("department_share_min of every department is more than 1 in all; lower it")


def _check_pairs(problem: Problem) -> None:
    names = {one.id for one in problem.candidates}
    for field in ("pairs", "apart"):
        seen = set()
        for number, pair in enumerate(getattr(problem, field), 1):
            unknown = [name for name in (pair.a, pair.b) if name not in names]
            if unknown:
                raise ValueError(
                    f"{field}[{number}] names {unknown[0]!r}, who is no candidate; "
                    "correct the id or remove the pair"
                )
            if pair.a == pair.b:
                raise ValueError(f"{field}[{number}] names {pair.a!r} twice; remove the pair")
            key = (min(pair.a, pair.b), max(pair.a, pair.b))
            if key in seen:
                raise ValueError(
                    f"{field}[{number}] repeats the pair {pair.a!r}, {pair.b!r}; keep one"
                )
            seen.add(key)


def _check_rates(problem: Problem) -> None:
    kinds = Counter((rate.department, rate.relation) for rate in problem.acceptance_rates)
    repeated = [kind for kind, n in kinds.items() if n > 1]
    if repeated:
        raise ValueError(f"acceptance_rates has two rates for {repeated[0]}; keep one")
    for one in problem.candidates:
        if one.acceptance is None and not any(_is_for(r, one) for r in problem.acceptance_rates):
            raise ValueError(
                f"candidate {one.id!r} has no acceptance, and no rate of acceptance_rates is for "
                "it; give one, or a rate that names nothing for all others"
            )


def _is_for(rate: Rate, one: Candidate) -> bool:
    return rate.department in (None, one.department) and rate.relation in (None, one.relation)


def _check_answers(problem: Problem) -> None:
    names = {one.id for one in problem.candidates}
    asked = [*problem.invited, *problem.accepted, *problem.declined]
    for name, count in Counter(asked).items():
        if name not in names:
            raise ValueError(f"{name!r} was invited, but is no candidate; correct the id")
        if count > 1:
            raise ValueError(
                f"{name!r} is more than once in invited, accepted and declined; keep one"
            )
    if asked and not problem.waves_sent:
        raise ValueError("waves_sent is 0, but there are invited or answers; give the number")
    if problem.waves_sent >= problem.waves:
        raise ValueError(
            f"waves_sent is {problem.waves_sent} of {problem.waves} waves; raise waves to plan more"
        )


def acceptance(problem: Problem, one: Candidate) -> float:
    """Probability that a candidate comes: its own, or of the rate that names most.

    A rate for relation and department goes before one for the relation, that before one for the
    department, and that before one for all.
    """
    if one.acceptance is not None:
        return one.acceptance
    fitting = [rate for rate in problem.acceptance_rates if _is_for(rate, one)]
    best = max(fitting, key=lambda r: (r.relation is not None, r.department is not None))
    return best.rate
