"""The page of suggestions over HTTP: what each card can do, who may, and what goes wrong."""

from __future__ import annotations

import re
from dataclasses import replace

import httpx
import pytest
from servers import copied, served
from sign_ins import session_of

from matchmaker.accounts.roles import Role
from matchmaker.feedback import SetAsideReason
from matchmaker.intents import Intent
from matchmaker.introductions.life import State
from matchmaker.store import open_store
from models.list_counts import served_counts
from models.published import SnapshotReader
from models.serving import suggestions_for

OURS = {"sec-fetch-site": "same-origin"}
HOSTILE = "<script>alert('x')</script> \"fils\""
NEVER = 1_000_000.0


@pytest.fixture(scope="module")
def home(demo_home, tmp_path_factory):
    return copied(demo_home, tmp_path_factory.mktemp("answers") / "home")


@pytest.fixture(scope="module")
def client(home):
    with served(home) as client:
        yield client


@pytest.fixture(scope="module")
def store(home):
    store = open_store(home.store_url)
    yield store
    store.close()


@pytest.fixture(scope="module")
def siret(home, store) -> str:
    """Pick a firm of the territory that declares its needs and has a full list with a reserve."""
    published = SnapshotReader(home.snapshots_folder, NEVER, lambda: 0.0).current()
    full = (published.lists[Intent.SUPPLY].partners[:, :15] >= 0).all(axis=1)
    with store.reading() as unit:
        for each in published.model.sirets[full]:
            profile, company = unit.profiles.get(str(each)), unit.companies.get(str(each))
            if company.name and profile and profile.needs:
                return str(each)
    raise AssertionError("the demo has no firm with a full list")


class Reader:
    """Somebody's browser: pages, and the forms on them."""

    def __init__(self, client, home, role, companies=(), chamber=None) -> None:
        cookies, token = session_of(home, role, companies, chamber)
        self.http = httpx.Client(
            base_url=client.base_url, cookies=cookies, headers=OURS, timeout=60
        )
        self.csrf = token["X-CSRF-Token"]

    def page(self, siret: str, **query: str) -> str:
        answer = self.http.get(f"/entreprises/{siret}", params={"intent": "supply", **query})
        assert answer.status_code == 200
        return answer.text

    def partners(self, siret: str) -> list[str]:
        return re.findall(r'<h3 id="partner-(\d{14})"', self.page(siret))

    def post(self, siret: str, end: str, **fields: str) -> httpx.Response:
        data = {"csrf": self.csrf, "intent": "supply", "place": "2", **fields}
        return self.http.post(f"/entreprises/{siret}/{end}", data=data)

    def done(self, siret: str, end: str, **fields: str) -> str:
        answer = self.post(siret, end, **fields)
        assert answer.status_code == 303, answer.text
        return self.http.get(answer.headers["location"]).text


@pytest.fixture
def owner(client, home, siret):
    return Reader(client, home, Role.ENTREPRENEUR, [siret])


@pytest.fixture(autouse=True)
def cleared(store, siret):
    """Take everything back that a test has said or asked."""
    yield
    with store.unit() as unit:
        unit.feedback.erase(siret)
        unit.introductions.erase_company(siret)


def standing(store, siret):
    with store.reading() as unit:
        return [each for each in unit.feedback.of_reader(siret) if each.stands]


def introductions(store, siret):
    with store.reading() as unit:
        return unit.introductions.list(siret=siret)


def role_of(page: str, partner: str) -> str:
    card = page[page.index(f'id="partner-{partner}"') :]
    return re.search(r'name="role" value="(\w+)"', card)[1]


# Answers


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("set_aside", "est écartée de vos suggestions"),
        ("competitor", "est notée comme concurrente"),
        ("already_known", "est notée comme déjà connue"),
    ],
)
def test_an_answer_takes_the_card_out_and_can_be_taken_back(owner, store, siret, kind, words):
    before = owner.partners(siret)
    partner = before[1]
    page = owner.done(siret, "ecarter", partner=partner, kind=kind)
    assert words in page
    assert 'id="reponse"' in page
    after = owner.partners(siret)
    assert after[:9] == [each for each in before if each != partner]
    assert len(after) == 10, "the reserve fills the place"
    (said,) = standing(store, siret)
    assert (said.kind, said.rank, said.intent) == (kind, before.index(partner) + 1, Intent.SUPPLY)

    # It is told where the card was: before the second of those that are left.
    assert page.index('id="reponse"') > page.index(f'id="partner-{after[0]}"')
    assert page.index('id="reponse"') < page.index(f'id="partner-{after[1]}"')
    page = owner.done(siret, "reprendre", partner=partner, number=str(said.id))
    assert "peut de nouveau vous être proposée" in page
    assert owner.partners(siret) == before
    assert standing(store, siret) == []


