"""Registrations in the official columns of the Sirene stock files, present format.

One column is added at the end, `fictif`, which says `true` in every row.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from matchmaker.companies import SIZE_BANDS, Diffusion
from pipelines.demo.names import registry_spelling
from pipelines.demo.registration import LegalUnit, Registration
from pipelines.demo.spreadsheets import Cell

FICTIONAL = "fictif"


def _columns(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ESTABLISHMENT_COLUMNS = _columns(
    """
siren nic siret statutDiffusionEtablissement dateCreationEtablissement
trancheEffectifsEtablissement anneeEffectifsEtablissement
activitePrincipaleRegistreMetiersEtablissement dateDernierTraitementEtablissement
etablissementSiege nombrePeriodesEtablissement complementAdresseEtablissement
numeroVoieEtablissement indiceRepetitionEtablissement dernierNumeroVoieEtablissement
indiceRepetitionDernierNumeroVoieEtablissement typeVoieEtablissement libelleVoieEtablissement
codePostalEtablissement libelleCommuneEtablissement libelleCommuneEtrangerEtablissement
distributionSpecialeEtablissement codeCommuneEtablissement codeCedexEtablissement
libelleCedexEtablissement codePaysEtrangerEtablissement libellePaysEtrangerEtablissement
identifiantAdresseEtablissement coordonneeLambertAbscisseEtablissement
coordonneeLambertOrdonneeEtablissement
complementAdresse2Etablissement numeroVoie2Etablissement indiceRepetition2Etablissement
typeVoie2Etablissement libelleVoie2Etablissement codePostal2Etablissement
libelleCommune2Etablissement libelleCommuneEtranger2Etablissement
distributionSpeciale2Etablissement codeCommune2Etablissement codeCedex2Etablissement
libelleCedex2Etablissement codePaysEtranger2Etablissement libellePaysEtranger2Etablissement
dateDebut etatAdministratifEtablissement enseigne1Etablissement enseigne2Etablissement
enseigne3Etablissement denominationUsuelleEtablissement activitePrincipaleEtablissement
nomenclatureActivitePrincipaleEtablissement caractereEmployeurEtablissement
activitePrincipaleNAF25Etablissement
"""
)
"""Columns of `StockEtablissement`, in the order of the official file."""

LEGAL_UNIT_COLUMNS = _columns(
    """
