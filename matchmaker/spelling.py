"""How names are compared and shown, whoever has written them: one way each."""

from __future__ import annotations

import unicodedata

_APOSTROPHES = "'`´’‘‛ʼʹ′＇"
_HYPHENS = "-‐‑‒–—―−﹣－"
_SOFT_HYPHEN = "\u00ad"
_SEPARATED = str.maketrans(dict.fromkeys(_APOSTROPHES + _HYPHENS, " ") | {_SOFT_HYPHEN: ""})
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ß": "ss", "đ": "d", "ł": "l"})


def fold(text: str) -> str:
    """Fold case, accents, ligatures, apostrophes, hyphens and runs of spaces.

    Other punctuation stays: whoever compares labels removes it knowingly.

    Parameters
    ----------
    text
        Any text, in any Unicode normal form.

    Returns
    -------
    str
        Lower case, without accents, apostrophes and hyphens as spaces, spaces squeezed; folding
        twice changes nothing.

    Examples
    --------
    >>> fold("  L’Haÿ-les-Roses "), fold("Cœur d'Essonne")
    ('l hay les roses', 'coeur d essonne')
    """
    separated = text.translate(_SEPARATED)
    if not separated.isascii():
        separated = _without_accents(separated)
    return " ".join(separated.lower().split())


def one_line(text: str) -> str:
    r"""Bring a text onto one line that shows all that it holds.

    Parameters
    ----------
    text
        Anything that a person or a file may have put into a field.

    Returns
    -------
    str
        Composed letters and single spaces; no control characters, no marks that nobody sees or that
        turn the direction of writing, no halves of characters.

    Examples
    --------
    >>> one_line("  Menui\u00adserie\n fine\u200b ")
    'Menuiserie fine'
    """
    squeezed = " ".join(text.split())
    seen = "".join(each for each in squeezed if unicodedata.category(each)[0] != "C")
    return " ".join(unicodedata.normalize("NFC", seen).split())


def _without_accents(text: str) -> str:
    """Lower-case letters with their accents removed and their ligatures written out."""
    lowered = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).lower())
    bare = "".join(character for character in lowered if not unicodedata.combining(character))
    return bare.translate(_LETTERS).translate(_SEPARATED)
