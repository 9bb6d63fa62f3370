"""Words of other people in a letter: made harmless, cut to length, kept from passing for ours."""

from __future__ import annotations

import re
import unicodedata

from matchmaker import spelling
from matchmaker.texts import Language, say

MAX_NAME = 120
"""Longest name of a firm or a person in a letter."""
MAX_TEXT = 600
"""Longest text of a firm in a letter."""
MAX_SUBJECT = 150
"""Longest subject line."""

_BREAKS = re.compile(r"\r\n|[\r\n\v\f\x85\u2028\u2029]")
_AT = r"\s?(?:@|[(\[{]\s?(?:@|at|arobase|arobas)\s?[)\]}])\s?"
_ADDRESS = re.compile(rf"(?i)[^\s@<>()\[\]:;,]+{_AT}[^\s@<>()\[\]:;,]+")
_PHONE = re.compile(
    r"(?<![\w-])(?:\(?(?:\+|00)\d{1,3}\)?|\(?0)(?:[\s./()_|·•‐-―-]{0,3}\d){8,12}(?!\d)"
)
_SITE = re.compile(
    r"(?i)\b(?:https?://|www\.)\S+"
    r"|(?<![\w@.-])(?:[\w-]+\.)+(?:fr|com|net|org|eu|io|biz|info|pro|paris)\b(?:[:/]\S*)?"
)


def one_line(text: str, limit: int = MAX_NAME) -> str:
    """Bring a text onto one line without control characters, cut at a word.

    Parameters
    ----------
    text
        Anything that a person or a file may have put into a field.
    limit
        Longest result.
    """
    return shortened(spelling.one_line(text), limit)


def several_lines(text: str, limit: int = MAX_TEXT) -> str:
    """Clean a text that may have lines: no control characters, no heap of empty lines."""
    lines = [spelling.one_line(line) for line in _BREAKS.split(text)]
    whole = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return shortened(whole, limit)


def shortened(text: str, limit: int) -> str:
    """Cut a text at the last word that fits, and mark that it is cut."""
    if len(text) <= limit:
        return text
    cut = max(text.rfind(" ", 0, limit), text.rfind("\n", 0, limit))
    return text[: cut if cut > limit // 2 else limit - 1].rstrip(" \n,;:") + "…"


def without_contacts(text: str, language: Language) -> str:
    """Take addresses, telephone numbers and sites out of a text.

    Nobody's contact leaves before both sides have agreed, not even one that was written into a
    message.
    """
    hidden = say(language, "mail.hidden_contact")
    # Marks that nobody sees would tear a number apart for the patterns, and for nobody else.
    text = "".join(each for each in text if unicodedata.category(each) != "Cf")
    for pattern in (_ADDRESS, _SITE, _PHONE):
        text = pattern.sub(hidden, text)
    return text
