"""A night from the store to a served suggestion, twice, killed, at once, on several processes."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from builders import company, mixture, profile, relation, rows_of, said, stored_mixture

from matchmaker.companies import Diffusion
from matchmaker.errors import (
    NightlyRunningError,
    NotServedError,
    SnapshotError,
    StoreError,
    UnknownCompanyError,
)
from matchmaker.intents import Intent, Role
from matchmaker.relations import KNOWS_EACH_OTHER, RelationKind
from matchmaker.settings import ModelSettings, ParallelSettings, QualitySettings, Settings
from matchmaker.store import open_store
from matchmaker.store.snapshots import (
    CURRENT,
    all_snapshots,
    current_folder,
    require_current,
    roll_back,
    verify,
)
from models.fusion import Stage, prior_fusion
from models.lists import ALL_ROLES
from models.prior import PRIOR
from models.published import SnapshotReader, open_published
from models.serving import plain_values, suggestions_for, suggestions_for_profile
from pipelines.nightly import run_nightly
from pipelines.publish import check_lists

AT = datetime(2026, 11, 25, tzinfo=UTC)
TOP = 10
QUICK = QualitySettings(deletion_sample=20)
"""The test of reasons takes most of a small night; `test_quality_gates` is about it."""


def silent(_stage: str) -> None:
    """Announce nothing."""


def night(settings: Settings, day: int = 0):
    """Run a night on the home of some settings."""
    store = open_store(settings.store_url)
    try:
        return run_nightly(store, settings, at=AT + timedelta(days=day), announce=silent)
    finally:
        store.close()


def copied(settings: Settings, folder: Path) -> Settings:
    """Copy a home, so that a test may change it."""
    shutil.copytree(settings.home, folder / "home")
    return settings.model_copy(update={"home": folder / "home"})


def quick(settings: Settings, **changes: object) -> Settings:
    """Change settings, for a night whose lists matter and not what is measured of them."""
    return settings.model_copy(update={"quality": QUICK, **changes})


def digests(snapshot) -> dict[str, str]:
    return {name: entry["sha256"] for name, entry in snapshot.manifest["files"].items()}


def list_digests(snapshot) -> dict[str, str]:
    return {name: one for name, one in digests(snapshot).items() if name.startswith("lists")}


@pytest.fixture(scope="module")
def published(demo_home):
    """Open the snapshot of the demo territory."""
    return open_published(require_current(demo_home.snapshots_folder))


@pytest.fixture(scope="module")
def unit(demo_home):
    """Read the store of the demo territory."""
    store = open_store(demo_home.store_url)
    with store.reading() as reading:
        yield reading
    store.close()


@pytest.fixture
def demo(demo_home, tmp_path):
    """Copy the demo home, to be changed."""
    return copied(demo_home, tmp_path)


@pytest.fixture(scope="module")
def small_template(tmp_path_factory):
    """Put 48 firms of every kind into a store, without any night yet."""
    return stored_mixture(Settings(home=tmp_path_factory.mktemp("small") / "home", quality=QUICK))


@pytest.fixture
def small(small_template, tmp_path):
    return copied(small_template, tmp_path)


@pytest.fixture(scope="module")
def cluster():
    """Start two workers of a dask cluster on this machine, and stop them."""
    distributed = pytest.importorskip("distributed", reason="needs the extra cluster")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as running:
        yield running


class TestReproducibility:
    def test_two_nights_write_the_same_bytes(self, demo):
        """Same input, same seed: every file of the model, the lists and the logs is the same."""
        before = all_snapshots(demo.snapshots_folder)[0]
        again = night(demo).snapshot
        assert again.name != before.name
        assert digests(again) == digests(before)
        assert again.manifest["input_digest"] == before.manifest["input_digest"]
        assert again.manifest["counts"] == before.manifest["counts"]

    def test_another_process_writes_the_same_bytes(self, demo):
        """Neither the order of sets nor the state of this process leaks into a snapshot."""
        before = all_snapshots(demo.snapshots_folder)[0]
        subprocess.run(
            [sys.executable, "-c", NIGHT, str(demo.home)],
            env=os.environ | {"PYTHONHASHSEED": "4242"},
            check=True,
        )
        assert digests(all_snapshots(demo.snapshots_folder)[0]) == digests(before)

    def test_another_seed_changes_ties_and_nothing_of_the_input(self, demo):
        before = all_snapshots(demo.snapshots_folder)[0]
        other = night(demo.model_copy(update={"seed": 8})).snapshot
        assert other.manifest["input_digest"] == before.manifest["input_digest"]
        assert other.manifest["settings_digest"] != before.manifest["settings_digest"]
        assert digests(other) != digests(before)

    def test_one_changed_text_changes_the_input_digest(self, small):
        before = night(small).snapshot.manifest
        changed = mixture(48).profiles[0]
        store = open_store(small.store_url)
        with store.unit() as unit:
            unit.profiles.upsert([replace(changed, needs="Un traducteur de finnois")])
        store.close()
        after = night(small, 1).snapshot.manifest
        assert after["input_digest"] != before["input_digest"]
        assert after["code_digest"] == before["code_digest"]


class TestWhatIsPublished:
    def test_the_snapshot_is_whole_and_says_that_it_is_fictional(self, published, demo_home):
        verify(require_current(demo_home.snapshots_folder))
        assert published.fictional
        assert published.manifest["seed"] == demo_home.seed
        assert published.manifest["data_date"]

    def test_no_rule_is_broken_by_any_published_pair(self, published, unit):
        """Looked at company by company in the store, not in the arrays that the model made."""
        sirets = [str(siret) for siret in published.model.sirets]
        companies, profiles = unit.companies.many(sirets), unit.profiles.many(sirets)
        met = {
            frozenset((a, b))
            for link in unit.relations.all()
            if link.kind in KNOWS_EACH_OTHER
            for a in link.members
            for b in link.members
        }
        pairs = 0
        for intent, lists in published.lists.items():
            for row, place in np.argwhere(lists.partners >= 0):
                one, other = (companies[sirets[r]] for r in (row, lists.partners[row, place]))
                assert one.department != other.department
                assert one.siren != other.siren
                assert frozenset((one.siret, other.siret)) not in met
                if intent in (Intent.SUPPLY, Intent.CONSORTIUM) and place < TOP:
                    assert one.naf != other.naf
                pairs += 1
        assert pairs > 10_000
        for siret, firm in companies.items():
            declared = profiles.get(siret)
            assert firm.active
            assert firm.diffusion is not Diffusion.NONE
            assert firm.diffusion is Diffusion.FULL or (declared and declared.consent)
            assert declared is None or declared.consent

    def test_the_store_holds_firms_that_had_to_be_kept_out(self, published, unit):
        """Else the test above would hold for nothing."""
        kept_out = published.manifest["counts"]["kept_out"]
        assert kept_out["consent_refused"] > 0
        total = unit.companies.counts()["total"]
        assert sum(kept_out.values()) + len(published.model.sirets) == total

    def test_every_company_has_suggestions(self, published):
        covered = np.any([lists.partners[:, 0] >= 0 for lists in published.lists.values()], axis=0)
        assert covered.all()
        assert published.manifest["counts"]["covered"] == 1
        for intent in (Intent.SUPPLY, Intent.CONSORTIUM, Intent.PEER):
            assert (published.lists[intent].partners[:, TOP - 1] >= 0).all()

    def test_counts_of_the_manifest_are_those_of_the_lists(self, published):
        """Counted again, pair by pair."""
        counts = published.manifest["counts"]
        for intent, lists in published.lists.items():
            shown = lists.partners[:, :TOP] >= 0
            roles = Counter(str(ALL_ROLES[r]) for r in lists.roles[:, :TOP][shown].tolist())
            assert counts["suggestions"][intent] == dict(roles)
            assert sum(counts["directions"][intent].values()) == int(shown.sum())
            assert sum(counts["bands"][intent].values()) == int(shown.sum())
            assert counts["coverage"][intent] == pytest.approx(shown[:, 0].mean(), abs=1e-4)
        assert sum(counts["by_department"].values()) == counts["companies"]

    def test_what_a_night_leaves_out_and_takes_in(self, small):
        """A firm with nothing but a trade and a commune is in; closed and hidden ones are out."""
        bare = company(500, "91", naf="43.21A", size_band=None)
        closed = company(501, "77", active=False)
        hidden = company(502, "77", diffusion=Diffusion.NONE)
        partial = company(503, "77", diffusion=Diffusion.PARTIAL)
        store = open_store(small.store_url)
        with store.unit() as unit:
            unit.companies.upsert([bare, closed, hidden, partial])
            unit.relations.replace(
                "more", [replace(relation(1, (bare.siret, closed.siret)), source="more")]
            )
        store.close()
        snapshot = night(small).snapshot
        opened = open_published(snapshot.folder)
        for firm in (closed, hidden, partial):
            assert opened.model.row_of(firm.siret) is None
        row = opened.model.row_of(bare.siret)
        assert opened.model.territory.links.degree[row] == 0, "a kept out firm leaves no trace"
        for intent in (Intent.SUPPLY, Intent.CONSORTIUM, Intent.PEER):
            assert (opened.lists[intent].partners[row, :5] >= 0).all()

    def test_a_broken_rule_is_caught_before_publishing(self, published):
        """Whatever made the lists: here a firm of the same department slips in."""
        lists = published.lists[Intent.SUPPLY]
        spoiled = np.array(lists.partners)
        spoiled[3, 0] = 4
        with pytest.raises(SnapshotError, match="same_department"):
            check_lists(published.model, {Intent.SUPPLY: replace(lists, partners=spoiled)})
        short = replace(lists, partners=lists.partners[1:])
        with pytest.raises(SnapshotError, match="do not fit"):
            check_lists(published.model, {Intent.SUPPLY: short})

    def test_a_store_without_companies_publishes_nothing(self, tmp_path):
        settings = Settings(home=tmp_path / "home", quality=QUICK)
        with pytest.raises(StoreError, match="holds no company"):
            night(settings)
        assert current_folder(settings.snapshots_folder) is None

    def test_one_department_alone_has_nobody_to_meet(self, tmp_path):
        """Lists are empty then, and the night still ends well."""
        settings = Settings(home=tmp_path / "home", quality=QUICK)
        store = open_store(settings.store_url)
        with store.unit() as unit:
            unit.companies.upsert([company(k, "77") for k in range(4)])
        store.close()
        assert night(settings).snapshot.manifest["counts"]["covered"] == 0


class TestLearning:
    @pytest.fixture(scope="class")
    def nights(self, tmp_path_factory):
        """One territory where the like-minded trade; with learning and without."""
        world = mixture(90, related=False)
        side = {firm.siret: firm.department for firm in world.companies}
        pairs = [
            (one.siret, other.siret)
            for one in world.profiles
            for other in world.profiles
            if side[one.siret] != side[other.siret] and set(one.themes) == set(other.themes)
        ]
        chosen = np.random.default_rng(1).permutation(len(pairs))[:150]
        opened = {}
        for learns in (True, False):
            settings = Settings(
                home=tmp_path_factory.mktemp("taught") / "home",
                model=ModelSettings(dimensions=16, learn_fusion=learns),
                quality=QUICK,
            )
            store = open_store(settings.store_url)
            with store.unit() as unit:
                unit.companies.upsert(world.companies)
                unit.profiles.upsert(world.profiles)
                unit.relations.replace(
                    "test", [relation(k, pairs[k], RelationKind.SUPPLY) for k in chosen]
                )
            store.close()
            opened[learns] = open_published(night(settings).snapshot.folder)
        return opened

    def test_a_night_that_may_not_learn_publishes_the_prior(self, nights):
        for role in Role:
            fusion = nights[False].model.fusions[role]
            prior = prior_fusion(PRIOR[role], nights[False].model.channel_names)
            assert fusion.stage is Stage.PRIOR
            assert np.array_equal(fusion.by_rank, prior.by_rank)
            assert np.array_equal(fusion.slope, prior.slope)

    def test_a_night_that_learns_publishes_what_it_learned(self, nights):
        """For the intent that relations answer for; lists and sums follow from it."""
        fusions = nights[True].model.fusions
        learned = {role for role in Role if fusions[role].stage is not Stage.PRIOR}
        assert learned == {Role.SUPPLIER, Role.CLIENT}
        before, after = (nights[learns].lists for learns in (False, True))
        assert not np.array_equal(before[Intent.SUPPLY].partners, after[Intent.SUPPLY].partners)
        assert np.array_equal(before[Intent.PEER].partners, after[Intent.PEER].partners)
        lists = after[Intent.SUPPLY]
        total = lists.parts.astype(float).sum(axis=-1)
        assert total == pytest.approx(lists.scores, rel=2e-3, abs=2e-3)


class TestKeeping:
    def test_the_last_five_stay_and_one_can_go_back(self, small):
        names = [night(small, day).snapshot.name for day in range(7)]
        folder = small.snapshots_folder
        assert [snapshot.name for snapshot in all_snapshots(folder)] == names[:1:-1]
        assert current_folder(folder).name == names[-1]
        back = roll_back(folder)
        assert back.name == names[-2]
        assert open_published(require_current(folder)).name == names[-2]
        assert night(small, 8).snapshot.published

    def test_the_report_lies_beside_the_snapshot(self, small):
        """Costs differ from night to night, so they must not be in what is compared."""
        report = night(small)
        stages = ["features", "fit", "learn", "search", "rank", "quality", "territory", "publish"]
        stages += ["introductions", "retention", "letters"]
        assert [cost.name for cost in report.costs] == stages
        assert all(cost.seconds >= 0 and cost.peak_mib > 0 for cost in report.costs)
        text = (small.home / "reports" / f"{report.snapshot.name}.json").read_text()
        assert [cost["name"] for cost in json.loads(text)] == stages


NIGHT = """
import os, signal, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from matchmaker.settings import QualitySettings, Settings
from matchmaker.store import open_store
from pipelines.nightly import run_nightly

