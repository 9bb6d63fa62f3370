"""`matchmaker privacy` over a home of its own."""

import json

import pytest
from builders import company, profile, siret_of
from empty_stores import new_store
from typer.testing import CliRunner

from matchmaker.errors import UnknownAccountError, UnknownCompanyError
from matchmaker.settings import Settings
from pipelines.cli import app

SIRET = siret_of(1)


@pytest.fixture
def run(tmp_path, monkeypatch, empty_store):
    """Run a command of the group on a home with one firm."""
    home = tmp_path / "home"
    monkeypatch.setenv("MATCHMAKER_HOME", str(home))
    store = new_store(empty_store, Settings(home=home))
    with store.unit() as unit:
        unit.companies.upsert([company(1)])
        unit.profiles.upsert([profile(SIRET, offers="Tôlerie")])
    store.close()
    return lambda *words: CliRunner().invoke(app, ["privacy", *words])


def test_a_firm_goes_through_all_its_rights(run, tmp_path):
    assert "stays out" in run("opt-out", SIRET, "--reason", "non").stdout
    assert "takes part again" in run("opt-in", SIRET).stdout
    assert "had not opted out" in run("opt-in", SIRET).stdout
    file = tmp_path / "data.json"
    assert run("export", SIRET, "--file", str(file)).exit_code == 0
    exported = json.loads(file.read_text(encoding="utf-8"))
    assert exported["tables"]["profiles"][0]["offers"] == "Tôlerie"
    assert file.stat().st_mode & 0o077 == 0, "nobody else's to read"
    assert run("erase", SIRET).exit_code == 1, "without a yes nothing happens"
    assert json.loads(run("export", SIRET).stdout)["tables"]["profiles"]
    erased = json.loads(run("erase", SIRET, "--yes", "--json").stdout)
    assert (erased["companies"], erased["profiles"]) == (1, 1)
    assert not json.loads(run("export", SIRET).stdout)["tables"]["profiles"]


def test_retention_reports_every_period(run):
    removed = json.loads(run("retention", "--json").stdout)
    assert removed["audit"] == removed["accounts"] == 0
    assert "contact reads" in run("retention").stdout
    assert "| `profiles` | firm, person |" in run("register").stdout


@pytest.mark.parametrize("command", ["export", "erase"])
@pytest.mark.parametrize(
    ("subject", "error"),
    [("73282932000075", UnknownCompanyError), ("nobody22", UnknownAccountError)],
)
def test_nobody_is_told_clearly(run, command, subject, error):
    done = run(command, subject, *(["--yes"] if command == "erase" else []))
    assert isinstance(done.exception, error)
    assert subject in str(done.exception)
