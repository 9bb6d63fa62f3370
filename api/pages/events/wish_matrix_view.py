"""Wishes as a matrix of people and people, a tile at a time; or one person with everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from api.pages.events.wish_room import WishRoom
from matchmaker.events.preparing.people import firms
from matchmaker.events.registrations import Registration
from matchmaker.events.wishes import WishKind

WHOLE = 60
"""People up to whom the matrix is shown whole."""
TILE = 40
"""People on each side of a tile of a larger one."""
PAGE = 100
"""People beside whom one person is shown at a time."""


@dataclass(frozen=True)
class Cell:
    """What one person says of another, and what a click makes of it.

    Parameters
    ----------
    wisher, wished
        Ids of the two.
    kind
        What the first says of the second; nothing where they have not.
    mutual
        Whether both want to meet.
    house
        Whether both are of one firm, so that nobody wishes anything.
    sends
        Value of its button; empty where nothing can be changed.
    """

    wisher: str
    wished: str
    kind: WishKind | None
    mutual: bool
    house: bool
    sends: str


@dataclass(frozen=True)
class Line:
    """A person and the cells beside their name; `None` is the cell of oneself."""

    person: Registration
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Matrix:
    """What is shown of the matrix.

    Parameters
    ----------
    lines
        Who wishes; of one person alone, everybody else.
    columns
        Who is wished; nobody where one person alone is shown.
    tiles
        First and last person of each tile of a side; one where the matrix is shown whole.
    row, column
        Number of the tile that is shown, from 1.
    page, pages
        Of one person alone: which page of how many.
    """

    lines: tuple[Line, ...]
    columns: tuple[Registration, ...] = ()
    tiles: tuple[tuple[str, str], ...] = ()
    row: int = 1
    column: int = 1
    page: int = 1
    pages: int = 1


def _cells(room: WishRoom, pen: WishKind, *, open_: bool) -> Callable[[str, str], Cell]:
    """Make cells of two ids out of what was said."""
    said = {(each.wisher, each.wished): each.kind for each in room.wishes}
    house = dict(zip((each.id for each in room.people), firms(room.people), strict=True))

    def cell(wisher: str, wished: str) -> Cell:
        kind, back = said.get((wisher, wished)), said.get((wished, wisher))
        mutual = None not in (kind, back) and WishKind.NO not in (kind, back)
        together = house[wisher] is not None and house[wisher] == house[wished]
        after = "" if together or kind is pen else pen.value
        may = open_ and (kind is not None or not together)
        sends = f"{wisher}>{wished}>{kind or ''}>{after}" if may else ""
        return Cell(wisher, wished, kind, mutual, together, sends)

    return cell


def whole_matrix(room: WishRoom, pen: WishKind, row: int, column: int, *, open_: bool) -> Matrix:
    """Lay wishes out as people and people.

    Parameters
    ----------
    room
        The wishes.
    pen
        What a click on a cell writes.
    row, column
        Tiles to be shown, from 1; beyond the last one it is that.
    open_
        Whether wishes may be changed.
    """
    if not room.people:
        return Matrix(())
    size = len(room.people) if len(room.people) <= WHOLE else TILE
    tiles = [room.people[start : start + size] for start in range(0, len(room.people), size)]
    row, column = min(row, len(tiles)), min(column, len(tiles))
    cell, columns = _cells(room, pen, open_=open_), tuple(tiles[column - 1])
    lines = tuple(
        Line(one, tuple(None if one is two else cell(one.id, two.id) for two in columns))
        for one in tiles[row - 1]
    )
    names = tuple((tile[0].name, tile[-1].name) for tile in tiles)
    return Matrix(lines, columns, names, row, column)


def lines_of(room: WishRoom, who: Registration, pen: WishKind, page: int, *, open_: bool) -> Matrix:
    """Lay out what one person says of everybody, and everybody of them; parameters as above."""
    others = [each for each in room.people if each is not who]
    pages = max(1, -(-len(others) // PAGE))
    page = min(page, pages)
    cell = _cells(room, pen, open_=open_)
    lines = tuple(
        Line(each, (cell(who.id, each.id), cell(each.id, who.id)))
        for each in others[(page - 1) * PAGE : page * PAGE]
    )
    return Matrix(lines, page=page, pages=pages)
