"""Lists of firms that advisers keep: who reads them, who changes them, what may be written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from matchmaker.accounts.principals import Principal
from matchmaker.errors import NotAllowedError, ProblemError, UnknownListError
from matchmaker.mail.words import one_line
from matchmaker.store import Unit
from matchmaker.store.saved_lists import SavedList
from matchmaker.texts import NARROW_NO_BREAK_SPACE, Language, say

MAX_NAME = 80
"""Longest name of a list, in characters."""
MAX_NOTE = 500
"""Longest note on a firm, in characters."""
MAX_MEMBERS = 5_000
"""Most firms that a list holds; a search that is kept has no such bound."""


class SearchGoneError(ProblemError):
    """A kept search that can no longer be done: one of its filters names nothing any more.

    Parameters
    ----------
    name
        Name of the list that holds it.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """Name the search, and say how to mend it."""
        return say(language, "lists.refused.gone", name=self.name)


class TooManyFoundError(ProblemError):
    """A kept search that finds more firms than can be taken at once.

    Parameters
    ----------
    name
        Name of the list that holds it.
    found, most
        How many firms it finds, and how many may be taken.
    """

    def __init__(self, name: str, found: int, most: int) -> None:
        self.name, self.found, self.most = name, found, most
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """Name the search and both numbers, and say what to do."""
        mark = NARROW_NO_BREAK_SPACE if language == "fr" else ","
        found, most = (f"{number:,}".replace(",", mark) for number in (self.found, self.most))
        return say(language, "lists.refused.too_many", name=self.name, found=found, most=most)


def may_read(held: SavedList, caller: Principal) -> bool:
    """Whether somebody reads a list: its owner does, and the chamber if it is shared."""
    of_chamber = held.shared and caller.chamber is not None and held.chamber == caller.chamber
    return held.account_id == caller.id or of_chamber


def readable_list(unit: Unit, caller: Principal, list_id: str) -> SavedList:
    """Read a list for somebody.

    Raises
    ------
    UnknownListError
        If there is none, or it is not theirs to read: they learn no difference.
    """
    held = unit.lists.get(list_id)
    if not may_read(held, caller):
        raise UnknownListError(f"list {list_id!r} is not in the store; go back to your lists.")
    return held


def own_list(unit: Unit, caller: Principal, list_id: str) -> SavedList:
    """Read a list for its owner, who alone changes it.

    Raises
    ------
    UnknownListError
        As `readable_list`.
    NotAllowedError
        If it is shared with the caller, and another one's.
    """
    held = readable_list(unit, caller, list_id)
    if held.account_id != caller.id:
        raise NotAllowedError(f"list {list_id} is {held.owner}'s, who alone changes it.")
    return held


def begin_list(
    unit: Unit,
    caller: Principal,
    name: str,
    *,
    drawn: str,
    at: datetime,
    search: Mapping[str, str] | None = None,
    shared: bool = False,
    spare: str | None = None,
) -> SavedList:
    """Begin a list; begun twice from one form, it is one.

    Parameters
    ----------
    caller
        Whose it is.
    name
        As they call it.
    drawn
        Its id, drawn when the form was shown. Where the caller has a list of that id, of the same
        name and the same search, that is the list.
    at
        Now.
    search
        Filters of a list that is a search; none for a list of chosen firms.
    shared
        Whether the chamber reads it too.
    spare
        Id to take where `drawn` is another list's: somebody went back and typed another name.

    Raises
    ------
    ProblemError
        If the name is empty or too long, or no id is free.
    """
    made = SavedList(
        id=drawn,
        account_id=caller.id,
        owner="",
        chamber=caller.chamber,
        name=checked_name(name),
        search=search,
        shared=shared,
        created_at=at,
        changed_at=at,
    )
    if unit.lists.create(made):
        return unit.lists.get(drawn)
    there = unit.lists.get(drawn)
    if (there.account_id, there.name, there.search) == (caller.id, made.name, search):
        return there
    if spare is None:
        raise ProblemError(f"list {drawn!r} is another one; go back and begin the list again.")
    return begin_list(unit, caller, name, drawn=spare, at=at, search=search, shared=shared)


def add_to_list(unit: Unit, held: SavedList, sirets: Collection[str], *, at: datetime) -> int:
    """Put firms on a list of chosen firms; return how many are new on it.

    Firms that are not to be shown are passed over.

    Raises
    ------
    ProblemError
        If the list is a search, or would be longer than `MAX_MEMBERS`.
    """
    if held.search is not None:
        raise ProblemError(f"list {held.id} is a search; firms cannot be put on it by hand.")
    shown = unit.portfolio.shown(list(dict.fromkeys(sirets)))
    if unit.lists.size(held.id) + len(shown) > MAX_MEMBERS:
        raise ProblemError(f"a list holds {MAX_MEMBERS} firms at most; begin another one.")
    return unit.lists.add(held.id, tuple(shown), at=at)


def checked_name(text: str) -> str:
    """Name of a list, on one line.

    Raises
    ------
    ProblemError
        If it is empty or too long.
    """
    name = one_line(text, 2 * MAX_NAME)
    if not 0 < len(name) <= MAX_NAME:
        raise ProblemError(f"the name of a list has 1 to {MAX_NAME} characters, got {len(name)}.")
    return name


def checked_note(text: str) -> str:
    """Note on a firm, on one line.

    Raises
    ------
    ProblemError
        If it is too long.
    """
    note = one_line(text, 2 * MAX_NOTE)
    if len(note) > MAX_NOTE:
        raise ProblemError(f"a note has {MAX_NOTE} characters at most, got {len(note)}.")
    return note
