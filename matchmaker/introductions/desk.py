"""What every step of an introduction works with, and who makes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from matchmaker.introductions.letters import Letters
from matchmaker.introductions.life import Party
from matchmaker.settings import Settings
from matchmaker.store import Unit


@dataclass(frozen=True, slots=True)
class Desk:
    """What a step works with.

    Parameters
    ----------
    unit
        Unit of work: everything of a request is written, or nothing.
    rules
        Settings in force.
    post
        Writes letters into the outbox of the unit.
    at
        The moment.
    """

    unit: Unit
    rules: Settings
    post: Letters
    at: datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a step.

    Parameters
    ----------
    label
        As the history names them.
    party
        What they are to the introduction.
    """

    label: str
    party: Party


SERVICE = Actor("service", Party.SYSTEM)
"""The service itself, for what follows from a move and for what the night does."""
