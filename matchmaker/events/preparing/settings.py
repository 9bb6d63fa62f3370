"""What an adviser set for an event: some of it is read here, the rest is the planner's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from matchmaker.errors import ProblemError
from matchmaker.events.documents import AnyDocument, Document, document_of
from matchmaker.events.life import Event, EventKind


def read_settings(
    event: Event, kind: EventKind, own: type[AnyDocument], passed_on: Collection[str]
) -> tuple[AnyDocument, dict[str, Any]]:
    """Part the settings of an event.

    Parameters
    ----------
    event
        The stored event.
    kind
        What it must be.
    own
        Settings that preparing reads, with their defaults.
    passed_on
        Names of the fields of the planner's problem that may be set; checked by the planner's
        document.

    Returns
    -------
    (own, dict)
        What is read here, and what goes to the planner as it is.

    Raises
    ------
    ProblemError
        If the event is of another kind, or a setting is unknown or wrong.
    """
    if event.details.kind is not kind:
        raise ProblemError(
            f"event {event.id!r} is of the kind {event.details.kind}, not {kind}; prepare it as "
            "what it is, or change its kind."
        )
    given = event.details.settings
    known = {*own.model_fields, *passed_on}
    for name in given:
        if name not in known:
            raise ProblemError(
                f"event {event.id!r}, settings: {name!r} is none of the kind {kind}; write "
                f"{', '.join(sorted(known))}, or remove it."
            )
    mine = {name: value for name, value in given.items() if name in own.model_fields}
    read = document_of(mine, own, f"event {event.id!r}, settings")
    return read, {name: value for name, value in given.items() if name in passed_on}


def problem_of(event: Event, tree: Mapping[str, object], kind: type[AnyDocument]) -> AnyDocument:
    """Make the planner's document.

    Raises
    ------
    ProblemError
        If it contradicts itself; names the event and the first contradiction.
    """
    return document_of(dict(tree), kind, f"event {event.id!r}")


def fields_but(kind: type[Document], *prepared: str) -> frozenset[str]:
    """Names of the fields of a problem that the settings may give."""
    return frozenset(kind.model_fields) - set(prepared)
