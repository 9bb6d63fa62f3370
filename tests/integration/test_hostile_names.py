"""Names that a registry could hold, from its files through a night to pages, files and letters."""

from __future__ import annotations

import csv
import email
import email.policy
import re
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import httpx
import icalendar
import pytest
from browser.conftest import firm_with_full_lists
from builders import PRODUCTS, TRADES, siret_of
from full_homes import FullHome, full_home
from page_reading import Page, cells_of, read
from page_table import FILES, PLACES
from servers import served
from sign_ins import ACCESS
from unit.pipelines.sources.conftest import ESTABLISHMENT, LEGAL_UNIT, csv_text
from workbooks import workbook

from matchmaker.errors import InputFileError
from matchmaker.mail.messages import message_of
from matchmaker.settings import ImportSettings, MailSettings, QualitySettings, Settings
from matchmaker.store import CompanyQuery, open_store
from pipelines.nightly import run_nightly
from pipelines.sources.sirene import import_sirene
from pipelines.sources.spreadsheets import import_profiles, import_relations

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
PLACE = {"77": ("77288", "MELUN", "77000"), "91": ("91228", "EVRY-COURCOURONNES", "91000")}
LONG = "Interminable " + "Dénomination-de-société" * 212
"""5,000 characters, most of them without a place to break the line."""

NAMES: dict[str, tuple[str, str]] = {
    "script": ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    "image": ('"><img src=x onerror=alert(2)>', '"><img src=x onerror=alert(2)>'),
    "link": ("<a href='javascript:alert(3)'>zq</a>", "<a href='javascript:alert(3)'>zq</a>"),
    "template": ("zq{{7*7}}{% raise %} %s {name}", "zq{{7*7}}{% raise %} %s {name}"),
    "formula": (
        '=HYPERLINK("http://evil.example";"Facture")',
        '=HYPERLINK("http://evil.example";"Facture")',
    ),
    "plus": ("+cmd|'/c calc'!A0", "+cmd|'/c calc'!A0"),
    "minus": ("-2+3", "-2+3"),
    "at": ("@SUM(A1:A9)", "@SUM(A1:A9)"),
    "tabbed": ("\t=1+1", "=1+1"),
    "header": ("Ligne\r\nBcc: tous@evil.example", "Ligne Bcc: tous@evil.example"),
    "turned": ("Fils \u202eexe.erutcaf\u202c", "Fils exe.erutcaf"),
    "isolated": ("Bois \u2067et\u2069 métal", "Bois et métal"),
    "hidden": ("Me\u200bnui\u00adse\ufeffrie \u2060fine", "Menuiserie fine"),
    "controls": ("Cloche\x07 et\x1b[31m rouge\x85", "Cloche et[31m rouge"),
    "arabic": ("شركة النجارة", "شركة النجارة"),
    "hebrew": ("נגרייה בע״מ", "נגרייה בע״מ"),
    "accents": ("E\u0301bénisterie d'Île", "Ébénisterie d'Île"),
    "spaces": ("Trois\u2003espaces\u00a0 \u2028larges", "Trois espaces larges"),
}
"""What the registry holds, and what is shown of it."""
EMPTY = {"blank": "\u200b\u2060\ufeff", "quiet": "\u202e\u202c", "filler": "\u00ad \u200b"}
"""Names of which nothing could be seen."""
EVIL_TEXT = "zq{{7*7}}\"'><script>alert(1)</script>"
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def number_of(key: str, department: str) -> int:
    """Give each firm a number: 77 first, then 91."""
    return 1_000 * (department == "91") + [*NAMES, *EMPTY, "plain"].index(key)


def siret(key: str, department: str = "77") -> str:
    return siret_of(number_of(key, department))


def stock(folder: Path, changes: dict[str, str] | None = None) -> tuple[Path, Path]:
    """Write the official files: a firm of every name in both departments."""
    names = {key: raw for key, (raw, _) in NAMES.items()} | EMPTY | {"plain": "Firme"}
    names |= changes or {}
    establishments, units = [], []
    for department, (commune, label, postcode) in PLACE.items():
        for place, (key, name) in enumerate(names.items()):
            number = siret(key, department)
            establishments.append(
                ESTABLISHMENT
                | {"siren": number[:9], "nic": number[9:], "siret": number}
                | {
                    "codeCommuneEtablissement": commune,
                    "libelleCommuneEtablissement": label,
                    "codePostalEtablissement": postcode,
                    "activitePrincipaleEtablissement": TRADES[place % len(TRADES)],
                }
            )
            units.append(LEGAL_UNIT | {"siren": number[:9], "denominationUniteLegale": name})
    paths = folder / "etablissements.csv", folder / "unites.csv"
    for path, rows in zip(paths, (establishments, units), strict=True):
        path.write_text(csv_text(rows), encoding="utf-8", newline="")
    return paths


