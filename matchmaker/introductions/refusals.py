"""Why introductions refuse something, as a sentence in the reader's language.

The text of the error itself is the English sentence.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from matchmaker.errors import (
    IntroductionConflictError,
    IntroductionStateError,
    MatchmakerError,
    NoCapacityError,
    NotAllowedError,
    PairRefusedError,
    ProblemError,
)
from matchmaker.introductions.life import MOVES, Move, Party, State
from matchmaker.texts import Language, say

PARIS = ZoneInfo("Europe/Paris")
"""Where the chambers are: days and quarters begin there."""


class Refusal(MatchmakerError):
    """A refusal that the catalogue says.

    Parameters
    ----------
    key
        Of the sentence, below `introduction.refused`.
    values
        That fill it in.
    """

    def __init__(self, key: str, **values: str) -> None:
        self.key, self.values = key, values
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """Say it."""
        return say(language, f"introduction.refused.{self.key}", **self.values)


class StateRefusal(Refusal, IntroductionStateError):
    """A move that the state, or what a side has said before, does not allow."""


class PairRefusal(Refusal, PairRefusedError):
    """Two firms that are not introduced to each other."""


class CapacityRefusal(Refusal, NoCapacityError):
    """A firm that takes no more introductions for now."""


class RequestRefusal(Refusal, ProblemError):
    """A request that lacks something, or says too much."""


class MoveRefusal(IntroductionStateError):
    """A move that the state does not allow.

    Parameters
    ----------
    state, move
        The state of the introduction, and what was to be done.
    party
        Who wanted to do it.
    """

    def __init__(self, state: State, move: Move, party: Party) -> None:
        self.state, self.move = state, move
        self.possible = moves_of(state, party)
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """Name the moves that are possible for them."""
        possible = ", ".join(say(language, f"introduction.move.{move}") for move in self.possible)
        return say(
            language,
            "introduction.refused.move",
            state=say(language, f"introduction.state.{self.state}"),
            move=say(language, f"introduction.move.{self.move}"),
            possible=possible or say(language, "introduction.refused.nothing"),
        )


class PartyRefusal(NotAllowedError):
    """A move that is for others to make.

    Parameters
    ----------
    move, party
        What was to be done, and who wanted to.
    """

    def __init__(self, move: Move, party: Party) -> None:
        self.move, self.party = move, party
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """Name who may make the move."""
        steps = [step for (_, move), step in MOVES.items() if move is self.move]
        allowed = [party for party in Party if any(party in step.parties for step in steps)]
        names = [say(language, f"introduction.party.{party}") for party in allowed]
        return say(
            language,
            "introduction.refused.party",
            move=say(language, f"introduction.move.{self.move}"),
            party=say(language, f"introduction.party.{self.party}"),
            allowed=", ".join(names) or say(language, "introduction.refused.nobody"),
        )


class ChangedMeanwhile(IntroductionConflictError):
    """Somebody else was faster.

    Parameters
    ----------
    read, version
        Version that was read, and the one that is stored.
    by
        Who has changed it, as the reader may know them; `None` for somebody of the other side.
    at
        When.
    """

    def __init__(self, read: int, version: int, by: str | None, at: datetime) -> None:
        self.read, self.version, self.by = read, version, by
        self.at = at.astimezone(PARIS)
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """Name who has changed it, when, and how to go on."""
        return say(
            language,
            "introduction.refused.changed",
            who=self.by or say(language, "introduction.other_side"),
            when=f"{self.at:%Y-%m-%d %H:%M}",
            version=self.version,
            read=self.read,
        )


def moves_of(state: State, party: Party) -> tuple[Move, ...]:
    """List the moves that a party may make in a state."""
    return tuple(
        move
        for (allowed, move), step in MOVES.items()
        if allowed is state and party in step.parties
    )
