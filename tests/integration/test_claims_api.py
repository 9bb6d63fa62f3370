"""Claiming, tying and leaving firms over HTTP, for every role."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from builders import company, profile
from servers import serving
from sign_ins import ACCESS, key_headers, session_of

from api import claim_schemas as schemas
from api.app import create_app
from matchmaker.accounts.roles import Role
from matchmaker.companies import Contact
from matchmaker.mail.letters import LetterKind
from matchmaker.settings import MailSettings, Settings
from matchmaker.store import open_store

HERE, THERE, BARE = company(1), company(2, "91"), company(3)
UNKNOWN = "73282932000074"
WRONG = {"code": "AAAA-AAAA"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Make a home with three firms, two of which have an address on file."""
    folder = tmp_path_factory.mktemp("claims")
    mail = MailSettings(poll_seconds=0)  # letters wait where a test can read them
    settings = Settings(home=folder / "home", access=ACCESS, mail=mail)
    store = open_store(settings.store_url)
    with store.unit() as unit:
        unit.companies.upsert([HERE, THERE, BARE])
        unit.profiles.upsert(
            [
                profile(HERE.siret, contact=Contact(email="contact@ici.example.org")),
                profile(THERE.siret, contact=Contact(email="bonjour@ailleurs.example.org")),
            ]
        )
    store.close()
    return settings


@pytest.fixture(scope="module")
def service(home: Settings) -> Iterator[httpx.Client]:
    with serving(create_app(home)) as client:
        yield client


def signed_in(service: httpx.Client, home: Settings, role: Role, **who: object) -> httpx.Client:
    cookies, headers = session_of(home, role, **who)  # type: ignore[arg-type]
    return httpx.Client(
        base_url=service.base_url, cookies=cookies, headers=headers, timeout=30, verify=False
    )


@pytest.fixture
def person(service: httpx.Client, home: Settings) -> httpx.Client:
    return signed_in(service, home, Role.ENTREPRENEUR, name="Zoé Martin")


def claim(person: httpx.Client, siret: str = HERE.siret) -> dict[str, object]:
    answer = person.post("/v1/account/claims", json={"siret": siret})
    assert answer.status_code == 201, answer.text
    return answer.json()


def codes_in(home: Settings) -> list[str]:
    """Codes of the letters that wait, the newest first."""
    store = open_store(home.store_url)
    with store.reading() as unit:
        lines = [each for each in unit.outbox.list() if each.kind is LetterKind.CLAIM_CODE]
        lines.sort(key=lambda line: -line.id)
        letters = [unit.outbox.content(each.id) for each in lines]
    store.close()
    found = [re.search(r"\b([2-9A-Z]{4}-[2-9A-Z]{4})\b", each.text) for each in letters if each]
    return [match[1] for match in found if match]


def firms_of(person: httpx.Client) -> set[str]:
    return {each["siret"] for each in account_of(person)["companies"]}


def account_of(person: httpx.Client) -> dict[str, object]:
    answer = person.get("/v1/account")
    assert answer.status_code == 200, answer.text
    return answer.json()


def audit_of(home: Settings, action: str) -> list[tuple[str, dict[str, object]]]:
    store = open_store(home.store_url)
    with store.reading() as unit:
        found = [(line.subject, dict(line.details)) for line in unit.audit.list(action=action)]
    store.close()
    return found


def test_a_firm_is_claimed_with_the_code_of_the_letter(
    home: Settings, person: httpx.Client
) -> None:
    before = len(codes_in(home))
    begun = claim(person)
    assert begun["sent_to"] == "c…@i….org"
    assert "contact@ici" not in str(begun)
    codes = codes_in(home)
    assert len(codes) == before + 1
    assert codes[0] not in str(begun)
    assert firms_of(person) == set()
    place = f"/v1/account/claims/{begun['id']}"
    wrong = person.post(place, json=WRONG)
    assert (wrong.status_code, wrong.json()["type"]) == (422, "urn:matchmaker:problem:bad-account")
    assert person.post(place, json={"code": codes[0]}).status_code == 204
    assert firms_of(person) == {HERE.siret}
    assert person.post(place, json={"code": codes[0]}).status_code == 410
    # The right reaches the firm from the next request on, in the same session.
    assert person.get(f"/v1/companies/{HERE.siret}/profile").status_code == 200


def test_five_codes_and_no_more(home: Settings, person: httpx.Client) -> None:
    place = f"/v1/account/claims/{claim(person)['id']}"
    right = codes_in(home)[0]
    with ThreadPoolExecutor(6) as pool:
        tried = list(pool.map(lambda _: person.post(place, json=WRONG).status_code, range(6)))
    assert Counter(tried) == {422: 5, 410: 1}
    assert person.post(place, json={"code": right}).status_code == 410
    assert firms_of(person) == set()


