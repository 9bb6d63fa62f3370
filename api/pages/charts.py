"""The geometry of small charts: a line over nights, bars by name. The template draws it as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MARGIN = 8.0
"""Room around a line for its dots, in units of the drawing."""

ROW = 30.0
"""Height of one bar with its name above it."""

LABEL_ROOM = 72.0
"""Room at the end of the longest bar for its value."""


@dataclass(frozen=True)
class Dot:
    """One known value of a line.

    Parameters
    ----------
    x, y
        Where it is drawn.
    label, value
        What it is of, and how much.
    """

    x: float
    y: float
    label: str
    value: float


@dataclass(frozen=True)
class LineChart:
    """A line over moments.

    Parameters
    ----------
    width, height
        Of the drawing.
    strokes
        Points of each unbroken stretch, as SVG writes them; unknown values break the line.
    dots
        Known values.
    rows
        Every point with its value, unknown ones too: the table beside.
    low, high
        Values at the foot and at the head of the drawing; `None` without a known value.
    """

    width: float
    height: float
    strokes: tuple[str, ...]
    dots: tuple[Dot, ...]
    rows: tuple[tuple[str, float | None], ...]
    low: float | None
    high: float | None

    @property
    def last(self) -> Dot | None:
        """The newest known value."""
        return self.dots[-1] if self.dots else None


@dataclass(frozen=True)
class Bar:
    """One bar.

    Parameters
    ----------
    y
        Its head.
    width
        Its length, zero or more.
    label, value
        What it is of, and how much.
    department
        Code that colours it, if it is about one department.
    """

    y: float
    width: float
    label: str
    value: float
    department: str | None


@dataclass(frozen=True)
class BarChart:
    """Bars one below the other, each with its name above it: long names stay whole."""

    width: float
    height: float
    bars: tuple[Bar, ...]

    @property
    def rows(self) -> tuple[tuple[str, float], ...]:
        """Every bar with its value: the table beside."""
        return tuple((bar.label, bar.value) for bar in self.bars)


def line_chart(
    points: Sequence[tuple[str, float | None]],
    *,
    low: float | None = None,
    high: float | None = None,
    width: float = 320,
    height: float = 90,
) -> LineChart:
    """Lay out a line.

    Parameters
    ----------
    points
        Label and value in the order of time; a value may be unknown.
    low, high
        Ends of the scale; those of the values where not given. A value beyond them widens it.
    width, height
        Of the drawing.
    """
    known = [value for _, value in points if value is not None]
    if not known:
        return LineChart(width, height, (), (), tuple(points), None, None)
    foot = min(known if low is None else [low, *known])
    head = max(known if high is None else [high, *known])
    across = (width - 2 * MARGIN) / max(1, len(points) - 1)
    dots: list[Dot] = []
    strokes: list[list[str]] = []
    stretch: list[str] = []
    for place, (label, value) in enumerate(points):
        if value is None:
            strokes, stretch = [*strokes, stretch], []
            continue
        # A flat line runs through the middle: neither the best nor the worst.
        share = (value - foot) / (head - foot) if head > foot else 0.5
        x = round(MARGIN + across * place, 1)
        y = round(height - MARGIN - share * (height - 2 * MARGIN), 1)
        dots.append(Dot(x, y, label, value))
        stretch.append(f"{x},{y}")
    drawn = tuple(" ".join(each) for each in [*strokes, stretch] if len(each) > 1)
    return LineChart(width, height, drawn, tuple(dots), tuple(points), foot, head)


def bar_chart(
    rows: Sequence[tuple[str, float]],
    *,
    department: Sequence[str | None] = (),
    width: float = 360,
) -> BarChart:
    """Lay out bars, in the order given.

    Parameters
    ----------
    rows
        Label and value, zero or more.
    department
        Per row, the code that colours it; none where not given.
    width
        Of the drawing.

    Raises
    ------
    ValueError
        If a value is negative: a length cannot be.
    """
    if any(value < 0 for _, value in rows):
        raise ValueError("a bar cannot be shorter than nothing; give values from zero up")
    longest = max((value for _, value in rows), default=0.0)
    scale = (width - LABEL_ROOM) / longest if longest > 0 else 0.0
    colours = [*department, *[None] * (len(rows) - len(department))]
    bars = tuple(
        Bar(round(place * ROW, 1), round(value * scale, 1), label, value, colours[place])
        for place, (label, value) in enumerate(rows)
    )
    return BarChart(width, len(rows) * ROW, bars)
