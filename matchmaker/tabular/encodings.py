"""CSV as a French Excel writes it: in the character set of Windows, if nobody asks for UTF-8."""

from __future__ import annotations

import re

WINDOWS = "cp1252"
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SIGNS = frozenset("\u00a0€…‘’“”–—•œŒŸ«»°·§²³±½¼")
"""Signs beside letters that a list of firms and people may hold."""


def as_utf8(content: bytes) -> bytes:
    """Write a text in UTF-8 that is without doubt one of Windows; leave everything else as it is.

    The accents of an old Macintosh are other signs in the set of Windows: a text with such signs
    stays as it is, for whoever reads it next to refuse, rather than to change a name unseen.

    Parameters
    ----------
    content
        Of a file that was sent.
    """
    if _CONTROLS.search(content) or content.startswith(b"%PDF"):
        return content
    try:
        content.decode()
    except UnicodeDecodeError:
        return _from_windows(content)
    return content


def _from_windows(content: bytes) -> bytes:
    try:
        text = content.decode(WINDOWS)
    except UnicodeDecodeError:
        return content
    others = {each for each in text if not each.isascii()} - _SIGNS
    is_french = all("À" <= each <= "ÿ" and each.isalpha() for each in others)
    return text.encode() if is_french else content
