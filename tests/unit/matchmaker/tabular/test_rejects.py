"""The rejects file is safe to open, complete, and in place only when the import is done."""

import csv

import pytest

from matchmaker.tabular.rejects import (
    ImportReport,
    Reject,
    Rejects,
    formula_safe,
    shared_progress,
    siret_reason,
)


def test_rejected_rows_are_written_and_counted_by_reason(tmp_path):
    report = ImportReport("sirene", "stock.csv", read=10)
    with Rejects(tmp_path, "sirene", tmp_path / "stock.csv") as rejects:
        rejects.add(Reject(3, "siret", "12", "SIRET is short"))
        rejects.add(Reject(7, "siret", "x" * 500, "SIRET is short"))
        rejects.tell(report)
        assert not rejects.path.exists()
    assert report.rejected == 2
    assert report.by_reason == {"SIRET is short": 2}
    assert report.reject_rate == 0.2
    with open(report.rejects_path, encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["line", "column", "value", "reason"],
            ["3", "siret", "12", "SIRET is short"],
            ["7", "siret", "x" * 200, "SIRET is short"],
        ]


def test_an_import_without_rejects_removes_the_file_of_the_last_one(tmp_path):
    with Rejects(tmp_path, "sirene", tmp_path / "stock.csv") as rejects:
        rejects.add(Reject(3, "siret", "12", "SIRET is short"))
    assert rejects.path.exists()
    with Rejects(tmp_path, "sirene", tmp_path / "stock.csv"):
        pass
    assert not rejects.path.exists()


def test_a_failed_import_leaves_the_file_of_the_last_one(tmp_path):
    with Rejects(tmp_path, "sirene", tmp_path / "stock.csv") as rejects:
        rejects.add(Reject(3, "siret", "12", "SIRET is short"))
    before = rejects.path.read_text()

    def fail():
        with Rejects(tmp_path, "sirene", tmp_path / "stock.csv") as later:
            later.add(Reject(4, "", "", "other"))
            raise RuntimeError

    pytest.raises(RuntimeError, fail)
    assert rejects.path.read_text() == before
    assert [path.name for path in rejects.path.parent.iterdir()] == [rejects.path.name]


@pytest.mark.parametrize("value", ["=1+1", "+33", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_a_value_that_a_spreadsheet_would_run_gets_an_apostrophe(value):
    assert formula_safe(value) == f"'{value}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("73282932000074", None),
        ("35600000049837", None),
        ("", "SIRET is empty"),
        ("73282932000075", "SIRET fails its check digits"),
        ("7328293200007", "SIRET has 13 digits, 14 are needed (leading zeros lost?)"),
        ("1", "SIRET has 1 digits, 14 are needed (leading zeros lost?)"),
        ("7328293200007X", "SIRET has characters that are not digits"),
    ],
)
def test_the_reason_does_not_repeat_the_number(text, reason):
    assert siret_reason(text) == reason


def test_files_share_one_progress_by_their_sizes(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_bytes(b"x" * 30)
    second.write_bytes(b"x" * 70)
    told = []
    shares = list(shared_progress(lambda done, total: told.append((done, total)), first, second))
    shares[0](15, 30)
    shares[1](70, 70)
    assert told == [(15, 100), (100, 100)]
