"""Links of letters over HTTP: opening one changes nothing, confirming it does, once."""

import re
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from mail_samples import CONTACTS, OTHER, OWN, account, firms, suggestion_of
from servers import serving
from sign_ins import ACCESS, SECRET, session_of

from api.app import create_app
from matchmaker.accounts.changes import change_account
from matchmaker.accounts.principals import Principal, system
from matchmaker.accounts.roles import Role
from matchmaker.accounts.signing import Signer
from matchmaker.feedback import FeedbackKind, ListName
from matchmaker.intents import Intent
from matchmaker.intents import Role as PartnerRole
from matchmaker.introductions.life import DeclineReason, State
from matchmaker.introductions.moves import propose
from matchmaker.introductions.records import Proposal
from matchmaker.mail.letters import LetterKind, Topic
from matchmaker.mail.outbox import CANCELLABLE, LetterState
from matchmaker.mail.post import Post
from matchmaker.settings import MailSettings, Settings
from matchmaker.store import open_store

SIGNER = Signer(SECRET)
ASKER = Principal("a", "Zoé Martin", Role.ENTREPRENEUR, companies=frozenset({OWN}))
ADDRESS = CONTACTS[OTHER].email


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Settings:
    folder = tmp_path_factory.mktemp("links")
    return Settings(home=folder, access=ACCESS, mail=MailSettings(poll_seconds=0))


@pytest.fixture(scope="module")
def service(home):
    with serving(create_app(home)) as client:
        yield client


@pytest.fixture
def store(home, service):
    """Open the store of the service, with nothing in it but the two firms."""
    opened = open_store(home.store_url)
    firms(opened)
    yield opened
    with opened.unit() as unit:
        for siret in (OWN, OTHER):
            unit.introductions.erase_company(siret)
            unit.exclusions.opt_in(siret)
            unit.outbox.erase(siret)
            unit.digests.erase(siret)
            for answer in unit.feedback.standing(siret):
                unit.feedback.undo(answer.id, at=now(), by="tests")
        for line in unit.outbox.list():
            if line.state in CANCELLABLE:
                unit.outbox.cancel(line.id, now())
        for topic in Topic:
            unit.refusals.withdraw(ADDRESS, topic)
        for person in unit.accounts.list():
            unit.accounts.delete(person.id)
    opened.close()


@pytest.fixture
def asked(home, store) -> dict[str, str]:
    """Ask the other side for an introduction; give the links of the letter by their label."""
    ask(home, store)
    return links_of(store)


def ask(home, store) -> None:
    with store.unit() as unit:
        held = propose(
            unit,
            home,
            Post(home, SIGNER, secrets.token_urlsafe),
            ASKER,
            Proposal(OWN, OTHER, Intent.SUPPLY, PartnerRole.SUPPLIER, "Bonjour."),
            at=now(),
            drawn=secrets.token_hex(4),
        )
        assert held.state is State.ASKED


def links_of(store) -> dict[str, str]:
    """Read the links of the newest letter, by a word of what stands above each."""
    with store.reading() as unit:
        return paths_of(unit.outbox.content(unit.outbox.list()[0].id).text)


def paths_of(text: str) -> dict[str, str]:
    found = re.findall(r"^(.+)\n  https?://[^/]+(/liens/\S+)$", text, re.MULTILINE)
    words = [(label.split(), path) for label, path in found]
    return {label[2] if label[0] == "Ne" else label[0]: path for label, path in words}


def state_of(store) -> State:
    with store.reading() as unit:
        (held,) = unit.introductions.list(siret=OTHER)
    return held.state


def test_opening_a_link_changes_nothing(service, store, asked):
    for path in asked.values():
        for _ in range(3):
            page = service.get(path)
            assert page.status_code == 200
            assert 'method="post"' in page.text
            assert page.headers["referrer-policy"] == "no-referrer"
            assert page.headers["cache-control"] == "no-store"
        assert service.head(path).status_code == 200
    assert state_of(store) is State.ASKED
    with store.reading() as unit:
        assert not unit.exclusions.has_opted_out(OTHER)
        assert not unit.refusals.of(ADDRESS)


