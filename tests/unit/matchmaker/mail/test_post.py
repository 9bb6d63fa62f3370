"""What each occasion makes of a letter, and whom it goes to."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mail_samples import (
    AT,
    CONTACTS,
    OTHER,
    OWN,
    SETTINGS,
    account,
    declared,
    firms,
    introduction,
    post,
    suggestion_of,
)

from matchmaker.companies import Contact, Diffusion
from matchmaker.introductions.life import DeclineReason, Proposer, State
from matchmaker.introductions.records import Introduction
from matchmaker.mail.letters import Letter, LetterKind, Topic
from matchmaker.mail.links import LinkPurpose
from matchmaker.mail.messages import message_of
from matchmaker.mail.outbox import TakenLetter
from matchmaker.mail.post import Post
from matchmaker.store import Store, Unit

Write = Callable[[Post, Unit, Introduction], object]
TO_PARTNER: dict[str, Write] = {
    "question": lambda p, unit, held: p.ask(unit, held, OTHER, AT),
    "reminder": lambda p, unit, held: p.remind(unit, held, OTHER, AT),
    "outcome": lambda p, unit, held: p.ask_outcome(unit, held, OTHER, 30, AT),
    **{
        state.value: lambda p, unit, held, state=state: p.tell(
            unit, replace(held, state=state), OTHER, AT
        )
        for state in (State.DECLINED, State.EXPIRED, State.WITHDRAWN, State.REFUSED)
    },
}
"""Letters to the partner of the introduction; none of them may hold a contact."""
ALL_CONTACTS = [
    part for contact in CONTACTS.values() for part in (contact.name, contact.email, contact.phone)
]


def letters(unit: Unit) -> list[Letter]:
    """Read the letters of the outbox, the oldest first."""
    found = [unit.outbox.content(line.id) for line in reversed(unit.outbox.list())]
    return [letter for letter in found if letter is not None]


class Links(HTMLParser):
    """Collects the tags and the addresses of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.urls: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.urls += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data):
        self.words += data.split()


TAGS = {
    "html", "head", "meta", "title", "body", "main", "h1", "h2", "p", "ul", "li", "strong", "a",
    "blockquote", "footer",
}  # fmt: skip
ATTRIBUTES = {"lang", "charset", "name", "content", "style", "href"}


@pytest.mark.parametrize("occasion", TO_PARTNER)
def test_a_letter_says_the_same_in_both_forms(store: Store, occasion):
    firms(store)
    with store.unit() as unit:
        assert TO_PARTNER[occasion](post(), unit, introduction())
        (letter,) = letters(unit)
    page = Links(letter.html)
    for url in page.urls:
        assert url in letter.text
    assert set(re.findall(r"https?://\S+", letter.text)) == set(page.urls)
    html_words = set(page.words)
    text_words = re.sub(r"https?://\S+", "", letter.text).replace("> ", "").replace("--", "")
    assert set(text_words.split()) - {"-"} <= html_words
    assert page.tags <= TAGS
    assert page.attributes <= ATTRIBUTES


