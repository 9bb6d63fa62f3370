"""The HTTP service over a published home, spoken to over a real socket."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import re
import sqlite3
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import anyio
import httpx
import numpy as np
import pytest
from builders import siret_of
from fastapi.openapi.models import OpenAPI
from pydantic import BaseModel
from servers import copied, served, serving, worker
from sign_ins import ACCESS, CHEAP, key_headers, session_of

import api.schemas
from api.app import WRITERS, create_app
from api.deps import Service
from api.examples import PREVIEW_REQUEST
from api.lookup import checked_commune, checked_naf
from matchmaker.accounts.roles import Right, Role
from matchmaker.companies import Company, Contact, Diffusion, Profile
from matchmaker.errors import MatchmakerError
from matchmaker.intents import Intent
from matchmaker.settings import ApiSettings, QualitySettings, Settings
from matchmaker.store import open_store
from matchmaker.store.snapshots import require_current
from models.arrays import load_array
from models.lists import ALL_ROLES
from pipelines.nightly import run_nightly

UNKNOWN_SIRET = "73282932000074"
DOCS = Path(__file__).parents[2] / "docs" / "api.md"


@pytest.fixture(scope="module")
def client(demo_home):
    with served(demo_home) as client:
        yield client


@pytest.fixture(scope="module")
def arrays(demo_home) -> dict[str, np.ndarray]:
    """Open the arrays of the published snapshot with nothing but numpy."""
    snapshots = demo_home.snapshots_folder
    folder = snapshots / (snapshots / "CURRENT").read_text().strip()
    names = ("partners", "roles", "scores")
    lists = {
        f"{intent}.{name}": np.load(folder / "lists" / intent / f"{name}.npy")
        for intent in Intent
        for name in names
    }
    return {"sirets": np.load(folder / "model" / "sirets.npy"), **lists}


def served_sirets(arrays) -> list[str]:
    return [str(siret) for siret in arrays["sirets"]]


def suggested(client, siret, **query) -> list[str]:
    answer = client.get(f"/v1/companies/{siret}/suggestions", params=query)
    assert answer.status_code == 200, answer.text
    return [item["partner"]["siret"] for item in answer.json()["items"]]


def with_suggestions(client, arrays, intent=Intent.SUPPLY) -> str:
    """Find a company with a full list."""
    full = (arrays[f"{intent}.partners"][:, :10] >= 0).all(axis=1)
    return served_sirets(arrays)[int(np.flatnonzero(full)[0])]


def signed_in(client, settings, role=Role.ENTREPRENEUR, companies=()) -> httpx.Client:
    """Give a browser in which somebody has signed in."""
    cookies, _ = session_of(settings, role, companies)
    return httpx.Client(base_url=client.base_url, cookies=cookies, timeout=30)


# What is served


@pytest.mark.parametrize("intent", list(Intent))
def test_suggestions_are_those_of_the_snapshot(client, arrays, intent):
    sirets = served_sirets(arrays)
    for row in range(0, len(sirets), 23):
        answer = client.get(
            f"/v1/companies/{sirets[row]}/suggestions",
            params={"intent": intent.value, "limit": 20},
        )
        assert answer.status_code == 200
        partners = arrays[f"{intent}.partners"][row]
        places = [place for place in range(len(partners)) if partners[place] >= 0]
        items = answer.json()["items"]
        assert [item["partner"]["siret"] for item in items] == [
            sirets[partners[place]] for place in places
        ]
        assert [item["role"] for item in items] == [
            ALL_ROLES[arrays[f"{intent}.roles"][row, place]] for place in places
        ]
        np.testing.assert_allclose(
            [item["score"] for item in items], arrays[f"{intent}.scores"][row, places], rtol=1e-6
        )


def test_without_an_intent_all_intents_take_turns(client, arrays):
    """The first partner of every list, better scores first, then the second; each firm once."""
    sirets = served_sirets(arrays)
    for row in range(0, len(sirets), 41):
        turns = [
            (place, -float(arrays[f"{intent}.scores"][row, place]), sirets[partner])
            for intent in Intent
            for place, partner in enumerate(arrays[f"{intent}.partners"][row])
            if partner >= 0
        ]
        # Several establishments are one lead.
        first = {siret[:9]: siret for _, _, siret in sorted(turns, reverse=True)}
        expected = [siret for _, _, siret in sorted(turns) if first[siret[:9]] == siret]
        items = client.get(f"/v1/companies/{sirets[row]}/suggestions").json()["items"]
        served = [item["partner"]["siret"] for item in items]
        assert served == list(dict.fromkeys(expected))[:10]


def test_every_suggestion_crosses_the_border_and_never_stays_in_the_firm(client, arrays):
    seen = 0
    for siret in served_sirets(arrays)[::3]:
        answer = client.get(f"/v1/companies/{siret}/suggestions", params={"limit": 100}).json()
        api.schemas.SuggestionsAnswer.model_validate(answer)
        assert answer["fictional"] is True
        for item in answer["items"]:
            seen += 1
            assert item["partner"]["department"] != answer["company"]["department"]
            assert item["partner"]["siren"] != answer["company"]["siren"]
            assert item["partner"]["fictional"] is True
            assert item["reasons"]["company"]
    assert seen > 500


def test_reasons_speak_the_language_asked_for(client, arrays):
    siret = with_suggestions(client, arrays)
    french = client.get(f"/v1/companies/{siret}/suggestions?lang=fr").json()["items"]
    english = client.get(f"/v1/companies/{siret}/suggestions?lang=en").json()["items"]
    for fr, en in zip(french, english, strict=True):
        assert fr["partner"]["siret"] == en["partner"]["siret"]
        assert fr["labels"] != en["labels"]
        for side in ("company", "partner"):
            assert [r["topic"] for r in fr["reasons"][side]] == [
                r["topic"] for r in en["reasons"][side]
            ]
            assert all(
                a["text"] != b["text"]
                for a, b in zip(fr["reasons"][side], en["reasons"][side], strict=True)
            )


# Search and sheet


def test_search_pages_through_every_company_once(client):
    found, page, total = [], 1, None
    while total is None or len(found) < total:
        answer = client.get("/v1/companies", params={"page": page, "page_size": 100}).json()
        api.schemas.CompanyPageAnswer.model_validate(answer)
        assert answer["items"], "the total promises more than there is"
        found += [item["siret"] for item in answer["items"]]
        total, page = answer["total"], page + 1
    assert len(found) == len(set(found)) == total
    beyond = client.get("/v1/companies", params={"page": page, "page_size": 100}).json()
    assert beyond["items"] == []
    assert beyond["total"] == total


def test_search_criteria_all_hold(client):
    some = client.get("/v1/companies?department=91&page_size=1").json()["items"][0]
    query = {
        "q": some["siret"],
        "commune": some["commune"],
        "naf": some["naf"][:2],
        "department": "91",
    }
    assert client.get("/v1/companies", params=query).json()["items"] == [some]
    other = {**query, "department": "77"}
    assert client.get("/v1/companies", params=other).json()["total"] == 0
    spaced = f"{some['siret'][:3]} {some['siret'][3:6]} {some['siret'][6:9]}"
    assert some in client.get("/v1/companies", params={"q": spaced}).json()["items"]


def test_sheet_shows_the_profile_with_consent_only_and_never_a_contact(demo_home, tmp_path):
    settings = copied(demo_home, tmp_path / "home")
    contact = Contact("Anne Secret", "anne@secret.example", "0102030405")
    open_one, closed_one = _two_profiles(settings, contact)
    with served(settings) as client:
        shown = client.get(f"/v1/companies/{open_one}")
        api.schemas.CompanyDetail.model_validate(shown.json())
        assert shown.json()["profile"]["offers"] == "Soudure sous vide"
        hidden = client.get(f"/v1/companies/{closed_one}")
        assert hidden.json()["profile"] is None
        page = client.get(f"/entreprises/{open_one}/fiche")
        assert "Soudure sous vide" in page.text
        for text in (shown.text, hidden.text, page.text, client.get("/metrics").text):
            assert "secret" not in text.lower()


def _two_profiles(settings: Settings, contact: Contact) -> tuple[str, str]:
    store = open_store(settings.store_url)
    with store.unit() as unit:
        for number, consent in ((1, True), (2, False)):
            unit.companies.upsert([stored_company(number)])
            profile = Profile(
                siret_of(number), consent, offers="Soudure sous vide", contact=contact
            )
            unit.profiles.upsert([profile])
    store.close()
    return siret_of(1), siret_of(2)


def stored_company(number: int, **changes: object) -> Company:
    values = {
        "siret": siret_of(number),
        "name": f"Firme {number}",
        "department": "77",
        "commune": "77288",
        "commune_name": "Melun",
        "naf": "25.62B",
    }
    return Company(**{**values, **changes})


def test_a_masked_name_stays_masked_and_a_hidden_company_is_unknown(demo_home, tmp_path):
    settings = copied(demo_home, tmp_path / "home")
    store = open_store(settings.store_url)
    with store.unit() as unit:
        unit.companies.upsert(
            [
                stored_company(1, name=None, sole_trader=True),
                stored_company(2, diffusion=Diffusion.NONE),
                stored_company(3, name=None, diffusion=Diffusion.PARTIAL),
            ]
        )
    store.close()
    with served(settings) as client:
        trader = client.get(f"/v1/companies/{siret_of(1)}?lang=en").json()
        assert (trader["name"], trader["display_name"]) == (None, "Sole trader")
        assert client.get(f"/v1/companies/{siret_of(3)}").json()["name"] is None
        for path in ("", "/suggestions"):
            hidden = client.get(f"/v1/companies/{siret_of(2)}{path}")
            absent = client.get(f"/v1/companies/{siret_of(4)}{path}")
            assert hidden.status_code == absent.status_code == 404
            assert (
                hidden.json()["detail"].replace(siret_of(2), siret_of(4))
                == (absent.json()["detail"])
            )


# Exclusions


def test_exclusions_hold_at_once_in_every_worker(demo_home, arrays, tmp_path):
    settings = copied(demo_home, tmp_path / "home")
    with served(settings) as one, worker(settings) as other:
        siret = with_suggestions(one, arrays)
        before = suggested(other, siret, intent="supply")
        assert suggested(one, siret, intent="supply") == before

        dismissal = f"/v1/companies/{siret}/dismissals/{before[0]}"
        for _ in range(2):
            assert one.put(dismissal, json={"reason": "déjà client"}).status_code == 204
        after = suggested(other, siret, intent="supply")
        assert after[:9] == before[1:]
        assert len(after) == 10, "the reserve fills the place"
        readers = [s for s in served_sirets(arrays) if s != siret]
        others = [s for s in readers if before[0] in suggested(other, s, intent="supply")]
        assert other.delete(dismissal).status_code == 204
        assert suggested(one, siret, intent="supply") == before
        assert one.delete(dismissal).status_code == 204

        assert other.put(f"/v1/companies/{before[0]}/opt-out").status_code == 204
        for reader in [siret, *others]:
            assert before[0] not in suggested(one, reader, intent="supply")
        assert one.get(f"/v1/companies/{before[0]}").status_code == 404
        assert one.get("/v1/companies", params={"q": before[0]}).json()["total"] == 0
        assert one.delete(f"/v1/companies/{before[0]}/opt-out").status_code == 204
        assert suggested(other, siret, intent="supply") == before


def test_an_exclusion_names_companies_that_exist(client, arrays):
    siret = served_sirets(arrays)[0]
    answer = client.put(f"/v1/companies/{siret}/dismissals/{UNKNOWN_SIRET}")
    assert_problem(answer, 404, "unknown-company")
    answer = client.put(f"/v1/companies/{siret}/dismissals/123")
    assert_problem(answer, 422, "bad-value")
    for reason in ("x" * 501, "a\x00b", "\ud800"):
        body = json.dumps({"reason": reason}).encode()
        headers = {"content-type": "application/json"}
        answer = client.put(f"/v1/companies/{siret}/opt-out", content=body, headers=headers)
        assert_problem(answer, 422, "bad-value")
    form, ours = {"partner": "1\x00"}, {"sec-fetch-site": "same-origin"}
    answer = client.post(f"/entreprises/{siret}/ecarter", data=form, headers=ours)
    assert answer.status_code == 422
    assert suggested(client, siret, limit=1)


# Snapshots


def test_a_new_snapshot_is_taken_up_without_a_failed_request(demo_home, arrays, tmp_path):
    at_once, quick = ApiSettings(snapshot_check_seconds=0), QualitySettings(deletion_sample=5)
    settings = copied(demo_home, tmp_path / "home", api=at_once, quality=quick)
    sirets = served_sirets(arrays)
    with served(settings) as client, ThreadPoolExecutor(9) as pool:
        first = client.get("/v1/snapshot").json()["name"]
        store = open_store(settings.store_url)
        later = datetime(2026, 11, 25, tzinfo=UTC)
        night = pool.submit(run_nightly, store, settings, at=later, announce=lambda _: None)

        def ask(number: int) -> httpx.Response:
            return client.get(f"/v1/companies/{sirets[number % len(sirets)]}/suggestions")

        answers = []
        while not night.done() or len(answers) < 200:
            answers += pool.map(ask, range(len(answers), len(answers) + 40))
        answers += pool.map(ask, range(40))
        store.close()
        second = night.result().snapshot.name
    assert {answer.status_code for answer in answers} == {200}
    names = [answer.json()["snapshot"] for answer in answers]
    assert set(names) == {first, second}
    assert set(names[-40:]) == {second}


def test_without_a_snapshot_the_service_lives_and_says_so(tmp_path):
    with served(Settings(home=tmp_path, access=ACCESS)) as client:
        assert client.get("/health").json() == {"status": "ok"}
        assert client.get("/v1/companies").json()["total"] == 0
        for path in ("/ready", "/v1/snapshot", f"/v1/companies/{UNKNOWN_SIRET}/suggestions"):
            answer = client.get(path)
            assert_problem(answer, 503, "no-snapshot")
            assert int(answer.headers["retry-after"]) > 0
            assert str(tmp_path) not in answer.text
        assert "matchmaker_snapshot_published 0.0" in client.get("/metrics").text
        page = client.get(f"/entreprises/{UNKNOWN_SIRET}")
        assert page.status_code == 503
        assert "Suggestions en préparation" in page.text


def test_snapshot_and_intents_describe_what_is_served(client):
    snapshot = client.get("/v1/snapshot").json()
    api.schemas.SnapshotAnswer.model_validate(snapshot)
    assert "files" not in snapshot
    assert snapshot["counts"]["companies"] > 200
    intents = client.get("/v1/intents?lang=en").json()
    api.schemas.IntentsAnswer.model_validate(intents)
    assert [item["intent"] for item in intents["items"]] == [intent.value for intent in Intent]


# Preview


def test_preview_ranks_a_profile_that_nobody_knows(client):
    body = {
        "commune": "77288",
        "naf": "25.11Z",
        "activity": "Charpente métallique",
        "needs": "traitement de surface, nettoyage de bureaux",
        "intent": "supply",
        "limit": 7,
    }
    answer = client.post("/v1/preview", json=body)
    assert answer.status_code == 200, answer.text
    document = answer.json()
    api.schemas.PreviewAnswer.model_validate(document)
    assert 0 < len(document["items"]) <= 7
    assert {item["partner"]["department"] for item in document["items"]} == {"91"}
    assert {item["intent"] for item in document["items"]} == {"supply"}
    assert client.post("/v1/preview", json=body).json() == document
    north = {**body, "commune": "91228"}
    moved = client.post("/v1/preview", json=north).json()["items"]
    assert {item["partner"]["department"] for item in moved} == {"77"}


def test_preview_takes_a_point_instead_of_a_commune(client):
    point = {"latitude": 48.54, "longitude": 2.66, "department": "77", "limit": 3}
    answer = client.post("/v1/preview", json=point)
    assert answer.status_code == 200
    assert answer.json()["items"]
    assert answer.json()["company"]["commune"] is None


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({}, "place"),
        ({"latitude": 48.5}, "longitude"),
        ({"latitude": 48.5, "longitude": 2.6}, "department"),
        (
            {"latitude": 48.5, "longitude": 2.6, "department": "75"},
            "outside the territory (77, 91)",
        ),
        ({"commune": "75056"}, "outside the territory (77, 91)"),
        ({"commune": "77999"}, "commune"),
        ({"commune": "77288", "department": "91"}, "department"),
        ({"commune": "77288", "naf": "99.99Z"}, "NAF"),
        ({"commune": "77288", "size_band": "99"}, "staff band"),
        ({"commune": "77288", "needs": "x" * 4001}, "needs"),
        ({"commune": "77288", "themes": ["x"] * 21}, "themes"),
        ({"commune": "77288", "limit": 0}, "limit"),
        ({"commune": "77288", "intent": "friendship"}, "intent"),
        ({"commune": "77288", "ofers": "x"}, "ofers"),
        ({"commune": "77288", "latitude": "NaN", "longitude": 2.6}, "latitude"),
    ],
)
def test_preview_says_which_field_is_wrong(client, body, word):
    answer = client.post("/v1/preview", json=body)
    assert_problem(answer, 422)
    assert word in answer.json()["detail"]


# Errors


def assert_problem(answer: httpx.Response, status: int, slug: str | None = None) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = api.schemas.ProblemDetails.model_validate(answer.json())
    assert problem.status == status
    assert problem.type.startswith("urn:matchmaker:problem:")
    assert slug is None or problem.type.endswith(f":{slug}")
    assert problem.detail.endswith(".")


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/v1/nothing", 404, "not-found"),
        ("GET", "/nothing", 404, "not-found"),
        ("DELETE", "/v1/snapshot", 405, "method-not-allowed"),
        ("GET", f"/v1/companies/{UNKNOWN_SIRET}", 404, "unknown-company"),
        ("GET", f"/v1/companies/{UNKNOWN_SIRET}/suggestions", 404, "unknown-company"),
        ("GET", "/v1/companies/73282932000075", 422, "bad-value"),
        ("GET", "/v1/companies/7328", 422, "bad-value"),
        ("GET", "/v1/companies/7328293200007%C2%B2", 422, "bad-value"),
        ("GET", "/v1/companies?department=75", 422, "bad-value"),
        ("GET", "/v1/companies?commune=75056", 422, "bad-value"),
        ("GET", "/v1/companies?commune=77999", 422, "unknown-code"),
        ("GET", "/v1/companies?naf=AB", 422, "unknown-code"),
        ("GET", "/v1/companies?naf=43.2%25", 422, "unknown-code"),
        ("GET", "/v1/companies?page=0", 422, "bad-value"),
        ("GET", "/v1/companies?page_size=101", 422, "bad-value"),
        ("GET", "/v1/companies?q=" + "x" * 201, 422, "bad-value"),
        ("GET", "/v1/companies?lang=de", 422, "bad-value"),
        ("GET", f"/v1/companies/{UNKNOWN_SIRET}/suggestions?intent=love", 422, "bad-value"),
        ("GET", f"/v1/companies/{UNKNOWN_SIRET}/suggestions?limit=101", 422, "bad-value"),
    ],
)
def test_every_error_is_a_problem(client, method, path, status, slug):
    assert_problem(client.request(method, path), status, slug)


def test_a_wrong_field_is_named(client):
    answer = client.get(f"/v1/companies/{UNKNOWN_SIRET}/suggestions?limit=0&lang=de")
    assert [error["field"] for error in answer.json()["errors"]] == ["limit", "lang"]
    answer = client.get("/v1/companies/7328")
    assert answer.json()["errors"] == [
        {
            "field": "siret",
            "problem": "SIRET 7328 has 4 digits, 14 are needed (leading zeros lost?)",
        }
    ]


def test_a_company_that_is_not_served_is_a_conflict(client, arrays):
    every = [
        item["siret"]
        for page in (1, 2, 3)
        for item in client.get(f"/v1/companies?page_size=100&page={page}").json()["items"]
    ]
    left_out = next(siret for siret in every if siret not in set(served_sirets(arrays)))
    assert_problem(client.get(f"/v1/companies/{left_out}/suggestions"), 409, "not-served")
    page = client.get(f"/entreprises/{left_out}")
    assert page.status_code == 200
    assert "Pas de suggestions pour cette entreprise" in page.text


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[1, 2]",
        b"\xff\xfe",
        b"",
        b"[" * 30_000,
        b'{"commune": "\\ud800"}',
        b'{"\\ud800": 1}',
        b'{"commune": "77288", "name": "\\ud800"}',
        b'{"latitude": NaN, "longitude": 1e999, "department": "77"}',
        b'{"limit": ' + b"9" * 5000 + b"}",
    ],
)
def test_a_hostile_body_is_refused(client, body):
    answer = client.post("/v1/preview", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422), answer.text
    assert_problem(answer, answer.status_code)


def test_long_bodies_are_refused_also_in_chunks(client):
    body = json.dumps({"commune": "77288", "needs": "x" * 300_000}).encode()
    headers = {"content-type": "application/json"}
    whole = client.post("/v1/preview", content=body, headers=headers)
    assert_problem(whole, 413, "content-too-large")
    chunks = (body[start : start + 1000] for start in range(0, len(body), 1000))
    chunked = client.post("/v1/preview", content=chunks, headers=headers)
    assert_problem(chunked, 413, "content-too-large")
    small = json.dumps({"commune": "77288", "limit": 1}).encode()
    taken = client.post("/v1/preview", content=iter([small[:5], small[5:]]), headers=headers)
    assert taken.status_code == 200


def test_a_defect_is_logged_and_answered_without_its_inside(demo_home, caplog):
    app = create_app(demo_home)

    async def broken() -> None:
        raise RuntimeError("password=hunter2")

    app.add_api_route("/v1/broken", broken)
    app.add_api_route("/broken", broken)
    with serving(app) as client, caplog.at_level(logging.ERROR):
        client.headers.update(key_headers(demo_home, Right.METRICS))
        answer = client.get("/v1/broken")
        assert_problem(answer, 500, "internal")
        page = client.get("/broken", headers={"accept": "text/html"})
        assert page.status_code == 500
        assert "Erreur du service" in page.text
        assert "hunter2" not in answer.text + page.text
        assert "content-security-policy" in answer.headers
        assert 'route="/v1/broken",status="500"' in client.get("/metrics").text
    assert "hunter2" in caplog.text


def test_every_answer_carries_the_security_headers(client, arrays):
    sheet = f"/entreprises/{served_sirets(arrays)[0]}"
    for path in ("/", sheet, "/v1/intents", "/nothing", "/static/style.css", "/static/nothing"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
    assert client.get("/").headers["cache-control"] == "no-store"
    assert "max-age" in client.get("/static/style.css").headers["cache-control"]


def test_head_answers_like_get_without_a_body(client):
    for path in ("/", "/v1/companies", "/health", "/static/style.css", "/nothing"):
        head, get = client.head(path), client.get(path)
        assert head.status_code == get.status_code
        assert head.headers["content-type"] == get.headers["content-type"]
        assert head.content == b""


# Pages

HOSTILE = "<script>alert('x')</script> & \"fils\""


def test_pages_escape_what_people_wrote(demo_home, tmp_path):
    settings = copied(demo_home, tmp_path / "home")
    store = open_store(settings.store_url)
    with store.unit() as unit:
        unit.companies.upsert([stored_company(1, name=HOSTILE)])
        unit.profiles.upsert([Profile(siret_of(1), True, offers=HOSTILE, themes=(HOSTILE,))])
    store.close()
    with served(settings) as client:
        for answer in (
            client.get("/", params={"q": HOSTILE}),
            client.get("/", params={"q": "script alert"}),
            client.get(f"/entreprises/{siret_of(1)}"),
            client.get(f"/entreprises/{siret_of(1)}", params={"partenaire": HOSTILE[:14]}),
            client.get("/<script>", headers={"accept": "text/html"}),
            client.get("/", params={"q": "a", "lang": HOSTILE}),
        ):
            assert "<script>" not in answer.text
        found = client.get("/", params={"q": "script alert"})
        assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#34;fils&#34;" in found.text


def test_pages_speak_french_first_and_english_on_demand(client, arrays):
    sheet = f"/entreprises/{with_suggestions(client, arrays)}"
    french, english = client.get(sheet), client.get(sheet, params={"lang": "en"})
    assert '<html lang="fr">' in french.text
    for text in ("Suggestions pour cette", "Pour vous", "Pour eux", "Écarter", "Fictif"):
        assert text in french.text
    assert '<html lang="en">' in english.text
    for text in ("Suggestions for this", "For you", "For them", "Set aside", "Fictional"):
        assert text in english.text
    assert "Pour vous" not in english.text
    assert f'href="{sheet}?lang=en"' in french.text
    links = re.findall(r'(?:href|action)="(/entreprises/[^"]*)"', english.text)
    assert len(links) > 10
    assert all("lang=en" in link for link in links if link != sheet)
    assert client.get("/?lang=en").text.count("Find a company") >= 2


def test_pages_hold_no_code_and_name_no_other_site(client, arrays):
    for path in ("/", f"/entreprises/{served_sirets(arrays)[0]}", "/entreprises/1"):
        text = client.get(path).text
        assert re.findall(r"<script(?![^>]* src=)", text) == []
        assert re.findall(r"</?script[^>]*>\s*[^\s<]", text) == []
        assert re.findall(r"\son\w+=", text) == []
        assert " style=" not in text
        addresses = re.findall(r'(?:href|src|action)="([^"]*)"', text)
        assert addresses
        assert all(address.startswith(("/", "#")) for address in addresses)
    style = client.get("/static/style.css").text
    assert "url(" not in style
    assert "@import" not in style


@pytest.mark.parametrize("site", ["none", "cross-site", "same-site"])
def test_the_first_page_of_a_visit_brings_the_stylesheet_with_it(client, site):
    css = client.get("/static/style.css").text
    for path in ("/", "/connexion", f"/entreprises/{UNKNOWN_SIRET}"):
        answer = client.get(path, headers={"sec-fetch-site": site})
        [inside] = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
        assert inside == css
        assert 'rel="stylesheet"' not in answer.text
        assert re.search(r'<link rel="prefetch" href="/static/style\.css\?v=', answer.text)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        policy = answer.headers["content-security-policy"]
        assert f"style-src 'self' 'sha256-{digest}';" in policy
        assert "sec-fetch-site" in answer.headers["vary"].lower()
    assert "<" not in css


@pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "same-origin"}])
def test_pages_that_follow_name_the_stylesheet(client, headers):
    text = client.get("/", headers=headers).text
    assert "<style" not in text
    assert len(re.findall(r'<link rel="stylesheet" href="/static/style\.css\?v=', text)) == 1


@pytest.mark.parametrize("path", ["/entreprises/123", f"/entreprises/{UNKNOWN_SIRET}", "/?page=0"])
def test_errors_of_pages_are_pages(client, path):
    answer = client.get(path)
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"].startswith("text/html")
    assert "Revenir à la recherche" in answer.text
    assert "Territoire fictif" in answer.text


def test_search_page_leads_through_all_pages(client):
    total = client.get("/v1/companies").json()["total"]
    found: set[str] = set()
    path = "/"
    while path:
        text = client.get(path).text
        found |= set(re.findall(r'href="/entreprises/(\d{14})"', text))
        following = re.search(r'rel="next" href="([^"]+)"', text)
        path = following[1].replace("&amp;", "&") if following else ""
    assert len(found) == total


def test_button_sets_a_partner_aside_and_takes_it_back(demo_home, arrays, tmp_path):
    settings = copied(demo_home, tmp_path / "home")
    with served(settings) as client:
        siret = with_suggestions(client, arrays)
        partner = suggested(client, siret, intent="supply")[0]
        path, ours = f"/entreprises/{siret}", {"sec-fetch-site": "same-origin"}
        browser = signed_in(client, settings, companies=[siret])
        token = re.search(r'name="csrf" value="(\w+)"', browser.get(path).text)[1]
        form = {"partner": partner, "intent": "supply", "csrf": token}

        answer = browser.post(f"{path}/ecarter", data=form, headers=ours)
        assert answer.status_code == 303
        told = f"{path}?intent=supply&geste=ecarter&partenaire={partner}"
        assert answer.headers["location"] == f"{told}#reponse"
        page = browser.get(told).text
        assert "est écartée de vos suggestions" in page
        assert f'id="partner-{partner}"' not in page
        assert partner not in suggested(client, siret, intent="supply")

        form["number"] = re.search(r'name="number" value="(\d+)"', page)[1]
        origin = {"origin": str(client.base_url).rstrip("/")}
        answer = browser.post(f"{path}/reprendre?lang=en", data=form, headers=origin)
        assert answer.headers["location"] == (
            f"{path}?intent=supply&geste=reprendre&partenaire={partner}&lang=en#reponse"
        )
        assert suggested(client, siret, intent="supply")[0] == partner


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1"},
    ],
)
def test_a_form_of_another_site_is_refused(client, demo_home, arrays, headers):
    siret = with_suggestions(client, arrays)
    partner = suggested(client, siret)[0]
    cookies, token = session_of(demo_home, Role.ENTREPRENEUR, [siret])
    form = {"partner": partner, "csrf": token["X-CSRF-Token"] if headers else ""}
    with httpx.Client(base_url=client.base_url, cookies=cookies) as browser:
        answer = browser.post(f"/entreprises/{siret}/ecarter", data=form, headers=headers)
    assert answer.status_code == 403
    assert "Formulaire refusé" in answer.text
    assert suggested(client, siret)[0] == partner


# Description and metrics


def test_metrics_count_by_route_and_describe_the_snapshot(client, arrays):
    siret = served_sirets(arrays)[0]
    client.get(f"/v1/companies/{siret}")
    client.get("/v1/nowhere/at-all")
    client.get("/health")
    text = client.get("/metrics").text
    assert (
        'matchmaker_http_requests_total{method="GET",route="/v1/companies/{siret}",status="200"}'
        in text
    )
    assert 'route="none",status="404"' in text
    assert 'matchmaker_http_request_seconds_bucket{le="0.1",method="GET",route="/health"}' in text
    assert siret not in text
    assert "at-all" not in text
    assert re.search(r'matchmaker_snapshot_info\{.*name="20261124T000000Z".*\} 1\.0', text)
    assert re.search(r"matchmaker_snapshot_age_seconds \d", text.replace("-", ""))
    assert re.search(r'matchmaker_companies\{department="77"\} \d+', text)


def test_openapi_is_valid_and_every_example_fits_its_schema(client):
    document = client.get("/v1/openapi.json").json()
    OpenAPI.model_validate(document)
    schemas = document["components"]["schemas"]
    references = re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document))
    assert set(references) <= set(schemas)
    with_example = [name for name, schema in schemas.items() if "examples" in schema]
    for name in with_example:
        model = schema_named(name)
        # Of the schema itself: the document leaves out what is null.
        for example in model.model_json_schema()["examples"]:
            model.model_validate(example)
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                for media, content in answer.get("content", {}).items():
                    name = content["schema"]["$ref"].rsplit("/", 1)[1]
                    if status.startswith("2"):
                        assert name in with_example, f"{path} has no example"
                    else:
                        assert media == "application/problem+json"
                        api.schemas.ProblemDetails.model_validate(content["example"])


def schema_named(name: str) -> type[BaseModel]:
    """Find a schema in whichever module of schemas has it; two of one name bear their module's."""
    module, _, plain = name.rpartition("__")
    of_that_name = re.escape(module.replace("__", ".")) if module else r"api\.\w*schemas"
    modules = [sys.modules[each] for each in sys.modules if re.fullmatch(of_that_name, each)]
    return next(getattr(module, plain) for module in modules if hasattr(module, plain))


