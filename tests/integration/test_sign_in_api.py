"""The door over HTTP: sign-in, sessions, forged requests, limits, accounts and keys."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from servers import copied, serving
from sign_ins import ACCESS, CHEAP, key_headers, session_of

import api.account_schemas
from api.app import create_app
from api.hosts import host_name
from api.limits import SearchLimit
from api.security import SESSION_TOKEN, own_path
from matchmaker.accounts.accounts import Account, HowTied, Ownership
from matchmaker.accounts.passwords import Passwords
from matchmaker.accounts.roles import Right, Role
from matchmaker.accounts.signing import Signer
from matchmaker.settings import Settings
from matchmaker.store import open_store

PASSWORD = "quatre mots bien à moi"
OTHER_PASSWORD = "encore quatre autres mots"
OURS = {"sec-fetch-site": "same-origin"}
COOKIE = "matchmaker"


@pytest.fixture(scope="module")
def home(demo_home, tmp_path_factory) -> Settings:
    """All tests knock from one address, and many knock wrongly."""
    access = ACCESS.model_copy(update={"free_failures": 10_000})
    return copied(demo_home, tmp_path_factory.mktemp("door") / "home", access=access)


@pytest.fixture(scope="module")
def service(home):
    """Serve a home to nobody in particular."""
    with serving(create_app(home, CHEAP)) as client:
        yield client


@pytest.fixture
def client(service):
    """Give a browser of one's own: its cookies end with the test."""
    with httpx.Client(base_url=service.base_url, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def sirets(home) -> list[str]:
    store = open_store(home.store_url)
    with store.reading() as unit:
        found = sorted(unit.companies.frame()["siret"])
    store.close()
    return found


@pytest.fixture
def store(home):
    store = open_store(home.store_url)
    yield store
    store.close()


_numbers = iter(range(10_000))


@pytest.fixture
def person(store):
    """Open accounts that have a password; hashed cheaply, so that tests are quick."""

    def opened(role=Role.ENTREPRENEUR, companies=(), **changes) -> Account:
        at, number = datetime.now(UTC), next(_numbers)
        values = {
            "id": f"person{number}",
            "email": f"person{number}@example.org",
            "name": f"Personne {number}",
            "role": role,
            "chamber": "77" if role is Role.ADVISER else None,
            "language": "fr",
            "created_at": at,
            "created_by": "tests",
            "password_hash": Passwords(time_cost=1, memory_cost=64).hash(PASSWORD),
            "companies": tuple(
                Ownership(siret, HowTied.ADVISER, at, "tests") for siret in companies
            ),
        }
        account = Account(**{**values, **changes})
        with store.unit() as unit:
            return unit.accounts.create(account)

    return opened


def enter(client, account, password=PASSWORD) -> httpx.Response:
    return client.post("/v1/session", json={"email": account.email, "password": password})


def entered(client, account) -> dict[str, str]:
    """Sign in; give the headers that a change needs."""
    answer = enter(client, account)
    assert answer.status_code == 200, answer.text
    return {"X-CSRF-Token": answer.json()["csrf_token"]}


def assert_problem(answer: httpx.Response, status: int, slug: str) -> None:
    assert (answer.status_code, answer.json().get("type")) == (
        status,
        f"urn:matchmaker:problem:{slug}",
    ), answer.text
    assert answer.json()["detail"].endswith(".")


# Sessions


def test_a_session_from_its_beginning_to_its_end(client, person, sirets):
    account = person(companies=sirets[:1])
    answer = enter(client, account)
    assert answer.status_code == 200
    document = api.account_schemas.SessionAnswer.model_validate(answer.json())
    assert document.account.email == account.email
    assert document.rights[Right.SUGGESTIONS] == "own"
    assert Right.ACCOUNTS not in document.rights
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for attribute in ("HttpOnly", "Path=/", "SameSite=lax"):
        assert attribute in cookie
    assert "Secure" not in cookie
    assert "argon2" not in answer.text
    assert client.get("/v1/session").json() == answer.json()

    token = client.cookies[COOKIE]
    csrf = {"X-CSRF-Token": document.csrf_token}
    left = client.delete("/v1/session", headers=csrf)
    assert left.status_code == 204
    assert f'{COOKIE}=""' in left.headers["set-cookie"]
    assert COOKIE not in client.cookies
    replayed = client.get("/v1/session", headers={"cookie": f"{COOKIE}={token}"})
    assert_problem(replayed, 401, "not-signed-in")
    assert replayed.headers["www-authenticate"] == "Bearer"
    assert f'{COOKIE}=""' in replayed.headers["set-cookie"], "the dead cookie goes"


def test_behind_tls_the_cookie_is_bound_to_the_host(home, person):
    account = person()
    access = ACCESS.model_copy(update={"public_url": "https://partenaires.example.org"})
    settings = home.model_copy(update={"access": access})
    with serving(create_app(settings, CHEAP)) as client:
        cookie = enter(client, account).headers["set-cookie"]
        assert cookie.startswith("__Host-matchmaker=")
        assert "Secure" in cookie
        assert "Domain" not in cookie
        named = client.get("/health", headers={"host": "partenaires.example.org"})
        assert named.status_code == 200


def test_a_cookie_with_any_byte_changed_opens_nothing(client, person):
    entered(client, person())
    good = client.cookies[COOKIE]
    client.cookies.clear()
    for place, letter in enumerate(good):
        other = "A" if letter != "A" else "B"
        forged = good[:place] + other + good[place + 1 :]
        answer = client.get("/v1/session", headers={"cookie": f"{COOKIE}={forged}"})
        assert answer.status_code == 401, place
    for forged in ("", good[:-1], good + "A", good.split(".")[0], "x" * 4000):
        answer = client.get("/v1/session", headers={"cookie": f"{COOKIE}={forged}"})
        assert answer.status_code == 401, forged
    assert client.get("/v1/session", headers={"cookie": f"{COOKIE}={good}"}).status_code == 200


def test_a_signature_for_another_purpose_is_no_cookie(client, home, person, store):
    account, signer, at = person(), Signer(ACCESS.secret.get_secret_value()), datetime.now(UTC)
    with store.unit() as unit:
        unit.sessions.open(
            signer.digest(SESSION_TOKEN, "token"),
            account.id,
            method="tests",
            at=at,
            expires_at=at + timedelta(hours=1),
        )
    for purpose, status in ((SESSION_TOKEN, 200), ("mail", 401), ("csrf", 401)):
        cookie = f"{COOKIE}={signer.sign(purpose, 'token')}"
        assert client.get("/v1/session", headers={"cookie": cookie}).status_code == status


@pytest.mark.parametrize(
    ("begun", "until"),
    [(timedelta(minutes=-10), timedelta(seconds=-1)), (timedelta(hours=-3), timedelta(hours=1))],
    ids=["expired", "idle"],
)
def test_an_old_session_has_ended(client, person, store, begun, until):
    account, signer, now = person(), Signer(ACCESS.secret.get_secret_value()), datetime.now(UTC)
    token = f"token of {account.id}"
    with store.unit() as unit:
        unit.sessions.open(
            signer.digest(SESSION_TOKEN, token),
            account.id,
            method="tests",
            at=now + begun,
            expires_at=now + until,
        )
    client.cookies.set(COOKIE, signer.sign(SESSION_TOKEN, token))
    assert_problem(client.get("/v1/session"), 401, "not-signed-in")
    page = client.get("/")
    assert (page.status_code, page.headers["location"]) == (303, "/connexion")


def test_a_closed_account_is_out_at_the_next_request(client, person, store):
    account = person()
    entered(client, account)
    with store.unit() as unit:
        unit.accounts.change(account.id, active=False)
    assert client.get("/v1/session").status_code == 401
    assert_problem(enter(client, account), 401, "sign-in-refused")


def test_a_planted_session_ends_with_the_sign_in(client, service, person):
    attacker, victim = person(), person()
    entered(client, attacker)
    planted = client.cookies[COOKIE]
    entered(client, victim)
    assert client.cookies[COOKIE] != planted
    assert client.get("/v1/session").json()["account"]["id"] == victim.id
    again = service.get("/v1/session", headers={"cookie": f"{COOKIE}={planted}"})
    assert again.status_code == 401


# Forged requests


def test_a_change_needs_the_token_of_its_own_session(client, service, person):
    csrf, account = entered(client, person()), "/v1/account/sessions"
    with httpx.Client(base_url=service.base_url) as other:
        of_another = entered(other, person())
    for headers in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "é"}, of_another):
        encoded = {name: value.encode("latin-1") for name, value in headers.items()}
        assert_problem(client.delete(account, headers=encoded), 403, "cross-site")
    for told in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
    ):
        assert_problem(client.delete(account, headers={**csrf, **told}), 403, "cross-site")
    assert client.delete(account, headers={**csrf, **OURS}).status_code == 200
    assert client.delete(account, headers=csrf).status_code == 200
    assert client.get(account).status_code == 200, "reading needs none"


