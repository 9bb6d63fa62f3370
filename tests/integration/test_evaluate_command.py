"""`matchmaker evaluate` and `matchmaker dataset`, as a person calls them."""

from __future__ import annotations

import gzip
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from commands import caller
from evaluations import tables

ROW_KEYS = {
    "name", "recall", "ndcg", "mrr", "hit", "auc", "ap", "candidate_recall", "recall_cold",
    "recall_warm", "seconds", "ndcg_minus_best_channel",
}  # fmt: skip


def run(*arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MATCHMAKER_")}
    return subprocess.run(
        [sys.executable, "-c", "from pipelines.cli import main; main()", *arguments],
        env={**kept, "COLUMNS": "120", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )


def call(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Call the command without a process of its own, which takes seconds to start."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("MATCHMAKER_")]:
            patch.delenv(name)
        return caller(patch, *arguments[:1])(*arguments[1:])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tables(2).write(tmp_path_factory.mktemp("dossier d'été"))


@pytest.fixture(scope="module")
def outputs(folder, tmp_path_factory):
    """Run the command once, with everything it can write."""
    out = tmp_path_factory.mktemp("out")
    done = run(
        "evaluate", str(folder), "--cross", "--k", "10", "--seed", "3",
        "--json", str(out / "table.json"), "--rankings", str(out / "lists.parquet"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout, json.loads((out / "table.json").read_text()), out / "lists.parquet"


class TestEvaluate:
    def test_json_has_the_promised_shape(self, outputs):
        _, found, _ = outputs
        assert (found["k"], found["cross"], found["directed"], found["seed"]) == (
            10,
            True,
            False,
            3,
        )
        names = [row["name"] for row in found["rows"]]
        assert {"popularity", "popularity_recent", "activity_words", "activity_alike"} <= set(names)
        assert {"adamic_adar", "shared_acquaintances", "page_rank", "prior", "fusion"} <= set(names)
        assert all(set(row) == ROW_KEYS for row in found["rows"])

    def test_the_table_shows_every_row_within_120_columns(self, outputs):
        shown, found, _ = outputs
        lines = shown.splitlines()
        assert max(map(len, lines)) <= 120
        for row in found["rows"]:
            (line,) = [line for line in lines if line.split(" ")[0] == row["name"]]
            assert f"{row['ndcg']:.3f}".removeprefix("0") in line.split()
            assert f"{row['recall']:.3f}".removeprefix("0") in line.split()

    def test_the_rankings_give_the_metrics_of_the_row_again(self, outputs, folder):
        _, found, lists = outputs
        with gzip.open(folder / "companies.csv.gz", "rt") as file:
            side = dict(pl.read_csv(file.read().encode())["id", "territory"].iter_rows())
        with gzip.open(folder / "holdout.csv.gz", "rt") as file:
            pairs = pl.read_csv(file.read().encode()).select("source", "target").rows()
        partners: dict[str, set[str]] = {}
        for source, target in pairs:
            if side[source] != side[target]:
                partners.setdefault(source, set()).add(target)
                partners.setdefault(target, set()).add(source)
        gains = dict.fromkeys(partners, 0.0)
        for source, rank, target, _ in pl.read_parquet(lists).iter_rows():
            assert side[source] != side[target]
            gains[source] += (target in partners[source]) / math.log2(1 + rank)
        ndcg = [
            gain / sum(1 / math.log2(1 + rank) for rank in range(1, len(partners[source]) + 1))
            for source, gain in gains.items()
        ]
        row = next(row for row in found["rows"] if row["name"] == "fusion")
        assert row["ndcg"] == pytest.approx(sum(ndcg) / len(ndcg))
        assert found["queries"] == len(partners)

    def test_the_same_seed_gives_the_same_json(self, outputs, folder):
        _, found, _ = outputs
        again = call("evaluate", str(folder), "--cross", "--k", "10", "--seed", "3", "--json", "-")
        assert again.returncode == 0, again.stderr
        assert without_seconds(json.loads(again.stdout)) == without_seconds(found)

    def test_channels_can_be_kept_or_left_out(self, folder):
        kept = call("evaluate", str(folder), "--channels", "activity_words,place", "--json", "-")
        names = [row["name"] for row in json.loads(kept.stdout)["rows"]]
        assert names == ["popularity", "popularity_recent", "activity_words", "prior", "fusion"]
        out = call("evaluate", str(folder), "--channels=-activity_words,-page_rank", "--json", "-")
        names = [row["name"] for row in json.loads(out.stdout)["rows"]]
        assert "activity_alike" in names
        assert not {"activity_words", "page_rank"} & set(names)

    def test_few_queries_are_said_to_be_few(self, tmp_path):
        folder = tables(2, holdout=8).write(tmp_path)
        assert "Too few to judge" in call("evaluate", str(folder)).stdout

    def test_a_directed_dataset_asks_its_sources(self, tmp_path):
        made = tables(2, kind="supply")
        found = json.loads(
            call("evaluate", str(made.write(tmp_path)), "--directed", "--json", "-").stdout
        )
        assert (found["directed"], found["partners_sought"]) == (True, "client")
        assert found["queries"] == made.holdout["source"].n_unique()


def without_seconds(found: dict[str, object]) -> dict[str, object]:
    rows = [{k: v for k, v in row.items() if k != "seconds"} for row in found["rows"]]  # type: ignore[attr-defined]
    return {k: v for k, v in found.items() if k != "seconds"} | {"rows": rows}


class TestBadInput:
    """One clear line on standard error, status 2, nothing on standard output."""

    @pytest.mark.parametrize(
        ("file", "content", "options", "said"),
        [
            ("relations.csv.gz", "source,target,kind\nf001,x,meeting\n", (), "'x' is no id"),
            ("companies.csv.gz", "id,activity\na,b\na,c\n", (), "id 'a' is there twice"),
            ("companies.csv.gz", "id,latitude,longitude\na,nan,2\n", (), "'nan' is no number"),
            ("companies.csv.gz", "id,territory\na,east\nb,east\n", ("--cross",), "'east' only"),
            ("companies.csv.gz", "id\na\nb\n", ("--cross",), "has no column 'territory'"),
            ("holdout.csv.gz", "source,target\n", (), "holds no pairs"),
        ],
    )
    def test_in_the_folder(self, tmp_path, file, content, options, said):
        folder = tables(2).write(tmp_path)
        (folder / file).write_bytes(gzip.compress(content.encode()))
        assert_refused(call("evaluate", str(folder), *options), said)

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (("--channels", "nonsense"), "there is no channel 'nonsense'"),
            (("--channels", "place,-page_rank"), "mixes names with and without a minus"),
            (("--channels", "adamic_adar"), "none that is kept has a weight"),
            (("--rankings", "lists.csv"), "End it with .parquet"),
            (("--rankings", "no/such/folder/lists.parquet"), "there is no folder no/such/folder"),
            (("--json", "no/such/folder/table.json"), "there is no folder no/such/folder"),
            (("--rankings", "{here}/is.parquet"), "cannot be written there"),
            (("--json", "{here}"), "cannot be written there"),
            (("--json", ""), "names no file"),
            (("--channels", ","), "names no channel"),
            (("--companies", "200"), "--companies is for --demo"),
            (("--demo",), "makes its own worlds"),
        ],
    )
    def test_in_the_options(self, folder, options, said, tmp_path):
        (tmp_path / "is.parquet").mkdir()
        done = call("evaluate", str(folder), *(o.replace("{here}", str(tmp_path)) for o in options))
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr

    def test_no_folder(self, tmp_path):
        assert_refused(call("evaluate"), "names no FOLDER")
        assert_refused(call("evaluate", str(tmp_path / "nowhere")), "there is no such folder")

    def test_a_file_is_no_folder(self, tmp_path):
        (tmp_path / "table.csv").touch()
        assert_refused(call("evaluate", str(tmp_path / "table.csv")), "is a file, not a folder")

    def test_a_full_disk_loses_no_table(self, folder, tmp_path):
        if not Path("/dev/full").exists():
            pytest.skip("this system has no /dev/full")
        (tmp_path / "lists.parquet").symlink_to("/dev/full")
        for option, path in (("--rankings", tmp_path / "lists.parquet"), ("--json", "/dev/full")):
            done = call("evaluate", str(folder), "--channels", "activity_words", option, str(path))
            assert done.returncode == 2
            assert "fusion" in done.stdout
            assert f"{path}: cannot be written" in done.stderr
            assert done.stderr.count("\n") == 1

    @pytest.mark.parametrize(
        ("option", "number"),
        [("--k", "0"), ("--k", "1001"), ("--seed", "-1"), ("--seed", "4294967296")],
    )
    def test_numbers_out_of_range(self, folder, option, number):
        done = call("evaluate", str(folder), option, number)
        assert done.returncode == 2
        assert option in done.stderr


def assert_refused(done, said):
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


class TestDatasets:
    def test_a_demo_folder_is_measured_against_its_oracle(self, tmp_path):
        options = ("--kind", "peer", "--companies", "200", "--today", "2026-11-24")
        made = call("dataset", "demo", str(tmp_path / "d"), *options)
        assert made.returncode == 0, made.stderr
        assert "Fictional" in made.stdout
        done = call("evaluate", str(tmp_path / "d"), "--cross", "--json", "-")
        rows = {row["name"]: row for row in json.loads(done.stdout)["rows"]}
        assert rows["oracle"]["share_of_oracle"] == 1
        assert rows["fusion"]["share_of_oracle"] == pytest.approx(
            rows["fusion"]["ndcg"] / rows["oracle"]["ndcg"]
        )

    def test_a_null_world_has_no_oracle_and_labels_are_written(self, tmp_path):
        done = call(
            "dataset", "demo", str(tmp_path / "d"), "--companies", "200", "--labels", "50",
            "--world", "shuffled_links", "--json",
        )  # fmt: skip
        assert json.loads(done.stdout)["oracle"] is None
        with gzip.open(tmp_path / "d" / "labels.csv.gz", "rt") as file:
            assert len(file.readlines()) == 51

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (("--kind", "love"), "kind must be one of"),
            (("--world", "nowhere"), "world must be one of"),
            (("--companies", "1"), "companies"),
            (("--labels", "0"), "labels must be"),
            (("--today", "0001-01-01"), "before 1950"),
        ],
    )
    def test_a_demo_that_cannot_be_made(self, tmp_path, options, said):
        assert_refused(call("dataset", "demo", str(tmp_path / "d"), *options), said)

    @pytest.mark.parametrize("lots", [(), ("--lots",)])
    def test_awards_become_a_folder_that_says_it_is_too_small(self, shared_data, tmp_path, lots):
        file = shared_data / "marches_publics" / "decp_2018_2019.json.gz"
        if not file.exists():
            pytest.skip(f"the public contracts are not here: {file} is missing")
        made = call("dataset", "awards", str(file), str(tmp_path / "a"), *lots)
        assert made.returncode == 0, made.stderr
        assert "Too few to judge" in made.stdout
        done = call("evaluate", str(tmp_path / "a"), "--json", "-")
        assert json.loads(done.stdout)["too_few_to_judge"] is True

    def test_a_day_after_all_awards_is_refused(self, shared_data, tmp_path):
        file = shared_data / "marches_publics" / "decp_2018_2019.json.gz"
        if not file.exists():
            pytest.skip(f"the public contracts are not here: {file} is missing")
        done = call("dataset", "awards", str(file), str(tmp_path / "a"), "--before", "2030-01-01")
        assert_refused(done, "holds no new pair of firms")


@pytest.mark.slow
def test_the_demo_reports_the_share_of_the_oracle_and_null_worlds_at_chance(tmp_path):
    out = tmp_path / "demo.json"
    done = run("evaluate", "--demo", "--companies", "150", "--json", str(out), timeout=400)
    assert done.returncode == 0, done.stderr
    assert "Fictional" in done.stdout
    found = json.loads(out.read_text())
    assert found["fictional"] is True
    assert [world["kind"] for world in found["worlds"]] == [
        "supply", "supply", "consortium", "peer"
    ]  # fmt: skip
    for world in found["worlds"]:
        shares = {row["name"]: row["share_of_oracle"] for row in world["rows"]}
        assert 0 < shares["fusion"] < shares["oracle"] == 1
    assert len(found["null_worlds"]) == 5
    for world in found["null_worlds"]:
        assert world["at_chance"] is True, world
        assert world["rows"]