def test_a_confirmed_link_accepts_once(service, store, asked):
    page = service.get(asked["Accepter"])
    assert "Accepter la mise en relation avec Atelier Martin" in page.text
    done = service.post(asked["Accepter"])
    assert done.status_code == 200
    assert "Votre accord est noté." in done.text
    assert state_of(store) is State.INTRODUCED
    with store.reading() as unit:
        (held,) = unit.introductions.list(siret=OTHER)
        actors = {entry.by for entry in unit.introductions.history(held.id)}
        kinds = [line.kind for line in unit.outbox.list(siret=OTHER)]
    assert f"lien de courriel ({OTHER})" in actors
    assert LetterKind.INTRODUCTION in kinds
    for again in (service.get(asked["Accepter"]), service.post(asked["Accepter"])):
        assert again.status_code == 410
        assert "Ce lien ne sert plus" in again.text


def test_the_other_answer_of_the_same_letter_comes_too_late(service, store, asked):
    service.post(asked["Accepter"])
    late = service.post(asked["Décliner"], data={"reason": "not_relevant"})
    assert late.status_code == 409
    assert "a changé entre-temps" in late.text
    assert state_of(store) is State.INTRODUCED


def test_of_two_confirmations_at_once_one_wins(service, store, asked):
    def confirm(_: int) -> int:
        return httpx.post(service.base_url.join(asked["Accepter"]), timeout=60).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(confirm, range(8)))
    assert statuses == [200, *[410] * 7]


@pytest.mark.parametrize("reason", ["not_relevant", "already_known", "no_capacity"])
def test_a_refusal_takes_its_reason_from_the_page(service, store, asked, reason):
    page = service.get(asked["Décliner"])
    assert f'value="{reason}"' in page.text
    assert service.post(asked["Décliner"], data={"reason": reason}).status_code == 200
    with store.reading() as unit:
        (held,) = unit.introductions.list(siret=OTHER)
    assert (held.state, held.reason) == (State.DECLINED, DeclineReason(reason))


def test_a_reason_that_is_none_of_the_page_is_refused(service, store, asked):
    assert service.post(asked["Décliner"], data={"reason": "other"}).status_code == 422
    assert state_of(store) is State.ASKED


def test_no_room_is_no_dislike(service, store, asked):
    assert service.post(asked["Pas"]).status_code == 200
    with store.reading() as unit:
        (held,) = unit.introductions.list(siret=OTHER)
    assert held.reason is DeclineReason.NO_CAPACITY


def test_mail_programs_unsubscribe_without_cookie_page_or_origin(service, store, asked):
    path = asked["recevoir"]
    headers = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
    for _ in range(2):
        answer = service.post(path, data={"List-Unsubscribe": "One-Click"}, headers=headers)
        assert answer.status_code == 200
    with store.reading() as unit:
        assert unit.refusals.of(ADDRESS) == {Topic.INTRODUCTIONS}


def test_all_letters_can_be_refused_at_once(service, store, asked):
    assert ADDRESS in service.get(asked["recevoir"]).text
    assert service.post(asked["recevoir"], data={"every_topic": "1"}).status_code == 200
    with store.reading() as unit:
        assert unit.refusals.of(ADDRESS) == set(Topic)


def test_a_firm_opts_out_by_its_letter(service, home, store):
    with store.unit() as unit:
        post = Post(home, SIGNER, secrets.token_urlsafe)
        post.claim_code(unit, account(1, OTHER), OTHER, ADDRESS, "K7M2P9QA", now())
    path = links_of(store)["figurer"]
    assert "Usine Roy ne sera plus suggérée" in service.get(path).text
    assert service.post(path).status_code == 200
    with store.reading() as unit:
        assert unit.exclusions.has_opted_out(OTHER)
        (line,) = [each for each in unit.audit.list() if each.action == "privacy.opted_out"][:1]
    assert line.actor == f"lien de courriel ({OTHER})"


@pytest.mark.parametrize(
    ("label", "kind"), [("Usine", FeedbackKind.INTERESTED), ("Écarter", FeedbackKind.SET_ASIDE)]
)
def test_a_digest_is_answered_in_one_click(service, home, store, label, kind):
    with store.unit() as unit:
        other = unit.companies.get(OTHER)
        post = Post(home, SIGNER, secrets.token_urlsafe)
        assert post.digest(unit, OWN, [suggestion_of(other)], now())
    path = links_of(store)[label]
    assert "Usine Roy" in service.get(path).text
    assert service.post(path).status_code == 200
    with store.reading() as unit:
        (answer,) = unit.feedback.standing(OWN)
    assert (answer.partner, answer.kind, answer.shown_in) == (OTHER, kind, ListName.DIGEST)