def test_the_example_of_a_preview_is_answered(client):
    answer = client.post("/v1/preview", json=PREVIEW_REQUEST)
    assert answer.status_code == 200
    assert answer.json()["items"]


def test_every_route_is_documented(client):
    text = DOCS.read_text(encoding="utf-8")
    document = client.get("/v1/openapi.json").json()
    routes = [
        f"{method.upper()} {path}"
        for path, operations in document["paths"].items()
        for method in operations
    ]
    assert len(routes) > 10
    for route in [*routes, "GET /metrics", "GET /"]:
        assert f"`{route}" in text, route


# Codes


@pytest.mark.parametrize(
    ("text", "code"),
    [("43", "43"), ("4", "4"), ("43.2", "43.2"), ("4321a", "43.21A"), (" 43.21A ", "43.21A")],
)
def test_beginnings_of_naf_codes(text, code):
    assert checked_naf(text) == code


@pytest.mark.parametrize("text", ["", "A", "43.21AA", "433.2", "00", "43.2_", "4 3"])
def test_what_no_naf_code_begins_with(text):
    with pytest.raises(MatchmakerError, match="NAF"):
        checked_naf(text)


def test_former_communes_are_those_of_today():
    assert checked_commune("91182", ("77", "91")) == "91228"
    assert checked_commune("75056", ("75", "77")) == "75056"


