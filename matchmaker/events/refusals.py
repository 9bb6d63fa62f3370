"""Why the life of an event refuses a step, as a sentence in the reader's language.

The text of the error itself is the English sentence.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from matchmaker.errors import EventConflictError, EventStateError
from matchmaker.texts import Language, say


def _states(language: Language, states: Iterable[str]) -> str:
    return ", ".join(say(language, f"event.life.state.{state}") for state in states)


class MoveRefusedError(EventStateError):
    """A move that is not in the table.

    Parameters
    ----------
    state, to
        The state of the event, and the one that was asked for.
    possible
        States that it can move to.
    """

    def __init__(self, state: str, to: str, possible: tuple[str, ...]) -> None:
        self.state, self.to, self.possible = state, to, possible
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """Name the states that are possible."""
        return say(
            language,
            "event.life.refused.move",
            state=_states(language, [self.state]),
            to=_states(language, [self.to]),
            possible=_states(language, self.possible),
        )


class ChangeRefusedError(EventStateError):
    """A change that the state does not allow.

    Parameters
    ----------
    state
        The state of the event.
    change
        What was to be changed.
    possible
        States in which that may be changed.
    """

    def __init__(self, state: str, change: str, possible: tuple[str, ...]) -> None:
        self.state, self.change, self.possible = state, change, possible
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """Name the states in which it is possible."""
        return say(
            language,
            "event.life.refused.change",
            state=_states(language, [self.state]),
            change=say(language, f"event.life.change.{self.change}"),
            possible=_states(language, self.possible),
        )


class NoPlanYetError(EventStateError):
    """A move to a state that needs a plan, of an event that has none in use.

    Parameters
    ----------
    to
        The state that was asked for.
    """

    def __init__(self, to: str) -> None:
        self.to = to
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """Say what to do first."""
        return say(language, "event.life.refused.no_plan", to=_states(language, [self.to]))


class ChangedMeanwhileError(EventConflictError):
    """Somebody else was quicker; nothing was written.

    Parameters
    ----------
    read, version
        Version that the writer had read, and the one that is stored.
    by
        Who wrote last.
    at
        When, on the clock of the event.
    """

    def __init__(self, read: int, version: int, by: str, at: datetime) -> None:
        self.read, self.version, self.by, self.at = read, version, by, at
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """Say who changed the event, when, and what to do."""
        moment = f"{self.at:%d/%m/%Y %H:%M}" if language == "fr" else f"{self.at:%Y-%m-%d %H:%M}"
        return say(
            language,
            "event.life.refused.conflict",
            by=self.by,
            at=moment,
            version=self.version,
            read=self.read,
        )
