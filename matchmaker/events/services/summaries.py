"""A plan in a few lines, for the terminal and for whoever does not open the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from matchmaker.events.details import EventKind
from matchmaker.events.services.planners import AnyPlan, planner_of
from matchmaker.texts import Language, say

Number = int | float | None


@dataclass(frozen=True)
class Summary:
    """What a plan comes to.

    Parameters
    ----------
    status
        As in the plan.
    figures
        Values by code (`event.services.figure.<code>` is the label); `None` where unknown.
    unmet
        Wishes that do not come true, counted by reason.
    blocking
        What stands against a plan, or warns of, as sentences.
    """

    status: str
    figures: Mapping[str, Number] = field(default_factory=dict)
    unmet: Mapping[str, int] = field(default_factory=dict)
    blocking: Sequence[str] = ()


def summary_of(kind: EventKind, plan: AnyPlan, language: Language) -> Summary:
    """Sum a plan up; `plan` is the document of that kind."""
    figures = _FIGURES[kind](plan)
    unmet = Counter(each.reason for each in plan.unmet) if kind is EventKind.CONVENTION else {}
    said = planner_of(kind).blocking(plan, language)
    return Summary(plan.status, figures, dict(unmet), tuple(said))


def lines_of(summary: Summary, language: Language) -> Iterator[str]:
    """Write a summary down: status, figures, unmet wishes by reason, what blocks."""
    yield _line("status", say(language, f"event.services.status.{summary.status}"), language)
    for code, value in summary.figures.items():
        yield _line(code, shown(value, language), language)
    if summary.unmet:
        yield _line("unmet", str(sum(summary.unmet.values())), language)
    for reason, count in sorted(summary.unmet.items(), key=lambda each: (-each[1], each[0])):
        label = say(language, f"event.export.unmet.{reason}")
        yield "  " + say(language, "event.services.line", label=label, value=count)
    yield from summary.blocking


def _line(code: str, value: str, language: Language) -> str:
    label = say(language, f"event.services.figure.{code}")
    return say(language, "event.services.line", label=label, value=value)


def shown(value: Number, language: Language) -> str:
    """Write a number for people; a word where it is not known."""
    if value is None:
        return say(language, "event.services.unknown")
    text = f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return text.replace(".", say(language, "words.number_comma"))


def _convention(plan: AnyPlan) -> dict[str, Number]:
    figures: dict[str, Number] = {"meetings": len(plan.meetings)}
    for goal in ("value", "breaks", "idle"):
        figures[goal] = getattr(plan.objective, goal, None)
        figures[f"{goal}_bound"] = getattr(plan.bound, goal)
    return {**figures, "gap": plan.gap, "table_changes": plan.table_changes}


def _round_tables(plan: AnyPlan) -> dict[str, Number]:
    names = ("encounters", "cross_encounters", "repeated", "value")
    figures = {name: getattr(plan.figures, name, None) for name in names}
    return {**figures, "objective": plan.objective, "bound": plan.bound, "gap": plan.gap}


def _peer_groups(plan: AnyPlan) -> dict[str, Number]:
    return {
        "groups": len(plan.groups),
        "left_out": len(plan.left_out),
        "cost": plan.objective.total if plan.objective else None,
        "cost_bound": plan.bound,
        "gap": plan.gap,
    }


def _invitations(plan: AnyPlan) -> dict[str, Number]:
    return {
        "invitations": len(plan.invitations),
        "expected": plan.attendance.expected if plan.attendance else None,
        "objective": plan.objective.total if plan.objective else None,
        "bound": plan.bound,
        "gap": plan.gap,
    }


_FIGURES = {
    EventKind.CONVENTION: _convention,
    EventKind.ROUND_TABLES: _round_tables,
    EventKind.PEER_GROUPS: _peer_groups,
    EventKind.INVITATIONS: _invitations,
}