def run(home, announce=lambda stage: None, day=1):
    settings = Settings(home=Path(home), quality=QualitySettings(deletion_sample=20))
    store = open_store(settings.store_url)
    run_nightly(store, settings, at=datetime(2026, 11, 25 + day, tzinfo=UTC), announce=announce)

if __name__ == "__main__" and len(sys.argv) == 2:
    run(sys.argv[1])
"""

DYING = (
    NIGHT
    + """
import json
from matchmaker.errors import SnapshotError
from matchmaker.store.snapshots import all_snapshots, current_folder, verify

home, snapshots = sys.argv[1], Path(sys.argv[1]) / "snapshots"
EVENTS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir"}

def forked(work):
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def die_in(stage):
    run(home, lambda name: name == stage and die())

def die_after(writes):
    counted = 0
    def hook(event, arguments):
        nonlocal counted
        if event in EVENTS and str(snapshots) in str(arguments[0]):
            counted += 1
            if counted == writes:
                die()
    sys.addaudithook(hook)
    run(home)

def outcome(moment, killed, day):
    found = {"moment": moment, "killed": killed, "current": current_folder(snapshots).name}
    try:
        verify(current_folder(snapshots))
    except SnapshotError as error:
        found["problem"] = str(error)
    found["left"] = sorted(path.name for path in snapshots.iterdir())
    return found