def invited(home, store) -> str:
    person = account(1, OTHER)
    with store.unit() as unit:
        unit.accounts.create(person)
        Post(home, SIGNER, secrets.token_urlsafe).invite(unit, person, now())
    return links_of(store)["Choisir"]


def test_a_new_account_chooses_its_password(service, home, store, caplog):
    path = invited(home, store)
    assert "Au moins 12 caractères" in service.get(path).text.replace("\u202f", " ")
    words = "neuf chevaux verts dansent"
    for first, second in (("court", "court"), (words, words + "!"), ("", "")):
        refused = service.post(path, data={"password": first, "again": second})
        assert refused.status_code == 422
        assert 'role="alert"' in refused.text
    assert service.post(path, data={"password": words, "again": words}).status_code == 200
    with store.reading() as unit:
        stored = unit.accounts.get("account1").password_hash
    assert stored.startswith("$argon2id$")
    assert service.post(path, data={"password": words, "again": words}).status_code == 410
    assert words not in caplog.text


def test_the_link_of_a_closed_account_sets_nothing(service, home, store):
    path = invited(home, store)
    with store.unit() as unit:
        unit.accounts.change("account1", active=False)
    words = {"password": "neuf chevaux verts dansent", "again": "neuf chevaux verts dansent"}
    assert service.post(path, data=words).status_code == 410
    with store.reading() as unit:
        assert unit.accounts.get("account1").password_hash is None


@pytest.mark.parametrize("change", ["password", "role", "email"])
def test_a_link_to_a_password_ends_when_the_account_changes_hands(service, home, store, change):
    path = invited(home, store)
    with store.unit() as unit:
        Post(home, SIGNER, secrets.token_urlsafe).reset(unit, account(1, OTHER), now())
    newer = links_of(store)["Choisir"]
    words = {"password": "neuf chevaux verts dansent", "again": "neuf chevaux verts dansent"}
    by, at = system("tests"), now()
    with store.unit() as unit:
        if change == "role":
            unit.accounts.untie("account1", OTHER)
            change_account(unit, "account1", by=by, at=at, role=Role.ADMINISTRATOR)
        if change == "email":
            change_account(unit, "account1", by=by, at=at, email="autre@firme.example")
    if change == "password":
        assert service.post(newer, data=words).status_code == 200
    for link in (path, newer):
        assert service.get(link).status_code == 410
        assert service.post(link, data=words).status_code == 410


def test_what_a_link_was_for_may_be_gone(service, home, store, asked):
    with store.unit() as unit:
        unit.introductions.erase_company(OTHER)
    for answer in (service.get(asked["Accepter"]), service.post(asked["Accepter"])):
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    "token", ["x", "a.b", "..%2F..%2Fetc", "%00", "é", "<script>", "a" * 1_000, "a" * 5_000]
)
def test_a_forged_link_gets_a_clear_page(service, store, token):
    for answer in (service.get(f"/liens/{token}"), service.post(f"/liens/{token}")):
        assert answer.status_code in (404, 410, 422)
        assert "<script>" not in answer.text


def test_a_changed_token_opens_nothing(service, store, asked):
    path = asked["Accepter"]
    for place in range(len("/liens/"), len(path), 5):
        changed = path[:place] + ("A" if path[place] != "A" else "B") + path[place + 1 :]
        assert service.post(changed).status_code == 410
    assert state_of(store) is State.ASKED


def test_a_link_ends_with_its_time(service, home, store):
    with store.unit() as unit:
        other = unit.companies.get(OTHER)
        before = now() - timedelta(days=31)
        Post(home, SIGNER, secrets.token_urlsafe).digest(unit, OWN, [suggestion_of(other)], before)
    for path in links_of(store).values():
        assert service.post(path).status_code == 410
    with store.reading() as unit:
        assert unit.feedback.standing(OWN) == ()


def test_pages_of_links_speak_english_to_those_who_do(service, home, store):
    with store.unit() as unit:
        unit.accounts.create(account(1, OTHER, language="en"))
        Post(home, SIGNER, secrets.token_urlsafe).invite(unit, unit.accounts.get("account1"), now())
    page = service.get(links_of(store)["Choose"])
    assert '<html lang="en">' in page.text
    assert "Choose a password" in page.text


