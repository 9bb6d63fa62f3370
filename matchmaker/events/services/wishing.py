"""One wish, written where it is still what whoever writes has seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from matchmaker.errors import EventConflictError, ProblemError
from matchmaker.events.life import Edit, Event
from matchmaker.events.wishes import Wish, WishKind
from matchmaker.store import Unit
from matchmaker.texts import Language, say


class WishChangedError(EventConflictError):
    """Somebody else changed this very wish meanwhile; nothing was written.

    Parameters
    ----------
    by
        Who changed the event last.
    """

    def __init__(self, by: str) -> None:
        self.by = by
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """Say who it may have been, and what to do."""
        return say(language, "event_pages.matrix.changed", by=self.by)


class MetBeforeError(ProblemError):
    """A wish that also says that the two have met: a click would lose that; nothing was written."""

    def __init__(self) -> None:
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """Say what would be lost, and where it is taken back on purpose."""
        return say(language, "event_pages.matrix.met_before")


@dataclass(frozen=True)
class WishEdit:
    """What is to be changed in a wish.

    Parameters
    ----------
    wisher, wished
        Ids of the two participants.
    seen
        What the first said of the second when the page was shown; nothing where they had not.
    kind
        What they say now; nothing takes the wish back.
    """

    wisher: str
    wished: str
    seen: WishKind | None
    kind: WishKind | None


def write_wish(unit: Unit, event: Event, wanted: WishEdit, *, at: datetime, by: str) -> Event:
    """Change one wish; whether the two have met before stays as it is.

    Others may have changed the event since the page was shown: only this wish must be as it was.
    What is so already is left alone, so that a form that is sent twice does it once.

    Raises
    ------
    WishChangedError
        If the wish is another one by now.
    MetBeforeError
        If it would be taken back, and says that the two have met before.
    UnknownEventError, EventConflictError, EventStateError, ProblemError
        As the store.
    """
    pair = (wanted.wisher, wanted.wished)
    stored = {(each.wisher, each.wished): each for each in unit.events.wishes.all(event.id)}
    known = stored.get(pair)
    now = known.kind if known else None
    if now is wanted.kind:
        return event
    if now is not wanted.seen:
        raise WishChangedError(event.changed_by)
    edit = Edit(event.version, at, by)
    met = known.met_before if known else False
    if wanted.kind is None:
        if met:
            raise MetBeforeError()
        return unit.events.wishes.withdraw(event.id, edit, [pair])
    return unit.events.wishes.put(event.id, edit, [Wish(*pair, wanted.kind, met)])
