"""The pages of the night and of the territory over HTTP: what an adviser reads, and who may not."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import httpx
import numpy as np
import pytest
from servers import copied, served
from sign_ins import session_of

from api.pages.advisers.night_words import TOPICS
from api.pages.advisers.tonight_view import PAGE
from matchmaker.accounts.roles import Role
from matchmaker.settings import QualitySettings
from matchmaker.store import open_store
from matchmaker.store.saved_lists import SavedList
from matchmaker.store.snapshots import all_snapshots
from models.channels.registry import all_channels
from models.published import open_published
from pipelines.nightly import run_nightly
from pipelines.territory_figures import SIDES

AT = datetime(2026, 11, 25, tzinfo=UTC)


def changed(settings, work):
    store = open_store(settings.store_url)
    with store.unit() as unit:
        found = work(unit)
    store.close()
    return found


def signed_in(client, settings, role=Role.ADVISER, chamber="77", **more):
    cookies, _ = session_of(settings, role, chamber=chamber, **more)
    return httpx.Client(base_url=client.base_url, cookies=cookies, timeout=60)


@pytest.fixture(scope="module")
def home(demo_home, tmp_path_factory):
    """Copy the demo home; three listed firms of 91 close, and a second night follows."""
    settings = copied(
        demo_home,
        tmp_path_factory.mktemp("nights") / "home",
        quality=QualitySettings(deletion_sample=5),
    )
    published = open_published(all_snapshots(settings.snapshots_folder)[0].folder)
    listed = np.concatenate([each.partners[:, :10].ravel() for each in published.lists.values()])
    often = np.argsort(-np.bincount(listed[listed >= 0]))
    department = published.model.territory.view.department
    closing = [str(published.model.sirets[row]) for row in often if department[row] == 1][:3]
    changed(settings, lambda unit: unit.companies.close(closing, AT.date()))
    store = open_store(settings.store_url)
    run_nightly(store, settings, at=AT, announce=lambda _: None)
    store.close()
    return settings, closing


@pytest.fixture(scope="module")
def client(home):
    with served(home[0]) as client:
        yield client


@pytest.fixture(scope="module")
def adviser(client, home):
    with signed_in(client, home[0]) as reader:
        yield reader


class TestTonight:
    def test_newcomers_with_their_cause(self, adviser):
        page = adviser.get("/cette-nuit")
        assert page.status_code == 200
        assert "Cette nuit dans le 77" in page.text
        assert "nouveaux partenaires" in page.text
        assert "sa place dans la liste revient à" in page.text
        assert "place s’est libérée" in page.text
        # Fictional firms are called so wherever they are named.
        cards = re.findall(r'<li class="card.*?</li>', page.text, re.DOTALL)
        assert 0 < len(cards) <= PAGE
        assert all(card.count('<span class="badge">Fictif</span>') == 2 for card in cards)
        assert all(re.search(r'href="/entreprises/\d{14}\?intent=\w+"', card) for card in cards)

    def test_one_cause_only(self, adviser):
        page = adviser.get("/cette-nuit", params={"cause": "place_free"})
        cards = re.findall(r'<li class="card.*?</li>', page.text, re.DOTALL)
        assert cards
        assert all("Place libérée" in card for card in cards)

    def test_only_firms_of_the_chamber(self, client, home, adviser):
        """An adviser of 91 reads other firms, whatever department the address names."""
        ours = set(
            re.findall(r'href="/entreprises/(\d{14})\?intent', adviser.get("/cette-nuit").text)
        )
        with signed_in(client, home[0], chamber="91") as other:
            page = other.get("/cette-nuit", params={"departement": "77"}).text
        theirs = set(re.findall(r'href="/entreprises/(\d{14})\?intent', page))
        assert ours
        assert "Cette nuit dans le 91" in page
        assert not ours & theirs

    def test_an_administrator_chooses(self, client, home):
        with signed_in(client, home[0], Role.ADMINISTRATOR, chamber=None) as reader:
            assert "tout le territoire" in reader.get("/cette-nuit").text
            assert "Cette nuit dans le 91" in reader.get("/cette-nuit?departement=91").text
            assert "tout le territoire" in reader.get("/cette-nuit?departement=13").text

    def test_who_closed_is_named_among_those_that_left(self, client, home):
        settings, closing = home
        names = [changed(settings, lambda unit, s=s: unit.companies.get(s).name) for s in closing]
        with signed_in(client, settings, chamber="91") as reader:
            page = reader.get("/cette-nuit").text
        left = page[page.index("Sorties des suggestions") :]
        assert any(name and name in left for name in names)

    def test_only_firms_of_a_list(self, client, home, adviser):
        settings = home[0]
        siret = re.search(r'href="/entreprises/(\d{14})\?intent', adviser.get("/cette-nuit").text)[
            1
        ]
        cookies, _ = session_of(settings, Role.ADVISER, chamber="77", name="Liste")

        def keep(unit):
            owner = next(a for a in unit.accounts.list() if a.name == "Liste")
            mine = SavedList("l1", owner.id, "", "77", "À suivre", None, False, AT, AT)
            unit.lists.create(mine)
            unit.lists.add("l1", [siret], at=AT)

        changed(settings, keep)
        with httpx.Client(base_url=client.base_url, cookies=cookies, timeout=60) as reader:
            for choice in ("l1", "toutes"):
                page = reader.get("/cette-nuit", params={"liste": choice}).text
                assert set(re.findall(r'href="/entreprises/(\d{14})\?intent', page)) == {siret}
            # A list that is none of theirs bounds nothing, and the page says so.
            page = reader.get("/cette-nuit?liste=xyz").text
            assert "À suivre" in page
            assert "Cette liste n’existe plus" in page
        assert "À suivre" not in adviser.get("/cette-nuit").text

    def test_only_firms_that_a_kept_search_finds_now(self, client, home, adviser):
        settings = home[0]
        shown = re.findall(r'href="/entreprises/(\d{14})\?intent', adviser.get("/cette-nuit").text)
        one, other = list(dict.fromkeys(shown))[:2]
        cookies, _ = session_of(settings, Role.ADVISER, chamber="77", name="Recherche")
        searches = {"s1": {"q": one}, "s2": {"q": "introuvable"}, "s3": {"commune": "Atlantis"}}

        def keep(unit):
            owner = next(a for a in unit.accounts.list() if a.name == "Recherche")
            for number, search in searches.items():
                unit.lists.create(
                    SavedList(number, owner.id, "", "77", f"À {number}", search, False, AT, AT)
                )
            unit.lists.create(SavedList("l2", owner.id, "", "77", "À la main", None, False, AT, AT))
            unit.lists.add("l2", [other], at=AT)

        changed(settings, keep)

        def read(choice):
            page = reader.get("/cette-nuit", params={"liste": choice}).text
            return set(re.findall(r'href="/entreprises/(\d{14})\?intent', page)), page

        with httpx.Client(base_url=client.base_url, cookies=cookies, timeout=60) as reader:
            firms, page = read("s1")
            assert firms == {one}
            assert '<option value="s1" selected>À s1 (recherche)</option>' in page
            assert read("s2")[0] == set()
            assert "Rien de nouveau pour ce choix." in read("s2")[1]
            firms, page = read("s3")
            assert firms == set()
            assert "Cette recherche ne peut plus se faire" in page
            firms, page = read("toutes")
            assert firms == {one, other}
            assert "ne peut plus se faire" not in page

    def test_who_opts_out_today_is_gone_at_once(self, client, home, adviser):
        page = adviser.get("/cette-nuit?cause=place_free").text
        siret = re.search(r'<h3><a href="/entreprises/(\d{14})/fiche"', page)[1]
        changed(home[0], lambda unit: unit.exclusions.opt_out(siret, at=AT, reason=""))
        try:
            assert siret not in adviser.get("/cette-nuit?cause=place_free").text
        finally:
            changed(home[0], lambda unit: unit.exclusions.opt_in(siret))

    def test_filters_that_mean_nothing_are_none(self, adviser):
        page = adviser.get("/cette-nuit?intention=%3Cscript%3E&piste=x&cause=y&page=999999")
        assert page.status_code in (200, 422)
        assert "<script>" not in page.text.replace("<script src", "").replace("<script type", "")

    def test_in_english(self, adviser):
        page = adviser.get("/cette-nuit?lang=en").text
        assert "Tonight in department 77" in page
        assert "Nouveaux" not in page


class TestFirstNight:
    def test_there_is_no_night_before(self, demo_home, tmp_path):
        settings = copied(demo_home, tmp_path / "home")
        with served(settings) as client, signed_in(client, settings) as reader:
            page = reader.get("/cette-nuit").text
        assert "Il n’y a pas encore de nuit précédente." in page

    def test_a_night_that_was_held_back_is_told(self, demo_home, tmp_path):
        settings = copied(
            demo_home,
            tmp_path / "home",
            quality=QualitySettings(deletion_sample=5, max_exposure_gini=0.0),
        )
        store = open_store(settings.store_url)
        report = run_nightly(store, settings, at=AT, announce=lambda _: None)
        with store.reading() as unit:
            last = unit.nights.latest()[-1]
        store.close()
        assert not report.snapshot.published
        assert (last.snapshot, last.held_back) == (
            report.snapshot.name,
            report.snapshot.held_back,
        )
        with served(settings) as client, signed_in(client, settings) as reader:
            page = reader.get("/cette-nuit").text
        assert "n’a pas été publiée" in page
        assert "partage des places" in page


class TestNightsAreKept:
    def test_one_line_a_night_with_what_its_manifest_says(self, home):
        settings = home[0]
        snapshots = {each.name: each for each in all_snapshots(settings.snapshots_folder)}
        nights = changed(settings, lambda unit: unit.nights.latest())
        assert [night.snapshot for night in nights] == sorted(snapshots)
        for night in nights:
            manifest = snapshots[night.snapshot].manifest
            assert night.quality == manifest["quality"]["overall"]
            assert night.territory == manifest["territory"]
            assert night.held_back == ()

    def test_the_totals_of_one_night_agree(self, home):
        """By sector, by EPCI, and counted from the stored lists and relations with plain sets."""
        snapshot = all_snapshots(home[0].snapshots_folder)[0]
        published, territory = open_published(snapshot.folder), snapshot.manifest["territory"]
        side = np.array(published.model.departments)[published.model.territory.view.department]
        met = published.model.territory.links.acquainted.tocoo()
        known = {
            tuple(sorted((int(a), int(b))))
            for a, b in zip(met.row, met.col, strict=True)
            if {side[a], side[b]} == set(SIDES)
        }
        suggested = {
            tuple(sorted((row, int(lists.partners[row, place]))))
            for lists in published.lists.values()
            for row, place in np.argwhere(lists.partners[:, :10] >= 0)
            if lists.bands[row, place] >= 1
            and {side[row], side[lists.partners[row, place]]} == set(SIDES)
        }
        for kind, pairs in (("known", known), ("suggested", suggested)):
            for table in territory[kind].values():
                assert table["links"] == len(pairs) > 0
                assert sum(number for _, number in table["left"]) == len(pairs)
                assert sum(number for _, number in table["right"]) == len(pairs)


class TestTerritory:
    def test_key_figures_flows_map_and_communities(self, adviser, home):
        territory = all_snapshots(home[0].snapshots_folder)[0].manifest["territory"]
        page = adviser.get("/territoire")
        assert page.status_code == 200
        links = territory["known"]["sectors"]["links"]
        assert f'<p class="key-figure">{links}</p>' in page.text
        assert "à cheval sur les deux départements" in page.text
        assert page.text.count('role="img"') >= 3

    def test_suggested_flows_and_one_sector(self, adviser, home):
        territory = all_snapshots(home[0].snapshots_folder)[0].manifest["territory"]
        page = adviser.get("/territoire?flux=suggeres").text
        assert "Pistes suggérées, par secteur" in page
        code = territory["suggested"]["sectors"]["left"][0][0]
        only = adviser.get("/territoire", params={"flux": "suggeres", "secteur": code}).text
        assert f'<option value="{code}" selected>' in only
        assert len(re.findall(r'<path class="strip"', only)) < len(
            re.findall(r'<path class="strip"', page)
        )

    def test_a_filter_of_which_nothing_is_known_is_none(self, adviser):
        page = adviser.get("/territoire?flux=x&secteur=%22%3E%3Cscript%3E&epci=1")
        assert page.status_code == 200
        assert '"><script>' not in page.text

    @pytest.mark.parametrize(
        "name", ["secteurs", "epci", "lieux", "communautes", "mises-en-relation"]
    )
    def test_each_table_as_a_file(self, adviser, name):
        answer = adviser.get(f"/territoire/{name}.csv", params={"flux": "suggeres"})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        assert len({len(row) for row in rows}) == 1
        assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
        if name in ("secteurs", "epci"):
            numbers = [int(row[2]) for row in rows[1:]]
            assert sum(numbers[:-1]) == numbers[-1]

    def test_there_is_no_such_table(self, adviser):
        assert adviser.get("/territoire/comptes.csv").status_code == 422

    def test_in_english(self, adviser):
        page = adviser.get("/territoire?lang=en").text
        assert "Known relations, by sector" in page


@pytest.mark.parametrize("path", ["/cette-nuit", "/territoire", "/territoire/secteurs.csv"])
class TestWhoMay:
    def test_not_an_entrepreneur(self, client, home, path):
        settings, closing = home
        with signed_in(
            client, settings, Role.ENTREPRENEUR, chamber=None, companies=closing[:1]
        ) as reader:
            assert reader.get(path).status_code == 403

    def test_nobody_who_has_not_signed_in(self, client, path):
        with httpx.Client(base_url=client.base_url) as reader:
            assert reader.get(path).status_code in (303, 401)


def test_every_channel_has_words():
    assert {channel.name for channel in all_channels()} == set(TOPICS)


def test_the_next_night_has_its_trend(home, tmp_path):
    """Two nights make a line; a third of another day makes it longer."""
    settings = home[0]
    nights = changed(settings, lambda unit: unit.nights.latest())
    assert len(nights) == 2
    assert nights[1].at - nights[0].at >= timedelta(hours=1)
