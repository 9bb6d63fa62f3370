"""Search for companies by words, numbers and place, on plain B-tree indexes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.activities import divisions_of
from matchmaker.companies import SIZE_BANDS, Company, Diffusion
from matchmaker.store.tables import companies, company_words, opt_outs, profiles
from matchmaker.store.words import as_sort_name, words_in

MAX_TEXT = 200
MAX_PAGE = 1_000_000
MAX_PAGE_SIZE = 1000

_LAST_CHARACTER = "\U0010ffff"
_FREQUENT = 20_000
_MANY_PROFILES = 20_000
_BETWEEN_DIGITS = re.compile(r"[\s.]+")


@dataclass(frozen=True, slots=True)
class CompanyQuery:
    """What to look for; criteria that are given must all hold.

    Parameters
    ----------
    text
        Words of the name or the commune, or a SIREN or SIRET; the beginning suffices.
    commune
        Code of the commune.
    naf
        Beginning of a NAF rev. 2 code, with its dot: `43`, `43.2`, `43.21A`.
    department
        Code of the department.
    section
        Section of NAF rev. 2, a letter: `F`.
    sizes
        Staff bands, of which it must have one; any where none are named.
    declared
        Only companies that have declared something and agree to show it.
    by_name
        In the order of names even where a text is looked for; by default the closest come first.
    page
        Counted from 1.
    page_size
        Companies per page.
    """

    text: str | None = None
    commune: str | None = None
    naf: str | None = None
    department: str | None = None
    section: str | None = None
    sizes: tuple[str, ...] = ()
    declared: bool = False
    by_name: bool = False
    page: int = 1
    page_size: int = 20

    def __post_init__(self) -> None:
        if not 1 <= self.page <= MAX_PAGE:
            raise ValueError(f"page must be between 1 and {MAX_PAGE}, got {self.page}")
        if not 1 <= self.page_size <= MAX_PAGE_SIZE:
            raise ValueError(
                f"page_size must be between 1 and {MAX_PAGE_SIZE}, got {self.page_size}"
            )
        for code in (self.commune, self.naf, self.department, self.section):
            if code is not None and not (code.isascii() and code.isprintable()):
                raise ValueError(f"a code must be printable ASCII, got {code!r}")
        if not set(self.sizes) <= set(SIZE_BANDS):
            raise ValueError(f"sizes must be staff bands of Sirene, got {self.sizes}")
        if len(self.text or "") > MAX_TEXT:
            raise ValueError(
                f"text must have {MAX_TEXT} characters at most, got {len(self.text or '')}"
            )


@dataclass(frozen=True, slots=True)
class CompanyPage:
    """One page of a search, and how many companies match in all."""

    items: tuple[Company, ...]
    total: int
    page: int
    page_size: int


def search(connection: Connection, query: CompanyQuery) -> tuple[Sequence[str], int]:
    """Find the SIRETs of one page, and the number of companies that match in all."""
    if not (query.text and query.text.strip()):
        return _in_order_of_names(connection, query)
    words = words_in(query.text)
    if not words:
        return [], 0
    return _closest_first(connection, _with_text(connection, words, query), query)


def every(connection: Connection, query: CompanyQuery) -> frozenset[str]:
    """Find the SIRETs of all pages at once, in no order."""
    if not (query.text and query.text.strip()):
        conditions = (companies.c.listed, _not_opted_out(companies.c.siret))
        listed = sa.select(companies.c.siret).where(*conditions, *_criteria(connection, query))
        return frozenset(connection.scalars(listed))
    words = words_in(query.text)
    if not words:
        return frozenset()
    hits = _with_text(connection, words, query)
    return frozenset(
        connection.scalars(sa.select(hits.c.siret).where(_not_opted_out(hits.c.siret)))
    )


def _with_text(connection: Connection, words: Sequence[str], query: CompanyQuery) -> sa.Subquery:
    """Rows of companies that a text means, by words or by number; a company may have several."""
    found = _by_words(connection, words, query)
    digits = _digits_of(query.text or "")
    if digits is not None:
        found = sa.union_all(found, _by_number(connection, digits, query))
    return found.subquery("found")


def _in_order_of_names(connection: Connection, query: CompanyQuery) -> tuple[Sequence[str], int]:
    """Walk an index that has the order of names, no further than the page.

    The total counts in that index alone and subtracts the few that opted out: a look at the
    opt-outs for each of 300,000 companies would take several times as long.
    """
    conditions = _criteria(connection, query)
    count = sa.select(sa.func.count()).select_from(companies).where(*conditions)
    opted_out = companies.c.siret.in_(sa.select(opt_outs.c.siret))
    total = sa.select(
        count.where(companies.c.listed).scalar_subquery()
        - count.where(_would_be_listed(), opted_out).scalar_subquery()
    )
    page = (
        sa.select(companies.c.siret)
        .where(companies.c.listed, *conditions, _not_opted_out(companies.c.siret))
        .order_by(companies.c.sort_name, companies.c.siret)
    )
    return connection.scalars(_cut(page, query)).all(), connection.scalar(total) or 0


def _closest_first(
    connection: Connection, found: sa.Subquery, query: CompanyQuery
) -> tuple[Sequence[str], int]:
    """Take each company once, as close as its closest row, and count in the same pass."""
    closeness = [] if query.by_name else [sa.func.min(found.c.closeness)]
    hits = (
        sa.select(found.c.siret, sa.func.count().over().label("total"))
        .where(_not_opted_out(found.c.siret))
        .group_by(found.c.siret, found.c.sort_name)
        .order_by(*closeness, found.c.sort_name, found.c.siret)
    )
    rows = connection.execute(_cut(hits, query)).all()
    if rows or query.page == 1:
        return [row.siret for row in rows], rows[0].total if rows else 0
    # Beyond the last page no row is left to carry the total.
    every = hits.order_by(None).subquery("every")
    return [], connection.scalar(sa.select(sa.func.count()).select_from(every)) or 0


def _cut(statement: sa.Select[Any], query: CompanyQuery) -> sa.Select[Any]:
    return statement.limit(query.page_size).offset((query.page - 1) * query.page_size)


def _not_opted_out(siret: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return siret.not_in(sa.select(opt_outs.c.siret))


def _would_be_listed() -> sa.ColumnElement[bool]:
    """Say `listed` in columns without an index, where the SIRET's own index is the one to take."""
    return sa.and_(companies.c.active, companies.c.diffusion == Diffusion.FULL.value)


