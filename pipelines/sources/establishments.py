"""One row of the Sirene stock of establishments, checked and turned into a company."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import cache
from itertools import chain
from typing import Any, TypeVar

from matchmaker.activities import naf_2025_code, naf_rev2_of_2025
from matchmaker.companies import SIZE_BANDS, Company, Diffusion
from matchmaker.errors import UnknownCodeError
from matchmaker.spelling import fold
from matchmaker.tabular.cells import is_not_coded_yet, read_naf, read_name
from matchmaker.tabular.rejects import BadValueError, siret_reason
from matchmaker.tabular.tables import Columns
from matchmaker.territory import commune, communes, current_commune, department_of

SOURCE = "sirene"

COMMUNE = "codeCommuneEtablissement"
DIFFUSION = "statutDiffusionEtablissement"
STATE = "etatAdministratifEtablissement"
TREATED = "dateDernierTraitementEtablissement"
LAMBERT_X = "coordonneeLambertAbscisseEtablissement"
LAMBERT_Y = "coordonneeLambertOrdonneeEtablissement"
_BRANDS = tuple(f"enseigne{rank}Etablissement" for rank in (1, 2, 3))
_UNIT_NAME = "denominationUniteLegale"
_USUAL_NAME = "denominationUsuelleEtablissement"
_COMMUNE_NAME = "libelleCommuneEtablissement"
_POSTCODE = "codePostalEtablissement"
_NAF = "activitePrincipaleEtablissement"
_NOMENCLATURE = "nomenclatureActivitePrincipaleEtablissement"
_NAF_2025 = "activitePrincipaleNAF25Etablissement"
_STAFF = "trancheEffectifsEtablissement"
_CREATED = "dateCreationEtablissement"
_HEAD_OFFICE = "etablissementSiege"
_EMPLOYER = "caractereEmployeurEtablissement"
_FICTIONAL = "fictif"

COLUMNS = Columns(
    ("siren", "nic", "siret", DIFFUSION, STATE, COMMUNE, _NAF, _NOMENCLATURE),
    (
        TREATED,
        _COMMUNE_NAME,
        _POSTCODE,
        _NAF_2025,
        _STAFF,
        _CREATED,
        _HEAD_OFFICE,
        _EMPLOYER,
        *_BRANDS,
        _USUAL_NAME,
        LAMBERT_X,
        LAMBERT_Y,
        _FICTIONAL,
    ),
)
"""Columns of the stock that are read; the optional ones came later or can be done without."""

UNKNOWN_CREATION = "1900-01-01"
"""Day that INSEE writes where the day of creation is not known."""

Row = Mapping[str, Any]
Value = TypeVar("Value")


def company_of_row(row: Row, data_date: date, notes: Counter[str]) -> Company:
    """Check an establishment and turn it into a company.

    Parameters
    ----------
    row
        Columns of the establishment, of its legal unit (`pipelines.sources.legal_units`) and its
        coordinates (`pipelines.sources.coordinates`); what is missing is `None`.
    data_date
        Day of the stock.
    notes
        Counts what was changed or passed over on the way.

    Raises
    ------
    BadValueError
        For the first value that cannot be right.
    """
    siret = _siret(row)
    active = _one_of(row, STATE, {"A": True, "F": False}, "state is neither A nor F")
    diffusion = _diffusion(row)
    department, commune_code, commune_name = _place(row, notes)
    naf, naf2025 = _activities(row, notes)
    shown = diffusion is Diffusion.FULL
    if not shown:
        notes["names and addresses withheld (partial diffusion)"] += 1
    if row["coordinate_fault"]:
        value = f"{row[LAMBERT_X] or ''}, {row[LAMBERT_Y] or ''}"
        raise BadValueError("coordinates", value, row["coordinate_fault"])
    return Company(
        siret=siret,
        name=_name(row, diffusion),
        department=department,
        commune=commune_code,
        commune_name=commune_name,
        postcode=row[_POSTCODE] if shown else None,
        naf=naf,
        naf2025=naf2025,
        legal_category=row["legal_category"],
        size_band=_size_band(row),
        created=_created(row),
        head_office=_one_of(row, _HEAD_OFFICE, _TRUTH, "is neither true nor false"),
        employer=_one_of(row, _EMPLOYER, _YES_NO, "is neither O nor N"),
        sole_trader=bool(row["sole_trader"]),
        active=active,
        diffusion=diffusion,
        latitude=row["latitude"] if shown else None,
        longitude=row["longitude"] if shown else None,
        fictional=_one_of(row, _FICTIONAL, _TRUTH, "is neither true nor false"),
        source=SOURCE,
        data_date=data_date,
    )


_TRUTH: dict[str | None, bool] = {"true": True, "false": False, None: False}
_DIFFUSIONS = {status.value: status for status in Diffusion}
_YES_NO: dict[str | None, bool | None] = {"O": True, "N": False, None: None}


def _one_of(row: Row, column: str, meanings: Mapping[Any, Value], reason: str) -> Value:
    """Meaning of a code; a code without one rejects the row."""
    try:
        return meanings[row[column]]
    except KeyError:
        raise BadValueError(column, row[column], reason) from None


def _siret(row: Row) -> str:
    siret = row["siret"] or ""
    problem = siret_reason(siret)
    if problem:
        raise BadValueError("siret", siret, problem)
    if siret != f"{row['siren'] or ''}{row['nic'] or ''}":
        value = f"{siret} is not {row['siren'] or ''} {row['nic'] or ''}"
        raise BadValueError("siret", value, "SIRET is not made of the SIREN and the NIC")
    return str(siret)


def _diffusion(row: Row) -> Diffusion:
    """Diffusion of the establishment, or of its unit where that is stricter."""
    own = _one_of(row, DIFFUSION, _DIFFUSIONS, "diffusion is none of O, P, N")
    statuses = {own, row["unit_diffusion"]}
    return next(status for status in reversed(Diffusion) if status in statuses)


def _place(row: Row, notes: Counter[str]) -> tuple[str, str, str]:
    """Department, present commune, and its name."""
    given = row[COMMUNE]
    try:
        department = department_of(given)
    except UnknownCodeError:
        raise BadValueError(COMMUNE, given, "commune code is malformed") from None
    code = current_commune(given)
    if code != given:
        notes["commune codes of former communes"] += 1
    if department not in _described_departments():
        return department, code, read_name(_COMMUNE_NAME, row[_COMMUNE_NAME]) or code
    try:
        return department, code, commune(code).name
    except UnknownCodeError:
        raise BadValueError(COMMUNE, given, "commune is not known in its department") from None


@cache
def _described_departments() -> frozenset[str]:
    """Departments of which every commune is known."""
    return frozenset(place.department for place in communes())


def _activities(row: Row, notes: Counter[str]) -> tuple[str | None, str | None]:
    """Activity in NAF rev. 2 and in NAF 2025, whichever are given."""
    text, nomenclature = row[_NAF], fold(row[_NOMENCLATURE] or "")
    naf2025 = _naf_2025(row[_NAF_2025], notes)
    naf = None
    if nomenclature == "nafrev2" or is_not_coded_yet(text):
        naf = read_naf(_NAF, text, notes)
    elif nomenclature in ("naf25", "naf2025"):
        naf2025 = _naf_2025(text, notes) or naf2025
    elif text:
        notes["activity in another nomenclature than NAFRev2"] += 1
    if naf is None and naf2025 is not None:
        naf = naf_rev2_of_2025(naf2025)
    return naf, naf2025


def _naf_2025(text: str | None, notes: Counter[str]) -> str | None:
    """Code of NAF 2025; as it comes beside another code, an unknown one costs no row."""
    if text is None or is_not_coded_yet(text):
        return None
    try:
        return naf_2025_code(text)
    except UnknownCodeError:
        notes["NAF 2025 code not known"] += 1
        return None


def _size_band(row: Row) -> str | None:
    band: str | None = row[_STAFF]
    if band is not None and band not in SIZE_BANDS:
        raise BadValueError(_STAFF, band, "staff band is none of Sirene's")
    return band


def _created(row: Row) -> date | None:
    text = row[_CREATED]
    if text is None or text == UNKNOWN_CREATION:
        return None
    try:
        # Parquet files hold dates as moments.
        return date.fromisoformat(text.removesuffix(" 00:00:00"))
    except ValueError:
        raise BadValueError(_CREATED, text, "date is not written YYYY-MM-DD") from None


def _name(row: Row, diffusion: Diffusion) -> str | None:
    """Name that may be shown: of the legal unit, else the brand, else the usual name.

    The name of a person is none of them: not the legal unit of a sole trader, nor a brand that
    only repeats the person's names.
    """
    unit_name = read_name(_UNIT_NAME, row["unit_name"])
    if diffusion is not Diffusion.FULL:
        return unit_name
    others = (read_name(column, row[column]) for column in (*_BRANDS, _USUAL_NAME))
    person = row["person_names"]
    private = set(fold(person).split()) | _CIVILITIES if person else set()
    for name in chain([unit_name], others):
        if name and not set(fold(name).split()) <= private:
            return name
    return None


_CIVILITIES = {"m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle"}
