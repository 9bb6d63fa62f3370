"""Events on pages: begun, changed, filled with people and wishes, by those who may, over HTTP."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

import httpx
import openpyxl
import pytest
from page_forms import PageForm, page_form, without_tokens
from servers import copied, serving
from sign_ins import session_of
from workbooks import XLSX, workbook

from api.app import create_app
from api.pages.events.setting_fields import SETTING_FIELDS, Entry
from matchmaker.accounts.roles import Role
from matchmaker.events.details import EventKind
from matchmaker.events.life import MOVES, EventState
from matchmaker.store import open_store
from matchmaker.texts import catalogue

SCRIPT = '<script>alert("x")</script><img src=x onerror=alert(1)>'
HEADER = ("Nom", "Entreprise", "SIRET", "Département", "Courriel", "Indisponible")


@pytest.fixture(scope="module")
def settings(demo_home, tmp_path_factory):
    return copied(demo_home, tmp_path_factory.mktemp("event-pages") / "home")


@pytest.fixture(scope="module")
def door(settings):
    with serving(create_app(settings)) as door:
        yield door


def adviser(settings, door, role=Role.ADVISER, chamber="91", name="Zoé") -> httpx.Client:
    cookies, _ = session_of(settings, role, chamber=chamber, name=name)
    origin = {"Origin": str(door.base_url).rstrip("/")}
    return httpx.Client(base_url=door.base_url, timeout=60, cookies=cookies, headers=origin)


@pytest.fixture(scope="module")
def zoe(settings, door):
    with adviser(settings, door) as client:
        yield client


@pytest.fixture(scope="module")
def karim(settings, door):
    with adviser(settings, door, chamber="77", name="Karim") as client:
        yield client


def people(count: int) -> list[tuple]:
    return [
        (f"Personne {n}", f"Firme {n}", "", "77" if n % 2 else "91", "", "") for n in range(count)
    ]


def upload(data: bytes, name: str = "gens.xlsx") -> dict:
    return {"fichier": (name, data, XLSX)}


def begin(client, *, files=None, kind="convention", **values) -> httpx.Response:
    form = page_form(client.get("/evenements/nouveau", params={"type": kind}).text, "/nouveau")
    form.set(**{"titre": "Techinnov", "jour": "2027-03-18", **values})
    return client.post(form.action, data=form.fields, files=files)


def begun(client, **values) -> str:
    """Begin an event, and give its id."""
    answer = begin(client, **values)
    assert answer.status_code == 303, answer.text[:2000]
    return re.search(r"/evenements/(\w+)", answer.headers["location"])[1]


def event_of(settings, event_id):
    store = open_store(settings.store_url)
    with store.reading() as unit:
        found = unit.events.get(event_id), unit.events.registrations.all(event_id)
        mails = unit.events.registrations.emails(event_id)
        wishes = unit.events.wishes.all(event_id)
    store.close()
    return (*found, mails, wishes)


def send(client, page: str, ending: str, files=None, **values) -> httpx.Response:
    """Open a page and send one of its forms."""
    form = page_form(client.get(page).text, ending).set(**values)
    return client.post(form.action, data=form.fields, files=files)


class TestANewEvent:
    def test_comes_with_its_registrations_in_one_step(self, zoe, settings):
        answer = begin(zoe, files=upload(workbook(HEADER, *people(60))))
        assert answer.status_code == 303
        event, registered, _, _ = event_of(settings, answer.headers["location"].split("/")[2])
        assert (event.state, len(registered)) == (EventState.REGISTERING, 60)
        assert len(event.details.slots) == 14
        assert [each.id for each in event.details.sessions] == ["matin", "après-midi"]
        assert "L'événement est créé." in _plain(zoe.get(answer.headers["location"]).text)

    def test_sent_twice_is_one(self, zoe):
        form = page_form(zoe.get("/evenements/nouveau").text, "/nouveau")
        form.set(titre="Une fois", jour="2027-03-18")
        first = zoe.post(form.action, data=form.fields)
        second = zoe.post(form.action, data=form.fields)
        assert first.headers["location"] == second.headers["location"]
        assert zoe.get("/evenements").text.count("Une fois") == 1

    @pytest.mark.parametrize("kind", list(EventKind))
    def test_of_each_kind_is_made_of_what_the_form_proposes(self, zoe, settings, kind):
        event, *_ = event_of(settings, begun(zoe, kind=kind.value))
        assert event.details.kind is kind
        assert event.details.chambers == ("77", "91")
        assert event.details.fictional

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"titre": " "}, "Donnez un titre."),
            ({"titre": "x" * 201}, "200 caractères"),
            ({"jour": "demain"}, "Choisissez un jour."),
            ({"chambres": []}, "Cochez au moins une chambre."),
            ({"chambres": ["77"]}, "Gardez votre chambre, le 91"),
            ({"chambres": ["91", "13"]}, "Cochez au moins une chambre."),
            ({"tables": "0"}, "nombre de tables"),
            ({"tables": "99999"}, "nombre de tables"),
            ({"duree": "1"}, "nombre de minutes, de 3 à 480"),
            ({"debut1": "12:00", "fin1": "09:00"}, "finit avant de commencer"),
            ({"pauses": "à midi"}, "ne se lit pas"),
            ({"horaire": "liste", "creneaux": "9h-10h\n9h30-11h"}, "commence avant la fin"),
            ({"horaire": "liste", "creneaux": ""}, "Aucun créneau ne tient"),
            ({"s_best_partners": "beaucoup"}, "un nombre de 0 à 500"),
            ({"s_best_partners": "501"}, "un nombre de 0 à 500"),
        ],
    )
    def test_that_is_wrong_says_so_beside_its_field_and_keeps_what_was_typed(
        self, zoe, values, said
    ):
        answer = begin(zoe, **{"lieu": "Évry, salle 3", **values})
        assert answer.status_code == 422
        assert said in _plain(answer.text)
        assert page_form(answer.text, "/nouveau").fields["lieu"] == ["Évry, salle 3"]
        assert 'role="alert"' in answer.text

    def test_with_a_size_below_its_minimum_is_refused(self, zoe):
        answer = begin(zoe, kind="peer_groups", s_size_min="20")
        assert answer.status_code == 422
        assert "au-dessous du plus petit" in answer.text

    def test_shows_its_slots_without_being_made(self, zoe):
        before = without_tokens(zoe.get("/evenements").text)
        answer = begin(zoe, apercu="oui", duree="45", debut2="", fin2="")
        assert answer.status_code == 200
        assert "3 créneaux" in answer.text
        assert without_tokens(zoe.get("/evenements").text) == before

    def test_whose_file_is_wrong_is_not_made(self, zoe):
        before = without_tokens(zoe.get("/evenements").text)
        answer = begin(zoe, files=upload(workbook(("Prénom", "Ville"), ("Anna", "Melun"))))
        assert answer.status_code == 422
        assert "Il manque la colonne « nom »" in _plain(answer.text)
        assert without_tokens(zoe.get("/evenements").text) == before


def _plain(html: str) -> str:
    """Text of a page with plain spaces and apostrophes."""
    text = html.replace("&#39;", "'").replace("\u202f", " ").replace("\u00a0", " ")
    return re.sub(r"\s+", " ", text)


def test_the_fields_of_settings_are_those_of_the_planners_with_their_defaults():
    from matchmaker.events.conventions.problem import Problem as Convention
    from matchmaker.events.invitations.problem import Problem as Invitations
    from matchmaker.events.peer_groups.problem import Problem as Groups
    from matchmaker.events.preparing.conventions import ConventionSettings
    from matchmaker.events.preparing.invitations import InvitationSettings
    from matchmaker.events.preparing.peer_groups import PeerGroupSettings
    from matchmaker.events.preparing.round_tables import RoundTableSettings
    from matchmaker.events.round_tables.problem import Problem as Tables

    documents = {
        EventKind.CONVENTION: (ConventionSettings, Convention),
        EventKind.ROUND_TABLES: (RoundTableSettings, Tables),
        EventKind.PEER_GROUPS: (PeerGroupSettings, Groups),
        EventKind.INVITATIONS: (InvitationSettings, Invitations),
    }
    for kind, fields in SETTING_FIELDS.items():
        known = {**documents[kind][1].model_fields, **documents[kind][0].model_fields}
        for each in fields:
            info = known[each.name]
            expected = None if info.is_required() else info.default
            given = tuple(each.default) if each.entry is Entry.CHOICE else each.default
            same = given in (expected, tuple(expected) if isinstance(expected, str) else expected)
            assert same, (kind, each.name)
            key = f"event_pages.setting.{kind}.{each.name}.label"
            assert key in catalogue("fr")


def test_every_move_has_its_words():
    for state, others in MOVES.items():
        for to in others:
            if to is not EventState.CANCELLED and state is not EventState.CANCELLED:
                assert f"event_pages.move.{state}.{to}.means" in catalogue("fr")
        assert f"done.events.moved.{state}" in catalogue("fr")


@dataclass(frozen=True)
class Table:
    """A spreadsheet with three bad rows, and what mends them, cell by cell.

    Parameters
    ----------
    room
        Page that takes it.
    header, good, bad
        Its rows.
    mends
        Right texts of the first two bad rows, by the place of the cell among those of the form.
    last
        The same for the third one.
    received, reason
        What the page says of the good rows, and of the first bad one.
    evil
        A bad row with formulas in its first two cells.
    """

    room: str
    header: tuple[str, ...]
    good: tuple[tuple, ...]
    bad: tuple[tuple, ...]
    mends: dict[int, str]
    last: tuple[int, str]
    received: str
    reason: str
    evil: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        """Lines of the bad rows."""
        return [str(len(self.good) + 2 + n) for n in range(len(self.bad))]

    def mend(self, form: PageForm) -> None:
        """Mend all three rows in a form that shows them."""
        place, text = self.last
        width = len(self.header)
        for cell, right in {**self.mends, 2 * width + place: text}.items():
            form.fields["cellule"][cell] = right


REGISTRATIONS = Table(
    room="inscriptions",
    header=HEADER,
    good=tuple(people(5)),
    bad=(
        ("Anna", "Firme A", "12345678901234", "77", "", ""),
        ("", "Firme B", "", "91", "", ""),
        ("Chloé", "Firme C", "", "91", "pas-une-adresse", ""),
    ),
    mends={2: "", 6: "Basile"},
    last=(4, "chloe@example.org"),
    received="Inscriptions reçues. Nouvelles : 5",
    reason="ce SIRET n'existe pas",
    evil=("=cmd|'/c calc'!A0", "@SUM(A1)", "123", "77", "", ""),
)
WISHES = Table(
    room="souhaits",
    header=("De", "À", "Souhait"),
    good=(("Personne 0", "Personne 1", "oui"),),
    bad=(
        ("Personne 0", "Personne 9", "oui"),
        ("Personne 2", "Personne 3", "sûrement"),
        ("Personne 1", "", "oui"),
    ),
    mends={1: "Personne 3", 5: "impératif"},
    last=(1, "Personne 2"),
    received="Souhaits reçus. Nouveaux : 1",
    reason="personne de ce nom n'est inscrit",
    evil=("=cmd|'/c calc'!A0", "@SUM(A1)", "oui"),
)


@pytest.mark.parametrize("table", [REGISTRATIONS, WISHES], ids=lambda table: table.room)
class TestBadRowsOfEitherTable:
    """Registrations and wishes are mended on the same page."""

    @pytest.fixture
    def bring(self, zoe, table):
        """Give what sends rows, on a new event."""

        def sending(*rows: tuple, name: str = "gens.xlsx") -> httpx.Response:
            data = workbook(table.header, *rows)
            if name.endswith(".csv"):
                data = _csv(table.header, *rows)
            if table is REGISTRATIONS:
                return begin(zoe, files=upload(data, name))
            event_id = begun(zoe, files=upload(workbook(HEADER, *people(5))))
            page = f"/evenements/{event_id}/souhaits"
            return send(zoe, page, "/fichier", files=upload(data, name))

        return sending

    @pytest.fixture
    def brought(self, bring, table) -> httpx.Response:
        return bring(*table.good, *table.bad)

    @pytest.fixture
    def written(self, settings, table):
        """Give what counts the rows that are in the store."""

        def counted(form: PageForm) -> int:
            _, registered, _, wishes = event_of(settings, form.action.split("/")[2])
            return len(registered if table is REGISTRATIONS else wishes)

        return counted

    def test_they_are_shown_with_their_reasons_while_the_others_went_in(
        self, table, brought, written
    ):
        text = _plain(brought.text)
        assert brought.status_code == 200
        assert table.received in text
        assert "3 lignes n'ont pas été prises." in text
        assert brought.text.count('aria-invalid="true"') == 3
        assert table.reason in text
        form = page_form(brought.text, "/corriger")
        assert form.fields["ligne"] == table.lines
        assert written(form) == len(table.good)

    def test_mended_in_place_they_go_in_and_those_still_wrong_stay(
        self, zoe, table, brought, written
    ):
        form = page_form(brought.text, "/corriger")
        for cell, right in table.mends.items():
            form.fields["cellule"][cell] = right
        answer = zoe.post(form.action, data=form.fields)
        assert answer.status_code == 200
        assert answer.text.count('aria-invalid="true"') == 1
        form = page_form(answer.text, "/corriger")
        assert form.fields["ligne"] == table.lines[2:]
        place, right = table.last
        form.fields["cellule"][place] = right
        assert zoe.post(form.action, data=form.fields).status_code == 303
        assert written(form) == len(table.good) + 3

    def test_left_aside_they_are_not_read_again(self, zoe, table, brought, written):
        form = page_form(brought.text, "/corriger").set(laisser=table.lines)
        assert zoe.post(form.action, data=form.fields).status_code == 303
        assert written(form) == len(table.good)

    def test_where_nobody_mended_them_they_come_back_as_they_are(self, zoe, brought):
        form = page_form(brought.text, "/corriger")
        answer = zoe.post(form.action, data=form.fields)
        assert answer.status_code == 422
        assert page_form(answer.text, "/corriger").fields["cellule"] == form.fields["cellule"]

    def test_they_stay_whole_when_somebody_else_was_quicker(
        self, zoe, karim, table, brought, written
    ):
        form = page_form(brought.text, "/corriger")
        page = f"/evenements/{form.action.split('/')[2]}/inscriptions/personne"
        assert send(karim, page, "/personne", name="Dora").status_code == 303
        before = written(form)
        table.mend(form)
        answer = zoe.post(form.action, data=form.fields)
        assert answer.status_code == 409
        assert "Karim" in answer.text
        again = page_form(answer.text, "/corriger")
        assert again.fields["cellule"] == form.fields["cellule"]
        assert written(form) == before
        assert zoe.post(again.action, data=again.fields).status_code == 303
        assert written(form) == before + 3

    def test_they_can_be_taken_away_as_a_file_in_which_nothing_is_a_formula(
        self, zoe, table, bring
    ):
        form = page_form(bring(table.evil, name="gens.csv").text, "/corriger")
        answer = zoe.post(form.action.replace("/corriger", "/rejets.csv"), data=form.fields)
        assert answer.headers["content-disposition"].startswith("attachment")
        head, row = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        assert row[:2] == ["'=cmd|'/c calc'!A0", "'@SUM(A1)"]
        assert row[2] == table.evil[2]
        assert row[head.index("À corriger")]

    @pytest.mark.parametrize(
        "change",
        [
            {"cellule": ["une"]},
            {"colonne": []},
            {"ligne": ["x", "8", "9"]},
            {"reste": "[[1]]"},
            {"reste": "{"},
            {"reste": '[[1, ["a"]]]'},
            {"ligne": ["9" * 25, "8", "9"]},
            {"ligne": ["-7", "8", "9"]},
        ],
    )
    def test_forms_that_are_none_of_ours_are_refused(self, zoe, brought, change):
        form = page_form(brought.text, "/corriger").set(**change)
        assert zoe.post(form.action, data=form.fields).status_code == 422


class TestBadRegistrations:
    def test_more_than_a_page_shows_follow_when_the_first_are_done(self, zoe, settings):
        bad = [(f"Personne {n}", "Firme", "1", "77", "", "") for n in range(150)]
        answer = begin(zoe, files=upload(workbook(HEADER, *bad)))
        assert "90 lignes de plus suivront" in _plain(answer.text)
        for expected in (60, 60, 30):
            form = page_form(answer.text, "/corriger")
            assert len(form.fields["ligne"]) == expected
            form.fields["cellule"][2::6] = [""] * expected
            answer = zoe.post(form.action, data=form.fields)
        assert answer.status_code == 303
        assert len(event_of(settings, form.action.split("/")[2])[1]) == 150

    def test_of_a_line_with_too_many_cells_can_be_mended(self, zoe, settings):
        text = "Nom;Entreprise\nAnna;Firme;de trop\nPaul;Autre\n"
        form = page_form(begin(zoe, files=upload(text.encode(), "gens.csv")).text, "/corriger")
        assert form.fields["cellule"] == ["Anna", "Firme de trop"]
        assert zoe.post(form.action, data=form.fields).status_code == 303
        names = [each.company for each in event_of(settings, form.action.split("/")[2])[1]]
        assert sorted(names) == ["Autre", "Firme de trop"]


class TestTheOverview:
    def test_says_what_comes_next_and_moves(self, zoe, settings):
        event_id = begun(zoe)
        page = f"/evenements/{event_id}"
        assert "Ouvrir les inscriptions" in zoe.get(page).text
        form = page_form(zoe.get(page).text, "/etat").set(vers="registering")
        answer = zoe.post(form.action, data=form.fields)
        assert answer.headers["location"].endswith("fait=events.moved.registering")
        assert "Inscrire des participants" in zoe.get(page).text
        assert event_of(settings, event_id)[0].state is EventState.REGISTERING

    def test_cancels_and_takes_up_again(self, zoe, settings):
        page = f"/evenements/{begun(zoe)}"
        for state in ("cancelled", "draft"):
            form = page_form(zoe.get(page).text, "/etat").set(vers=state)
            assert zoe.post(form.action, data=form.fields).status_code == 303
        assert event_of(settings, page.split("/")[2])[0].state is EventState.DRAFT

    def test_refuses_a_move_that_the_state_does_not_allow(self, zoe):
        page = f"/evenements/{begun(zoe)}"
        form = page_form(zoe.get(page).text, "/etat").set(vers="published")
        answer = zoe.post(form.action, data=form.fields)
        assert answer.status_code == 409
        assert "ne peut pas passer à" in _plain(answer.text)
        assert zoe.post(form.action, data={**form.fields, "vers": "x"}).status_code == 422

    def test_tells_whoever_is_late_and_writes_nothing(self, zoe, karim, settings):
        page = f"/evenements/{begun(zoe)}"
        form = page_form(zoe.get(page).text, "/etat").set(vers="registering")
        assert (
            karim.post(form.action, data={**form.fields, "csrf": _csrf(karim)}).status_code == 303
        )
        answer = zoe.post(form.action, data={**form.fields, "vers": "cancelled"})
        assert answer.status_code == 409
        assert "Karim" in answer.text
        assert event_of(settings, page.split("/")[2])[0].state is EventState.REGISTERING


def _csrf(client) -> str:
    return page_form(client.get("/evenements").text, "/deconnexion").fields["csrf"][0]


class TestADescription:
    def test_is_changed(self, zoe, settings):
        page = f"/evenements/{begun(zoe)}"
        answer = send(
            zoe,
            f"{page}/modifier",
            "/modifier",
            titre="Autre titre",
            lieu="Melun",
            tables="7",
            s_fairness="2",
        )
        assert answer.status_code == 303
        event, *_ = event_of(settings, page.split("/")[2])
        assert (event.details.title, event.details.place, event.details.tables) == (
            "Autre titre",
            "Melun",
            7,
        )
        assert event.details.settings == {"fairness": 2}
        assert [each.id for each in event.details.sessions] == ["matin", "après-midi"]

    def test_that_somebody_else_changed_keeps_what_was_typed(self, zoe, karim, settings):
        page = f"/evenements/{begun(zoe)}/modifier"
        mine = page_form(zoe.get(page).text, "/modifier").set(titre="Le mien", lieu="Évry")
        assert send(karim, page, "/modifier", titre="Le sien").status_code == 303
        answer = zoe.post(mine.action, data=mine.fields)
        assert answer.status_code == 409
        assert "Karim" in answer.text
        assert "Le sien" in answer.text
        again = page_form(answer.text, "/modifier")
        assert (again.fields["titre"], again.fields["lieu"]) == (["Le mien"], ["Évry"])
        assert zoe.post(again.action, data=again.fields).status_code == 303
        assert event_of(settings, page.split("/")[2])[0].details.title == "Le mien"

    def test_keeps_settings_that_the_form_does_not_show(self, zoe, settings):
        event_id = begun(zoe, kind="peer_groups")
        person = f"/evenements/{event_id}/inscriptions/personne"
        assert send(zoe, person, "/personne", name="Parrain", mentor="oui").status_code == 303
        send(zoe, f"/evenements/{event_id}/modifier", "/modifier", s_size_min="10")
        kept = event_of(settings, event_id)[0].details.settings
        assert (len(kept["mentors"]), kept["size_min"]) == (1, 10)

    def test_whose_slots_a_registration_needs_is_refused_with_the_reason(self, zoe):
        event_id = begun(zoe, files=upload(workbook(HEADER, ("Anna", "F", "", "77", "", "14"))))
        page = f"/evenements/{event_id}/modifier"
        answer = send(zoe, page, "/modifier", creneaux="9h-10h")
        assert answer.status_code == 422
        said = _plain(answer.text)
        assert "L'inscription de Anna ne tient pas : ce créneau n'est pas dans l'horaire" in said
        assert "Corrigez-la d'abord" in said


class TestPeople:
    @pytest.fixture
    def event_id(self, zoe):
        return begun(zoe, files=upload(workbook(HEADER, *people(3))))

    def test_are_added_by_hand_with_their_firm_from_the_directory(self, zoe, settings, event_id):
        firm = _firm(settings, "77")
        page = f"/evenements/{event_id}/inscriptions/personne"
        found = zoe.get(page, params={"q": firm.siret})
        assert f"siret={firm.siret}" in found.text
        shown = zoe.get(page, params={"siret": firm.siret}).text
        form = page_form(shown, "/personne")
        form.set(name="Odile", email="odile@example.org", unavailable="matin", max="4")
        assert zoe.post(form.action, data=form.fields).status_code == 303
        _, registered, mails, _ = event_of(settings, event_id)
        odile = next(each for each in registered if each.name == "Odile")
        assert (odile.siret, odile.department, odile.max) == (firm.siret, "77", 4)
        assert odile.unavailable == tuple(range(1, 8))
        assert mails == {odile.id: "odile@example.org"}

    def test_are_changed_and_their_email_is_kept_and_never_shown(self, zoe, settings, event_id):
        who = event_of(settings, event_id)[1][0].id
        page = f"/evenements/{event_id}/inscriptions/personne?id={who}"
        _send_person(zoe, page, email="secret@example.org")
        _send_person(zoe, page, company="Autre nom")
        _, registered, mails, _ = event_of(settings, event_id)
        assert mails == {who: "secret@example.org"}
        assert next(each for each in registered if each.id == who).company == "Autre nom"
        for path in (
            "",
            "/inscriptions",
            f"/inscriptions/personne?id={who}",
            "/souhaits",
            "/inscriptions/liste.csv",
            "/inscriptions/liste.xlsx",
        ):
            assert b"secret@example.org" not in zoe.get(f"/evenements/{event_id}{path}").content
        _send_person(zoe, page, sans_courriel="oui")
        assert event_of(settings, event_id)[2] == {}

    @pytest.mark.parametrize(
        ("field", "value", "said"),
        [
            ("name", "", "Le nom manque"),
            ("siret", "12345678901234", "Ce SIRET n'existe pas"),
            ("department", "zz", "code de département"),
            ("email", "rien", "adresse électronique"),
            ("unavailable", "nuit", "pas dans l'horaire"),
            ("min", "-1", "nombre entier"),
            ("table", "99", "cette table n'existe pas"),
        ],
    )
    def test_that_are_wrong_say_so_and_keep_the_rest(
        self, zoe, settings, event_id, field, value, said
    ):
        page = f"/evenements/{event_id}/inscriptions/personne"
        typed = {"name": "Odile", "company": "Ma firme", field: value}
        answer = _send_person(zoe, page, **typed)
        assert answer.status_code == 422
        assert said.lower() in _plain(answer.text).lower()
        form = page_form(answer.text, "/personne")
        assert form.fields["company"] == ["Ma firme"]
        assert len(event_of(settings, event_id)[1]) == 3

    def test_get_a_status_together_and_are_removed(self, zoe, settings, event_id):
        page = f"/evenements/{event_id}/inscriptions"
        ids = [each.id for each in event_of(settings, event_id)[1]]
        assert send(zoe, page, "/statut", qui=ids[:2], action="cancelled").status_code == 303
        statuses = [each.status for each in event_of(settings, event_id)[1]]
        assert sorted(statuses) == ["cancelled", "cancelled", "registered"]
        assert send(zoe, page, "/statut", qui=ids[:1], action="retirer").status_code == 303
        assert len(event_of(settings, event_id)[1]) == 2

    @pytest.mark.parametrize("action", ["", "present", "nonsense"])
    def test_get_no_status_that_no_button_sets(self, zoe, settings, event_id, action):
        page = f"/evenements/{event_id}/inscriptions"
        who = event_of(settings, event_id)[1][0].id
        assert send(zoe, page, "/statut", qui=[who], action="cancelled").status_code == 303
        assert send(zoe, page, "/statut", qui=[who], action=action).status_code == 422
        statuses = {each.id: each.status for each in event_of(settings, event_id)[1]}
        assert statuses[who] == "cancelled"

    def test_are_searched_and_filtered(self, zoe, event_id):
        page = f"/evenements/{event_id}/inscriptions"
        text = zoe.get(page, params={"q": "firme 1"}).text
        assert ("Personne 1" in text, "Personne 2" in text) == (True, False)
        assert "Personne ne correspond" in zoe.get(page, params={"q": "introuvable"}).text

    def test_of_the_other_chamber_keep_their_firm(self, zoe, karim, settings, event_id):
        firm = _firm(settings, "77")
        page = f"/evenements/{event_id}/inscriptions/personne"
        _send_person(karim, page, name="Paul", siret=firm.siret)
        who = next(e.id for e in event_of(settings, event_id)[1] if e.name == "Paul")
        answer = _send_person(zoe, f"{page}?id={who}", siret="", department="91")
        assert answer.status_code == 403
        assert "relève de l'autre chambre" in _plain(answer.text)

    def test_go_out_and_come_in_again_unchanged(self, zoe, settings, event_id):
        page = f"/evenements/{event_id}/inscriptions"
        before = event_of(settings, event_id)[1]
        for name in ("liste.xlsx", "liste.csv"):
            data = zoe.get(f"{page}/{name}").content
            assert send(zoe, page, "/inscriptions", files=upload(data, name)).status_code == 303
        assert event_of(settings, event_id)[1] == before

    def test_come_in_by_the_template(self, zoe, settings, event_id):
        page = f"/evenements/{event_id}/inscriptions"
        book = openpyxl.load_workbook(io.BytesIO(zoe.get(f"{page}/modele.xlsx").content))
        sheet = book.worksheets[0]
        names = [cell.value for cell in sheet[1]]
        sheet.cell(2, names.index("Prénom") + 1, "Rose")
        sheet.cell(2, names.index("Nom") + 1, "Martin")
        sheet.cell(2, names.index("Statut") + 1, "invité")
        buffer = io.BytesIO()
        book.save(buffer)
        assert send(zoe, page, "/inscriptions", files=upload(buffer.getvalue())).status_code == 303
        rose = next(e for e in event_of(settings, event_id)[1] if e.name == "Rose Martin")
        assert rose.status == "invited"


def _firm(settings, department: str):
    store = open_store(settings.store_url)
    with store.reading() as unit:
        sirets = unit.companies.frame()["siret"].to_list()
        shown = unit.companies.servable(sirets)
    store.close()
    return next(each for each in shown.values() if each.department == department and each.name)


def _send_person(client, page, **values) -> httpx.Response:
    return send(client, page, "/personne", **values)


class TestWishes:
    @pytest.fixture
    def event_id(self, zoe):
        return begun(zoe, files=upload(workbook(HEADER, *people(4))))

    def test_are_added_shown_and_taken_back(self, zoe, settings, event_id):
        page = f"/evenements/{event_id}/souhaits"
        a, b = (each.id for each in event_of(settings, event_id)[1][:2])
        answer = send(zoe, page, "/souhaits", de=a, vers=b, souhait="must", deja="oui")
        assert answer.status_code == 303
        (wish,) = event_of(settings, event_id)[3]
        assert (wish.wisher, wish.wished, wish.kind, wish.met_before) == (a, b, "must", True)
        assert send(zoe, page, "/retirer").status_code == 303
        assert event_of(settings, event_id)[3] == ()

    @pytest.mark.parametrize("change", [{"de": ""}, {"vers": "a"}, {"souhait": "peut-être"}])
    def test_that_are_none_are_refused(self, zoe, settings, event_id, change):
        page = f"/evenements/{event_id}/souhaits"
        values = {"de": "a", "vers": "b", "souhait": "yes", **change}
        assert send(zoe, page, "/souhaits", **values).status_code == 422
        assert event_of(settings, event_id)[3] == ()

    def test_come_from_a_spreadsheet_with_the_kinds_that_it_names(self, zoe, settings, event_id):
        rows = [("Personne 0", "Personne 1", "oui"), ("Personne 2", "Personne 3", "impératif")]
        data = workbook(WISHES.header, *rows)
        page = f"/evenements/{event_id}/souhaits"
        assert send(zoe, page, "/fichier", files=upload(data)).status_code == 303
        assert sorted(each.kind for each in event_of(settings, event_id)[3]) == ["must", "yes"]

    def test_of_an_event_that_takes_none_are_not_offered(self, zoe):
        page = f"/evenements/{begun(zoe)}/souhaits"
        assert "/souhaits/fichier" not in zoe.get(page).text


PAGES = (
    "",
    "/modifier",
    "/inscriptions",
    "/inscriptions/personne",
    "/inscriptions/modele.xlsx",
    "/inscriptions/liste.xlsx",
    "/inscriptions/liste.csv",
    "/souhaits",
    "/souhaits/modele.xlsx",
    "/invitations",
    "/invitations/liste.csv",
    "/invitations/liste.xlsx",
)
CHANGES = (
    "/etat",
    "/modifier",
    "/inscriptions",
    "/inscriptions/corriger",
    "/inscriptions/statut",
    "/inscriptions/rejets.csv",
    "/inscriptions/personne",
    "/souhaits",
    "/souhaits/retirer",
    "/souhaits/fichier",
    "/souhaits/corriger",
    "/souhaits/rejets.csv",
    "/invitations/liste",
    "/invitations/envoyee",
    "/invitations/inviter",
)


class TestRights:
    @pytest.fixture(scope="class")
    def own(self, zoe):
        return begun(zoe, chambres=["91"])

    def test_the_other_chamber_does_not_see_that_the_event_is_there(self, karim, own):
        assert own not in karim.get("/evenements?periode=tous").text
        for path in PAGES:
            assert karim.get(f"/evenements/{own}{path}").status_code == 404, path
        filled = {
            "csrf": _csrf(karim),
            "version": "1",
            "vers": "draft",
            "vague": "1",
            "source": "liste:x",
            "colonne": "nom",
            "cellule": "A",
            "ligne": "2",
            "action": "retirer",
        }
        for path in CHANGES:
            answer = karim.post(f"/evenements/{own}{path}", data=filled)
            assert answer.status_code == 404, (path, answer.status_code)

    @pytest.mark.parametrize("path", CHANGES)
    def test_a_change_without_the_token_is_refused(self, zoe, own, path):
        answer = zoe.post(f"/evenements/{own}{path}", data={"version": "1"})
        assert answer.status_code == 403

    def test_entrepreneurs_and_strangers_have_no_events(self, settings, door, own):
        firm = _firm(settings, "91").siret
        cookies, _ = session_of(settings, Role.ENTREPRENEUR, companies=[firm])
        with httpx.Client(base_url=door.base_url, cookies=cookies) as client:
            for path in ("/evenements", "/evenements/nouveau", f"/evenements/{own}"):
                assert client.get(path).status_code == 403
        with httpx.Client(base_url=door.base_url) as client:
            assert client.get("/evenements").headers["location"].startswith("/connexion")

    def test_the_id_of_a_form_reaches_no_event_of_another_chamber(self, karim, settings, own):
        form = page_form(karim.get("/evenements/nouveau").text, "/nouveau")
        form.set(titre="À moi", jour="2027-03-18", evenement=own)
        answer = karim.post(form.action, data=form.fields)
        assert answer.status_code == 303
        assert own not in answer.headers["location"]
        assert event_of(settings, own)[0].details.title == "Techinnov"


def test_script_in_any_free_text_is_text(zoe, settings):
    row = (SCRIPT, SCRIPT, "", "77", "", "")
    event_id = begun(
        zoe, lieu=SCRIPT, files=upload(workbook(HEADER, row, ("B", "C", "", "91", "", "")))
    )
    send(zoe, f"/evenements/{event_id}/modifier", "/modifier", titre=SCRIPT)
    a, b = (each.id for each in event_of(settings, event_id)[1])
    send(zoe, f"/evenements/{event_id}/souhaits", "/souhaits", de=a, vers=b)
    pages = [
        zoe.get(f"/evenements/{event_id}{path}").text
        for path in (
            "",
            "/modifier",
            "/inscriptions",
            "/souhaits",
            "/invitations",
            f"/inscriptions/personne?id={a}",
            f"/inscriptions?q={SCRIPT}",
            f"/inscriptions/personne?q={SCRIPT}",
        )
    ]
    bad = begin(
        zoe,
        files=upload(
            workbook((*HEADER, SCRIPT), (SCRIPT, "", "1", "77", SCRIPT, "", SCRIPT)),
            "<script>.xlsx",
        ),
    )
    wrong = begin(zoe, lieu=SCRIPT, pauses=SCRIPT, titre=" ")
    for text in (*pages, zoe.get("/evenements").text, bad.text, wrong.text):
        assert "alert(1)" in text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert 'style="' not in text


def test_lists_that_go_out_hold_no_formula(zoe):
    row = ("=HYPERLINK(1)", "+33 1", "", "77", "", "")
    event_id = begun(zoe, files=upload(_csv(HEADER, row), "gens.csv"))
    page = f"/evenements/{event_id}/inscriptions"
    text = zoe.get(f"{page}/liste.csv").content.decode("utf-8-sig")
    (line,) = list(csv.reader(io.StringIO(text), delimiter=";"))[1:]
    assert line[1:3] == ["'=HYPERLINK(1)", "'+33 1"]
    book = openpyxl.load_workbook(io.BytesIO(zoe.get(f"{page}/liste.xlsx").content))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}


def _csv(*rows: tuple) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode()


class TestInvitations:
    @pytest.fixture(scope="class")
    def event_id(self, zoe):
        values = {"s_theme": "bois", "s_size": "8", "s_budget": "30", "s_k": "1"}
        return begun(zoe, kind="invitations", **values)

    def test_are_chosen_sent_in_waves_and_followed(self, zoe, settings, event_id):
        page = f"/evenements/{event_id}/invitations"
        answer = send(zoe, page, "/liste")
        assert answer.status_code == 303, _plain(answer.text)[:1500]
        text = zoe.get(page).text
        assert "La vague 1 est partie" in text
        assert 'class="badge"' in text
        rows = list(
            csv.reader(
                io.StringIO(zoe.get(f"{page}/liste.csv").content.decode("utf-8-sig")), delimiter=";"
            )
        )
        invited = [row for row in rows[1:] if row[0] == "1"]
        assert all(row[2] and row[-1] == "Fictif" for row in rows[1:])
        assert send(zoe, page, "/envoyee", vague="1").status_code == 303
        event, registered, _, _ = event_of(settings, event_id)
        assert event.details.settings["waves_sent"] == 1
        assert {each.siret for each in registered} == {row[1] for row in invited}
        assert {each.status for each in registered} == {"invited"}

    def test_are_taken_over_by_another_event(self, zoe, settings, event_id):
        other = begun(zoe, kind="round_tables")
        page = f"/evenements/{other}/invitations"
        assert send(zoe, page, "/inviter").status_code == 303
        registered = event_of(settings, other)[1]
        assert registered
        assert {each.status for each in registered} == {"invited"}
        again = send(zoe, page, "/inviter")
        assert again.headers["location"].endswith("fait=events.nobody_new")

    def test_of_another_chamber_are_not_taken_over(self, zoe, karim, settings):
        source = begun(zoe, kind="invitations", chambres=["91"])
        other = begun(karim, kind="round_tables", chambres=["77"])
        page = f"/evenements/{other}/inscriptions"
        form = page_form(karim.get(page).text, "/inscriptions")
        data = {"csrf": form.fields["csrf"], "version": "1", "source": f"evenement:{source}"}
        answer = karim.post(f"/evenements/{other}/invitations/inviter", data=data)
        assert answer.status_code == 404
        assert event_of(settings, other)[1] == ()

    def test_that_cannot_be_say_why(self, zoe):
        values = {"s_size": "900", "s_budget": "901", "s_k": "2"}
        page = f"/evenements/{begun(zoe, kind='invitations', **values)}/invitations"
        answer = send(zoe, page, "/liste")
        assert answer.status_code == 422
        assert "Aucune liste ne convient" in answer.text
