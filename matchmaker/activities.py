"""What companies do: NAF rev. 2, NAF 2025, CPV divisions, and which sector buys from which."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import UnknownCodeError
from matchmaker.reference import read_table
from matchmaker.spelling import fold

Language = Literal["fr", "en"]
Level = Literal["section", "division", "group", "class", "sub_class"]

LEVELS: tuple[Level, ...] = ("sub_class", "class", "group", "division", "section")
"""Levels of NAF, finest first."""

_SUB_CLASS = re.compile(r"(\d\d)\.?(\d\d)\.?([A-Z])")
_OLDER = re.compile(r"\d\d\.?\d\.?[A-Z]")


@dataclass(frozen=True, slots=True)
class _Node:
    """One code of a classification, at any level."""

    level: str
    parent: str
    label_fr: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Activity:
    """One sub-class of NAF rev. 2 with everything above it.

    Labels are French, as INSEE publishes them; `division_label_en` and `section_label_en` are
    English, which INSEE publishes for these two levels only.
    """

    code: str
    class_code: str
    group: str
    division: str
    section: str
    label: str
    class_label: str
    group_label: str
    division_label: str
    section_label: str
    division_label_en: str
    section_label_en: str


@dataclass(frozen=True, slots=True, eq=False)
class FlowTable:
    """Which sector buys what from which, in France.

    Parameters
    ----------
    sectors
        Sector codes; their order is that of both axes.
    coefficients
        Technical coefficients, shape (n_suppliers, n_buyers): total purchases, imports included,
        per unit of the buyer's output.
    shares
        Domestic purchases, same shape, each buyer's column divided by its sum; a sector that buys
        nothing keeps a column of zeros.
    """

    sectors: tuple[str, ...]
    coefficients: NDArray[np.float64]
    shares: NDArray[np.float64]

    def row(self, sector: str) -> int:
        """Place of a sector on both axes.

        Raises
        ------
        UnknownCodeError
            If there is no such sector.
        """
        try:
            return self.sectors.index(sector)
        except ValueError:
            raise UnknownCodeError(_unknown_sector(sector)) from None


def naf_code(text: str) -> str:
    """Write a sub-class of NAF rev. 2 the way this project does: `43.21A`.

    Parameters
    ----------
    text
        The code with or without its dot, in either case, spaces around it allowed.

    Raises
    ------
    UnknownCodeError
        If it is not one of the 732 sub-classes of NAF rev. 2.

    Examples
    --------
    >>> naf_code("4321a")
    '43.21A'
    """
    code = _dotted(text)
    if _is_sub_class(_rev2(), code):
        return code
    if _is_sub_class(_naf2025(), code):
        hint = "it belongs to NAF 2025, give it as the NAF 2025 code"
    elif _OLDER.fullmatch(code):
        hint = "it looks like the NAF in force until 2007, look up today's code"
    else:
        hint = "write two digits, a dot, two digits and a letter, as in 43.21A"
    raise UnknownCodeError(f"NAF code {text!r} is not a sub-class of NAF rev. 2; {hint}")


def naf_2025_code(text: str) -> str:
    """Write a sub-class of NAF 2025 the way this project does: `43.21Y`.

    Raises
    ------
    UnknownCodeError
        If it is not one of the 747 sub-classes of NAF 2025.
    """
    code = _dotted(text)
    if _is_sub_class(_naf2025(), code):
        return code
    if _is_sub_class(_rev2(), code):
        hint = "it belongs to NAF rev. 2, give it as the NAF code"
    else:
        hint = "write two digits, a dot, two digits and a letter, as in 43.21Y"
    raise UnknownCodeError(f"NAF code {text!r} is not a sub-class of NAF 2025; {hint}")


def is_naf(text: str) -> bool:
    """Whether `naf_code` understands the text."""
    return _is_sub_class(_rev2(), _dotted(text))


def is_naf_2025(text: str) -> bool:
    """Whether `naf_2025_code` understands the text."""
    return _is_sub_class(_naf2025(), _dotted(text))


@cache
def naf_codes() -> tuple[str, ...]:
    """All sub-classes of NAF rev. 2, in their order."""
    return tuple(code for code, node in _rev2().items() if node.level == "sub_class")


@cache
def naf_2025_codes() -> tuple[str, ...]:
    """All sub-classes of NAF 2025, in their order."""
    return tuple(code for code, node in _naf2025().items() if node.level == "sub_class")


def activity(code: str) -> Activity:
    """Describe a sub-class of NAF rev. 2 with everything above it.

    Raises
    ------
    UnknownCodeError
        If the code is not a sub-class of NAF rev. 2.
    """
    return _activity(naf_code(code))


def naf_label(code: str, language: Language = "fr") -> str:
    """Label of a sub-class of NAF rev. 2.

    In English it is the label of its division, as INSEE publishes no finer one.

    Raises
    ------
    UnknownCodeError
        If the code is not a sub-class of NAF rev. 2.
    """
    described = activity(code)
    return described.label if language == "fr" else described.division_label_en


def naf_labels(code: str) -> tuple[str, ...]:
    """French labels of a sub-class and of all that is above it, in the order of `LEVELS`.

    Raises
    ------
    UnknownCodeError
        If the code is not a sub-class of NAF rev. 2.
    """
    return tuple(_rev2()[above].label_fr for above in _ancestry(_rev2(), naf_code(code)))


def naf_level(code: str, level: Level) -> str:
    """Code of a sub-class of NAF rev. 2 at a level of `LEVELS`.

    Raises
    ------
    UnknownCodeError
        If the code is not a sub-class of NAF rev. 2.
    ValueError
        If there is no such level.

    Examples
    --------
    >>> naf_level("43.21A", "group"), naf_level("43.21A", "section")
    ('43.2', 'F')
    """
    if level not in LEVELS:
        raise ValueError(f"level must be one of {', '.join(LEVELS)}, got {level!r}")
    return _ancestry(_rev2(), naf_code(code))[LEVELS.index(level)]


def naf_2025_label(code: str) -> str:
    """French label of a sub-class of NAF 2025.

    Raises
    ------
    UnknownCodeError
        If the code is not a sub-class of NAF 2025.
    """
    return _naf2025()[naf_2025_code(code)].label_fr


def naf_rev2_of_2025(code: str) -> str | None:
    """Sub-class of NAF rev. 2 that has the same label as one of NAF 2025.

    A stand-in for INSEE's table of correspondence, which is not at hand. Labels are compared
    without case, accents, apostrophes and punctuation, and both must be the only one of their
    classification. What changed its name, was split or was merged has no answer; a few
    activities may have kept their label while the border to a neighbour moved.

    Returns
    -------
    str or None
        The sub-class of NAF rev. 2, or nothing where the labels do not settle it.

    Raises
    ------
    UnknownCodeError
        If the code is not a sub-class of NAF 2025.
    """
    return _same_labels().get(naf_2025_code(code))


def cpv_division(code: str) -> str:
    """French label of the division that a CPV 2008 code belongs to.

    Parameters
    ----------
    code
        The eight digits, with or without check digit (`45233140-2`), or the division alone (`45`).

    Raises
    ------
    UnknownCodeError
        If the code is malformed or its division does not exist.
    """
    text = code.strip()
    label = _cpv_divisions().get(text[:2])
    if label is None or not re.fullmatch(r"\d\d(\d{6}(-\d)?)?", text):
        raise UnknownCodeError(
            f"CPV code {code!r} is not one of CPV 2008; write eight digits, as in 45000000"
        )
    return label


def sector_of(naf: str | None) -> str | None:
    """Sector of the flow table that a sub-class of NAF rev. 2 belongs to.

    Returns
    -------
    str or None
        A sector code, or nothing where the activity is not known (`None`).

    Raises
    ------
    UnknownCodeError
        If the code is not a sub-class of NAF rev. 2.
    """
    return None if naf is None else _division_sectors()[naf_level(naf, "division")]


def sector_label(sector: str, language: Language = "fr") -> str:
    """Label of a sector of the flow table.

    Raises
    ------
    UnknownCodeError
        If there is no such sector.
    """
    try:
        return _sectors()[sector][0 if language == "fr" else 1]
    except KeyError:
        raise UnknownCodeError(_unknown_sector(sector)) from None


@cache
def codes_of_level(level: Level) -> tuple[str, ...]:
    """List the codes of NAF rev. 2 at one of `LEVELS`, sorted; their places number them."""
    return tuple(sorted({naf_level(code, level) for code in naf_codes()}))


@cache
def divisions_of(section: str) -> tuple[str, ...]:
    """List the divisions of a section of NAF rev. 2, sorted: `"F"` has 41, 42 and 43.

    Raises
    ------
    UnknownCodeError
        If there is no such section.
    """
    found = tuple(code for code in codes_of_level("division") if _rev2()[code].parent == section)
    if not found:
        raise UnknownCodeError(f"NAF rev. 2 has no section {section!r}; write a letter from A to U")
    return found


@cache
def trade_positions() -> dict[str, tuple[int, ...]]:
    """Give every sub-class its numbers at the five levels, section first: `codes_of_level`."""
    columns = []
    for level in reversed(LEVELS):
        place = {code: number for number, code in enumerate(codes_of_level(level))}
        columns.append([place[naf_level(code, level)] for code in naf_codes()])
    return dict(zip(naf_codes(), zip(*columns, strict=True), strict=True))


def level_label(code: str, language: str = "fr") -> str:
    """Label of a code of any level of NAF rev. 2; English where INSEE publishes it.

    Raises
    ------
    UnknownCodeError
        If the code is at no level.
    """
    try:
        node = _rev2()[code]
    except KeyError:
        raise UnknownCodeError(f"NAF rev. 2 has no code {code!r} at any level") from None
    return (node.label_en or node.label_fr) if language == "en" else node.label_fr


@cache
def flow_matrix() -> FlowTable:
    """Read the flows between the sectors of France in 2011; the arrays cannot be written to."""
    sectors = tuple(_sectors())
    place = {sector: row for row, sector in enumerate(sectors)}
    coefficients = np.zeros((len(sectors), len(sectors)))
    domestic = np.zeros_like(coefficients)
    for row in read_table("sector_flows"):
        cell = place[row["supplier"]], place[row["buyer"]]
        coefficients[cell] = float(row["technical_coefficient"])
        domestic[cell] = float(row["domestic_purchase_musd"])
    totals = domestic.sum(axis=0)
    shares = np.divide(domestic, totals, out=np.zeros_like(domestic), where=totals > 0)
    coefficients.setflags(write=False)
    shares.setflags(write=False)
    return FlowTable(sectors, coefficients, shares)


def _dotted(text: str) -> str:
    """Upper-case text, with its dot where it has the shape of a sub-class."""
    code = text.strip().upper()
    match = _SUB_CLASS.fullmatch(code) if code.isascii() else None
    return f"{match[1]}.{match[2]}{match[3]}" if match else code


def _is_sub_class(nodes: dict[str, _Node], code: str) -> bool:
    """Whether a code is at the finest level of a classification."""
    return code in nodes and nodes[code].level == "sub_class"


def _ancestry(nodes: dict[str, _Node], code: str) -> tuple[str, ...]:
    """Codes from a sub-class up to its section, in the order of `LEVELS`."""
    codes = [code]
    while parent := nodes[codes[-1]].parent:
        codes.append(parent)
    return tuple(codes)


@cache
def _activity(code: str) -> Activity:
    """Describe a sub-class that is known to exist."""
    nodes = _rev2()
    _, class_code, group, division, section = _ancestry(nodes, code)
    return Activity(
        code=code,
        class_code=class_code,
        group=group,
        division=division,
        section=section,
        label=nodes[code].label_fr,
        class_label=nodes[class_code].label_fr,
        group_label=nodes[group].label_fr,
        division_label=nodes[division].label_fr,
        section_label=nodes[section].label_fr,
        division_label_en=nodes[division].label_en,
        section_label_en=nodes[section].label_en,
    )


@cache
def _rev2() -> dict[str, _Node]:
    """All codes of NAF rev. 2."""
    return {
        row["code"]: _Node(row["level"], row["parent"], row["label_fr"], row["label_en"])
        for row in read_table("naf_rev2")
    }


@cache
def _naf2025() -> dict[str, _Node]:
    """All codes of NAF 2025; its classes and groups have no label."""
    return {
        row["code"]: _Node(row["level"], row["parent"], row["label_fr"], "")
        for row in read_table("naf_2025")
    }


@cache
def _same_labels() -> dict[str, str]:
    """Pair sub-classes of NAF 2025 with those of NAF rev. 2 by labels unique in both."""
    rev2 = _unique_labels(_rev2())
    return {
        code: rev2[label] for label, code in _unique_labels(_naf2025()).items() if label in rev2
    }


def _unique_labels(nodes: dict[str, _Node]) -> dict[str, str]:
    """Folded labels that only one sub-class has, with that sub-class."""
    labels = {
        code: " ".join(re.findall(r"\w+", fold(node.label_fr)))
        for code, node in nodes.items()
        if node.level == "sub_class"
    }
    times = Counter(labels.values())
    return {label: code for code, label in labels.items() if times[label] == 1}


@cache
def _cpv_divisions() -> dict[str, str]:
    """Labels of the divisions of CPV 2008."""
    return {row["code"]: row["label_fr"] for row in read_table("cpv_divisions")}


@cache
def _sectors() -> dict[str, tuple[str, str]]:
    """French and English labels of the sectors of the flow table."""
    return {row["code"]: (row["label_fr"], row["label_en"]) for row in read_table("sectors")}


@cache
def _division_sectors() -> dict[str, str]:
    """Sectors of the divisions of NAF rev. 2."""
    return {row["division"]: row["sector"] for row in read_table("naf_division_sectors")}


def _unknown_sector(sector: str) -> str:
    return f"sector {sector!r} is not one of the flow table; write c1 to c35"
