"""`matchmaker import`: what is printed, what is written, and when it is not a success."""

import json

import pytest
from typer.testing import CliRunner

from matchmaker.errors import InputFileError, MatchmakerError, RejectRateError
from matchmaker.settings import Settings
from matchmaker.store import open_store
from pipelines.cli.imports import imports_app

COLUMNS = (
    "siren,nic,siret,statutDiffusionEtablissement,etatAdministratifEtablissement,"
    "codeCommuneEtablissement,activitePrincipaleEtablissement,"
    "nomenclatureActivitePrincipaleEtablissement,dateDernierTraitementEtablissement"
)
MELUN = "732829320,00074,73282932000074,O,A,77288,43.21A,NAFRev2,2026-01-31T10:00:00"
PARIS = "552100554,00013,55210055400013,O,A,75056,43.21A,NAFRev2,2026-01-31T10:00:00"
WRONG = "732829320,00075,73282932000075,O,A,77288,43.21A,NAFRev2,2026-01-31T10:00:00"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("MATCHMAKER_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MATCHMAKER_DATABASE_URL", raising=False)
    return tmp_path / "home"


@pytest.fixture
def run(home):
    def invoke(*arguments):
        return CliRunner().invoke(imports_app, [str(argument) for argument in arguments])

    return invoke


@pytest.fixture
def stock(tmp_path):
    """Write a stock of such rows; give the options that name its files."""

    def write(*rows):
        establishments, units = tmp_path / "stock.csv", tmp_path / "units.csv"
        establishments.write_text("\n".join([COLUMNS, *rows]))
        units.write_text(
            "siren,denominationUniteLegale,categorieJuridiqueUniteLegale\n732829320,FIRM,5499\n"
        )
        return "sirene", "--establishments", establishments, "--legal-units", units

    return write


@pytest.fixture
def stored(home):
    def read():
        store = open_store(Settings(home=home).store_url)
        with store.reading() as unit:
            frame = unit.companies.frame()
        store.close()
        return frame["siret"].to_list()

    return read


def test_the_report_is_a_table_of_read_kept_left_out_and_rejected(run, stock, stored):
    result = run(*stock(MELUN, PARIS))
    assert result.exit_code == 0
    for text in ("read", "kept", "left out: outside the departments"):
        assert text in result.stdout
    assert stored() == ["73282932000074"]


def test_json_is_the_report_and_nothing_else(run, stock):
    report = json.loads(run(*stock(MELUN, PARIS), "--json").stdout)
    assert report["kind"] == "sirene"
    assert (report["read"], report["kept"], report["rejected"]) == (2, 1, 0)
    assert report["left_out"] == {"outside the departments": 1}


def test_all_departments_on_request(run, stock, stored):
    assert run(*stock(MELUN, PARIS), "--departments", "all").exit_code == 0
    assert len(stored()) == 2


def test_a_department_outside_the_territory_is_named(run, stock, stored):
    result = run(*stock(MELUN), "--departments", "75")
    assert isinstance(result.exception, MatchmakerError)
    assert "department 75 is outside the territory (77, 91)" in str(result.exception)
    assert stored() == []


def test_the_day_of_the_data_can_be_given(run, stock, home):
    run(*stock(MELUN), "--data-date", "2026-02-01")
    store = open_store(Settings(home=home).store_url)
    with store.reading() as unit:
        assert str(unit.imports.latest("sirene").data_date) == "2026-02-01"
    store.close()


def test_too_many_rejected_rows_are_no_success_and_nothing_is_in(run, stock, stored):
    result = run(*stock(MELUN, WRONG))
    assert isinstance(result.exception, RejectRateError)
    assert "1 of 2 rows were rejected" in str(result.exception)
    assert "rejected: SIRET fails its check digits" in result.stdout
    assert stored() == []


def test_the_accepted_reject_rate_is_a_setting(run, stock, monkeypatch):
    monkeypatch.setenv("MATCHMAKER_IMPORTS__MAX_REJECT_RATE", "0.5")
    assert run(*stock(MELUN, WRONG)).exit_code == 0


def test_a_file_that_cannot_be_imported_is_one_error(run, stock, stored, tmp_path):
    command = stock(MELUN)
    (tmp_path / "units.csv").write_text("")
    result = run(*command)
    assert isinstance(result.exception, InputFileError)
    assert str(tmp_path / "units.csv") in str(result.exception)
    assert stored() == []


def test_the_other_files_follow(run, stock, tmp_path):
    run(*stock(MELUN, PARIS), "--departments", "all")
    profiles, relations = tmp_path / "profiles.csv", tmp_path / "relations.csv"
    profiles.write_text("siret,consent,[/mystery]\n73282932000074,oui,x\n")
    relations.write_text(
        "source,cible,type,date\n73282932000074,55210055400013,fournisseur,2025-01-01\n"
    )
    awards, registered = tmp_path / "awards.json", tmp_path / "registered.json"
    awards.write_text('{"marches": [{"id": "1", "titulaires": []}]}')
    registered.write_text(
        json.dumps(
            [
                {
                    "fields": {
                        "siren": "552100554",
                        "nic": "00013",
                        "ville": "EVRY",
                        "num_dept": "91",
                        "date_de_publication": "2018-01-07",
                    }
                }
            ]
        )
    )
    result = run("profiles", profiles)
    assert result.exit_code == 0
    assert "column not read: [/mystery]" in result.stdout
    for command in (("relations", relations), ("awards", awards)):
        assert run(*command).exit_code == 0
    report = json.loads(run("grand-paris-sud", registered, "--json").stdout)
    assert report["left_out"] == {"known from another source": 1}
