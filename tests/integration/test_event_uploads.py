"""Files that an adviser sends: what is no plain spreadsheet is refused in one clear sentence."""

from __future__ import annotations

import io
import re
import time
import zipfile

import httpx
import openpyxl
import pytest
from page_forms import page_form
from servers import copied, serving
from sign_ins import session_of

from api.app import create_app
from api.pages.events.uploads import MOST_ROWS
from matchmaker.accounts.roles import Role
from matchmaker.settings import EventSettings
from matchmaker.store import open_store

LONGEST_BODY = 3_000_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)
BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + ']><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&i;</t></is></c></row></sheetData>'
    "</worksheet>"
)


@pytest.fixture(scope="module")
def settings(demo_home, tmp_path_factory):
    events = EventSettings(max_body_bytes=LONGEST_BODY)
    return copied(demo_home, tmp_path_factory.mktemp("uploads") / "home", events=events)


@pytest.fixture(scope="module")
def client(settings):
    cookies, _ = session_of(settings, Role.ADVISER, chamber="91")
    with serving(create_app(settings)) as door:
        origin = {"Origin": str(door.base_url).rstrip("/")}
        with httpx.Client(
            base_url=door.base_url, timeout=60, cookies=cookies, headers=origin
        ) as client:
            yield client


@pytest.fixture(scope="module")
def event_id(client):
    form = page_form(client.get("/evenements/nouveau").text, "/nouveau")
    form.set(titre="Techinnov", jour="2027-03-18")
    location = client.post(form.action, data=form.fields).headers["location"]
    return re.search(r"/evenements/(\w+)", location)[1]


def workbook(*rows: tuple, **members: str | bytes) -> bytes:
    """Write a workbook; some of its members may be put in the place of those it has."""
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    for row in rows or [("Nom",), ("Anna",)]:
        book.active.append(row)
    book.save(buffer)
    return with_members(buffer.getvalue(), members) if members else buffer.getvalue()