def profiles(folder: Path) -> Path:
    """Write what they declare: hostile words beside those by which they find one another."""
    rows: list[tuple[object, ...]] = [
        ("siret", "consentement", "activite", "offres", "besoins", "courriel")
    ]
    for department in PLACE:
        for place, key in enumerate([*NAMES, *EMPTY, "plain"]):
            own, other = (PRODUCTS[(place + step) % len(PRODUCTS)] for step in (0, 1))
            texts = (f"{EVIL_TEXT} {own}", f"=zq {own}", f"\u202ezq\u200b {other}")
            number = siret(key, department)
            rows.append((number, "oui", *texts, f"c{number}@example.org"))
    path = folder / "profils.xlsx"
    path.write_bytes(workbook(*rows))
    return path


def relations(folder: Path) -> Path:
    path = folder / "liens.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("groupe", "membre", "type", "date", "libelle"))
        for group in range(6):
            for key in [*NAMES][group : group + 3]:
                label = f'=zq"><img src=x onerror=alert({group})>\u202e'
                writer.writerow(
                    (group, siret(key, ("77", "91")[group % 2]), "event", "2026-03-01", label)
                )
    return path


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    """Take everything in as the commands do, and publish a night."""
    root = tmp_path_factory.mktemp("names")
    settings = Settings(
        home=root / "home",
        access=ACCESS,
        mail=MailSettings(poll_seconds=0, digest_weekday=AT.weekday()),
        imports=ImportSettings(max_reject_rate=1),
        quality=QualitySettings(deletion_sample=0, queries=1),
    )
    store = open_store(settings.store_url)
    options = {"settings": settings, "at": AT}
    report = import_sirene(store, *stock(root), departments=None, **options)  # type: ignore[arg-type]
    assert (report.kept, report.rejected) == (2 * (len(NAMES) + len(EMPTY) + 1), 0)
    import_profiles(store, profiles(root), **options)  # type: ignore[arg-type]
    import_relations(store, relations(root), **options)  # type: ignore[arg-type]
    assert run_nightly(store, settings, at=AT, announce=lambda _: None).snapshot.published
    store.close()
    return settings


@pytest.fixture(scope="module")
def store(settings):
    opened = open_store(settings.store_url)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def home(settings) -> Iterator[FullHome]:
    """Serve the home, and let everybody do what people do."""
    with served(settings) as client:
        firm = firm_with_full_lists(settings)["siret"]
        yield full_home(settings, str(client.base_url), firm, lambda field: f"zq {field}")


@pytest.fixture(scope="module")
def readers(home):
    with ExitStack() as stack:
        opened = {
            who: httpx.Client(
                base_url=home.base_url,
                cookies=home.people[who].cookies if who else None,
                headers={"accept": "text/html"},
                timeout=60,
            )
            for who in (None, "firm", "adviser", "administrator")
        }
        yield {who: stack.enter_context(each) for who, each in opened.items()}


@pytest.mark.parametrize("key", NAMES)
def test_a_name_is_stored_as_it_may_be_shown(key, store):
    with store.reading() as unit:
        names = {unit.companies.get(siret(key, department)).name for department in PLACE}
    assert names == {NAMES[key][1]}


@pytest.mark.parametrize("key", EMPTY)
def test_a_name_of_which_nothing_can_be_seen_is_none(key, store, readers):
    with store.reading() as unit:
        assert unit.companies.get(siret(key)).name is None
    page = readers["adviser"].get(f"/entreprises/{siret(key)}/fiche").text
    assert re.search(r"<h1[^>]*>\s*[^\s<]", page), "the page has a heading that can be read"