# Threads


@pytest.mark.parametrize("embedded", [True, False])
def test_only_a_network_database_is_read_in_a_thread(embedded):
    class Fake:
        @contextmanager
        def reading(self):
            yield threading.current_thread()

        unit = reading

    store = Fake()
    store.embedded = embedded
    here = threading.current_thread()

    async def both():
        slots = anyio.CapacityLimiter(1)
        others = dict.fromkeys(("snapshots", "now", "signer", "passwords", "post", "searches"))
        service = Service(
            settings=Settings(),
            store=store,
            threads=None,
            ranking_slots=slots,
            writing_slots=slots,
            **others,
        )
        return await service.read(lambda thread: thread), await service.write(lambda t: t)

    reader, writer = anyio.run(both)
    assert (reader is here) is embedded
    assert writer is not here


def test_writers_that_wait_do_not_keep_readers_waiting(demo_home, tmp_path):
    """A database held by another process stops those who write, and nobody else."""
    settings = copied(demo_home, tmp_path / "home")
    model = require_current(settings.snapshots_folder) / "model"
    sirets = [str(siret) for siret in load_array(model, "sirets")]
    holder = sqlite3.connect(settings.home / "matchmaker.sqlite", isolation_level=None)
    app = create_app(settings, CHEAP)
    with serving(app) as client:
        client.headers.update(key_headers(settings))
        holder.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(24) as pool:
            path = f"/v1/companies/{sirets[0]}/dismissals/"
            waiting = [pool.submit(client.put, path + other) for other in sirets[1:25]]
            deadline = time.monotonic() + 20  # the first writer gives up after 30
            while app.state.service.writing_slots.statistics().tasks_waiting < 24 - WRITERS:
                assert time.monotonic() < deadline, "the writers do not wait"
                time.sleep(0.01)
            assert client.get("/health").status_code == 200
            assert client.get(f"/v1/companies/{sirets[0]}").status_code == 200
            assert not any(each.done() for each in waiting)
            holder.execute("ROLLBACK")
            assert {each.result().status_code for each in waiting} == {204}
    holder.close()


