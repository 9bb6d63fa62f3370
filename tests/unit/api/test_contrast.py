"""Contrast of the stylesheet's tokens, reckoned by the formula of WCAG 2.2, light and dark."""

import re
from pathlib import Path

import pytest

CSS = re.sub(
    r"/\*.*?\*/",
    "",
    (Path(__file__).parents[3] / "api/static/style.css").read_text(encoding="utf-8"),
    flags=re.DOTALL,
)
COLOUR = re.compile(r"--([\w-]+):\s*(#[0-9a-fA-F]{6})\s*;")
DARK_BLOCK = re.compile(r"@media \(prefers-color-scheme: dark\) \{\s*:root \{([^}]*)\}")
LIGHT = dict(COLOUR.findall(re.search(r"^:root \{([^}]*)\}", CSS, re.MULTILINE)[1]))
DARK = LIGHT | dict(COLOUR.findall(DARK_BLOCK.search(CSS)[1]))
SCHEMES = {"light": LIGHT, "dark": DARK}

GROUNDS = ("paper", "surface", "sunken", "accent-soft")
TEXTS = [
    *((ink, ground) for ink in ("ink", "quiet", "accent") for ground in GROUNDS),
    ("accent-ink", "accent"),
    ("ink", "d77-soft"),
    ("ink", "d91-soft"),
    ("fiction-ink", "fiction"),
    ("warn-ink", "warn"),
    ("ok-ink", "ok"),
    ("closed-ink", "closed"),
    ("closed-ink", "surface"),
    ("closed-ink", "paper"),
    *(("accent", ground) for ground in ("warn", "ok", "closed")),
]
"""Which text stands on which ground; a link may stand on each ground of a notice."""
EDGES = [
    *(("line-strong", ground) for ground in GROUNDS[:3]),
    *(("accent", ground) for ground in GROUNDS[:3]),
    *((mark, "surface") for mark in ("closed-ink", "d77", "d91", "strong", "good")),
]
"""Borders of fields, marks of the focus, and shapes of charts that mean something."""


def luminance(colour: str) -> float:
    """Relative luminance of a colour, as WCAG 2.2 defines it."""

    def linear(part: str) -> float:
        share = int(part, 16) / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(colour[place : place + 2]) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_formula_knows_what_others_reckoned():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#ff0000", "#ffffff") == pytest.approx(4.0, abs=0.005)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXTS)
def test_texts_can_be_read(scheme, ink, ground):
    colours = SCHEMES[scheme]
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_and_shapes_can_be_seen(scheme, edge, ground):
    colours = SCHEMES[scheme]
    assert contrast(colours[edge], colours[ground]) >= 3


def pairs_of_rules() -> set[tuple[str, str, str]]:
    """Pairs of text and ground that one rule of the stylesheet sets together."""
    found = set()
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", CSS):
        ink = re.search(r"(?<![\w-])color: var\(--([\w-]+)\)", body)
        ground = re.search(r"background(?:-color)?: var\(--([\w-]+)\)", body)
        if ink and ground:
            found.add((selector.strip(), ink[1], ground[1]))
    return found


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("selector", "ink", "ground"), sorted(pairs_of_rules()))
def test_texts_of_every_rule_can_be_read(scheme, selector, ink, ground):
    colours = SCHEMES[scheme]
    assert contrast(colours[ink], colours[ground]) >= 4.5, selector


def test_every_colour_outside_the_tokens_is_a_token():
    rules = re.sub(r":root \{[^}]*\}", "", CSS)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl)a?\(", rules) == []


def test_every_token_in_use_exists():
    used = set(re.findall(r"var\(--([\w-]+)", CSS))
    made = set(re.findall(r"--([\w-]+):", CSS))
    assert used <= made


def test_dark_gives_every_colour_that_light_has():
    """A token without a dark value would shine through in the dark."""
    dark = dict(COLOUR.findall(DARK_BLOCK.search(CSS)[1]))
    assert set(dark) == set(LIGHT)