for stage in ("features", "fit", "learn", "search", "rank", "quality", "territory", "publish"):
    print(json.dumps(outcome(stage, forked(lambda: die_in(stage)), 1)))
for writes in (5, 80, 130, 180, 230, 280):
    print(json.dumps(outcome(writes, forked(lambda: die_after(writes)), 1)))
"""
)


class TestDying:
    def test_a_killed_run_leaves_the_published_snapshot_and_the_next_run_is_clean(self, small):
        """Killed by the kernel when each stage begins, and among the files that it writes."""
        before = night(small).snapshot
        done = subprocess.run(
            [sys.executable, "-c", DYING, str(small.home), "die"],
            capture_output=True,
            text=True,
            check=True,
        )
        outcomes = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(outcomes) == 14
        assert [o for o in outcomes if not o["killed"]] == []
        assert [o for o in outcomes if "problem" in o] == []
        assert {o["current"] for o in outcomes} == {before.name}
        assert any(len(o["left"]) > 2 for o in outcomes), "no run was killed at its work"
        after = night(small, 5).snapshot
        left = sorted(path.name for path in small.snapshots_folder.iterdir())
        assert left == [before.name, after.name, CURRENT]
        assert digests(after) == digests(before)

    def test_two_runs_at_once(self, small):
        """The second stops with a clear message; the first ends well."""
        waiting = (
            "run(sys.argv[1], lambda stage: stage == 'fit' and (print('at work', flush=True),"
            " sys.stdin.readline()))"
        )
        first = subprocess.Popen(
            [sys.executable, "-c", NIGHT + waiting, str(small.home), "wait"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert first.stdout.readline() == "at work\n"
            with pytest.raises(NightlyRunningError, match="another nightly run is at work"):
                night(small)
            assert current_folder(small.snapshots_folder) is None
            first.communicate("go on\n", timeout=60)
        finally:
            first.kill()
            first.wait()
        assert first.returncode == 0
        assert require_current(small.snapshots_folder).name == "20261126T000000Z"
        assert night(small, 9).snapshot.published


class TestParallel:
    def test_two_processes_make_the_same_lists_as_one(self, demo):
        one = all_snapshots(demo.snapshots_folder)[0]
        two = night(quick(demo, parallel=ParallelSettings(jobs=2))).snapshot
        assert list_digests(two) == list_digests(one)
        assert two.manifest["counts"] == one.manifest["counts"]

    def test_more_processes_than_companies(self, tmp_path):
        """A piece without rows asks nothing of anybody."""
        settings = Settings(
            home=tmp_path / "home", quality=QUICK, parallel=ParallelSettings(jobs=3)
        )
        store = open_store(settings.store_url)
        with store.unit() as unit:
            unit.companies.upsert([company(1, "77"), company(2, "91", naf="10.71C")])
        store.close()
        assert night(settings).snapshot.manifest["counts"]["covered"] == 1

    def test_a_cluster_makes_the_same_lists(self, demo, cluster):
        """Whoever is connected to a cluster already ranks on it."""
        distributed = pytest.importorskip("distributed")
        one = all_snapshots(demo.snapshots_folder)[0]
        parallel = ParallelSettings(jobs=2, backend="dask")
        with distributed.Client(cluster.scheduler_address):
            spread = night(quick(demo, parallel=parallel)).snapshot
        assert list_digests(spread) == list_digests(one)

    def test_the_settings_name_the_cluster(self, demo, cluster):
        """The scheduler's address in the settings is enough; nothing else is prepared."""
        one = all_snapshots(demo.snapshots_folder)[0]
        parallel = ParallelSettings(jobs=2, backend="dask", scheduler=cluster.scheduler_address)
        spread = night(quick(demo, parallel=parallel)).snapshot
        assert list_digests(spread) == list_digests(one)