@pytest.fixture
def outbox(home, service, store):
    """Put three letters into the outbox; give a client of an administrator."""
    with store.unit() as unit:
        post = Post(home, SIGNER, secrets.token_urlsafe)
        for code in ("A", "B", "C"):
            at = now() + timedelta(seconds=ord(code))
            post.claim_code(unit, account(1, OTHER), OTHER, ADDRESS, f"SECRET{code}", at)
        for _ in range(2):
            taken = unit.outbox.take(now() + timedelta(hours=1))
            unit.outbox.give_up(taken, LetterState.UNCERTAIN, now(), "lost")
    cookies, headers = session_of(home, Role.ADMINISTRATOR)
    with httpx.Client(base_url=service.base_url, cookies=cookies, headers=headers) as client:
        yield client


def test_the_outbox_is_listed_without_what_letters_say(outbox):
    answer = outbox.get("/v1/outbox", params={"state": "uncertain"})
    assert answer.status_code == 200
    document = answer.json()
    assert [item["state"] for item in document["items"]] == ["uncertain", "uncertain"]
    assert document["counts"]["waiting"] == 1
    assert "SECRET" not in answer.text
    assert "/liens/" not in answer.text


def test_a_person_sends_again_or_cancels_what_did_not_leave(outbox, store):
    lines = outbox.get("/v1/outbox", params={"state": "uncertain"}).json()["items"]
    first, second = (line["id"] for line in lines)
    assert outbox.post(f"/v1/outbox/{first}/retry").json()["state"] == "waiting"
    assert outbox.post(f"/v1/outbox/{second}/cancel").json()["state"] == "cancelled"
    for refused in (f"{first}/retry", f"{second}/retry", f"{second}/cancel"):
        problem = outbox.post(f"/v1/outbox/{refused}")
        assert problem.status_code == 409
        assert problem.json()["type"] == "urn:matchmaker:problem:letter-state"
    assert outbox.post("/v1/outbox/999999/retry").status_code == 404
    with store.reading() as unit:
        actions = {line.action for line in unit.audit.list()}
    assert {"letter.retried", "letter.cancelled"} <= actions


@pytest.mark.parametrize("role", [Role.ENTREPRENEUR, Role.ADVISER])
def test_only_administrators_see_the_outbox(service, home, store, role):
    chamber = "77" if role is Role.ADVISER else None
    cookies, headers = session_of(home, role, chamber=chamber)
    with httpx.Client(base_url=service.base_url, cookies=cookies, headers=headers) as client:
        assert client.get("/v1/outbox").status_code == 403
        assert client.post("/v1/outbox/1/retry").status_code == 403
    assert service.get("/v1/outbox").status_code == 401


def test_a_service_sends_letters_while_it_runs(tmp_path):
    home = Settings(home=tmp_path, access=ACCESS, mail=MailSettings(poll_seconds=0.1))
    store = open_store(home.store_url)
    firms(store)
    with serving(create_app(home)):
        with store.unit() as unit:
            post = Post(home, SIGNER, secrets.token_urlsafe)
            post.claim_code(unit, account(1, OTHER), OTHER, ADDRESS, "K7M2P9QA", now())
        deadline = time.monotonic() + 30
        while not list(home.mail_folder.glob("*.eml")):
            assert time.monotonic() < deadline, "no letter left"
            time.sleep(0.05)
    with store.reading() as unit:
        assert unit.outbox.get(1).state is LetterState.SENT
    store.close()


@pytest.mark.parametrize("end", ["untied", "closed", "deleted"])
def test_who_acts_for_the_firm_no_longer_answers_for_it_no_more(service, home, store, end):
    """The letters of yesterday are still in the mailbox of whoever left."""
    left = account(1, OTHER, id=secrets.token_hex(4))
    with store.unit() as unit:
        unit.accounts.create(left)
        unit.accounts.create(account(2, OTHER, id=secrets.token_hex(4)))
    ask(home, store)
    with store.reading() as unit:
        (line,) = (each for each in unit.outbox.list(siret=OTHER) if each.account_id == left.id)
        links = paths_of(unit.outbox.content(line.id).text)
    with store.unit() as unit:
        if end == "untied":
            unit.accounts.untie(left.id, OTHER)
        elif end == "closed":
            unit.accounts.change(left.id, active=False)
        else:
            unit.accounts.delete(left.id)
    for label in ("Accepter", "Décliner", "Pas", "figurer"):
        answer = service.post(links[label], data={"reason": "not_now"})
        assert answer.status_code == 410
    assert state_of(store) is State.ASKED
    assert service.post(links["recevoir"]).status_code == 200, "that is for anybody"
    with store.unit() as unit:
        unit.refusals.withdraw(left.email, Topic.INTRODUCTIONS)
