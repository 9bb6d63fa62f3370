"""The demo territory as a dataset: what the files show, what is to be found, and nothing latent."""

import json
from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest

from matchmaker.errors import DatasetError
from matchmaker.relations import KNOWS_EACH_OTHER, RelationKind
from matchmaker.settings import Settings
from matchmaker.store import open_store
from pipelines.datasets.folder import read_dataset
from pipelines.demo import generate, import_demo
from pipelines.demo.datasets import demo_dataset
from pipelines.demo.null_worlds import NULL_WORLDS
from pipelines.demo.oracle import KINDS, utilities
from pipelines.demo.territory import draw_territory, streams
from pipelines.features import read_features

TODAY = date(2026, 7, 1)
COMPANIES = 300
SEED = 7


def written(folder, kind="supply", **options):
    options = {"companies": COMPANIES, "seed": SEED, "today": TODAY} | options
    return demo_dataset(folder, kind=kind, **options)


@pytest.fixture(scope="module", params=KINDS)
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def folder(kind, tmp_path_factory):
    return written(tmp_path_factory.mktemp(kind), kind, labels=10_000)


@pytest.fixture(scope="module")
def dataset(kind, folder):
    return read_dataset(folder.folder, cross=True, directed=kind == "supply")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return generate(tmp_path_factory.mktemp("files"), companies=COMPANIES, seed=SEED, today=TODAY)


