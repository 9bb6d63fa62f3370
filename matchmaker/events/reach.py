"""Whose events somebody reaches: those that their chamber holds, alone or with others."""

from __future__ import annotations

from collections.abc import Sequence

from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Reach, Right
from matchmaker.errors import NotAllowedError


def reaches_event(caller: Principal, chambers: Sequence[str]) -> bool:
    """Whether somebody may see and change an event of some chambers."""
    reach = caller.reach(Right.EVENTS)
    if reach is Reach.CHAMBER:
        return caller.chamber in chambers
    return reach is Reach.ALL


def check_chambers(caller: Principal, chambers: Sequence[str]) -> None:
    """Let nobody begin, or give away, an event that they could not see afterwards.

    Raises
    ------
    NotAllowedError
        If the caller's chamber is not among those that are to hold the event.
    """
    if not reaches_event(caller, chambers):
        raise NotAllowedError(
            f"you prepare events of chamber {caller.chamber}; leave it among the chambers of the "
            "event, beside others if you like."
        )