siren statutDiffusionUniteLegale unitePurgeeUniteLegale dateCreationUniteLegale
sigleUniteLegale sexeUniteLegale prenom1UniteLegale prenom2UniteLegale prenom3UniteLegale
prenom4UniteLegale prenomUsuelUniteLegale pseudonymeUniteLegale identifiantAssociationUniteLegale
trancheEffectifsUniteLegale anneeEffectifsUniteLegale dateDernierTraitementUniteLegale
nombrePeriodesUniteLegale categorieEntreprise anneeCategorieEntreprise dateDebut
etatAdministratifUniteLegale nomUniteLegale nomUsageUniteLegale denominationUniteLegale
denominationUsuelle1UniteLegale denominationUsuelle2UniteLegale denominationUsuelle3UniteLegale
categorieJuridiqueUniteLegale activitePrincipaleUniteLegale
nomenclatureActivitePrincipaleUniteLegale nicSiegeUniteLegale economieSocialeSolidaireUniteLegale
societeMissionUniteLegale caractereEmployeurUniteLegale activitePrincipaleNAF25UniteLegale
"""
)
"""Columns of `StockUniteLegale`, in the order of the official file."""

MASKED = "[ND]"
"""What the registry writes in place of a value that may not be shown."""

_LARGE_BAND, _LARGEST_BAND = "32", "52"


def establishment_rows(
    registrations: tuple[Registration, ...], today: date
) -> Iterator[list[Cell]]:
    """Rows of the establishments file, in the order of SIRETs as in the official one."""
    for entry in sorted(registrations, key=lambda entry: entry.firm.siret):
        values = _establishment(entry, today)
        if entry.unit.diffusion is Diffusion.PARTIAL:
            values |= dict.fromkeys(_address_columns(values), MASKED)
        yield [*(values.get(column, "") for column in ESTABLISHMENT_COLUMNS), "true"]


def legal_unit_rows(registrations: tuple[Registration, ...], today: date) -> Iterator[list[Cell]]:
    """Rows of the legal units file, in the order of SIRENs."""
    open_units = {entry.unit.siren for entry in registrations if entry.closed is None}
    for entry in sorted(registrations, key=lambda entry: entry.firm.siret):
        if not entry.head_office:
            continue
        values = _legal_unit(entry, today)
        values["etatAdministratifUniteLegale"] = "A" if entry.unit.siren in open_units else "C"
        yield [*(values.get(column, "") for column in LEGAL_UNIT_COLUMNS), "true"]


def _establishment(entry: Registration, today: date) -> dict[str, str]:
    firm = entry.firm
    number, kind, street = entry.street
    return {
        "siren": firm.siren,
        "nic": firm.siret[9:],
        "siret": firm.siret,
        "statutDiffusionEtablissement": entry.unit.diffusion.value,
        "dateCreationEtablissement": entry.created.isoformat(),
        "trancheEffectifsEtablissement": firm.band,
        "anneeEffectifsEtablissement": _staff_year(firm.band, today),
        "dateDernierTraitementEtablissement": f"{today.isoformat()}T06:00:00",
        "etablissementSiege": "true" if entry.head_office else "false",
        "nombrePeriodesEtablissement": "2" if entry.closed else "1",
        "numeroVoieEtablissement": number,
        "typeVoieEtablissement": kind,
        "libelleVoieEtablissement": street,
        "codePostalEtablissement": firm.commune.postcodes[0],
        "libelleCommuneEtablissement": registry_spelling(firm.commune.name),
        "codeCommuneEtablissement": firm.commune.code,
        "identifiantAdresseEtablissement": f"{firm.commune.code}{int(number):04d}_F",
        "coordonneeLambertAbscisseEtablissement": f"{firm.east:.1f}",
        "coordonneeLambertOrdonneeEtablissement": f"{firm.north:.1f}",
        "dateDebut": (entry.closed or entry.created).isoformat(),
        "etatAdministratifEtablissement": "F" if entry.closed else "A",
        "enseigne1Etablissement": entry.brand,
        "activitePrincipaleEtablissement": entry.naf,
        "nomenclatureActivitePrincipaleEtablissement": "NAFRev2",
        "caractereEmployeurEtablissement": _employer(firm.band),
        "activitePrincipaleNAF25Etablissement": entry.naf2025,
    }


def _address_columns(values: dict[str, str]) -> list[str]:
    """Columns that partial diffusion masks, where they are filled; the commune stays."""
    masked = (
        "numeroVoieEtablissement",
        "typeVoieEtablissement",
        "libelleVoieEtablissement",
        "identifiantAdresseEtablissement",
        "coordonneeLambertAbscisseEtablissement",
        "coordonneeLambertOrdonneeEtablissement",
        "enseigne1Etablissement",
    )
    return [column for column in masked if values[column]]


def _legal_unit(entry: Registration, today: date) -> dict[str, str]:
    unit, firm = entry.unit, entry.firm
    return {
        "siren": unit.siren,
        "statutDiffusionUniteLegale": unit.diffusion.value,
        "dateCreationUniteLegale": unit.created.isoformat(),
        "trancheEffectifsUniteLegale": firm.band,
        "anneeEffectifsUniteLegale": _staff_year(firm.band, today),
        "dateDernierTraitementUniteLegale": f"{today.isoformat()}T06:00:00",
        "nombrePeriodesUniteLegale": "1",
        "categorieEntreprise": _enterprise_category(firm.band) if firm.trade else "",
        "anneeCategorieEntreprise": str(today.year - 2) if firm.trade else "",
        "dateDebut": unit.created.isoformat(),
        "categorieJuridiqueUniteLegale": unit.category,
        "activitePrincipaleUniteLegale": entry.naf,
        "nomenclatureActivitePrincipaleUniteLegale": "NAFRev2",
        "nicSiegeUniteLegale": firm.siret[9:],
        "economieSocialeSolidaireUniteLegale": "N" if firm.trade else "",
        "caractereEmployeurUniteLegale": _employer(firm.band),
        "activitePrincipaleNAF25UniteLegale": entry.naf2025,
        **_identity(unit),
    }


def _identity(unit: LegalUnit) -> dict[str, str]:
    """Name of a legal person, or first name and surname of a sole trader."""
    hidden = unit.diffusion is Diffusion.PARTIAL
    if unit.person is None:
        return {"denominationUniteLegale": MASKED if hidden else unit.name}
    first_name, surname, sex = (registry_spelling(part) for part in unit.person)
    return {
        "sexeUniteLegale": MASKED if hidden else sex,
        "prenom1UniteLegale": MASKED if hidden else first_name,
        "prenomUsuelUniteLegale": MASKED if hidden else first_name,
        "nomUniteLegale": MASKED if hidden else surname,
    }


def _staff_year(band: str, today: date) -> str:
    return "" if band == "NN" else str(today.year - 2)


def _employer(band: str) -> str:
    return "N" if band in {"NN", "00"} else "O"


def _enterprise_category(band: str) -> str:
    rank = SIZE_BANDS.index(band)
    if rank >= SIZE_BANDS.index(_LARGEST_BAND):
        return "GE"
    return "ETI" if rank >= SIZE_BANDS.index(_LARGE_BAND) else "PME"
