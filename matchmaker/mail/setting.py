"""From what a letter says to its two forms: plain text, and HTML without anything from outside."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import jinja2

from matchmaker.mail.blocks import Action, Actions, Block, Code, Facts, Page, Paragraph, Points
from matchmaker.texts import Language, say

WIDTH = 76
"""Longest line of plain text; addresses of links are not broken."""


@cache
def _environment() -> jinja2.Environment:
    folder = Path(str(files("matchmaker"))) / "mail" / "templates"
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def as_html(page: Page, language: Language) -> str:
    """Set a letter as HTML: every text escaped, styles inline, no image, nothing to fetch."""
    notice = say(language, "mail.fictional") if page.fictional else ""
    template = _environment().get_template("letter.html")
    return template.render(page=page, language=language, notice=notice)


def as_text(page: Page, language: Language) -> str:
    """Set a letter as plain text: the same words and links as in HTML."""
    parts = [_wrapped(say(language, "mail.fictional"))] if page.fictional else []
    parts += [_wrapped(page.subject)]
    parts += ["\n".join(_lines(block)) for block in page.blocks]
    # Two hyphens and a space: what follows is below the line, and mail programs know it.
    parts += ["-- \n" + "\n".join(_wrapped(line) for line in page.footer)]
    parts += ["\n".join(_link(action) for action in page.links)]
    return "\n\n".join(parts) + "\n"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text):
            yield _wrapped(text)
        case Code(text):
            yield f"    {text}"
        case Points(title, items):
            yield title
            yield from (_wrapped(item, "- ", "  ") for item in items)
        case Facts(title, rows):
            yield title
            yield from (_wrapped(f"{label} {value}", "- ", "  ") for label, value in rows)
        case Actions(actions):
            yield from map(_link, actions)
        case _:
            yield block.title
            yield from (_wrapped(line, "> ", "> ") for line in block.text.split("\n"))


def _link(action: Action) -> str:
    return f"{_wrapped(action.label)}\n  {action.url}"


def _wrapped(text: str, first: str = "", others: str = "") -> str:
    lines = textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines) or first.rstrip()