def _criteria(connection: Connection, query: CompanyQuery) -> list[sa.ColumnElement[bool]]:
    """Say every criterion but the text in columns of the companies."""
    conditions = []
    if query.department:
        conditions.append(companies.c.department == query.department)
    if query.commune:
        conditions.append(companies.c.commune == query.commune)
    if query.naf:
        conditions.append(_begins_with(companies.c.naf, query.naf.upper()))
    if query.section:
        divisions = divisions_of(query.section)
        # The divisions of a section follow each other: one range of the index.
        first, last = divisions[0], divisions[-1] + _LAST_CHARACTER
        conditions.append(sa.and_(companies.c.naf >= first, companies.c.naf < last))
    if query.sizes:
        conditions.append(companies.c.size_band.in_(query.sizes))
    if query.declared:
        conditions.append(_has_declared(connection))
    return conditions


def _has_declared(connection: Connection) -> sa.ColumnElement[bool]:
    """Whether a company shows a profile: a few are looked up one by one, many beside the walk."""
    some = sa.select(sa.literal(1)).select_from(profiles).limit(_MANY_PROFILES)
    number = connection.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0
    if number < _MANY_PROFILES:
        return companies.c.siret.in_(sa.select(profiles.c.siret).where(profiles.c.consent))
    return sa.exists().where(profiles.c.siret == companies.c.siret, profiles.c.consent)


def _by_number(connection: Connection, digits: str, query: CompanyQuery) -> sa.Select[Any]:
    closeness = sa.literal(0).label("closeness")
    return sa.select(companies.c.siret, companies.c.sort_name, closeness).where(
        _begins_with(companies.c.siret, digits), _would_be_listed(), *_criteria(connection, query)
    )


def _by_words(
    connection: Connection, words: Sequence[str], query: CompanyQuery
) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """Companies that have every word: walk the rarest one, look the others up."""
    rarest, *others = sorted(dict.fromkeys(words), key=lambda word: _frequency(connection, word))
    walked = company_words.alias("walked")
    all_whole = sa.and_(
        walked.c.word == rarest, *(_has(walked.c.siret, word, whole=True) for word in others)
    )
    closeness = sa.case((walked.c.sort_name == as_sort_name(words), 0), (all_whole, 1), else_=2)
    found = sa.select(walked.c.siret, walked.c.sort_name, closeness.label("closeness")).where(
        _matches(walked.c.word, rarest), *(_has(walked.c.siret, word) for word in others)
    )
    conditions = _criteria(connection, query)
    if not conditions:
        return found
    return found.join(companies, companies.c.siret == walked.c.siret).where(*conditions)


def _has(siret: sa.ColumnElement[Any], word: str, *, whole: bool = False) -> sa.ColumnElement[bool]:
    """Whether a company has a word, or one that begins with it."""
    other = company_words.alias()
    matches = other.c.word == word if whole else _matches(other.c.word, word)
    return sa.exists().where(other.c.siret == siret, matches)


def _frequency(connection: Connection, word: str) -> int:
    """Count rows of a word, no further than what tells rare from frequent."""
    some = sa.select(sa.literal(1)).where(_matches(company_words.c.word, word)).limit(_FREQUENT)
    return connection.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0


def _matches(column: sa.ColumnElement[Any], word: str) -> sa.ColumnElement[bool]:
    """Beginning of a word; a single letter (an elided `l'`, an initial) stands for itself."""
    return column == word if len(word) == 1 else _begins_with(column, word)


def _begins_with(column: sa.ColumnElement[Any], beginning: str) -> sa.ColumnElement[bool]:
    """Prefix as a range, which an index answers and in which no character is a wildcard."""
    return sa.and_(column >= beginning, column < beginning + _LAST_CHARACTER)


def _digits_of(text: str) -> str | None:
    """Digits of a SIREN or SIRET, or of its beginning, written with or without spaces."""
    digits = _BETWEEN_DIGITS.sub("", text)
    return digits if digits.isascii() and digits.isdigit() else None