@pytest.mark.parametrize("occasion", TO_PARTNER)
def test_a_letter_names_the_sender_the_reason_and_the_ways_out(store: Store, occasion):
    firms(store)
    with store.unit() as unit:
        TO_PARTNER[occasion](post(), unit, introduction())
        (letter,) = letters(unit)
    assert "CCI Seine-et-Marne et CCI Essonne" in letter.text
    assert "Ne plus figurer dans ce service" in letter.text
    assert "https://rencontres.example.org/confidentialite" in letter.text
    unsubscribe = letter.headers["List-Unsubscribe"].strip("<>")
    assert unsubscribe.startswith("https://rencontres.example.org/liens/")
    assert unsubscribe in letter.text
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("occasion", TO_PARTNER)
@pytest.mark.parametrize("with_account", [False, True])
def test_no_contact_of_a_side_is_in_a_letter_but_the_introduction(
    store: Store, occasion, with_account
):
    firms(store)
    leak = "Appelez Zoé au 01 64 00 00 01 ou zoe.martin@atelier.example"
    with store.unit() as unit:
        unit.profiles.upsert([declared(OWN, offers=f"Usinage. {leak}", needs=leak)])
        if with_account:
            unit.accounts.create(account(1, OWN, name="Zoé Martin"))
            unit.accounts.create(account(2, OTHER, name="Paul Roy"))
        TO_PARTNER[occasion](post(), unit, introduction(message=leak, note=leak))
        for letter in letters(unit):
            raw = letter.subject + letter.text + letter.html
            # The words of the message stay, the ways to reach somebody do not.
            reach = [part for part in ALL_CONTACTS if part not in ("Zoé Martin", "Paul Roy")]
            assert not [part for part in reach if part in raw]
            assert not [part for part in ("Zoé Martin", "Paul Roy") if part in raw]


def test_both_sides_get_the_contact_of_the_other_and_it_is_logged(store: Store):
    firms(store)
    with store.unit() as unit:
        assert post().introduce(unit, introduction(state=State.INTRODUCED), AT) == 2
        to_own, to_other = letters(unit)
        reads = unit.contacts.list()
    assert (to_own.recipient, to_other.recipient) == (CONTACTS[OWN].email, CONTACTS[OTHER].email)
    for part in (CONTACTS[OTHER].name, CONTACTS[OTHER].email, CONTACTS[OTHER].phone):
        assert part in to_own.text
        assert part in to_own.html
    assert CONTACTS[OWN].phone not in to_own.text
    assert CONTACTS[OWN].phone in to_other.text
    assert [attached.name for attached in to_own.attachments] == ["rencontre.ics"]
    assert {(read.siret, read.introduction_id) for read in reads} == {
        (OWN, "k7m2p9qa"),
        (OTHER, "k7m2p9qa"),
    }


def test_an_account_stands_in_for_a_missing_contact(store: Store):
    firms(store)
    with store.unit() as unit:
        unit.profiles.upsert([declared(OTHER, contact=Contact())])
        unit.accounts.create(account(2, OTHER))
        post().introduce(unit, introduction(state=State.INTRODUCED), AT)
        to_own, to_other = letters(unit)
    assert "personne2@firme.example" in to_own.text
    assert to_other.recipient == "personne2@firme.example"
    assert to_other.account_id == "account2"


def test_the_question_says_who_and_why_and_offers_three_answers(store: Store):
    firms(store)
    with store.unit() as unit:
        post().ask(unit, introduction(), OTHER, AT)
        (letter,) = letters(unit)
        (line,) = unit.outbox.list()
    for part in (
        "Atelier Martin souhaite vous rencontrer",
        "Mécanique industrielle",
        "Melun (77)",
        "Elle pourrait devenir votre cliente.",
        "Usinage de précision",
        "> Bonjour, nous cherchons un atelier d'usinage.",
        "jeudi 17 décembre 2026",
        "Accepter la mise en relation",
        "Décliner",
        "Pas le moment",
    ):
        assert part.replace(" ?", "\u00a0?") in letter.text
    assert (line.siret, line.introduction_id) == (OTHER, "k7m2p9qa")


