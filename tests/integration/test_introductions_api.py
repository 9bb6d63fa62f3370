"""Introductions over HTTP: for those of both sides, and nothing for anybody else."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from builders import siret_of
from introduction_worlds import ESSONNE, SEINE, settle
from pydantic import BaseModel
from servers import copied, served
from sign_ins import ACCESS, key_headers, session_of

import api.introduction_schemas
from api.introduction_schemas import (
    IntroductionAnswer,
    IntroductionContact,
    IntroductionHistory,
    IntroductionPage,
)
from matchmaker.accounts.roles import Right, Role
from matchmaker.companies import Contact, Profile
from matchmaker.intents import Intent
from matchmaker.introductions.life import Move
from matchmaker.settings import Settings
from matchmaker.store import open_store
from matchmaker.store.snapshots import require_current
from models.lists import ALL_ROLES
from models.published import open_published

SECRETS = ("bruno@essonne.example", "Bruno Petit", "0160000000", "anne@seine.example", "Anne Roy")
UNKNOWN = "zzzzzzzz"
NEW = {"company": SEINE, "partner": ESSONNE, "intent": "supply", "role": "supplier"}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    settings = Settings(home=tmp_path_factory.mktemp("introductions"), access=ACCESS)
    store = open_store(settings.store_url)
    settle(store)
    contacts = {
        SEINE: Contact("Anne Roy", "anne@seine.example", None),
        ESSONNE: Contact("Bruno Petit", "bruno@essonne.example", "0160000000"),
    }
    with store.unit() as unit:
        unit.profiles.upsert(
            Profile(siret, consent=True, contact=contact, capacity=100)
            for siret, contact in contacts.items()
        )
    store.close()
    return settings


@pytest.fixture(scope="module")
def client(home):
    with served(home) as client:
        yield client


@pytest.fixture(scope="module")
def people(client, home):
    """Clients of both firms, both chambers, an administrator, and strangers."""
    made = {
        "company": session_of(home, Role.ENTREPRENEUR, [SEINE], name="Anne Roy"),
        "partner": session_of(home, Role.ENTREPRENEUR, [ESSONNE], name="Bruno Petit"),
        "company_adviser": session_of(home, Role.ADVISER, chamber="77", name="Zoé"),
        "partner_adviser": session_of(home, Role.ADVISER, chamber="91", name="Karim"),
        "administrator": session_of(home, Role.ADMINISTRATOR, name="Ines"),
        "stranger": session_of(home, Role.ENTREPRENEUR, [siret_of(5)], name="Luc"),
        "nobody": session_of(home, Role.ENTREPRENEUR, name="Rien"),
    }
    opened = {
        name: httpx.Client(base_url=client.base_url, cookies=cookies, headers=headers, timeout=30)
        for name, (cookies, headers) in made.items()
    }
    yield opened
    for each in opened.values():
        each.close()


@pytest.fixture
def asked(home, people):
    """Ask for an introduction, on a store without others."""
    wiped(home)
    return checked(people["company"].post("/v1/introductions", json=NEW), 201)


def wiped(home):
    store = open_store(home.store_url)
    with store.unit() as unit:
        for siret in (SEINE, ESSONNE):
            unit.introductions.erase_company(siret)
            unit.feedback.erase(siret)
    store.close()


def checked(answer, status=200, model: type[BaseModel] = IntroductionAnswer):
    assert answer.status_code == status, answer.text
    model.model_validate_json(answer.content)
    return answer.json()


def problem(answer, status, slug):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["type"] == f"urn:matchmaker:problem:{slug}"
    assert body["detail"].endswith(".")
    return body["detail"]


def address(made, tail=""):
    return f"/v1/introductions/{made['id']}{tail}"


def move(client, made, name, **more):
    body = {"move": name, "version": made["version"], **more}
    return client.post(address(made, "/moves"), json=body)


def test_from_the_question_to_the_outcome(people, asked):
    assert asked["state"] == "asked"
    assert (asked["party"], asked["moves"]) == ("company", ["decline", "withdraw"])
    theirs = people["partner"].get(address(asked))
    assert theirs.headers["etag"] == f'"{asked["version"]}"'
    assert checked(theirs)["moves"] == ["accept", "decline"]
    tag = {"If-Match": theirs.headers["etag"]}
    accepted = people["partner"].post(
        address(asked, "/moves"), json={"move": "accept"}, headers=tag
    )
    made = checked(accepted)
    assert (made["state"], made["company_answer"]) == ("introduced", "accepted")
    body = {"result": "met", "worth": True, "note": "Un devis suit."}
    met = checked(people["company"].post(address(asked, "/outcomes"), json=body))
    assert (met["state"], [each["note"] for each in met["outcomes"]]) == ("met", [body["note"]])
    seen = checked(people["partner"].get(address(asked)))
    assert (seen["state"], seen["outcomes"]) == ("met", [])


def test_the_contact_leaves_after_the_introduction_and_each_read_is_logged(home, people, asked):
    sides = ("company", "partner", "company_adviser", "partner_adviser")
    for name in sides:
        answer = people[name].get(address(asked, "/contact"))
        assert "contact" in problem(answer, 409, "introduction-state")
    checked(move(people["partner"], asked, "accept"))
    before = logged(home)
    contact = checked(people["company"].get(address(asked, "/contact")), 200, IntroductionContact)
    assert (contact["name"], contact["email"], contact["siret"]) == (
        "Bruno Petit",
        "bruno@essonne.example",
        ESSONNE,
    )
    theirs = checked(
        people["partner_adviser"].get(address(asked, "/contact")), 200, IntroductionContact
    )
    assert theirs["email"] == "anne@seine.example"
    of_side = people["administrator"].get(address(asked, "/contact"), params={"siret": SEINE})
    assert checked(of_side, 200, IntroductionContact)["siret"] == ESSONNE
    problem(people["administrator"].get(address(asked, "/contact")), 422, "bad-introduction")
    assert logged(home) == before + 3


def logged(home):
    store = open_store(home.store_url)
    with store.reading() as unit:
        lines = unit.contacts.list(limit=1000)
    store.close()
    return len(lines)


@pytest.mark.parametrize("name", ["stranger", "nobody"])
def test_a_stranger_is_told_of_a_real_id_what_they_are_told_of_any_other(people, asked, name):
    stranger = people[name]
    tries = [
        ("GET", "", None),
        ("GET", "/history", None),
        ("GET", "/contact", None),
        ("POST", "/moves", {"move": "accept", "version": asked["version"]}),
        ("POST", "/moves", {"move": "accept", "version": 1}),
        ("POST", "/moves", {"move": "end", "version": asked["version"], "siret": ESSONNE}),
        ("POST", "/outcomes", {"result": "met"}),
    ]
    for method, tail, body in tries:
        answers = [
            stranger.request(method, f"/v1/introductions/{key}{tail}", json=body)
            for key in (asked["id"], UNKNOWN)
        ]
        told = [problem(each, 404, "unknown-introduction") for each in answers]
        assert told[0].replace(asked["id"], UNKNOWN) == told[1]
    page = checked(stranger.get("/v1/introductions"), 200, IntroductionPage)
    assert (page["items"], page["total"]) == ([], 0)


def test_lists_hold_what_is_the_callers_business(people, asked):
    for name in ("company", "partner", "company_adviser", "partner_adviser", "administrator"):
        page = checked(people[name].get("/v1/introductions"), 200, IntroductionPage)
        assert [each["id"] for each in page["items"]] == [asked["id"]]
        assert page["items"][0]["party"] == name
    found = people["company"].get("/v1/introductions", params={"siret": ESSONNE, "state": "asked"})
    assert checked(found, 200, IntroductionPage)["total"] == 1
    none = people["company"].get("/v1/introductions", params={"state": "met"})
    assert checked(none, 200, IntroductionPage)["total"] == 0
    problem(people["company"].get("/v1/introductions", params={"siret": "1"}), 422, "bad-value")


def test_what_one_side_says_in_confidence_does_not_reach_the_other(people, asked):
    note = "ils paient trop tard"
    said = move(people["partner"], asked, "decline", reason="other", note=note)
    assert (checked(said)["reason"], checked(said)["note"]) == ("other", note)
    assert checked(people["partner_adviser"].get(address(asked)))["note"] == note
    for name in ("company", "company_adviser"):
        texts = [
            people[name].get(address(asked)).text,
            people[name].get(address(asked, "/history")).text,
            people[name].get("/v1/introductions").text,
        ]
        assert not [text for text in texts if note in text or '"other"' in text]
        assert checked(people[name].get(address(asked)))["state"] == "declined"


def test_no_name_and_no_contact_of_a_person_crosses_before_both_have_accepted(people, asked):
    own = {"company": "Anne Roy", "company_adviser": "Anne Roy", "partner": "Bruno Petit"}
    own["partner_adviser"] = "Bruno Petit"
    checked(move(people["partner_adviser"], asked, "accept", note="Bruno"), 200)
    for name, allowed in own.items():
        for tail in ("", "/history"):
            text = people[name].get(address(asked, tail)).text
            assert not [each for each in SECRETS if each in text and each != allowed]
    lines = checked(people["partner"].get(address(asked, "/history")), 200, IntroductionHistory)
    assert lines["items"][0]["by"] is None
    lines = checked(people["company"].get(address(asked, "/history")), 200, IntroductionHistory)
    assert lines["items"][0]["by"] == "Anne Roy"


def test_a_contact_in_the_words_of_the_company_waits_as_well(home, people):
    wiped(home)
    words = "Appelez le 06 12 34 56 78, ou anne@seine.example."
    made = checked(people["company"].post("/v1/introductions", json={**NEW, "message": words}), 201)
    assert made["message"] == words
    for name in ("partner", "partner_adviser"):
        for place in (address(made), "/v1/introductions"):
            text = people[name].get(place).text
            assert "Appelez le" in text
            assert "anne@" not in text
            assert "34 56" not in text
    accepted = checked(move(people["partner"], made, "accept"))
    assert (accepted["state"], accepted["message"]) == ("introduced", words)


def test_changes_name_the_version_that_was_read(people, asked):
    where = address(asked, "/moves")
    problem(people["partner"].post(where, json={"move": "accept"}), 428, "version-missing")
    old = {"move": "accept", "version": asked["version"] - 1}
    problem(people["partner"].post(where, json=old), 409, "introduction-conflict")
    stale = people["partner"].post(where, json={"move": "accept"}, headers={"If-Match": '"1"'})
    detail = problem(stale, 412, "introduction-conflict")
    assert "read it again" in detail
    problem(
        people["partner"].post(where, json={"move": "accept"}, headers={"If-Match": "*"}),
        422,
        "bad-value",
    )
    assert checked(people["partner"].get(address(asked)))["version"] == asked["version"]


def test_of_many_at_once_one_wins(people, asked):
    def attempt(number):
        name = ("partner", "partner_adviser")[number % 2]
        return move(people[name], asked, "accept", note="au téléphone")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(24)))
    assert sorted(each.status_code for each in answers) == [200] + [409] * 23
    for each in answers:
        if each.status_code == 409:
            problem(each, 409, "introduction-conflict")


@pytest.mark.parametrize("name", ["company", "partner", "company_adviser", "administrator"])
def test_every_move_that_is_refused_is_a_clear_problem(people, asked, name):
    possible = checked(people[name].get(address(asked)))["moves"]
    for each in set(Move) - set(possible):
        reason = "other" if each == "decline" else None
        answer = move(people[name], asked, each, reason=reason, note="au téléphone")
        assert answer.status_code in (403, 409)
        slug = {403: "not-allowed", 409: "introduction-state"}[answer.status_code]
        problem(answer, answer.status_code, slug)
    assert checked(people[name].get(address(asked)))["version"] == asked["version"]


@pytest.mark.parametrize(
    ("more", "status", "slug"),
    [
        ({"partner": siret_of(3)}, 409, "pair-refused"),
        ({"partner": siret_of(77)}, 409, "pair-refused"),
        ({"partner": "12345678901234"}, 422, "bad-value"),
        ({"role": "mentor"}, 422, "bad-introduction"),
        ({"intent": "love"}, 422, "bad-value"),
        ({"message": "x" * 1001}, 422, "bad-value"),
        ({"message": "a\x00b"}, 422, "bad-value"),
        ({"state": "introduced"}, 422, "bad-value"),
        ({"proposer": "system"}, 422, "bad-value"),
        ({"company_answer": "accepted", "partner_answer": "accepted"}, 422, "bad-value"),
        ({"rank": 1, "propensity": 1.0}, 422, "bad-value"),
        ({"company": ESSONNE, "partner": SEINE}, 403, "not-allowed"),
        ({"company": siret_of(5)}, 403, "not-allowed"),
        ({"company": siret_of(77)}, 403, "not-allowed"),
    ],
)
def test_proposals_that_are_refused(home, people, more, status, slug):
    wiped(home)
    answer = people["company"].post("/v1/introductions", json={**NEW, **more})
    problem(answer, status, slug)


@pytest.mark.parametrize("tail", ["/moves", "/outcomes"])
def test_nothing_is_set_that_no_field_names(people, asked, tail):
    body = {"move": "accept", "result": "met", "version": asked["version"], "state": "introduced"}
    problem(people["partner"].post(address(asked, tail), json=body), 422, "bad-value")


def test_a_pair_is_proposed_once(people, asked):
    again = people["company"].post("/v1/introductions", json=NEW)
    assert "under way" in problem(again, 409, "pair-refused")


def test_ids_that_cannot_be_are_refused_before_the_store_is_asked(people):
    for key in ("a" * 41, "%00", "..%2f", "a b"):
        answer = people["company"].get(f"/v1/introductions/{key}")
        assert answer.status_code in (404, 422)
        assert answer.headers["content-type"] == "application/problem+json"


def test_without_the_right_nothing_is_there(client, home):
    bare = httpx.Client(base_url=client.base_url)
    problem(bare.get("/v1/introductions"), 401, "not-signed-in")
    headers = key_headers(home, Right.EVENTS)
    problem(bare.get("/v1/introductions", headers=headers), 403, "not-allowed")
    bare.close()


def test_a_key_of_one_chamber_is_as_blind_as_its_advisers(client, home, asked):
    headers = key_headers(home, Right.INTRODUCTIONS, chamber="95")
    bare = httpx.Client(base_url=client.base_url, headers=headers)
    problem(bare.get(address(asked)), 404, "unknown-introduction")
    bare.close()


@pytest.mark.parametrize(
    "model",
    [
        each
        for each in vars(api.introduction_schemas).values()
        if isinstance(each, type)
        and issubclass(each, BaseModel)
        and each.model_config.get("json_schema_extra")
    ],
)
def test_every_example_fits_its_schema(model):
    for example in model.model_config["json_schema_extra"]["examples"]:
        model.model_validate(example)


def test_a_proposal_from_a_list_keeps_its_place_in_it(demo_home, tmp_path):
    """The rank is counted by hand from the served list."""
    home = copied(demo_home, tmp_path / "home")
    published = open_published(require_current(home.snapshots_folder))
    lists = published.lists[Intent.SUPPLY]
    sirets = published.model.sirets
    departments = published.model.territory.view.department
    third = lists.partners[:, 2]
    row = next(
        each
        for each in range(len(sirets))
        if third[each] >= 0 and departments[each] != departments[third[each]]
    )
    company, partner = str(sirets[row]), str(sirets[third[row]])
    role = ALL_ROLES[lists.roles[row, 2]]
    body = {"company": company, "partner": partner, "intent": "supply", "role": role}
    with served(home) as client:
        made = checked(client.post("/v1/introductions", json=body), 201)
        assert (made["rank"], made["snapshot"]) == (3, published.name)
        assert made["labels"]["intent"] == "Clients et fournisseurs"
        stored = client.get(f"/v1/introductions/{made['id']}", params={"lang": "en"}).json()
        assert stored["labels"]["intent"] != made["labels"]["intent"]
    store = open_store(home.store_url)
    with store.reading() as unit:
        found = unit.introductions.get(made["id"])
    store.close()
    assert found.propensity == pytest.approx(float(lists.propensity[row, 2]))
