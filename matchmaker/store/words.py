"""Folding names and queries into the words that the company search compares."""

from __future__ import annotations

import re
from collections.abc import Iterable

from matchmaker.companies import Company
from matchmaker.spelling import fold

NAMELESS = "\uffff"
"""Sort name of a company without a name: after every letter, so that it comes last."""

LONGEST_WORD = 60
LONGEST_NAME = 200
"""Characters that are compared: PostgreSQL refuses index entries above 2,700 bytes."""

_WORD = re.compile(r"[^\W_]+")


def words_in(text: str) -> list[str]:
    """Folded words of a text, in their order: letters and digits, nothing else."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(fold(text))]


def words_of(company: Company) -> set[str]:
    """Words under which a company is found: those of its name and of its commune."""
    return {*words_in(company.name or ""), *words_in(company.commune_name)}


def sort_name(company: Company) -> str:
    """Name in the form in which names are ordered and compared as a whole."""
    return as_sort_name(words_in(company.name or "")) or NAMELESS


def as_sort_name(words: Iterable[str]) -> str:
    """Words as one name, in the form in which names are stored for their order."""
    return " ".join(words)[:LONGEST_NAME]
