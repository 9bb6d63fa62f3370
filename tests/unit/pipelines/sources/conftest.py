"""A small stock in the official columns, and a store to import it into."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from builders import siret_of
from empty_stores import new_store

from matchmaker.settings import ImportSettings, Settings
from matchmaker.store import Store

AT = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)

ESTABLISHMENT = {
    "siren": "",
    "nic": "",
    "siret": "",
    "statutDiffusionEtablissement": "O",
    "dateCreationEtablissement": "2004-05-17",
    "trancheEffectifsEtablissement": "11",
    "dateDernierTraitementEtablissement": "2026-01-31T10:00:00",
    "etablissementSiege": "true",
    "codePostalEtablissement": "77000",
    "libelleCommuneEtablissement": "MELUN",
    "codeCommuneEtablissement": "77288",
    "etatAdministratifEtablissement": "A",
    "enseigne1Etablissement": "",
    "enseigne2Etablissement": "",
    "enseigne3Etablissement": "",
    "denominationUsuelleEtablissement": "",
    "activitePrincipaleEtablissement": "43.21A",
    "nomenclatureActivitePrincipaleEtablissement": "NAFRev2",
    "caractereEmployeurEtablissement": "O",
}
LEGAL_UNIT = {
    "siren": "",
    "statutDiffusionUniteLegale": "O",
    "denominationUniteLegale": "",
    "denominationUsuelle1UniteLegale": "",
    "nomUniteLegale": "",
    "prenom1UniteLegale": "",
    "categorieJuridiqueUniteLegale": "5499",
}


def csv_text(rows: list[dict[str, str]], separator: str = ",") -> str:
    """Rows as CSV with the columns of the first one."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@pytest.fixture
def make_siret() -> Callable[..., str]:
    return siret_of


@pytest.fixture
def establishment() -> Callable[..., dict[str, str]]:
    """Build a row of the stock of establishments; changes by column name."""

    def build(number: int, **changes: str) -> dict[str, str]:
        siret = siret_of(number)
        row = ESTABLISHMENT | {"siren": siret[:9], "nic": siret[9:], "siret": siret}
        return row | changes

    return build


@pytest.fixture
def legal_unit() -> Callable[..., dict[str, str]]:
    """Build a row of the stock of legal units; changes by column name."""

    def build(number: int, **changes: str) -> dict[str, str]:
        siren = siret_of(number)[:9]
        return LEGAL_UNIT | {"siren": siren, "denominationUniteLegale": f"FIRM {number}"} | changes

    return build


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[..., Path]:
    """Write rows to a CSV file."""

    def write(name: str, rows: list[dict[str, str]], separator: str = ",") -> Path:
        path = tmp_path / name
        path.write_text(csv_text(rows, separator), encoding="utf-8")
        return path

    return write


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Accept any reject rate: in files of three rows one wrong row is many."""
    return Settings(home=tmp_path / "home", imports=ImportSettings(max_reject_rate=1))


@pytest.fixture
def strict(settings: Settings) -> Settings:
    """Keep the home, with the limits that a user has."""
    return Settings(home=settings.home)


@pytest.fixture
def store(settings: Settings, empty_store: Path) -> Iterator[Store]:
    opened = new_store(empty_store, settings)
    yield opened
    opened.close()


@pytest.fixture
def at() -> datetime:
    return AT