@pytest.fixture(scope="module")
def night(files, tmp_path_factory):
    """Import the files of the same territory, and read what the model sees of it."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    store = open_store(settings.store_url)
    try:
        at = datetime(2026, 7, 1, tzinfo=UTC)
        import_demo(store, files, settings=settings, at=at)
        with store.reading() as unit:
            return read_features(unit, settings.eligibility)
    finally:
        store.close()


def test_companies_are_those_of_a_night_after_the_imports(dataset, night):
    """The importers are the oracle: the same firms, texts, trades, sizes and places."""
    ours, theirs = dataset.companies, night.companies
    assert dataset.ids.tolist() == theirs.sirets.tolist()
    assert ours.departments == theirs.departments
    for column in ("activity", "offers", "needs", "trade_label"):
        assert getattr(ours, column) == getattr(theirs, column)
    for column in ("department", "trade", "sector", "size"):
        assert np.array_equal(getattr(ours, column), getattr(theirs, column))
    # A millionth of the radius of the Earth is six metres.
    np.testing.assert_allclose(ours.position, theirs.position, atol=1e-6)


def test_relations_are_those_of_a_night_after_the_imports(dataset, night):
    def relations(groups):
        return sorted(
            (
                kind.value,
                day,
                tuple(members if kind is RelationKind.SUPPLY else sorted(members)),
            )
            for members, kind, day in zip(
                [rows.tolist() for rows in groups.members], groups.kinds, groups.dates, strict=True
            )
        )

    assert relations(dataset.groups) == relations(night.groups)


def test_the_dataset_is_read_without_a_remark(dataset):
    assert dataset.notes == ()


def test_pairs_to_be_found_join_strangers_of_both_sides_who_may_answer(kind, dataset):
    known = {
        frozenset((a, b))
        for members, relation in zip(dataset.groups.members, dataset.groups.kinds, strict=True)
        if relation in KNOWS_EACH_OTHER
        for a in members.tolist()
        for b in members.tolist()
    }
    assert len(dataset.holdout) > COMPANIES
    assert set(dataset.holdout_kinds) == {kind}
    assert not {frozenset(pair) for pair in dataset.holdout.tolist()} & known
    assert dataset.answers[dataset.holdout].all()
    side = dataset.companies.department[dataset.holdout]
    assert (side[:, 0] != side[:, 1]).all()


def test_the_oracle_holds_the_worth_of_every_pair_of_candidates(kind, folder, dataset):
    territory = draw_territory(companies=COMPANIES, seed=SEED, today=TODAY)
    worth = utilities(territory.oracle, kind, np.arange(COMPANIES))
    row = {entry.firm.siret: place for place, entry in enumerate(territory.registrations)}
    side = {id_: str(code) for id_, code in zip(dataset.ids, _sides(dataset), strict=True)}
    answers = [str(id_) for id_ in dataset.ids[dataset.answers]]
    expected = {
        (one, other): worth[row[one], row[other]]
        for one in answers
        for other in answers
        if side[one] != side[other] and worth[row[one], row[other]] > 0
        if kind == "supply" or side[one] == "77"
    }
    oracle = pl.read_parquet(folder.oracle)
    assert oracle.columns == ["source", "target", "utility"]
    found = {(one, other): value for one, other, value in oracle.iter_rows()}
    assert found == expected


def test_a_source_of_supply_is_the_supplier(tmp_path):
    """A held-out supplier masters a product that its client needs, by the files of the truth."""
    dataset = written(tmp_path / "dataset")
    files = generate(tmp_path / "files", companies=COMPANIES, seed=SEED, today=TODAY)
    firms = pl.read_parquet(files.truth / "firms.parquet").rows_by_key("siret", named=True)
    holdout = pl.read_csv(dataset.folder / "holdout.csv.gz", infer_schema=False)
    for source, target in holdout.select("source", "target").iter_rows():
        offers, needs = firms[source][0]["offers"], firms[target][0]["needs"]
        assert set(json.loads(offers)) & set(json.loads(needs))


def test_labels_are_outcomes_of_exposures_before_today(kind, folder, files):
    shown = pl.read_parquet(files.truth / "exposures.parquet").filter(kind=kind)
    outcomes = {
        (row["source"], row["target"], int(row["accepted"]), row["date"])
        for row in shown.iter_rows(named=True)
    }
    labels = pl.read_csv(folder.folder / "labels.csv.gz", infer_schema=False)
    rows = [
        (source, target, int(label), date.fromisoformat(day))
        for source, target, label, day in labels.iter_rows()
    ]
    assert len({row[:2] for row in rows}) == len(rows) > COMPANIES
    assert set(rows) <= outcomes
    assert max(row[3] for row in rows) < TODAY
    assert 0 < sum(row[2] for row in rows) < len(rows)


def test_fewer_labels_are_some_of_more(tmp_path):
    few = written(tmp_path / "few", labels=20)
    more = written(tmp_path / "more", labels=60)
    read = [
        set(pl.read_csv(one.folder / "labels.csv.gz", infer_schema=False).iter_rows())
        for one in (few, more)
    ]
    assert read[0] < read[1]
    assert [len(rows) for rows in read] == [20, 60]


def test_without_labels_there_is_no_table_of_them(tmp_path):
    assert not (written(tmp_path).folder / "labels.csv.gz").exists()


@pytest.mark.parametrize("world", ["true", *NULL_WORLDS])
def test_the_same_arguments_give_the_same_bytes(tmp_path, world):
    once, again = (written(tmp_path / name, world=world, labels=50) for name in ("1", "2"))
    files = [
        {path.name: path.read_bytes() for path in one.folder.iterdir()} for one in (once, again)
    ]
    assert files[0] == files[1]
    dataset = read_dataset(once.folder, cross=True, directed=True)
    assert dataset.notes == ()
    assert (once.oracle is None) == (world in {"shuffled_links", "popularity_only"})


def test_an_oracle_of_an_earlier_dataset_does_not_stay_behind(tmp_path):
    written(tmp_path)
    null = written(tmp_path, world="shuffled_links")
    assert null.oracle is None
    assert not (tmp_path / "oracle.parquet").exists()


@pytest.mark.parametrize("world", ["true", *NULL_WORLDS])
@pytest.mark.parametrize("seed", range(3))
def test_the_smallest_territory_is_written_and_says_that_nothing_is_to_be_found(
    tmp_path, world, seed
):
    tiny = written(tmp_path, companies=2, seed=seed, world=world, labels=5)
    with pytest.raises(DatasetError, match="holds no pairs|territory"):
        read_dataset(tiny.folder, cross=True, directed=True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kind": "mentoring"}, "kind must be one of supply, consortium, peer, got 'mentoring'"),
        ({"world": "upside_down"}, "world must be one of true, .* for supply, got 'upside_down'"),
        ({"kind": "peer", "world": "swapped_needs_offers"}, "for peer, got 'swapped_needs_offers'"),
        ({"labels": 0}, "labels must be >= 1 or None, got 0"),
        ({"seed": -1}, "seed must be >= 0, got -1"),
        ({"companies": 1}, "companies must be from 2 to 30000, got 1"),
    ],
)
def test_bad_arguments_are_refused_and_nothing_is_written(tmp_path, options, message):
    with pytest.raises(ValueError, match=message):
        written(tmp_path / "dataset", **options)
    assert not (tmp_path / "dataset").exists()


def test_kinds_of_pairs_draw_their_future_from_streams_of_their_own():
    drawn = [streams(SEED)[f"future {kind}"].random() for kind in KINDS]
    assert len(set(drawn)) == len(KINDS)


def _sides(dataset):
    return [dataset.companies.departments[code] for code in dataset.companies.department]
