"""The wishes of an event as every page on them reads them: who is there, who said what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from matchmaker.events.life import CHANGES, Change, Event
from matchmaker.events.registrations import Registration
from matchmaker.events.wishes import Wish, WishKind
from matchmaker.spelling import fold
from matchmaker.store import Unit


@dataclass(frozen=True)
class WishRoom:
    """What every page on the wishes of an event reads.

    Parameters
    ----------
    event
        The event.
    people
        Everybody, by name.
    wishes
        All of them.
    """

    event: Event
    people: list[Registration]
    wishes: list[Wish]

    def figures(self) -> dict[str, Any]:
        """Count wishes by kind, pairs who want each other, and who wishes nobody."""
        wishers = {each.wisher for each in self.wishes}
        silent = [each for each in self.people if each.id not in wishers]
        return {
            "total": len(self.wishes),
            "counts": Counter(each.kind for each in self.wishes),
            "mutual": _mutual(self.wishes),
            "silent": silent,
            "may_change": Change.WISHES in CHANGES[self.event.state],
        }


def read_wishes(unit: Unit, event: Event) -> WishRoom:
    """Read everybody and every wish of an event."""
    people = unit.events.registrations.all(event.id)
    ordered = sorted(people, key=lambda each: (fold(each.name), each.id))
    return WishRoom(event, ordered, list(unit.events.wishes.all(event.id)))


def _mutual(wishes: Collection[Wish]) -> int:
    """Count the pairs of whom both want each other."""
    wanted = {(each.wisher, each.wished) for each in wishes if each.kind is not WishKind.NO}
    return sum((b, a) in wanted for a, b in wanted) // 2