@pytest.mark.parametrize("origin", ["http://[bad", "", "null", "//"])
def test_an_origin_that_is_none_is_another_site(client, demo_home, arrays, origin):
    siret, partner = served_sirets(arrays)[:2]
    cookies, token = session_of(demo_home, Role.ENTREPRENEUR, [siret])
    with httpx.Client(base_url=client.base_url, cookies=cookies) as browser:
        answer = browser.post(
            f"/entreprises/{siret}/ecarter",
            data={"partner": partner},
            headers={"origin": origin, **token},
        )
    assert answer.status_code == 403


def test_an_error_page_never_links_to_another_site(client):
    base = str(client.base_url).rstrip("/")
    for path in ("//evil.example/x?y=1", "/%2F%2Fevil.example/", "/<script>"):
        page = client.get(base + path, headers={"accept": "text/html"})
        assert page.status_code == 404
        assert re.search(r'href="/{2,}', page.text) is None
        assert "<script>" not in page.text


def test_a_company_does_not_set_itself_aside(client, arrays):
    siret = served_sirets(arrays)[0]
    assert_problem(client.put(f"/v1/companies/{siret}/dismissals/{siret}"), 422, "bad-value")


def test_numbers_of_a_preview_are_numbers(client):
    for wrong in ({"limit": True}, {"latitude": True, "longitude": False, "department": "77"}):
        answer = client.post("/v1/preview", json={"commune": "77288", **wrong})
        assert_problem(answer, 422, "bad-value")


def test_a_broken_pointer_leaves_the_open_snapshot_in_service(demo_home, tmp_path):
    settings = copied(demo_home, tmp_path / "home")
    quick = settings.model_copy(
        update={"api": settings.api.model_copy(update={"snapshot_check_seconds": 0.0})}
    )
    with served(quick) as client:
        assert client.get("/ready").status_code == 200
        (settings.snapshots_folder / "CURRENT").write_bytes(b"\xff\x00")
        assert client.get("/ready").status_code == 200
        assert client.get("/v1/snapshot").status_code == 200


def test_a_page_past_the_end_is_the_last_one(client):
    past, first = (client.get(path).text.replace("\u00a0", " ") for path in ("/?page=9999", "/"))
    last = re.search(r"Page 1 sur (\d+)", first)[1]
    assert f"Page {last} sur {last}" in past
