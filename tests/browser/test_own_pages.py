"""The pages of one's own firm in a real Chromium, with JavaScript and without it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from random import Random

import pytest
from browser.accessibility import check
from browser.conftest import NARROW, PHONE, WIDE
from own_page_people import code_for, firms_of

from matchmaker.accounts.home import secret_of
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Role
from matchmaker.accounts.signing import Signer
from matchmaker.identifiers import new_id
from matchmaker.intents import Intent
from matchmaker.intents import Role as PartnerRole
from matchmaker.introductions.moves import propose
from matchmaker.introductions.records import Introduction, Proposal
from matchmaker.mail.post import Post
from matchmaker.store import open_store

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = pytest.mark.browser

WITHOUT = {"java_script_enabled": False}
BOTH = pytest.mark.parametrize("options", [{}, WITHOUT], ids=["javascript", "plain"])


@pytest.fixture(scope="module")
def store(home):
    opened = open_store(home.store_url)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def turns(home):
    """Pairs of firms of both departments, each once."""
    firms = firms_of(home)
    return iter(zip(firms["77"], reversed(firms["91"]), strict=False))


@pytest.fixture
def asked(home, store, turns) -> Introduction:
    """Let one introduction wait for the answer of a firm of 91."""
    company, partner = next(turns)
    drawn = iter(range(10**6))
    post = Post(home, Signer(secret_of(home)), lambda: f"{company}{next(drawn):029d}")
    by = Principal("t", "Anne Roche", Role.ENTREPRENEUR, companies=frozenset({company}))
    proposal = Proposal(company, partner, Intent.SUPPLY, PartnerRole.SUPPLIER, "Bonjour, parlons.")
    with store.unit() as unit:
        return propose(
            unit, home, post, by, proposal, at=datetime.now(UTC), drawn=new_id(Random(company))
        )


def test_the_preview_follows_what_is_typed(visit_as, turns, store):
    siret, _ = next(turns)
    visit = visit_as(Role.ENTREPRENEUR, [siret])
    page = visit.page
    page.goto(f"/entreprises/{siret}/profil")
    check(page)
    summary = page.locator("#effect-summary")
    assert "Modifiez un texte" in summary.inner_text()
    page.get_by_label("Ce que vous cherchez").fill("plombier chauffagiste, climatisation")
    expect(summary).to_contain_text("de plus")
    assert page.get_by_role("heading", name=re.compile("Entreraient")).count() == 1
    assert page.locator("#effect-list .moves li").first.inner_text()
    assert page.get_by_label("Ce que vous cherchez").input_value().startswith("plombier")
    before = summary.inner_text()
    page.get_by_label("J'accepte que l'entreprise").uncheck()
    expect(summary).to_contain_text("ne serait plus suggérée")
    assert summary.inner_text() != before
    check(page)
    with store.reading() as unit:
        assert unit.profiles.get(siret).changed_at is None, "a preview stores nothing"
    assert visit.page.url.endswith("/profil")


def test_the_preview_by_a_button_and_then_saved(visit_as, turns, store):
    siret, _ = next(turns)
    page = visit_as(Role.ENTREPRENEUR, [siret], **WITHOUT).page
    page.goto(f"/entreprises/{siret}/profil")
    page.get_by_label("Ce que vous cherchez").fill("plombier chauffagiste, climatisation")
    page.get_by_role("button", name="Voir l'effet").click()
    assert "de plus" in page.locator("#effect-summary").inner_text()
    assert page.get_by_label("Ce que vous cherchez").input_value().startswith("plombier")
    page.get_by_role("button", name="Enregistrer le profil").click()
    assert "Le profil est enregistré" in page.get_by_role("status").first.inner_text()
    with store.reading() as unit:
        assert unit.profiles.get(siret).needs == "plombier chauffagiste, climatisation"


@BOTH
def test_an_introduction_is_accepted_and_the_contact_opened(visit_as, asked, store, options):
    page = visit_as(Role.ENTREPRENEUR, [asked.partner], **options).page
    page.goto(f"/entreprises/{asked.partner}/mises-en-relation")
    if not options:
        check(page)
    page.get_by_role("button", name=re.compile("^Accepter")).click()
    page.wait_for_url(f"**/{asked.id}?fait=*")
    assert "la mise en relation est faite" in page.locator(".notice.done").inner_text()
    with store.reading() as unit:
        email = unit.profiles.get(asked.company).contact.email
    assert email not in page.content()
    page.get_by_role("button", name="Afficher les coordonnées").click()
    page.get_by_role("link", name=email).wait_for()
    assert ("coordonnees" in page.url) is bool(options), "in place where JavaScript is"
    if not options:
        check(page)


@BOTH
def test_an_introduction_is_declined_with_a_reason(visit_as, asked, store, options):
    page = visit_as(Role.ENTREPRENEUR, [asked.partner], viewport=PHONE, **options).page
    page.goto(f"/entreprises/{asked.partner}/mises-en-relation/{asked.id}")
    page.locator("summary", has_text="Décliner").click()
    page.get_by_label("Pas le bon moment").check()
    page.get_by_role("button", name="Décliner la mise en relation").click()
    page.wait_for_url("**?fait=*")
    assert "n'aura pas lieu" in page.locator(".notice.done").inner_text()
    with store.reading() as unit:
        assert unit.introductions.get(asked.id).state.value == "declined"


@BOTH
def test_a_firm_leaves_is_gone_from_search_and_comes_back(visit_as, turns, options):
    siret, _ = next(turns)
    page = visit_as(Role.ENTREPRENEUR, [siret], **options).page
    found = page.locator(f'main a[href="/entreprises/{siret}"]')
    page.goto(f"/?q={siret}")
    assert found.count() == 1
    page.goto(f"/entreprises/{siret}/profil")
    page.get_by_role("link", name=re.compile("^Données de l'entreprise")).click()
    if not options:
        check(page)
    page.get_by_label("J'ai compris").check()
    page.get_by_role("button", name="Retirer l'entreprise").click()
    assert "ne figure plus" in page.locator(".notice.done").inner_text()
    page.goto(f"/?q={siret}")
    assert found.count() == 0
    page.goto(f"/entreprises/{siret}/donnees")
    page.get_by_role("button", name="Revenir dans le service").click()
    page.goto(f"/?q={siret}")
    assert found.count() == 1


@BOTH
def test_a_firm_is_claimed_with_its_code(visit_as, turns, store, options):
    siret, _ = next(turns)
    page = visit_as(Role.ENTREPRENEUR, viewport=PHONE, **options).page
    page.goto("/mon-compte")
    if not options:
        check(page)
    page.get_by_role("link", name="Rattacher une entreprise").click()
    page.get_by_label("SIRET de l'entreprise").fill(siret)
    page.get_by_role("button", name="Recevoir un code").click()
    code_of = page.get_by_label("Code", exact=True)
    code_of.wait_for()
    if not options:
        check(page)
    code_of.fill(code_for(store, siret))
    page.get_by_role("button", name="Rattacher l'entreprise").click()
    page.wait_for_url(f"**/entreprises/{siret}?fait=*")
    assert "rattachée à votre compte" in page.locator(".notice.done").inner_text()


@pytest.mark.parametrize("viewport", [WIDE, PHONE, NARROW], ids=["wide", "phone", "narrow"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_and_is_accessible(visit_as, asked, viewport, scheme):
    siret = asked.partner
    page = visit_as(Role.ENTREPRENEUR, [siret], viewport=viewport, color_scheme=scheme).page
    firm = f"/entreprises/{siret}"
    for path in (
        f"{firm}/profil",
        f"{firm}/donnees",
        f"{firm}/mises-en-relation",
        f"{firm}/mises-en-relation/{asked.id}",
        "/mon-compte",
        "/mon-compte/rattachement",
    ):
        page.goto(path)
        assert page.locator("h1").count() == 1, path
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} is wider than its window"
        check(page)
