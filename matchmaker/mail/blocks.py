"""The parts that letters are made of; each is said in plain text and in HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Our own words."""

    kind: ClassVar[str] = "paragraph"
    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """A few things under a title."""

    kind: ClassVar[str] = "points"
    title: str
    items: Sequence[str]


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody else's words, which must not pass for ours."""

    kind: ClassVar[str] = "quote"
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and values under a title."""

    kind: ClassVar[str] = "facts"
    title: str
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Action:
    """A link that asks to be followed."""

    label: str
    url: str
    first: bool = False
    """Whether it stands out."""


@dataclass(frozen=True, slots=True)
class Actions:
    """Links side by side."""

    kind: ClassVar[str] = "actions"
    actions: Sequence[Action]


@dataclass(frozen=True, slots=True)
class Code:
    """Characters to be typed in somewhere else."""

    kind: ClassVar[str] = "code"
    text: str


Block: TypeAlias = Paragraph | Points | Quote | Facts | Actions | Code


@dataclass(frozen=True, slots=True)
class Page:
    """What a letter says, before it is set.

    Parameters
    ----------
    subject
        One line; also the heading.
    blocks
        In their order.
    footer
        Who writes and why, below the line.
    links
        Ways out: unsubscribe, opt out, privacy.
    fictional
        Whether the firms in it are invented, which the letter then says.
    """

    subject: str
    blocks: Sequence[Block]
    footer: Sequence[str]
    links: Sequence[Action]
    fictional: bool