def test_a_reason_is_asked_afterwards_and_stored_once(owner, store, siret):
    partner = owner.partners(siret)[0]
    page = owner.done(siret, "ecarter", partner=partner)
    assert "Pourquoi" in page
    page = owner.done(siret, "ecarter", partner=partner, reason="too_far")
    assert "Motif : trop loin." in page.replace("\u202f", " ").replace("\xa0", " ")
    assert "Pourquoi ?" not in page
    (said,) = standing(store, siret)
    assert said.reason is SetAsideReason.TOO_FAR


def test_another_reason_keeps_its_words_and_shows_them_harmless(owner, store, siret):
    partner = owner.partners(siret)[0]
    page = owner.done(siret, "ecarter", partner=partner, reason="other", note=HOSTILE)
    assert "<script>" not in page
    assert "&lt;script&gt;alert" in page
    (said,) = standing(store, siret)
    assert (said.reason, said.note) == (SetAsideReason.OTHER, HOSTILE)


def test_the_list_of_what_was_set_aside_names_it_with_its_reason(owner, siret):
    first, second = owner.partners(siret)[:2]
    owner.done(siret, "ecarter", partner=first, reason="not_now")
    owner.done(siret, "ecarter", partner=second, kind="competitor")
    page = owner.page(siret)
    assert "2 entreprises écartées" in page
    table = page[page.index("<table>") : page.index("</table>")]
    assert table.index("concurrente") < table.index("pas le moment"), "the latest first"
    assert table.count("Fictif") == 2


def test_an_old_address_does_not_say_what_no_longer_holds(owner, siret):
    partner = owner.partners(siret)[0]
    page = owner.page(siret, geste="ecarter", partenaire=partner)
    assert "est écartée" not in page
    page = owner.page(siret, geste="demander", partenaire=partner)
    assert 'id="reponse"' not in page
    assert owner.page(siret, geste="ecarter", partenaire="99999")


@pytest.mark.parametrize(
    "fields",
    [
        {"partner": "123"},
        {"partner": ""},
        {"kind": "met"},
        {"kind": "nonsense"},
        {"reason": "nonsense"},
        {"kind": "competitor", "reason": "too_far"},
        {"place": "-1"},
        {"place": "x"},
        {"note": "a\x00b", "reason": "other"},
    ],
)
def test_a_form_that_no_card_has_is_refused(owner, store, siret, fields):
    partner = owner.partners(siret)[0]
    answer = owner.post(siret, "ecarter", **{"partner": partner, **fields})
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("text/html")
    assert standing(store, siret) == []


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "punycode", "undefined"])
def test_a_form_in_a_strange_encoding_is_refused(owner, store, siret, charset):
    """Codecs of Python fail in their own ways, or give letters that no database takes."""
    parts = {
        "partner": owner.partners(siret)[0],
        "reason": "other",
        "note": r"+2AA- \ud800",
    }.items()
    written = "".join(
        f'--cut\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in parts
    )
    kind = f"multipart/form-data; boundary=cut; charset={charset}"
    answer = owner.http.post(
        f"/entreprises/{siret}/ecarter",
        content=f"{written}--cut--\r\n",
        headers={"content-type": kind, "x-csrf-token": owner.csrf},
    )
    assert answer.status_code == 400
    assert "Demande illisible" in answer.text
    assert standing(store, siret) == []


def test_nobody_answers_about_oneself_or_a_stranger(owner, siret):
    assert owner.post(siret, "ecarter", partner=siret).status_code == 422
    assert owner.post(siret, "ecarter", partner="73282932000074").status_code == 404


@pytest.mark.parametrize("number", ["", "x", "0", "999999999", "1e3"])
def test_only_ones_own_answers_are_taken_back(owner, siret, number):
    partner = owner.partners(siret)[0]
    answer = owner.post(siret, "reprendre", partner=partner, number=number)
    assert answer.status_code in (404, 422)


# Introductions


