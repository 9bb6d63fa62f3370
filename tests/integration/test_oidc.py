"""Signing in through an OpenID Connect provider: a real one, and one that lies."""

from __future__ import annotations

import json
import logging
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from forged_provider import CLIENT, SECRET, Claims, ForgedProvider
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from servers import serving
from sign_ins import ACCESS

from api import provider as provider_module
from api.app import create_app
from api.pages import oidc as page
from matchmaker.accounts.accounts import Account, HowTied, Ownership
from matchmaker.accounts.passwords import Passwords
from matchmaker.accounts.roles import Role
from matchmaker.errors import SettingsError
from matchmaker.settings import OidcSettings, Settings
from matchmaker.store import Store

SIRET, OTHER_SIRET = "73282932000074", "00001005800014"
MARIE: Claims = {
    "sub": "marie-1",
    "email": "Marie@Example.ORG",
    "email_verified": True,
    "given_name": "Marie",
    "usual_name": "Curie",
    "siret": SIRET,
}
AT = datetime(2026, 11, 24, tzinfo=UTC)
KEY, OTHER_KEY = (RSAKey.generate_key(2048, {"kid": kid}) for kid in ("one", "two"))


def settings_of(folder: Path, issuer: str, **changes: object) -> Settings:
    oidc = OidcSettings(issuer=issuer, client_id=CLIENT, client_secret=SECRET, **changes)
    return Settings(home=folder / "home", access=ACCESS, oidc=oidc)


def put_account(store: Store, **changes: object) -> Account:
    values: dict[str, object] = {
        "id": "m2p9qak7",
        "email": "marie@example.org",
        "name": "Marie",
        "role": Role.ENTREPRENEUR,
        "chamber": None,
        "language": "fr",
        "created_at": AT,
        "created_by": "tests",
    }
    account = Account(**{**values, **changes})
    with store.unit() as unit:
        unit.accounts.create(account)
    return account


def forget_accounts(store: Store) -> None:
    with store.unit() as unit:
        for account in unit.accounts.list():
            unit.accounts.delete(account.id)


def accounts_of(store: Store) -> tuple[Account, ...]:
    with store.reading() as unit:
        return unit.accounts.list()


def audit_of(store: Store) -> list[tuple[str, str, dict[str, object]]]:
    with store.reading() as unit:
        lines = unit.audit.list()
    return [(line.action, line.subject, dict(line.details)) for line in reversed(lines)]


def path_of(address: str) -> str:
    """Path and query of an address at which the service thinks that it is."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def browser(service: httpx.Client) -> httpx.Client:
    """Another browser: no cookies yet."""
    # Nothing here is behind TLS, and reading certificates takes long.
    return httpx.Client(base_url=service.base_url, timeout=30, verify=False)


def leave(person: httpx.Client, **query: str) -> str:
    """Begin a sign-in; give the address at the provider."""
    answer = person.get("/connexion/oidc", params=query)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def way_back(person: httpx.Client, **query: str) -> str:
    """Walk to the provider that asks nothing; give the path that it sends back to."""
    answer = person.get(leave(person, **query))
    assert answer.status_code == 303, answer.text
    return path_of(answer.headers["location"])


def who(person: httpx.Client) -> httpx.Response:
    return person.get("/v1/account")


@dataclass
class Walk:
    """A service beside a provider of the tests' own."""

    settings: Settings
    service: httpx.Client
    provider: ForgedProvider
    store: Store

    def sign_in(self, **query: str) -> tuple[httpx.Client, httpx.Response]:
        person = browser(self.service)
        return person, person.get(way_back(person, **query))


@pytest.fixture(scope="module")
def forged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FastAPI, Walk]]:
    provider = ForgedProvider(person={}, key=KEY)
    with serving(provider.app()) as at_provider:
        issuer = str(at_provider.base_url).rstrip("/")
        settings = settings_of(tmp_path_factory.mktemp("oidc"), issuer)
        app = create_app(settings)
        with serving(app) as service:
            yield app, Walk(settings, service, provider, app.state.service.store)