def test_the_message_goes_to_the_other_side_only(store: Store):
    firms(store)
    proposed = introduction(proposer=Proposer.SYSTEM, message="Un mot")
    with store.unit() as unit:
        post().ask(unit, proposed, OWN, AT)
        (letter,) = letters(unit)
    assert "Un mot" not in letter.text
    assert "Elle pourrait devenir votre fournisseur." in letter.text
    assert letter.subject == "Une mise en relation avec Usine Roy vous est proposée"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (DeclineReason.NO_CAPACITY, "en ce moment"),
        (DeclineReason.NOT_NOW, "en ce moment"),
        (DeclineReason.COMPETITOR, "ne donne pas suite"),
        (DeclineReason.OTHER, "ne donne pas suite"),
    ],
)
def test_a_refusal_is_told_without_its_reason_or_note(store: Store, reason, words):
    firms(store)
    held = introduction(state=State.DECLINED, reason=reason, note="Ils sont trop chers")
    with store.unit() as unit:
        assert post().tell(unit, held, OWN, AT)
        (letter,) = letters(unit)
    assert words in " ".join(letter.text.split())
    assert "trop chers" not in letter.text
    assert "oncurren" not in letter.text


def test_everybody_who_acts_for_a_firm_gets_a_letter_in_their_language(store: Store):
    firms(store)
    with store.unit() as unit:
        unit.accounts.create(account(1, OTHER))
        unit.accounts.create(account(2, OTHER, language="en"))
        unit.accounts.create(account(3, OTHER, active=False))
        assert post().ask(unit, introduction(), OTHER, AT)
        french, english = sorted(letters(unit), key=lambda letter: letter.recipient)
    assert "souhaite vous rencontrer" in french.subject
    assert "would like to meet you" in english.subject
    assert "?lang=en" in english.text
    assert CONTACTS[OTHER].email not in {french.recipient, english.recipient}


def nobody_to_write_to(unit: Unit, reason: str) -> None:
    """Take away what lets a letter go to the other side."""
    if reason == "opted out":
        unit.exclusions.opt_out(OTHER, at=AT, reason="")
    elif reason == "no consent":
        unit.profiles.upsert([declared(OTHER, consent=False)])
    elif reason == "no address":
        unit.profiles.upsert([declared(OTHER, contact=Contact("Paul Roy"))])
    elif reason == "crooked address":
        contact = Contact("Paul Roy", "a@b.example\r\nBcc: c@d.example")
        unit.profiles.upsert([declared(OTHER, contact=contact)])
    elif reason == "refused topic":
        unit.refusals.note(CONTACTS[OTHER].email.upper(), Topic.INTRODUCTIONS, AT)
        unit.refusals.note(CONTACTS[OTHER].email, Topic.OUTCOMES, AT)
    elif reason == "not to be shown":
        other = unit.companies.get(OTHER)
        unit.companies.upsert([replace(other, diffusion=Diffusion.NONE)])


@pytest.mark.parametrize("occasion", TO_PARTNER)
@pytest.mark.parametrize(
    "reason",
    [
        "opted out", "no consent", "no address", "crooked address", "refused topic",
        "not to be shown",
    ],
)  # fmt: skip
def test_no_letter_goes_where_none_is_wanted(store: Store, occasion, reason):
    firms(store)
    with store.unit() as unit:
        nobody_to_write_to(unit, reason)
        assert not TO_PARTNER[occasion](post(), unit, introduction())
        assert letters(unit) == []


@pytest.mark.parametrize("occasion", TO_PARTNER)
@pytest.mark.parametrize("how", ["opted out", "not to be shown"])
def test_no_letter_names_a_firm_that_may_not_be_shown(store: Store, occasion, how):
    own, _ = firms(store)
    with store.unit() as unit:
        if how == "opted out":
            unit.exclusions.opt_out(OWN, at=AT, reason="")
        else:
            unit.companies.upsert([replace(own, diffusion=Diffusion.NONE)])
        assert not TO_PARTNER[occasion](post(), unit, introduction())
        assert letters(unit) == []


@pytest.mark.parametrize("consent", [True, False])
def test_partial_diffusion_refuses_prospection_unless_the_profile_consents(store: Store, consent):
    firms(store, diffusion=Diffusion.PARTIAL)
    with store.unit() as unit:
        unit.profiles.upsert([declared(OTHER, consent=consent)])
        unit.accounts.create(account(1, OTHER))
        assert post().ask(unit, introduction(), OTHER, AT) is consent