class TestServing:
    def read(self, settings, siret, intents=(Intent.SUPPLY,), limit=5):
        published = open_published(require_current(settings.snapshots_folder))
        store = open_store(settings.store_url)
        try:
            with store.reading() as unit:
                return suggestions_for(
                    published,
                    unit,
                    siret,
                    intents=intents,
                    limit=limit,
                    language="fr",
                    rules=settings.eligibility,
                )
        finally:
            store.close()

    def change(self, settings, work):
        store = open_store(settings.store_url)
        with store.unit() as unit:
            work(unit)
        store.close()

    @pytest.fixture
    def reader(self, published):
        return str(published.model.sirets[17])

    def test_what_is_served_is_the_published_list(self, demo_home, published, reader):
        lists = published.lists[Intent.SUPPLY]
        row = published.model.row_of(reader)
        served = self.read(demo_home, reader, limit=TOP)
        expected = [str(published.model.sirets[p]) for p in lists.partners[row, :TOP]]
        assert [s.partner.siret for s in served] == expected
        assert [s.rank for s in served] == list(range(1, TOP + 1))
        for place, suggestion in enumerate(served):
            assert suggestion.score == pytest.approx(float(lists.scores[row, place]))
            assert suggestion.role == ALL_ROLES[lists.roles[row, place]]
            assert suggestion.reasons_for_company
            parts = [r.contribution for r in suggestion.reasons_for_company]
            # Contributions are kept with three digits.
            assert sum(parts) <= suggestion.score * (1 + 1e-3)

    def test_a_list_is_not_in_the_order_of_its_scores(self, published):
        """Else the tests of its order could not tell what sharing out has decided."""
        scores = published.lists[Intent.SUPPLY].scores[:, :TOP]
        assert (np.diff(scores, axis=1) > 0).any(axis=1).mean() > 0.5

    @pytest.mark.parametrize("row", [17, 60, 140])
    def test_several_intents_take_turns_and_name_each_partner_once(self, demo_home, published, row):
        """The first of every list, better scores first, then the second: against a plain loop."""
        sirets = [str(siret) for siret in published.model.sirets]
        expected, firms = [], set()
        for place in range(2 * TOP):
            turn = [(intent, published.lists[intent]) for intent in Intent]
            turn.sort(key=lambda entry: -float(entry[1].scores[row, place]))
            for intent, lists in turn:
                partner = int(lists.partners[row, place])
                if partner >= 0 and sirets[partner][:9] not in firms:
                    firms.add(sirets[partner][:9])
                    expected.append((sirets[partner], intent))
        served = self.read(demo_home, sirets[row], intents=tuple(Intent), limit=30)
        assert [(s.partner.siret, s.intent) for s in served] == expected[:30]
        assert len({s.intent for s in served}) >= 3

    @pytest.mark.parametrize("how", ["opted out", "dismissed", "closed", "hidden", "refused"])
    def test_a_partner_that_may_not_be_shown_today_is_replaced(self, demo, reader, how):
        """At once, not the next night; the next one of the list moves up."""
        before = [s.partner for s in self.read(demo, reader, limit=6)]
        first = before[0]

        def work(unit):
            if how == "opted out":
                unit.exclusions.opt_out(first.siret, at=AT, reason="asked")
            elif how == "dismissed":
                unit.feedback.note(said(reader, first.siret))
            elif how == "closed":
                unit.companies.upsert([replace(first, active=False, data_date=AT.date())])
            elif how == "hidden":
                unit.companies.upsert(
                    [replace(first, diffusion=Diffusion.NONE, data_date=AT.date())]
                )
            else:
                unit.profiles.upsert([profile(first.siret, consent=False)])

        self.change(demo, work)
        after = [s.partner.siret for s in self.read(demo, reader, limit=5)]
        assert after == [partner.siret for partner in before[1:]]

    def test_a_dismissal_counts_for_its_reader_only(self, demo, published, reader):
        first = self.read(demo, reader)[0].partner.siret
        supply = published.lists[Intent.SUPPLY].partners
        row = published.model.row_of(first)
        others = [
            str(published.model.sirets[r])
            for r in np.flatnonzero((supply[:, :3] == row).any(axis=1))
            if str(published.model.sirets[r]) != reader
        ]
        assert others, "the demo territory lists this partner for somebody else as well"
        self.change(demo, lambda unit: unit.feedback.note(said(reader, first)))
        assert first not in {s.partner.siret for s in self.read(demo, reader)}
        assert first in {s.partner.siret for s in self.read(demo, others[0])}

    def test_a_new_name_is_shown_at_once(self, demo, reader):
        first = self.read(demo, reader)[0].partner
        renamed = replace(first, name="Nouveau nom", data_date=AT.date())
        self.change(demo, lambda unit: unit.companies.upsert([renamed]))
        assert self.read(demo, reader)[0].partner == renamed

    def test_a_need_that_was_edited_is_not_quoted_any_more(self, demo, published):
        """Terms come from the texts of today; what is in neither is left out."""
        sirets = [str(siret) for siret in published.model.sirets]
        store = open_store(demo.store_url)
        with store.reading() as unit:
            declared = [p for p in unit.profiles.many(sirets).values() if p.needs and p.consent]
        store.close()
        one = declared[0]
        self.change(
            demo,
            lambda unit: unit.profiles.upsert([replace(one, needs="", offers="", activity="")]),
        )
        for suggestion in self.read(demo, one.siret, limit=TOP):
            for reason in suggestion.reasons_for_company:
                assert not reason.evidence.values.get("company_terms")

    def test_who_reads_must_take_part(self, demo, reader):
        """Each case has its own message."""
        with pytest.raises(UnknownCompanyError, match="not in the store"):
            self.read(demo, "00000000000000")
        late = company(700, "77")
        self.change(demo, lambda unit: unit.companies.upsert([late]))
        with pytest.raises(NotServedError, match="came after the last nightly run"):
            self.read(demo, late.siret)
        self.change(demo, lambda unit: unit.exclusions.opt_out(reader, at=AT, reason="asked"))
        with pytest.raises(NotServedError, match=r"takes no part in suggestions\.$"):
            self.read(demo, reader)

    def test_no_row_number_and_no_third_firm_leaves_the_house(self, demo_home, published, reader):
        """What a reason carries names the two companies only."""
        for suggestion in self.read(demo_home, reader, intents=tuple(Intent), limit=20):
            for reason in suggestion.reasons_for_company + suggestion.reasons_for_partner:
                values = plain_values(reason.evidence)
                assert {"acquaintance", "lookalike"}.isdisjoint(values)
                json.dumps(values)

    def test_a_preview_of_a_stored_company_gives_what_it_wants_itself(self, published, unit):
        """Where the company has no relations, what it declares is all that the model knows.

        A preview is no part of the sharing out: it is compared with the ranking by score alone.
        """
        model = published.model
        profiles = unit.profiles.many([str(siret) for siret in model.sirets])
        alone = np.flatnonzero(model.territory.links.degree == 0)
        chosen = [str(model.sirets[r]) for r in alone if str(model.sirets[r]) in profiles][:15]
        assert len(chosen) >= 5
        shared, listed = 0, 0
        for siret in chosen:
            firm, declared = unit.companies.get(siret), profiles[siret]
            row = np.array([model.row_of(siret)])
            wanted, _ = model.rank(Intent.SUPPLY, row, model.candidates(Intent.SUPPLY, row))
            rows = rows_of([firm], [declared], model.departments)
            preview = suggestions_for_profile(
                published, unit, rows, firm, declared,
                intents=(Intent.SUPPLY,), limit=TOP, language="fr",
            )  # fmt: skip
            own = {str(model.sirets[partner]) for partner in wanted.partners[0, :TOP]}
            shared += len(own & {s.partner.siret for s in preview})
            listed += len(own)
        assert shared / listed >= 0.9

    def test_a_preview_of_somebody_unknown(self, published, unit):
        """It reads like the list of a company: other department, reasons for both sides."""
        firm = company(800, "77", naf="10.71C", siret="")
        declared = profile("", needs="Un transporteur frigorifique", offers="Pains et brioches")
        rows = rows_of([firm], [declared], published.model.departments)
        served = suggestions_for_profile(
            published,
            unit,
            rows,
            firm,
            declared,
            intents=tuple(Intent),
            limit=TOP,
            language="en",
        )
        assert len(served) == TOP
        assert {s.partner.department for s in served} == {"91"}
        assert all(s.reasons_for_company for s in served)