@pytest.mark.parametrize("key", NAMES)
def test_pages_and_json_show_the_name_as_text(key, readers, store):
    shown = NAMES[key][1]
    for page in (f"/entreprises/{siret(key)}", f"/entreprises/{siret(key)}/fiche"):
        texts = read(readers["adviser"].get(page)).texts
        assert any(shown in re.sub(r"\s+", " ", text) for text in texts), page
    answer = readers["adviser"].get(f"/v1/companies/{siret(key)}")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["name"] == shown


@pytest.mark.parametrize("key", ["script", "hidden", "accents", "turned", "template"])
def test_a_name_is_found_by_the_words_that_one_reads(key, readers, store):
    words = re.sub(r"[^\w' ]", " ", NAMES[key][1])
    with store.reading() as unit:
        found = unit.companies.search(CompanyQuery(text=words, page_size=50))
    assert siret(key) in {each.siret for each in found.items}
    page = readers["adviser"].get("/", params={"q": words})
    assert siret(key) in page.text
    read(page)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.id)
def test_no_page_runs_a_name(place, home, readers):
    for who in {place.who, "administrator"}:
        answer = readers[who].get(place.address(home))
        read(answer)
        assert not TURNING.search(answer.text)
        if who == place.who:
            assert answer.status_code == place.status


@pytest.mark.parametrize("place", FILES, ids=lambda place: place.id)
def test_no_file_holds_a_formula_or_a_second_entry(place, home, readers):
    answer = readers[place.who].get(place.address(home))
    assert answer.status_code == 200
    assert cells_of(answer)[1] == []
    assert re.search(r'filename="[\w.\-]+"', answer.headers["content-disposition"])
    if "calendar" in answer.headers["content-type"]:
        entries = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
        assert entries
        assert b"\nBcc" not in answer.content
        assert not TURNING.search(answer.text)


def test_no_letter_says_more_than_its_text(home, settings, store):
    """Heads, plain text and page of every letter, as a mail server gets them."""
    letters = [path.read_bytes() for path in settings.home.rglob("*.eml")]
    assert len(letters) > 20, "the night has written to everybody"
    now = datetime.now(UTC)
    with store.unit() as unit:
        while (taken := unit.outbox.take(now)) is not None:
            letters.append(message_of(taken, settings.mail))
    assert len(letters) > 25, "so have people"
    for content in letters:
        message = email.message_from_bytes(content, policy=email.policy.SMTP)
        assert len(message.get_all("Subject")) == len(message.get_all("To")) == 1
        assert not message["Bcc"]
        assert not message.defects
        for name, value in message.items():
            assert all(unicodedata.category(each) != "Cc" for each in str(value)), name
        for part in message.walk():
            if part.get_content_maintype() == "text":
                text = part.get_content()
                assert not TURNING.search(text)
                if part.get_content_subtype() == "html":
                    assert faults_of(text) == []


def faults_of(html: str) -> list[str]:
    """Find what could do something in a letter, which carries its own style with it."""
    page = Page()
    page.feed(html)
    page.close()
    return [each for each in page.faults if not re.fullmatch(r"<(style|\w+ style)>", each)]


class TestWhatNoNameIs:
    @pytest.fixture
    def empty(self, tmp_path):
        settings = Settings(home=tmp_path / "home")
        opened = open_store(settings.store_url)
        yield settings, opened
        opened.close()

    def test_a_nul_is_told_with_its_line_and_nothing_is_written(self, empty, tmp_path):
        settings, store = empty
        files = stock(tmp_path, {"minus": "Firme\0cachée"})
        with pytest.raises(InputFileError, match=r"line \d+.*NUL|NUL.*line \d+"):
            import_sirene(store, *files, departments=None, settings=settings, at=AT)
        assert counted(store) == 0

    def test_a_name_longer_than_any_is_set_apart_and_the_others_go_in(self, empty, tmp_path):
        settings, store = empty
        assert len(LONG) > 4_800
        lenient = settings.model_copy(update={"imports": ImportSettings(max_reject_rate=1)})
        files = stock(tmp_path, {"minus": LONG})
        report = import_sirene(store, *files, departments=None, settings=lenient, at=AT)
        assert report.rejected == 2
        rows = Path(report.rejects_path).read_text(encoding="utf-8-sig")
        assert "name is longer than" in rows
        assert counted(store) == report.kept == 2 * (len(NAMES) + len(EMPTY))


def counted(store) -> int:
    with store.reading() as unit:
        return int(unit.companies.counts()["total"])
