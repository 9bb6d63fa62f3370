"""The pages of whoever runs the service: who gets in, what they show, what they change."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from datetime import UTC, date, datetime, timedelta

import httpx
import numpy as np
import openpyxl
import pytest
from page_forms import without_tokens
from pydantic import SecretStr
from servers import copied, served
from sign_ins import key_headers, session_of

from matchmaker.accounts.accounts import Account, HowTied, Ownership
from matchmaker.accounts.principals import system
from matchmaker.accounts.roles import RIGHTS, Right, Role
from matchmaker.mail.letters import Letter, LetterKind
from matchmaker.mail.outbox import LetterState
from matchmaker.settings import AccessSettings, MailSettings, OidcSettings
from matchmaker.store import ImportRecord, open_store
from matchmaker.store.nights import Night

NOW = datetime.now(UTC)
HOSTILE = "<script>alert(1)</script>"
GATE = "competitor rate is 0.01234, above the limit 0 (quality.max_competitor_rate)"
REJECTS = "profiles-profils été & co.xlsx.csv"
QUOTED = REJECTS.replace("&", "%26")
CANARIES = {
    "secret": "canary-of-the-session-secret-0123456789",
    "mail": "canary-of-the-mail-server",
    "oidc": "canary-of-the-provider",
}


def copy_night(home, name, at, held_back=(), **overall):
    """Add a night to a home: the files of the served one under another manifest."""
    folder = home.snapshots_folder
    served_name = (folder / "CURRENT").read_text().strip()
    shutil.copytree(folder / served_name, folder / name)
    path = folder / name / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest |= {"created_at": at.isoformat(), "held_back": list(held_back)}
    manifest["quality"]["overall"] |= overall
    path.write_text(json.dumps(manifest), encoding="utf-8")


def letter(number):
    return Letter(
        key=f"seen:{number}",
        kind=LetterKind.QUESTION,
        recipient=f"reader{number}@example.org",
        subject="subject nobody may read here",
        text="text nobody may read here",
        html="<p>text nobody may read here</p>",
        headers={},
        attachments=(),
        siret=None,
        account_id=None,
        introduction_id=None,
    )


def write_letters(store):
    """Write two letters that fail, one that may have left, and one that waits."""
    ends = (LetterState.FAILED, LetterState.FAILED, LetterState.UNCERTAIN)
    for number, state in enumerate(ends):
        with store.unit() as unit:
            unit.outbox.put(letter(number), NOW)
            taken = unit.outbox.take(NOW)
            unit.outbox.give_up(taken, state, NOW, f"given up after 8 tries: {HOSTILE}")
    with store.unit() as unit:
        unit.outbox.put(letter(len(ends)), NOW)


@pytest.fixture(scope="module")
def home(demo_home, tmp_path_factory):
    """Make a home with an earlier night, one held back, rejected rows, letters and imports."""
    settings = copied(
        demo_home,
        tmp_path_factory.mktemp("office") / "home",
        access=AccessSettings(secret=SecretStr(CANARIES["secret"]), searches_per_minute=1_000_000),
        mail=MailSettings(poll_seconds=0, password=SecretStr(CANARIES["mail"])),
        oidc=OidcSettings(client_secret=SecretStr(CANARIES["oidc"])),
    )
    copy_night(settings, "20261101T010000Z", datetime(2026, 11, 1, 1, tzinfo=UTC), coverage=0.5)
    copy_night(settings, "20301101T010000Z", NOW, [GATE], competitor_rate=0.01234)
    rejects = settings.home / "rejects"
    rejects.mkdir(exist_ok=True)
    with (rejects / REJECTS).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["line", "column", "value", "reason"])
        writer.writerow([2, "=cmd|' /C calc'!A0", HOSTILE, "date is not written YYYY-MM-DD"])
        writer.writerow(
            [3, "SIRET", "'=1+1", "SIRET has 13 digits, 14 are needed (leading zeros lost?)"]
        )
        writer.writerows([[line, "SIRET", "x", "a reason of tomorrow"] for line in range(4, 70)])
    (rejects / "profiles-broken.csv.csv").write_text("nothing of the kind\n")
    (settings.home / "secret.csv").write_text("line,column,value,reason\n1,a,b,do not show\n")
    (rejects / "profiles-link.csv").symlink_to(settings.home / "secret.csv")
    store = open_store(settings.store_url)
    write_letters(store)
    with store.unit() as unit:
        for day in range(1, 4):
            at = datetime(2026, 10, day, 2, tzinfo=UTC)
            held = (GATE,) if day == 2 else ()
            quality = {"coverage": 0.2 + day / 10, "drift": None}
            unit.nights.put(Night(at.strftime("%Y%m%dT%H%M%SZ"), at, held, quality, None))
        unit.imports.record(
            ImportRecord(
                "profiles",
                f"/somewhere/private/{REJECTS[9:-4]}",
                "0" * 64,
                date(2026, 11, 2),
                1234,
                1000,
                68,
                NOW,
            )
        )
    store.close()
    return settings


@pytest.fixture(scope="module")
def service(home):
    """Serve the home, and give a client of it without any proof."""
    with served(home) as client, httpx.Client(base_url=client.base_url, timeout=30) as bare:
        yield bare


class Visitor:
    """Somebody with a browser: reads pages, sends forms as they stand there."""

    def __init__(self, service, settings, role, companies=(), chamber=None, name="Zoé Martin"):
        self.cookies, headers = session_of(settings, role, companies, chamber, name)
        self.csrf = headers["X-CSRF-Token"]
        self.service = service

    def get(self, path, **query):
        return self._ask("GET", path, params=query or None)

    def post(self, path, csrf=True, **fields):
        return self._ask("POST", path, data={**({"csrf": self.csrf} if csrf else {}), **fields})

    def _ask(self, method, path, **options):
        header = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return self.service.request(method, path, headers={"Cookie": header}, **options)


@pytest.fixture(scope="module")
def admin(service, home):
    return Visitor(service, home, Role.ADMINISTRATOR, name="Ada Reine")


@pytest.fixture
def adviser(service, home):
    return Visitor(service, home, Role.ADVISER, chamber="77")


@pytest.fixture(scope="module")
def store(home):
    store = open_store(home.store_url)
    yield store
    store.close()


def actions(store, action):
    with store.reading() as unit:
        return unit.audit.list(action=action)


PLACES = {
    "/administration": Right.OPERATIONS,
    "/administration/retour?nuit=20261101T010000Z": Right.OPERATIONS,
    "/administration/qualite": Right.QUALITY,
    "/administration/imports": Right.OPERATIONS,
    f"/administration/imports/rejets?fichier={QUOTED}": Right.OPERATIONS,
    f"/administration/imports/rejets/fichier?fichier={QUOTED}": Right.OPERATIONS,
    "/administration/comptes": Right.ACCOUNTS,
    "/administration/comptes/nouveau": Right.ACCOUNTS,
    "/comptes": Right.CLAIMS,
    "/administration/cles": Right.KEYS,
    "/administration/courrier": Right.OUTBOX,
    "/administration/journal": Right.AUDIT,
    "/administration/journal/contacts": Right.AUDIT,
    "/administration/reglages": Right.OPERATIONS,
}


class TestWhoGetsIn:
    @pytest.mark.parametrize("path", PLACES)
    @pytest.mark.parametrize("role", [Role.ENTREPRENEUR, Role.ADVISER, Role.ADMINISTRATOR])
    def test_the_table_of_rights_decides(self, service, home, path, role):
        chamber = "77" if role is Role.ADVISER else None
        answer = Visitor(service, home, role, chamber=chamber).get(path)
        assert answer.status_code == (200 if PLACES[path] in RIGHTS[role] else 403)

    @pytest.mark.parametrize("path", PLACES)
    def test_nobody_is_led_to_the_sign_in(self, service, path):
        answer = service.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/connexion?suite=")

    @pytest.mark.parametrize("path", PLACES)
    def test_every_page_is_there_in_english(self, admin, path):
        join = "&" if "?" in path else "?"
        assert admin.get(f"{path}{join}lang=en").status_code == 200

    def test_an_adviser_sees_only_their_own_places(self, adviser):
        text = adviser.get("/administration/qualite").text
        assert 'href="/comptes"' in text
        assert "/administration/reglages" not in text
        assert "/administration/comptes" not in text

    @pytest.mark.parametrize(
        "path",
        [
            "/administration/verification",
            "/administration/retour",
            "/administration/comptes/nouveau",
            "/administration/cles",
            "/administration/courrier/relance",
            "/administration/courrier/annulation",
            "/comptes/rattachement",
        ],
    )
    def test_a_form_without_the_token_is_refused(self, admin, path):
        assert admin.post(path, csrf=False).status_code == 403


class TestNights:
    def test_they_are_listed_with_their_state_and_the_gate_in_french(self, admin):
        text = admin.get("/administration").text
        assert "Concurrents suggérés" in text
        assert "1,2\u202f%" in text
        assert "above the limit" not in text
        assert text.count("/administration/retour?nuit=") == 2

    def test_the_state_of_letters_is_told(self, admin):
        text = admin.get("/administration").text
        assert "2 en échec" in text
        assert "1 incertaine" in text

    def test_whole_nights_are_found_intact(self, admin):
        answer = admin.post("/administration/verification")
        assert answer.status_code == 200
        assert "Tous les fichiers de toutes les nuits sont intacts." in answer.text

    def test_a_damaged_file_is_named_and_the_night_is_not_served(self, admin, home, store):
        name = "20261015T010000Z"
        copy_night(home, name, datetime(2026, 10, 15, 1, tzinfo=UTC))
        victim = home.snapshots_folder / name / "lists" / "supply" / "bands.npy"
        victim.write_bytes(victim.read_bytes()[:-1] + b"\xff")
        current = home.snapshots_folder / "CURRENT"
        before, noted = current.read_text(), len(actions(store, "snapshot"))
        try:
            checked = admin.post("/administration/verification")
            assert "lists/supply/bands.npy a changé" in checked.text
            assert "1 nuit est abîmée" in checked.text
            refused = admin.post("/administration/retour", nuit=name, servie=before.strip())
            assert refused.status_code == 409
            assert "ne peut pas être servie" in refused.text
            assert current.read_text() == before
            assert len(actions(store, "snapshot")) == noted
        finally:
            shutil.rmtree(home.snapshots_folder / name)

    def test_going_back_is_confirmed_then_served_at_the_next_request(self, admin, home, store):
        earlier, served_name = (
            "20261101T010000Z",
            (home.snapshots_folder / "CURRENT").read_text().strip(),
        )
        page = admin.get("/administration/retour", nuit=earlier).text
        assert f'name="servie" value="{served_name}"' in page
        assert admin.get("/v1/snapshot").json()["name"] == served_name
        done = admin.post("/administration/retour", nuit=earlier, servie=served_name)
        assert (done.status_code, done.headers["location"]) == (
            303,
            "/administration?fait=administration.rolled_back",
        )
        assert admin.get("/v1/snapshot").json()["name"] == earlier
        line = actions(store, "snapshot.rolled_back")[0]
        assert (line.subject, line.actor, line.details["before"]) == (
            earlier,
            "Ada Reine",
            served_name,
        )
        back = admin.post("/administration/retour", nuit=served_name, servie=earlier)
        assert back.status_code == 303
        assert admin.get("/v1/snapshot").json()["name"] == served_name

    def test_who_read_of_another_night_confirms_again(self, admin, home):
        before = (home.snapshots_folder / "CURRENT").read_text()
        answer = admin.post(
            "/administration/retour", nuit="20261101T010000Z", servie="20200101T000000Z"
        )
        assert answer.status_code == 409
        assert "Une autre nuit a été publiée entre-temps" in answer.text
        assert (home.snapshots_folder / "CURRENT").read_text() == before

    @pytest.mark.parametrize("name", ["20990101T000000Z", "../../etc", "..", HOSTILE])
    def test_a_night_that_is_not_there_is_not_gone_to(self, admin, home, name):
        before = (home.snapshots_folder / "CURRENT").read_text()
        assert "Cette nuit n'existe plus" in admin.get(
            "/administration/retour", nuit=name
        ).text.replace("&#39;", "'")
        sent = admin.post("/administration/retour", nuit=name, servie=before.strip())
        assert sent.status_code == 409
        assert HOSTILE not in sent.text
        assert (home.snapshots_folder / "CURRENT").read_text() == before

    def test_a_night_held_back_says_why_before_it_is_published(self, admin):
        text = admin.get("/administration/retour", nuit="20301101T010000Z").text
        assert "au-dessus du seuil" in text


class TestQuality:
    def test_the_figures_are_those_of_the_served_night(self, admin, home):
        served_name = (home.snapshots_folder / "CURRENT").read_text().strip()
        manifest = json.loads((home.snapshots_folder / served_name / "manifest.json").read_text())
        overall = manifest["quality"]["overall"]
        text = admin.get("/administration/qualite").text
        assert f"{overall['exposure_gini']:.3f}".replace(".", ",") in text
        assert "Part des entreprises qui ont au moins une suggestion." in text
        assert "respecté" in text

    def test_a_later_night_that_was_held_back_is_told(self, adviser):
        text = adviser.get("/administration/qualite").text
        assert "a été retenue" in text
        assert "1,2\u202f%" in text

    def test_the_history_holds_nights_whose_snapshots_are_gone(self, admin):
        text = admin.get("/administration/qualite").text
        assert "02/10/2026 (retenue)" in text
        assert "03/10/2026" in text


class TestImports:
    def test_an_import_is_listed_without_the_folder_of_its_file(self, admin):
        text = admin.get("/administration/imports").text
        assert "profils été &amp; co.xlsx" in text
        assert "/somewhere/private" not in text
        assert ">1234<" in text

    def test_rejected_rows_are_shown_as_text_in_french(self, admin):
        text = admin.get("/administration/imports/rejets", fichier=REJECTS).text
        assert HOSTILE not in text
        assert "&lt;script&gt;" in text
        assert "La date ne s&#39;écrit pas AAAA-MM-JJ." in text
        assert "a reason of tomorrow" in text
        assert "68 lignes" in text

    def test_they_are_paged(self, admin):
        second = admin.get("/administration/imports/rejets", fichier=REJECTS, page=2).text
        assert re.findall(r'<th scope="row" class="number">(\d+)</th>', second) == [
            str(line) for line in range(52, 70)
        ]
        beyond = admin.get("/administration/imports/rejets", fichier=REJECTS, page=99).text
        assert "Page 2 sur 2" in beyond

    @pytest.mark.parametrize(
        "name",
        [
            "../secret.csv",
            "..%2fsecret.csv",
            "/etc/passwd",
            "./" + REJECTS,
            "",
            "secret.csv",
            "profiles-link.csv",
            "..\\secret.csv",
            REJECTS + "\x00",
        ],
    )
    @pytest.mark.parametrize("path", ["rejets", "rejets/fichier"])
    def test_no_name_leads_out_of_the_folder(self, admin, name, path):
        answer = admin.get(f"/administration/imports/{path}", fichier=name)
        assert answer.status_code == 404
        assert "do not show" not in answer.text

    def test_a_file_of_another_kind_is_no_crash(self, admin):
        name = "profiles-broken.csv.csv"
        shown = admin.get("/administration/imports/rejets", fichier=name)
        assert shown.status_code == 422
        assert "ne peut pas être lu" in shown.text
        assert admin.get("/administration/imports/rejets/fichier", fichier=name).status_code == 422

    def test_a_csv_runs_nothing(self, admin, store):
        answer = admin.get("/administration/imports/rejets/fichier", fichier=REJECTS, forme="csv")
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        assert rows[0] == ["Ligne", "Colonne", "Valeur", "Raison"]
        assert len(rows) == 69
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
        assert answer.headers["content-disposition"].startswith("attachment; ")
        assert actions(store, "rejects.exported")[0].subject == REJECTS

    def test_a_workbook_holds_texts(self, admin):
        answer = admin.get("/administration/imports/rejets/fichier", fichier=REJECTS, forme="xlsx")
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        assert sheet.max_row == 69
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
        assert sheet["B2"].value == "=cmd|' /C calc'!A0"


def opened(store, email, role=Role.ENTREPRENEUR, companies=(), chamber=None, name="", active=True):
    """Open an account in the store, as the test wants it."""
    account = Account(
        id=re.sub(r"\W", "", email)[:20],
        email=email,
        name=name,
        role=role,
        chamber=chamber,
        active=active,
        created_at=NOW,
        created_by="tests",
        companies=tuple(Ownership(siret, HowTied.ADVISER, NOW, "tests") for siret in companies),
    )
    with store.unit() as unit:
        unit.accounts.create(account)
    return account.id


class TestAccounts:
    def test_one_is_found_without_accents_and_closed_ones_apart(self, admin, store):
        opened(store, "helene@usine.example", name="Hélène Dûpré")
        opened(store, "gone@usine.example", name="Hélène Partie", active=False)
        found = admin.get("/administration/comptes", q="HELENE dupre").text
        assert "helene@usine.example" in found
        assert "1 compte" in found
        closed = admin.get("/administration/comptes", q="helene", etat="fermes").text
        assert "gone@usine.example" in closed
        assert "helene@usine.example" not in closed
        assert "Aucun compte ne correspond." in admin.get("/administration/comptes", q=HOSTILE).text

    def test_one_is_opened_and_invited(self, admin, store):
        sent = admin.post(
            "/administration/comptes/nouveau",
            email=" New@Usine.example ",
            name="Nora",
            role="adviser",
            chamber="91",
            language="fr",
        )
        assert sent.status_code == 303
        with store.reading() as unit:
            account = unit.accounts.by_email("new@usine.example")
            letter = unit.outbox.list(LetterState.WAITING)[0]
        assert (account.role, account.chamber, account.name) == (Role.ADVISER, "91", "Nora")
        assert sent.headers["location"].startswith(f"/administration/comptes/{account.id}?")
        assert (letter.recipient, letter.kind) == (account.email, LetterKind.INVITATION)
        assert actions(store, "account.created")[0].subject == account.id

    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({"email": "no address"}, "ne peut pas être lue"),
            ({"email": "helene@usine.example"}, "a déjà un compte"),
            ({"role": "adviser"}, "choisissez-la"),
            ({"role": "adviser", "chamber": "75"}, "choisissez-la"),
            ({"role": "service"}, "Choisissez un rôle"),
            ({"role": "adviser", "chamber": "77", "siret": "73282932000074"}, "retirez-les"),
            ({"siret": "73282932000075"}, "pas valable"),
            ({"siret": "73282932000074"}, "Aucune entreprise de la base"),
            ({"name": "n" * 101}, "100 caractères"),
            ({"email": "é@usine.example"}, "Aucune lettre ne peut partir"),
        ],
    )
    def test_a_wrong_form_keeps_what_was_typed(self, admin, store, fields, told):
        sent = {"email": "other@usine.example", "name": "Tapé", "role": "entrepreneur", **fields}
        before = len(actions(store, "account.created"))
        answer = admin.post("/administration/comptes/nouveau", **sent)
        assert answer.status_code == 422
        assert told in answer.text
        assert f'value="{sent["name"]}"' in answer.text
        assert 'role="alert"' in answer.text
        assert len(actions(store, "account.created")) == before

    def test_closing_one_ends_its_session(self, service, home, admin, store):
        visitor = Visitor(service, home, Role.ADVISER, chamber="91", name="Lise Close")
        assert visitor.get("/administration/qualite").status_code == 200
        with store.reading() as unit:
            [account] = [
                each for each in unit.accounts.list(Role.ADVISER) if each.name == "Lise Close"
            ]
        here = f"/administration/comptes/{account.id}"
        assert "1 session ouverte" in admin.get(here).text
        assert admin.post(f"{here}/acces", acces="autre").status_code == 422
        assert visitor.get("/administration/qualite").status_code == 200, "it was not closed"
        assert admin.post(f"{here}/acces", acces="fermer").status_code == 303
        assert visitor.get("/administration/qualite").status_code == 303
        assert admin.post(f"{here}/acces", acces="ouvrir").status_code == 303
        with store.reading() as unit:
            assert unit.accounts.get(account.id).active

    def test_role_and_chamber_are_changed_together(self, admin, store):
        known = opened(store, "change@usine.example")
        here = f"/administration/comptes/{known}"
        wrong = admin.post(here, name="Max", role="adviser", chamber="", language="fr")
        assert wrong.status_code == 422
        assert 'value="Max"' in wrong.text
        assert (
            admin.post(here, name="Max", role="adviser", chamber="77", language="en").status_code
            == 303
        )
        back = admin.post(here, name="Max", role="entrepreneur", chamber="77", language="en")
        assert back.status_code == 303
        with store.reading() as unit:
            account = unit.accounts.get(known)
        assert (account.role, account.chamber, account.language) == (Role.ENTREPRENEUR, None, "en")

    def test_firms_are_tied_and_untied(self, admin, store, company):
        known = opened(store, "tied@usine.example")
        here = f"/administration/comptes/{known}"
        assert (
            admin.post(f"{here}/entreprises", siret=f" {company[:9]} {company[9:]} ").status_code
            == 303
        )
        assert f"/entreprises/{company}" in admin.get(here).text
        assert "Fictif" in admin.get(here).text
        wrong = admin.post(here, name="", role="administrator", language="fr")
        assert "retirez-les" in wrong.text
        assert admin.post(f"{here}/entreprises", siret="1").status_code == 422
        assert admin.post(f"{here}/entreprises/retrait", siret=company).status_code == 303
        with store.reading() as unit:
            assert unit.accounts.get(known).companies == ()

    def test_one_goes_only_when_its_address_is_typed(self, admin, store):
        known = opened(store, "leaving@usine.example")
        here = f"/administration/comptes/{known}/suppression"
        assert "leaving@usine.example" in admin.get(here).text
        wrong = admin.post(here, email="another@usine.example")
        assert wrong.status_code == 422
        assert "Rien n&#39;a été supprimé" in wrong.text
        assert admin.post(here, email=" Leaving@usine.example").status_code == 303
        assert admin.get(here).status_code == 404
        assert actions(store, "account.deleted")[0].subject == known

    def test_the_last_administrator_stays(self, admin, store):
        with store.reading() as unit:
            others = [a.id for a in unit.accounts.list(Role.ADMINISTRATOR) if a.name != "Ada Reine"]
            [ada] = [a for a in unit.accounts.list(Role.ADMINISTRATOR) if a.name == "Ada Reine"]
        for other in others:
            admin.post(f"/administration/comptes/{other}/acces", acces="fermer")
        try:
            here = f"/administration/comptes/{ada.id}"
            for answer in (
                admin.post(f"{here}/acces", acces="fermer"),
                admin.post(here, name="Ada Reine", role="entrepreneur", language="fr"),
                admin.post(f"{here}/suppression", email=ada.email),
            ):
                assert answer.status_code == 422
                assert "le dernier administrateur" in answer.text
        finally:
            for other in others:
                admin.post(f"/administration/comptes/{other}/acces", acces="ouvrir")

    def test_a_link_for_the_password_is_mailed_and_never_shown(self, admin, store):
        known = opened(store, "forgot@usine.example")
        sent = admin.post(f"/administration/comptes/{known}/lien")
        assert sent.status_code == 303
        assert "/liens/" not in admin.get(f"/administration/comptes/{known}").text
        with store.reading() as unit:
            assert unit.outbox.list()[0].recipient == "forgot@usine.example"
        assert actions(store, "account.password_link")[0].subject == known

    def test_a_hostile_name_is_shown_as_text(self, admin, store):
        known = opened(store, "evil@usine.example", name=HOSTILE)
        for path in (f"/administration/comptes/{known}", "/administration/comptes?q=evil"):
            text = admin.get(path).text
            assert HOSTILE not in text
            assert "&lt;script&gt;" in text

    def test_an_unknown_account_is_not_found(self, admin):
        assert admin.get("/administration/comptes/nobody").status_code == 404


@pytest.fixture(scope="module")
def company(demo_home):
    """Choose a firm of department 77 with lists."""
    return firm_of(demo_home, "77")


@pytest.fixture(scope="module")
def elsewhere(demo_home):
    """Choose a firm of department 91 with lists."""
    return firm_of(demo_home, "91")


def firm_of(settings, department):
    folder = settings.snapshots_folder
    current = (folder / "CURRENT").read_text().strip()
    sirets = np.load(folder / current / "model" / "sirets.npy")
    store = open_store(settings.store_url)
    with store.reading() as unit:
        found = next(s for s in map(str, sirets) if unit.companies.get(s).department == department)
    store.close()
    return found


class TestTies:
    def test_an_adviser_ties_by_the_exact_address_alone(self, adviser, store, company):
        known = opened(store, "patron@usine.example", name="Paul Patron")
        page = adviser.get("/comptes", siret=company).text
        assert "patron@usine.example" not in page
        part = adviser.post("/comptes/rattachement", siret=company, compte="patron@usine")
        assert part.status_code == 422
        assert "Paul" not in part.text
        done = adviser.post("/comptes/rattachement", siret=company, compte="Patron@Usine.example ")
        assert done.status_code == 303
        assert "Paul Patron" in adviser.get("/comptes", siret=company).text
        assert adviser.post("/comptes/retrait", siret=company, compte=known).status_code == 303
        with store.reading() as unit:
            assert unit.accounts.get(known).companies == ()
            line = unit.audit.list(action="account.looked_up")[0]
            assert unit.contacts.list(company)[0].purpose == "accounts"
        assert line.details["found"] is True
        assert "patron" not in json.dumps(dict(line.details)) + line.subject

    def test_what_is_none_of_theirs_reads_like_what_does_not_exist(
        self, adviser, store, company, elsewhere
    ):
        opened(store, "other@chamber.example", companies=[elsewhere])
        opened(store, "shut@usine.example", active=False)
        opened(store, "colleague@cci.example", Role.ADVISER, chamber="77")
        told = set()
        for who in (
            "other@chamber.example",
            "shut@usine.example",
            "colleague@cci.example",
            "none@x.example",
        ):
            answer = adviser.post("/comptes/rattachement", siret=company, compte=who)
            assert answer.status_code == 422
            told.add(without_tokens(answer.text).replace(who, ""))
        assert len(told) == 1

    def test_a_firm_of_the_other_chamber_is_refused(self, adviser, elsewhere):
        assert "pas de votre chambre" in adviser.get("/comptes", siret=elsewhere).text
        sent = adviser.post("/comptes/rattachement", siret=elsewhere, compte="patron@usine.example")
        assert sent.status_code == 403
        assert adviser.post("/comptes/retrait", siret=elsewhere, compte="x").status_code == 403

    def test_the_twenty_first_try_within_the_hour_is_refused(self, adviser, store, company):
        opened(store, "late@usine.example")
        for number in range(20):
            tried = adviser.post(
                "/comptes/rattachement", siret=company, compte=f"n{number}@x.example"
            )
            assert tried.status_code == 422
        refused = adviser.post("/comptes/rattachement", siret=company, compte="late@usine.example")
        assert refused.status_code == 429
        with store.reading() as unit:
            assert unit.accounts.by_email("late@usine.example").companies == ()

    @pytest.mark.parametrize("siret", ["1", "7328293200007x", HOSTILE[:20]])
    def test_a_wrong_siret_is_told(self, adviser, siret):
        answer = adviser.get("/comptes", siret=siret)
        assert answer.status_code == 422
        assert HOSTILE[:20] not in answer.text


class TestKeys:
    FIELDS = {"name": "crm", "scopes": ["directory", "quality"], "chamber": "", "days": "30"}

    def make(self, admin, **fields):
        known = re.search(r'name="connues" value="(\d+)"', admin.get("/administration/cles").text)[
            1
        ]
        return admin.post("/administration/cles", **{**self.FIELDS, "connues": known, **fields})

    def test_one_is_shown_once_opens_its_scopes_and_never_comes_back(self, admin, service, store):
        made = self.make(admin)
        assert made.status_code == 201
        assert "no-store" in made.headers["cache-control"]
        [text] = set(re.findall(r"mm_\w+", made.text))
        bearer = {"Authorization": f"Bearer {text}"}
        assert service.get("/v1/quality", headers=bearer).status_code == 200
        assert service.get("/v1/accounts", headers=bearer).status_code == 403
        for path in ("/administration/cles", "/administration/journal"):
            assert text not in admin.get(path).text
        key_id = text.split("_")[1]
        assert text not in admin.get(f"/administration/cles/{key_id}").text
        assert actions(store, "key.created")[0].subject == key_id

        rotated = admin.post(f"/administration/cles/{key_id}/remplacement", heures="1")
        [new] = set(re.findall(r"mm_\w+", rotated.text))
        assert new != text
        assert service.get("/v1/quality", headers=bearer).status_code == 200
        twice = admin.post(f"/administration/cles/{key_id}/remplacement", heures="1")
        assert twice.status_code == 422
        assert "mm_" not in twice.text

        unsure = admin.post(f"/administration/cles/{key_id}/revocation")
        assert unsure.status_code == 422
        assert service.get("/v1/quality", headers=bearer).status_code == 200
        assert (
            admin.post(f"/administration/cles/{key_id}/revocation", confirme="oui").status_code
            == 303
        )
        assert service.get("/v1/quality", headers=bearer).status_code == 401

    def test_a_reloaded_answer_makes_no_second_key(self, admin, store):
        known = re.search(r'name="connues" value="(\d+)"', admin.get("/administration/cles").text)[
            1
        ]
        assert admin.post("/administration/cles", **self.FIELDS, connues=known).status_code == 201
        again = admin.post("/administration/cles", **self.FIELDS, connues=known)
        assert again.status_code == 422
        with store.reading() as unit:
            assert len(unit.keys.list()) == int(known) + 1

    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({"name": ""}, "quel programme"),
            ({"scopes": []}, "au moins un droit"),
            ({"scopes": ["accounts"]}, "au moins un droit"),
            ({"chamber": "75"}, "Choisissez une chambre"),
            ({"days": "0"}, "de 1 à 3650"),
            ({"days": "²"}, "de 1 à 3650"),
        ],
    )
    def test_a_wrong_form_is_told_beside_its_field(self, admin, store, fields, told):
        answer = self.make(admin, **fields)
        assert answer.status_code == 422
        assert told in answer.text
        assert "mm_" not in answer.text

    def test_an_unknown_key_is_not_found(self, admin):
        assert admin.get("/administration/cles/nothing").status_code == 404


class TestOutbox:
    def test_nothing_of_what_letters_say_is_shown(self, admin):
        for path in ("/administration/courrier", "/administration/courrier?etat=uncertain"):
            text = admin.get(path).text
            assert "nobody may read" not in text
            assert HOSTILE not in text
        assert "Abandonnée après 8 essais." in admin.get("/administration/courrier").text

    def test_uncertain_ones_are_counted_for_prometheus(self, service, home):
        text = service.get("/metrics", headers=key_headers(home, Right.METRICS)).text
        assert 'matchmaker_letters{state="uncertain"} 1.0' in text
        assert 'matchmaker_letters{state="cancelled"} 0.0' in text

    def test_one_that_may_have_left_is_sent_again_only_when_confirmed(self, admin, store):
        [line] = self.lines(store, LetterState.UNCERTAIN)
        asked = admin.post("/administration/courrier/relance", lettre=str(line.id))
        assert asked.status_code == 200
        assert "deux fois" in asked.text
        assert self.lines(store, LetterState.UNCERTAIN)
        done = admin.post("/administration/courrier/relance", lettre=str(line.id), confirme="oui")
        assert done.status_code == 303
        assert not self.lines(store, LetterState.UNCERTAIN)
        assert actions(store, "letter.retried")[0].subject == str(line.id)

    def test_cancelling_asks_first_and_is_for_good(self, admin, store):
        first = self.lines(store, LetterState.FAILED)[0]
        asked = admin.post("/administration/courrier/annulation", lettre=str(first.id))
        assert asked.status_code == 200
        assert first.recipient in asked.text
        assert len(self.lines(store, LetterState.FAILED)) == 2
        sent = admin.post(
            "/administration/courrier/annulation", lettre=str(first.id), confirme="oui"
        )
        assert sent.status_code == 303
        again = admin.post("/administration/courrier/relance", lettre=str(first.id))
        assert again.status_code == 422
        assert [line.id for line in self.lines(store, LetterState.CANCELLED)] == [first.id]

    def test_all_failed_ones_leave_again_at_once(self, admin, store):
        failed = {line.id for line in self.lines(store, LetterState.FAILED)}
        assert failed
        assert admin.post("/administration/courrier/relance", tout="failed").status_code == 303
        assert not self.lines(store, LetterState.FAILED)
        assert failed <= {line.id for line in self.lines(store, LetterState.WAITING)}

    @pytest.mark.parametrize("wanted", ["", "0", "999999999", "-1", "²", "1 or 1"])
    def test_no_letter_is_no_crash(self, admin, wanted):
        answer = admin.post("/administration/courrier/relance", lettre=wanted)
        assert answer.status_code == 422
        assert "Cochez au moins une lettre" in answer.text

    @staticmethod
    def lines(store, state):
        with store.reading() as unit:
            return unit.outbox.list(state)


class TestJournal:
    def test_deeds_are_in_words_and_narrowed(self, admin, store):
        with store.unit() as unit:
            unit.audit.note(
                at=NOW,
                by=system("command line"),
                action="key.revoked",
                subject="abc234",
                firms=[HOSTILE],
            )
        text = admin.get("/administration/journal", genre="key", sujet="abc234").text
        assert "Clé révoquée" in text
        assert "ligne de commande" in text
        assert HOSTILE not in text
        assert text.count("<tr>") == 2
        later = (NOW + timedelta(days=2)).date().isoformat()
        assert "Aucune ligne." in admin.get("/administration/journal", depuis=later).text

    @pytest.mark.parametrize("day", ["hier", "0001-01-01"])
    @pytest.mark.parametrize("page", ["journal", "journal/contacts"])
    def test_a_wrong_day_is_told_and_nothing_is_lost(self, admin, page, day):
        text = admin.get(f"/administration/{page}", depuis=day).text
        assert "Écrivez une date" in text
        assert f'value="{day}"' in text

    def test_older_lines_follow_on_the_next_page(self, admin, store):
        with store.unit() as unit:
            for number in range(150):
                unit.audit.note(
                    at=NOW, by=system("tests"), action="event.tried", subject=f"s{number}"
                )
        first = admin.get("/administration/journal", genre="event").text
        onward = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
        second = admin.get(onward).text
        seen = [set(re.findall(r">(s\d+)<", text)) for text in (first, second)]
        assert [len(each) for each in seen] == [100, 50]
        assert not seen[0] & seen[1]

    def test_who_read_a_contact_is_shown(self, admin, store, company):
        with store.unit() as unit:
            unit.contacts.note(at=NOW, by=system("retention"), siret=company, purpose="export")
        text = admin.get("/administration/journal/contacts", siret=company).text
        assert "un export de ses données" in text
        assert "fin de conservation" in text


class TestSettings:
    def test_no_secret_is_shown_and_its_being_set_is(self, admin):
        for changes in ("", "?changes=true"):
            text = admin.get(f"/administration/reglages{changes}").text
            assert not [canary for canary in CANARIES.values() if canary in text]
            assert text.count("défini, caché") == 3

    def test_only_what_was_changed_can_be_listed(self, admin):
        text = admin.get("/administration/reglages", changes="true").text
        assert "<code>mail.poll_seconds</code>" in text
        assert "<code>model.dimensions</code>" not in text