class TestReader:
    """A reader always has a snapshot open, and takes up a new one when it looks again."""

    @pytest.fixture
    def clock(self):
        return {"now": 0.0}

    @pytest.fixture
    def reader(self, small, clock):
        return SnapshotReader(small.snapshots_folder, 1.0, lambda: clock["now"])

    def test_nothing_published_yet(self, reader):
        with pytest.raises(SnapshotError, match="no snapshot is published yet"):
            reader.current()

    def test_a_new_snapshot_is_taken_up_when_it_is_time_to_look(self, small, reader, clock):
        first = night(small).snapshot.name
        assert reader.current().name == first
        second = night(small, 1).snapshot.name
        assert reader.current().name == first
        clock["now"] = 1.5
        assert reader.current().name == second
        roll_back(small.snapshots_folder)
        clock["now"] = 3.0
        assert reader.current().name == first

    def test_an_open_snapshot_outlives_its_folder(self, small, reader):
        """Readers keep the arrays that they have mapped."""
        settings = small.model_copy(
            update={"snapshots": small.snapshots.model_copy(update={"keep": 1})}
        )
        night(settings)
        opened = reader.current()
        expected = np.array(opened.lists[Intent.SUPPLY].partners)
        night(settings, 1)
        assert not (small.snapshots_folder / opened.name).exists()
        assert np.array_equal(opened.lists[Intent.SUPPLY].partners, expected)

    @pytest.mark.parametrize("damage", ["gone", "broken"])
    def test_what_is_open_stays_open_when_the_new_one_cannot_be_opened(
        self, small, reader, clock, damage
    ):
        """A request is served from the old snapshot; an error helps nobody."""
        first = night(small).snapshot.name
        assert reader.current().name == first
        second = night(small, 1).snapshot.folder
        if damage == "gone":
            shutil.rmtree(second)
        else:
            (second / "model" / "model.json").write_text("{")
        clock["now"] = 1.5
        assert reader.current().name == first