def test_a_refusal_of_one_topic_leaves_the_others(store: Store):
    firms(store)
    with store.unit() as unit:
        unit.refusals.note(CONTACTS[OTHER].email, Topic.OUTCOMES, AT)
        assert not post().ask_outcome(unit, introduction(), OTHER, 30, AT)
        assert post().ask(unit, introduction(), OTHER, AT)


def test_one_occasion_makes_one_letter(store: Store):
    firms(store)
    later = AT + timedelta(days=1)
    with store.unit() as unit:
        assert post().ask(unit, introduction(), OTHER, AT)
        assert not post().ask(unit, introduction(), OTHER, later)
        assert post().remind(unit, introduction(reminders=1), OTHER, later)
        assert not post().remind(unit, introduction(reminders=1), OTHER, later)
        assert post().remind(unit, introduction(reminders=2), OTHER, later)
        assert len(letters(unit)) == 3


def test_a_letter_goes_with_what_it_tells_of(store: Store):
    firms(store)
    with suppress(RuntimeError), store.unit() as unit:
        post().ask(unit, introduction(), OTHER, AT)
        raise RuntimeError("what the letter tells of fails")
    with store.reading() as unit:
        assert letters(unit) == []


def test_fictional_firms_are_told_so(store: Store):
    firms(store, fictional=True)
    with store.unit() as unit:
        post().ask(unit, introduction(), OTHER, AT)
        (letter,) = letters(unit)
    assert letter.subject.startswith("[Fictif] ")
    assert "Exemple fictif" in letter.text
    assert "Exemple fictif" in letter.html


hostile = st.text(
    st.characters(codec="utf-8") | st.sampled_from("\r\n\x85\u2028<>\"'&={}"),
    max_size=80,
) | st.sampled_from(
    ["<script>alert(1)</script>", "</p><img src=x onerror=alert(1)>", "a\r\nBcc: b@c.example"]
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(name=hostile, message=hostile, offers=hostile)
def test_hostile_words_stay_words(store: Store, name, message, offers):
    own, other = firms(store)
    clean = str.maketrans("", "", "\x00")
    with suppress(RuntimeError), store.unit() as unit:
        unit.companies.upsert([replace(own, name=name.translate(clean) or "A")])
        unit.profiles.upsert([declared(OWN, offers=offers.translate(clean))])
        held = introduction(message=message.translate(clean))
        post().ask(unit, held, OTHER, AT)
        post().introduce(unit, held, AT)
        for number, letter in enumerate(letters(unit)):
            page = Links(letter.html)
            assert page.tags <= TAGS
            assert page.attributes <= ATTRIBUTES
            assert all(url.startswith("https://rencontres.example.org/") for url in page.urls)
            assert len(letter.subject.splitlines()) == 1
            message_of(TakenLetter(number, letter, 1, AT, AT), SETTINGS.mail)
        raise RuntimeError("undo it for the next example")


def test_a_digest_offers_two_answers_for_each_suggestion(store: Store):
    _, other = firms(store)
    with store.unit() as unit:
        assert post().digest(unit, OWN, [suggestion_of(other)], AT)
        assert not post().digest(unit, OWN, [suggestion_of(other)], AT + timedelta(days=2))
        assert post().digest(unit, OWN, [suggestion_of(other)], AT + timedelta(days=7))
        letter = letters(unit)[0]
    assert letter.subject == "1 nouvelle suggestion pour Atelier Martin"
    assert letter.kind is LetterKind.DIGEST
    for part in ("Usine Roy, Évry-Courcouronnes (91)", "bonne piste", "Vous cherchez un traiteur."):
        assert part in letter.text
    assert "Usine Roy m'intéresse" in letter.text
    assert "Écarter Usine Roy" in letter.text
    assert f"https://rencontres.example.org/entreprises/{OWN}" in letter.text


def test_letters_about_accounts_have_no_list_to_leave_and_say_so(store: Store):
    firms(store)
    person = account(1, OWN)
    with store.unit() as unit:
        unit.accounts.create(person)
        address = CONTACTS[OWN].email
        assert post().claim_code(unit, person, OWN, address, "K7M2P9QA", AT)
        assert post().invite(unit, person, AT)
        assert post().reset(unit, person, AT + timedelta(hours=1))
        code, invitation, reset = letters(unit)
    assert (code.recipient, invitation.recipient) == (address, person.email)
    assert "K7M2P9QA" in code.text
    assert "K7M2P9QA" not in code.subject
    assert "K7M2P9QA" in code.html
    for letter in (code, invitation, reset):
        assert "List-Unsubscribe" not in letter.headers
        assert "vous n'êtes inscrit à aucune liste" in " ".join(letter.text.split())
    assert "Choisir mon mot de passe" in invitation.text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Zoé, voir https://ailleurs.example", "Zoé, voir [coordonnées retirées] demande"),
        ("personne1@firme.example", "personne1@firme.example demande"),
        ("", "personne1@firme.example demande"),
    ],
)
def test_who_claims_a_firm_leads_nobody_elsewhere_by_their_name(store: Store, name, shown):
    firms(store)
    with store.unit() as unit:
        person = account(1, OTHER, name=name, companies=())
        assert post().claim_code(unit, person, OWN, CONTACTS[OWN].email, "K7M2P9QA", AT)
        (letter,) = letters(unit)
    assert shown in " ".join(letter.text.split())
    assert "ailleurs.example" not in letter.text + letter.html


