"""What somebody looks for in the directory: read from an address or a saved list, asked, named."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from api.deps import Service
from api.lookup import checked_commune, checked_naf
from matchmaker.activities import codes_of_level, divisions_of, level_label
from matchmaker.companies import Company
from matchmaker.errors import MatchmakerError, SnapshotError
from matchmaker.explain import size_text
from matchmaker.store import CompanyQuery
from matchmaker.store.search import MAX_TEXT
from matchmaker.territory import commune, commune_by_name, communes, is_known_commune
from matchmaker.texts import Language, say
from models.answers import company_document

SIZES: Mapping[str, tuple[str, ...]] = {
    "0": ("NN", "00"),
    "1-9": ("01", "02", "03"),
    "10-49": ("11", "12"),
    "50-249": ("21", "22", "31"),
    "250": ("32", "41", "42", "51", "52", "53"),
}
"""Staff bands by the five sizes that people tell apart."""

_DEPARTMENT_BEHIND = re.compile(r"\s*\((?P<code>\w{2,3})\)$")


@dataclass(frozen=True)
class Filters:
    """Filters as they stand in an address; empty what is not asked.

    Parameters
    ----------
    q
        Words of the name or the commune, or a number.
    department, commune
        Code of a department; code or name of a commune.
    trade
        Letter of a NAF section, or the beginning of a NAF code.
    size
        One of `SIZES`.
    profile
        Not empty for companies with a profile only.
    sort
        `"name"` for the order of names even where words are looked for.
    """

    q: str = ""
    department: str = ""
    commune: str = ""
    trade: str = ""
    size: str = ""
    profile: str = ""
    sort: str = ""

    def chosen(self) -> dict[str, str]:
        """Give the filters that hold something, by their names in an address."""
        pairs = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {name: value for name, value in pairs if value}

    def without(self, name: str) -> dict[str, str]:
        """Give the filters but one, by their names in an address."""
        return {key: value for key, value in self.chosen().items() if key != name}


@dataclass(frozen=True)
class Asked:
    """What filters ask of the store.

    Parameters
    ----------
    query
        The search; nothing where a filter is wrong.
    wrong
        What is wrong, by the name of the filter: a key of the catalogue.
    """

    query: CompanyQuery | None
    wrong: Mapping[str, str] = field(default_factory=dict)


def filters_of(values: Mapping[str, str]) -> Filters:
    """Read filters from an address, a form or a saved list; what is not known is left out."""
    names = {each.name for each in fields(Filters)}
    known = {name: str(values[name]).strip()[:MAX_TEXT] for name in names if values.get(name)}
    return Filters(**known)


def served_departments(service: Service) -> tuple[str, ...]:
    """Departments that people choose from: those of the night, before it those of the settings."""
    try:
        return tuple(sorted(service.snapshots.current().model.departments))
    except SnapshotError:
        return tuple(sorted(service.settings.territory.departments))


def asked_of(
    filters: Filters, departments: Sequence[str], *, page: int = 1, page_size: int = 20
) -> Asked:
    """Turn filters into a search.

    Parameters
    ----------
    filters
        As people chose them.
    departments
        Departments that are served.
    page, page_size
        Which page.
    """
    wrong: dict[str, str] = {}
    if filters.department and filters.department not in departments:
        wrong["department"] = "directory.wrong.department"
    place = _commune_code(filters, departments) if filters.commune else None
    if filters.commune and place is None:
        wrong["commune"] = "directory.wrong.commune"
    section, naf = _trade(filters.trade)
    if filters.trade and not (section or naf):
        wrong["trade"] = "directory.wrong.trade"
    if filters.size and filters.size not in SIZES:
        wrong["size"] = "directory.wrong.size"
    if wrong:
        return Asked(None, wrong)
    query = CompanyQuery(
        text=filters.q or None,
        commune=place,
        naf=naf,
        department=filters.department or None,
        section=section,
        sizes=SIZES.get(filters.size, ()),
        declared=bool(filters.profile),
        by_name=filters.sort == "name",
        page=page,
        page_size=page_size,
    )
    return Asked(query)


def _commune_code(filters: Filters, departments: Sequence[str]) -> str | None:
    """Code of a commune that somebody wrote as a code or a name, `Melun (77)` as well."""
    text = filters.commune
    behind = _DEPARTMENT_BEHIND.search(text)
    named = text[: behind.start()] if behind else text
    within = behind["code"] if behind else filters.department
    found = commune_by_name(named, within or None)
    if found is not None and found.department in departments:
        return found.code
    try:
        return checked_commune(text, departments)
    except MatchmakerError:
        return None


def _trade(text: str) -> tuple[str | None, str | None]:
    """Section, or beginning of a NAF code; neither where the text is none of them."""
    letter = text.upper()
    if letter in codes_of_level("section"):
        return letter, None
    try:
        return None, checked_naf(text) if text else None
    except MatchmakerError:
        return None, None


@cache
def trades(language: Language) -> tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]:
    """Sections of NAF with their divisions, to choose from: code, label, divisions."""
    return tuple(
        (
            section,
            level_label(section, language),
            tuple((code, level_label(code, language)) for code in divisions_of(section)),
        )
        for section in codes_of_level("section")
    )


@cache
def commune_names() -> tuple[str, ...]:
    """Communes to choose from, `Melun (77)`, by name."""
    return tuple(sorted(f"{place.name} ({place.department})" for place in communes()))


def described(filters: Filters, language: Language) -> list[tuple[str, str]]:
    """Name each chosen filter for people: name in an address, and what it says."""
    return [
        (name, _said(name, value, language))
        for name, value in filters.chosen().items()
        if name != "sort"
    ]


def _said(name: str, value: str, language: Language) -> str:
    if name == "q":
        return say(language, "words.quote", text=value)
    if name == "size" and value in SIZES:
        return say(language, f"directory.size.{value}")
    if name == "profile":
        return say(language, "directory.with_profile")
    if name == "trade":
        return _trade_said(value, language)
    if name == "commune" and is_known_commune(value):
        return commune(value).name
    return say(language, f"directory.chip.{name}", value=value)


def _trade_said(value: str, language: Language) -> str:
    code = value.upper()
    try:
        return f"{code} – {level_label(code, language)}"
    except MatchmakerError:
        return say(language, "directory.chip.trade", value=value)


def firm_document(company: Company, language: Language) -> dict[str, Any]:
    """Turn a firm into a row of a list: what is public of it, and its size in words."""
    size = size_text(company.size_band, language)
    return {**company_document(company, language), "size": size, "active": company.active}
