"""The introductions of a firm as pages: what its people see, do, and may not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from own_page_people import Person, firms_of, person_of, value_of, words
from servers import copied, serving

from api.app import create_app
from matchmaker.accounts.home import secret_of
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Role
from matchmaker.accounts.signing import Signer
from matchmaker.identifiers import new_id
from matchmaker.intents import Intent
from matchmaker.intents import Role as PartnerRole
from matchmaker.introductions.life import Answer, DeclineReason, Move, Result, State
from matchmaker.introductions.moves import move, propose
from matchmaker.introductions.records import Introduction, Proposal
from matchmaker.mail.post import Post
from matchmaker.store import open_store

SCRIPT = '<script>alert("moi")</script>'
MESSAGE = f"Bonjour, appelez le 01 64 00 11 22. {SCRIPT}"


class House:
    """The served home; its firms take turns, so that no test meets the pair of another."""

    def __init__(self, settings, client) -> None:
        self.settings, self.client = settings, client
        self.store = open_store(settings.store_url)
        firms = firms_of(settings)
        self._pairs = iter(zip(firms["77"], reversed(firms["91"]), strict=False))
        self._random = Random(7)
        drawn = iter(range(10**6))
        self._post = Post(settings, Signer(secret_of(settings)), lambda: f"token{next(drawn):036d}")

    def asked(self, *, days: float = 0, message: str = MESSAGE) -> Introduction:
        """Let a firm of 77 ask one of 91, so many days ago."""
        company, partner = next(self._pairs)
        proposal = Proposal(company, partner, Intent.SUPPLY, PartnerRole.SUPPLIER, message)
        by = Principal("t", "Anne Roche", Role.ENTREPRENEUR, companies=frozenset({company}))
        at = datetime.now(UTC) - timedelta(days=days)
        with self.store.unit() as unit:
            made = propose(
                unit, self.settings, self._post, by, proposal, at=at, drawn=new_id(self._random)
            )
        assert made.state is State.ASKED
        return made

    def introduced(self, days: float = 0) -> Introduction:
        """Let the other one accept at once."""
        made = self.asked(days=days)
        by = Principal("u", "Bruno Faure", Role.ENTREPRENEUR, companies=frozenset({made.partner}))
        with self.store.unit() as unit:
            made = move(
                unit, self.settings, self._post, by, made.id, Move.ACCEPT,
                version=None, at=made.state_at,
            )  # fmt: skip
        assert made.state is State.INTRODUCED
        return made

    def get(self, introduction: Introduction) -> Introduction:
        with self.store.reading() as unit:
            return unit.introductions.get(introduction.id)

    def of(self, *firms: str) -> Person:
        return person_of(self.settings, self.client, Role.ENTREPRENEUR, firms, name="Léa Petit")

    def adviser(self, chamber: str) -> Person:
        return person_of(self.settings, self.client, Role.ADVISER, chamber=chamber)

    def contact_reads(self, siret: str) -> list[dict[str, object]]:
        with self.store.reading() as unit:
            return unit.exports.of_company(siret)["contact_reads"]

    def email(self, siret: str) -> str:
        with self.store.reading() as unit:
            return str(unit.profiles.get(siret).contact.email)


@pytest.fixture(scope="module")
def house(demo_home, tmp_path_factory):
    settings = copied(demo_home, tmp_path_factory.mktemp("own") / "home")
    with serving(create_app(settings)) as client:
        made = House(settings, client)
        yield made
        made.store.close()


def path_of(siret: str, introduction: Introduction | None = None) -> str:
    home = f"/entreprises/{siret}/mises-en-relation"
    return home if introduction is None else f"{home}/{introduction.id}"


def test_what_waits_for_an_answer_comes_first_and_gives_no_contact_away(house):
    made = house.asked()
    page = house.of(made.partner).get(path_of(made.partner))
    text = words(page)
    assert page.status_code == 200
    assert "Attendent votre réponse (1)" in text
    assert "client possible" in text, "what the asking side is to the one that is asked"
    assert "[coordonnées retirées]" in text
    assert "01 64 00 11 22" not in text
    assert "<script>alert" not in page.text
    assert re.search(r"1 sur \d+ ce trimestre", text)
    asking = house.of(made.company).get(path_of(made.company))
    assert "En cours (1)" in words(asking)
    assert "01 64 00 11 22" in words(asking)
    assert "fournisseur possible" in words(asking)
    assert 'value="accept"' not in asking.text


def test_a_firm_without_introductions_is_led_to_its_suggestions(house):
    company, _ = next(house._pairs)
    page = house.of(company).get(path_of(company))
    assert "Aucune mise en relation" in words(page)
    assert f'href="/entreprises/{company}"' in page.text


def test_accepting_makes_the_introduction_and_opens_the_contact_on_demand(house):
    made = house.asked()
    own, path = house.of(made.partner), path_of(made.partner, made)
    page = own.get(path)
    assert "Ce qu'elle déclare" in words(page)
    early = own.post(f"{path}/coordonnees")
    assert early.status_code == 409
    assert "quand les deux entreprises ont accepté" in words(early)
    reads = len(house.contact_reads(made.company))
    accepted = own.post(f"{path}/avancer", move="accept", version=value_of(page, "version"))
    shown = own.follow(accepted)
    assert "la mise en relation est faite" in words(shown)
    assert house.get(made).state is State.INTRODUCED
    email = house.email(made.company)
    assert email not in shown.text, "only when it is asked for"
    letters = len(house.contact_reads(made.company))
    assert own.get(f"{path}/coordonnees").status_code == 405, "no link of others opens it"
    opened = own.post(f"{path}/coordonnees")
    assert email in opened.text
    log = house.contact_reads(made.company)
    assert reads < letters < len(log), "one line for the letter, one for the page"
    assert (log[-1]["actor"], log[-1]["purpose"]) == ("Léa Petit", "introduction")
    assert log[-1]["introduction_id"] == made.id


def test_the_first_date_is_a_calendar_file(house):
    made = house.introduced()
    own, path = house.of(made.partner), path_of(made.partner, made)
    answer = own.get(f"{path}/rendez-vous.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "BEGIN:VEVENT" in answer.text
    assert "STATUS:TENTATIVE" in answer.text
    early = house.asked()
    refused = house.of(early.partner).get(f"{path_of(early.partner, early)}/rendez-vous.ics")
    assert refused.status_code == 409


def test_declining_keeps_the_reason_from_the_other_side(house):
    made = house.asked()
    own, path = house.of(made.partner), path_of(made.partner, made)
    said = {"move": "decline", "version": made.version, "reason": "other"}
    bare = own.post(f"{path}/avancer", **said)
    assert bare.status_code == 422
    assert "dites en quelques mots pourquoi" in words(bare)
    assert re.search(r'value="other"[^>]* checked', bare.text), "what was chosen is kept"
    long = own.post(f"{path}/avancer", **said, note="x" * 501)
    assert long.status_code == 422
    assert "x" * 501 in long.text
    assert house.get(made).state is State.ASKED
    shown = own.follow(own.post(f"{path}/avancer", **said, note=f"{SCRIPT} déménagement"))
    assert "la mise en relation n'aura pas lieu" in words(shown)
    assert "déménagement" in words(shown)
    assert "<script>alert" not in shown.text
    declined = house.get(made)
    assert (declined.state, declined.reason) == (State.DECLINED, DeclineReason.OTHER)
    theirs = house.of(made.company).get(path_of(made.company, made))
    assert "a décliné" in words(theirs)
    assert "déménagement" not in theirs.text
    assert "autre raison" not in words(theirs)


def test_an_old_page_is_told_what_changed_and_loses_nothing(house):
    made = house.asked()
    first, second = house.of(made.partner), house.of(made.partner)
    path = path_of(made.partner, made)
    first.post(f"{path}/avancer", move="accept", version=made.version)
    late = second.post(
        f"{path}/avancer", move="decline", version=made.version, reason="not_now", note="Ma note"
    )
    assert late.status_code == 409
    text = words(late)
    assert "a modifié cette mise en relation le" in text
    assert "Rien n'a été enregistré" in text
    assert house.get(made).state is State.INTRODUCED
    stale = second.post(f"{path}/avancer", move="accept", version=house.get(made).version)
    assert stale.status_code == 409
    assert "on ne peut pas accepter" in words(stale)


@pytest.mark.parametrize(
    "fields",
    [
        {"move": "accept"},
        {"move": "accept", "version": "x"},
        {"move": "accept", "version": "0"},
        {"move": "jump", "version": "1"},
        {"move": "decline", "version": "3", "reason": "because"},
        {"move": "decline", "version": "3", "reason": ""},
        {"version": "3"},
    ],
)
def test_a_form_that_is_none_of_ours_does_nothing(house, fields):
    made = getattr(house, "held", None) or house.asked()
    house.held = made
    answer = house.of(made.partner).post(f"{path_of(made.partner, made)}/avancer", **fields)
    assert answer.status_code == 422
    assert house.get(made) == made


def test_withdrawing_ends_the_question_for_the_other_side(house):
    made = house.asked()
    own, path = house.of(made.company), path_of(made.company, made)
    shown = own.follow(own.post(f"{path}/avancer", move="withdraw", version=made.version))
    assert "La demande est retirée" in words(shown)
    other = house.of(made.partner).get(path_of(made.partner, made))
    assert 'value="accept"' not in other.text
    assert "Cette demande a été retirée" in words(other)
    assert "/refaire" not in other.text, "only who has asked asks again"


def test_a_request_withdrawn_by_mistake_is_made_again_once(house):
    made = house.asked()
    own, path = house.of(made.company), path_of(made.company, made)
    assert "refaire votre demande aussitôt" in words(own.get(path))
    assert own.post(f"{path}/refaire").status_code == 409, "it still stands"
    shown = own.follow(own.post(f"{path}/avancer", move="withdraw", version=made.version))
    assert f'action="{path}/refaire' in shown.text

    again = own.follow(own.post(f"{path}/refaire"))
    assert "La demande est refaite" in words(again)
    second = again.url.path.rpartition("/")[2]
    with house.store.reading() as unit:
        held = unit.introductions.get(second)
    assert (held.state, held.message, held.role) == (State.ASKED, made.message, made.role)
    assert "/refaire" not in own.get(path).text, "another request is under way"
    assert own.post(f"{path}/refaire").status_code == 409

    there = path_of(made.company, held)
    assert "Vous pourrez refaire une demande à partir du" in words(own.get(there))
    ended = own.follow(own.post(f"{there}/avancer", move="withdraw", version=held.version))
    assert "/refaire" not in ended.text
    assert "Vous pourrez refaire une demande à partir du" in words(ended)
    refused = own.post(f"{there}/refaire")
    assert refused.status_code == 409
    assert "déjà été demandée 2 fois ce trimestre" in words(refused)


def test_nobody_else_makes_a_request_again(house):
    made = house.asked()
    own, path = house.of(made.company), path_of(made.company, made)
    own.post(f"{path}/avancer", move="withdraw", version=made.version)
    theirs = path_of(made.partner, made)
    assert house.of(made.partner).post(f"{theirs}/refaire").status_code == 409
    assert house.of(made.partner).post(f"{path}/refaire").status_code == 403
    assert house.adviser("91").post(f"{path}/refaire").status_code == 403


def test_news_are_asked_for_and_taken(house):
    made = house.introduced(days=40)
    own = house.of(made.partner)
    listed = words(own.get(path_of(made.partner)))
    assert "Donnez des nouvelles (1)" in listed
    assert "il y a plus de 30 jours" in listed
    path = path_of(made.partner, made)
    wrong = own.post(f"{path}/suites", result="not_met", worth="oui", days=30, note="Ma note")
    assert wrong.status_code == 422
    assert "Sans rencontre" in words(wrong)
    assert "Ma note" in words(wrong)
    assert own.post(f"{path}/suites", result="lost", days=30).status_code == 422
    assert own.post(f"{path}/suites", result="met", days=31).status_code == 422
    assert own.post(f"{path}/suites", result="met", days="x").status_code == 422
    told = own.post(f"{path}/suites", result="met", worth="oui", days=30, note=f"{SCRIPT} utile")
    shown = own.follow(told)
    assert "votre réponse est enregistrée" in words(shown)
    assert "Après 30 jours : rencontre faite" in words(shown)
    assert "<script>alert" not in shown.text
    assert house.get(made).state is State.MET
    with house.store.reading() as unit:
        (outcome,) = unit.introductions.outcomes.all(made.id)
    assert (outcome.siret, outcome.result, outcome.worth) == (made.partner, Result.MET, True)
    theirs = house.of(made.company).get(path_of(made.company, made))
    assert "utile" not in theirs.text
    after = words(own.get(path_of(made.partner)))
    assert "Donnez des nouvelles" not in after
    assert "Mises en relation faites (1)" in after


def test_meeting_is_noted_with_one_move(house):
    made = house.introduced()
    own, path = house.of(made.company), path_of(made.company, made)
    own.post(f"{path}/avancer", move="meet", version=made.version)
    assert house.get(made).state is State.MET


def test_an_adviser_answers_for_the_firm_with_a_note_of_who_said_so(house):
    made = house.asked()
    adviser, path = house.adviser("91"), path_of(made.partner, made)
    page = adviser.get(path)
    assert "Qui l'a dit, et quand" in words(page)
    bare = adviser.post(f"{path}/avancer", move="accept", version=made.version)
    assert bare.status_code == 422
    assert "notez qui l'a dit" in words(bare)
    said = adviser.post(
        f"{path}/avancer", move="accept", version=made.version, note="Mme Faure, au téléphone"
    )
    assert said.status_code == 303
    assert house.get(made).partner_answer is Answer.ACCEPTED


def test_strangers_learn_no_more_than_of_an_id_that_does_not_exist(house):
    made, other = house.asked(), house.asked()
    path = path_of(other.partner, made)
    own = house.of(other.partner)
    assert own.get(path).status_code == 404
    assert own.get(path_of(other.partner) + "/aaaaaaaa").status_code == 404
    assert own.get(path_of(other.partner) + "/" + "a" * 41).status_code == 422
    assert own.get(f"{path}/rendez-vous.ics").status_code == 404
    assert own.post(f"{path}/coordonnees").status_code == 404
    assert own.post(f"{path}/avancer", move="accept", version=made.version).status_code == 404
    assert own.post(f"{path}/suites", result="met", days=30).status_code == 404
    assert own.get(path_of(made.partner, made)).status_code == 403
    answer = own.post(f"{path_of(made.partner, made)}/avancer", move="accept", version=1)
    assert answer.status_code == 403
    assert house.adviser("77").get(path_of(made.partner, made)).status_code == 403
    assert house.get(made) == made


def test_the_pages_speak_english(house):
    made = house.introduced(days=40)
    own = house.of(made.partner)
    for path in (path_of(made.partner), path_of(made.partner, made)):
        page = own.get(f"{path}?lang=en")
        assert '<html lang="en">' in page.text
        assert "What came of it?" in words(page) or "Tell what came of it" in words(page)
        assert f'action="{path}/suites?lang=en"' in page.text or "lang=en" in page.text
