"""Figures of a night as people read them."""

from __future__ import annotations

from collections.abc import Mapping

from matchmaker.texts import NARROW_NO_BREAK_SPACE, Language, say

PLAIN = frozenset(
    {"exposure_gini", "drift", "ndcg", "ndcg_over_popularity", "mrr", "popularity_ndcg"}
)
"""Figures that are no share: they are written as they are, not in per cent."""
FIGURES = (
    "coverage",
    "never_listed",
    "exposure_gini",
    "mutual_lists",
    "competitor_rate",
    "empty_text",
    "overlap",
    "drift",
    "deletion_rate",
    "recall",
    "ndcg",
    "candidate_recall",
    "ndcg_over_popularity",
)
"""Overall figures, in the order in which they are read."""


def written(figure: str, value: float | None, language: Language) -> str:
    """Write a figure: a share in per cent, others as numbers; a dash where it is not known.

    A share that is small but not zero shows: one competitor among a million is a defect.
    """
    if value is None:
        return "–"
    amount, unit = (value, "") if figure in PLAIN else (100 * value, f"{NARROW_NO_BREAK_SPACE}%")
    digits = 3 if figure in PLAIN else 1
    text = f"{amount:.{digits}f}"
    if value and not float(text):
        text = f"{amount:.10f}".rstrip("0").rstrip(".")
    elif figure not in PLAIN:
        text = text.removesuffix(".0")
    comma = say(language, "words.number_comma")
    return text.replace(".", comma) + (
        unit if language == "fr" else unit.strip(NARROW_NO_BREAK_SPACE)
    )


def overall_of(
    quality: Mapping[str, Mapping[str, float | None]] | None,
) -> Mapping[str, float | None]:
    """Overall figures of a quality table; none of a night that measured nothing."""
    return {} if quality is None else quality["overall"]