def test_a_key_needs_no_token_and_a_cookie_beside_it_counts_for_nothing(client, home, person):
    entered(client, person(role=Role.ADMINISTRATOR))
    key = key_headers(home, Right.DIRECTORY)
    assert client.get("/v1/intents", headers=key).status_code == 200
    assert_problem(client.get("/v1/accounts", headers=key), 403, "not-allowed")
    body = {"commune": "77288", "limit": 1}
    assert client.post("/v1/preview", json=body, headers=key).status_code == 200
    for header in ("Bearer mm_x", "Basic abc", "Bearer", "", key["Authorization"] + "2"):
        answer = client.get("/v1/intents", headers={"Authorization": header})
        assert_problem(answer, 401, "not-signed-in")


@pytest.mark.parametrize(
    "headers", [{}, {"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}]
)
def test_no_other_site_signs_anybody_in(client, person, headers):
    account = person()
    form = {"email": account.email, "password": PASSWORD}
    answer = client.post("/connexion", data=form, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    if headers:
        assert_problem(client.post("/v1/session", json=form, headers=headers), 403, "cross-site")


# Refusals


def test_a_refusal_never_tells_whether_the_account_exists(client, person):
    known, closed = person(), person(active=False)
    passwordless = person(password_hash=None)
    answers = [
        client.post("/v1/session", json={"email": email, "password": password}).json()
        for email, password in (
            (known.email, "un autre mot de passe"),
            (closed.email, PASSWORD),
            (passwordless.email, PASSWORD),
            ("nobody@example.org", PASSWORD),
            ("no address", PASSWORD),
            (known.email, ""),
        )
    ]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["type"].endswith(":sign-in-refused")


def test_a_hundred_wrong_tries_are_slowed_and_logged(demo_home, person, tmp_path):
    account, settings = person(), copied(demo_home, tmp_path / "home")
    store = open_store(settings.store_url)
    with store.unit() as unit:
        unit.accounts.create(account)
    with serving(create_app(settings, CHEAP)) as client:
        answers = [enter(client, account, f"wrong {number}") for number in range(100)]
        statuses = [answer.status_code for answer in answers]
        assert set(statuses) == {401, 429}
        assert statuses[: settings.access.free_failures] == [401] * settings.access.free_failures
        slowed = [answer for answer in answers if answer.status_code == 429]
        assert len(slowed) >= 85
        assert all(int(answer.headers["retry-after"]) >= 1 for answer in slowed)
        assert_problem(slowed[0], 429, "too-many-tries")
        form = {"email": account.email, "password": "wrong"}
        # A wait may just be over; the next one is twice as long, so one of three meets it.
        pages = [client.post("/connexion", data=form, headers=OURS) for _ in range(3)]
        refused = [page for page in pages if page.status_code == 429]
        assert refused
        assert "Trop d'essais" in refused[0].text.replace("&#39;", "'")
    with store.reading() as unit:
        lines = unit.audit.list(action="sign_in", limit=200)
    store.close()
    assert len(lines) == 103
    assert {line.action for line in lines} == {"sign_in.refused", "sign_in.slowed"}


def test_a_password_is_in_no_log_and_no_answer(client, person, caplog, store):
    account, secret = person(), "hunter2 hunter2 hunter2"
    with caplog.at_level(logging.DEBUG):
        answers = [
            enter(client, account, secret),
            client.post("/v1/session", json={"email": account.email, "password": [secret]}),
            client.post("/v1/session", json={"email": secret, "password": secret, "x": secret}),
            client.post("/v1/session", content=f'{{"password": "{secret}"'),
            client.post(
                "/connexion", data={"email": account.email, "password": secret}, headers=OURS
            ),
        ]
    assert {answer.status_code for answer in answers} <= {401, 422, 429}
    for answer in answers:
        assert secret not in answer.text
    assert secret not in caplog.text
    with store.reading() as unit:
        assert secret not in str(unit.audit.list(limit=1000))


DEEP = 20_000


@pytest.mark.parametrize(
    ("content", "statuses"),
    [
        (b"x" * 300_000, {413}),
        (b"[" * DEEP, {400, 422}),
        (b"[" * DEEP + b"]" * DEEP, {400, 422}),
        (b'{"email":' * DEEP + b"1" + b"}" * DEEP, {400, 422}),
        (b'{"email": ' + b"[" * 500 + b"]" * 500 + b', "password": "x"}', {422}),
        (b"", {422}),
        (b"null", {422}),
        (b"\xff\xfe", {400, 422}),
        (b'{"email": "\\ud800@example.org", "password": "\\ud800"}', {401, 422}),
        (b'{"email": "a\\u0000@example.org", "password": "a\\u0000"}', {401, 422}),
        (b'{"email": "a@example.org", "password": "' + b"x" * 1025 + b'"}', {422}),
        (b'{"email": 1e999, "password": NaN}', {422}),
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/v1/session", "/v1/accounts", "/v1/keys"])
def test_strange_bodies_are_refused_clearly(client, home, path, content, statuses):
    cookies, csrf = session_of(home, Role.ADMINISTRATOR)
    client.cookies.update(cookies)
    headers = {**csrf, "content-type": "application/json"}
    answer = client.post(path, content=content, headers=headers)
    assert answer.status_code in statuses | ({422} if path != "/v1/session" else set())
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.text) < 5_000


# Pages


GOOD_WAYS = ["/", "/?q=melun&page=2", "/entreprises/00001005800014?intent=supply", "/a%20b"]
BAD_WAYS = [
    "",
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/%5Cevil.example",
    "/%2F%2Fevil.example",
    "/%252F%252Fevil.example",
    "/.//evil.example",
    "/x//evil.example",
    "/\tevil.example",
    "/\n/evil.example",
    "/x\r\nSet-Cookie: matchmaker=planted",
    "/x%0d%0aSet-Cookie:%20matchmaker=planted",
    "/x\x00",
    "javascript:alert(1)",
    "/connexion?suite=/connexion",
    "/deconnexion",
    " /",
    "/" + "x" * 3000,
]


@pytest.mark.parametrize("way", GOOD_WAYS)
def test_a_sign_in_leads_on_to_what_was_asked_for(client, person, way):
    assert own_path(way) == way
    answer = client.post("/connexion", data=_form(person(), way), headers=OURS)
    assert (answer.status_code, answer.headers["location"]) == (303, way)


@pytest.mark.parametrize("way", BAD_WAYS)
def test_a_sign_in_leads_to_no_other_site(client, person, way):
    assert own_path(way) == ""
    answer = client.post("/connexion", data=_form(person(), way), headers=OURS)
    if "\x00" in way:  # no field of a form may hold it
        assert (answer.status_code, "set-cookie" in answer.headers) == (422, False)
        return
    assert (answer.status_code, answer.headers["location"]) == (303, "/mon-compte/rattachement")
    assert answer.headers.get_list("set-cookie") == [answer.headers["set-cookie"]]
    assert "planted" not in str(answer.headers)
    page = client.get("/connexion", params={"suite": way})
    assert page.status_code == 200
    assert 'name="suite"' not in page.text


def _form(account: Account, way: str) -> dict[str, str]:
    return {"email": account.email, "password": PASSWORD, "suite": way}


def test_pages_from_the_sign_in_to_the_sign_out(client, person, sirets):
    mine, foreign = sirets[0], sirets[1]
    account = person(companies=[mine])
    asked = client.get(f"/entreprises/{mine}?intent=supply&lang=en")
    assert asked.status_code == 303
    location = asked.headers["location"]
    assert location.startswith("/connexion?suite=%2Fentreprises%2F")
    page = client.get(location)
    assert "Sign in" in page.text
    wanted = f"/entreprises/{mine}?intent=supply&amp;lang=en"
    assert f'name="suite" value="{wanted}"' in page.text
    refused = client.post(
        "/connexion", data={"email": account.email, "password": "non"}, headers=OURS
    )
    assert refused.status_code == 401
    assert "ne convient pas" in refused.text
    assert f'value="{account.email}"' in refused.text

    form = {"email": account.email, "password": PASSWORD}
    answer = client.post("/connexion", data=form, headers=OURS)
    assert answer.headers["location"] == f"/entreprises/{mine}", "one firm: its page"
    own = client.get(answer.headers["location"])
    assert account.name in own.text
    assert 'class="cards' in own.text
    other = client.get(f"/entreprises/{foreign}")
    assert other.status_code == 200
    assert 'class="cards' not in other.text
    assert "ne sont montrées" in other.text
    for link in ("/mentions-legales", "/confidentialite"):
        assert f'href="{link}"' in own.text

    token, old = re.search(r'name="csrf" value="(\w+)"', own.text)[1], client.cookies[COOKIE]
    unsigned = client.post("/deconnexion", headers=OURS)
    assert unsigned.status_code == 403
    left = client.post("/deconnexion", data={"csrf": token}, headers=OURS)
    assert (left.status_code, left.headers["location"]) == (303, "/connexion")
    assert COOKIE not in client.cookies
    replayed = client.get("/", headers={"cookie": f"{COOKIE}={old}"})
    assert replayed.status_code == 303
    assert f'{COOKIE}=""' in replayed.headers["set-cookie"]
    assert client.post("/deconnexion", headers=OURS).status_code == 303, "twice does no harm"


def test_an_adviser_answers_for_the_firms_of_the_chamber_only(client, home, sirets, store):
    with store.reading() as unit:
        of = {unit.companies.get(siret).department: siret for siret in sirets}
    cookies, _ = session_of(home, Role.ADVISER, chamber="77")
    client.cookies.update(cookies)
    for department, may_answer in (("77", True), ("91", False)):
        page = client.get(f"/entreprises/{of[department]}").text
        assert "Suggestions pour cette entreprise" in page
        assert ("/ecarter" in page) is may_answer


# Limits


def test_searches_are_limited_per_caller(home, person):
    access = ACCESS.model_copy(update={"searches_per_minute": 3})
    settings = home.model_copy(update={"access": access})
    with serving(create_app(settings, CHEAP)) as client:
        first, second = key_headers(home), key_headers(home)
        paths = ("/v1/companies", "/", "/v1/companies?q=melun")
        assert [client.get(path, headers=first).status_code for path in paths] == [200] * 3
        answer = client.get("/v1/companies", headers=first)
        assert_problem(answer, 429, "too-many-tries")
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        page = client.get("/", headers={**first, "accept": "text/html"})
        assert page.status_code == 429
        assert "Trop de demandes" in page.text
        assert client.get("/v1/intents", headers=first).status_code == 200
        assert client.get("/v1/companies", headers=second).status_code == 200


def test_a_limit_needs_at_least_one_search():
    with pytest.raises(ValueError, match="greater than or equal to 1"):
        Settings(access={"searches_per_minute": 0})
    assert SearchLimit(1) is not None


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "evil.example:8077", "a@127.0.0.1"]
)
def test_another_host_name_is_refused(client, host):
    for path in ("/health", "/", "/v1/companies"):
        answer = client.get(path, headers={"host": host})
        assert_problem(answer, 400, "unknown-host")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST:1", "localhost:8077"])
def test_known_hosts_are_known_on_any_port(client, host):
    assert client.get("/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("a.example:80", "a.example"),
        ("A.Example", "a.example"),
        ("[::1]:80", "::1"),
        ("a.example/x", None),
        ("a.example?x", None),
        ("u@a.example", None),
        ("a.example:x", None),
        ("[::1", None),
        ("", None),
    ],
)
def test_host_names_of_headers(header, name):
    assert host_name(header) == name


# One's own account


def test_a_new_password_ends_the_other_sessions(client, service, person):
    account = person()
    csrf = entered(client, account)
    with httpx.Client(base_url=service.base_url, timeout=30) as other:
        entered(other, account)
        path, good = "/v1/account/password", {"old": PASSWORD, "new": OTHER_PASSWORD}
        wrong = client.put(path, json={**good, "old": "wrong"}, headers=csrf)
        assert_problem(wrong, 401, "sign-in-refused")
        weak = client.put(path, json={**good, "new": "court"}, headers=csrf)
        assert_problem(weak, 422, "bad-account")
        assert OTHER_PASSWORD not in weak.text
        listed = client.get("/v1/account/sessions").json()
        api.account_schemas.SessionsAnswer.model_validate(listed)
        assert sorted(each["current"] for each in listed["items"]) == [False, True]
        assert client.put(path, json=good, headers=csrf).status_code == 204
        assert client.get("/v1/session").status_code == 200
        assert other.get("/v1/session").status_code == 401
        assert enter(other, account).status_code == 401
        assert enter(other, account, OTHER_PASSWORD).status_code == 200
    assert client.delete("/v1/account/sessions", headers=csrf).json() == {"ended": 1}
    assert client.get("/v1/account").json()["id"] == account.id


# Other people's accounts


@pytest.fixture
def administrator(client, home):
    """Sign an administrator in; give the headers that their changes need."""
    cookies, csrf = session_of(home, Role.ADMINISTRATOR)
    client.cookies.update(cookies)
    return csrf


def test_an_account_from_its_opening_to_its_end(client, administrator, sirets, store):
    csrf, email = administrator, f"Nouveau{next(_numbers)}@Example.org"
    body = {"email": email, "role": "entrepreneur", "companies": [sirets[0], sirets[0]]}
    made = client.post("/v1/accounts", json=body, headers=csrf)
    assert made.status_code == 201, made.text
    account = api.account_schemas.AccountAnswer.model_validate(made.json())
    assert account.email == email.lower()
    assert [each.siret for each in account.companies] == [sirets[0]]
    assert not account.has_password
    path = made.headers["location"]
    assert client.get(path).json() == made.json()
    listed = client.get("/v1/accounts", params={"siret": sirets[0]}).json()
    assert account.id in [each["id"] for each in listed["items"]]
    assert_problem(client.post("/v1/accounts", json=body, headers=csrf), 422, "bad-account")

    alone = client.patch(path, json={"role": "adviser"}, headers=csrf)
    assert_problem(alone, 422, "bad-account")
    named = client.patch(path, json={"name": "Zoé", "language": "en"}, headers=csrf)
    assert (named.json()["name"], named.json()["language"]) == ("Zoé", "en")
    assert client.patch(path, json={"active": False}, headers=csrf).json()["active"] is False
    assert client.delete(f"{path}/sessions", headers=csrf).json() == {"ended": 0}
    assert client.delete(path, headers=csrf).status_code == 204
    assert_problem(client.get(path), 404, "unknown-account")
    assert_problem(client.delete(path, headers=csrf), 404, "unknown-account")
    logged = client.get("/v1/audit", params={"action": "account", "limit": 50}).json()
    api.account_schemas.AuditAnswer.model_validate(logged)
    actions = [each["action"] for each in logged["items"] if each["subject"] == account.id]
    assert actions[-1] == "account.created"
    assert {"account.changed", "account.deleted"} <= set(actions)


def test_whoever_is_invited_gets_a_letter(client, administrator, store):
    email = f"invitee{next(_numbers)}@example.org"
    body = {"email": email, "role": "administrator"}
    made = client.post("/v1/accounts", json=body, headers=administrator)
    with store.unit() as unit:
        written = [line for line in unit.outbox.list() if line.recipient == email]
    assert [line.account_id for line in written] == [made.json()["id"]]


@pytest.mark.parametrize(
    "more",
    [
        {"password_hash": "x"},
        {"id": "chosen"},
        {"demo": True},
        {"active": True},
        {"created_by": "x"},
        {"issuer": "https://evil.example", "subject": "1"},
        {"role": "service"},
        {"role": "root"},
        {"companies": ["1"]},
        {"companies": ["00001005800014"], "role": "administrator"},
        {"chamber": "77"},
        {"email": "no address"},
        {"email": "a@example.org\r\nBcc: b@example.org"},
        {"name": "two\nlines"},
        {"name": "\u0000"},
        {"language": "de"},
    ],
    ids=str,
)
def test_nobody_opens_an_account_that_cannot_be(client, administrator, more):
    body = {"email": f"more{next(_numbers)}@example.org", "role": "entrepreneur", **more}
    answer = client.post("/v1/accounts", json=body, headers=administrator)
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize(
    "more",
    [
        {"email": "other@example.org"},
        {"password_hash": "x"},
        {"id": "chosen"},
        {"demo": True},
        {"companies": []},
        {"signed_in_at": None},
        {"subject": "1"},
        {"active": None},
        {"active": "false"},
        {"role": None},
        {"role": "service"},
        {"chamber": "999"},
    ],
    ids=str,
)
def test_a_patch_reaches_only_what_it_may(client, administrator, person, store, more):
    account = person()
    path = f"/v1/accounts/{account.id}"
    answer = client.patch(path, json={"name": "Autre", **more}, headers=administrator)
    assert answer.status_code == 422, answer.text
    with store.reading() as unit:
        assert unit.accounts.get(account.id) == account


def test_the_last_administrator_stays(demo_home, tmp_path):
    settings = copied(demo_home, tmp_path / "home")
    with serving(create_app(settings, CHEAP)) as client:
        cookies, csrf = session_of(settings, Role.ADMINISTRATOR)
        client.cookies.update(cookies)
        account = client.get("/v1/account").json()["id"]
        path = f"/v1/accounts/{account}"
        for change in ({"active": False}, {"role": "entrepreneur"}):
            assert_problem(client.patch(path, json=change, headers=csrf), 422, "bad-account")
        assert_problem(client.delete(path, headers=csrf), 422, "bad-account")
        assert client.get("/v1/account").status_code == 200
        session_of(settings, Role.ADMINISTRATOR)
        assert client.delete(path, headers=csrf).status_code == 204
        assert client.get("/v1/account").status_code == 401


def test_guessing_ids_tells_nothing(client, home, person):
    cookies, csrf = session_of(home, Role.ENTREPRENEUR)
    client.cookies.update(cookies)
    known = person().id
    for method, path in (
        ("GET", "/v1/accounts/{id}"),
        ("PATCH", "/v1/accounts/{id}"),
        ("DELETE", "/v1/accounts/{id}"),
        ("DELETE", "/v1/accounts/{id}/sessions"),
        ("DELETE", "/v1/keys/{id}"),
    ):
        answers = [
            client.request(
                method,
                path.format(id=each),
                headers=csrf,
                json={"active": False} if method == "PATCH" else None,
            )
            for each in (known, "aaaaaaaa")
        ]
        assert [answer.status_code for answer in answers] == [403, 403]
        assert answers[0].json()["detail"] == answers[1].json()["detail"]


# Keys


def test_a_key_is_shown_once_turned_over_and_revoked(client, administrator, service):
    csrf = administrator
    body = {"name": "crm", "scopes": ["directory"], "chamber": "77", "days": 3}
    made = client.post("/v1/keys", json=body, headers=csrf)
    assert made.status_code == 201
    first = api.account_schemas.ShownKey.model_validate(made.json())
    listed = client.get("/v1/keys")
    api.account_schemas.KeysAnswer.model_validate(listed.json())
    assert first.id in [each["id"] for each in listed.json()["items"]]
    assert first.key not in listed.text

    def opens(key: str) -> int:
        headers = {"Authorization": f"Bearer {key}"}
        return service.get("/v1/intents", headers=headers).status_code

    assert opens(first.key) == 200
    rotation = f"/v1/keys/{first.id}/rotation"
    second = client.post(rotation, json={"overlap_hours": 1}, headers=csrf).json()
    assert (second["name"], second["scopes"], second["chamber"]) == ("crm", ["directory"], "77")
    assert [opens(first.key), opens(second["key"])] == [200, 200]
    third = client.post(f"/v1/keys/{second['id']}/rotation", json={}, headers=csrf).json()
    assert [opens(second["key"]), opens(third["key"])] == [401, 200]
    assert client.delete(f"/v1/keys/{third['id']}", headers=csrf).status_code == 204
    assert opens(third["key"]) == 401
    again = client.post(f"/v1/keys/{third['id']}/rotation", json={}, headers=csrf)
    assert_problem(again, 422, "bad-account")
    assert_problem(client.delete("/v1/keys/none", headers=csrf), 404, "unknown-account")


@pytest.mark.parametrize(
    "more",
    [
        {"scopes": []},
        {"scopes": ["accounts"]},
        {"scopes": ["everything"]},
        {"days": 0},
        {"days": True},
        {"days": 100_000},
        {"chamber": "999"},
        {"name": ""},
        {"name": "a\nb"},
        {"digest": "x"},
    ],
    ids=str,
)
def test_a_key_that_cannot_be_is_not_made(client, administrator, more):
    body = {"name": "crm", "scopes": ["directory"], **more}
    answer = client.post("/v1/keys", json=body, headers=administrator)
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("query", [{"since": "2026-11-24"}, {"limit": 0}, {"limit": 10**9}])
def test_a_log_is_asked_for_rightly(client, administrator, query):
    for path in ("/v1/audit", "/v1/contact-reads"):
        assert_problem(client.get(path, params=query), 422, "bad-value")


def test_the_log_of_contact_data_is_read(client, administrator, store, sirets):
    from matchmaker.accounts.principals import system

    at = datetime.now(UTC)
    with store.unit() as unit:
        unit.contacts.note(at=at, by=system("tests"), siret=sirets[3], purpose="profile")
    answer = client.get("/v1/contact-reads", params={"siret": sirets[3]}).json()
    api.account_schemas.ContactReadsAnswer.model_validate(answer)
    assert [each["purpose"] for each in answer["items"]] == ["profile"]
    later = {"since": (at + timedelta(seconds=1)).isoformat()}
    assert client.get("/v1/contact-reads", params=later).json()["items"] == []


def test_the_description_says_how_to_prove_who_one_is(service, home):
    document = service.get("/v1/openapi.json", headers=key_headers(home)).json()
    assert set(document["components"]["securitySchemes"]) == {"session", "key"}
    assert document["paths"]["/v1/companies"]["get"]["security"] == [{"session": []}, {"key": []}]
    assert "security" not in document["paths"]["/v1/session"]["post"]
    assert json.dumps(document).count("password_hash") == 0


def test_a_page_is_compressed_and_its_token_is_another_each_time(client, home):
    cookies, _ = session_of(home, Role.ADVISER, chamber="77")
    with httpx.Client(base_url=client.base_url, cookies=cookies) as browser:
        plain = browser.get("/mon-compte", headers={"Accept-Encoding": "identity"})
        packed = browser.get("/mon-compte", headers={"Accept-Encoding": "gzip"})
        assert "content-encoding" not in plain.headers
        assert packed.headers["content-encoding"] == "gzip"
        assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
        assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding, Sec-Fetch-Site"
        first, second = (
            re.search(r'name="csrf" value="(\w+)"', each.text)[1] for each in (plain, packed)
        )
        assert first != second
        answers = [
            browser.post("/mon-compte/langue", data={"csrf": token, "language": "fr"}).status_code
            for token in (first, second, first[:64] + second[64:])
        ]
    assert answers == [303, 303, 403]