@pytest.fixture
def walk(forged: tuple[FastAPI, Walk]) -> Walk:
    """Begin anew: a provider that behaves, a service that does not know it yet, no accounts."""
    app, walk = forged
    fresh = ForgedProvider(person=dict(MARIE), key=KEY)
    vars(walk.provider).clear()
    vars(walk.provider).update(vars(fresh))
    app.state.provider = provider_module.provider_of(walk.settings.oidc)
    walk.service.cookies.clear()
    forget_accounts(walk.store)
    return walk


@pytest.fixture(scope="module")
def real_provider() -> Iterator[str]:
    """Run `oidc-provider-mock`, a provider of others' making, as a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    people = [
        MARIE,
        {"sub": "paul", "email": "paul@example.org", "email_verified": True, "name": "Paul Pain"},
    ]
    for person in people:
        command += ["--user-claims", json.dumps(person)]
    process = subprocess.Popen([*command, "--require-nonce", "true"], stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, "the provider ended at its start"
        try:
            if httpx.get(f"{address}/jwks", verify=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the provider did not start")


@pytest.fixture(scope="module")
def service_beside_real(
    real_provider: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, httpx.Client]]:
    folder = tmp_path_factory.mktemp("real")
    settings = settings_of(folder, real_provider, scopes=("openid", "email", "profile"))
    app = create_app(settings)
    with serving(app) as service:
        yield app.state.service.store, service


@pytest.fixture
def beside_real(
    service_beside_real: tuple[Store, httpx.Client],
) -> tuple[Store, httpx.Client]:
    forget_accounts(service_beside_real[0])
    return service_beside_real


def consent(address: str, sub: str) -> str:
    """Sign in at the real provider; give the path that it sends back to."""
    assert httpx.get(address, verify=False).status_code == 200
    answer = httpx.post(address, data={"sub": sub}, verify=False)
    assert answer.status_code == 302, answer.text
    return path_of(answer.headers["location"])


def test_a_person_of_the_real_provider_comes_in_with_their_firm(
    real_provider: str, beside_real
) -> None:
    store, service = beside_real
    person = browser(service)
    answer = person.get(consent(leave(person), "marie-1"))
    assert (answer.status_code, answer.headers["location"]) == (303, f"/entreprises/{SIRET}")
    (account,) = accounts_of(store)
    assert (account.email, account.role) == ("marie@example.org", Role.ENTREPRENEUR)
    assert [(each.siret, each.how) for each in account.companies] == [(SIRET, HowTied.SIRET_CLAIM)]
    assert (account.issuer, account.subject) == (real_provider, "marie-1")
    assert account.password_hash is None
    assert who(person).status_code == 200
    assert [action for action, _, _ in audit_of(store)][-1] == "sign_in.done"


def test_the_real_provider_names_no_firm(beside_real) -> None:
    store, service = beside_real
    person = browser(service)
    answer = person.get(consent(leave(person, lang="en"), "paul"))
    assert answer.status_code == 303
    assert answer.headers["location"] == "/mon-compte/rattachement?lang=en"
    assert "Claim my company" in person.get(answer.headers["location"]).text
    (account,) = accounts_of(store)
    assert (account.name, account.companies) == ("Paul Pain", ())
    assert who(person).status_code == 200


def test_a_code_of_the_real_provider_is_good_once(beside_real) -> None:
    _, service = beside_real
    person = browser(service)
    back = consent(leave(person), "marie-1")
    cookies = dict(person.cookies)
    assert person.get(back).status_code == 303
    assert person.get(back).status_code == 401  # the state is gone from the browser
    thief = browser(service)
    thief.cookies.update(cookies)
    answer = thief.get(back)  # with the state: the provider knows the code no more
    assert answer.status_code == 401
    assert "ne suffit pas" in answer.text
    assert who(thief).status_code == 401


def test_denied_at_the_real_provider(beside_real) -> None:
    store, service = beside_real
    person = browser(service)
    answer = person.post(leave(person), data={"action": "deny"})
    back = path_of(answer.headers["location"])
    assert "error=access_denied" in back
    # This provider leaves the state out of a refusal: then it could be anybody's.
    assert person.get(back).status_code == 401
    assert accounts_of(store) == ()


def test_what_is_asked_of_the_provider(walk: Walk) -> None:
    person = browser(walk.service)
    address = leave(person)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert asked["response_type"] == "code"
    assert asked["scope"] == "openid email given_name usual_name siret"
    assert asked["redirect_uri"] == "http://127.0.0.1:8077/connexion/oidc/retour"
    assert asked["code_challenge_method"] == "S256"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    again = parse_qs(urlsplit(leave(person)).query)
    assert again["state"][0] != asked["state"]
    assert again["nonce"][0] != asked["nonce"]


def test_the_state_cookie_is_kept_from_scripts_and_other_paths(walk: Walk) -> None:
    answer = walk.service.get("/connexion/oidc")
    (cookie,) = answer.headers.get_list("set-cookie")
    assert "HttpOnly" in cookie
    assert "Path=/connexion/oidc" in cookie
    assert "Max-Age=600" in cookie
    assert "SameSite=lax" in cookie
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["nonce"][0] not in cookie


def test_behind_tls_cookies_are_secure(walk: Walk) -> None:
    access = walk.settings.access.model_copy(update={"public_url": "https://cci.example.org"})
    settings = walk.settings.model_copy(update={"access": access})
    with serving(create_app(settings)) as service:
        answer = service.get("/connexion/oidc")
    (cookie,) = answer.headers.get_list("set-cookie")
    assert cookie.startswith("__Secure-matchmaker-oidc=")
    assert "Secure" in cookie
    assert "https%3A%2F%2Fcci.example.org%2Fconnexion%2Foidc%2Fretour" in answer.headers["location"]


@pytest.mark.parametrize("signs_answers", [True, False])
def test_a_signed_and_a_plain_answer_about_the_person(walk: Walk, signs_answers: bool) -> None:
    walk.provider.signs_answers = signs_answers
    person, answer = walk.sign_in()
    assert answer.headers["location"] == f"/entreprises/{SIRET}"
    (account,) = accounts_of(walk.store)
    assert (account.name, account.email) == ("Marie Curie", "marie@example.org")
    assert who(person).json()["email"] == "marie@example.org"


@pytest.mark.parametrize(
    ("offered", "used"),
    [
        (("client_secret_post", "private_key_jwt"), "client_secret_post"),
        (("client_secret_basic", "client_secret_post"), "basic"),
    ],
)
def test_the_secret_goes_as_the_provider_takes_it(
    walk: Walk, offered: tuple[str, ...], used: str
) -> None:
    walk.provider.auth_methods = offered
    _, answer = walk.sign_in()
    assert answer.status_code == 303
    assert walk.provider.seen_auth == [used]


def test_the_same_person_comes_back_to_the_same_account(walk: Walk) -> None:
    walk.sign_in()
    walk.sign_in()
    (account,) = accounts_of(walk.store)
    assert account.signed_in_at is not None
    actions = [action for action, of, _ in audit_of(walk.store) if of == account.id]
    assert actions.count("account.created") == 1
    assert actions.count("sign_in.done") == 2


def test_a_new_address_is_taken_up_and_a_new_firm_replaces_the_named_one(walk: Walk) -> None:
    walk.sign_in()
    (account,) = accounts_of(walk.store)
    with walk.store.unit() as unit:
        unit.accounts.tie(account.id, "55208131766522", HowTied.ADVISER, AT, "tests")
    walk.provider.person |= {"email": "m.curie@example.org", "siret": OTHER_SIRET}
    walk.sign_in()
    (account,) = accounts_of(walk.store)
    assert account.email == "m.curie@example.org"
    assert {each.siret: each.how for each in account.companies} == {
        OTHER_SIRET: HowTied.SIRET_CLAIM,
        "55208131766522": HowTied.ADVISER,
    }


def test_an_address_that_another_account_has_is_not_taken_up(walk: Walk) -> None:
    walk.sign_in()
    put_account(walk.store, email="paul@example.org")
    walk.provider.person["email"] = "paul@example.org"
    _, answer = walk.sign_in()
    assert answer.status_code == 303
    assert sorted(each.email for each in accounts_of(walk.store)) == [
        "marie@example.org",
        "paul@example.org",
    ]


def test_an_entrepreneur_with_a_checked_address_is_linked(walk: Walk) -> None:
    owned = Ownership(OTHER_SIRET, HowTied.CODE, AT, "tests")
    put_account(walk.store, password_hash="some hash", companies=(owned,))
    _, answer = walk.sign_in()
    assert answer.status_code == 303
    (account,) = accounts_of(walk.store)
    assert (account.id, account.subject) == ("m2p9qak7", "marie-1")
    assert {each.siret for each in account.companies} == {SIRET, OTHER_SIRET}


def test_an_adviser_who_was_prepared_comes_in_and_gets_no_firm(walk: Walk) -> None:
    put_account(walk.store, role=Role.ADVISER, chamber="77")
    person, answer = walk.sign_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/portefeuille")
    (account,) = accounts_of(walk.store)
    assert (account.role, account.companies) == (Role.ADVISER, ())
    assert who(person).json()["role"] == "adviser"


def _unverified(person: Claims) -> None:
    person["email_verified"] = False


def _silent(person: Claims) -> None:
    del person["email_verified"]


@pytest.mark.parametrize("change", [_unverified, _silent])
@pytest.mark.parametrize("role", [Role.ADVISER, Role.ADMINISTRATOR, Role.ENTREPRENEUR])
def test_an_unchecked_address_takes_no_account_over(
    walk: Walk, change: Callable[[Claims], None], role: Role
) -> None:
    put_account(walk.store, role=role, chamber="77" if role is Role.ADVISER else None)
    change(walk.provider.person)
    person, answer = walk.sign_in()
    assert answer.status_code == 401
    assert "ne confirme pas votre adresse" in answer.text
    (account,) = accounts_of(walk.store)
    assert (account.issuer, account.subject) == (None, None)
    assert who(person).status_code == 401
    assert audit_of(walk.store)[-1] == ("sign_in.refused", "", {"reason": "email"})


def test_an_unchecked_address_opens_no_account(walk: Walk) -> None:
    _silent(walk.provider.person)
    _, answer = walk.sign_in()
    assert answer.status_code == 401
    assert accounts_of(walk.store) == ()


def test_a_provider_that_vouches_for_addresses_without_saying_so(walk: Walk) -> None:
    oidc = walk.settings.oidc.model_copy(update={"email_is_checked": True})
    settings = walk.settings.model_copy(update={"oidc": oidc})
    _silent(walk.provider.person)
    with serving(create_app(settings)) as service:
        _, answer = Walk(settings, service, walk.provider, walk.store).sign_in()
        assert answer.status_code == 303
        walk.provider.person |= {"sub": "paul", "email_verified": False}
        _, answer = Walk(settings, service, walk.provider, walk.store).sign_in()
    assert answer.status_code == 401


@pytest.mark.parametrize("role", [Role.ADVISER, Role.ADMINISTRATOR])
def test_a_checked_address_opens_no_adviser_who_has_a_password(walk: Walk, role: Role) -> None:
    chamber = "77" if role is Role.ADVISER else None
    put_account(walk.store, role=role, chamber=chamber, password_hash="some hash")
    person, answer = walk.sign_in()
    assert answer.status_code == 401
    assert "avec un mot de passe" in answer.text
    assert accounts_of(walk.store)[0].subject is None
    assert who(person).status_code == 401


def test_a_closed_account_stays_closed(walk: Walk) -> None:
    put_account(walk.store, active=False)
    _, answer = walk.sign_in()
    assert answer.status_code == 401
    assert "Ce compte est fermé" in answer.text
    put_account(
        walk.store,
        id="k7m2p9qa",
        email="m@example.org",
        active=False,
        issuer=walk.settings.oidc.issuer,
        subject="marie-2",
    )
    walk.provider.person |= {"sub": "marie-2", "email": "else@example.org"}
    _, answer = walk.sign_in()
    assert "Ce compte est fermé" in answer.text


def test_somebody_else_with_the_same_address_is_refused(walk: Walk) -> None:
    walk.sign_in()
    walk.provider.person["sub"] = "marie-2"
    _, answer = walk.sign_in()
    assert answer.status_code == 401
    assert "une autre personne" in answer.text
    assert [each.subject for each in accounts_of(walk.store)] == ["marie-1"]


@pytest.mark.parametrize("siret", ["73282932000075", "123", "", 73282932000074, ["x"], "' OR 1=1"])
def test_a_siret_that_is_none_ties_nothing(walk: Walk, siret: object) -> None:
    walk.provider.person["siret"] = siret
    _, answer = walk.sign_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/mon-compte/rattachement")
    assert accounts_of(walk.store)[0].companies == ()


def _with(**changes: object) -> Callable[[Claims], Claims]:
    return lambda claims: {**claims, **changes}


def _without(name: str) -> Callable[[Claims], Claims]:
    return lambda claims: {key: value for key, value in claims.items() if key != name}


@pytest.mark.parametrize(
    "forge",
    [
        _with(nonce="of another sign-in"),
        _without("nonce"),
        _with(aud="another client"),
        _with(aud="another client", azp=CLIENT),
        _with(aud=[CLIENT, "another client"]),
        _without("aud"),
        _with(iss="https://else.example.org"),
        _without("iss"),
        _with(exp=int(time.time()) - 3600),
        _without("exp"),
        _with(iat=int(time.time()) + 3600),
        _with(sub=""),
        _with(sub=17),
        _with(sub="x" * 256),
        _with(sub="nul\0"),
        _without("sub"),
    ],
)
def test_a_token_that_proves_nothing_is_refused(
    walk: Walk, forge: Callable[[Claims], Claims]
) -> None:
    walk.provider.forge_token = forge
    person, answer = walk.sign_in()
    assert answer.status_code == 401
    assert "ne suffit pas" in answer.text
    assert accounts_of(walk.store) == ()
    assert who(person).status_code == 401


def _tampered(token: str) -> str:
    head, body, signature = token.split(".")
    return f"{head}.{body}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"


def _other_body(token: str) -> str:
    claims = jwt.decode(token, KEY).claims
    other = jwt.encode({"alg": "RS256", "kid": "one"}, {**claims, "sub": "admin"}, KEY)
    head, _, signature = token.split(".")
    return f"{head}.{other.split('.')[1]}.{signature}"


def _unsigned(token: str) -> str:
    _, body, _ = token.split(".")
    return f"eyJhbGciOiJub25lIn0.{body}."


def _by_public_key(token: str) -> str:
    """Sign with the public key as if it were a shared secret."""
    claims = jwt.decode(token, KEY).claims
    secret = OctKey.import_key(KEY.as_pem(private=False))
    return jwt.encode({"alg": "HS256", "kid": "one"}, claims, secret)


@pytest.mark.parametrize(
    "spoil",
    [
        _tampered,
        _other_body,
        _unsigned,
        _by_public_key,
        lambda _: "x.y.z",
        lambda _: "",
        lambda _: 7,
    ],
)
def test_a_token_that_was_tampered_with_is_refused(walk: Walk, spoil: Callable[[str], str]) -> None:
    walk.provider.spoil = spoil
    person, answer = walk.sign_in()
    assert answer.status_code in (401, 503)
    assert accounts_of(walk.store) == ()
    assert who(person).status_code == 401


def test_a_token_signed_by_somebody_else_is_refused(walk: Walk) -> None:
    walk.provider.signing_key = OTHER_KEY
    _, answer = walk.sign_in()
    assert answer.status_code == 401
    assert accounts_of(walk.store) == ()


def test_a_key_that_the_provider_has_changed_is_fetched(walk: Walk) -> None:
    assert walk.sign_in()[1].status_code == 303
    walk.provider.key, walk.provider.kid = OTHER_KEY, "two"
    assert walk.sign_in()[1].status_code == 303


@pytest.mark.parametrize(
    "forge",
    [
        _with(sub="somebody else"),
        _without("sub"),
        _with(aud="another client"),
        _with(iss="https://else.example.org"),
        _with(exp=int(time.time()) - 3600),
    ],
)
def test_an_answer_about_somebody_else_is_refused(
    walk: Walk, forge: Callable[[Claims], Claims]
) -> None:
    walk.provider.forge_answer = forge
    _, answer = walk.sign_in()
    assert answer.status_code == 401
    assert accounts_of(walk.store) == ()


def test_a_plain_answer_about_somebody_else_is_refused(walk: Walk) -> None:
    walk.provider.signs_answers, walk.provider.forge_answer = False, _with(sub="somebody else")
    _, answer = walk.sign_in()
    assert answer.status_code == 401
    assert accounts_of(walk.store) == ()


def test_an_answer_without_its_state_is_refused(walk: Walk) -> None:
    person = browser(walk.service)
    back = way_back(person)
    stranger = browser(walk.service)
    assert stranger.get(back).status_code == 401  # no cookie
    way_back(stranger)
    assert stranger.get(back).status_code == 401  # the state of another sign-in
    assert walk.provider.seen_auth == []  # the code was not even redeemed
    assert "aucune connexion en cours" in stranger.get(back).text
    assert person.get(back).status_code == 303


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x", "?error=x&state=", "?code=x&state=é"])
def test_half_an_answer_is_refused(walk: Walk, query: str) -> None:
    person = browser(walk.service)
    leave(person)
    assert person.get(f"/connexion/oidc/retour{query}").status_code == 401


def test_a_refusal_of_the_provider_is_told_once(walk: Walk) -> None:
    person = browser(walk.service)
    state = parse_qs(urlsplit(leave(person, lang="en")).query)["state"][0]
    query = {"error": "access_denied", "error_description": "<script>no</script>", "state": state}
    answer = person.get("/connexion/oidc/retour", params=query)
    assert answer.status_code == 401
    assert "was broken off" in answer.text
    assert "<script>no" not in answer.text
    assert "aucune connexion en cours" in person.get("/connexion/oidc/retour", params=query).text


def test_every_character_of_the_state_cookie_counts(walk: Walk) -> None:
    person = browser(walk.service)
    back = way_back(person)
    value = person.cookies["matchmaker-oidc"]
    for place in range(0, len(value), 7):
        other = "x" if value[place] != "x" else "y"
        stranger = browser(walk.service)
        stranger.cookies["matchmaker-oidc"] = value[:place] + other + value[place + 1 :]
        assert stranger.get(back).status_code == 401
    session = browser(walk.service)
    session.cookies["matchmaker"] = value
    assert who(session).status_code == 401  # it is no session


def test_a_state_is_good_for_ten_minutes(walk: Walk) -> None:
    app = create_app(walk.settings)
    with serving(app) as service:
        start, late = datetime.now(UTC), timedelta()
        object.__setattr__(app.state.service, "now", lambda: start + late)
        person = browser(service)
        back = way_back(person)
        late = page.LIFE
        assert person.get(back).status_code == 401
        back = way_back(person)
        late += page.LIFE - timedelta(seconds=1)
        assert person.get(back).status_code == 303


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/entreprises/00001005800014?lang=en", "/entreprises/00001005800014?lang=en"),
        ("https://evil.example", None),
        ("//evil.example", None),
        ("/\\evil.example", None),
        ("/%2f%2fevil.example", None),
        ("/x\r\nSet-Cookie: a=b", None),
        ("javascript:alert(1)", None),
        ("/" + "x" * 400, None),
    ],
)
def test_a_sign_in_leads_to_our_own_pages_only(
    walk: Walk, wanted: str, reached: str | None
) -> None:
    _, answer = walk.sign_in(suite=wanted)
    assert answer.status_code == 303
    assert answer.headers["location"] == (reached or f"/entreprises/{SIRET}")
    assert "a=b" not in str(answer.headers.get_list("set-cookie"))


def test_a_session_begins_anew_and_the_one_before_ends(walk: Walk) -> None:
    person, _ = walk.sign_in()
    before = person.cookies["matchmaker"]
    assert person.get(way_back(person)).status_code == 303
    assert person.cookies["matchmaker"] != before
    other = browser(walk.service)
    other.cookies["matchmaker"] = before
    assert who(other).status_code == 401
    assert who(person).status_code == 200


@pytest.mark.parametrize(
    "discovery",
    [{"issuer": "https://else.example.org"}, {"authorization_endpoint": None}, {"issuer": 7}],
)
def test_a_provider_that_is_another_is_not_used(walk: Walk, discovery: Claims) -> None:
    walk.provider.discovery = discovery
    answer = walk.service.get("/connexion/oidc")
    assert answer.status_code == 503
    assert "Connexion momentanément indisponible" in answer.text


def test_a_provider_that_is_down_keeps_nobody_else_out(walk: Walk) -> None:
    passwords = Passwords()
    put_account(walk.store, password_hash=passwords.hash("correct horse battery"))
    walk.provider.down = True
    answer = walk.service.get("/connexion/oidc")
    assert answer.status_code == 503
    assert "Connexion momentanément indisponible" in answer.text
    body = {"email": "marie@example.org", "password": "correct horse battery"}
    assert walk.service.post("/v1/session", json=body).status_code == 200
    walk.provider.down = False
    assert walk.service.get("/connexion/oidc").status_code == 303


def test_a_provider_that_is_not_there(tmp_path: Path) -> None:
    with serving(create_app(settings_of(tmp_path, "http://127.0.0.1:9"))) as service:
        answer = service.get("/connexion/oidc", headers={"accept": "text/html"})
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "30"
        assert "127.0.0.1:9" not in answer.text


def test_tokens_and_codes_never_reach_the_log(walk: Walk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    walk.provider.forge_token = _with(nonce="forged")
    person = browser(walk.service)
    back = way_back(person)
    person.get(back)
    code = parse_qs(urlsplit(back).query)["code"][0]
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("api")]
    assert any("is refused" in message for message in ours)
    assert not any(code in message or "eyJ" in message for message in ours)


def test_without_a_provider_there_is_nothing_there(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", access=ACCESS)
    with serving(create_app(settings)) as service:
        assert service.get("/connexion/oidc").status_code == 404
        assert service.get("/connexion/oidc/retour").status_code == 404
        assert "/connexion/oidc" not in service.get("/connexion").text


def test_the_sign_in_page_offers_the_provider(walk: Walk) -> None:
    page_text = walk.service.get("/connexion", params={"suite": "/recherche"}).text
    assert re.search(r'href="/connexion/oidc\?suite=%2Frecherche"', page_text)
    assert "ProConnect" in page_text


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        (OidcSettings(issuer="https://id.example.org"), "oidc.client_id is missing"),
        (OidcSettings(issuer="http://id.example.org", client_id="us"), "has no TLS"),
    ],
)
def test_settings_that_cannot_be_stop_the_start(settings: OidcSettings, problem: str) -> None:
    with pytest.raises(SettingsError, match=problem):
        create_app(Settings(oidc=settings, access=ACCESS))


def test_the_missing_extra_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider_module, "find_spec", lambda name: None)
    with pytest.raises(SettingsError, match=r"pip install 'matchmaker\[oidc\]'"):
        create_app(
            Settings(
                oidc=OidcSettings(issuer="https://id.example.org", client_id="us"), access=ACCESS
            )
        )
    create_app(Settings(access=ACCESS))  # without an issuer it is not missed