def test_the_right_code_twice_at_once_ties_once(home: Settings, person: httpx.Client) -> None:
    place = f"/v1/account/claims/{claim(person)['id']}"
    body = {"code": codes_in(home)[0]}
    with ThreadPoolExecutor(2) as pool:
        tried = list(pool.map(lambda _: person.post(place, json=body).status_code, range(2)))
    assert Counter(tried) == {204: 1, 410: 1}
    subject = account_of(person)["id"]
    ties = [details for of, details in audit_of(home, "account.company_tied") if of == subject]
    assert ties == [{"siret": HERE.siret, "how": "code"}]


def test_the_examples_of_the_description_are_right() -> None:
    for example, model in (
        (schemas.CLAIM_REQUEST, schemas.ClaimRequest),
        (schemas.CODE_REQUEST, schemas.CodeRequest),
        (schemas.CLAIM_ANSWER, schemas.ClaimAnswer),
        (schemas.COMPANY_ACCOUNTS, schemas.CompanyAccountsAnswer),
    ):
        assert model.model_validate(example).model_dump(mode="json") == example


@pytest.mark.parametrize("siret", [BARE.siret, UNKNOWN])
def test_without_an_address_on_file_nothing_is_sent(
    home: Settings, person: httpx.Client, siret: str
) -> None:
    before = codes_in(home)
    begun = claim(person, siret)
    assert begun["sent_to"] is None
    assert begun.keys() == {"id", "siret", "sent_to", "expires_at", "tries"}
    assert codes_in(home) == before


def test_six_claims_a_day_are_one_too_many(person: httpx.Client) -> None:
    for _ in range(5):
        claim(person, THERE.siret)
    answer = person.post("/v1/account/claims", json={"siret": THERE.siret})
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "3600"


