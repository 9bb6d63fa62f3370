"""What was done to an event, by whom and when: lines that are added and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Action(StrEnum):
    """What a line of the history tells."""

    CREATED = "created"
    CHANGED = "changed"
    MOVED = "moved"
    REGISTERED = "registered"
    REMOVED = "removed"
    ERASED = "erased"
    WISHED = "wished"
    WITHDREW = "withdrew"
    PLANNED = "planned"
    CHOSE_PLAN = "chose_plan"
    REPAIRED = "repaired"
    ATTENDED = "attended"
    RECORDED = "recorded"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change that was made; never changed itself.

    Parameters
    ----------
    version
        Version of the event after it.
    at, by
        When, and who.
    action
        What was done.
    details
        More of it as a JSON document: ids and numbers, no names and no addresses.
    """

    version: int
    at: datetime
    by: str
    action: Action
    details: Mapping[str, Any]
