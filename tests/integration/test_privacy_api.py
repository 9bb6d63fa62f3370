"""Opposition, access, erasure and profiles over HTTP, up to the next night."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import numpy as np
import pytest
from servers import copied, served, worker
from sign_ins import key_headers, session_of

import api.privacy_schemas as schemas
from matchmaker.accounts.roles import Right, Role
from matchmaker.companies import Company, Contact, Diffusion, Profile
from matchmaker.privacy.retention import PERIODS
from matchmaker.settings import Settings
from matchmaker.store import open_store
from matchmaker.texts import catalogue
from pipelines.nightly import run_nightly

AT = datetime(2026, 11, 24, tzinfo=UTC)
ADDRESS = "zoe@tolerie.example"
DECLARED = {
    "consent": True,
    "activity": "Tôlerie fine",
    "offers": "Découpe laser",
    "needs": "Traitement de surface",
    "themes": ["industrie"],
    "certifications": ["ISO 9001"],
    "capacity": 2,
    "public_name": None,
    "contact": {"name": "Zoé Martin", "email": ADDRESS, "phone": "01 64 00 00 00"},
}


@pytest.fixture(scope="module")
def home(demo_home, tmp_path_factory) -> Settings:
    """Copy the home once: each test writes on firms of its own."""
    return copied(demo_home, tmp_path_factory.mktemp("privacy") / "home")


@pytest.fixture(scope="module")
def client(home) -> Iterator[httpx.Client]:
    with served(home) as client:
        yield client


@pytest.fixture(scope="module")
def served_firms(home) -> dict[str, list[str]]:
    """Firms of the published snapshot, by department."""
    snapshots = home.snapshots_folder
    folder = snapshots / (snapshots / "CURRENT").read_text().strip()
    sirets = [str(siret) for siret in np.load(folder / "model" / "sirets.npy")]
    found: dict[str, list[str]] = {}
    with read(home) as unit:
        for siret, company in unit.companies.many(sirets).items():
            found.setdefault(company.department, []).append(siret)
    return found


class read:
    """Read, or write, the store of a home."""

    def __init__(self, settings: Settings) -> None:
        self._store = open_store(settings.store_url)
        self._unit = self._store.unit()

    def __enter__(self):
        return self._unit.__enter__()

    def __exit__(self, *raised):
        try:
            return self._unit.__exit__(*raised)
        finally:
            self._store.close()


def signed_in(
    client: httpx.Client, home: Settings, role: Role, *companies: str, chamber: str | None = None
) -> httpx.Client:
    cookies, headers = session_of(home, role, companies, chamber)
    return httpx.Client(base_url=client.base_url, cookies=cookies, headers=headers, timeout=30)


def suggested(client: httpx.Client, siret: str) -> list[str]:
    answer = client.get(f"/v1/companies/{siret}/suggestions", params={"limit": 100})
    assert answer.status_code == 200, answer.text
    return [item["partner"]["siret"] for item in answer.json()["items"]]


# Opposition


def test_a_firm_keeps_itself_out_and_comes_back(client, home, served_firms):
    siret, other = served_firms["77"][:2]
    with signed_in(client, home, Role.ENTREPRENEUR, siret) as own:
        assert own.put(f"/v1/companies/{siret}/opt-out", json={"reason": "non"}).status_code == 204
        assert client.get(f"/v1/companies/{siret}").status_code == 404
        assert client.get(f"/v1/companies/{siret}/suggestions").status_code == 404
        assert own.delete(f"/v1/companies/{siret}/opt-out").status_code == 204
        assert client.get(f"/v1/companies/{siret}").status_code == 200
        for method in ("PUT", "DELETE"):
            answer = own.request(method, f"/v1/companies/{other}/opt-out")
            assert answer.status_code == 403
    assert client.get(f"/v1/companies/{other}").status_code == 200


def test_an_adviser_acts_for_firms_of_the_chamber_alone(client, home, served_firms):
    own, others = served_firms["77"][2], served_firms["91"][2]
    with signed_in(client, home, Role.ADVISER, chamber="77") as adviser:
        for path in ("opt-out", "data", "profile"):
            for siret, allowed in ((own, True), (others, False)):
                method = "DELETE" if path == "opt-out" else "GET"
                answer = adviser.request(method, f"/v1/companies/{siret}/{path}")
                assert (answer.status_code != 403) is allowed, (path, siret)
                assert answer.status_code < 500


def test_nobody_does_anything_without_signing_in(client, served_firms):
    siret = served_firms["77"][0]
    with httpx.Client(base_url=client.base_url) as stranger:
        for method, path in (
            ("PUT", f"companies/{siret}/opt-out"),
            ("GET", f"companies/{siret}/data"),
            ("DELETE", f"companies/{siret}/data"),
            ("GET", f"companies/{siret}/profile"),
            ("PUT", f"companies/{siret}/profile"),
            ("GET", "account/data"),
            ("DELETE", "account"),
        ):
            assert stranger.request(method, f"/v1/{path}").status_code == 401, path
    # A service key has neither of these rights, whatever its scopes.
    assert client.get(f"/v1/companies/{siret}/data").status_code == 403
    assert client.get("/v1/account/data").status_code == 403


def test_a_firm_that_nobody_knows_may_be_kept_out(client):
    siret = "73282932000074"
    assert client.put(f"/v1/companies/{siret}/opt-out").status_code == 204
    assert client.delete(f"/v1/companies/{siret}/opt-out").status_code == 204


# Profiles


def test_a_firm_declares_itself(client, home, served_firms):
    siret = served_firms["77"][3]
    with signed_in(client, home, Role.ENTREPRENEUR, siret) as own:
        written = own.put(f"/v1/companies/{siret}/profile", json=DECLARED)
        assert written.status_code == 200, written.text
        schemas.ProfileAnswer.model_validate(written.json())
        assert {name: written.json()[name] for name in DECLARED} == DECLARED
        assert written.json()["changed_by"] == "Zoé Martin"
        assert own.get(f"/v1/companies/{siret}/profile").json() == written.json()
        sheet = client.get(f"/v1/companies/{siret}").json()
        assert sheet["profile"]["offers"] == "Découpe laser"
        assert ADDRESS not in json.dumps(sheet)
        bare = own.put(f"/v1/companies/{siret}/profile", json={"consent": False})
        assert bare.json()["contact"] == {"name": None, "email": None, "phone": None}
    assert client.get(f"/v1/companies/{siret}").json()["profile"] is None
    with read(home) as unit:
        actions = [line.action for line in unit.audit.list() if line.subject == siret]
        assert [each.purpose for each in unit.contacts.list(siret)] == ["profile"]
    assert actions == ["profile.changed", "profile.changed"]


def test_a_contact_that_was_written_into_a_text_is_not_on_the_sheet(client, home, served_firms):
    siret = served_firms["77"][4]
    texts = {
        "offers": "Découpe ; zoe@secret.example",
        "needs": "Tél. 06 12 34 56 78, vite",
        "themes": ["export, voir secret.example.com"],
        "certifications": ["ISO 9001, 06 12 34 56 78"],
    }
    with signed_in(client, home, Role.ENTREPRENEUR, siret) as own:
        written = own.put(f"/v1/companies/{siret}/profile", json={"consent": True, **texts})
        assert written.json()["needs"] == texts["needs"], "to its own people it is shown as it is"
        page = own.get(f"/entreprises/{siret}/fiche").text
    sheet = client.get(f"/v1/companies/{siret}").text
    for shown in (sheet, page):
        assert "Découpe" in shown
        assert "secret.example" not in shown
        assert "34 56" not in shown


BAD = [
    {},
    {"consent": True, "public_name": "Zo\u202eélif"},
    {"consent": True, "contact": {"name": "Zoé\u2028Martin"}},
    {"consent": "yes"},
    {"consent": True, "siret": "73282932000074"},
    {"consent": True, "source": "file:a"},
    {"consent": True, "changed_by": "Somebody else"},
    {"consent": True, "capacity": -1},
    {"consent": True, "capacity": "3"},
    {"consent": True, "capacity": 10**20},
    {"consent": True, "offers": "x" * 4001},
    {"consent": True, "needs": "a\x00b"},
    {"consent": True, "themes": [""]},
    {"consent": True, "themes": ["x"] * 21},
    {"consent": True, "public_name": "Zoé\r\nBcc: all@example.org"},
    {"consent": True, "contact": {"email": "no address"}},
    {"consent": True, "contact": {"email": "a@b.fr\r\nBcc: c@d.fr"}},
    {"consent": True, "contact": {"email": "a@b.fr, c@d.fr"}},
    {"consent": True, "contact": {"name": "Zoé\nMartin"}},
    {"consent": True, "contact": {"phone": "call me"}},
    {"consent": True, "contact": {"fax": "01 64 00 00 00"}},
    [],
    "profile",
]


@pytest.mark.parametrize("body", BAD, ids=range(len(BAD)))
def test_a_wrong_profile_is_refused_and_nothing_is_written(client, home, served_firms, body):
    siret = served_firms["77"][4]
    with read(home) as unit:
        before = unit.profiles.get(siret)
    answer = client.put(f"/v1/companies/{siret}/profile", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]
    with read(home) as unit:
        assert unit.profiles.get(siret) == before


def test_consent_that_is_withdrawn_holds_at_the_next_request(client, home, served_firms):
    reader = served_firms["77"][5]
    partner = suggested(client, reader)[0]
    with signed_in(client, home, Role.ENTREPRENEUR, partner) as own:
        assert own.put(f"/v1/companies/{partner}/profile", json={"consent": False}).is_success
        assert partner not in suggested(client, reader)
        assert own.put(f"/v1/companies/{partner}/profile", json={"consent": True}).is_success
        assert partner in suggested(client, reader)


def test_a_profile_of_nobody_is_not_found(client):
    assert client.get("/v1/companies/73282932000074/profile").status_code == 404
    answer = client.put("/v1/companies/73282932000074/profile", json={"consent": True})
    assert answer.status_code == 404


def test_a_key_of_one_chamber_reaches_its_firms(client, home, served_firms):
    headers = key_headers(home, Right.PROFILE, chamber="91")
    with httpx.Client(base_url=client.base_url, headers=headers) as key:
        for department, status in (("91", 200), ("77", 403)):
            siret = served_firms[department][6]
            assert key.get(f"/v1/companies/{siret}/profile").status_code == status


def test_a_theme_that_is_withdrawn_is_said_no_more(client, home, served_firms):
    found = None
    for reader in served_firms["77"]:
        items = client.get(f"/v1/companies/{reader}/suggestions", params={"limit": 100}).json()
        for item in items.get("items", ()):
            for reason in item["reasons"]["company"]:
                if reason["topic"] == "themes_shared":
                    found = reader, item["partner"]["siret"], reason["evidence"]["themes"]
        if found:
            break
    assert found, "the fictional territory has shared themes"
    reader, partner, themes = found
    with read(home) as unit:
        unit.profiles.upsert([replace(unit.profiles.get(partner), themes=())])
    items = client.get(f"/v1/companies/{reader}/suggestions", params={"limit": 100}).json()["items"]
    reasons = next(item["reasons"] for item in items if item["partner"]["siret"] == partner)
    topics = {reason["topic"] for side in reasons.values() for reason in side}
    assert "themes_shared" not in topics
    assert themes


# Access


def test_a_firm_reads_all_that_is_held_on_it(client, home, served_firms):
    siret = served_firms["77"][7]
    with signed_in(client, home, Role.ENTREPRENEUR, siret) as own:
        assert own.put(f"/v1/companies/{siret}/profile", json=DECLARED).is_success
        assert client.get(f"/v1/companies/{siret}/profile").is_success
        document = own.get(f"/v1/companies/{siret}/data").json()
    schemas.DataAnswer.model_validate(document)
    tables = document["tables"]
    assert tables["companies"][0]["siret"] == siret
    assert tables["profiles"][0]["contact_email"] == ADDRESS
    assert [(each["actor"], each["purpose"]) for each in tables["contact_reads"]] == [
        ("key tests", "profile")
    ]


def test_a_person_reads_all_that_is_held_on_them(client, home, served_firms):
    siret = served_firms["77"][8]
    with signed_in(client, home, Role.ENTREPRENEUR, siret) as own:
        document = own.get("/v1/account/data").json()
    schemas.DataAnswer.model_validate(document)
    account = document["tables"]["accounts"][0]
    assert "password_hash" not in account
    assert [each["siret"] for each in document["tables"]["account_companies"]] == [siret]
    assert "digest" not in json.dumps(document["tables"])


# Erasure


def test_an_account_that_is_erased_lets_nobody_in(client, home):
    with signed_in(client, home, Role.ENTREPRENEUR) as own:
        email = own.get("/v1/account/data").json()["tables"]["accounts"][0]["email"]
        assert own.delete("/v1/account").status_code == 204
        assert own.get("/v1/account/data").status_code == 401
    with read(home) as unit:
        assert unit.accounts.by_email(email) is None


def test_a_change_without_its_token_erases_nobody(client, home, served_firms):
    siret = served_firms["77"][9]
    cookies, headers = session_of(home, Role.ENTREPRENEUR, [siret])
    _, others = session_of(home, Role.ENTREPRENEUR, [siret])
    with httpx.Client(base_url=client.base_url, cookies=cookies) as forged:
        for token in ({}, others, {"X-CSRF-Token": ""}):
            for path in ("account", f"companies/{siret}/data"):
                assert forged.delete(f"/v1/{path}", headers=token).status_code == 403
        assert forged.get("/v1/account/data", headers=headers).status_code == 200


def test_an_erased_firm_is_gone_from_every_worker_at_once(home, served_firms):
    reader = served_firms["91"][10]
    with served(home) as one, worker(home) as two:
        partner = suggested(two, reader)[0]
        assert partner in suggested(one, reader)
        with signed_in(one, home, Role.ADMINISTRATOR) as administrator:
            answer = administrator.delete(f"/v1/companies/{partner}/data")
        assert answer.status_code == 200, answer.text
        schemas.ErasedAnswer.model_validate(answer.json())
        assert answer.json()["removed"]["companies"] == 1
        for each in (one, two):
            assert partner not in suggested(each, reader)
            assert each.get(f"/v1/companies/{partner}").status_code == 404
            assert each.get(f"/v1/companies/{partner}/suggestions").status_code == 404
            assert each.get("/v1/companies", params={"q": partner}).json()["total"] == 0


# Names of persons, refusal of prospection, and the next night


def test_the_next_night_knows_neither_erased_nor_hidden_firms(demo_home, tmp_path, served_firms):
    home = copied(demo_home, tmp_path / "home")
    erased, hidden, agreeing = served_firms["91"][:3]
    secret = "polissage quantique"
    with read(home) as unit:
        texts = {siret: Profile(siret, consent=True, offers=secret) for siret in (erased, agreeing)}
        unit.profiles.upsert(texts.values())
        unit.profiles.remove(hidden)
        for siret in (hidden, agreeing):
            firm = unit.companies.get(siret)
            unit.companies.upsert([_refusing(firm)])
        agreed = replace(texts[agreeing], public_name="Zoé Martin", contact=Contact("Zoé", ADDRESS))
        unit.profiles.upsert([agreed])
    with served(home) as client:
        assert hidden not in {
            partner for reader in served_firms["77"][:40] for partner in suggested(client, reader)
        }, "at once, before any night"
        for text in (hidden, "Zoé Martin"):
            assert client.get("/v1/companies", params={"q": text}).json()["total"] == 0
        sheet = client.get(f"/v1/companies/{agreeing}").json()
        assert (sheet["name"], sheet["display_name"]) == ("Zoé Martin", "Zoé Martin")
        assert client.get(f"/v1/companies/{hidden}").json()["name"] is None
        with signed_in(client, home, Role.ADVISER, chamber="91") as adviser:
            assert adviser.delete(f"/v1/companies/{erased}/data").status_code == 200
    store = open_store(home.store_url)
    run_nightly(store, home, at=AT + timedelta(days=1), announce=lambda _: None)
    store.close()
    folder = home.snapshots_folder / (home.snapshots_folder / "CURRENT").read_text().strip()
    sirets = {str(siret) for siret in np.load(folder / "model" / "sirets.npy")}
    assert agreeing in sirets
    assert not {erased, hidden} & sirets
    assert erased.encode() not in b"".join(_files(folder))


def _refusing(firm: Company) -> Company:
    """Make a sole trader who refuses to have their data spread."""
    return replace(firm, name=None, sole_trader=True, diffusion=Diffusion.PARTIAL)


def _files(folder: Path) -> Iterator[bytes]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            yield content
            yield content.replace(b"\x00\x00\x00", b"")  # numpy writes text in four bytes each


# Pages


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", ["/mentions-legales", "/confidentialite"])
def test_the_legal_pages_are_for_everybody(client, path, language):
    with httpx.Client(base_url=client.base_url) as stranger:
        page = stranger.get(path, params={"lang": language})
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert f'<html lang="{language}">' in page.text
    shown = re.sub(r'<meta name="htmx-config"[^>]*>', "", page.text)
    assert "{" not in shown, "every value is filled in"


def test_the_page_on_privacy_says_what_the_law_asks_for(client, home):
    page = client.get("/confidentialite").text
    settings = home.retention
    for period in PERIODS:
        days = getattr(settings, period.setting)
        spans = {90: "90 jours", 30: "30 jours", 365: "1 an", 730: "2 ans", 1095: "3 ans"}
        assert spans[days] in page
    assert home.access.privacy_contact in page
    for word in ("cnil.fr", "intérêt légitime", "consentement", "opposer", "effacer", "copie"):
        assert word in page


def test_every_text_on_privacy_is_shown():
    templates = Path(schemas.__file__).parent / "templates"
    shown = "".join(
        (templates / name).read_text() for name in ("legal_notice.html", "privacy.html")
    )
    keys = {key for key in catalogue("fr") if key.startswith("privacy.")}
    assert len(keys) > 40
    assert {key for key in keys if key.startswith("privacy.period.")} == {
        f"privacy.period.{period.name}" for period in PERIODS
    }
    assert "privacy.period." in shown


@pytest.mark.parametrize(
    "model",
    [
        each
        for each in vars(schemas).values()
        if isinstance(each, type) and each.__module__ == schemas.__name__
    ],
)
def test_the_examples_are_what_they_say(model):
    for example in model.model_config.get("json_schema_extra", {}).get("examples", ()):
        model.model_validate(example)