def test_asking_says_what_follows_and_can_be_cancelled(owner, store, siret):
    before = owner.partners(siret)
    partner = before[1]
    role = role_of(owner.page(siret), partner)
    page = owner.done(siret, "demander", partner=partner, role=role, message="Bonjour !")
    assert "La demande à" in page
    assert owner.partners(siret) == before, "who was asked stays in the list"
    (held,) = introductions(store, siret)
    assert (held.company, held.partner, held.message) == (siret, partner, "Bonjour !")
    assert (held.intent, held.role, held.rank) == (Intent.SUPPLY, role, 2)
    card = page[page.index(f'id="partner-{partner}"') :]
    card = card[: card.index("</article>")]
    assert f"/entreprises/{siret}/mises-en-relation/{held.id}" in card
    assert "/demander" not in card, "nothing can be asked twice"

    fields = {"introduction": held.id, "version": str(held.version)}
    page = owner.done(siret, "retirer", partner=partner, **fields)
    assert "est retirée" in page
    assert introductions(store, siret)[0].state is State.WITHDRAWN
    card = page[page.index(f'id="partner-{partner}"') :]
    assert "/demander" in card[: card.index("</article>")], "it may be asked again at once"

    page = owner.done(siret, "demander", partner=partner, role=role, message="Bonjour !")
    again = introductions(store, siret)[-1]
    assert (again.state, len(introductions(store, siret))) == (State.ASKED, 2)
    fields = {"introduction": again.id, "version": str(again.version)}
    page = owner.done(siret, "retirer", partner=partner, **fields)
    card = page[page.index(f'id="partner-{partner}"') :]
    card = card[: card.index("</article>")]
    assert "demande possible à partir du" in card
    assert "/demander" not in card, "twice a quarter is enough"


def test_a_full_quarter_is_said_at_the_card_and_nothing_typed_is_lost(owner, store, siret):
    with store.unit() as unit:
        kept = unit.profiles.get(siret)
        unit.profiles.upsert([replace(kept, capacity=0)])
    partner = owner.partners(siret)[1]
    role = role_of(owner.page(siret), partner)
    answer = owner.post(siret, "demander", partner=partner, role=role, message=HOSTILE)
    with store.unit() as unit:
        unit.profiles.upsert([kept])
    assert answer.status_code == 422
    card = answer.text[answer.text.index(f'id="partner-{partner}"') :]
    card = card[: card.index("</article>")]
    assert 'role="alert"' in card
    assert "ne prend aucune mise en relation" in card
    assert '<details class="ask" open' in card
    assert "&lt;script&gt;alert" in card
    assert "<script>" not in answer.text
    assert siret not in card[card.index('role="alert"') : card.index("</form>")].split("</p>")[0]
    assert introductions(store, siret) == ()


def test_a_pair_that_is_under_way_is_refused_in_words(owner, store, siret):
    partner = owner.partners(siret)[1]
    role = role_of(owner.page(siret), partner)
    owner.done(siret, "demander", partner=partner, role=role)
    answer = owner.post(siret, "demander", partner=partner, role=role)
    assert answer.status_code == 422
    assert "déjà en cours" in answer.text
    assert answer.text.count('id="reponse"') == 1
    assert len(introductions(store, siret)) == 1


def test_a_message_that_is_too_long_is_kept_and_said(owner, store, siret):
    partner = owner.partners(siret)[1]
    role = role_of(owner.page(siret), partner)
    answer = owner.post(siret, "demander", partner=partner, role=role, message="é" * 1_001)
    assert answer.status_code == 422
    assert "trop long" in answer.text
    assert "é" * 1_001 in answer.text
    assert introductions(store, siret) == ()


@pytest.mark.parametrize("role", ["", "friend", "<script>"])
def test_a_role_that_is_none_is_refused(owner, siret, role):
    partner = owner.partners(siret)[1]
    assert owner.post(siret, "demander", partner=partner, role=role).status_code == 422


def test_a_request_that_changed_meanwhile_is_not_cancelled(owner, store, siret):
    partner = owner.partners(siret)[1]
    owner.done(siret, "demander", partner=partner, role=role_of(owner.page(siret), partner))
    (held,) = introductions(store, siret)
    fields = {"partner": partner, "introduction": held.id}
    answer = owner.post(siret, "retirer", version=str(held.version + 1), **fields)
    assert answer.status_code == 422
    assert "a modifié la mise en relation" in answer.text
    assert introductions(store, siret)[0].state is held.state
    assert owner.post(siret, "retirer", version="", **fields).status_code == 422
    answer = owner.post(siret, "retirer", version="1", partner=partner, introduction="nothing")
    assert answer.status_code == 404


def test_who_was_asked_is_led_to_the_answer(owner, client, home, store, siret):
    partner = owner.partners(siret)[1]
    owner.done(siret, "demander", partner=partner, role=role_of(owner.page(siret), partner))
    (held,) = introductions(store, siret)
    assert held.state is State.ASKED
    other = Reader(client, home, Role.ENTREPRENEUR, [partner])
    pages = [
        other.http.get(f"/entreprises/{partner}", params={"intent": intent}).text
        for intent in Intent
    ]
    cards = [page for page in pages if f'id="partner-{siret}"' in page]
    for page in cards:
        card = page[page.index(f'id="partner-{siret}"') :]
        card = card[: card.index("</article>")]
        assert "vous a sollicitée" in card
        assert f"/entreprises/{partner}/mises-en-relation/{held.id}" in card