def test_the_kinds_of_relation_that_count_as_met_are_in_the_demo(unit):
    """Else the rule about firms that have met would be tried on nothing."""
    assert set(unit.relations.count_by_kind()) == set(RelationKind)


def test_themes_are_shown_as_they_were_declared(demo_home):
    """The model folds them; the reader sees the accents of the profile."""
    published = open_published(require_current(demo_home.snapshots_folder))
    store = open_store(demo_home.store_url)
    shown = set()
    with store.reading() as unit:
        declared = {
            theme for row in unit.profiles.frame().iter_rows(named=True) for theme in row["themes"]
        }
        for siret in published.model.sirets[::9]:
            for suggestion in suggestions_for(
                published,
                unit,
                str(siret),
                intents=[Intent.PEER],
                limit=10,
                language="fr",
                rules=demo_home.eligibility,
            ):
                for reason in suggestion.reasons_for_company:
                    shown |= set(reason.evidence.values.get("themes", ()))
    store.close()
    assert shown
    assert shown <= declared
    assert any(not theme.isascii() for theme in shown)


def test_a_distance_between_departments_is_not_said_to_be_one_between_firms(tmp_path):
    """Without coordinates, all that is known of two far communes is their departments."""
    settings = Settings(home=tmp_path)
    store = open_store(settings.store_url)
    near = company(1, "77")
    far = company(2, "29", commune="29232", commune_name="Quimper", naf="10.71C")
    with store.unit() as unit:
        unit.companies.upsert([near, far])
    run_nightly(store, settings, at=AT, announce=lambda _: None)
    with store.reading() as unit:
        (found,) = suggestions_for(
            open_published(require_current(settings.snapshots_folder)),
            unit,
            near.siret,
            intents=[Intent.PEER],
            limit=5,
            language="fr",
            rules=settings.eligibility,
        )
    store.close()
    (said,) = [r.text for r in found.reasons_for_company if r.channel == "place"]
    assert said.startswith("Vos départements sont à")
