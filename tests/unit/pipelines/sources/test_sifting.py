"""The first pass keeps the wanted rows, in waves that bound memory."""

import polars as pl
import pytest

from matchmaker.tabular.tables import Batch
from pipelines.sources import sirene
from pipelines.sources.sifting import Sifting, in_departments


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ("77288", True),
        ("91228", True),
        ("75056", False),
        ("2A004", False),
        ("97105", False),
        ("98735", False),
        ("7728", True),  # does not tell its department: kept, to be rejected by name
        ("", True),
        (None, True),
    ],
)
def test_rows_of_other_departments_are_filtered_and_doubtful_ones_are_not(code, kept):
    rows = pl.DataFrame(
        {"codeCommuneEtablissement": [code]},
        schema_overrides={"codeCommuneEtablissement": pl.String},
    )
    assert rows.filter(in_departments(("77", "91"))).height == int(kept)


@pytest.mark.parametrize(
    ("code", "department"), [("2A004", "2A"), ("97105", "971"), ("97411", "974")]
)
def test_corsica_and_overseas_are_departments_too(code, department):
    rows = pl.DataFrame({"codeCommuneEtablissement": [code, "77288", "97201"]})
    kept = rows.filter(in_departments((department,)))
    assert kept["codeCommuneEtablissement"].to_list() == [code]


def sifted(folder, establishment, n_batches, wave_rows):
    sifting = Sifting(folder, keep_closed=False, reject=print, wave_rows=wave_rows)
    for number in range(n_batches):
        rows = pl.DataFrame([{"line": number + 2} | establishment(number)])
        sifting.take(Batch(rows, 1))
    sifting.finish()
    return sifting


@pytest.mark.parametrize(
    ("n_batches", "wave_rows", "sizes"), [(5, 2, [2, 2, 1]), (4, 2, [2, 2]), (0, 2, [0])]
)
def test_waves_hold_every_kept_row_once_in_order(
    n_batches, wave_rows, sizes, tmp_path, establishment, make_siret
):
    waves = list(sifted(tmp_path, establishment, n_batches, wave_rows).waves())
    assert [len(wave.sirets) for wave in waves] == sizes
    read = [frame["siret"].item() for wave in waves for frame in wave.frames()]
    assert read == [make_siret(number) for number in range(n_batches)]


def test_an_import_in_waves_gives_the_same_companies_and_reports_side_rows_once(
    store, settings, at, establishment, legal_unit, write_csv, monkeypatch
):
    stock = write_csv("stock.csv", [establishment(number) for number in range(40)])
    units = write_csv("units.csv", [legal_unit(number) for number in range(40)])
    with units.open("a") as file:
        file.write("too,short\n")

    def run():
        report = sirene.import_sirene(
            store, stock, units, departments=("77",), settings=settings, at=at
        )
        with store.reading() as unit:
            return report, unit.companies.frame()

    report, companies = run()
    monkeypatch.setattr("matchmaker.tabular.blocks.BLOCK_BYTES", 100)
    monkeypatch.setattr(
        sirene, "Sifting", lambda folder, **options: Sifting(folder, wave_rows=3, **options)
    )
    in_waves, same_companies = run()
    assert same_companies.equals(companies)
    assert companies["name"].null_count() == 0
    assert report.by_reason == in_waves.by_reason
    assert list(in_waves.by_reason.values()) == [1]
