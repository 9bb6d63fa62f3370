"""Plans as an event keeps them: whole, numbered, the older ones as well."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_NAMES = frozenset({"name", "company", "label"})


@dataclass(frozen=True, slots=True)
class NewPlan:
    """A plan on its way to the store.

    Parameters
    ----------
    problem, plan
        The two documents of its planner, as JSON trees.
    seed
        Seed with which it was made.
    """

    problem: Mapping[str, Any]
    plan: Mapping[str, Any]
    seed: int


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """A plan in the list of an event, without its documents.

    Parameters
    ----------
    number
        1 for the first plan of an event, one more for each further one.
    at, by
        When it was made, and who made it.
    seed
        Seed with which it was made.
    """

    number: int
    at: datetime
    by: str
    seed: int


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan with its documents, as JSON trees."""

    entry: PlanEntry
    problem: Mapping[str, Any]
    plan: Mapping[str, Any]


def without_names(tree: Any, ids: Collection[str]) -> Any:  # noqa: ANN401 - any JSON
    """Copy a JSON tree and put ids in place of the names of some participants.

    Plans are kept, but a firm that opted out is no longer named in them. Texts stay texts, so that
    the document keeps its form.

    Parameters
    ----------
    tree
        A problem or a plan.
    ids
        Participants to take out: objects with one of these under `id` lose their name, company
        and label.
    """
    if isinstance(tree, list):
        return [without_names(branch, ids) for branch in tree]
    if not isinstance(tree, Mapping):
        return tree
    hidden = _NAMES if str(tree.get("id")) in ids else frozenset()
    return {
        key: str(tree["id"])
        if key in hidden and isinstance(branch, str)
        else without_names(branch, ids)
        for key, branch in tree.items()
    }