def with_members(data: bytes, members: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in members:
                new.writestr(name, old.read(name))
        for name, content in members.items():
            new.writestr(name, content)
    return buffer.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def merged() -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.active.append(("Nom", "Entreprise"))
    book.active.append(("Anna", "Firme"))
    book.active.merge_cells("A2:B2")
    book.save(buffer)
    return buffer.getvalue()


def bomb() -> bytes:
    return workbook(**{SHEET: bytes(70 * 1024 * 1024)})


FILES = [
    ("gens.xlsx", b"", "vide"),
    ("", b"", "Aucun fichier n'est choisi"),
    ("gens.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "ne peut pas être lu"),
    ("gens.xlsx", workbook(("Nom", "Entreprise")), "première feuille"),
    ("gens.csv", "Nom;Entreprise\nZoé;Évry\n".encode("mac_roman"), "UTF-8"),
    ("gens.csv", b"Nom;Entreprise\n", "vide"),
    ("gens.xlsx", OLE, "mot de passe"),
    ("gens.xls", OLE, "mot de passe"),
    ("gens.xlsx", b"Nom;Entreprise\nAnna;Firme\n", "n'est pas un classeur Excel"),
    ("gens.xlsx", b"%PDF-1.7 \x00\x01\x02\xff", "n'est pas un classeur Excel"),
    ("photo.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff", "ne peut pas être lu"),
    ("gens.csv", b"\x7fELF\x02\x01\x01\x00\xff", "ne peut pas être lu"),
    ("page.csv", b"<!doctype html><p>Nom</p>", "ne peut pas être lu"),
    ("gens.csv", "Nom;Entreprise\nZoé;Évry\n".encode("utf-16"), "UTF-8"),
    ("gens.csv", b'Nom;Entreprise\n"Anna;Firme\nPaul;Autre\n', "guillemet"),
    ("gens.xlsx", workbook(("Ville",), ("Melun",)), "Il manque la colonne « nom »"),
    ("gens.xlsx", workbook(("Nom", "Nom"), ("Anna", "B")), "deux fois"),
    ("gens.xlsx", workbook(("Nom", "Name"), ("Anna", "B")), "la même chose"),
    ("gens.xlsm", workbook(**{"xl/vbaProject.bin": OLE}), "macros"),
    ("gens.xlsx", workbook(**{"xl/vbaProject.bin": OLE}), "macros"),
    ("gens.xlsx", merged(), "fusionnées"),
    ("gens.xlsx", workbook(**{SHEET: "<worksheet><sheetData>"}), "abîmé"),
    ("gens.xlsx", workbook()[:-40], "n'est pas un classeur Excel|abîmé"),
    ("gens.xlsx", workbook(**{SHEET: BILLION_LAUGHS}), "abîmé|vide"),
]


def send(client, event_id, name, data, kind="application/octet-stream") -> httpx.Response:
    page = f"/evenements/{event_id}/inscriptions"
    form = page_form(client.get(page).text, "/inscriptions")
    return client.post(form.action, data=form.fields, files={"fichier": (name, data, kind)})


def alert(answer: httpx.Response) -> str:
    (said,) = re.findall(r'<p class="notice problem" role="alert">(.*?)</p>', answer.text)
    return said.replace("&#39;", "'").replace("\u202f", " ").replace("\u00a0", " ")


def registered(settings, event_id) -> int:
    store = open_store(settings.store_url)
    with store.reading() as unit:
        count = len(unit.events.registrations.all(event_id))
    store.close()
    return count


@pytest.mark.parametrize(("name", "data", "said"), FILES)
def test_a_file_that_is_no_spreadsheet_is_refused_in_one_sentence(
    client, settings, event_id, name, data, said
):
    answer = send(client, event_id, name, data)
    assert answer.status_code == 422
    assert re.search(said, alert(answer)), alert(answer)
    assert registered(settings, event_id) == 0


@pytest.mark.parametrize("path", ["/nouveau", "/souhaits"])
def test_every_other_upload_refuses_a_workbook_with_macros(client, event_id, path):
    page = "/evenements/nouveau"
    if path == "/souhaits":
        opened = page_form(client.get(f"/evenements/{event_id}").text, "/etat")
        csrf, version = opened.fields["csrf"], opened.fields["version"]
        data, target = (
            {"csrf": csrf, "version": version},
            f"/evenements/{event_id}/souhaits/fichier",
        )
    else:
        form = page_form(client.get(page).text, "/nouveau").set(titre="T", jour="2027-03-18")
        data, target = form.fields, form.action
    files = {"fichier": ("gens.xlsx", workbook(**{"xl/vbaProject.bin": OLE}), "text/csv")}
    answer = client.post(target, data=data, files=files)
    assert answer.status_code == 422
    assert "macros" in alert(answer)


def test_no_file_at_all_is_asked_for(client, event_id):
    page = f"/evenements/{event_id}/inscriptions"
    form = page_form(client.get(page).text, "/inscriptions")
    answer = client.post(form.action, data=form.fields)
    assert answer.status_code == 422
    assert alert(answer)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(client, event_id):
    data = bomb()
    assert len(data) < 200_000
    began = time.monotonic()
    answer = send(client, event_id, "gens.xlsx", data)
    assert answer.status_code == 422
    assert "trop gros" in alert(answer)
    assert time.monotonic() - began < 10


def test_a_zip_that_lies_about_its_size_is_refused(client, event_id):
    """Its table of contents says ten bytes; its content goes on for seventy megabytes."""
    data = bytearray(workbook(**{SHEET: bytes(70 * 1024 * 1024)}))
    size = (70 * 1024 * 1024).to_bytes(4, "little")
    assert size in data
    lying = bytes(data).replace(size, (10).to_bytes(4, "little"))
    answer = send(client, event_id, "gens.xlsx", lying)
    assert answer.status_code == 422
    assert re.search("abîmé|vide|trop gros", alert(answer))


def test_a_body_of_100_megabytes_is_refused_unread(client, event_id):
    page = f"/evenements/{event_id}/inscriptions"
    form = page_form(client.get(page).text, "/inscriptions")
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = client.post(form.action, content=b"x" * (LONGEST_BODY + 1), headers=kind)
    assert answer.status_code == 413
    assert "dépasse la taille permise" in answer.text
    whole = {**kind, "Content-Length": str(100 * 1024 * 1024)}
    pieces = (bytes(65_536) for _ in range(1_600))
    try:
        answer = client.post(form.action, content=pieces, headers=whole)
    except httpx.TransportError:
        return  # The answer went out before the body was read, and the connection was cut.
    assert answer.status_code == 413


def test_too_many_rows_are_refused(client, settings, event_id):
    text = "Nom\n" + "Anna\n" * (MOST_ROWS + 1)
    answer = send(client, event_id, "gens.csv", text.encode())
    assert answer.status_code == 422
    assert f"{MOST_ROWS} au plus" in alert(answer)
    assert registered(settings, event_id) == 0


def test_the_name_of_a_file_is_shown_without_folders_and_as_text(client, event_id):
    answer = send(client, event_id, "..\\..\\<script>alert(1)</script>/<b>gens</b>.xlsx", b"")
    assert "<script>alert" not in answer.text
    assert ".." not in alert(answer)


def test_more_fields_or_longer_ones_than_a_page_has_are_refused(client, event_id):
    page = f"/evenements/{event_id}/inscriptions"
    form = page_form(client.get(page).text, "/inscriptions")
    path = f"{page}/corriger"
    many = {**form.fields, "cellule": ["x"] * 2_001}
    assert client.post(path, data=many).status_code == 400
    long = {**form.fields, "reste": "x" * 262_145}
    answer = client.post(path, data=long, files={"fichier": ("a.csv", b"x", "text/csv")})
    assert answer.status_code == 400
