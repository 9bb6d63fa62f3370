"""Firms, accounts and introductions to write letters about, in a small store."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from builders import company, profile, siret_of

from matchmaker.accounts.accounts import Account, HowTied, Ownership
from matchmaker.accounts.roles import Role
from matchmaker.accounts.signing import Signer
from matchmaker.companies import Company, Contact, Profile
from matchmaker.intents import Intent
from matchmaker.intents import Role as PartnerRole
from matchmaker.introductions.life import Answer, Proposer, State
from matchmaker.introductions.records import Introduction
from matchmaker.mail.post import Post
from matchmaker.settings import AccessSettings, MailSettings, Settings
from matchmaker.store import Store
from matchmaker.suggestions import Band, Evidence, Reason, Suggestion, Topic

AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
SECRET = "a secret that only tests have, 0123456789"
SETTINGS = Settings(
    access=AccessSettings(secret=SECRET, public_url="https://rencontres.example.org"),
    mail=MailSettings(sender="mise-en-relation@cci.example.org"),
)
NUMBERS = count()
OWN, OTHER = siret_of(1), siret_of(2)
CONTACTS = {
    OWN: Contact("Zoé Martin", "zoe.martin@atelier.example", "01 64 00 00 01"),
    OTHER: Contact("Paul Roy", "paul.roy@usine.example", "+33 1 69 00 00 02"),
}


def post(settings: Settings = SETTINGS) -> Post:
    """Make a post whose links are numbered."""
    return Post(settings, Signer(SECRET), lambda: f"link{next(NUMBERS)}")


def firms(store: Store, **changes: object) -> tuple[Company, Company]:
    """Write two firms of either side of the border, with consenting profiles and contacts."""
    own = company(1, "77", name="Atelier Martin", **changes)
    other = company(2, "91", name="Usine Roy", **changes)
    with store.unit() as unit:
        unit.companies.upsert([own, other])
        unit.profiles.upsert([declared(own.siret), declared(other.siret)])
    return own, other


def declared(siret: str, **changes: object) -> Profile:
    """Make a consenting profile with the contact of a firm."""
    values: dict[str, object] = {
        "offers": "Usinage de précision",
        "needs": "Un traiteur",
        "contact": CONTACTS[siret],
    }
    return profile(siret, **{**values, **changes})


def account(number: int, siret: str, **changes: object) -> Account:
    """Make the account of somebody who acts for a firm."""
    values: dict[str, object] = {
        "id": f"account{number}",
        "email": f"personne{number}@firme.example",
        "name": f"Personne {number}",
        "role": Role.ENTREPRENEUR,
        "created_at": AT,
        "created_by": "tests",
        "companies": (Ownership(siret, HowTied.ADVISER, AT, "tests"),),
    }
    return Account(**{**values, **changes})  # type: ignore[arg-type]


def introduction(**changes: object) -> Introduction:
    """Make an introduction that the first firm has asked for."""
    values: dict[str, object] = {
        "id": "k7m2p9qa",
        "company": OWN,
        "partner": OTHER,
        "intent": Intent.SUPPLY,
        "role": PartnerRole.SUPPLIER,
        "message": "Bonjour, nous cherchons un atelier d'usinage.",
        "proposer": Proposer.ENTREPRENEUR,
        "state": State.ASKED,
        "version": 3,
        "company_answer": Answer.ACCEPTED,
        "partner_answer": Answer.PENDING,
        "reason": None,
        "note": "",
        "snapshot": None,
        "rank": None,
        "propensity": None,
        "reminders": 0,
        "created_at": AT,
        "created_by": "Zoé Martin",
        "changed_at": AT,
        "changed_by": "Zoé Martin",
        "state_at": AT,
        "introduced_at": None,
    }
    return Introduction(**{**values, **changes})  # type: ignore[arg-type]


def suggestion_of(
    partner: Company, rank: int = 1, text: str = "Vous cherchez un traiteur."
) -> Suggestion:
    """Suggest a firm as a supplier, for one reason."""
    evidence = Evidence(Topic.THEY_OFFER_WHAT_YOU_NEED, {})
    return Suggestion(
        rank=rank,
        intent=Intent.SUPPLY,
        role=PartnerRole.SUPPLIER,
        band=Band.GOOD,
        score=0.5,
        partner=partner,
        reasons_for_company=(Reason("text", 0.5, evidence, text),),
        reasons_for_partner=(),
    )