def test_a_firm_that_opted_out_is_claimed_by_its_people(
    home: Settings, service: httpx.Client, person: httpx.Client
) -> None:
    administrator = signed_in(service, home, Role.ADMINISTRATOR)
    place = f"/v1/companies/{HERE.siret}/opt-out"
    assert administrator.put(place).status_code == 204
    begun = claim(person)
    body = {"code": codes_in(home)[0]}
    assert person.post(f"/v1/account/claims/{begun['id']}", json=body).status_code == 204
    assert administrator.delete(place).status_code == 204


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"siret": "1"},
        {"siret": "73282932000075"},
        {"siret": None},
        {"siret": HERE.siret, "account_id": "other"},
        {"siret": HERE.siret, "how": "adviser"},
    ],
)
def test_a_claim_that_cannot_be_read(person: httpx.Client, body: dict[str, object]) -> None:
    answer = person.post("/v1/account/claims", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("code", ["", "x" * 41, None, 7, ["x"]])
def test_a_code_that_cannot_be_read_is_no_try(
    home: Settings, person: httpx.Client, code: object
) -> None:
    place = f"/v1/account/claims/{claim(person)['id']}"
    for _ in range(6):
        assert person.post(place, json={"code": code}).status_code == 422
    right = {"code": codes_in(home)[0]}
    assert person.post(place, json=right).status_code == 204


def test_the_claim_of_another_is_nobodys(
    home: Settings, service: httpx.Client, person: httpx.Client
) -> None:
    begun = claim(person)
    other = signed_in(service, home, Role.ENTREPRENEUR)
    body = {"code": codes_in(home)[0]}
    theirs = other.post(f"/v1/account/claims/{begun['id']}", json=body)
    nobodys = other.post("/v1/account/claims/nothing9", json=body)
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.json()["type"] == nobodys.json()["type"]
    assert other.post("/v1/account/claims/%00", json=body).status_code == 422
    assert person.post(f"/v1/account/claims/{begun['id']}", json=body).status_code == 204


def test_a_change_needs_the_token_of_the_session(service: httpx.Client, home: Settings) -> None:
    cookies, _ = session_of(home, Role.ENTREPRENEUR)
    with httpx.Client(base_url=service.base_url, cookies=cookies, verify=False) as forged:
        assert forged.post("/v1/account/claims", json={"siret": HERE.siret}).status_code == 403
        assert forged.delete(f"/v1/account/companies/{HERE.siret}").status_code == 403


def test_only_entrepreneurs_claim(service: httpx.Client, home: Settings) -> None:
    body = {"siret": HERE.siret}
    assert service.post("/v1/account/claims", json=body).status_code == 401
    for role, chamber in ((Role.ADVISER, "77"), (Role.ADMINISTRATOR, None)):
        other = signed_in(service, home, role, chamber=chamber)
        assert other.post("/v1/account/claims", json=body).status_code == 403
        assert other.post("/v1/account/claims/nothing9", json=WRONG).status_code == 403
    headers = key_headers(home)
    assert service.post("/v1/account/claims", json=body, headers=headers).status_code == 403


def test_a_person_leaves_a_firm(service: httpx.Client, home: Settings) -> None:
    person = signed_in(service, home, Role.ENTREPRENEUR, companies=[HERE.siret, THERE.siret])
    assert person.delete(f"/v1/account/companies/{HERE.siret}").status_code == 204
    assert firms_of(person) == {THERE.siret}
    assert person.get(f"/v1/companies/{HERE.siret}/profile").status_code == 403
    assert person.delete(f"/v1/account/companies/{HERE.siret}").status_code == 204
    subject = account_of(person)["id"]
    left = [details for of, details in audit_of(home, "account.company_untied") if of == subject]
    assert left == [{"siret": HERE.siret}]


def test_an_adviser_ties_and_unties_firms_of_the_chamber(
    service: httpx.Client, home: Settings, person: httpx.Client
) -> None:
    adviser = signed_in(service, home, Role.ADVISER, chamber="77", name="Ada")
    account = account_of(person)["id"]
    place = f"/v1/accounts/{account}/companies/{HERE.siret}"
    for _ in range(2):
        assert adviser.put(place).status_code == 204
    assert firms_of(person) == {HERE.siret}
    answer = adviser.get(f"/v1/companies/{HERE.siret}/accounts")
    assert answer.status_code == 200
    (tied,) = [each for each in answer.json()["items"] if each["id"] == account]
    assert (tied["how"], tied["by"], tied["name"]) == ("adviser", "Ada (CCI 77)", "Zoé Martin")
    assert adviser.delete(place).status_code == 204
    assert firms_of(person) == set()
    ties = [details for of, details in audit_of(home, "account.company_tied") if of == account]
    assert ties == [{"siret": HERE.siret, "how": "adviser"}]


def test_who_acts_for_a_firm_is_contact_data_and_logged(
    service: httpx.Client, home: Settings
) -> None:
    signed_in(service, home, Role.ENTREPRENEUR, companies=[THERE.siret])
    adviser = signed_in(service, home, Role.ADVISER, chamber="91", name="Ben")
    assert adviser.get(f"/v1/companies/{THERE.siret}/accounts").status_code == 200
    store = open_store(home.store_url)
    with store.reading() as unit:
        lines = unit.contacts.list(siret=THERE.siret)
    store.close()
    assert [(line.actor, line.purpose) for line in lines] == [("Ben (CCI 91)", "accounts")]


@pytest.mark.parametrize("siret", [THERE.siret, UNKNOWN])
def test_an_adviser_does_nothing_for_firms_of_the_other_chamber(
    service: httpx.Client, home: Settings, person: httpx.Client, siret: str
) -> None:
    adviser = signed_in(service, home, Role.ADVISER, chamber="77")
    account = account_of(person)["id"]
    place = f"/v1/accounts/{account}/companies/{siret}"
    assert adviser.put(place).status_code == 403
    assert adviser.delete(place).status_code == 403
    assert adviser.get(f"/v1/companies/{siret}/accounts").status_code == 403
    assert firms_of(person) == set()


def test_an_adviser_ties_nobody_of_the_other_chamber_to_read_who_they_are(
    service: httpx.Client, home: Settings
) -> None:
    adviser = signed_in(service, home, Role.ADVISER, chamber="77")
    foreign = signed_in(service, home, Role.ENTREPRENEUR, companies=[THERE.siret], name="Paul Roy")
    both = signed_in(service, home, Role.ENTREPRENEUR, companies=[THERE.siret, BARE.siret])
    places = [f"/v1/accounts/{account_of(each)['id']}/companies/" for each in (foreign, both)]
    refused = adviser.put(places[0] + HERE.siret)
    assert (refused.status_code, "check its id" in refused.text) == (404, True)
    assert "Paul Roy" not in adviser.get(f"/v1/companies/{HERE.siret}/accounts").text
    assert adviser.put(places[1] + HERE.siret).status_code == 204


def test_an_administrator_reaches_every_firm(
    service: httpx.Client, home: Settings, person: httpx.Client
) -> None:
    administrator = signed_in(service, home, Role.ADMINISTRATOR)
    account = account_of(person)["id"]
    for siret in (THERE.siret, UNKNOWN):
        assert administrator.put(f"/v1/accounts/{account}/companies/{siret}").status_code == 204
    assert firms_of(person) == {THERE.siret, UNKNOWN}


def test_nobody_else_ties_firms(
    service: httpx.Client, home: Settings, person: httpx.Client
) -> None:
    own = account_of(person)["id"]
    place = f"/v1/accounts/{own}/companies/{HERE.siret}"
    assert person.put(place).status_code == 403
    assert person.get(f"/v1/companies/{HERE.siret}/accounts").status_code == 403
    assert service.put(place).status_code == 401
    assert service.put(place, headers=key_headers(home)).status_code == 403
    assert firms_of(person) == set()


def test_only_accounts_of_entrepreneurs_are_tied(service: httpx.Client, home: Settings) -> None:
    adviser = signed_in(service, home, Role.ADVISER, chamber="77")
    own = account_of(adviser)["id"]
    assert adviser.put(f"/v1/accounts/{own}/companies/{HERE.siret}").status_code == 422
    for action in (adviser.put, adviser.delete):
        assert action(f"/v1/accounts/nobody99/companies/{HERE.siret}").status_code == 404
        assert action(f"/v1/accounts/%00/companies/{HERE.siret}").status_code == 422