# Who may


def test_a_stranger_reads_what_is_declared_and_no_suggestion(client, home, siret, owner):
    partner = owner.partners(siret)[0]
    stranger = Reader(client, home, Role.ENTREPRENEUR, [partner])
    page = stranger.page(siret)
    assert "ne sont montrées qu" in page
    assert 'class="card' not in page
    for end in ("ecarter", "reprendre", "demander", "retirer"):
        fields = {"partner": partner, "number": "1", "role": "client", "version": "1"}
        assert stranger.post(siret, end, **fields).status_code in (403, 422)
    assert stranger.post(siret, "ecarter", partner=partner).status_code in (403, 422)


def test_an_adviser_acts_for_the_firms_of_the_chamber(client, home, store, siret):
    with store.reading() as unit:
        department = unit.companies.get(siret).department
    other = {"77": "91", "91": "77"}[department]
    own, foreign = (
        Reader(client, home, Role.ADVISER, chamber=chamber) for chamber in (department, other)
    )
    page = own.page(siret)
    assert "Proposer cette mise en relation" in page
    assert "« vous »" in page.replace("\xa0", " ").replace("\u202f", " ")
    partner = own.partners(siret)[0]
    own.done(siret, "demander", partner=partner, role=role_of(page, partner))
    assert introductions(store, siret)[0].proposer == "adviser"
    page = foreign.page(siret)
    assert 'class="card' in page
    assert not re.search(r'action="[^"]*/(ecarter|demander|retirer)', page)
    assert foreign.post(siret, "ecarter", partner=partner).status_code == 403
    assert foreign.post(siret, "demander", partner=partner, role="client").status_code == 403


def test_a_form_without_the_token_is_refused(owner, store, siret):
    partner = owner.partners(siret)[0]
    answer = owner.post(siret, "demander", partner=partner, role="client", csrf="")
    assert answer.status_code == 403
    assert introductions(store, siret) == ()


# What the page shows and costs


def test_the_tabs_count_what_each_list_holds(owner, home, store, siret):
    published = SnapshotReader(home.snapshots_folder, NEVER, lambda: 0.0).current()
    partner = owner.partners(siret)[0]
    owner.done(siret, "ecarter", partner=partner, kind="competitor")
    for limit in (10, 100):
        with store.reading() as unit:
            counts = served_counts(published, unit, siret, limit)
            lengths = {
                intent: len(
                    suggestions_for(
                        published,
                        unit,
                        siret,
                        intents=(intent,),
                        limit=limit,
                        language="fr",
                        rules=home.eligibility,
                    )
                )
                for intent in Intent
            }
        assert counts == lengths
    with store.reading() as unit:
        assert set(served_counts(published, unit, "73282932000074", 10).values()) == {0}


def test_every_reason_has_its_evidence_and_the_first_two_are_open(owner, siret):
    page = owner.page(siret)
    reasons = re.findall(r"<li><details( open)?><summary>", page)
    assert len(reasons) > 20
    assert [bool(each) for each in reasons].count(True) == 2
    assert page.count("<dl><div><dt>") == len(reasons)
    assert "<mark>" in page
    shown = page[page.index("<main") :]
    assert not re.search(r"\{'|\{\"|\[&#39;", shown), "never raw values"


def test_the_page_is_light(owner, siret):
    page = owner.http.get(f"/entreprises/{siret}")
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
    sizes = [len(page.content)]
    for path in files:
        with owner.http.stream("GET", path, headers={"accept-encoding": "gzip"}) as answer:
            sizes.append(sum(len(part) for part in answer.iter_raw()))
    assert sum(sizes) < 200_000


def test_the_map_numbers_its_partners_like_the_cards(owner, siret):
    page = owner.page(siret)
    drawing = page[page.index("<svg viewBox") : page.index("</svg>")]
    assert 'role="img"' in drawing
    numbers = re.findall(r"<title>(\d+)\. ([^<]+)</title>", drawing)
    names = re.findall(r'<h3 id="partner-\d{14}"><a [^>]*>([^<]+)</a>', page)
    assert numbers == [(str(rank), name) for rank, name in enumerate(names, start=1)]
    assert drawing.count("<line ") == len(names)


def test_a_firm_without_a_profile_is_told_so(owner, store, siret):
    with store.unit() as unit:
        kept = unit.profiles.get(siret)
        unit.profiles.remove(siret)
    page = owner.page(siret)
    with store.unit() as unit:
        unit.profiles.upsert([kept])
    assert "encore rien déclaré" in page
    assert f'href="/entreprises/{siret}/profil"' in page
    assert "encore rien déclaré" not in owner.page(siret)