def test_links_of_a_letter_are_each_for_one_thing(store: Store):
    firms(store)
    with store.unit() as unit:
        post().ask(unit, introduction(), OTHER, AT)
        made = [
            unit.links.get(digest)
            for digest in unit.links._connection.exec_driver_sql(
                "SELECT digest FROM mail_links"
            ).scalars()
        ]
    assert sorted(link.purpose for link in made if link) == sorted(
        [
            LinkPurpose.ACCEPT,
            LinkPurpose.DECLINE,
            LinkPurpose.NO_CAPACITY,
            LinkPurpose.UNSUBSCRIBE,
            LinkPurpose.OPT_OUT,
        ]
    )
    assert {link.siret for link in made if link} == {OTHER}


def test_a_side_without_a_contact_is_said_to_have_none(store: Store):
    """Its consent was withdrawn after it had accepted: nothing is announced that is not there."""
    firms(store)
    with store.unit() as unit:
        unit.profiles.upsert([declared(OTHER, consent=False)])
        assert post().introduce(unit, introduction(state=State.INTRODUCED), AT) == 1
        (to_own,) = letters(unit)
        assert unit.contacts.list() == (), "nothing was handed out"
    said = " ".join(to_own.text.split())
    assert "Voici comment joindre" not in said
    assert "votre chambre vous indiquera comment joindre Usine Roy" in said
    assert not [part for part in ALL_CONTACTS if part in to_own.text + to_own.html]


@pytest.mark.parametrize(
    ("asked", "day"),
    [
        (datetime(2026, 11, 26, 22, 59, tzinfo=UTC), "jeudi 17 décembre 2026"),
        (datetime(2026, 11, 26, 23, 0, tzinfo=UTC), "vendredi 18 décembre 2026"),
        # The clocks go forward on 28 March 2027: half past eleven in the evening is midnight past.
        (datetime(2027, 3, 15, 22, 30, tzinfo=UTC), "mardi 6 avril 2027"),
    ],
)
def test_the_deadline_is_a_day_of_the_readers(store: Store, asked, day):
    firms(store)
    with store.unit() as unit:
        post().ask(unit, introduction(state_at=asked), OTHER, asked)
        (letter,) = letters(unit)
    assert f"avant le {day}" in letter.text
