"""Noto Sans in two weights, cut out of its variable font."""

from __future__ import annotations

import io
from functools import cache
from importlib.resources import files
from typing import Final

from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from fontTools.varLib import instancer  # type: ignore[import-untyped]

REGULAR: Final = 400
BOLD: Final = 700

LETTERS = (range(0x20, 0x530), range(0x1E00, 0x2100), range(0x20A0, 0x20D0), range(0x2C60, 0x2C80))
"""Latin, Greek and Cyrillic with all their marks, punctuation, currencies; what is not in it
prints as an empty box."""


@cache
def font(weight: int) -> bytes:
    """Make a TrueType font of one weight.

    The letters are chosen before the weight is set: the other way round takes a hundred times as
    long, as the font also has other scripts.

    Parameters
    ----------
    weight
        From 100 to 900.
    """
    path = files("fontpkg_noto_sans") / "files" / "NotoSans[wdth,wght].ttf"
    # Layout tables (kerning, ligatures) are not read without a text shaper.
    options = subset.Options(layout_features=[], drop_tables=["GPOS", "GSUB", "GDEF", "DSIG"])
    options.notdef_outline = True
    with TTFont(io.BytesIO(path.read_bytes()), lazy=True, recalcTimestamp=False) as found:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=[letter for block in LETTERS for letter in block])
        cutter.subset(found)
        instancer.instantiateVariableFont(found, {"wght": weight, "wdth": 100}, inplace=True)
        written = io.BytesIO()
        found.save(written)
    return written.getvalue()


@cache
def letters() -> frozenset[int]:
    """Code points that the font prints."""
    with TTFont(io.BytesIO(font(REGULAR))) as found:
        return frozenset(found.getBestCmap())
